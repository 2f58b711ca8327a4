/* SPDX-License-Identifier: Apache-2.0 */
#include "media/rtp.h"
#include "media/bytes.h"
#include <errno.h>
#include <string.h>

#define VERSION          2
#define PROFILE_ONE_BYTE 0xBEDE /* RFC 8285 4.2 */
#define PROFILE_TWO_BYTE 0x1000 /* RFC 8285 4.3; the low four bits are free */
#define ONE_BYTE_STOP    15 /* RFC 8285 4.2: nothing after this id is to be read */

int fw_rtp_parse(const uint8_t *packet, size_t packet_bytes, struct fw_rtp *ret_rtp)
{
	struct fw_rtp rtp = {.packet = packet, .packet_bytes = packet_bytes};
	size_t at = FW_RTP_HEADER_BYTES, end = packet_bytes;

	if (packet_bytes < FW_RTP_HEADER_BYTES || packet[0] >> 6 != VERSION) {
		return -EBADMSG;
	}
	rtp.marker = packet[1] & 0x80;
	rtp.payload_type = packet[1] & 0x7f;
	rtp.sequence = fw_get16(packet + 2);
	rtp.timestamp = fw_get32(packet + 4);
	rtp.ssrc = fw_get32(packet + 8);
	at += 4 * (size_t)(packet[0] & 0x0f);
	if (at > end) {
		return -EBADMSG;
	}
	if (packet[0] & 0x10) {
		if (end - at < 4) {
			return -EBADMSG;
		}
		rtp.extension_profile = fw_get16(packet + at);
		rtp.extension_bytes = 4 * (size_t)fw_get16(packet + at + 2);
		at += 4;
		if (end - at < rtp.extension_bytes) {
			return -EBADMSG;
		}
		rtp.extension = packet + at;
		at += rtp.extension_bytes;
	}
	if (packet[0] & 0x20) {
		rtp.padding_bytes = packet[end - 1];
		if (rtp.padding_bytes == 0 || rtp.padding_bytes > end - at) {
			return -EBADMSG;
		}
		end -= rtp.padding_bytes;
	}
	rtp.payload = packet + at;
	rtp.payload_bytes = end - at;
	*ret_rtp = rtp;
	return 0;
}

static int find_one_byte(
	const struct fw_rtp *rtp, uint8_t id, const uint8_t **ret_value, size_t *ret_bytes)
{
	const uint8_t *at = rtp->extension, *end = at + rtp->extension_bytes;

	while (at < end) {
		unsigned element = *at >> 4;
		size_t bytes = (size_t)(*at & 0x0f) + 1;
		if (*at == 0) {
			at++;
			continue;
		}
		if (element == 0 || element == ONE_BYTE_STOP || (size_t)(end - at) < 1 + bytes) {
			return -ENOENT;
		}
		if (element == id) {
			*ret_value = at + 1;
			*ret_bytes = bytes;
			return 0;
		}
		at += 1 + bytes;
	}
	return -ENOENT;
}

static int find_two_byte(
	const struct fw_rtp *rtp, uint8_t id, const uint8_t **ret_value, size_t *ret_bytes)
{
	const uint8_t *at = rtp->extension, *end = at + rtp->extension_bytes;

	while (at < end) {
		if (*at == 0) {
			at++;
			continue;
		}
		if (end - at < 2 || end - at - 2 < at[1]) {
			return -ENOENT;
		}
		if (at[0] == id) {
			*ret_value = at + 2;
			*ret_bytes = at[1];
			return 0;
		}
		at += 2 + at[1];
	}
	return -ENOENT;
}

int fw_rtp_extension(
	const struct fw_rtp *rtp, uint8_t id, const uint8_t **ret_value, size_t *ret_bytes)
{
	if (rtp->extension == NULL || id == 0) {
		return -ENOENT;
	}
	if (rtp->extension_profile == PROFILE_ONE_BYTE) {
		return find_one_byte(rtp, id, ret_value, ret_bytes);
	}
	if ((rtp->extension_profile & 0xfff0) == PROFILE_TWO_BYTE) {
		return find_two_byte(rtp, id, ret_value, ret_bytes);
	}
	return -ENOENT;
}

int fw_rtp_mid(const struct fw_rtp *rtp, uint8_t id, char ret_mid[FW_MID_MAX + 1])
{
	const uint8_t *value = NULL;
	size_t bytes = 0;
	int r = fw_rtp_extension(rtp, id, &value, &bytes);

	if (r < 0) {
		return r;
	}
	if (bytes == 0 || bytes > FW_MID_MAX) {
		return -EBADMSG;
	}
	for (size_t i = 0; i < bytes; i++) {
		if (value[i] <= ' ' || value[i] > '~') {
			return -EBADMSG;
		}
	}
	memcpy(ret_mid, value, bytes);
	ret_mid[bytes] = '\0';
	return 0;
}

int fw_rtp_transport_cc(const struct fw_rtp *rtp, uint8_t id, uint16_t *ret_sequence)
{
	const uint8_t *value = NULL;
	size_t bytes = 0;
	int r = fw_rtp_extension(rtp, id, &value, &bytes);

	if (r < 0) {
		return r;
	}
	if (bytes != 2) {
		return -EBADMSG;
	}
	*ret_sequence = fw_get16(value);
	return 0;
}

/* Returns the length of the new header, extensions included. */
static size_t build_header(const struct fw_rtp *rtp, const struct fw_rtp_forward *how,
	uint8_t header[FW_RTP_HEADER_BYTES + FW_RTP_FORWARD_GROWTH])
{
	size_t at = FW_RTP_HEADER_BYTES + 4, mid_bytes = strlen(how->mid);

	header[0] = VERSION << 6;
	header[1] = (uint8_t)((rtp->marker ? 0x80 : 0) | (how->payload_type & 0x7f));
	fw_put16(header + 2, how->sequence);
	fw_put32(header + 4, rtp->timestamp);
	fw_put32(header + 8, how->ssrc);
	if (how->ext_transport_cc != 0) {
		header[at] = (uint8_t)(how->ext_transport_cc << 4 | 1);
		fw_put16(header + at + 1, how->transport_cc);
		at += 3;
	}
	if (how->ext_mid != 0 && mid_bytes > 0) {
		header[at] = (uint8_t)(how->ext_mid << 4 | (mid_bytes - 1));
		memcpy(header + at + 1, how->mid, mid_bytes);
		at += 1 + mid_bytes;
	}
	if (at == FW_RTP_HEADER_BYTES + 4) {
		return FW_RTP_HEADER_BYTES;
	}
	while (at % 4 != 0) {
		header[at++] = 0;
	}
	header[0] |= 0x10;
	fw_put16(header + FW_RTP_HEADER_BYTES, PROFILE_ONE_BYTE);
	fw_put16(header + FW_RTP_HEADER_BYTES + 2, (uint16_t)((at - FW_RTP_HEADER_BYTES - 4) / 4));
	return at;
}

int fw_rtp_forward(const struct fw_rtp *rtp, const struct fw_rtp_forward *how, uint8_t *out,
	size_t out_size, size_t *ret_bytes)
{
	uint8_t header[FW_RTP_HEADER_BYTES + FW_RTP_FORWARD_GROWTH];
	size_t header_bytes = build_header(rtp, how, header);

	if (out_size < header_bytes || out_size - header_bytes < rtp->payload_bytes) {
		return -ENOSPC;
	}
	memcpy(out, header, header_bytes);
	memcpy(out + header_bytes, rtp->payload, rtp->payload_bytes);
	*ret_bytes = header_bytes + rtp->payload_bytes;
	return 0;
}
