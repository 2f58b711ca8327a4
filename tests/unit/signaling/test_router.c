/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <string.h>

#include "signaling/router.h"

static void expect_operation(
	enum fw_http_method method, const char *path, enum fw_operation operation, const char *want)
{
	json_auto_t *params = json_object();
	json_auto_t *expected = json_loads(want, 0, NULL);
	struct fw_route route;

	assert_int_equal(fw_router_match(method, path, &route, params, NULL), 0);
	assert_int_equal(route.kind, FW_ROUTE_OPERATION);
	assert_int_equal(route.operation, operation);
	assert_true(json_equal(params, expected));
}

static void finds_every_operation(void **state)
{
	(void)state;
	expect_operation(FW_HTTP_POST, "/api/v1/session", FW_OP_SESSION_CREATE, "{}");
	expect_operation(FW_HTTP_GET, "/api/v1/session", FW_OP_SESSION_GET, "{}");
	expect_operation(FW_HTTP_DELETE, "/api/v1/session", FW_OP_SESSION_DELETE, "{}");
	expect_operation(FW_HTTP_GET, "/api/v1/areas", FW_OP_AREAS, "{}");
	expect_operation(FW_HTTP_GET, "/api/v1/windows", FW_OP_WINDOWS, "{}");
	expect_operation(FW_HTTP_GET, "/api/v1/items", FW_OP_ITEMS, "{}");
	expect_operation(FW_HTTP_GET, "/api/v1/items/防雷", FW_OP_ITEM, "{\"item\":\"防雷\"}");
	expect_operation(FW_HTTP_GET, "/api/v1/today", FW_OP_TODAY, "{}");
	expect_operation(FW_HTTP_GET, "/api/v1/calls", FW_OP_CALLS, "{}");
	expect_operation(FW_HTTP_GET, "/api/v1/calls/c1", FW_OP_CALL, "{\"call\":\"c1\"}");
	expect_operation(FW_HTTP_GET, "/api/v1/recordings/c1/manifest", FW_OP_RECORDING_MANIFEST,
		"{\"call\":\"c1\"}");
	expect_operation(FW_HTTP_POST, "/api/v1/recordings/c1/views", FW_OP_RECORDING_VIEW,
		"{\"call\":\"c1\"}");
	expect_operation(FW_HTTP_GET, "/api/v1/recordings/c1/sources/s", FW_OP_RECORDING_SOURCE,
		"{\"call\":\"c1\",\"source\":\"s\"}");
	expect_operation(FW_HTTP_POST, "/api/v1/recordings/c1/downloads", FW_OP_RECORDING_DOWNLOAD,
		"{\"call\":\"c1\"}");
	expect_operation(FW_HTTP_GET, "/api/v1/downloads/d/a.webm", FW_OP_DOWNLOAD_FILE,
		"{\"download\":\"d\",\"name\":\"a.webm\"}");
	expect_operation(FW_HTTP_POST, "/api/v1/recordings/c1/verify", FW_OP_RECORDING_VERIFY,
		"{\"call\":\"c1\"}");
	expect_operation(FW_HTTP_GET, "/api/v1/audit", FW_OP_AUDIT, "{}");
}

static int match(enum fw_http_method method, const char *path, struct fw_route *ret_route)
{
	json_auto_t *params = json_object();

	return fw_router_match(method, path, ret_route, params, NULL);
}

static void tells_pages_from_the_interface(void **state)
{
	struct fw_route route;

	(void)state;
	assert_int_equal(match(FW_HTTP_GET, "/", &route), 0);
	assert_int_equal(route.kind, FW_ROUTE_FILE);
	assert_int_equal(match(FW_HTTP_GET, "/replay/c1", &route), 0);
	assert_int_equal(route.kind, FW_ROUTE_FILE);
	assert_int_equal(match(FW_HTTP_GET, "/apis", &route), 0);
	assert_int_equal(route.kind, FW_ROUTE_FILE);
	assert_int_equal(match(FW_HTTP_GET, "/api/v1/live", &route), 0);
	assert_int_equal(route.kind, FW_ROUTE_LIVE);
	assert_int_equal(match(FW_HTTP_HEAD, "/api/v1/health", &route), 0);
	assert_int_equal(route.kind, FW_ROUTE_HEALTH);
	assert_int_equal(match(FW_HTTP_POST, "/", &route), -EPERM);
}

static void refuses_what_is_not_there(void **state)
{
	g_autofree char *longest = g_strnfill(FW_ROUTER_PATH_MAX_BYTES + 1, '/');
	g_autofree char *allow = NULL;
	json_auto_t *params = json_object();
	struct fw_route route;

	(void)state;
	assert_int_equal(match(FW_HTTP_GET, "/api", &route), -ENOENT);
	assert_int_equal(match(FW_HTTP_GET, "/api/v1", &route), -ENOENT);
	assert_int_equal(match(FW_HTTP_GET, "/api/v2/items", &route), -ENOENT);
	assert_int_equal(match(FW_HTTP_GET, "/api/v1/items/", &route), -ENOENT);
	assert_int_equal(match(FW_HTTP_GET, "/api/v1/items/a/b", &route), -ENOENT);
	assert_int_equal(match(FW_HTTP_GET, "/api/v1/sessions", &route), -ENOENT);
	assert_int_equal(match(FW_HTTP_GET, longest, &route), -EBADMSG);
	assert_int_equal(match(FW_HTTP_GET, "/api/v1/items/\xff", &route), -EBADMSG);
	assert_int_equal(
		fw_router_match(FW_HTTP_PUT, "/api/v1/session", &route, params, &allow), -EPERM);
	assert_string_equal(allow, "POST, GET, DELETE");
}

static int query(json_t *params, const char *pair)
{
	return fw_router_add_query(params, pair, strlen(pair));
}

static void gathers_parameters(void **state)
{
	json_auto_t *params = json_object();
	g_autofree char *big = g_strnfill(FW_ROUTER_VALUE_MAX_BYTES + 3, 'x');

	(void)state;
	assert_int_equal(query(params, "page=2"), 0);
	assert_int_equal(query(params, "q=a=b"), 0);
	assert_int_equal(query(params, "flag"), 0);
	assert_int_equal(query(params, ""), 0);
	assert_string_equal(json_string_value(json_object_get(params, "page")), "2");
	assert_string_equal(json_string_value(json_object_get(params, "q")), "a=b");
	assert_string_equal(json_string_value(json_object_get(params, "flag")), "");
	assert_int_equal(query(params, "page=3"), -EBADMSG);
	assert_int_equal(query(params, "=3"), -EBADMSG);
	assert_int_equal(query(params, "x=\xc3"), -EBADMSG);
	big[0] = 'n';
	big[1] = '=';
	assert_int_equal(query(params, big), -EOVERFLOW);
	for (unsigned i = json_object_size(params); i < FW_ROUTER_PARAMS_MAX; i++) {
		g_autofree char *pair = g_strdup_printf("n%u=1", i);

		assert_int_equal(query(params, pair), 0);
	}
	assert_int_equal(query(params, "more=1"), -EOVERFLOW);
}

static int body(json_t *params, const char *text)
{
	return fw_router_add_body(params, text, strlen(text));
}

static void adds_a_body(void **state)
{
	json_auto_t *params = json_pack("{s:s}", "call", "c1");
	g_autofree char *deep = g_strnfill(50000, '[');
	g_autoptr(GString) nested = g_string_new("{\"a\":");

	(void)state;
	assert_int_equal(body(params, "{\"reason\":\"投诉核查\",\"n\":3}"), 0);
	assert_int_equal(json_integer_value(json_object_get(params, "n")), 3);
	assert_int_equal(body(params, "{\"call\":\"c2\"}"), -EBADMSG);
	assert_string_equal(json_string_value(json_object_get(params, "call")), "c1");
	assert_int_equal(body(params, "[]"), -EBADMSG);
	assert_int_equal(body(params, "{\"a\":1,\"a\":2}"), -EBADMSG);
	assert_int_equal(body(params, "{\"a\":1} x"), -EBADMSG);
	assert_int_equal(body(params, "{'a':1}"), -EBADMSG);
	assert_int_equal(body(params, "{\"a\":\"\\u0000\"}"), -EBADMSG);
	assert_int_equal(body(params, deep), -EBADMSG);
	for (int i = 0; i < FW_ROUTER_JSON_DEPTH_MAX - 1; i++) {
		g_string_append_c(nested, '[');
	}
	for (int i = 0; i < FW_ROUTER_JSON_DEPTH_MAX - 1; i++) {
		g_string_append_c(nested, ']');
	}
	g_string_append_c(nested, '}');
	assert_int_equal(body(params, nested->str), 0);
	assert_int_equal(body(params, "{\"brackets\":\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"}"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_every_operation),
		cmocka_unit_test(tells_pages_from_the_interface),
		cmocka_unit_test(refuses_what_is_not_there),
		cmocka_unit_test(gathers_parameters),
		cmocka_unit_test(adds_a_body),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
