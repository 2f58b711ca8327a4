/* SPDX-License-Identifier: Apache-2.0 */
/* First byte the method, then lines: the path, pairs of the query, an empty line, the body. */
#include <assert.h>
#include <glib.h>
#include <string.h>

#include "signaling/router.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_auto_t *params = json_object();
	g_autofree char *allow = NULL;
	g_autofree char *path = NULL;
	struct fw_route route;
	const char *text = (const char *)data + 1;
	const char *end = (const char *)data + size;
	const char *line;

	if (!size) {
		return 0;
	}
	line = memchr(text, '\n', (size_t)(end - text));
	path = g_strndup(text, (size_t)((line ? line : end) - text));
	(void)fw_router_match(data[0] % (FW_HTTP_OTHER + 1), path, &route, params, &allow);
	while (line && line + 1 < end) {
		text = line + 1;
		line = memchr(text, '\n', (size_t)(end - text));
		if (!line || line == text) {
			break;
		}
		(void)fw_router_add_query(params, text, (size_t)(line - text));
	}
	assert(json_object_size(params) <= FW_ROUTER_PARAMS_MAX);
	if (line) {
		(void)fw_router_add_body(params, line + 1, (size_t)(end - line - 1));
	}
	return 0;
}
