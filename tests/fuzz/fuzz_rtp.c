/* SPDX-License-Identifier: Apache-2.0 */
#include "media/rtp.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct fw_rtp_forward how = {
		.ext_mid = 4, .ext_transport_cc = 3, .mid = "1f", .payload_type = 96};
	struct fw_rtp rtp, again;
	uint8_t out[FW_RTP_PACKET_MAX + FW_RTP_FORWARD_GROWTH];
	char mid[FW_MID_MAX + 1];
	uint16_t number = 0;
	size_t bytes = 0;

	if (size > FW_RTP_PACKET_MAX || fw_rtp_parse(data, size, &rtp) < 0) {
		return 0;
	}
	for (unsigned id = 0; id < 256; id++) {
		(void)fw_rtp_mid(&rtp, (uint8_t)id, mid);
		(void)fw_rtp_transport_cc(&rtp, (uint8_t)id, &number);
	}
	if (fw_rtp_forward(&rtp, &how, out, sizeof out, &bytes) < 0 ||
		fw_rtp_parse(out, bytes, &again) < 0 || again.payload_bytes != rtp.payload_bytes ||
		memcmp(again.payload, rtp.payload, rtp.payload_bytes) != 0) {
		abort();
	}
	return 0;
}
