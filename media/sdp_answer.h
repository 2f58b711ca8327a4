/* SPDX-License-Identifier: Apache-2.0 */
/* A browser's (or any WebRTC peer's) answer to our offer, read with gst-sdp into the command that
 * tells a media worker of it.
 *
 * Owner: values only.  Threads: any; gst_init() must have been called once by main before (gst-sdp
 * crashes without). Errors: -EBADMSG the answer cannot be used, with the reason for the reply
 * `bad_sdp`.
 */
#ifndef FW_MEDIA_SDP_ANSWER_H
#define FW_MEDIA_SDP_ANSWER_H

#include "media/messages.h"
#include "media/sdp_offer.h"
#include <stddef.h>

#define FW_SDP_ANSWER_MAX 65536 /* docs/PROTOCOL.md 2: hello, limits.sdp_bytes */
#define FW_SDP_REASON_MAX 95

/* What is checked: syntax, BUNDLE, m-lines and mids in the offer's order, one SHA-256 fingerprint
 * for all, ICE credentials, setup active or passive, rtcp-mux, Opus 111 or VP8 96 on each accepted
 * m-line, directions (up: the peer sends; down: it receives). A rejected or inactive m-line leaves
 * that track's mid empty. ret_remote is untouched on failure; ret_reason is always ended with 0. */
int fw_sdp_answer_parse(const struct fw_sdp_offer *offer, const char *sdp, size_t sdp_bytes,
	struct fw_media_remote *ret_remote, char ret_reason[FW_SDP_REASON_MAX + 1]);

#endif
