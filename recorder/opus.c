/* SPDX-License-Identifier: Apache-2.0 */
#include "recorder/opus.h"

#include <errno.h>
#include <string.h>

#define DURATION_MAX_US 120000 /* RFC 6716 3.2.5 */

/* RFC 6716 table 2: four configurations of SILK, two of hybrid, four sizes of CELT each. */
static int32_t frame_us(uint8_t toc)
{
	static const int32_t silk[] = {10000, 20000, 40000, 60000};
	static const int32_t celt[] = {2500, 5000, 10000, 20000};
	unsigned config = toc >> 3;

	if (config < 12) {
		return silk[config % 4];
	}
	if (config < 16) {
		return config % 2 ? 20000 : 10000;
	}
	return celt[config % 4];
}

int fw_opus_duration_us(const uint8_t *packet, size_t size, int32_t *ret_duration_us)
{
	int32_t duration_us;
	int frames = 1;

	if (size == 0) {
		return -EBADMSG;
	}
	switch (packet[0] & 3) {
	case 0:
		break;
	case 1:
	case 2:
		frames = 2;
		break;
	default:
		if (size < 2) {
			return -EBADMSG;
		}
		frames = packet[1] & 0x3f;
		break;
	}
	duration_us = frames * frame_us(packet[0]);
	if (duration_us == 0 || duration_us > DURATION_MAX_US) {
		return -EBADMSG;
	}
	*ret_duration_us = duration_us;
	return 0;
}

size_t fw_opus_silence(int64_t room_us, uint8_t *ret_packet, int32_t *ret_duration_us)
{
	/* CELT, full band, mono, one frame whose first symbol is the silence flag (RFC 6716 4.3). */
	static const struct {
		int32_t duration_us;
		uint8_t toc;
	} sizes[] = {{20000, 31 << 3}, {10000, 30 << 3}, {5000, 29 << 3}, {2500, 28 << 3}};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		if (room_us >= sizes[i].duration_us) {
			memcpy(ret_packet, (const uint8_t[]){sizes[i].toc, 0xff, 0xfe},
				FW_OPUS_SILENCE_BYTES);
			*ret_duration_us = sizes[i].duration_us;
			return FW_OPUS_SILENCE_BYTES;
		}
	}
	return 0;
}
