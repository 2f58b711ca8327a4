/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

static void knows_utf8(void **state)
{
	(void)state;
	assert_true(fw_text_is_utf8("", 0));
	assert_true(fw_text_is_utf8("远窗", 6));
	assert_false(fw_text_is_utf8("远窗", 5));
	assert_false(fw_text_is_utf8("a\0b", 3));
	assert_false(fw_text_is_utf8("\xc0\x80", 2));
	assert_false(fw_text_is_utf8("\xed\xa0\x80", 3));
	assert_int_equal(fw_text_chars("远窗a"), 3);
}

static void knows_what_people_type(void **state)
{
	(void)state;
	assert_true(fw_text_is_typed("材料不全", 4, false));
	assert_false(fw_text_is_typed("材料不全", 3, false));
	assert_false(fw_text_is_typed("", 10, true));
	assert_false(fw_text_is_typed(NULL, 10, true));
	assert_false(fw_text_is_typed(" \t\n ", 10, true));
	assert_false(fw_text_is_typed("　", 10, true)); /* ideographic space */
	assert_true(fw_text_is_typed("a\nb\tc", 10, true));
	assert_false(fw_text_is_typed("a\nb", 10, false));
	assert_false(fw_text_is_typed("a\rb", 10, true));
	assert_false(fw_text_is_typed("a\x1b[0m", 10, true));
	assert_false(fw_text_is_typed("a\x7f", 10, true));
	assert_false(fw_text_is_typed("a\xc2\x85", 10, true));
	assert_false(fw_text_is_typed("a\xff", 10, true));
}

static void copies_or_refuses(void **state)
{
	char buffer[4] = "old";

	(void)state;
	assert_int_equal(fw_text_copy("four", buffer, sizeof(buffer)), -EOVERFLOW);
	assert_string_equal(buffer, "old");
	assert_int_equal(fw_text_copy("new", buffer, sizeof(buffer)), 0);
	assert_string_equal(buffer, "new");
	assert_int_equal(fw_text_copy("", buffer, 0), -EOVERFLOW);
}

static void hex_goes_both_ways(void **state)
{
	uint8_t bytes[3];
	char text[7];

	(void)state;
	fw_text_hex_encode("\x00\xab\xff", 3, text);
	assert_string_equal(text, "00abff");
	assert_int_equal(fw_text_hex_decode("00ABff", bytes, 3), 0);
	assert_memory_equal(bytes, "\x00\xab\xff", 3);
	assert_int_equal(fw_text_hex_decode("00abf", bytes, 3), -EBADMSG);
	assert_int_equal(fw_text_hex_decode("00abff0", bytes, 3), -EBADMSG);
	assert_int_equal(fw_text_hex_decode("00abfg", bytes, 3), -EBADMSG);
	assert_int_equal(fw_text_hex_decode("", bytes, 0), 0);
}

static void base64url_matches_the_rfc(void **state)
{
	/* RFC 4648 10, without padding. */
	static const char *const pairs[][2] = {{"", ""}, {"f", "Zg"}, {"fo", "Zm8"},
		{"foo", "Zm9v"}, {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"},
		{"\xfb\xff\xfe", "-__-"}};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
		size_t length = strlen(pairs[i][0]), size = 99;
		char text[16], back[16];

		fw_text_base64url_encode(pairs[i][0], length, text);
		assert_string_equal(text, pairs[i][1]);
		assert_int_equal(strlen(text), FW_BASE64URL_CHARS(length));
		assert_int_equal(fw_text_base64url_decode(text, back, length, &size), 0);
		assert_int_equal(size, length);
		assert_memory_equal(back, pairs[i][0], length);
	}
}

static void base64url_refuses(void **state)
{
	static const char *const bad[] = {
		"A", "Zg==", "Zh", "Zm9", "Zm9vY", "Z+8v", "Zm 9v", "Zm/v"};
	size_t size = 99;
	char back[16];

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		assert_int_equal(
			fw_text_base64url_decode(bad[i], back, sizeof(back), &size), -EBADMSG);
	}
	assert_int_equal(fw_text_base64url_decode("Zm9v", back, 2, &size), -EOVERFLOW);
	assert_int_equal(size, 99);
}

/* At every place of texts of every length, with what only looks like an escape around it. */
static void the_first_escape_is_found(void **state)
{
	static const char escapes[] = {'"', '\\', '\n', 0x1f, 0x01};
	char text[40];

	(void)state;
	for (size_t size = 0; size <= sizeof(text); size++) {
		memset(text, size % 2 ? 0xa2 : 0x20, sizeof(text));
		assert_int_equal(fw_text_plain_bytes(text, size), size);
		for (size_t at = 0; at < size; at++) {
			for (size_t i = 0; i < sizeof(escapes); i++) {
				memset(text, at % 2 ? 0xdc : 0x7f, sizeof(text));
				text[at] = escapes[i];
				text[size - 1] = at < size - 1 ? '"' : text[at];
				assert_int_equal(fw_text_plain_bytes(text, size), at);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_utf8),
		cmocka_unit_test(knows_what_people_type),
		cmocka_unit_test(copies_or_refuses),
		cmocka_unit_test(hex_goes_both_ways),
		cmocka_unit_test(base64url_matches_the_rfc),
		cmocka_unit_test(base64url_refuses),
		cmocka_unit_test(the_first_escape_is_found),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
