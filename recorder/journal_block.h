/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What sealer and reader of journal blocks share: header, AAD and the chain of hashes.
 * Only journal_*.c include it; the layout is described in journal.h.
 *
 * Owner: the caller's memory. Threads: pure. Errors: -EBADMSG not a header, -EIO OpenSSL.
 */
#ifndef FW_RECORDER_JOURNAL_BLOCK_H
#define FW_RECORDER_JOURNAL_BLOCK_H

#include "recorder/journal.h"

#define FW_JOURNAL_BLOCK_MAGIC "FWJB"
#define FW_JOURNAL_AAD_BYTES   (8 + FW_JOURNAL_FILE_ID_BYTES + 8 + 1 + FW_SHA256_BYTES)

struct fw_journal_header {
	uint32_t segment;
	char recording[FW_ID_SIZE];
	uint8_t file_id[FW_JOURNAL_FILE_ID_BYTES];
	int64_t created_us;
};

void fw_journal_header_encode(const struct fw_journal_header *header, uint8_t *ret_bytes);
int fw_journal_header_decode(const uint8_t *bytes, struct fw_journal_header *ret_header);

struct fw_journal_chain {
	uint8_t file_id[FW_JOURNAL_FILE_ID_BYTES];
	uint8_t hash[FW_SHA256_BYTES];
	uint64_t blocks; /* so far = number of the next one */
};

int fw_journal_chain_begin(
	struct fw_journal_chain *chain, const uint8_t *header, const uint8_t *file_id);
void fw_journal_chain_aad(const struct fw_journal_chain *chain, bool last, uint8_t *ret_aad);
int fw_journal_chain_next(struct fw_journal_chain *chain, const uint8_t *frame, const uint8_t *tag);

#endif
