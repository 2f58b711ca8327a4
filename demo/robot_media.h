/* SPDX-License-Identifier: Apache-2.0 */
/* The robot window's side of one RTCPeerConnection: GStreamer's webrtcbin, so nothing of the
 * server's own media code. Sends the clock as face, the paper as document and a beep each second;
 * counts what it receives.
 *
 * Owner: robot_office.c.  Threads: the default main context's; GStreamer's own threads report
 * through the pipeline's bus. Errors: by the failed callback, after which only
 * fw_robot_media_free() is left.
 */
#ifndef FW_DEMO_ROBOT_MEDIA_H
#define FW_DEMO_ROBOT_MEDIA_H

#include <stdbool.h>
#include <stdint.h>

#define FW_ROBOT_TRACKS 3 /* audio, face, document: the m-lines' order in every offer */

struct fw_robot_media;

struct fw_robot_media_ops {
	void (*answered)(void *user, const char *sdp); /* the answer to the last offer */
	void (*failed)(void *user, const char *reason);
};

struct fw_robot_counts {
	uint64_t packets[FW_ROBOT_TRACKS], bytes[FW_ROBOT_TRACKS], frames[FW_ROBOT_TRACKS];
};

/* gst_init() must have been called. ops outlives the media; user too. */
struct fw_robot_media *fw_robot_media_new(const struct fw_robot_media_ops *ops, void *user);
void fw_robot_media_free(struct fw_robot_media *media);

/* The server's first offer or a later one of the same connection. */
void fw_robot_media_offer(struct fw_robot_media *media, const char *sdp);
void fw_robot_media_counts(const struct fw_robot_media *media, struct fw_robot_counts *ret_counts);

#endif
