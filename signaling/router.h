/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Router: which operation a request means, and its parameters as one JSON object: path parameters,
 * query and body members side by side (docs/PROTOCOL.md 3). Strings of the query stay strings.
 *
 *     fw_router_match(method, path, &route, params)      path parameters
 *     fw_router_add_query(params, "page=2", 6)           for each pair of the query
 *     fw_router_add_body(params, bytes, size)            a JSON object
 *
 * Path and query come in percent-decoded, once, by the HTTP library. A name that is there already
 * is refused, so that a body can never say something else than the path.
 *
 * Owner: none, pure functions. Threads: any. Errors: as named; params may be half filled then.
 */
#ifndef FW_SIGNALING_ROUTER_H
#define FW_SIGNALING_ROUTER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "signaling/desk_io.h"

#define FW_ROUTER_PATH_MAX_BYTES  512
#define FW_ROUTER_PARAMS_MAX      32 /* names of path and query; the largest list takes 12 */
#define FW_ROUTER_NAME_MAX_BYTES  64
#define FW_ROUTER_VALUE_MAX_BYTES 1024 /* a search of 100 Chinese characters is 300 */
#define FW_ROUTER_JSON_DEPTH_MAX  32 /* PROTOCOL.md, conventions */

enum fw_http_method {
	FW_HTTP_GET,
	FW_HTTP_HEAD,
	FW_HTTP_POST,
	FW_HTTP_PUT,
	FW_HTTP_PATCH,
	FW_HTTP_DELETE,
	FW_HTTP_OPTIONS,
	FW_HTTP_OTHER,
};

enum fw_route_kind {
	FW_ROUTE_OPERATION, /* for the desk */
	FW_ROUTE_HEALTH,
	FW_ROUTE_OPENAPI,
	FW_ROUTE_LIVE, /* the WebSocket */
	FW_ROUTE_FILE, /* the web client */
};

struct fw_route {
	enum fw_route_kind kind;
	enum fw_operation operation; /* of FW_ROUTE_OPERATION */
	bool body; /* a body is needed; without, one is refused */
	bool bytes; /* the body is application/octet-stream of at most FW_PIECE_MAX_BYTES, not JSON */
	bool file; /* of at most FW_IMPORT_MAX_BYTES */
};

/*
 * -ENOENT: no such path under /api/. -EPERM: the path exists for other methods; then ret_allow (may
 * be NULL) is the Allow field, newly allocated. -EBADMSG: the path is too long or not UTF-8.
 */
int fw_router_match(enum fw_http_method method, const char *path, struct fw_route *ret_route,
	json_t *params, char **ret_allow);

/* One pair "name=value" of the query, or "name". -EBADMSG, -EOVERFLOW too many or too long. */
int fw_router_add_query(json_t *params, const char *pair, size_t size);

/* -EBADMSG: not a JSON object, deeper than FW_ROUTER_JSON_DEPTH_MAX, or a name given twice. */
int fw_router_add_body(json_t *params, const char *bytes, size_t size);

#endif
