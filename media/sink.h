/* SPDX-License-Identifier: Apache-2.0 */
/* Where a media worker hands what it received to whoever keeps it. Media defines the interface and knows no implementation.
 *
 * Owner: the sink's user pointer outlives the workers.  Threads: called on the worker's thread, one caller per worker number.
 * Errors: none; a sink that cannot take a packet counts it and names the gap itself. It must never block, allocate or make a system call.
 */
#ifndef FW_MEDIA_SINK_H
#define FW_MEDIA_SINK_H

#include "media/messages.h"
#include <stddef.h>

struct fw_sink_packet {
	uint64_t call; /* desk's handle */
	uint32_t participant;
	enum fw_track track;
	int64_t arrival_us; /* wall clock, UTC */
	const uint8_t *rtp; /* decrypted RTP packet (RFC 3550 5.1), the peer's own SSRC; borrowed during the call */
	size_t rtp_bytes;
};

struct fw_sink_sender_report {
	uint64_t call;
	uint32_t participant;
	enum fw_track track;
	uint32_t ssrc;
	int64_t arrival_us;
	uint64_t ntp; /* as sent: 32.32 fixed point seconds since 1900, RFC 3550 4 */
	uint32_t rtp_time;
};

struct fw_sink_ops {
	void (*packet)(void *user, unsigned worker, const struct fw_sink_packet *packet);
	void (*sender_report)(
		void *user, unsigned worker, const struct fw_sink_sender_report *report);
};

#endif
