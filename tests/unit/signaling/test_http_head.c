/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <jansson.h>
#include <string.h>

#include "signaling/http_head.h"

static void promises_https_only_with_a_trusted_certificate(void **state)
{
	GString *head = fw_http_head_begin(200, false);

	(void)state;
	assert_true(g_str_has_prefix(head->str, "HTTP/1.1 200 OK\r\n"));
	assert_null(strstr(head->str, "Strict-Transport-Security"));
	assert_non_null(strstr(head->str, "X-Content-Type-Options: nosniff\r\n"));
	assert_non_null(strstr(head->str, "camera=(self), microphone=(self)"));
	(void)g_string_free(head, TRUE);

	head = fw_http_head_begin(416, true);
	fw_http_head_add_number(head, "Content-Length", 0);
	fw_http_head_end(head, false);
	assert_non_null(strstr(head->str, "Strict-Transport-Security: max-age=31536000\r\n"));
	assert_true(g_str_has_suffix(head->str, "Content-Length: 0\r\nConnection: close\r\n\r\n"));
	(void)g_string_free(head, TRUE);
}

static void names_a_download(void **state)
{
	g_autofree char *plain = fw_http_attachment("1-person-1.webm");
	g_autofree char *odd = fw_http_attachment("远窗\"\r\n.webm");

	(void)state;
	assert_string_equal(plain,
		"attachment; filename=\"1-person-1.webm\"; "
		"filename*=UTF-8''1-person-1.webm");
	assert_string_equal(odd,
		"attachment; filename=\"_________.webm\"; "
		"filename*=UTF-8''%E8%BF%9C%E7%AA%97%22%0D%0A.webm");
}

static void says_errors_in_json(void **state)
{
	g_autofree char *text = fw_http_error_body("busy");
	json_auto_t *body = json_loads(text, 0, NULL);
	json_t *error = json_object_get(body, "error");

	(void)state;
	assert_string_equal(json_string_value(json_object_get(error, "code")), "busy");
	assert_true(json_string_length(json_object_get(error, "text")) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(promises_https_only_with_a_trusted_certificate),
		cmocka_unit_test(names_a_download),
		cmocka_unit_test(says_errors_in_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
