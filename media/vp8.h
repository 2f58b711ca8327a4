/* SPDX-License-Identifier: Apache-2.0 */
/* VP8 in RTP (RFC 7741): payload descriptor, and of a key frame's first packet the picture size
 * (RFC 6386 9.1).
 *
 * Owner: borrows the caller's bytes.  Threads: pure, any thread.  Errors: -EBADMSG the descriptor
 * is cut short.
 */
#ifndef FW_MEDIA_VP8_H
#define FW_MEDIA_VP8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fw_vp8 {
	bool start_of_frame; /* S is set and the partition is 0 */
	bool key_frame; /* known at start_of_frame only */
	bool non_reference; /* N: may be dropped */
	uint8_t partition;
	int32_t picture_id; /* -1: none */
	uint8_t picture_id_bits; /* 0, 7 or 15 */
	int16_t tl0_picture_index; /* -1: none */
	int8_t temporal_layer; /* -1: none */
	bool layer_sync;
	int8_t key_index; /* -1: none */
	uint16_t width_px, height_px; /* of a key frame's first packet, else 0 */
	size_t descriptor_bytes; /* the frame's bytes follow */
};

/* payload_bytes 0 is -EBADMSG: a packet of padding only is no VP8. */
int fw_vp8_parse(const uint8_t *payload, size_t payload_bytes, struct fw_vp8 *ret_vp8);

#endif
