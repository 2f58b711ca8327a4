/* SPDX-License-Identifier: Apache-2.0 */
/* RTCP: walk a compound packet (RFC 3550 6.1, reduced size RFC 5506) and build one.
 * Reports RFC 3550 6.4, SDES 6.5, BYE 6.6; NACK, PLI RFC 4585 6.2.1, 6.3.1; FIR RFC 5104 4.3.1;
 * REMB draft-alvestrand-rmcat-remb-03; transport-wide feedback has its own file, twcc.h.
 *
 * Owner: what is walked borrows the caller's bytes; a writer writes to the caller's bytes. Threads:
 * pure functions, any thread. Errors: -EBADMSG malformed, -ENOENT not there, -ENOSPC the output is
 * too small (nothing was written then).
 */
#ifndef FW_MEDIA_RTCP_H
#define FW_MEDIA_RTCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FW_RTCP_SR          200
#define FW_RTCP_RR          201
#define FW_RTCP_SDES        202
#define FW_RTCP_BYE         203
#define FW_RTCP_RTPFB       205 /* RFC 4585 6.1 */
#define FW_RTCP_PSFB        206
#define FW_RTCP_RTPFB_NACK  1
#define FW_RTCP_RTPFB_TWCC  15
#define FW_RTCP_PSFB_PLI    1
#define FW_RTCP_PSFB_FIR    4
#define FW_RTCP_PSFB_REMB   15
#define FW_RTCP_CNAME_MAX   255 /* length is one byte, RFC 3550 6.5 */
#define FW_RTCP_REPORTS_MAX 31 /* five bits of count */

struct fw_rtcp_packet { /* one packet of a compound */
	uint8_t type;
	uint8_t count; /* report count, source count or feedback format */
	const uint8_t *bytes; /* whole packet, header included, padding excluded */
	size_t length_bytes;
};

struct fw_rtcp_walk {
	const uint8_t *bytes;
	size_t left_bytes;
};

/* Checks every header and length of the compound first, so that a walk never meets a broken one.
 * With reduced_size any packet may be first; otherwise SR or RR must be. */
int fw_rtcp_walk_init(
	struct fw_rtcp_walk *walk, const uint8_t *compound, size_t bytes, bool reduced_size);
/* False at the end. */
bool fw_rtcp_walk_next(struct fw_rtcp_walk *walk, struct fw_rtcp_packet *ret_packet);

/* SSRC of the packet's sender (of SR, RR, feedback and BYE the first word, of SDES the first
 * chunk's). */
int fw_rtcp_sender(const struct fw_rtcp_packet *packet, uint32_t *ret_ssrc);

struct fw_rtcp_sender_info {
	uint32_t ssrc;
	uint64_t ntp; /* 32.32 fixed point seconds since 1900 */
	uint32_t rtp_time;
	uint32_t packets;
	uint32_t octets;
};
int fw_rtcp_sender_info(const struct fw_rtcp_packet *packet, struct fw_rtcp_sender_info *ret_info);

struct fw_rtcp_report {
	uint32_t ssrc; /* the source reported on */
	uint8_t fraction_lost; /* of 256 */
	int32_t lost; /* signed 24 bits */
	uint32_t highest_sequence; /* cycles << 16 | sequence */
	uint32_t jitter; /* RTP time units */
	uint32_t last_sr; /* middle 32 bits of the NTP time of the last SR; 0: none */
	uint32_t delay_since_last_sr; /* 1/65536 s */
};
/* Report block number index of an SR or RR; -ENOENT past the last. */
int fw_rtcp_report(
	const struct fw_rtcp_packet *packet, unsigned index, struct fw_rtcp_report *ret_report);

/* First CNAME of an SDES packet, ended with 0; bytes outside printable ASCII become '?'. */
int fw_rtcp_cname(const struct fw_rtcp_packet *packet, uint32_t *ret_ssrc,
	char ret_cname[FW_RTCP_CNAME_MAX + 1]);
/* Source number index of a BYE. */
int fw_rtcp_bye(const struct fw_rtcp_packet *packet, unsigned index, uint32_t *ret_ssrc);

struct fw_rtcp_feedback {
	uint32_t sender_ssrc;
	uint32_t media_ssrc;
	const uint8_t *fci;
	size_t fci_bytes;
};
/* Common part of RTPFB and PSFB. */
int fw_rtcp_feedback(const struct fw_rtcp_packet *packet, struct fw_rtcp_feedback *ret_feedback);
/* Word number index of a generic NACK: sequence, and a bit for each of the 16 that follow it. */
int fw_rtcp_nack(const struct fw_rtcp_feedback *feedback, unsigned index, uint16_t *ret_sequence,
	uint16_t *ret_following);
/* Entry number index of a FIR. */
int fw_rtcp_fir(const struct fw_rtcp_feedback *feedback, unsigned index, uint32_t *ret_ssrc,
	uint8_t *ret_command);
/* -EBADMSG also if a PSFB format 15 is something else than REMB. */
int fw_rtcp_remb(const struct fw_rtcp_feedback *feedback, uint64_t *ret_bps);

struct fw_rtcp_writer {
	uint8_t *bytes;
	size_t size;
	size_t used;
};

void fw_rtcp_writer_init(struct fw_rtcp_writer *writer, uint8_t *bytes, size_t size);
/* Each appends one packet. A compound (RFC 3550 6.1) is: sr or rr, cname, then the rest; pli, nack,
 * remb alone only under RFC 5506. */
int fw_rtcp_put_sr(struct fw_rtcp_writer *writer, const struct fw_rtcp_sender_info *info,
	const struct fw_rtcp_report *reports, unsigned report_count);
int fw_rtcp_put_rr(struct fw_rtcp_writer *writer, uint32_t sender_ssrc,
	const struct fw_rtcp_report *reports, unsigned report_count);
int fw_rtcp_put_cname(struct fw_rtcp_writer *writer, uint32_t ssrc, const char *cname);
int fw_rtcp_put_bye(struct fw_rtcp_writer *writer, uint32_t ssrc);
int fw_rtcp_put_pli(struct fw_rtcp_writer *writer, uint32_t sender_ssrc, uint32_t media_ssrc);
int fw_rtcp_put_fir(
	struct fw_rtcp_writer *writer, uint32_t sender_ssrc, uint32_t media_ssrc, uint8_t command);
/* sequences ascending modulo 2^16, packed 17 to a word; count >= 1. */
int fw_rtcp_put_nack(struct fw_rtcp_writer *writer, uint32_t sender_ssrc, uint32_t media_ssrc,
	const uint16_t *sequences, size_t count);
int fw_rtcp_put_remb(struct fw_rtcp_writer *writer, uint32_t sender_ssrc, uint64_t bps,
	const uint32_t *ssrcs, unsigned ssrc_count);

/* NTP time (32.32 since 1900) of a UTC time, and back. */
uint64_t fw_ntp_from_us(int64_t utc_us);
int64_t fw_ntp_to_us(uint64_t ntp);
/* Round trip from a report block: now - last_sr - delay, RFC 3550 6.4.1; 0 if the block names no SR
 * or the clocks disagree. */
uint32_t fw_rtcp_round_trip_us(const struct fw_rtcp_report *report, uint64_t now_ntp);

#endif
