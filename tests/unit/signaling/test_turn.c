/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include "signaling/turn.h"

static void makes_what_coturn_accepts(void **state)
{
	static const char *const urls[] = {"turn:192.0.2.1:3478", "turns:turn.example.cn:443", NULL};
	const struct fw_turn turn = {urls, "north-wind", INT64_C(86400000000)};
	g_autofree char *servers = fw_turn_servers(&turn, "clerk1", INT64_C(1790000000000000));

	(void)state;
	/* printf 1790086400:clerk1 | openssl dgst -sha1 -hmac north-wind -binary | base64 */
	assert_string_equal(servers,
		"[{\"urls\":[\"turn:192.0.2.1:3478\",\"turns:turn.example.cn:443\"],"
		"\"username\":\"1790086400:clerk1\",\"credential\":\"mtHHX8T6mNUyo+tbFGEK7nP2e1k="
		"\"}]");
}

static void names_no_server_without_turn(void **state)
{
	g_autofree char *servers = fw_turn_servers(NULL, "clerk1", 0);

	(void)state;
	assert_string_equal(servers, "[]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(makes_what_coturn_accepts),
		cmocka_unit_test(names_no_server_without_turn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
