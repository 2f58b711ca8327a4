/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/peer/offer.h"
#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>

static void read_candidate(struct test_offer *offer, const char *line)
{
	char protocol[8], address[64];
	unsigned port = 0;

	if (sscanf(line, "a=candidate:%*s 1 %7s %*u %63s %u typ host", protocol, address, &port) !=
		3) {
		return;
	}
	if (g_ascii_strcasecmp(protocol, "udp") == 0 && offer->udp_port == 0) {
		offer->udp_port = port;
		g_strlcpy(offer->address, address, sizeof offer->address);
	} else if (g_ascii_strcasecmp(protocol, "tcp") == 0 && offer->tcp_port == 0) {
		offer->tcp_port = port;
		if (offer->udp_port == 0) {
			g_strlcpy(offer->address, address, sizeof offer->address);
		}
	}
}

static int read_fingerprint(struct test_offer *offer, const char *text)
{
	for (unsigned i = 0; i < 32; i++) {
		unsigned byte = 0;
		if (sscanf(text + 3 * (size_t)i, "%2x", &byte) != 1) {
			return -EBADMSG;
		}
		offer->fingerprint_sha256[i] = (uint8_t)byte;
	}
	return 0;
}

static int read_transport(struct test_offer *offer, const char *line)
{
	if (g_str_has_prefix(line, "a=ice-ufrag:")) {
		g_strlcpy(offer->ufrag, line + 12, sizeof offer->ufrag);
	} else if (g_str_has_prefix(line, "a=ice-pwd:")) {
		g_strlcpy(offer->pwd, line + 10, sizeof offer->pwd);
	} else if (g_str_has_prefix(line, "a=candidate:")) {
		read_candidate(offer, line);
	} else if (g_str_has_prefix(line, "a=fingerprint:sha-256 ")) {
		return read_fingerprint(offer, line + 22);
	} else if (g_str_has_prefix(line, "a=extmap:")) {
		unsigned id = (unsigned)g_ascii_strtoull(line + 9, NULL, 10);
		offer->ext_mid = g_str_has_suffix(line, "sdes:mid") ? id : offer->ext_mid;
		offer->ext_transport_cc =
			strstr(line, "transport-wide-cc") != NULL ? id : offer->ext_transport_cc;
	}
	return 0;
}

static void read_media(struct test_offer_media *media, const char *line)
{
	if (g_str_has_prefix(line, "a=mid:")) {
		g_strlcpy(media->mid, line + 6, sizeof media->mid);
	} else if (strcmp(line, "a=recvonly") == 0) {
		media->up = true;
	} else if (g_str_has_prefix(line, "a=ssrc:") && media->ssrc == 0) {
		media->ssrc = (uint32_t)g_ascii_strtoull(line + 7, NULL, 10);
	}
}

/* The order of the m-lines says which track each is: audio, face, document, up and then per slot
 * down. */
static void number_tracks(struct test_offer *offer)
{
	for (unsigned i = 0; i < offer->media_count; i++) {
		offer->media[i].track = (enum fw_track)(i % FW_TRACK_COUNT);
		offer->media[i].slot = i < FW_TRACK_COUNT ? 0 : i / FW_TRACK_COUNT - 1;
	}
}

int test_offer_parse(const char *sdp, struct test_offer *ret_offer)
{
	struct test_offer offer = {.media_count = 0};
	g_auto(GStrv) lines = g_strsplit(sdp, "\n", -1);

	for (unsigned i = 0; lines[i] != NULL; i++) {
		const char *line = g_strchomp(lines[i]);
		unsigned port = 0, payload_type = 0;
		char kind[16];
		if (sscanf(line, "m=%15s %u %*s %u", kind, &port, &payload_type) == 3) {
			struct test_offer_media *media = &offer.media[offer.media_count];
			if (offer.media_count == TEST_MEDIA_MAX) {
				return -EBADMSG;
			}
			offer.media_count++;
			media->video = strcmp(kind, "video") == 0;
			media->rejected = port == 0;
			media->payload_type = payload_type;
		}
		if (read_transport(&offer, line) < 0) {
			return -EBADMSG;
		}
		if (offer.media_count > 0) {
			read_media(&offer.media[offer.media_count - 1], line);
		}
	}
	if (*offer.ufrag == '\0' || *offer.pwd == '\0' || *offer.address == '\0' ||
		offer.media_count % FW_TRACK_COUNT != 0) {
		return -EBADMSG;
	}
	number_tracks(&offer);
	*ret_offer = offer;
	return 0;
}

static void put_media(GString *sdp, const struct test_offer *offer,
	const struct test_offer_media *media, const struct test_answer *answer)
{
	unsigned payload_type = media->payload_type;

	g_string_append_printf(sdp,
		"m=%s %d UDP/TLS/RTP/SAVPF %u\r\nc=IN IP4 0.0.0.0\r\na=mid:%s\r\n",
		media->video ? "video" : "audio", media->rejected ? 0 : 9, payload_type, media->mid);
	g_string_append_printf(sdp,
		"a=%s\r\na=rtcp-mux\r\na=rtcp-rsize\r\na=ice-ufrag:%s\r\na=ice-pwd:%s\r\na=setup:%"
		"s\r\na=fingerprint:sha-256 ",
		media->up ? "sendonly" : "recvonly", answer->ufrag, answer->pwd,
		answer->options->passive ? "passive" : "active");
	for (unsigned i = 0; i < 32; i++) {
		g_string_append_printf(
			sdp, "%s%02X", i > 0 ? ":" : "", answer->fingerprint_sha256[i]);
	}
	g_string_append_printf(sdp, "\r\na=rtpmap:%u %s\r\n", payload_type,
		media->video ? "VP8/90000" : "opus/48000/2");
	if (!answer->options->no_extensions) {
		g_string_append_printf(
			sdp, "a=extmap:%u urn:ietf:params:rtp-hdrext:sdes:mid\r\n", offer->ext_mid);
		g_string_append_printf(sdp,
			"a=extmap:%u "
			"http://www.ietf.org/id/"
			"draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n",
			offer->ext_transport_cc);
		g_string_append_printf(sdp, "a=rtcp-fb:%u transport-cc\r\n", payload_type);
	}
	if (media->video) {
		g_string_append_printf(sdp, "%sa=rtcp-fb:%u nack pli\r\n",
			answer->options->no_nack ? "" : "a=rtcp-fb:96 nack\r\n", payload_type);
	}
	if (media->up && !answer->options->no_ssrc) {
		g_string_append_printf(
			sdp, "a=ssrc:%u cname:%s\r\n", answer->ssrc[media->track], answer->cname);
	}
}

char *test_answer_build(const struct test_offer *offer, const struct test_answer *answer)
{
	GString *sdp =
		g_string_new("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE");

	for (unsigned i = 0; i < offer->media_count; i++) {
		if (!offer->media[i].rejected) {
			g_string_append_printf(sdp, " %s", offer->media[i].mid);
		}
	}
	g_string_append(sdp, "\r\n");
	for (unsigned i = 0; i < offer->media_count; i++) {
		put_media(sdp, offer, &offer->media[i], answer);
	}
	return g_string_free(sdp, FALSE);
}
