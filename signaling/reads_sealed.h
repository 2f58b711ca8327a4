/* SPDX-License-Identifier: Apache-2.0 */
/* Sealed texts in lists and searches: opened while they are read. A text whose key is erased is purged: the answer then
 * has null for it and the member "purged": true beside it (PROTOCOL.md 3).
 *
 * Owner: the reader's thread. Threads: one at a time. Errors: -EBADMSG a seal does not hold, errno of the keystore and
 * the database.
 */
#ifndef FW_SIGNALING_READS_SEALED_H
#define FW_SIGNALING_READS_SEALED_H

#include "signaling/desk/json_write.h"
#include "signaling/sealed_text.h"

#include <stdbool.h>

struct fw_keystore;

/* The keys of one answer; the last one stays open, for rows that share it. */
struct fw_read_keys {
	struct fw_keystore *keystore;
	char id[FW_KEY_ID_MAX_BYTES + 1]; /* of `key`; empty: none yet */
	bool erased;
	uint8_t key[FW_AEAD_KEY_BYTES];
};

void fw_read_keys_clear(struct fw_read_keys *keys);

/* Loads keys->key, unless it is that already. *ret_purged: it is erased. */
int fw_read_take_key(struct fw_read_keys *keys, const char *id, bool *ret_purged);

/* Text NULL: the column is NULL, or *ret_purged. */
int fw_read_unseal(struct fw_read_keys *keys, const char *key_id, const struct fw_sealed_at *where,
	struct fw_statement *row, int column, char **ret_text, bool *ret_purged);

/* Writes the text as a member, and "purged" if it is. */
int fw_read_render_sealed(struct fw_read_keys *keys, const char *key_id,
	const struct fw_sealed_at *where, struct fw_statement *row, int column,
	struct fw_json *json, const char *member);

/*
 * Of rows (id of a call, its note), the ids of those whose note holds the words, letters of either case, in their
 * order and at most `most`; g_free each.
 */
int fw_read_notes_with(struct fw_read_keys *keys, struct fw_statement *rows, const char *words,
	guint most, GPtrArray *ids);

#endif
