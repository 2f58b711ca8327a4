/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The head of an HTTP/1.1 answer: status line, security fields, whatever else was added.
 *
 * Owner: the caller owns the text. Threads: any. Errors: none; field values come from us or were
 * checked by fw_http_head_field_is_safe() before.
 */
#ifndef FW_SIGNALING_HTTP_HEAD_H
#define FW_SIGNALING_HTTP_HEAD_H

#include <stdbool.h>
#include <stdint.h>
#include <glib.h>

/* Status line, Date is left out (RFC 9110 6.6.1 allows it without a reliable clock for the client),
 * and the fields every answer carries. hsts: Strict-Transport-Security, only with a certificate that
 * browsers trust, else a newcomer could never get past the warning again. */
GString *fw_http_head_begin(unsigned status, bool hsts);

/* name and value are ours or safe. */
void fw_http_head_add(GString *head, const char *name, const char *value);
void fw_http_head_add_number(GString *head, const char *name, int64_t number);

/* The empty line. keep_alive false adds Connection: close. */
void fw_http_head_end(GString *head, bool keep_alive);

/* No control characters: a value that cannot begin a new field. */
bool fw_http_head_field_is_safe(const char *value);

/* Content-Disposition: attachment with this file name (RFC 6266, RFC 8187); newly allocated. */
char *fw_http_attachment(const char *file_name);

/* {"error":{"code":"…","text":"…"}} with the Chinese text of the code; newly allocated. */
char *fw_http_error_body(const char *code);

#endif
