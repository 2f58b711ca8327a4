/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VP8 packets in, whole pictures out (RFC 7741). A picture that is not whole is dropped, and so is
 * everything that may be made from it, until the next key frame; that time is a named gap.
 *
 * Owner: the finaliser. Threads: one. Errors: none; what cannot be used is accounted for.
 */
#ifndef FW_RECORDER_PICTURE_H
#define FW_RECORDER_PICTURE_H

#include "recorder/frame.h"
#include "recorder/report.h"
#include "recorder/stream.h"

struct fw_pictures;

struct fw_pictures_ops {
	/* The account of the file that is being written now. */
	struct fw_report *(*report)(void *user);
	enum fw_cause (*cause)(
		void *user, int64_t from_us, int64_t to_us, enum fw_cause otherwise, uint64_t lost);
	void (*picture)(void *user, struct fw_frame *frame); /* owned by the callee */
};

struct fw_pictures *fw_pictures_create(const struct fw_pictures_ops *ops, void *user);
void fw_pictures_destroy(struct fw_pictures *pictures);
FW_DEFINE_CLEANUP(struct fw_pictures, fw_pictures_destroy)

void fw_pictures_put(struct fw_pictures *pictures, const struct fw_stream_packet *packet);

/* No more packets come: the last picture, and a gap that is still open. */
void fw_pictures_finish(struct fw_pictures *pictures);

#endif
