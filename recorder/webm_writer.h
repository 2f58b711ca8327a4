/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A WebM file of at most one audio and one video track into a blob: stream copy by libavformat, Cues
 * in front of the first cluster. webm_writer.c is the only file that knows libav.
 *
 * Owner: the creator; the blob writer is borrowed and outlives it. Threads: one at a time.
 * Errors: those of the blob writer; -EPROTO this file or frame is refused, by libavformat or because
 * its time goes back; -EIO libavformat is not the one this was built for.
 */
#ifndef FW_RECORDER_WEBM_WRITER_H
#define FW_RECORDER_WEBM_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/blob.h"

struct fw_webm;

#define FW_WEBM_TRACKS_MAX 2

enum fw_webm_codec {
	FW_WEBM_OPUS, /* 48 kHz, two channels; each packet says itself what is in it */
	FW_WEBM_VP8,
};

struct fw_webm_track {
	enum fw_webm_codec codec;
	uint16_t width_px; /* of the first key frame; later ones may differ */
	uint16_t height_px;
};

struct fw_webm_frame {
	unsigned track;
	int64_t time_us; /* from the beginning of the file, not before the track's last frame */
	int64_t duration_us; /* 0: until the next; the last frame's reaches to the end of the file */
	bool key; /* audio: always */
	const uint8_t *bytes;
	size_t size;
};

/* Loads what libavformat loads on first use, so that nothing is opened later (sandbox). */
void fw_webm_warm_up(void);

int fw_webm_create(struct fw_blob_writer *blob, const struct fw_webm_track *tracks, unsigned count,
	struct fw_webm **ret_webm);
int fw_webm_write(struct fw_webm *webm, const struct fw_webm_frame *frame);

/* Writes duration and Cues; afterwards the blob can be committed. */
int fw_webm_finish(struct fw_webm *webm);
void fw_webm_destroy(struct fw_webm *webm);
FW_DEFINE_CLEANUP(struct fw_webm, fw_webm_destroy)

#endif
