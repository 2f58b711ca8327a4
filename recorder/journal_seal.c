/* SPDX-License-Identifier: Apache-2.0 */
#include "recorder/journal.h"

#include <errno.h>

#include "recorder/bytes.h"
#include "recorder/journal_block.h"

struct fw_journal_sealer {
	struct fw_aead *aead;
	struct fw_journal_chain chain;
	bool ended;
};

int fw_journal_sealer_create(const char *recording, uint32_t segment,
	const uint8_t key[FW_AEAD_KEY_BYTES], int64_t created_us, uint8_t *ret_header,
	struct fw_journal_sealer **ret_sealer)
{
	fw_cleanup(fw_journal_sealer_destroy) struct fw_journal_sealer *sealer = NULL;
	struct fw_journal_header header = {.segment = segment, .created_us = created_us};
	int r;

	if (!fw_id_valid(recording) || segment == 0 || segment > FW_JOURNAL_SEGMENTS_MAX) {
		return -EINVAL;
	}
	memcpy(header.recording, recording, FW_ID_SIZE);
	fw_random_bytes(header.file_id, sizeof(header.file_id));
	sealer = g_new0(struct fw_journal_sealer, 1);
	r = fw_aead_create(key, &sealer->aead);
	if (r < 0) {
		return r;
	}
	fw_journal_header_encode(&header, ret_header);
	r = fw_journal_chain_begin(&sealer->chain, ret_header, header.file_id);
	if (r < 0) {
		return r;
	}
	*ret_sealer = g_steal_pointer(&sealer);
	return 0;
}

void fw_journal_sealer_destroy(struct fw_journal_sealer *sealer)
{
	if (!sealer) {
		return;
	}
	fw_aead_destroy(sealer->aead);
	g_free(sealer);
}

int fw_journal_seal(struct fw_journal_sealer *sealer, const void *plain, size_t size, bool last,
	uint8_t *ret_block)
{
	uint8_t aad[FW_JOURNAL_AAD_BYTES];
	uint8_t *nonce = ret_block + FW_JOURNAL_FRAME_BYTES - FW_AEAD_NONCE_BYTES;
	int r;

	if (sealer->ended) {
		return -EPROTO;
	}
	if (size > FW_JOURNAL_BLOCK_BYTES || (size == 0 && !last)) {
		return -EINVAL;
	}
	memset(ret_block, 0, FW_JOURNAL_FRAME_BYTES);
	memcpy(ret_block, FW_JOURNAL_BLOCK_MAGIC, 4);
	put_u32(ret_block + 4, (uint32_t)size);
	put_u64(ret_block + 8, sealer->chain.blocks);
	ret_block[16] = last;
	fw_random_bytes(nonce, FW_AEAD_NONCE_BYTES);
	fw_journal_chain_aad(&sealer->chain, last, aad);
	r = fw_aead_seal(sealer->aead, nonce, aad, sizeof(aad), plain, size,
		ret_block + FW_JOURNAL_FRAME_BYTES);
	if (r < 0) {
		return r;
	}
	sealer->ended = last;
	return fw_journal_chain_next(
		&sealer->chain, ret_block, ret_block + FW_JOURNAL_FRAME_BYTES + size);
}
