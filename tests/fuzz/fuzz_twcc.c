/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes serve twice: as feedback from outside, and as arrivals of which feedback is built. */
#include "media/twcc.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_as_feedback(const uint8_t *data, size_t size)
{
	static struct fw_twcc_sender sender;
	const struct fw_rtcp_feedback feedback = {.fci = data, .fci_bytes = size};
	struct fw_twcc_summary summary;

	fw_twcc_sender_init(&sender);
	for (unsigned i = 0; i < FW_TWCC_SENT; i++) {
		(void)fw_twcc_sender_add(&sender, 1200, 1 + i * 1000);
	}
	(void)fw_twcc_sender_feedback(&sender, &feedback);
	fw_twcc_sender_take(&sender, &summary);
}

static void build_and_read(struct fw_twcc_receiver *receiver, size_t room)
{
	uint8_t bytes[1200];
	struct fw_rtcp_writer writer;
	struct fw_rtcp_walk walk;
	struct fw_rtcp_packet packet;
	struct fw_rtcp_feedback feedback;
	struct fw_twcc_feedback numbers;
	struct fw_twcc_arrival arrival;

	fw_rtcp_writer_init(&writer, bytes, room);
	if (fw_twcc_receiver_put(receiver, &writer, 1, 2) < 0) {
		return;
	}
	if (fw_rtcp_walk_init(&walk, bytes, writer.used, true) < 0 ||
		!fw_rtcp_walk_next(&walk, &packet) || fw_rtcp_feedback(&packet, &feedback) < 0 ||
		fw_twcc_feedback_init(&numbers, &feedback) < 0) {
		abort();
	}
	for (unsigned i = 0; i < numbers.packet_count; i++) {
		if (fw_twcc_feedback_next(&numbers, &arrival) != 1) {
			abort();
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fw_twcc_receiver receiver;
	int64_t now_us = 0;

	read_as_feedback(data, size);
	fw_twcc_receiver_init(&receiver);
	for (size_t i = 0; i + 4 <= size; i += 4) {
		now_us += (int64_t)data[i + 2] << (data[i + 3] & 31);
		(void)fw_twcc_receiver_add(
			&receiver, (uint16_t)(data[i] << 8 | data[i + 1]), now_us);
		if (data[i + 3] & 0x80) {
			build_and_read(&receiver, 32 + 8 * (size_t)(data[i + 3] & 0x7f));
		}
	}
	build_and_read(&receiver, 1200);
	return 0;
}
