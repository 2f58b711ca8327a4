/* SPDX-License-Identifier: Apache-2.0 */
#include "media/rtcp.h"
#include "media/bytes.h"
#include <assert.h>
#include <errno.h>
#include <string.h>

#define HEADER_BYTES      4
#define REPORT_BYTES      24
#define SENDER_INFO_BYTES 24 /* SSRC and sender info, RFC 3550 6.4.1 */
#define FEEDBACK_BYTES    8 /* two SSRC, RFC 4585 6.1 */
#define SDES_CNAME        1
#define TYPE_MIN          192 /* what RFC 5761 4 leaves to RTCP on a shared port */
#define TYPE_MAX          223
#define NTP_UNIX_OFFSET_S 2208988800u /* 1900 to 1970, RFC 868 */

int fw_rtcp_walk_init(
	struct fw_rtcp_walk *walk, const uint8_t *compound, size_t bytes, bool reduced_size)
{
	size_t at = 0;

	if (bytes < HEADER_BYTES || bytes % 4 != 0) {
		return -EBADMSG;
	}
	if (!reduced_size && compound[1] != FW_RTCP_SR && compound[1] != FW_RTCP_RR) {
		return -EBADMSG;
	}
	while (at < bytes) {
		const uint8_t *packet = compound + at;
		size_t length = 4 * ((size_t)fw_get16(packet + 2) + 1);
		if (packet[0] >> 6 != 2 || packet[1] < TYPE_MIN || packet[1] > TYPE_MAX ||
			length > bytes - at) {
			return -EBADMSG;
		}
		if (packet[0] & 0x20) {
			uint8_t padding = packet[length - 1];
			if (at + length != bytes || padding == 0 || padding > length - HEADER_BYTES) {
				return -EBADMSG;
			}
		}
		at += length;
	}
	walk->bytes = compound;
	walk->left_bytes = bytes;
	return 0;
}

bool fw_rtcp_walk_next(struct fw_rtcp_walk *walk, struct fw_rtcp_packet *ret_packet)
{
	size_t length = 0;

	if (walk->left_bytes == 0) {
		return false;
	}
	length = 4 * ((size_t)fw_get16(walk->bytes + 2) + 1);
	ret_packet->type = walk->bytes[1];
	ret_packet->count = walk->bytes[0] & 0x1f;
	ret_packet->bytes = walk->bytes;
	ret_packet->length_bytes = length - (walk->bytes[0] & 0x20 ? walk->bytes[length - 1] : 0);
	walk->bytes += length;
	walk->left_bytes -= length;
	return true;
}

int fw_rtcp_sender(const struct fw_rtcp_packet *packet, uint32_t *ret_ssrc)
{
	if (packet->length_bytes < HEADER_BYTES + 4) {
		return -EBADMSG;
	}
	*ret_ssrc = fw_get32(packet->bytes + HEADER_BYTES);
	return 0;
}

int fw_rtcp_sender_info(const struct fw_rtcp_packet *packet, struct fw_rtcp_sender_info *ret_info)
{
	const uint8_t *at = packet->bytes + HEADER_BYTES;

	if (packet->type != FW_RTCP_SR || packet->length_bytes < HEADER_BYTES + SENDER_INFO_BYTES) {
		return -EBADMSG;
	}
	ret_info->ssrc = fw_get32(at);
	ret_info->ntp = fw_get64(at + 4);
	ret_info->rtp_time = fw_get32(at + 12);
	ret_info->packets = fw_get32(at + 16);
	ret_info->octets = fw_get32(at + 20);
	return 0;
}

int fw_rtcp_report(
	const struct fw_rtcp_packet *packet, unsigned index, struct fw_rtcp_report *ret_report)
{
	size_t at = HEADER_BYTES + (packet->type == FW_RTCP_SR ? SENDER_INFO_BYTES : 4) +
		(size_t)index * REPORT_BYTES;
	const uint8_t *block = packet->bytes + at;

	if (packet->type != FW_RTCP_SR && packet->type != FW_RTCP_RR) {
		return -EBADMSG;
	}
	if (index >= packet->count) {
		return -ENOENT;
	}
	if (packet->length_bytes < at + REPORT_BYTES) {
		return -EBADMSG;
	}
	ret_report->ssrc = fw_get32(block);
	ret_report->fraction_lost = block[4];
	ret_report->lost = (int32_t)(fw_get24(block + 5) ^ 0x800000) - 0x800000;
	ret_report->highest_sequence = fw_get32(block + 8);
	ret_report->jitter = fw_get32(block + 12);
	ret_report->last_sr = fw_get32(block + 16);
	ret_report->delay_since_last_sr = fw_get32(block + 20);
	return 0;
}

static void copy_printable(char *out, const uint8_t *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		out[i] = bytes[i] >= ' ' && bytes[i] <= '~' ? (char)bytes[i] : '?';
	}
	out[count] = '\0';
}

int fw_rtcp_cname(const struct fw_rtcp_packet *packet, uint32_t *ret_ssrc,
	char ret_cname[FW_RTCP_CNAME_MAX + 1])
{
	const uint8_t *at = packet->bytes + HEADER_BYTES,
		      *end = packet->bytes + packet->length_bytes;

	if (packet->type != FW_RTCP_SDES) {
		return -EBADMSG;
	}
	for (unsigned chunk = 0; chunk < packet->count; chunk++) {
		const uint8_t *start = at;
		if (end - at < 8) {
			return -EBADMSG;
		}
		at += 4;
		while (at < end && *at != 0) {
			if (end - at < 2 || end - at - 2 < at[1]) {
				return -EBADMSG;
			}
			if (*at == SDES_CNAME) {
				*ret_ssrc = fw_get32(start);
				copy_printable(ret_cname, at + 2, at[1]);
				return 0;
			}
			at += 2 + at[1];
		}
		if (at == end) {
			return -EBADMSG;
		}
		at = start + ((at - start) / 4 + 1) * 4;
	}
	return -ENOENT;
}

int fw_rtcp_bye(const struct fw_rtcp_packet *packet, unsigned index, uint32_t *ret_ssrc)
{
	size_t at = HEADER_BYTES + 4 * (size_t)index;

	if (packet->type != FW_RTCP_BYE) {
		return -EBADMSG;
	}
	if (index >= packet->count) {
		return -ENOENT;
	}
	if (packet->length_bytes < at + 4) {
		return -EBADMSG;
	}
	*ret_ssrc = fw_get32(packet->bytes + at);
	return 0;
}

int fw_rtcp_feedback(const struct fw_rtcp_packet *packet, struct fw_rtcp_feedback *ret_feedback)
{
	const uint8_t *at = packet->bytes + HEADER_BYTES;

	if ((packet->type != FW_RTCP_RTPFB && packet->type != FW_RTCP_PSFB) ||
		packet->length_bytes < HEADER_BYTES + FEEDBACK_BYTES) {
		return -EBADMSG;
	}
	ret_feedback->sender_ssrc = fw_get32(at);
	ret_feedback->media_ssrc = fw_get32(at + 4);
	ret_feedback->fci = at + FEEDBACK_BYTES;
	ret_feedback->fci_bytes = packet->length_bytes - HEADER_BYTES - FEEDBACK_BYTES;
	return 0;
}

int fw_rtcp_nack(const struct fw_rtcp_feedback *feedback, unsigned index, uint16_t *ret_sequence,
	uint16_t *ret_following)
{
	size_t at = 4 * (size_t)index;

	if (feedback->fci_bytes < at + 4) {
		return -ENOENT;
	}
	*ret_sequence = fw_get16(feedback->fci + at);
	*ret_following = fw_get16(feedback->fci + at + 2);
	return 0;
}

int fw_rtcp_fir(const struct fw_rtcp_feedback *feedback, unsigned index, uint32_t *ret_ssrc,
	uint8_t *ret_command)
{
	size_t at = 8 * (size_t)index;

	if (feedback->fci_bytes < at + 8) {
		return -ENOENT;
	}
	*ret_ssrc = fw_get32(feedback->fci + at);
	*ret_command = feedback->fci[at + 4];
	return 0;
}

int fw_rtcp_remb(const struct fw_rtcp_feedback *feedback, uint64_t *ret_bps)
{
	const uint8_t *fci = feedback->fci;
	uint64_t mantissa = 0;
	unsigned exponent = 0;

	if (feedback->fci_bytes < 8 || memcmp(fci, "REMB", 4) != 0 ||
		feedback->fci_bytes - 8 < 4 * (size_t)fci[4]) {
		return -EBADMSG;
	}
	exponent = fci[5] >> 2;
	mantissa = (uint64_t)(fci[5] & 3) << 16 | fw_get16(fci + 6);
	*ret_bps = mantissa << exponent;
	return *ret_bps >> exponent == mantissa ? 0 : -EBADMSG;
}

void fw_rtcp_writer_init(struct fw_rtcp_writer *writer, uint8_t *bytes, size_t size)
{
	writer->bytes = bytes;
	writer->size = size;
	writer->used = 0;
}

/* Room for one packet of length bytes (a multiple of 4), its header written; NULL if it does not
 * fit. */
static uint8_t *put_header(
	struct fw_rtcp_writer *writer, uint8_t type, unsigned count, size_t length)
{
	uint8_t *packet = writer->bytes + writer->used;

	if (writer->size - writer->used < length) {
		return NULL;
	}
	packet[0] = (uint8_t)(2 << 6 | count);
	packet[1] = type;
	fw_put16(packet + 2, (uint16_t)(length / 4 - 1));
	writer->used += length;
	return packet + HEADER_BYTES;
}

static void put_reports(uint8_t *at, const struct fw_rtcp_report *reports, unsigned count)
{
	for (unsigned i = 0; i < count; i++, at += REPORT_BYTES) {
		fw_put32(at, reports[i].ssrc);
		at[4] = reports[i].fraction_lost;
		fw_put24(at + 5, (uint32_t)reports[i].lost);
		fw_put32(at + 8, reports[i].highest_sequence);
		fw_put32(at + 12, reports[i].jitter);
		fw_put32(at + 16, reports[i].last_sr);
		fw_put32(at + 20, reports[i].delay_since_last_sr);
	}
}

int fw_rtcp_put_sr(struct fw_rtcp_writer *writer, const struct fw_rtcp_sender_info *info,
	const struct fw_rtcp_report *reports, unsigned report_count)
{
	uint8_t *at = NULL;

	assert(report_count <= FW_RTCP_REPORTS_MAX);
	at = put_header(writer, FW_RTCP_SR, report_count,
		HEADER_BYTES + SENDER_INFO_BYTES + report_count * (size_t)REPORT_BYTES);
	if (at == NULL) {
		return -ENOSPC;
	}
	fw_put32(at, info->ssrc);
	fw_put64(at + 4, info->ntp);
	fw_put32(at + 12, info->rtp_time);
	fw_put32(at + 16, info->packets);
	fw_put32(at + 20, info->octets);
	put_reports(at + SENDER_INFO_BYTES, reports, report_count);
	return 0;
}

int fw_rtcp_put_rr(struct fw_rtcp_writer *writer, uint32_t sender_ssrc,
	const struct fw_rtcp_report *reports, unsigned report_count)
{
	uint8_t *at = NULL;

	assert(report_count <= FW_RTCP_REPORTS_MAX);
	at = put_header(writer, FW_RTCP_RR, report_count,
		HEADER_BYTES + 4 + report_count * (size_t)REPORT_BYTES);
	if (at == NULL) {
		return -ENOSPC;
	}
	fw_put32(at, sender_ssrc);
	put_reports(at + 4, reports, report_count);
	return 0;
}

int fw_rtcp_put_cname(struct fw_rtcp_writer *writer, uint32_t ssrc, const char *cname)
{
	size_t bytes = strlen(cname),
	       chunk = (4 + 2 + bytes + 1 + 3) / 4 * 4; /* at least one 0 ends the items */
	uint8_t *at = NULL;

	assert(bytes <= FW_RTCP_CNAME_MAX);
	at = put_header(writer, FW_RTCP_SDES, 1, HEADER_BYTES + chunk);
	if (at == NULL) {
		return -ENOSPC;
	}
	memset(at, 0, chunk);
	fw_put32(at, ssrc);
	at[4] = SDES_CNAME;
	at[5] = (uint8_t)bytes;
	memcpy(at + 6, cname, bytes);
	return 0;
}

int fw_rtcp_put_bye(struct fw_rtcp_writer *writer, uint32_t ssrc)
{
	uint8_t *at = put_header(writer, FW_RTCP_BYE, 1, HEADER_BYTES + 4);

	if (at == NULL) {
		return -ENOSPC;
	}
	fw_put32(at, ssrc);
	return 0;
}

/* Returns where the FCI goes. */
static uint8_t *put_feedback(struct fw_rtcp_writer *writer, uint8_t type, unsigned format,
	uint32_t sender_ssrc, uint32_t media_ssrc, size_t fci_bytes)
{
	uint8_t *at = put_header(writer, type, format, HEADER_BYTES + FEEDBACK_BYTES + fci_bytes);

	if (at == NULL) {
		return NULL;
	}
	fw_put32(at, sender_ssrc);
	fw_put32(at + 4, media_ssrc);
	return at + FEEDBACK_BYTES;
}

int fw_rtcp_put_pli(struct fw_rtcp_writer *writer, uint32_t sender_ssrc, uint32_t media_ssrc)
{
	uint8_t *fci =
		put_feedback(writer, FW_RTCP_PSFB, FW_RTCP_PSFB_PLI, sender_ssrc, media_ssrc, 0);

	return fci == NULL ? -ENOSPC : 0;
}

int fw_rtcp_put_fir(
	struct fw_rtcp_writer *writer, uint32_t sender_ssrc, uint32_t media_ssrc, uint8_t command)
{
	/* The media SSRC of the common part is unused and 0, RFC 5104 4.3.1.2. */
	uint8_t *fci = put_feedback(writer, FW_RTCP_PSFB, FW_RTCP_PSFB_FIR, sender_ssrc, 0, 8);

	if (fci == NULL) {
		return -ENOSPC;
	}
	fw_put32(fci, media_ssrc);
	fw_put32(fci + 4, (uint32_t)command << 24);
	return 0;
}

int fw_rtcp_put_nack(struct fw_rtcp_writer *writer, uint32_t sender_ssrc, uint32_t media_ssrc,
	const uint16_t *sequences, size_t count)
{
	size_t words = 0;
	uint8_t *fci = NULL;

	assert(count > 0);
	for (size_t i = 0, first = 0; i < count; i++) {
		if (i == 0 || (uint16_t)(sequences[i] - sequences[first]) > 16) {
			first = i;
			words++;
		}
	}
	fci = put_feedback(
		writer, FW_RTCP_RTPFB, FW_RTCP_RTPFB_NACK, sender_ssrc, media_ssrc, 4 * words);
	if (fci == NULL) {
		return -ENOSPC;
	}
	for (size_t i = 0; i < count;) {
		uint16_t first = sequences[i++], following = 0;
		for (; i < count && (uint16_t)(sequences[i] - first) <= 16; i++) {
			uint16_t step = (uint16_t)(sequences[i] - first);
			following |= step > 0 ? (uint16_t)(1u << (step - 1)) : 0;
		}
		fw_put16(fci, first);
		fw_put16(fci + 2, following);
		fci += 4;
	}
	return 0;
}

int fw_rtcp_put_remb(struct fw_rtcp_writer *writer, uint32_t sender_ssrc, uint64_t bps,
	const uint32_t *ssrcs, unsigned ssrc_count)
{
	unsigned exponent = 0;
	uint8_t *fci = NULL;

	assert(ssrc_count <= UINT8_MAX);
	/* The media SSRC is 0, draft-alvestrand-rmcat-remb-03 2.2. */
	fci = put_feedback(writer, FW_RTCP_PSFB, FW_RTCP_PSFB_REMB, sender_ssrc, 0,
		8 + 4 * (size_t)ssrc_count);
	if (fci == NULL) {
		return -ENOSPC;
	}
	while (bps >> exponent > 0x3ffff) {
		exponent++;
	}
	memcpy(fci, "REMB", 4);
	fci[4] = (uint8_t)ssrc_count;
	fw_put24(fci + 5, (uint32_t)(exponent << 18 | bps >> exponent));
	for (unsigned i = 0; i < ssrc_count; i++) {
		fw_put32(fci + 8 + 4 * (size_t)i, ssrcs[i]);
	}
	return 0;
}

uint64_t fw_ntp_from_us(int64_t utc_us)
{
	uint64_t since_1900_us = (uint64_t)(utc_us + (int64_t)NTP_UNIX_OFFSET_S * 1000000);

	return since_1900_us / 1000000 << 32 | ((since_1900_us % 1000000) << 32) / 1000000;
}

int64_t fw_ntp_to_us(uint64_t ntp)
{
	/* Rounded, so that it undoes fw_ntp_from_us(). */
	return ((int64_t)(ntp >> 32) - (int64_t)NTP_UNIX_OFFSET_S) * 1000000 +
		(int64_t)(((ntp & 0xffffffff) * 1000000 + 0x80000000) >> 32);
}

uint32_t fw_rtcp_round_trip_us(const struct fw_rtcp_report *report, uint64_t now_ntp)
{
	uint32_t elapsed = (uint32_t)(now_ntp >> 16) - report->last_sr;

	if (report->last_sr == 0 || elapsed < report->delay_since_last_sr || elapsed > 0x7fffffff) {
		return 0;
	}
	return (uint32_t)(((uint64_t)(elapsed - report->delay_since_last_sr) * 1000000) >> 16);
}
