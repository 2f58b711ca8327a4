/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/http_fields.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

static bool is_base64url(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (!g_ascii_isalnum(text[i]) && text[i] != '-' && text[i] != '_') {
			return false;
		}
	}
	return size > 0;
}

int fw_http_cookie(const char *field, const char *name, char ret_value[FW_HTTP_TOKEN_MAX + 1])
{
	size_t name_size = strlen(name);
	const char *found = NULL;
	size_t found_size = 0;

	for (const char *pair = field; *pair;) {
		size_t size;

		pair += strspn(pair, " \t;");
		size = strcspn(pair, ";");
		if (size > name_size && !memcmp(pair, name, name_size) && pair[name_size] == '=') {
			if (found) {
				return -EBADMSG; /* which one was ours cannot be told */
			}
			found = pair + name_size + 1;
			found_size = size - name_size - 1;
		}
		pair += size;
	}
	if (!found) {
		return -ENOENT;
	}
	while (found_size > 0 && (found[found_size - 1] == ' ' || found[found_size - 1] == '\t')) {
		found_size--;
	}
	if (found_size > FW_HTTP_TOKEN_MAX || !is_base64url(found, found_size)) {
		return -EBADMSG;
	}
	memcpy(ret_value, found, found_size);
	ret_value[found_size] = '\0';
	return 0;
}

/* The bytes of an authority without ":443", the port that https means anyway. */
static size_t authority_size(const char *authority)
{
	size_t size = strlen(authority);

	if (size > 4 && !strcmp(authority + size - 4, ":443")) {
		size -= 4;
	}
	return size;
}

bool fw_http_origin_is_own(const char *origin, const char *host)
{
	size_t size;

	if (g_ascii_strncasecmp(origin, "https://", 8)) {
		return false;
	}
	origin += 8;
	size = authority_size(origin);
	return size > 0 && size == authority_size(host) && !g_ascii_strncasecmp(origin, host, size);
}

bool fw_http_type_is_json(const char *content_type)
{
	static const char json[] = "application/json";
	const char *rest;

	if (!content_type || g_ascii_strncasecmp(content_type, json, sizeof(json) - 1)) {
		return false;
	}
	rest = content_type + sizeof(json) - 1;
	rest += strspn(rest, " \t");
	if (!*rest) {
		return true;
	}
	if (*rest++ != ';') {
		return false;
	}
	rest += strspn(rest, " \t");
	return !g_ascii_strcasecmp(rest, "charset=utf-8") ||
		!g_ascii_strcasecmp(rest, "charset=\"utf-8\"");
}

bool fw_http_type_is_bytes(const char *content_type)
{
	return content_type && !g_ascii_strcasecmp(content_type, "application/octet-stream");
}

int fw_http_length(const char *field, int64_t *ret_length)
{
	int64_t length = 0;

	if (!*field) {
		return -EBADMSG;
	}
	for (; *field; field++) {
		if (!g_ascii_isdigit(*field)) {
			return -EBADMSG;
		}
		if (length > (INT64_MAX - 9) / 10) {
			return -EOVERFLOW;
		}
		length = length * 10 + (*field - '0');
	}
	*ret_length = length;
	return 0;
}

/* Calls visit for each member of a comma-separated list until it answers true. */
static bool any_member(
	const char *list, bool (*visit)(const char *member, const void *user), const void *user)
{
	g_auto(GStrv) members = list ? g_strsplit(list, ",", 64) : NULL;

	for (char **member = members; member && *member; member++) {
		if (visit(g_strstrip(*member), user)) {
			return true;
		}
	}
	return false;
}

static bool member_is_gzip(const char *member, const void *user)
{
	size_t name_size = strcspn(member, "; \t");
	const char *weight = strchr(member, ';');

	(void)user;
	if (name_size != 4 || g_ascii_strncasecmp(member, "gzip", 4)) {
		return false;
	}
	if (!weight) {
		return true;
	}
	weight++;
	weight += strspn(weight, " \t");
	return g_ascii_strncasecmp(weight, "q=", 2) || g_ascii_strtod(weight + 2, NULL) > 0;
}

bool fw_http_accepts_gzip(const char *accept_encoding)
{
	return any_member(accept_encoding, member_is_gzip, NULL);
}

static bool member_is(const char *member, const void *token)
{
	return !g_ascii_strcasecmp(member, token);
}

bool fw_http_list_has(const char *list, const char *token)
{
	return any_member(list, member_is, token);
}
