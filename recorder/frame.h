/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What goes into a file: a picture or an Opus packet with its wall time.
 *
 * Owner: whoever holds it. Threads: one. Errors: none.
 */
#ifndef FW_RECORDER_FRAME_H
#define FW_RECORDER_FRAME_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct fw_frame {
	int64_t time_us;
	int64_t duration_us; /* audio */
	bool key; /* video */
	uint16_t width_px; /* of a key frame */
	uint16_t height_px;
	unsigned packets; /* it was made from */
	bool follows; /* audio: begins exactly where the packet before ended */
	uint64_t lost_before; /* audio */
	size_t size;
	uint8_t bytes[];
};

static inline struct fw_frame *fw_frame_new(const void *bytes, size_t size)
{
	struct fw_frame *frame = g_malloc(sizeof(*frame) + size);

	*frame = (struct fw_frame){.size = size};
	memcpy(frame->bytes, bytes, size);
	return frame;
}

#endif
