/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <string.h>

#include "media/rtcp.h"

static const struct fw_rtcp_sender_info INFO = {.ssrc = 0x11223344,
	.ntp = UINT64_C(0xe8f1a2b3c4d5e6f7),
	.rtp_time = 0xdeadbeef,
	.packets = 10,
	.octets = 1000};

static const struct fw_rtcp_report REPORT = {.ssrc = 0xaabbccdd,
	.fraction_lost = 64,
	.lost = -3,
	.highest_sequence = 0x0001ffff,
	.jitter = 77,
	.last_sr = 0xa2b3c4d5,
	.delay_since_last_sr = 65536};

static void compound_is_built_and_walked(void **state)
{
	uint8_t bytes[256];
	struct fw_rtcp_writer writer;
	struct fw_rtcp_walk walk;
	struct fw_rtcp_packet packet;
	struct fw_rtcp_sender_info info = {0};
	struct fw_rtcp_report report = {0};
	struct fw_rtcp_feedback feedback;
	char cname[FW_RTCP_CNAME_MAX + 1];
	uint32_t ssrc = 0;

	(void)state;
	fw_rtcp_writer_init(&writer, bytes, sizeof bytes);
	assert_int_equal(fw_rtcp_put_sr(&writer, &INFO, &REPORT, 1), 0);
	assert_int_equal(fw_rtcp_put_cname(&writer, 5, "farwindow"), 0);
	assert_int_equal(fw_rtcp_put_pli(&writer, 5, 6), 0);
	assert_int_equal(fw_rtcp_put_bye(&writer, 5), 0);
	assert_int_equal(fw_rtcp_walk_init(&walk, bytes, writer.used, false), 0);

	assert_true(fw_rtcp_walk_next(&walk, &packet));
	assert_int_equal(packet.type, FW_RTCP_SR);
	assert_int_equal(fw_rtcp_sender_info(&packet, &info), 0);
	assert_memory_equal(&info, &INFO, sizeof info);
	assert_int_equal(fw_rtcp_report(&packet, 0, &report), 0);
	assert_memory_equal(&report, &REPORT, sizeof report);
	assert_int_equal(fw_rtcp_report(&packet, 1, &report), -ENOENT);
	assert_int_equal(fw_rtcp_cname(&packet, &ssrc, cname), -EBADMSG);

	assert_true(fw_rtcp_walk_next(&walk, &packet));
	assert_int_equal(fw_rtcp_cname(&packet, &ssrc, cname), 0);
	assert_int_equal(ssrc, 5);
	assert_string_equal(cname, "farwindow");

	assert_true(fw_rtcp_walk_next(&walk, &packet));
	assert_int_equal(packet.type, FW_RTCP_PSFB);
	assert_int_equal(packet.count, FW_RTCP_PSFB_PLI);
	assert_int_equal(fw_rtcp_feedback(&packet, &feedback), 0);
	assert_int_equal(feedback.sender_ssrc, 5);
	assert_int_equal(feedback.media_ssrc, 6);

	assert_true(fw_rtcp_walk_next(&walk, &packet));
	assert_int_equal(fw_rtcp_bye(&packet, 0, &ssrc), 0);
	assert_int_equal(fw_rtcp_bye(&packet, 1, &ssrc), -ENOENT);
	assert_false(fw_rtcp_walk_next(&walk, &packet));
	assert_int_equal(fw_rtcp_walk_init(&walk, bytes + 52, writer.used - 52, false), -EBADMSG);
	assert_int_equal(fw_rtcp_walk_init(&walk, bytes + 52, writer.used - 52, true), 0);
}

static void every_cut_is_refused(void **state)
{
	uint8_t bytes[256];
	struct fw_rtcp_writer writer;
	struct fw_rtcp_walk walk;

	(void)state;
	fw_rtcp_writer_init(&writer, bytes, sizeof bytes);
	assert_int_equal(fw_rtcp_put_rr(&writer, 1, &REPORT, 1), 0);
	for (size_t cut = 0; cut < writer.used; cut++) {
		g_autofree uint8_t *copy = g_memdup2(bytes, cut);
		assert_int_equal(fw_rtcp_walk_init(&walk, copy, cut, true), -EBADMSG);
	}
	for (size_t size = 0; size < writer.used; size++) {
		struct fw_rtcp_writer small;
		g_autofree uint8_t *room = g_malloc(size + 1);
		fw_rtcp_writer_init(&small, room, size);
		assert_int_equal(fw_rtcp_put_rr(&small, 1, &REPORT, 1), -ENOSPC);
		assert_int_equal(small.used, 0);
	}
}

static void packets_shorter_than_their_counts_are_refused(void **state)
{
	static const uint8_t sr[] = {0x81, 200, 0, 1, 0, 0, 0, 1};
	static const uint8_t rr[] = {0x9f, 201, 0, 1, 0, 0, 0, 1};
	static const uint8_t sdes[] = {0x81, 202, 0, 2, 0, 0, 0, 1, 1, 9, 'a', 'b'};
	static const uint8_t sdes_no_end[] = {0x81, 202, 0, 2, 0, 0, 0, 1, 2, 2, 'a', 'b'};
	static const uint8_t bye[] = {0x82, 203, 0, 1, 0, 0, 0, 1};
	static const uint8_t feedback[] = {0x81, 205, 0, 1, 0, 0, 0, 1};
	struct fw_rtcp_packet packet = {
		.type = 200, .count = 1, .bytes = sr, .length_bytes = sizeof sr};
	struct fw_rtcp_sender_info info;
	struct fw_rtcp_report report;
	struct fw_rtcp_feedback common;
	char cname[FW_RTCP_CNAME_MAX + 1];
	uint32_t ssrc = 0;

	(void)state;
	assert_int_equal(fw_rtcp_sender_info(&packet, &info), -EBADMSG);
	assert_int_equal(fw_rtcp_report(&packet, 0, &report), -EBADMSG);
	packet = (struct fw_rtcp_packet){201, 31, rr, sizeof rr};
	assert_int_equal(fw_rtcp_report(&packet, 0, &report), -EBADMSG);
	packet = (struct fw_rtcp_packet){202, 1, sdes, sizeof sdes};
	assert_int_equal(fw_rtcp_cname(&packet, &ssrc, cname), -EBADMSG);
	packet = (struct fw_rtcp_packet){202, 1, sdes_no_end, sizeof sdes_no_end};
	assert_int_equal(fw_rtcp_cname(&packet, &ssrc, cname), -EBADMSG);
	packet = (struct fw_rtcp_packet){202, 0, sdes, 4};
	assert_int_equal(fw_rtcp_cname(&packet, &ssrc, cname), -ENOENT);
	packet = (struct fw_rtcp_packet){203, 2, bye, sizeof bye};
	assert_int_equal(fw_rtcp_bye(&packet, 1, &ssrc), -EBADMSG);
	packet = (struct fw_rtcp_packet){205, 1, feedback, sizeof feedback};
	assert_int_equal(fw_rtcp_feedback(&packet, &common), -EBADMSG);
}

static void second_chunk_is_found(void **state)
{
	static const uint8_t sdes[] = {0x82, 202, 0, 6, 0, 0, 0, 1, 2, 3, 'x', 'y', 'z', 0, 0, 0, 0,
		0, 0, 2, 1, 2, 'o', 1, 0, 0, 0, 0};
	struct fw_rtcp_packet packet = {202, 2, sdes, sizeof sdes};
	char cname[FW_RTCP_CNAME_MAX + 1];
	uint32_t ssrc = 0;

	(void)state;
	assert_int_equal(fw_rtcp_cname(&packet, &ssrc, cname), 0);
	assert_int_equal(ssrc, 2);
	assert_string_equal(cname, "o?");
}

static void padding_only_at_the_end(void **state)
{
	uint8_t bytes[] = {0xa1, 203, 0, 2, 0, 0, 0, 9, 0, 0, 0, 4, 0x80, 201, 0, 1, 0, 0, 0, 1};
	struct fw_rtcp_walk walk;
	struct fw_rtcp_packet packet;

	(void)state;
	assert_int_equal(fw_rtcp_walk_init(&walk, bytes, 12, true), 0);
	assert_true(fw_rtcp_walk_next(&walk, &packet));
	assert_int_equal(packet.length_bytes, 8);
	assert_int_equal(fw_rtcp_walk_init(&walk, bytes, sizeof bytes, true), -EBADMSG);
	bytes[11] = 12;
	assert_int_equal(fw_rtcp_walk_init(&walk, bytes, 12, true), -EBADMSG);
	bytes[11] = 0;
	assert_int_equal(fw_rtcp_walk_init(&walk, bytes, 12, true), -EBADMSG);
	bytes[0] = 0x21;
	assert_int_equal(fw_rtcp_walk_init(&walk, bytes, 12, true), -EBADMSG);
	bytes[0] = 0xa1;
	bytes[1] = 191;
	assert_int_equal(fw_rtcp_walk_init(&walk, bytes, 12, true), -EBADMSG);
}

/* Builds one feedback packet and reads its common part. */
static void reread(struct fw_rtcp_writer *writer, struct fw_rtcp_feedback *feedback)
{
	struct fw_rtcp_walk walk;
	struct fw_rtcp_packet packet;

	assert_int_equal(fw_rtcp_walk_init(&walk, writer->bytes, writer->used, true), 0);
	assert_true(fw_rtcp_walk_next(&walk, &packet));
	assert_int_equal(fw_rtcp_feedback(&packet, feedback), 0);
	assert_false(fw_rtcp_walk_next(&walk, &packet));
}

static void nack_is_packed_over_the_wrap(void **state)
{
	static const uint16_t lost[] = {65534, 65535, 0, 14, 15, 31, 32};
	uint8_t bytes[64];
	struct fw_rtcp_writer writer;
	struct fw_rtcp_feedback feedback;
	uint16_t sequence = 0, following = 0;

	(void)state;
	fw_rtcp_writer_init(&writer, bytes, sizeof bytes);
	assert_int_equal(fw_rtcp_put_nack(&writer, 1, 2, lost, G_N_ELEMENTS(lost)), 0);
	reread(&writer, &feedback);
	assert_int_equal(feedback.fci_bytes, 12);
	assert_int_equal(fw_rtcp_nack(&feedback, 0, &sequence, &following), 0);
	assert_int_equal(sequence, 65534);
	assert_int_equal(following, 1 | 2 | 1 << 15);
	assert_int_equal(fw_rtcp_nack(&feedback, 1, &sequence, &following), 0);
	assert_int_equal(sequence, 15);
	assert_int_equal(following, 1 << 15);
	assert_int_equal(fw_rtcp_nack(&feedback, 2, &sequence, &following), 0);
	assert_int_equal(sequence, 32);
	assert_int_equal(following, 0);
	assert_int_equal(fw_rtcp_nack(&feedback, 3, &sequence, &following), -ENOENT);
}

static void fir_and_remb_come_back(void **state)
{
	static const uint32_t ssrcs[] = {7, 8};
	static const uint64_t rates[] = {0, 1, 262143, 262144, 3000000, 6000000, UINT64_C(1) << 40};
	uint8_t bytes[64], command = 0;
	struct fw_rtcp_writer writer;
	struct fw_rtcp_feedback feedback;
	uint32_t ssrc = 0;
	uint64_t bps = 0;

	(void)state;
	fw_rtcp_writer_init(&writer, bytes, sizeof bytes);
	assert_int_equal(fw_rtcp_put_fir(&writer, 1, 2, 200), 0);
	reread(&writer, &feedback);
	assert_int_equal(fw_rtcp_fir(&feedback, 0, &ssrc, &command), 0);
	assert_int_equal(ssrc, 2);
	assert_int_equal(command, 200);
	assert_int_equal(fw_rtcp_fir(&feedback, 1, &ssrc, &command), -ENOENT);
	assert_int_equal(fw_rtcp_remb(&feedback, &bps), -EBADMSG);
	for (size_t i = 0; i < G_N_ELEMENTS(rates); i++) {
		fw_rtcp_writer_init(&writer, bytes, sizeof bytes);
		assert_int_equal(fw_rtcp_put_remb(&writer, 1, rates[i], ssrcs, 2), 0);
		reread(&writer, &feedback);
		assert_int_equal(fw_rtcp_remb(&feedback, &bps), 0);
		assert_true(bps <= rates[i] && bps >= rates[i] - (rates[i] >> 17));
	}
	bytes[17] = 0xff; /* exponent 63 */
	assert_int_equal(fw_rtcp_remb(&feedback, &bps), -EBADMSG);
	bytes[16] = 3; /* three SSRC, two are there */
	assert_int_equal(fw_rtcp_remb(&feedback, &bps), -EBADMSG);
}

static void ntp_times(void **state)
{
	/* RFC 3550 6.4.1, figure 2: SR sent n=0xb44db705 20000000, A=0xb7108000, LSR 0xb7052000,
	 * DLSR 5.25 s; round trip 6.125 s. */
	struct fw_rtcp_report report = {.last_sr = 0xb7052000, .delay_since_last_sr = 0x00054000};

	(void)state;
	assert_int_equal(fw_rtcp_round_trip_us(&report,
				 UINT64_C(0xb710800000000000) >> 16 | UINT64_C(0xb44d) << 48),
		6125000);
	report.delay_since_last_sr = 0x00ffffff;
	assert_int_equal(fw_rtcp_round_trip_us(&report, UINT64_C(0xb44db71080000000)), 0);
	report.last_sr = 0;
	assert_int_equal(fw_rtcp_round_trip_us(&report, UINT64_C(0xb44db71080000000)), 0);
	assert_true(fw_ntp_from_us(0) == UINT64_C(2208988800) << 32);
	for (int64_t us = INT64_C(1795312979122990); us < INT64_C(1795312979122990) + 3000; us++) {
		assert_true(fw_ntp_to_us(fw_ntp_from_us(us)) == us);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compound_is_built_and_walked),
		cmocka_unit_test(every_cut_is_refused),
		cmocka_unit_test(packets_shorter_than_their_counts_are_refused),
		cmocka_unit_test(second_chunk_is_found),
		cmocka_unit_test(padding_only_at_the_end),
		cmocka_unit_test(nack_is_packed_over_the_wrap),
		cmocka_unit_test(fir_and_remb_come_back),
		cmocka_unit_test(ntp_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
