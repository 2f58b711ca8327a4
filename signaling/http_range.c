/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/http_range.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

/* Digits up to a foreign character; *text moves behind them. -EBADMSG without digits or too many. */
static int read_number(const char **text, int64_t *ret_number)
{
	int64_t number = 0;
	const char *digit = *text;

	for (; g_ascii_isdigit(*digit); digit++) {
		if (number > (INT64_MAX - 9) / 10) {
			return -EBADMSG;
		}
		number = number * 10 + (*digit - '0');
	}
	if (digit == *text) {
		return -EBADMSG;
	}
	*text = digit;
	*ret_number = number;
	return 0;
}

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " \t");
}

int fw_http_range_parse(const char *value, struct fw_http_range *ret_range)
{
	struct fw_http_range range = {-1, -1};
	const char *text = skip_blanks(value);

	if (g_ascii_strncasecmp(text, "bytes=", 6)) {
		if (!strchr(text, '=')) {
			return -EBADMSG;
		}
		*ret_range = range;
		return 0;
	}
	text = skip_blanks(text + 6);
	if (*text != '-' && read_number(&text, &range.from)) {
		return -EBADMSG;
	}
	if (*text++ != '-') {
		return -EBADMSG;
	}
	if (g_ascii_isdigit(*text)) {
		if (read_number(&text, &range.to)) {
			return -EBADMSG;
		}
	} else if (range.from < 0) {
		return -EBADMSG;
	}
	if (*skip_blanks(text) || (range.from >= 0 && range.to >= 0 && range.to < range.from)) {
		return -EBADMSG;
	}
	*ret_range = range;
	return 0;
}

int fw_http_range_resolve(const struct fw_http_range *range, int64_t size_bytes, int64_t most_bytes,
	struct fw_http_part *ret_part)
{
	bool asked = range->from >= 0 || range->to >= 0;
	int64_t first = 0;
	int64_t last = size_bytes - 1;

	if (range->from >= 0) {
		first = range->from;
		if (range->to >= 0 && range->to < last) {
			last = range->to;
		}
	} else if (range->to >= 0) {
		if (range->to == 0) {
			return -ERANGE;
		}
		first = range->to < size_bytes ? size_bytes - range->to : 0;
	}
	if (asked && first > last) {
		return -ERANGE;
	}
	if (most_bytes > 0 && last - first >= most_bytes) {
		last = first + most_bytes - 1;
	}
	*ret_part = (struct fw_http_part){
		.first = first,
		.bytes = last - first + 1,
		/* An empty file has no range that could be named, so it can only be sent whole. */
		.partial = size_bytes > 0 && (asked || most_bytes > 0),
	};
	return 0;
}
