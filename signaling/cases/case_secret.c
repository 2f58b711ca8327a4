/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/cases/case_secret.h"

#include "base/keystore.h"
#include "base/sealed.h"

#include <errno.h>
#include <string.h>

#define SEARCH_PURPOSE "case-search"

int fw_case_secret_open(
	struct fw_desk *desk, const char *id, bool create, struct fw_case_secret *ret_secret)
{
	char key_id[FW_KEY_ID_MAX_BYTES + 1];
	int r = -EEXIST;

	g_snprintf(key_id, sizeof(key_id), "case/%s", id);
	g_strlcpy(ret_secret->id, id, sizeof(ret_secret->id));
	if (create) {
		r = fw_keystore_add_key(desk->setup.keystore, key_id, ret_secret->key);
	}
	/* A batch that failed after making the key is given again. */
	return r == -EEXIST ? fw_keystore_load_key(desk->setup.keystore, key_id, ret_secret->key)
			    : r;
}

void fw_case_secret_close(struct fw_case_secret *secret)
{
	fw_wipe(secret->key, sizeof(secret->key));
}

void fw_case_sealed_clear(struct fw_case_sealed *sealed)
{
	g_clear_pointer(&sealed->bytes, g_free);
}

struct fw_db_value fw_case_sealed_value(const struct fw_case_sealed *sealed)
{
	return fw_db_blob(sealed->bytes, sealed->size);
}

static void name_row(const char *id, int64_t number, char *ret_row, size_t size)
{
	if (number) {
		g_snprintf(ret_row, size, "%s/%" G_GINT64_FORMAT, id, number);
	} else {
		g_strlcpy(ret_row, id, size);
	}
}

int fw_case_seal(struct fw_desk *desk, const struct fw_case_secret *secret, const char *table,
	const char *column, int64_t number, const char *text, struct fw_case_sealed *ret_sealed)
{
	uint8_t nonce[FW_AEAD_NONCE_BYTES];
	char row[FW_ID_SIZE + 24];
	const struct fw_sealed_place place = {table, column, row};

	*ret_sealed = (struct fw_case_sealed){0};
	if (!text) {
		return 0;
	}
	name_row(secret->id, number, row, sizeof(row));
	desk->setup.random(desk->setup.random_user, nonce, sizeof(nonce));
	return fw_sealed_seal(
		secret->key, nonce, &place, text, &ret_sealed->bytes, &ret_sealed->size);
}

int fw_case_unseal(const struct fw_case_secret *secret, const char *table, const char *column,
	int64_t number, struct fw_statement *row, int at, char **ret_text)
{
	char name[FW_ID_SIZE + 24];
	const struct fw_sealed_place place = {table, column, name};
	size_t size = 0;
	const void *bytes = fw_db_column_blob(row, at, &size);

	*ret_text = NULL;
	if (!bytes) {
		return 0;
	}
	name_row(secret->id, number, name, sizeof(name));
	return fw_sealed_open(secret->key, &place, bytes, size, ret_text);
}

int fw_case_digest(struct fw_desk *desk, const char *text, uint8_t ret_digest[FW_SHA256_BYTES])
{
	g_autoptr(GString) plain = g_string_new(NULL);
	uint8_t key[FW_SHA256_BYTES];
	int r;

	for (const char *c = text; *c; c = g_utf8_next_char(c)) {
		if (!g_unichar_isspace(g_utf8_get_char(c))) {
			g_string_append_unichar(plain, g_unichar_toupper(g_utf8_get_char(c)));
		}
	}
	r = fw_keystore_derive(desk->setup.keystore, SEARCH_PURPOSE, key);
	if (r == 0) {
		r = fw_hmac_sha256(key, sizeof(key), plain->str, plain->len, ret_digest);
	}
	fw_wipe(key, sizeof(key));
	fw_wipe(plain->str, plain->len);
	return r;
}
