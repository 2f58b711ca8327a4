/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "media/address.h"

static struct fw_address make(uint32_t ip, uint16_t port)
{
	struct sockaddr_storage from = {0};
	struct sockaddr_in *in = (struct sockaddr_in *)&from;

	in->sin_family = AF_INET;
	in->sin_addr.s_addr = htonl(ip);
	in->sin_port = htons(port);
	return fw_address_of(&from, 0, 0);
}

static void goes_to_a_socket_address_and_back(void **state)
{
	struct fw_address address = make(0x0a010203, 4000);
	struct sockaddr_storage to;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&to;
	struct fw_address again;

	(void)state;
	assert_int_equal(fw_address_put(&address, AF_INET, &to), sizeof(struct sockaddr_in));
	again = fw_address_of(&to, 0, 0);
	assert_true(fw_address_equal(&address, &again));
	memset(&to, 0, sizeof(to));
	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons(5);
	in6->sin6_addr = in6addr_loopback;
	address = fw_address_of(&to, 3, 7);
	assert_int_equal(fw_address_put(&address, AF_INET6, &to), sizeof(*in6));
	again = fw_address_of(&to, 3, 7);
	assert_true(fw_address_equal(&address, &again));
	again = fw_address_of(&to, 3, 8);
	assert_false(fw_address_equal(&address, &again));
}

/* Against a plain table, with removals in every order. */
static void map_keeps_what_it_was_given(void **state)
{
	fw_cleanup(fw_address_map_destroy) struct fw_address_map *map = NULL;
	static int present[1000];
	uint32_t random = 1;

	(void)state;
	fw_address_map_create(&map);
	for (unsigned step = 0; step < 50000; step++) {
		unsigned i;
		struct fw_address address;

		random = random * 1664525 + 1013904223;
		i = (random >> 8) % 1000;
		address = make(0x0a000000 + i / 10, (uint16_t)(i % 10));
		assert_ptr_equal(fw_address_map_get(map, &address), present[i] ? &present[i] : NULL);
		if (random >> 31) {
			fw_address_map_put(map, &address, &present[i]);
			present[i] = 1;
		} else {
			fw_address_map_remove(map, &address);
			present[i] = 0;
		}
	}
	for (unsigned i = 0; i < 1000; i++) {
		struct fw_address address = make(0x0a000000 + i / 10, (uint16_t)(i % 10));

		assert_ptr_equal(fw_address_map_get(map, &address), present[i] ? &present[i] : NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goes_to_a_socket_address_and_back),
		cmocka_unit_test(map_keeps_what_it_was_given),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
