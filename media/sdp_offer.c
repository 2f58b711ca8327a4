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

/* --- lines ------------------------------------------------------------------------------------ */

/* A line's end as JSON writes it: lines that never vary are escaped here once, not at every call. */
#define END "\\r\\n"

static void put(GString *sdp, const char *text)
{
	g_string_append(sdp, text);
}

/* A format would cost more than the rest of its line. */
static void put_number(GString *sdp, uint64_t number)
{
	char digits[20];
	size_t first = sizeof digits;

	do {
		digits[--first] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	g_string_append_len(sdp, digits + first, (gssize)(sizeof digits - first));
}

static void put_candidates(GString *sdp, const struct fw_sdp_offer *offer)
{
	for (unsigned i = 0; i < offer->candidate_count; i++) {
		const struct fw_sdp_candidate *candidate = &offer->candidates[i];
		unsigned type = candidate->tcp ? TCP_TYPE_PREFERENCE : UDP_TYPE_PREFERENCE;
		unsigned local =
			candidate->tcp ? TCP_PASSIVE_DIRECTION << 13 | (0x1fff - i) : 0xffff - i;

		put(sdp, "a=candidate:");
		put_number(sdp, i + 1);
		put(sdp, candidate->tcp ? " 1 tcp " : " 1 udp ");
		put_number(sdp, type << 24 | local << 8 | 255);
		put(sdp, " ");
		put(sdp, candidate->address);
		put(sdp, " ");
		put_number(sdp, candidate->port);
		put(sdp, candidate->tcp ? " typ host tcptype passive" END : " typ host" END);
	}
	put(sdp, "a=end-of-candidates" END);
}

static void put_fingerprint(GString *sdp, const uint8_t fingerprint_sha256[32])
{
	static const char digits[] = "0123456789ABCDEF";

	put(sdp, "a=fingerprint:sha-256");
	for (unsigned i = 0; i < 32; i++) {
		g_string_append_c(sdp, i == 0 ? ' ' : ':');
		g_string_append_c(sdp, digits[fingerprint_sha256[i] >> 4]);
		g_string_append_c(sdp, digits[fingerprint_sha256[i] & 15]);
	}
	put(sdp, END);
}

/* The lines that every m-line has alike: bundled, they share one transport. */
static void put_transport(GString *sdp, const struct fw_sdp_offer *offer)
{
	put(sdp, "a=rtcp-mux" END "a=rtcp-rsize" END "a=ice-ufrag:");
	put(sdp, offer->ufrag);
	put(sdp, END "a=ice-pwd:");
	put(sdp, offer->pwd);
	put(sdp, END);
	put_fingerprint(sdp, offer->fingerprint_sha256);
	put(sdp, "a=setup:actpass" END);
	put_candidates(sdp, offer);
	put(sdp,
		"a=extmap:" G_STRINGIFY(FW_EXT_TRANSPORT_CC) " " URI_TRANSPORT_CC END
							     "a=extmap:" G_STRINGIFY(
								     FW_EXT_MID) " " URI_MID END);
}

static void put_codec(GString *sdp, const struct fw_sdp_offer *offer, enum fw_track track, bool up)
{
	if (track == FW_TRACK_AUDIO) {
		put(sdp,
			"a=rtpmap:" OPUS " opus/48000/2" END "a=fmtp:" OPUS
			" minptime=10;useinbandfec=1" END "a=rtcp-fb:" OPUS " transport-cc" END);
		return;
	}
	put(sdp, "a=rtpmap:" VP8 " VP8/90000" END);
	if (up && offer->start_kbps > 0 && offer->max_kbps > 0) {
		put(sdp, "a=fmtp:" VP8 " x-google-start-bitrate=");
		put_number(sdp, offer->start_kbps);
		put(sdp, ";x-google-max-bitrate=");
		put_number(sdp, offer->max_kbps);
		put(sdp, END);
	}
	put(sdp,
		"a=rtcp-fb:" VP8 " nack" END "a=rtcp-fb:" VP8 " nack pli" END "a=rtcp-fb:" VP8
		" ccm fir" END "a=rtcp-fb:" VP8 " transport-cc" END);
	if (up) {
		put(sdp, "a=rtcp-fb:" VP8 " goog-remb" END);
	}
}

/* The document has a stream of its own: a browser keeps one video per stream in step with the audio, and
 * that is the face. */
static void put_stream(
	GString *sdp, const struct fw_sdp_down *down, enum fw_track track, unsigned slot)
{
	put(sdp, track == FW_TRACK_DOCUMENT ? "a=msid:document" : "a=msid:person");
	put_number(sdp, slot + 1);
	put(sdp, " ");
	put(sdp, down->mid[track]);
	put(sdp, END "a=ssrc:");
	put_number(sdp, down->ssrc[track]);
	put(sdp, " cname:farwindow" END);
}

/* slot -1: up */
static void put_media(GString *sdp, const struct fw_sdp_offer *offer, const GString *transport,
	enum fw_track track, int slot)
{
	put(sdp,
		track == FW_TRACK_AUDIO ? "m=audio 9 UDP/TLS/RTP/SAVPF " OPUS
					: "m=video 9 UDP/TLS/RTP/SAVPF " VP8);
	put(sdp, END "c=IN IP4 0.0.0.0" END "a=mid:");
	put(sdp, slot < 0 ? offer->up_mid[track] : offer->down[slot].mid[track]);
	put(sdp, slot < 0 ? END "a=recvonly" END : END "a=sendonly" END);
	g_string_append_len(sdp, transport->str, (gssize)transport->len);
	put_codec(sdp, offer, track, slot < 0);
	if (slot >= 0) {
		put_stream(sdp, &offer->down[slot], track, (unsigned)slot);
	}
}

static void put_session(GString *sdp, const struct fw_sdp_offer *offer)
{
	put(sdp, "v=0" END "o=- ");
	put_number(sdp, offer->session);
	put(sdp, " ");
	put_number(sdp, offer->revision);
	put(sdp,
		" IN IP4 127.0.0.1" END "s=-" END "t=0 0" END "a=ice-lite" END
		"a=msid-semantic: WMS *" END "a=group:BUNDLE");
	for (int slot = -1; slot < (int)offer->slots; slot++) {
		for (unsigned track = 0; track < FW_TRACK_COUNT; track++) {
			put(sdp, " ");
			put(sdp, slot < 0 ? offer->up_mid[track] : offer->down[slot].mid[track]);
		}
	}
	put(sdp, END);
}

int fw_sdp_offer_json(const struct fw_sdp_offer *offer, char **ret_sdp)
{
	g_autoptr(GString) sdp = NULL, transport = NULL;

	if (!offer_valid(offer)) {
		return -EINVAL;
	}
	sdp = g_string_sized_new(8192);
	transport = g_string_sized_new(512);
	put_transport(transport, offer);
	put_session(sdp, offer);
	for (int slot = -1; slot < (int)offer->slots; slot++) {
		for (unsigned track = 0; track < FW_TRACK_COUNT; track++) {
			put_media(sdp, offer, transport, track, slot);
		}
	}
	*ret_sdp = g_string_free(g_steal_pointer(&sdp), FALSE);
	return 0;
}
