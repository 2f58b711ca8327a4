/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "media/udp.h"

static struct fw_media_counters counters;

static struct fw_udp *open_udp(struct sockaddr_storage *ret_address)
{
	struct sockaddr_in *in = (struct sockaddr_in *)ret_address;
	struct fw_udp *udp = NULL;

	memset(ret_address, 0, sizeof(*ret_address));
	in->sin_family = AF_INET;
	in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(fw_udp_open(ret_address, &counters, &udp), 0);
	in->sin_port = htons(fw_udp_port(udp));
	return udp;
}

/* Sizes as given, in order, each filled with its number. */
static void assert_arrived(struct fw_udp *udp, const size_t *sizes, size_t count)
{
	struct fw_udp_packet packets[FW_UDP_BATCH];
	size_t seen = 0;

	while (seen < count) {
		size_t got = fw_udp_receive(udp, packets);

		assert_true(got > 0);
		for (size_t i = 0; i < got; i++, seen++) {
			assert_int_equal(packets[i].bytes, sizes[seen]);
			assert_int_equal(packets[i].packet[0], (uint8_t)seen);
			assert_int_equal(packets[i].packet[sizes[seen] - 1], (uint8_t)seen);
		}
	}
	assert_int_equal(seen, count);
}

static void runs_arrive_as_they_were_sent(void **state)
{
	static const size_t sizes[] = {1100, 1100, 1100, 1100, 700, 1101, 1100, 60, 60, 61, 1, 1400};
	struct sockaddr_storage from, to;
	fw_cleanup(fw_udp_close) struct fw_udp *a = open_udp(&from), *b = open_udp(&to);
	fw_cleanup(fw_udp_close) struct fw_udp *c = open_udp(&from);
	struct fw_udp_target first = {.to = to, .to_bytes = sizeof(struct sockaddr_in)};
	struct fw_udp_target second = {.to = from, .to_bytes = sizeof(struct sockaddr_in)};
	static uint8_t bytes[G_N_ELEMENTS(sizes)][1500];
	uint64_t calls = fw_count_get(&counters, FW_COUNT_SEND_CALLS);

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		memset(bytes[i], (int)i, sizeof(bytes[i]));
		fw_udp_send(a, &first, bytes[i], sizes[i]);
		fw_udp_send_copy(a, &second, bytes[i], sizes[i]);
	}
	fw_udp_flush(a);
	assert_int_equal(fw_count_get(&counters, FW_COUNT_SEND_CALLS), calls + 1);
	assert_arrived(b, sizes, G_N_ELEMENTS(sizes));
	assert_arrived(c, sizes, G_N_ELEMENTS(sizes));
	assert_int_equal(fw_count_get(&counters, FW_DROP_SEND_ERROR), 0);
}

static void many_packets_flush_by_themselves(void **state)
{
	struct sockaddr_storage from, to;
	fw_cleanup(fw_udp_close) struct fw_udp *a = open_udp(&from), *b = open_udp(&to);
	struct fw_udp_target target = {.to = to, .to_bytes = sizeof(struct sockaddr_in)};
	static size_t sizes[700];
	uint8_t bytes[500];

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		sizes[i] = 200 + i % 300;
		memset(bytes, (int)i, sizeof(bytes));
		fw_udp_send_copy(a, &target, bytes, sizes[i]);
	}
	fw_udp_flush(a);
	assert_arrived(b, sizes, G_N_ELEMENTS(sizes));
}

static void too_long_is_marked(void **state)
{
	struct sockaddr_storage to;
	fw_cleanup(fw_udp_close) struct fw_udp *b = open_udp(&to);
	struct fw_udp_packet packets[FW_UDP_BATCH];
	uint8_t bytes[3000] = {0};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	(void)state;
	assert_int_equal(sendto(fd, bytes, sizeof(bytes), 0, (struct sockaddr *)&to,
				 sizeof(struct sockaddr_in)),
		sizeof(bytes));
	close(fd);
	assert_int_equal(fw_udp_receive(b, packets), 1);
	assert_true(packets[0].bytes > FW_UDP_PACKET_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_arrive_as_they_were_sent),
		cmocka_unit_test(many_packets_flush_by_themselves),
		cmocka_unit_test(too_long_is_marked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
