/* SPDX-License-Identifier: Apache-2.0 */
#include "recorder/journal_block.h"

#include <errno.h>

#include "recorder/bytes.h"

#define MAGIC      "FWJRNL1" /* and its NUL */
#define ID_CHARS   (FW_ID_SIZE - 1)
#define ID_AT      12
#define FILE_ID_AT (ID_AT + ID_CHARS)
#define CREATED_AT (FILE_ID_AT + FW_JOURNAL_FILE_ID_BYTES)
#define ZEROS_AT   (CREATED_AT + 8)

void fw_journal_header_encode(const struct fw_journal_header *header, uint8_t *ret_bytes)
{
	memset(ret_bytes, 0, FW_JOURNAL_HEADER_BYTES);
	memcpy(ret_bytes, MAGIC, sizeof(MAGIC));
	put_u32(ret_bytes + 8, header->segment);
	memcpy(ret_bytes + ID_AT, header->recording, ID_CHARS);
	memcpy(ret_bytes + FILE_ID_AT, header->file_id, FW_JOURNAL_FILE_ID_BYTES);
	put_u64(ret_bytes + CREATED_AT, (uint64_t)header->created_us);
}

int fw_journal_header_decode(const uint8_t *bytes, struct fw_journal_header *ret_header)
{
	struct fw_journal_header header = {0};

	if (memcmp(bytes, MAGIC, sizeof(MAGIC)) != 0) {
		return -EBADMSG;
	}
	for (size_t i = ZEROS_AT; i < FW_JOURNAL_HEADER_BYTES; i++) {
		if (bytes[i] != 0) {
			return -EBADMSG;
		}
	}
	header.segment = get_u32(bytes + 8);
	memcpy(header.recording, bytes + ID_AT, ID_CHARS);
	memcpy(header.file_id, bytes + FILE_ID_AT, FW_JOURNAL_FILE_ID_BYTES);
	header.created_us = (int64_t)get_u64(bytes + CREATED_AT);
	if (!fw_id_valid(header.recording)) {
		return -EBADMSG;
	}
	*ret_header = header;
	return 0;
}

int fw_journal_chain_begin(
	struct fw_journal_chain *chain, const uint8_t *header, const uint8_t *file_id)
{
	chain->blocks = 0;
	memcpy(chain->file_id, file_id, FW_JOURNAL_FILE_ID_BYTES);
	return fw_sha256(header, FW_JOURNAL_HEADER_BYTES, chain->hash);
}

void fw_journal_chain_aad(const struct fw_journal_chain *chain, bool last, uint8_t *ret_aad)
{
	memcpy(ret_aad, MAGIC, sizeof(MAGIC));
	memcpy(ret_aad + 8, chain->file_id, FW_JOURNAL_FILE_ID_BYTES);
	put_u64(ret_aad + 24, chain->blocks);
	ret_aad[32] = last;
	memcpy(ret_aad + 33, chain->hash, FW_SHA256_BYTES);
}

int fw_journal_chain_next(struct fw_journal_chain *chain, const uint8_t *frame, const uint8_t *tag)
{
	uint8_t text[FW_SHA256_BYTES + FW_JOURNAL_FRAME_BYTES + FW_AEAD_TAG_BYTES];

	memcpy(text, chain->hash, FW_SHA256_BYTES);
	memcpy(text + FW_SHA256_BYTES, frame, FW_JOURNAL_FRAME_BYTES);
	memcpy(text + FW_SHA256_BYTES + FW_JOURNAL_FRAME_BYTES, tag, FW_AEAD_TAG_BYTES);
	chain->blocks++;
	return fw_sha256(text, sizeof(text), chain->hash);
}
