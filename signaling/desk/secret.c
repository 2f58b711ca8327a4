/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/secret.h"

#include "base/keystore.h"
#include "base/log.h"

#include <errno.h>
#include <string.h>

#define FW_LOG_TOPIC "secret"

int fw_secret_seal(struct fw_desk *desk, const uint8_t key[FW_AEAD_KEY_BYTES],
	const struct fw_sealed_at *where, const char *text, GBytes **ret_sealed)
{
	const struct fw_sealed_place place = {where->table, where->column, where->row};
	uint8_t nonce[FW_AEAD_NONCE_BYTES];
	void *bytes;
	size_t size;
	int r;

	*ret_sealed = NULL;
	if (!text) {
		return 0;
	}
	desk->setup.random(desk->setup.random_user, nonce, sizeof(nonce));
	r = fw_sealed_seal(key, nonce, &place, text, &bytes, &size);
	if (r == 0) {
		*ret_sealed = g_bytes_new_take(bytes, size);
	}
	return r;
}

int fw_secret_key(
	struct fw_desk *desk, const char *id, bool create, uint8_t ret_key[FW_AEAD_KEY_BYTES])
{
	int r = fw_keystore_load_key(desk->setup.keystore, id, ret_key);

	return r == -ENOENT && create ? fw_keystore_add_key(desk->setup.keystore, id, ret_key) : r;
}

/* A batch that failed after making the key is given again, and a restart goes on with it. */
static int open_call(struct fw_desk *desk, struct fw_call *call, bool create)
{
	char id[FW_KEY_ID_MAX_BYTES + 1];
	uint8_t key[FW_AEAD_KEY_BYTES];
	int r;

	if (call->keyed) {
		return 0;
	}
	fw_sealed_key_of_call(call->id, id);
	r = fw_secret_key(desk, id, create, key);
	if (r == 0) {
		fw_memory_touch(desk->memory, call);
		call->keyed = true;
		memcpy(call->key, key, sizeof(key));
		fw_wipe(key, sizeof(key));
	}
	return r;
}

int fw_secret_of_call(struct fw_desk *desk, struct fw_call *call, const uint8_t **ret_key)
{
	int r = open_call(desk, call, true);

	if (r == 0) {
		*ret_key = call->key;
	}
	return r;
}

int fw_secret_seal_of_call(struct fw_desk *desk, struct fw_call *call, const char *table,
	const char *column, int64_t number, const char *text, GBytes **ret_sealed)
{
	const struct fw_sealed_at where = fw_sealed_at(table, column, call->id, number);
	int r;

	*ret_sealed = NULL;
	if (!text) {
		return 0;
	}
	r = open_call(desk, call, true);
	if (r < 0) {
		fw_error("no key, a text is not kept call=%s column=%s.%s errno=%d", call->id,
			table, column, -r);
		return 0;
	}
	return fw_secret_seal(desk, call->key, &where, text, ret_sealed);
}

int fw_secret_column_of_call(struct fw_desk *desk, struct fw_call *call, const char *table,
	const char *column, int64_t number, struct fw_statement *row, int at, char **ret_text)
{
	const struct fw_sealed_at where = fw_sealed_at(table, column, call->id, number);
	int r;

	*ret_text = NULL;
	if (fw_db_column_is_null(row, at)) {
		return 0;
	}
	r = open_call(desk, call, false);
	if (r < 0) {
		return r == -ENOENT ? 0 : r;
	}
	return fw_sealed_column(call->key, &where, row, at, ret_text);
}
