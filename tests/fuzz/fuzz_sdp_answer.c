/* SPDX-License-Identifier: Apache-2.0 */
#include "media/sdp_answer.h"

#include <gst/gst.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fw_sdp_offer offer;
	struct fw_media_remote remote;
	char reason[FW_SDP_REASON_MAX + 1];
	int r = 0;

	if (offer.slots == 0) {
		gst_init(NULL, NULL);
		fw_sdp_offer_set_tracks(&offer, 1, 1000);
	}
	r = fw_sdp_answer_parse(&offer, (const char *)data, size, &remote, reason);
	if ((r < 0) != (strlen(reason) > 0) || strlen(reason) > FW_SDP_REASON_MAX) {
		abort();
	}
	return 0;
}
