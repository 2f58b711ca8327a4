/* SPDX-License-Identifier: Apache-2.0 */
#include "media/sdp_offer.h"
#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <string.h>

#define UDP_TYPE_PREFERENCE   126 /* host, RFC 8445 5.1.2.2 */
#define TCP_TYPE_PREFERENCE   99 /* below every UDP candidate, RFC 6544 4.2 */
#define TCP_PASSIVE_DIRECTION 4 /* direction preference of a host candidate, RFC 6544 4.2 */
#define URI_TRANSPORT_CC      "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
#define URI_MID               "urn:ietf:params:rtp-hdrext:sdes:mid"
#define OPUS                  G_STRINGIFY(FW_PT_OPUS)
#define VP8                   G_STRINGIFY(FW_PT_VP8)

static const char TRACK_LETTER[FW_TRACK_COUNT] = {'a', 'f', 'd'};

void fw_sdp_offer_set_tracks(struct fw_sdp_offer *offer, uint8_t slots, uint32_t ssrc_base)
{
	offer->slots = slots;
	for (unsigned track = 0; track < FW_TRACK_COUNT; track++) {
		g_snprintf(offer->up_mid[track], sizeof offer->up_mid[track], "u%c",
			TRACK_LETTER[track]);
		for (unsigned slot = 0; slot < slots && slot < FW_SLOTS_MAX; slot++) {
			char *mid = offer->down[slot].mid[track];
			g_snprintf(mid, FW_MID_MAX + 1, "%u%c", slot + 1, TRACK_LETTER[track]);
			offer->down[slot].ssrc[track] = ssrc_base + FW_TRACK_COUNT * slot + track;
		}
	}
}

static bool only_of(const char *text, size_t min, size_t max, const char *also)
{
	size_t bytes = strlen(text);

	for (const char *c = text; *c != '\0'; c++) {
		if (!g_ascii_isalnum(*c) && strchr(also, *c) == NULL) {
			return false;
		}
	}
	return bytes >= min && bytes <= max;
}

static bool mid_valid(const char *mid)
{
	return only_of(mid, 1, FW_MID_MAX, "-_.");
}

static bool candidate_valid(const struct fw_sdp_candidate *candidate)
{
	struct in6_addr address;

	return candidate->port != 0 &&
		(inet_pton(AF_INET, candidate->address, &address) == 1 ||
			inet_pton(AF_INET6, candidate->address, &address) == 1);
}

static bool offer_valid(const struct fw_sdp_offer *offer)
{
	/* ice-char, and lengths of RFC 8839 5.4 */
	if (!only_of(offer->ufrag, 4, FW_ICE_UFRAG_MAX, "+/") ||
		!only_of(offer->pwd, 22, FW_ICE_PWD_MAX, "+/")) {
		return false;
	}
	if (offer->session > INT64_MAX || offer->candidate_count > FW_SDP_CANDIDATES_MAX ||
		offer->slots > FW_SLOTS_MAX) {
		return false;
	}
	for (unsigned i = 0; i < offer->candidate_count; i++) {
		if (!candidate_valid(&offer->candidates[i])) {
			return false;
		}
	}
	for (unsigned track = 0; track < FW_TRACK_COUNT; track++) {
		if (!mid_valid(offer->up_mid[track])) {
			return false;
		}
		for (unsigned slot = 0; slot < offer->slots; slot++) {
			if (!mid_valid(offer->down[slot].mid[track])) {
				return false;
			}
		}
	}
	return true;
}

static void put_candidates(GString *sdp, const struct fw_sdp_offer *offer)
{
	for (unsigned i = 0; i < offer->candidate_count; i++) {
		const struct fw_sdp_candidate *candidate = &offer->candidates[i];
		unsigned type = candidate->tcp ? TCP_TYPE_PREFERENCE : UDP_TYPE_PREFERENCE;
		unsigned local =
			candidate->tcp ? TCP_PASSIVE_DIRECTION << 13 | (0x1fff - i) : 0xffff - i;
		g_string_append_printf(sdp, "a=candidate:%u 1 %s %u %s %u typ host%s\r\n", i + 1,
			candidate->tcp ? "tcp" : "udp", type << 24 | local << 8 | 255,
			candidate->address, candidate->port,
			candidate->tcp ? " tcptype passive" : "");
	}
	g_string_append(sdp, "a=end-of-candidates\r\n");
}

/* The lines that every m-line has alike: bundled, they share one transport. */
static void put_transport(GString *sdp, const struct fw_sdp_offer *offer)
{
	static const char digits[] = "0123456789ABCDEF";

	g_string_append_printf(sdp,
		"a=rtcp-mux\r\na=rtcp-rsize\r\na=ice-ufrag:%s\r\na=ice-pwd:%s\r\na=fingerprint:sha-"
		"256 ",
		offer->ufrag, offer->pwd);
	for (unsigned i = 0; i < sizeof offer->fingerprint_sha256; i++) {
		if (i > 0) {
			g_string_append_c(sdp, ':');
		}
		g_string_append_c(sdp, digits[offer->fingerprint_sha256[i] >> 4]);
		g_string_append_c(sdp, digits[offer->fingerprint_sha256[i] & 15]);
	}
	g_string_append(sdp, "\r\na=setup:actpass\r\n");
	put_candidates(sdp, offer);
	g_string_append(sdp,
		"a=extmap:" G_STRINGIFY(FW_EXT_TRANSPORT_CC) " " URI_TRANSPORT_CC "\r\n"
							     "a=extmap:" G_STRINGIFY(
								     FW_EXT_MID) " " URI_MID
										 "\r\n");
}

/* Every call is offered dozens of these: whole lines, and no format to read where nothing varies. */
static void put_codec(GString *sdp, const struct fw_sdp_offer *offer, enum fw_track track, bool up)
{
	if (track == FW_TRACK_AUDIO) {
		g_string_append(sdp,
			"a=rtpmap:" OPUS " opus/48000/2\r\n"
			"a=fmtp:" OPUS " minptime=10;useinbandfec=1\r\n"
			"a=rtcp-fb:" OPUS " transport-cc\r\n");
		return;
	}
	g_string_append(sdp, "a=rtpmap:" VP8 " VP8/90000\r\n");
	if (up && offer->start_kbps > 0 && offer->max_kbps > 0) {
		g_string_append_printf(sdp,
			"a=fmtp:" VP8 " x-google-start-bitrate=%u;x-google-max-bitrate=%u\r\n",
			offer->start_kbps, offer->max_kbps);
	}
	g_string_append(sdp,
		"a=rtcp-fb:" VP8 " nack\r\n"
		"a=rtcp-fb:" VP8 " nack pli\r\n"
		"a=rtcp-fb:" VP8 " ccm fir\r\n"
		"a=rtcp-fb:" VP8 " transport-cc\r\n");
	if (up) {
		g_string_append(sdp, "a=rtcp-fb:" VP8 " goog-remb\r\n");
	}
}

/* slot -1: up */
static void put_media(GString *sdp, const struct fw_sdp_offer *offer, const GString *transport,
	enum fw_track track, int slot)
{
	const char *mid = slot < 0 ? offer->up_mid[track] : offer->down[slot].mid[track];

	g_string_append(sdp,
		track == FW_TRACK_AUDIO ? "m=audio 9 UDP/TLS/RTP/SAVPF " OPUS
					: "m=video 9 UDP/TLS/RTP/SAVPF " VP8);
	g_string_append(sdp, "\r\nc=IN IP4 0.0.0.0\r\na=mid:");
	g_string_append(sdp, mid);
	g_string_append(sdp, slot < 0 ? "\r\na=recvonly\r\n" : "\r\na=sendonly\r\n");
	g_string_append_len(sdp, transport->str, (gssize)transport->len);
	put_codec(sdp, offer, track, slot < 0);
	if (slot >= 0) {
		/* The document has a stream of its own: a browser keeps one video per stream in
		 * step with the audio, and that is the face. */
		g_string_append_printf(sdp, "a=msid:%s%d %s\r\na=ssrc:%u cname:farwindow\r\n",
			track == FW_TRACK_DOCUMENT ? "document" : "person", slot + 1, mid,
			offer->down[slot].ssrc[track]);
	}
}

int fw_sdp_offer_build(const struct fw_sdp_offer *offer, char **ret_sdp)
{
	g_autoptr(GString) sdp = NULL, transport = NULL;

	if (!offer_valid(offer)) {
		return -EINVAL;
	}
	sdp = g_string_sized_new(8192);
	transport = g_string_sized_new(512);
	put_transport(transport, offer);
	g_string_append_printf(sdp,
		"v=0\r\no=- %" G_GUINT64_FORMAT
		" %u IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=ice-lite\r\na=msid-semantic: WMS "
		"*\r\na=group:BUNDLE",
		offer->session, offer->revision);
	for (int slot = -1; slot < (int)offer->slots; slot++) {
		for (unsigned track = 0; track < FW_TRACK_COUNT; track++) {
			g_string_append_c(sdp, ' ');
			g_string_append(sdp,
				slot < 0 ? offer->up_mid[track] : offer->down[slot].mid[track]);
		}
	}
	g_string_append(sdp, "\r\n");
	for (int slot = -1; slot < (int)offer->slots; slot++) {
		for (unsigned track = 0; track < FW_TRACK_COUNT; track++) {
			put_media(sdp, offer, transport, track, slot);
		}
	}
	*ret_sdp = g_string_free(g_steal_pointer(&sdp), FALSE);
	return 0;
}
