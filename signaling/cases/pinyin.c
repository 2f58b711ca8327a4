/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/cases/pinyin.h"

#include <glib.h>

/* GB 2312 code of the first character of each letter; no word begins with i, u or v. */
static const struct {
	unsigned code;
	char letter;
} begins[] = {
	{0xb0a1, 'a'},
	{0xb0c5, 'b'},
	{0xb2c1, 'c'},
	{0xb4ee, 'd'},
	{0xb6ea, 'e'},
	{0xb7a2, 'f'},
	{0xb8c1, 'g'},
	{0xb9fe, 'h'},
	{0xbbf7, 'j'},
	{0xbfa6, 'k'},
	{0xc0ac, 'l'},
	{0xc2e8, 'm'},
	{0xc4c3, 'n'},
	{0xc5b6, 'o'},
	{0xc5be, 'p'},
	{0xc6da, 'q'},
	{0xc8bb, 'r'},
	{0xc8f6, 's'},
	{0xcbfa, 't'},
	{0xcdda, 'w'},
	{0xcef4, 'x'},
	{0xd1b9, 'y'},
	{0xd4d1, 'z'},
};

#define COMMON_LAST 0xd7f9

static char letter_of(const char *character, gssize bytes)
{
	g_autofree char *coded = NULL;
	gsize size = 0;
	unsigned code;
	char letter = '\0';

	if (bytes == 1) {
		return g_ascii_isalnum(*character) ? g_ascii_tolower(*character) : '\0';
	}
	coded = g_convert(character, bytes, "GB2312", "UTF-8", NULL, &size, NULL);
	if (!coded || size != 2) {
		return '\0';
	}
	code = ((unsigned)(unsigned char)coded[0] << 8) | (unsigned char)coded[1];
	for (gsize i = 0; i < G_N_ELEMENTS(begins) && code <= COMMON_LAST; i++) {
		if (code >= begins[i].code) {
			letter = begins[i].letter;
		}
	}
	return letter;
}

char *fw_pinyin_initials(const char *name)
{
	GString *initials = g_string_new(NULL);

	while (*name) {
		const char *next = g_utf8_next_char(name);
		char letter = letter_of(name, next - name);

		if (letter) {
			g_string_append_c(initials, letter);
		}
		name = next;
	}
	return g_string_free(initials, FALSE);
}
