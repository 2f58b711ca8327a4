/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>

#include "signaling/http_fields.h"

static void finds_the_cookie(void **state)
{
	char value[FW_HTTP_TOKEN_MAX + 1] = "";
	g_autofree char *longest = g_strnfill(FW_HTTP_TOKEN_MAX, 'a');
	g_autofree char *fits = g_strconcat("fw_session=", longest, NULL);
	g_autofree char *too_long = g_strconcat("fw_session=a", longest, NULL);

	(void)state;
	assert_int_equal(fw_http_cookie("a=1; fw_session=Ab-_9; b=2", "fw_session", value), 0);
	assert_string_equal(value, "Ab-_9");
	assert_int_equal(fw_http_cookie("fw_session=x", "fw_session", value), 0);
	assert_string_equal(value, "x");
	assert_int_equal(fw_http_cookie(fits, "fw_session", value), 0);
	assert_int_equal(fw_http_cookie(too_long, "fw_session", value), -EBADMSG);
	assert_int_equal(fw_http_cookie("", "fw_session", value), -ENOENT);
	assert_int_equal(fw_http_cookie("xfw_session=1", "fw_session", value), -ENOENT);
	assert_int_equal(fw_http_cookie("fw_sessions=1", "fw_session", value), -ENOENT);
	assert_int_equal(fw_http_cookie("fw_session=", "fw_session", value), -EBADMSG);
	assert_int_equal(fw_http_cookie("fw_session=a b", "fw_session", value), -EBADMSG);
	assert_int_equal(fw_http_cookie("fw_session=a\"", "fw_session", value), -EBADMSG);
	assert_int_equal(
		fw_http_cookie("fw_session=a; fw_session=b", "fw_session", value), -EBADMSG);
}

static void knows_its_own_origin(void **state)
{
	(void)state;
	assert_true(fw_http_origin_is_own("https://10.0.0.1:8443", "10.0.0.1:8443"));
	assert_true(fw_http_origin_is_own("https://Video.Example.cn", "video.example.cn"));
	assert_true(fw_http_origin_is_own("https://video.example.cn:443", "video.example.cn"));
	assert_true(fw_http_origin_is_own("https://video.example.cn", "video.example.cn:443"));
	assert_false(fw_http_origin_is_own("http://10.0.0.1:8443", "10.0.0.1:8443"));
	assert_false(fw_http_origin_is_own("https://10.0.0.1:8444", "10.0.0.1:8443"));
	assert_false(fw_http_origin_is_own("https://10.0.0.1", "10.0.0.1:8443"));
	assert_false(fw_http_origin_is_own("https://evil.example", "video.example.cn"));
	assert_false(fw_http_origin_is_own("https://video.example.cn.evil", "video.example.cn"));
	assert_false(fw_http_origin_is_own("null", "video.example.cn"));
	assert_false(fw_http_origin_is_own("https://", ""));
}

static void knows_json(void **state)
{
	(void)state;
	assert_true(fw_http_type_is_json("application/json"));
	assert_true(fw_http_type_is_json("Application/JSON; charset=UTF-8"));
	assert_true(fw_http_type_is_json("application/json;charset=\"utf-8\""));
	assert_false(fw_http_type_is_json(NULL));
	assert_false(fw_http_type_is_json("text/plain"));
	assert_false(fw_http_type_is_json("application/jsonp"));
	assert_false(fw_http_type_is_json("application/json; charset=gbk"));
	assert_false(fw_http_type_is_json("application/x-www-form-urlencoded"));
	assert_true(fw_http_type_is_bytes("application/octet-stream"));
	assert_true(fw_http_type_is_bytes("Application/Octet-Stream"));
	assert_false(fw_http_type_is_bytes("application/octet-stream; charset=utf-8"));
	assert_false(fw_http_type_is_bytes("application/json"));
	assert_false(fw_http_type_is_bytes(NULL));
}

static void reads_lengths_strictly(void **state)
{
	int64_t length = -1;

	(void)state;
	assert_int_equal(fw_http_length("0", &length), 0);
	assert_int_equal(length, 0);
	assert_int_equal(fw_http_length("922337203685477579", &length), 0);
	assert_int_equal(fw_http_length("99999999999999999999", &length), -EOVERFLOW);
	assert_int_equal(fw_http_length("", &length), -EBADMSG);
	assert_int_equal(fw_http_length("-1", &length), -EBADMSG);
	assert_int_equal(fw_http_length("+1", &length), -EBADMSG);
	assert_int_equal(fw_http_length("5 5", &length), -EBADMSG); /* sent twice */
	assert_int_equal(fw_http_length("5, 5", &length), -EBADMSG);
	assert_int_equal(fw_http_length("0x10", &length), -EBADMSG);
}

static void reads_lists(void **state)
{
	(void)state;
	assert_true(fw_http_accepts_gzip("gzip, deflate, br"));
	assert_true(fw_http_accepts_gzip("br;q=1.0, gzip;q=0.8"));
	assert_false(fw_http_accepts_gzip("gzip;q=0"));
	assert_false(fw_http_accepts_gzip("br"));
	assert_false(fw_http_accepts_gzip("xgzip"));
	assert_false(fw_http_accepts_gzip(NULL));
	assert_true(fw_http_list_has("a, FarWindow.v1", "farwindow.v1"));
	assert_false(fw_http_list_has("farwindow.v10", "farwindow.v1"));
	assert_false(fw_http_list_has("", "farwindow.v1"));
	assert_false(fw_http_list_has(NULL, "farwindow.v1"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_cookie),
		cmocka_unit_test(knows_its_own_origin),
		cmocka_unit_test(knows_json),
		cmocka_unit_test(reads_lengths_strictly),
		cmocka_unit_test(reads_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
