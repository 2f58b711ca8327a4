/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sealed texts: short personal content (a name, a chat line, a reason) kept in a database column
 * under the data key of its recording or case (keystore.h), so that erasing the key purges it also
 * from old copies of the database.
 *
 * Stored form: version 0x01, nonce (12), AES-256-GCM cipher text and tag (16). AAD = "FWTEXT1" NUL,
 * table NUL, column NUL, row: a sealed text moved to another place does not open.
 *
 * Owner: the caller frees outputs with g_free(); wipe a plain text with fw_sealed_free(). Threads:
 * any. Errors: -EBADMSG changed, moved or not sealed with this key; -EOVERFLOW longer than
 * FW_SEALED_TEXT_MAX_BYTES; -EIO as crypto.h.
 */
#ifndef FW_BASE_SEALED_H
#define FW_BASE_SEALED_H

#include <stddef.h>
#include <stdint.h>

#include "base/crypto.h"

#define FW_SEALED_EXTRA_BYTES (1 + FW_AEAD_NONCE_BYTES + FW_AEAD_TAG_BYTES)

/* Where the text is kept: names of ours, and the id of the row. */
struct fw_sealed_place {
	const char *table;
	const char *column;
	const char *row;
};

/*
 * nonce: fresh random bytes for every sealing, also when the same place is sealed anew. The desk
 * takes them from its own source of randomness, others from fw_random_bytes().
 */
int fw_sealed_seal(const uint8_t key[FW_AEAD_KEY_BYTES], const uint8_t nonce[FW_AEAD_NONCE_BYTES],
	const struct fw_sealed_place *place, const char *text, void **ret_sealed, size_t *ret_size);

/* ret_text: NUL-terminated; a NUL inside is -EBADMSG. */
int fw_sealed_open(const uint8_t key[FW_AEAD_KEY_BYTES], const struct fw_sealed_place *place,
	const void *sealed, size_t size, char **ret_text);

/* Wipes and frees a text that fw_sealed_open() gave; text may be NULL. */
void fw_sealed_free(char *text);

#endif
