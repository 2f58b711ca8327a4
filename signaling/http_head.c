/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/http_head.h"

#include <jansson.h>
#include <string.h>

struct status {
	unsigned code;
	const char *reason;
};

static const struct status statuses[] = {
	{200, "OK"},
	{201, "Created"},
	{204, "No Content"},
	{206, "Partial Content"},
	{304, "Not Modified"},
	{400, "Bad Request"},
	{401, "Unauthorized"},
	{403, "Forbidden"},
	{404, "Not Found"},
	{405, "Method Not Allowed"},
	{408, "Request Timeout"},
	{409, "Conflict"},
	{411, "Length Required"},
	{413, "Content Too Large"},
	{415, "Unsupported Media Type"},
	{416, "Range Not Satisfiable"},
	{423, "Locked"},
	{426, "Upgrade Required"},
	{429, "Too Many Requests"},
	{431, "Request Header Fields Too Large"},
	{500, "Internal Server Error"},
	{503, "Service Unavailable"},
	{507, "Insufficient Storage"},
};

/* What the server itself, not the desk, refuses: PROTOCOL.md 1, "codes common to all". */
static const char *const error_texts[][2] = {
	{"malformed", "请求格式不正确。"},
	{"not_signed_in", "尚未登录或登录已失效，请重新登录。"},
	{"forbidden", "没有权限进行此操作。"},
	{"not_found", "没有找到所请求的内容。"},
	{"method_not_allowed", "此地址不支持这种操作。"},
	{"length_required", "请求必须注明长度，不接受分块上传。"},
	{"too_large", "请求内容过大。"},
	{"bad_range", "请求的数据范围无效。"},
	{"too_many", "请求过于频繁，请稍后再试。"},
	{"headers_too_large", "请求头过大。"},
	{"busy", "服务器正忙，请稍后再试。"},
	{"internal", "服务器内部错误，请联系管理员。"},
	{"not_ready", "录像正在整理，请稍后再试。"},
	{"damaged", "文件校验未通过，内容可能已被改动。"},
};

/*
 * Inline styles are how Element Plus and ECharts place things; scripts only ever come from our own
 * files. blob: and data: are canvas stills and the replay's buffers.
 */
#define CONTENT_SECURITY_POLICY \
	"default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; " \
	"img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self' " \
	"http://127.0.0.1:* http://localhost:*; " \
	"worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; " \
	"frame-ancestors 'none'"

static const char *reason_of(unsigned code)
{
	for (size_t i = 0; i < G_N_ELEMENTS(statuses); i++) {
		if (statuses[i].code == code) {
			return statuses[i].reason;
		}
	}
	return "Unknown";
}

GString *fw_http_head_begin(unsigned status, bool hsts)
{
	GString *head = g_string_sized_new(1024);

	g_string_append_printf(head, "HTTP/1.1 %u %s\r\n", status, reason_of(status));
	fw_http_head_add(head, "X-Content-Type-Options", "nosniff");
	fw_http_head_add(head, "Referrer-Policy", "no-referrer");
	fw_http_head_add(head, "X-Frame-Options", "DENY");
	fw_http_head_add(head, "Cross-Origin-Opener-Policy", "same-origin");
	fw_http_head_add(head, "Cross-Origin-Resource-Policy", "same-origin");
	fw_http_head_add(head, "Permissions-Policy",
		"camera=(self), microphone=(self), autoplay=(self), fullscreen=(self), "
		"geolocation=(), payment=(), usb=()");
	fw_http_head_add(head, "Content-Security-Policy", CONTENT_SECURITY_POLICY);
	if (hsts) {
		fw_http_head_add(head, "Strict-Transport-Security", "max-age=31536000");
	}
	return head;
}

void fw_http_head_add(GString *head, const char *name, const char *value)
{
	g_string_append_printf(head, "%s: %s\r\n", name, value);
}

void fw_http_head_add_number(GString *head, const char *name, int64_t number)
{
	g_string_append_printf(head, "%s: %" G_GINT64_FORMAT "\r\n", name, number);
}

void fw_http_head_end(GString *head, bool keep_alive)
{
	if (!keep_alive) {
		fw_http_head_add(head, "Connection", "close");
	}
	g_string_append(head, "\r\n");
}

bool fw_http_head_field_is_safe(const char *value)
{
	for (; *value; value++) {
		if ((unsigned char)*value < 0x20 || *value == 0x7f) {
			return false;
		}
	}
	return true;
}

char *fw_http_attachment(const char *file_name)
{
	g_autofree char *plain = g_strdup(file_name);
	g_autofree char *encoded = g_uri_escape_string(file_name, NULL, false);

	for (char *c = plain; *c; c++) {
		if (!g_ascii_isalnum(*c) && !strchr("._-", *c)) {
			*c = '_';
		}
	}
	return g_strdup_printf("attachment; filename=\"%s\"; filename*=UTF-8''%s", plain, encoded);
}

char *fw_http_error_body(const char *code)
{
	const char *text = "请求未能完成。";
	json_auto_t *body = NULL;
	char *dumped;
	char *ours;

	for (size_t i = 0; i < G_N_ELEMENTS(error_texts); i++) {
		if (!strcmp(error_texts[i][0], code)) {
			text = error_texts[i][1];
		}
	}
	body = json_pack("{s:{s:s,s:s}}", "error", "code", code, "text", text);
	dumped = json_dumps(body, JSON_COMPACT);
	ours = g_strdup(dumped);
	free(dumped);
	return ours;
}
