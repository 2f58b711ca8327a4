/* SPDX-License-Identifier: Apache-2.0 */
#include "media/rtcp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_feedback(const struct fw_rtcp_packet *packet)
{
	struct fw_rtcp_feedback feedback;
	uint16_t sequence = 0, following = 0;
	uint32_t ssrc = 0;
	uint64_t bps = 0;
	uint8_t command = 0;

	if (fw_rtcp_feedback(packet, &feedback) < 0) {
		return;
	}
	for (unsigned i = 0; fw_rtcp_nack(&feedback, i, &sequence, &following) == 0; i++) {
	}
	for (unsigned i = 0; fw_rtcp_fir(&feedback, i, &ssrc, &command) == 0; i++) {
	}
	(void)fw_rtcp_remb(&feedback, &bps);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fw_rtcp_walk walk;
	struct fw_rtcp_packet packet;
	struct fw_rtcp_sender_info info;
	struct fw_rtcp_report report;
	char cname[FW_RTCP_CNAME_MAX + 1];
	uint32_t ssrc = 0;

	if (fw_rtcp_walk_init(&walk, data, size, true) < 0) {
		return 0;
	}
	while (fw_rtcp_walk_next(&walk, &packet)) {
		(void)fw_rtcp_sender(&packet, &ssrc);
		(void)fw_rtcp_sender_info(&packet, &info);
		(void)fw_rtcp_cname(&packet, &ssrc, cname);
		for (unsigned i = 0; fw_rtcp_report(&packet, i, &report) == 0; i++) {
			(void)fw_rtcp_round_trip_us(&report, 0);
		}
		for (unsigned i = 0; fw_rtcp_bye(&packet, i, &ssrc) == 0; i++) {
		}
		read_feedback(&packet);
	}
	return 0;
}
