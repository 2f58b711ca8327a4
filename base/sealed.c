/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sealed.h"

#include <errno.h>
#include <string.h>

#include <glib.h>

#include "base/limits.h"

#define VERSION 1

static const char domain[8] = "FWTEXT1"; /* with its NUL */

static GString *make_aad(const struct fw_sealed_place *place)
{
	GString *aad = g_string_new_len(domain, sizeof(domain));

	g_string_append_len(aad, place->table, (gssize)strlen(place->table) + 1);
	g_string_append_len(aad, place->column, (gssize)strlen(place->column) + 1);
	return g_string_append(aad, place->row);
}

int fw_sealed_seal(const uint8_t key[FW_AEAD_KEY_BYTES], const uint8_t nonce[FW_AEAD_NONCE_BYTES],
	const struct fw_sealed_place *place, const char *text, void **ret_sealed, size_t *ret_size)
{
	fw_cleanup(fw_aead_destroy) struct fw_aead *aead = NULL;
	g_autofree uint8_t *sealed = NULL;
	size_t length = strlen(text);
	GString *aad;
	int result;

	if (length > FW_SEALED_TEXT_MAX_BYTES) {
		return -EOVERFLOW;
	}
	result = fw_aead_create(key, &aead);
	if (result < 0) {
		return result;
	}
	sealed = g_malloc(length + FW_SEALED_EXTRA_BYTES);
	sealed[0] = VERSION;
	memcpy(sealed + 1, nonce, FW_AEAD_NONCE_BYTES);
	aad = make_aad(place);
	result = fw_aead_seal(
		aead, nonce, aad->str, aad->len, text, length, sealed + 1 + FW_AEAD_NONCE_BYTES);
	(void)g_string_free(aad, TRUE);
	if (result < 0) {
		return result;
	}
	*ret_size = length + FW_SEALED_EXTRA_BYTES;
	*ret_sealed = g_steal_pointer(&sealed);
	return 0;
}

int fw_sealed_open(const uint8_t key[FW_AEAD_KEY_BYTES], const struct fw_sealed_place *place,
	const void *sealed, size_t size, char **ret_text)
{
	fw_cleanup(fw_aead_destroy) struct fw_aead *aead = NULL;
	const uint8_t *bytes = sealed;
	char *text;
	size_t length;
	GString *aad;
	int result;

	if (!bytes || size < FW_SEALED_EXTRA_BYTES || bytes[0] != VERSION) {
		return -EBADMSG;
	}
	length = size - FW_SEALED_EXTRA_BYTES;
	if (length > FW_SEALED_TEXT_MAX_BYTES) {
		return -EOVERFLOW;
	}
	result = fw_aead_create(key, &aead);
	if (result < 0) {
		return result;
	}
	text = g_malloc0(length + 1);
	aad = make_aad(place);
	result = fw_aead_open(aead, bytes + 1, aad->str, aad->len, bytes + 1 + FW_AEAD_NONCE_BYTES,
		length + FW_AEAD_TAG_BYTES, text);
	(void)g_string_free(aad, TRUE);
	if (result == 0 && memchr(text, '\0', length)) {
		result = -EBADMSG;
	}
	if (result < 0) {
		fw_wipe(text, length);
		g_free(text);
		return result;
	}
	*ret_text = text;
	return 0;
}

void fw_sealed_free(char *text)
{
	if (text) {
		fw_wipe(text, strlen(text));
		g_free(text);
	}
}
