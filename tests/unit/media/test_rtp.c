/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <string.h>

#include "media/rtp.h"

/* marker, PT 96, seq 0x1234, ts 0x01020304, ssrc 0xcafebabe, ext one-byte: id 4 "uf", id 3 0x0102
 */
static const uint8_t PACKET[] = {0x90, 0xe0, 0x12, 0x34, 1, 2, 3, 4, 0xca, 0xfe, 0xba, 0xbe, 0xbe,
	0xde, 0, 2, 0x41, 'u', 'f', 0x31, 1, 2, 0, 0, 'p', 'a', 'y'};

static void parses_header_and_extensions(void **state)
{
	struct fw_rtp rtp;
	char mid[FW_MID_MAX + 1];
	uint16_t number = 0;
	const uint8_t *value = NULL;
	size_t bytes = 0;

	(void)state;
	assert_int_equal(fw_rtp_parse(PACKET, sizeof PACKET, &rtp), 0);
	assert_true(rtp.marker);
	assert_int_equal(rtp.payload_type, 96);
	assert_int_equal(rtp.sequence, 0x1234);
	assert_int_equal(rtp.timestamp, 0x01020304);
	assert_int_equal(rtp.ssrc, 0xcafebabe);
	assert_int_equal(rtp.payload_bytes, 3);
	assert_memory_equal(rtp.payload, "pay", 3);
	assert_int_equal(fw_rtp_mid(&rtp, 4, mid), 0);
	assert_string_equal(mid, "uf");
	assert_int_equal(fw_rtp_transport_cc(&rtp, 3, &number), 0);
	assert_int_equal(number, 0x0102);
	assert_int_equal(fw_rtp_extension(&rtp, 5, &value, &bytes), -ENOENT);
	assert_int_equal(fw_rtp_extension(&rtp, 0, &value, &bytes), -ENOENT);
	assert_int_equal(fw_rtp_transport_cc(&rtp, 0, &number), -ENOENT);
}

static void every_cut_is_refused_or_smaller(void **state)
{
	struct fw_rtp rtp;

	(void)state;
	for (size_t bytes = 0; bytes < sizeof PACKET; bytes++) {
		g_autofree uint8_t *cut = g_memdup2(PACKET, bytes);
		int r = fw_rtp_parse(cut, bytes, &rtp);
		assert_int_equal(r, bytes < 24 ? -EBADMSG : 0);
		if (r == 0) {
			assert_int_equal(rtp.payload_bytes, bytes - 24);
		}
	}
}

static void counts_csrc_and_padding(void **state)
{
	uint8_t packet[12 + 8 + 4 + 4] = {0xa2, 96};
	struct fw_rtp rtp;

	(void)state;
	packet[sizeof packet - 1] = 4;
	assert_int_equal(fw_rtp_parse(packet, sizeof packet, &rtp), 0);
	assert_int_equal(rtp.payload_bytes, 4);
	assert_int_equal(rtp.padding_bytes, 4);
	packet[sizeof packet - 1] = 8; /* all of the payload is padding: a probe */
	assert_int_equal(fw_rtp_parse(packet, sizeof packet, &rtp), 0);
	assert_int_equal(rtp.payload_bytes, 0);
	packet[sizeof packet - 1] = 9;
	assert_int_equal(fw_rtp_parse(packet, sizeof packet, &rtp), -EBADMSG);
	packet[sizeof packet - 1] = 0;
	assert_int_equal(fw_rtp_parse(packet, sizeof packet, &rtp), -EBADMSG);
	packet[0] = 0x42;
	assert_int_equal(fw_rtp_parse(packet, sizeof packet, &rtp), -EBADMSG);
}

static void reads_two_byte_elements(void **state)
{
	static const uint8_t packet[] = {0x90, 111, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9, 0x10, 0x03, 0, 2,
		0, 20, 0, 4, 2, 'u', 'a', 7};
	struct fw_rtp rtp;
	char mid[FW_MID_MAX + 1];
	const uint8_t *value = NULL;
	size_t bytes = 9;

	(void)state;
	assert_int_equal(fw_rtp_parse(packet, sizeof packet, &rtp), 0);
	assert_int_equal(fw_rtp_mid(&rtp, 4, mid), 0);
	assert_string_equal(mid, "ua");
	assert_int_equal(fw_rtp_extension(&rtp, 20, &value, &bytes), 0);
	assert_int_equal(bytes, 0);
	assert_int_equal(fw_rtp_extension(&rtp, 7, &value, &bytes), -ENOENT); /* cut off by the end */
}

static void broken_elements_are_not_read(void **state)
{
	uint8_t packet[sizeof PACKET];
	struct fw_rtp rtp;
	char mid[FW_MID_MAX + 1];
	uint16_t number;

	(void)state;
	memcpy(packet, PACKET, sizeof packet);
	packet[16] = 0x4f; /* 16 bytes, only 7 are there */
	assert_int_equal(fw_rtp_parse(packet, sizeof packet, &rtp), 0);
	assert_int_equal(fw_rtp_mid(&rtp, 4, mid), -ENOENT);
	packet[16] = 0xf1; /* id 15 ends reading */
	assert_int_equal(fw_rtp_transport_cc(&rtp, 3, &number), -ENOENT);
	packet[16] = 0x41;
	packet[17] = '\n';
	assert_int_equal(fw_rtp_mid(&rtp, 4, mid), -EBADMSG);
	packet[19] = 0x30;
	assert_int_equal(fw_rtp_transport_cc(&rtp, 3, &number), -EBADMSG);
	packet[12] = 0x11; /* neither form */
	assert_int_equal(fw_rtp_parse(packet, sizeof packet, &rtp), 0);
	assert_int_equal(fw_rtp_mid(&rtp, 4, mid), -ENOENT);
}

static void forwards_with_own_extensions_only(void **state)
{
	struct fw_rtp_forward how = {.ssrc = 7,
		.sequence = 65535,
		.payload_type = 97,
		.ext_mid = 4,
		.ext_transport_cc = 3,
		.mid = "1234567890123456",
		.transport_cc = 0xabcd};
	struct fw_rtp in, out;
	uint8_t packet[sizeof PACKET + FW_RTP_FORWARD_GROWTH];
	size_t bytes = 0;
	char mid[FW_MID_MAX + 1];
	uint16_t number = 0;

	(void)state;
	assert_int_equal(fw_rtp_parse(PACKET, sizeof PACKET, &in), 0);
	assert_int_equal(fw_rtp_forward(&in, &how, packet, sizeof packet, &bytes), 0);
	assert_int_equal(fw_rtp_parse(packet, bytes, &out), 0);
	assert_true(out.marker);
	assert_int_equal(out.payload_type, 97);
	assert_int_equal(out.sequence, 65535);
	assert_int_equal(out.timestamp, 0x01020304);
	assert_int_equal(out.ssrc, 7);
	assert_int_equal(fw_rtp_mid(&out, 4, mid), 0);
	assert_string_equal(mid, "1234567890123456");
	assert_int_equal(fw_rtp_transport_cc(&out, 3, &number), 0);
	assert_int_equal(number, 0xabcd);
	assert_int_equal(out.payload_bytes, 3);
	assert_memory_equal(out.payload, "pay", 3);
}

static void forwards_without_extensions(void **state)
{
	struct fw_rtp_forward how = {.ssrc = 7, .sequence = 1, .payload_type = 96};
	struct fw_rtp in, out;
	uint8_t packet[sizeof PACKET + FW_RTP_FORWARD_GROWTH];
	size_t bytes = 99;

	(void)state;
	assert_int_equal(fw_rtp_parse(PACKET, sizeof PACKET, &in), 0);
	assert_int_equal(fw_rtp_forward(&in, &how, packet, 14, &bytes), -ENOSPC);
	assert_int_equal(fw_rtp_forward(&in, &how, packet, 11, &bytes), -ENOSPC);
	assert_int_equal(bytes, 99);
	assert_int_equal(fw_rtp_forward(&in, &how, packet, 15, &bytes), 0);
	assert_int_equal(bytes, 15);
	assert_int_equal(fw_rtp_parse(packet, bytes, &out), 0);
	assert_null(out.extension);
}

static void sequence_numbers_wrap(void **state)
{
	(void)state;
	assert_true(fw_sequence_extend(65535, 0) == 65536);
	assert_true(fw_sequence_extend(65536, 65535) == 65535);
	assert_true(fw_sequence_extend(3 * 65536 + 10, 65530) == 3 * 65536 - 6);
	assert_true(fw_sequence_extend(0, 65535) == -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_header_and_extensions),
		cmocka_unit_test(every_cut_is_refused_or_smaller),
		cmocka_unit_test(counts_csrc_and_padding),
		cmocka_unit_test(reads_two_byte_elements),
		cmocka_unit_test(broken_elements_are_not_read),
		cmocka_unit_test(forwards_with_own_extensions_only),
		cmocka_unit_test(forwards_without_extensions),
		cmocka_unit_test(sequence_numbers_wrap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
