/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What single HTTP header fields of a request say: cookie, origin, media type, length, encodings.
 *
 * Owner: none, pure functions over NUL-terminated texts. Threads: any. Errors: as named; outputs
 * are untouched on failure.
 */
#ifndef FW_SIGNALING_HTTP_FIELDS_H
#define FW_SIGNALING_HTTP_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FW_HTTP_SESSION_COOKIE "fw_session"
#define FW_HTTP_TOKEN_MAX      64 /* bytes of a cookie value; ours is 43 (32 bytes base64url) */

/*
 * The value of one cookie of a Cookie field (RFC 6265 4.2.1). -ENOENT: not there; -EBADMSG: twice,
 * longer than FW_HTTP_TOKEN_MAX or not base64url.
 */
int fw_http_cookie(const char *field, const char *name, char ret_value[FW_HTTP_TOKEN_MAX + 1]);

/*
 * Whether a request's Origin (RFC 6454 7) is the server itself as the client named it in Host:
 * https, the same host and port. Both may have or leave out the default port.
 */
bool fw_http_origin_is_own(const char *origin, const char *host);

/* Content-Type is application/json, with or without charset=utf-8. NULL: no such field. */
bool fw_http_type_is_json(const char *content_type);

/* Content-Type is application/octet-stream, without parameters. NULL: no such field. */
bool fw_http_type_is_bytes(const char *content_type);

/* Content-Length (RFC 9110 8.6): digits only. -EBADMSG otherwise, -EOVERFLOW above int64. */
int fw_http_length(const char *field, int64_t *ret_length);

/* Accept-Encoding admits gzip (RFC 9110 12.5.3). NULL: no such field, no. */
bool fw_http_accepts_gzip(const char *accept_encoding);

/* A comma-separated list has this token, letters' case aside. NULL: no such field, no. */
bool fw_http_list_has(const char *list, const char *token);

#endif
