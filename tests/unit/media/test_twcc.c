/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <string.h>

#include "media/twcc.h"

struct seen {
	unsigned received, lost, packets;
	uint16_t first, last;
	int64_t arrival_us[65536]; /* by sequence; 0: lost or not named */
};

static void read_feedback(const uint8_t *bytes, size_t length, struct seen *seen)
{
	struct fw_rtcp_walk walk;
	struct fw_rtcp_packet packet;
	struct fw_rtcp_feedback feedback;
	struct fw_twcc_feedback numbers;
	struct fw_twcc_arrival arrival;
	int r = 0;

	assert_int_equal(fw_rtcp_walk_init(&walk, bytes, length, true), 0);
	while (fw_rtcp_walk_next(&walk, &packet)) {
		assert_int_equal(packet.type, FW_RTCP_RTPFB);
		assert_int_equal(packet.count, FW_RTCP_RTPFB_TWCC);
		assert_int_equal(fw_rtcp_feedback(&packet, &feedback), 0);
		assert_int_equal(fw_twcc_feedback_init(&numbers, &feedback), 0);
		while ((r = fw_twcc_feedback_next(&numbers, &arrival)) > 0) {
			if (seen->received + seen->lost == 0) {
				seen->first = arrival.sequence;
			}
			seen->last = arrival.sequence;
			seen->received += arrival.received;
			seen->lost += !arrival.received;
			seen->arrival_us[arrival.sequence] =
				arrival.received ? arrival.arrival_us : 0;
		}
		assert_int_equal(r, 0);
		seen->packets++;
	}
}

/* Takes all that waits, in packets of at most room bytes. */
static struct seen *take_all(struct fw_twcc_receiver *receiver, size_t room)
{
	struct seen *seen = g_new0(struct seen, 1);
	g_autofree uint8_t *bytes = g_malloc(room);
	struct fw_rtcp_writer writer;
	int r = 0;

	for (;;) {
		fw_rtcp_writer_init(&writer, bytes, room);
		r = fw_twcc_receiver_put(receiver, &writer, 1, 2);
		if (r < 0) {
			assert_int_equal(r, -ENOENT);
			return seen;
		}
		read_feedback(bytes, writer.used, seen);
	}
}

static void matches_a_vector_by_hand(void **state)
{
	/* Packets 5, 6, 8 at 64 ms + 0, + 250 us, + 100 ms; 7 lost: symbols 1 1 0 2 in a two-bit
	 * vector; deltas 0, 1, 399. */
	static const uint8_t expected[] = {0xaf, 205, 0, 6, 0, 0, 0, 1, 0, 0, 0, 2, 0, 5, 0, 4, 0,
		0, 1, 0, 0xd4, 0x80, 0, 1, 1, 0x8f, 0, 2};
	struct fw_twcc_receiver receiver;
	struct fw_rtcp_writer writer;
	uint8_t bytes[64];

	(void)state;
	fw_twcc_receiver_init(&receiver);
	fw_rtcp_writer_init(&writer, bytes, sizeof bytes);
	assert_int_equal(fw_twcc_receiver_put(&receiver, &writer, 1, 2), -ENOENT);
	assert_false(fw_twcc_receiver_add(&receiver, 5, 64000));
	assert_false(fw_twcc_receiver_add(&receiver, 6, 64250));
	assert_false(fw_twcc_receiver_add(&receiver, 8, 164000));
	assert_int_equal(fw_twcc_receiver_put(&receiver, &writer, 1, 2), 0);
	assert_int_equal(writer.used, sizeof expected);
	assert_memory_equal(bytes, expected, sizeof expected);
	assert_int_equal(fw_twcc_receiver_put(&receiver, &writer, 1, 2), -ENOENT);
}

static void reports_what_came(void **state)
{
	struct fw_twcc_receiver receiver;
	int64_t now_us = INT64_C(10000000000);
	guint32 seed = 1;

	(void)state;
	fw_twcc_receiver_init(&receiver);
	/* 40 rounds of up to 250 packets with loss, reordering and the wrap, fed back in small and
	 * large packets. */
	for (unsigned round = 0, number = 65000; round < 40; round++) {
		g_autofree struct seen *seen = NULL;
		g_autofree int64_t *sent = g_new0(int64_t, 65536);
		unsigned first = number, received = 0, last = number;
		for (unsigned i = 0; i < 50 + round * 5; i++, number++) {
			unsigned swapped = i % 10 == 3 ? number + 1
				: i % 10 == 4          ? number - 1
						       : number;
			now_us += (seed = seed * 1664525 + 1013904223) >> 18;
			if (seed >> 8 & 7 && swapped != number + 1) {
				sent[swapped & 0xffff] = now_us;
			} else if (i > 0) {
				continue;
			}
			sent[swapped & 0xffff] = now_us;
			(void)fw_twcc_receiver_add(&receiver, (uint16_t)swapped, now_us);
			received++;
			last = swapped > last ? swapped : last;
		}
		seen = take_all(&receiver, round % 2 ? 1200 : 100);
		assert_int_equal(seen->received, received);
		assert_int_equal(seen->last, last & 0xffff);
		for (unsigned n = first; n <= last; n++) {
			int64_t is_us = seen->arrival_us[n & 0xffff], should_us = sent[n & 0xffff];
			assert_int_equal(is_us != 0, should_us != 0);
			if (is_us != 0) {
				int64_t off_us =
					(should_us - is_us) % ((int64_t)FW_TWCC_REFERENCE_US << 24);
				assert_true(off_us >= 0 && off_us < FW_TWCC_TICK_US);
			}
		}
		number = last + 1;
	}
	assert_int_equal(receiver.late, 0);
}

static void a_long_pause_starts_a_new_packet(void **state)
{
	struct fw_twcc_receiver receiver;
	g_autofree struct seen *seen = NULL;

	(void)state;
	fw_twcc_receiver_init(&receiver);
	(void)fw_twcc_receiver_add(&receiver, 1, 1000000);
	(void)fw_twcc_receiver_add(&receiver, 3, 10000000);
	seen = take_all(&receiver, 1200);
	assert_int_equal(seen->packets, 2);
	assert_int_equal(seen->received, 2);
	assert_int_equal(seen->lost, 1);
}

static void late_and_doubled_packets_are_only_counted(void **state)
{
	struct fw_twcc_receiver receiver;
	g_autofree struct seen *seen = NULL, *again = NULL;

	(void)state;
	fw_twcc_receiver_init(&receiver);
	(void)fw_twcc_receiver_add(&receiver, 10, 1000);
	(void)fw_twcc_receiver_add(&receiver, 12, 2000);
	(void)fw_twcc_receiver_add(&receiver, 12, 3000);
	seen = take_all(&receiver, 1200);
	assert_int_equal(seen->received, 2);
	(void)fw_twcc_receiver_add(&receiver, 11, 4000);
	again = take_all(&receiver, 1200);
	assert_int_equal(again->packets, 0);
	assert_int_equal(receiver.late, 2);
}

static void a_flood_keeps_the_newest(void **state)
{
	struct fw_twcc_receiver receiver;
	g_autofree struct seen *seen = NULL, *after_jump = NULL;
	bool urgent = false;

	(void)state;
	fw_twcc_receiver_init(&receiver);
	for (unsigned i = 0; i < 3 * FW_TWCC_WINDOW; i++) {
		urgent = fw_twcc_receiver_add(&receiver, (uint16_t)i, 1000 + i * 100);
	}
	assert_true(urgent);
	seen = take_all(&receiver, 1200);
	assert_int_equal(seen->packets, 1);
	assert_int_equal(seen->received, FW_TWCC_WINDOW);
	assert_int_equal(seen->last, 3 * FW_TWCC_WINDOW - 1);
	/* a jump by half the number space leaves one packet of a window's worth, mostly lost */
	(void)fw_twcc_receiver_add(&receiver, 3 * FW_TWCC_WINDOW + 20000, 2000000);
	after_jump = take_all(&receiver, 1200);
	assert_int_equal(after_jump->received, 1);
	assert_int_equal(after_jump->lost, FW_TWCC_WINDOW - 1);
}

static void no_room_is_said(void **state)
{
	struct fw_twcc_receiver receiver;
	struct fw_rtcp_writer writer;

	(void)state;
	fw_twcc_receiver_init(&receiver);
	(void)fw_twcc_receiver_add(&receiver, 1, 1000);
	for (size_t size = 0; size < 64; size++) {
		struct fw_twcc_receiver copy = receiver;
		g_autofree uint8_t *bytes = g_malloc(size + 1);
		fw_rtcp_writer_init(&writer, bytes, size);
		assert_int_equal(
			fw_twcc_receiver_put(&copy, &writer, 1, 2), size < 31 ? -ENOSPC : 0);
	}
}

static void cut_feedback_is_refused(void **state)
{
	/* run of 3 small, then a one-bit vector, deltas */
	static const uint8_t fci[] = {0, 1, 0, 17, 0, 0, 5, 9, 0x20, 3, 0xbf, 0xff, 1, 2, 3, 4, 5,
		6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17};
	struct fw_twcc_feedback walk;
	struct fw_twcc_arrival arrival;

	(void)state;
	for (size_t cut = 0; cut <= sizeof fci; cut++) {
		g_autofree uint8_t *copy = g_malloc(cut + 1);
		struct fw_rtcp_feedback feedback = {1, 2, copy, cut};
		unsigned count = 0;
		int r = 0;
		memcpy(copy, fci, cut);
		r = fw_twcc_feedback_init(&walk, &feedback);
		assert_int_equal(r, cut < 12 ? -EBADMSG : 0);
		while (r == 0 && (r = fw_twcc_feedback_next(&walk, &arrival)) > 0) {
			count++;
			r = 0;
		}
		assert_true(count <= 17);
		if (cut == sizeof fci) {
			assert_int_equal(count, 17);
		}
	}
}

static void reserved_symbol_and_empty_run_are_refused(void **state)
{
	uint8_t fci[] = {0, 1, 0, 1, 0, 0, 5, 9, 0x60, 1, 0, 0};
	struct fw_rtcp_feedback feedback = {1, 2, fci, sizeof fci};
	struct fw_twcc_feedback walk;
	struct fw_twcc_arrival arrival;

	(void)state;
	assert_int_equal(fw_twcc_feedback_init(&walk, &feedback), 0);
	assert_int_equal(fw_twcc_feedback_next(&walk, &arrival), -EBADMSG);
	fci[9] = 0;
	assert_int_equal(fw_twcc_feedback_init(&walk, &feedback), -EBADMSG);
}

/* A link of 1 Mbit/s that is sent more than it takes: the queue grows, the rate stays. */
static void sender_sees_rate_loss_and_queue(void **state)
{
	g_autofree struct fw_twcc_sender *sender = g_new(struct fw_twcc_sender, 1);
	struct fw_twcc_receiver receiver;
	struct fw_twcc_summary summary;
	int64_t link_free_us = 0;

	(void)state;
	fw_twcc_sender_init(sender);
	fw_twcc_receiver_init(&receiver);
	sender->next_sequence = 65500;
	for (int64_t now_us = 1000000, i = 0; now_us < 2000000; now_us += 8000, i++) {
		uint16_t number = fw_twcc_sender_add(sender, 1250, now_us);
		uint8_t bytes[1200];
		struct fw_rtcp_writer writer;
		struct fw_rtcp_feedback feedback;
		struct fw_rtcp_packet packet;
		struct fw_rtcp_walk walk;
		link_free_us = (link_free_us > now_us ? link_free_us : now_us) + 10000;
		if (i % 10 != 5) {
			/* The receiver's clock is near the wrap of the reference time. */
			(void)fw_twcc_receiver_add(&receiver, number,
				link_free_us + ((int64_t)FW_TWCC_REFERENCE_US << 24) - 1500000);
		}
		fw_rtcp_writer_init(&writer, bytes, sizeof bytes);
		if (i % 5 == 4 && fw_twcc_receiver_put(&receiver, &writer, 1, 2) == 0) {
			assert_int_equal(fw_rtcp_walk_init(&walk, bytes, writer.used, true), 0);
			assert_true(fw_rtcp_walk_next(&walk, &packet));
			assert_int_equal(fw_rtcp_feedback(&packet, &feedback), 0);
			assert_int_equal(fw_twcc_sender_feedback(sender, &feedback), 0);
			/* heard twice, counted once */
			assert_int_equal(fw_twcc_sender_feedback(sender, &feedback), 0);
		}
	}
	fw_twcc_sender_take(sender, &summary);
	assert_in_range(summary.received, 110, 113);
	assert_in_range(summary.lost, 12, 13);
	assert_in_range(summary.received_kbps, 880, 920); /* a tenth is lost */
	assert_in_range(summary.queue_ms, 180, 260);
	fw_twcc_sender_take(sender, &summary);
	assert_int_equal(summary.received, 0);
	assert_int_equal(summary.received_kbps, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matches_a_vector_by_hand),
		cmocka_unit_test(reports_what_came),
		cmocka_unit_test(a_long_pause_starts_a_new_packet),
		cmocka_unit_test(late_and_doubled_packets_are_only_counted),
		cmocka_unit_test(a_flood_keeps_the_newest),
		cmocka_unit_test(no_room_is_said),
		cmocka_unit_test(cut_feedback_is_refused),
		cmocka_unit_test(reserved_symbol_and_empty_run_are_refused),
		cmocka_unit_test(sender_sees_rate_loss_and_queue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
