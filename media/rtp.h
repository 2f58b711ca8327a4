/* SPDX-License-Identifier: Apache-2.0 */
/* RTP packets (RFC 3550 5.1) with header extensions (RFC 8285): read one, and write the copy that
 * goes to a receiver.
 *
 * Owner: a parsed packet borrows the caller's bytes.  Threads: pure functions, any thread.
 * Errors: -EBADMSG not an RTP packet, -ENOENT no such extension, -ENOSPC the output is too small.
 */
#ifndef FW_MEDIA_RTP_H
#define FW_MEDIA_RTP_H

#include "media/messages.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FW_RTP_HEADER_BYTES 12 /* without CSRC and extensions, RFC 3550 5.1 */
/* longer ones do not come out of a browser (it stays under 1200) */
#define FW_RTP_PACKET_MAX 1500
/* most that fw_rtp_forward() adds: 4 + (1 + 16) + (1 + 2), RFC 8285 4.2 */
#define FW_RTP_FORWARD_GROWTH 24

struct fw_rtp {
	bool marker;
	uint8_t payload_type;
	uint16_t sequence;
	uint32_t timestamp;
	uint32_t ssrc;
	const uint8_t *packet;
	size_t packet_bytes;
	uint16_t extension_profile; /* 0xBEDE one-byte, 0x1000 two-byte elements; 0 without
				       extensions */
	const uint8_t *extension; /* elements only; NULL without extensions */
	size_t extension_bytes;
	const uint8_t *payload;
	size_t payload_bytes; /* padding excluded; may be 0 (a probe that is all padding) */
	size_t padding_bytes;
};

/* The fixed header, CSRC, extension and padding bounds are checked; the extension's elements only
 * when one is asked for. */
int fw_rtp_parse(const uint8_t *packet, size_t packet_bytes, struct fw_rtp *ret_rtp);

/* Finds the element of one- or two-byte form; id 1 ... 14 (one-byte) or 1 ... 255. *ret_bytes may
 * be 0 in the two-byte form. */
int fw_rtp_extension(
	const struct fw_rtp *rtp, uint8_t id, const uint8_t **ret_value, size_t *ret_bytes);

/* MID (RFC 8843 15) as a string into ret_mid; -ENOENT without one, -EBADMSG if it is longer than
 * FW_MID_MAX or not a token. */
int fw_rtp_mid(const struct fw_rtp *rtp, uint8_t id, char ret_mid[FW_MID_MAX + 1]);
/* Transport-wide sequence number, draft-holmer-rmcat-transport-wide-cc-extensions-01 2. */
int fw_rtp_transport_cc(const struct fw_rtp *rtp, uint8_t id, uint16_t *ret_sequence);

/* How the copy differs from its source: everything else (marker, timestamp, payload) stays. */
struct fw_rtp_forward {
	uint32_t ssrc;
	uint16_t sequence;
	uint8_t payload_type;
	uint8_t ext_mid; /* 0: no MID goes out */
	uint8_t ext_transport_cc; /* 0: no transport-wide number goes out */
	char mid[FW_MID_MAX + 1];
	uint16_t transport_cc;
};

/* Writes header, own extensions (one-byte form; the source's and its CSRC are left out) and payload
 * to out, which must not overlap rtp; padding is left out. out needs rtp->packet_bytes +
 * FW_RTP_FORWARD_GROWTH. */
int fw_rtp_forward(const struct fw_rtp *rtp, const struct fw_rtp_forward *how, uint8_t *out,
	size_t out_size, size_t *ret_bytes);

/* The 64-bit number nearest to reference that ends in sequence: wraps never matter to who keeps the
 * result. */
static inline int64_t fw_sequence_extend(int64_t reference, uint16_t sequence)
{
	return reference + (int16_t)(uint16_t)(sequence - (uint16_t)reference);
}

#endif
