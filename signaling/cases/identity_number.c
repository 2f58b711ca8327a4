/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/cases/identity_number.h"

#include <glib.h>
#include <string.h>

#define NUMBER_CHARS 18

/* --- persons, GB 11643 ------------------------------------------------------------------------ */

static int two(const char *digits)
{
	return (digits[0] - '0') * 10 + digits[1] - '0';
}

static bool birthday_exists(const char *digits)
{
	int year = two(digits) * 100 + two(digits + 2), month = two(digits + 4);

	return year >= 1800 && month >= 1 && month <= 12 &&
		g_date_valid_dmy((GDateDay)two(digits + 6), (GDateMonth)month, (GDateYear)year);
}

bool fw_identity_number_is_person(const char *number)
{
	static const int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
	static const char checks[] = "10X98765432";
	int sum = 0;

	if (!number || strlen(number) != NUMBER_CHARS) {
		return false;
	}
	for (int i = 0; i < NUMBER_CHARS - 1; i++) {
		if (!g_ascii_isdigit(number[i])) {
			return false;
		}
		sum += (number[i] - '0') * weights[i];
	}
	return number[0] != '0' && birthday_exists(number + 6) &&
		g_ascii_toupper(number[NUMBER_CHARS - 1]) == checks[sum % 11];
}

/* --- organisations, GB 32100 ------------------------------------------------------------------- */

static int value_of(char c)
{
	static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	const char *place = c ? strchr(alphabet, c) : NULL;

	return place ? (int)(place - alphabet) : -1;
}

/* GB 11714: eight characters and a check character, MOD 11; here letters count from A = 10. */
static bool body_code_holds(const char *code)
{
	static const int weights[] = {3, 7, 9, 10, 5, 8, 4, 2};
	int sum = 0, check;

	for (int i = 0; i < 8; i++) {
		sum += weights[i] * (g_ascii_isdigit(code[i]) ? code[i] - '0' : code[i] - 'A' + 10);
	}
	check = 11 - sum % 11;
	return code[8] == (check == 10 ? 'X' : check == 11 ? '0' : (char)('0' + check));
}

bool fw_identity_number_is_organisation(const char *number)
{
	static const int weights[] = {
		1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28};
	int sum = 0;

	if (!number || strlen(number) != NUMBER_CHARS) {
		return false;
	}
	for (int i = 0; i < NUMBER_CHARS - 1; i++) {
		int value = value_of(number[i]);

		if (value < 0 || (i >= 2 && i < 8 && !g_ascii_isdigit(number[i]))) {
			return false;
		}
		sum += value * weights[i];
	}
	return body_code_holds(number + 8) &&
		value_of(number[NUMBER_CHARS - 1]) == (31 - sum % 31) % 31;
}

/* --- how they are shown -------------------------------------------------------------------------- */

/* The first `front` and the last `back` characters, a star for each between. */
static char *stars(const char *text, glong front, glong back)
{
	glong chars = g_utf8_strlen(text, -1);
	const char *end = g_utf8_offset_to_pointer(text, front);
	GString *masked = g_string_new_len(text, end - text);

	for (glong i = front; i < chars - back; i++) {
		g_string_append_c(masked, '*');
	}
	g_string_append(masked, g_utf8_offset_to_pointer(text, chars - back));
	return g_string_free(masked, FALSE);
}

char *fw_mask_number(const char *number)
{
	glong chars = g_utf8_strlen(number, -1);
	glong shown = chars >= 18 ? 10 : chars / 2;
	glong back = MIN(shown / 2, 4);

	return stars(number, MIN(shown - back, 6), back);
}

char *fw_mask_name(const char *name, bool organisation)
{
	glong chars = g_utf8_strlen(name, -1);

	if (organisation && chars > 4) {
		return stars(name, 2, 2);
	}
	return chars < 2 ? g_strdup("*") : stars(name, 1, 0);
}

char *fw_mask_phone(const char *phone)
{
	glong chars = g_utf8_strlen(phone, -1);

	return chars >= 11 ? stars(phone, 3, 4) : stars(phone, 0, MIN(chars / 3, 2));
}
