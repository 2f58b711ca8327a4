/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <string.h>

#include "base/limits.h"
#include "base/sealed.h"

static const uint8_t key[FW_AEAD_KEY_BYTES] = {1, 2, 3};
static const uint8_t other_key[FW_AEAD_KEY_BYTES] = {1, 2, 4};
static const uint8_t nonce[FW_AEAD_NONCE_BYTES] = {9, 8, 7};
static const struct fw_sealed_place place = {"service_case", "applicant_name", "17"};

static void a_text_comes_back(void **state)
{
	static const char *const texts[] = {"", "张三", "第一行\n第二行"};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree void *sealed = NULL;
		char *text = NULL;
		size_t size = 0;

		assert_int_equal(fw_sealed_seal(key, nonce, &place, texts[i], &sealed, &size), 0);
		assert_int_equal(size, strlen(texts[i]) + FW_SEALED_EXTRA_BYTES);
		assert_memory_equal((uint8_t *)sealed + 1, nonce, sizeof(nonce));
		assert_int_equal(fw_sealed_open(key, &place, sealed, size, &text), 0);
		assert_string_equal(text, texts[i]);
		fw_sealed_free(text);
	}
	fw_sealed_free(NULL);
}

static void any_changed_byte_is_told(void **state)
{
	g_autofree uint8_t *sealed = NULL;
	char *text = NULL;
	size_t size = 0;

	(void)state;
	assert_int_equal(fw_sealed_seal(key, nonce, &place, "张三", (void **)&sealed, &size), 0);
	for (size_t i = 0; i < size; i++) {
		sealed[i] ^= 0x10;
		assert_int_equal(fw_sealed_open(key, &place, sealed, size, &text), -EBADMSG);
		sealed[i] ^= 0x10;
	}
	for (size_t i = 0; i < size; i++) {
		assert_int_equal(fw_sealed_open(key, &place, sealed, i, &text), -EBADMSG);
	}
	assert_int_equal(fw_sealed_open(key, &place, NULL, 0, &text), -EBADMSG);
	assert_int_equal(fw_sealed_open(other_key, &place, sealed, size, &text), -EBADMSG);
	assert_null(text);
}

/* The parts of a place are kept apart: "ab","c" is not "a","bc". */
static void a_moved_text_does_not_open(void **state)
{
	static const struct fw_sealed_place elsewhere[] = {
		{"service_cas", "eapplicant_name", "17"},
		{"service_case", "applicant_phone", "17"},
		{"service_case", "applicant_name", "18"},
		{"service_case", "applicant_name1", "7"},
	};
	g_autofree void *sealed = NULL;
	char *text = NULL;
	size_t size = 0;

	(void)state;
	assert_int_equal(fw_sealed_seal(key, nonce, &place, "张三", &sealed, &size), 0);
	for (size_t i = 0; i < G_N_ELEMENTS(elsewhere); i++) {
		assert_int_equal(fw_sealed_open(key, &elsewhere[i], sealed, size, &text), -EBADMSG);
	}
}

static void length_is_bounded(void **state)
{
	g_autofree char *longest = g_strnfill(FW_SEALED_TEXT_MAX_BYTES, 'x');
	g_autofree char *too_long = g_strnfill(FW_SEALED_TEXT_MAX_BYTES + 1, 'x');
	g_autofree void *sealed = NULL;
	void *none = NULL;
	char *text = NULL;
	size_t size = 0;

	(void)state;
	assert_int_equal(fw_sealed_seal(key, nonce, &place, longest, &sealed, &size), 0);
	assert_int_equal(fw_sealed_open(key, &place, sealed, size, &text), 0);
	assert_string_equal(text, longest);
	fw_sealed_free(text);
	assert_int_equal(fw_sealed_seal(key, nonce, &place, too_long, &none, &size), -EOVERFLOW);
	assert_null(none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_comes_back),
		cmocka_unit_test(any_changed_byte_is_told),
		cmocka_unit_test(a_moved_text_does_not_open),
		cmocka_unit_test(length_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
