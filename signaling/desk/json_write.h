/* SPDX-License-Identifier: Apache-2.0 */
/* Writes JSON text straight into a growing string: the desk renders thousands of messages per second,
 * and a tree of objects per message would cost more than the decision itself.
 *
 *     struct fw_json json;
 *     fw_json_init(&json);
 *     fw_json_open(&json, NULL, '{');
 *     fw_json_text(&json, "type", "event");
 *     fw_json_close(&json, '}');
 *     char *text = fw_json_steal(&json);
 *
 * Owner: the caller's memory; init, then steal or clear. Threads: any, one at a time.
 * Errors: none. Texts must be UTF-8; names (`key`) are constants of ours and are not escaped.
 */
#ifndef FW_SIGNALING_DESK_JSON_WRITE_H
#define FW_SIGNALING_DESK_JSON_WRITE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct fw_json {
	char *text; /* not ended by 0 before steal */
	size_t used, size;
	bool comma; /* a value stands before on this level */
};

void fw_json_init(struct fw_json *json);
void fw_json_clear(struct fw_json *json);
/* The text (g_free); json may only be init'ed again afterwards. */
char *fw_json_steal(struct fw_json *json);
/* A copy of the text so far with `end` behind it; g_free. */
char *fw_json_copy(const struct fw_json *json, const char *end);

/* `key` NULL: inside an array, or the outermost value. bracket: '{' or '['; close with '}' or ']'. */
void fw_json_open(struct fw_json *json, const char *key, char bracket);
void fw_json_close(struct fw_json *json, char bracket);

void fw_json_text(struct fw_json *json, const char *key, const char *text); /* NULL: null */
void fw_json_escaped(struct fw_json *json, const char *key,
	const char *text); /* what needs no escapes any more */
void fw_json_int(struct fw_json *json, const char *key, int64_t integer);
void fw_json_time(struct fw_json *json, const char *key, int64_t time_us); /* 0: null */
void fw_json_bool(struct fw_json *json, const char *key, bool truth);
void fw_json_null(struct fw_json *json, const char *key);
void fw_json_tenths(struct fw_json *json, const char *key, int64_t tenths); /* 25: 2.5 */
/* JSON text made elsewhere, taken as it is. */
void fw_json_raw(struct fw_json *json, const char *key, const char *text);
/* Whole members made elsewhere: "\"a\":1,\"b\":2". */
void fw_json_members(struct fw_json *json, const char *members);

#endif
