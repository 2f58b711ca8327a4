/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/sms/template.h"

#include <errno.h>
#include <glib.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define LETTERS "abcdefghijklmnopqrstuvwxyz_"

/* The next place from *text on: its name and length; *text then stands behind it. NULL: none. */
static const char *next_place(const char **text, size_t *ret_length, const char **ret_begin)
{
	const char *brace = *text;

	while ((brace = strchr(brace, '{')) != NULL) {
		size_t length = strspn(brace + 1, LETTERS);

		if (length && brace[1 + length] == '}') {
			*ret_length = length;
			*ret_begin = brace;
			*text = brace + length + 2;
			return brace + 1;
		}
		brace++;
	}
	return NULL;
}

int fw_template_check(const char *text, const char *const *names, char **ret_problem)
{
	const char *name, *begin;
	size_t length;

	while ((name = next_place(&text, &length, &begin)) != NULL) {
		size_t i = 0;

		while (names[i] &&
			(strlen(names[i]) != length || memcmp(names[i], name, length) != 0)) {
			i++;
		}
		if (!names[i]) {
			*ret_problem =
				g_strdup_printf("{%.*s} is not known here", (int)length, name);
			return -EBADMSG;
		}
	}
	return 0;
}

static void append(GString *filled, const char *value, enum fw_template_escape escape)
{
	if (escape == FW_TEMPLATE_PLAIN) {
		g_string_append(filled, value);
	} else if (escape == FW_TEMPLATE_URI) {
		g_string_append_uri_escaped(filled, value, NULL, FALSE);
	} else {
		json_auto_t *text = json_string(value);
		char *quoted = text ? json_dumps(text, JSON_ENCODE_ANY) : NULL;

		if (quoted) { /* without its quotation marks */
			g_string_append_len(filled, quoted + 1, (gssize)strlen(quoted) - 2);
		}
		free(quoted);
	}
}

char *fw_template_fill(const char *text, const struct fw_template_value *values, size_t count,
	enum fw_template_escape escape)
{
	GString *filled = g_string_new(NULL);
	const char *rest = text, *name, *begin;
	size_t length;

	while ((name = next_place(&rest, &length, &begin)) != NULL) {
		g_string_append_len(filled, text, begin - text);
		for (size_t i = 0; i < count; i++) {
			if (strlen(values[i].name) == length &&
				memcmp(values[i].name, name, length) == 0 && values[i].value) {
				append(filled, values[i].value, escape);
			}
		}
		text = rest;
	}
	g_string_append(filled, text);
	return g_string_free(filled, FALSE);
}
