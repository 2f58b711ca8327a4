/* SPDX-License-Identifier: Apache-2.0 */
#include "media/vp8.h"
#include "media/bytes.h"
#include <errno.h>

/* Reads what follows the first byte when its X bit is set (RFC 7741 4.2); returns the new position
 * or -EBADMSG. */
static int parse_extended(const uint8_t *payload, size_t bytes, struct fw_vp8 *vp8)
{
	size_t at = 2;
	uint8_t flags = 0;

	if (bytes < 2) {
		return -EBADMSG;
	}
	flags = payload[1];
	if (flags & 0x80) {
		if (bytes <= at) {
			return -EBADMSG;
		}
		vp8->picture_id_bits = payload[at] & 0x80 ? 15 : 7;
		if (vp8->picture_id_bits == 15) {
			if (bytes - at < 2) {
				return -EBADMSG;
			}
			vp8->picture_id = fw_get16(payload + at) & 0x7fff;
			at += 2;
		} else {
			vp8->picture_id = payload[at++];
		}
	}
	if (flags & 0x40) {
		if (bytes <= at) {
			return -EBADMSG;
		}
		vp8->tl0_picture_index = payload[at++];
	}
	if (flags & 0x30) {
		if (bytes <= at) {
			return -EBADMSG;
		}
		if (flags & 0x20) {
			vp8->temporal_layer = (int8_t)(payload[at] >> 6);
			vp8->layer_sync = payload[at] & 0x20;
		}
		vp8->key_index = flags & 0x10 ? (int8_t)(payload[at] & 0x1f) : -1;
		at++;
	}
	return (int)at;
}

int fw_vp8_parse(const uint8_t *payload, size_t payload_bytes, struct fw_vp8 *ret_vp8)
{
	struct fw_vp8 vp8 = {
		.picture_id = -1, .tl0_picture_index = -1, .temporal_layer = -1, .key_index = -1};
	const uint8_t *frame = NULL;
	int at = 1;

	if (payload_bytes < 2) {
		return -EBADMSG;
	}
	vp8.non_reference = payload[0] & 0x20;
	vp8.partition = payload[0] & 0x07;
	vp8.start_of_frame = (payload[0] & 0x10) && vp8.partition == 0;
	if (payload[0] & 0x80) {
		at = parse_extended(payload, payload_bytes, &vp8);
	}
	if (at < 0 || (size_t)at >= payload_bytes) {
		return -EBADMSG;
	}
	vp8.descriptor_bytes = (size_t)at;
	frame = payload + at;
	vp8.key_frame = vp8.start_of_frame && !(frame[0] & 1);
	/* Frame tag (3 bytes), start code, then 14 bits each of width and height, little endian. */
	if (vp8.key_frame && payload_bytes - (size_t)at >= 10 && fw_get24(frame + 3) == 0x9d012a) {
		vp8.width_px = (uint16_t)(frame[6] | (frame[7] & 0x3f) << 8);
		vp8.height_px = (uint16_t)(frame[8] | (frame[9] & 0x3f) << 8);
	}
	*ret_vp8 = vp8;
	return 0;
}
