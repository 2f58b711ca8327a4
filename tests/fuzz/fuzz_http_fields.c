/* SPDX-License-Identifier: Apache-2.0 */
/* The text before the first newline is one field's value, the rest another's. */
#include <assert.h>
#include <glib.h>
#include <string.h>

#include "signaling/http_fields.h"
#include "signaling/http_head.h"
#include "signaling/http_range.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_range(const char *field)
{
	struct fw_http_range range;
	struct fw_http_part part;

	if (fw_http_range_parse(field, &range)) {
		return;
	}
	for (int64_t bytes = 0; bytes < 5000; bytes = 3 * bytes + 1) {
		if (!fw_http_range_resolve(&range, bytes, bytes / 2, &part)) {
			assert(part.first >= 0 && part.bytes >= 0);
			assert(part.first + part.bytes <= bytes);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	char *other = strchr(text, '\n');
	g_autofree char *attachment = NULL;
	char token[FW_HTTP_TOKEN_MAX + 1];
	int64_t length;

	if (other) {
		*other++ = '\0';
	} else {
		other = text;
	}
	if (!fw_http_cookie(text, "fw_session", token)) {
		assert(token[0] && strlen(token) <= FW_HTTP_TOKEN_MAX);
	}
	if (!fw_http_length(text, &length)) {
		assert(length >= 0);
	}
	(void)fw_http_origin_is_own(text, other);
	(void)fw_http_type_is_json(text);
	(void)fw_http_accepts_gzip(text);
	(void)fw_http_list_has(text, other);
	check_range(text);
	attachment = fw_http_attachment(text);
	assert(fw_http_head_field_is_safe(attachment));
	return 0;
}
