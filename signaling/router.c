/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/router.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

#include "base/text.h"

struct row {
	enum fw_http_method method;
	const char *pattern; /* "{name}" stands for one segment, never empty */
	struct fw_route route;
};

#define OPERATION_NOTHING false, false, false
#define OPERATION_JSON    true, false, false
#define OPERATION_BYTES   true, true, false
#define OPERATION_FILE    true, true, true

static const struct row rows[] = {
	{FW_HTTP_GET, "/api/v1/health", {FW_ROUTE_HEALTH, 0, false, false}},
	{FW_HTTP_HEAD, "/api/v1/health", {FW_ROUTE_HEALTH, 0, false, false}},
	{FW_HTTP_GET, "/api/v1/openapi.json", {FW_ROUTE_OPENAPI, 0, false, false}},
	{FW_HTTP_HEAD, "/api/v1/openapi.json", {FW_ROUTE_OPENAPI, 0, false, false}},
	{FW_HTTP_GET, "/api/v1/live", {FW_ROUTE_LIVE, 0, false, false}},
#define OPERATION(name, method, path, takes, right, or_right, handler) \
	{FW_HTTP_##method, path, {FW_ROUTE_OPERATION, FW_OP_##name, OPERATION_##takes}},
	FW_OPERATIONS(OPERATION)
#undef OPERATION
};

static const char *method_name(enum fw_http_method method)
{
	static const char *const names[] = {
		"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "OTHER"};

	return names[method];
}

static int add_text(
	json_t *params, const char *name, size_t name_size, const char *value, size_t value_size)
{
	g_autofree char *key = NULL;

	if (!name_size || name_size > FW_ROUTER_NAME_MAX_BYTES ||
		!fw_text_is_utf8(name, name_size) || !fw_text_is_utf8(value, value_size)) {
		return -EBADMSG;
	}
	if (value_size > FW_ROUTER_VALUE_MAX_BYTES ||
		json_object_size(params) >= FW_ROUTER_PARAMS_MAX) {
		return -EOVERFLOW;
	}
	key = g_strndup(name, name_size);
	if (json_object_get(params, key)) {
		return -EBADMSG;
	}
	return json_object_set_new(params, key, json_stringn(value, value_size)) ? -EBADMSG : 0;
}

/* 1: the path is of this pattern, its parameters are in params (may be NULL); 0: it is not. */
static int match_pattern(const char *pattern, const char *path, json_t *params)
{
	while (*pattern) {
		size_t want = strcspn(pattern + 1, "/") + 1; /* "/segment" */
		size_t have;

		if (*path != '/') {
			return 0;
		}
		have = strcspn(path + 1, "/") + 1;
		if (pattern[1] == '{') {
			int r;

			if (have < 2) {
				return 0;
			}
			r = params ? add_text(params, pattern + 2, want - 3, path + 1, have - 1) : 0;
			if (r) {
				return r;
			}
		} else if (want != have || memcmp(pattern, path, want)) {
			return 0;
		}
		pattern += want;
		path += have;
	}
	return !*path;
}

int fw_router_match(enum fw_http_method method, const char *path, struct fw_route *ret_route,
	json_t *params, char **ret_allow)
{
	g_autoptr(GString) allow = g_string_new(NULL);
	size_t size = strlen(path);

	if (size > FW_ROUTER_PATH_MAX_BYTES || !fw_text_is_utf8(path, size)) {
		return -EBADMSG;
	}
	if (!g_str_has_prefix(path, "/api/") && strcmp(path, "/api")) {
		if (method != FW_HTTP_GET && method != FW_HTTP_HEAD) {
			g_string_assign(allow, "GET, HEAD");
			goto not_allowed;
		}
		*ret_route = (struct fw_route){.kind = FW_ROUTE_FILE};
		return 0;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		int r;

		if (rows[i].method != method) {
			if (match_pattern(rows[i].pattern, path, NULL) > 0) {
				g_string_append_printf(allow, "%s%s", allow->len ? ", " : "",
					method_name(rows[i].method));
			}
			continue;
		}
		if (!match_pattern(rows[i].pattern, path, NULL)) {
			continue;
		}
		r = match_pattern(rows[i].pattern, path, params);
		if (r < 0) {
			return -EBADMSG;
		}
		*ret_route = rows[i].route;
		return 0;
	}
	if (!allow->len) {
		return -ENOENT;
	}
not_allowed:
	if (ret_allow) {
		*ret_allow = g_strdup(allow->str);
	}
	return -EPERM;
}

int fw_router_add_query(json_t *params, const char *pair, size_t size)
{
	const char *equals = memchr(pair, '=', size);
	size_t name_size = equals ? (size_t)(equals - pair) : size;

	if (!size) {
		return 0; /* "?" or "&&": nothing said */
	}
	return add_text(params, pair, name_size, equals ? equals + 1 : pair + size,
		equals ? size - name_size - 1 : 0);
}

/* Nesting of a text before it is parsed: the parser recurses. Brackets in strings do not count. */
static bool is_too_deep(const char *bytes, size_t size)
{
	unsigned depth = 0;
	bool in_string = false;

	for (size_t i = 0; i < size; i++) {
		if (in_string) {
			if (bytes[i] == '\\') {
				i++;
			} else if (bytes[i] == '"') {
				in_string = false;
			}
		} else if (bytes[i] == '"') {
			in_string = true;
		} else if (bytes[i] == '{' || bytes[i] == '[') {
			if (++depth > FW_ROUTER_JSON_DEPTH_MAX) {
				return true;
			}
		} else if ((bytes[i] == '}' || bytes[i] == ']') && depth) {
			depth--;
		}
	}
	return false;
}

int fw_router_add_body(json_t *params, const char *bytes, size_t size)
{
	json_auto_t *body = NULL;
	const char *name;
	json_t *value;

	if (is_too_deep(bytes, size)) {
		return -EBADMSG;
	}
	body = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(body)) {
		return -EBADMSG;
	}
	json_object_foreach (body, name, value) {
		if (strlen(name) > FW_ROUTER_NAME_MAX_BYTES || json_object_get(params, name) ||
			json_object_set(params, name, value)) {
			return -EBADMSG;
		}
	}
	return 0;
}
