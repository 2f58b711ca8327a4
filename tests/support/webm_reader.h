/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a WebM back with libavformat, as a player would, and looks where its Cues are.
 *
 * Owner: the test. Threads: one. Errors: a file that cannot be read aborts the test program.
 */
#ifndef FW_TESTS_SUPPORT_WEBM_READER_H
#define FW_TESTS_SUPPORT_WEBM_READER_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct webm_packet {
	bool video;
	bool key;
	int64_t time_us;
	size_t size;
	uint8_t head[64]; /* the first bytes */
};

struct webm {
	int64_t duration_us; /* as the file's head says; -1: not there */
	bool has_audio, has_video;
	int width_px, height_px;
	bool cues_in_front;
	bool seeks; /* to the middle, by the Cues */
	GArray *packets; /* struct webm_packet */
};

void webm_read(const char *path, struct webm *ret_webm);
void webm_clear(struct webm *webm);

#endif
