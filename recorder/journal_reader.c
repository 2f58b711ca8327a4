/* SPDX-License-Identifier: Apache-2.0 */
#include "recorder/journal.h"

#include <errno.h>

#include "recorder/bytes.h"
#include "recorder/journal_block.h"

#define TORN_ZEROS 512 /* a sector; cipher text has such a run with probability 2^-4096 */

/*
 *   HEADER ──header ok──▶ BLOCKS ──last-block mark──▶ ENDED
 *      └──damaged──▶ DEAD ◀──frame damaged──┘
 */
enum state {
	STATE_HEADER,
	STATE_BLOCKS,
	STATE_ENDED,
	STATE_DEAD,
};

struct fw_journal_reader {
	enum state state;
	struct fw_aead *aead;
	struct fw_journal_chain chain;
	char recording[FW_ID_SIZE];
	uint32_t segment;
	uint8_t plain[FW_JOURNAL_BLOCK_BYTES];
};

int fw_journal_reader_create(const char *recording, uint32_t segment,
	const uint8_t key[FW_AEAD_KEY_BYTES], struct fw_journal_reader **ret_reader)
{
	fw_cleanup(fw_journal_reader_destroy) struct fw_journal_reader *reader = NULL;
	int r;

	if (!fw_id_valid(recording) || segment == 0) {
		return -EINVAL;
	}
	reader = g_new0(struct fw_journal_reader, 1);
	r = fw_aead_create(key, &reader->aead);
	if (r < 0) {
		return r;
	}
	memcpy(reader->recording, recording, FW_ID_SIZE);
	reader->segment = segment;
	*ret_reader = g_steal_pointer(&reader);
	return 0;
}

void fw_journal_reader_destroy(struct fw_journal_reader *reader)
{
	if (!reader) {
		return;
	}
	fw_aead_destroy(reader->aead);
	fw_wipe(reader->plain, sizeof(reader->plain));
	g_free(reader);
}

static int read_header(struct fw_journal_reader *reader, const uint8_t *bytes, size_t size,
	struct fw_journal_piece *piece)
{
	struct fw_journal_header header;
	int r;

	if (size < FW_JOURNAL_HEADER_BYTES) {
		return -EAGAIN;
	}
	r = fw_journal_header_decode(bytes, &header);
	if (r < 0) {
		reader->state = STATE_DEAD;
		return r;
	}
	if (header.segment != reader->segment || strcmp(header.recording, reader->recording) != 0) {
		reader->state = STATE_DEAD;
		return -EBADMSG;
	}
	r = fw_journal_chain_begin(&reader->chain, bytes, header.file_id);
	if (r < 0) {
		return r;
	}
	piece->bytes = FW_JOURNAL_HEADER_BYTES;
	reader->state = STATE_BLOCKS;
	return 0;
}

/* The frame alone can be checked before the cipher text is there. */
static int check_frame(
	const struct fw_journal_reader *reader, const uint8_t *frame, size_t *ret_cipher_bytes)
{
	size_t cipher_bytes = get_u32(frame + 4);
	bool last = frame[16] == 1;

	if (memcmp(frame, FW_JOURNAL_BLOCK_MAGIC, 4) != 0 || frame[16] > 1 ||
		cipher_bytes > FW_JOURNAL_BLOCK_BYTES || (cipher_bytes == 0 && !last) ||
		get_u64(frame + 8) != reader->chain.blocks) {
		return -EBADMSG;
	}
	for (int i = 17; i < FW_JOURNAL_FRAME_BYTES - FW_AEAD_NONCE_BYTES; i++) {
		if (frame[i] != 0) {
			return -EBADMSG;
		}
	}
	*ret_cipher_bytes = cipher_bytes;
	return 0;
}

static int read_block(struct fw_journal_reader *reader, const uint8_t *bytes, size_t size,
	struct fw_journal_piece *piece)
{
	uint8_t aad[FW_JOURNAL_AAD_BYTES];
	const uint8_t *cipher = bytes + FW_JOURNAL_FRAME_BYTES;
	size_t cipher_bytes = 0;
	int opened;
	int r;

	if (size < FW_JOURNAL_FRAME_BYTES) {
		return -EAGAIN;
	}
	r = check_frame(reader, bytes, &cipher_bytes);
	if (r < 0) {
		reader->state = STATE_DEAD;
		return r;
	}
	if (size < cipher_bytes + FW_JOURNAL_OVERHEAD_BYTES) {
		return -EAGAIN;
	}
	fw_journal_chain_aad(&reader->chain, bytes[16] == 1, aad);
	opened = fw_aead_open(reader->aead, bytes + FW_JOURNAL_FRAME_BYTES - FW_AEAD_NONCE_BYTES,
		aad, sizeof(aad), cipher, cipher_bytes + FW_AEAD_TAG_BYTES, reader->plain);
	r = fw_journal_chain_next(&reader->chain, bytes, cipher + cipher_bytes);
	if (r < 0) {
		return r;
	}
	piece->bytes = cipher_bytes + FW_JOURNAL_OVERHEAD_BYTES;
	if (opened < 0) {
		return opened;
	}
	piece->plain = reader->plain;
	piece->plain_bytes = cipher_bytes;
	if (bytes[16] == 1) {
		reader->state = STATE_ENDED;
	}
	return 0;
}

int fw_journal_read(struct fw_journal_reader *reader, const uint8_t *bytes, size_t size,
	struct fw_journal_piece *ret_piece)
{
	memset(ret_piece, 0, sizeof(*ret_piece));
	switch (reader->state) {
	case STATE_HEADER:
		return read_header(reader, bytes, size, ret_piece);
	case STATE_BLOCKS:
		return read_block(reader, bytes, size, ret_piece);
	case STATE_ENDED:
		return size > 0 ? -ENODATA : -EAGAIN;
	case STATE_DEAD:
		break;
	}
	return -EBADMSG;
}

bool fw_journal_ended(const struct fw_journal_reader *reader)
{
	return reader->state == STATE_ENDED;
}

uint64_t fw_journal_blocks(const struct fw_journal_reader *reader)
{
	return reader->chain.blocks;
}

void fw_journal_last_hash(const struct fw_journal_reader *reader, uint8_t ret_hash[FW_SHA256_BYTES])
{
	memcpy(ret_hash, reader->chain.hash, FW_SHA256_BYTES);
}

bool fw_journal_looks_torn(const uint8_t *bytes, size_t size)
{
	size_t zeros = 0;

	for (size_t i = 0; i < size; i++) {
		zeros = bytes[i] == 0 ? zeros + 1 : 0;
		if (zeros >= TORN_ZEROS) {
			return true;
		}
	}
	return size > 0 && zeros == size;
}
