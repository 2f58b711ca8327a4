/* SPDX-License-Identifier: Apache-2.0 */
#include "media/sdp_answer.h"
#include <errno.h>
#include <glib.h>
#include <gst/sdp/sdp.h>
#include <stdarg.h>
#include <string.h>

#define URI_TRANSPORT_CC   "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
#define URI_MID            "urn:ietf:params:rtp-hdrext:sdes:mid"
#define ICE_UFRAG_MIN      4 /* RFC 8839 5.4 */
#define ICE_PWD_MIN        22
#define ICE_CREDENTIAL_MAX 256

struct answer { /* one parse */
	const struct fw_sdp_offer *offer;
	GstSDPMessage *message;
	struct fw_media_remote remote;
	bool accepted; /* an m-line was accepted before this one */
	char *reason;
};

G_GNUC_PRINTF(2, 3) static int refuse(struct answer *answer, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)g_vsnprintf(answer->reason, FW_SDP_REASON_MAX + 1, format, arguments);
	va_end(arguments);
	/* The reason goes into a JSON reply and may quote the peer's bytes. */
	for (char *c = answer->reason; *c != '\0'; c++) {
		*c = *c >= ' ' && *c <= '~' ? *c : '?';
	}
	return -EBADMSG;
}

/* An attribute of the m-line, else of the session. */
static const char *attribute(const struct answer *answer, const GstSDPMedia *media, const char *key)
{
	const char *value = gst_sdp_media_get_attribute_val(media, key);

	return value != NULL ? value : gst_sdp_message_get_attribute_val(answer->message, key);
}

enum direction {
	INACTIVE = 0,
	SENDS = 1,
	RECEIVES = 2,
	BOTH = 3
};

static bool direction_of(const char *key, enum direction *ret_direction)
{
	static const struct {
		const char *key;
		enum direction direction;
	} TABLE[] = {{"inactive", INACTIVE}, {"sendonly", SENDS}, {"recvonly", RECEIVES},
		{"sendrecv", BOTH}};

	for (size_t i = 0; i < G_N_ELEMENTS(TABLE); i++) {
		if (strcmp(key, TABLE[i].key) == 0) {
			*ret_direction = TABLE[i].direction;
			return true;
		}
	}
	return false;
}

/* Of the m-line if it says so itself; Firefox has a session-level sendrecv that counts for nothing
 * else. */
static enum direction media_direction(const struct answer *answer, const GstSDPMedia *media)
{
	enum direction direction = BOTH;

	for (guint i = 0; i < gst_sdp_media_attributes_len(media); i++) {
		const GstSDPAttribute *a = gst_sdp_media_get_attribute(media, i);
		if (a->key != NULL && direction_of(a->key, &direction)) {
			return direction;
		}
	}
	for (guint i = 0; i < gst_sdp_message_attributes_len(answer->message); i++) {
		const GstSDPAttribute *a = gst_sdp_message_get_attribute(answer->message, i);
		if (a->key != NULL && direction_of(a->key, &direction)) {
			return direction;
		}
	}
	return direction;
}

static int parse_hex(const char *text, uint8_t ret_digest[32])
{
	for (unsigned i = 0; i < 32; i++, text += 3) {
		int high = g_ascii_xdigit_value(text[0]),
		    low = high < 0 ? -1 : g_ascii_xdigit_value(text[1]);
		if (low < 0 ||
			(text[2] != (i < 31 ? ':' : '\0') && !(i == 31 && g_ascii_isspace(text[2])))) {
			return -EBADMSG;
		}
		ret_digest[i] = (uint8_t)(high << 4 | low);
	}
	return 0;
}

/* Several hashes of one certificate may be given (RFC 8122 5): the SHA-256 one is taken. */
static int check_fingerprint(struct answer *answer, const GstSDPMedia *media, const char *mid)
{
	uint8_t digest[32];
	bool any = gst_sdp_media_get_attribute_val(media, "fingerprint") != NULL;
	bool found = false;

	for (guint i = 0;; i++) {
		const char *value = any
			? gst_sdp_media_get_attribute_val_n(media, "fingerprint", i)
			: gst_sdp_message_get_attribute_val_n(answer->message, "fingerprint", i);
		if (value == NULL) {
			break;
		}
		if (g_ascii_strncasecmp(value, "sha-256 ", 8) != 0) {
			continue;
		}
		if (parse_hex(value + 8, digest) < 0) {
			return refuse(answer, "mid %s: fingerprint is not 32 bytes in hex", mid);
		}
		if (found && memcmp(digest, answer->remote.fingerprint_sha256, sizeof digest) != 0) {
			return refuse(answer, "mid %s: two SHA-256 fingerprints", mid);
		}
		if (answer->accepted &&
			memcmp(digest, answer->remote.fingerprint_sha256, sizeof digest) != 0) {
			return refuse(
				answer, "mid %s: fingerprint differs from the other m-lines'", mid);
		}
		memcpy(answer->remote.fingerprint_sha256, digest, sizeof digest);
		found = true;
	}
	return found ? 0 : refuse(answer, "mid %s: no SHA-256 fingerprint", mid);
}

static int check_setup(struct answer *answer, const GstSDPMedia *media, const char *mid)
{
	const char *setup = attribute(answer, media, "setup");
	enum fw_dtls_role role = FW_DTLS_SERVER;

	if (setup == NULL) {
		return refuse(answer, "mid %s: no a=setup", mid);
	}
	if (strcmp(setup, "passive") == 0) {
		role = FW_DTLS_CLIENT;
	} else if (strcmp(setup, "active") != 0) {
		return refuse(answer, "mid %s: a=setup must be active or passive in an answer", mid);
	}
	if (answer->accepted && answer->remote.role != role) {
		return refuse(answer, "mid %s: a=setup differs from the other m-lines'", mid);
	}
	answer->remote.role = role;
	return 0;
}

static int check_ice(struct answer *answer, const GstSDPMedia *media, const char *mid)
{
	const char *ufrag = attribute(answer, media, "ice-ufrag"),
		   *pwd = attribute(answer, media, "ice-pwd");

	if (ufrag == NULL || pwd == NULL) {
		return refuse(answer, "mid %s: no ICE credentials", mid);
	}
	if (strlen(ufrag) < ICE_UFRAG_MIN || strlen(ufrag) > ICE_CREDENTIAL_MAX ||
		strlen(pwd) < ICE_PWD_MIN || strlen(pwd) > ICE_CREDENTIAL_MAX) {
		return refuse(answer, "mid %s: ICE credentials too short or too long", mid);
	}
	return 0;
}

/* The first accepted m-line carries the transport of all; others may leave its attributes out (RFC
 * 8843 7.1.3), but not contradict. */
static int check_transport(struct answer *answer, const GstSDPMedia *media, const char *mid)
{
	int r = 0;

	if (!answer->accepted || attribute(answer, media, "fingerprint") != NULL) {
		r = check_fingerprint(answer, media, mid);
	}
	if (r == 0 && (!answer->accepted || attribute(answer, media, "setup") != NULL)) {
		r = check_setup(answer, media, mid);
	}
	if (r == 0 && !answer->accepted) {
		r = check_ice(answer, media, mid);
	}
	if (r == 0 && !answer->accepted && attribute(answer, media, "rtcp-mux") == NULL) {
		r = refuse(answer, "mid %s: no a=rtcp-mux", mid);
	}
	return r;
}

static int check_codec(
	struct answer *answer, const GstSDPMedia *media, enum fw_track track, const char *mid)
{
	const char *payload_type =
		track == FW_TRACK_AUDIO ? G_STRINGIFY(FW_PT_OPUS) : G_STRINGIFY(FW_PT_VP8);
	const char *encoding = track == FW_TRACK_AUDIO ? "opus/48000/2" : "VP8/90000", *value = NULL;
	size_t prefix = strlen(payload_type);
	bool listed = false;

	for (guint i = 0; i < gst_sdp_media_formats_len(media); i++) {
		listed |= strcmp(gst_sdp_media_get_format(media, i), payload_type) == 0;
	}
	if (!listed) {
		return refuse(answer, "mid %s: payload type %s is not accepted", mid, payload_type);
	}
	for (guint i = 0; (value = gst_sdp_media_get_attribute_val_n(media, "rtpmap", i)) != NULL;
		i++) {
		if (strncmp(value, payload_type, prefix) == 0 && value[prefix] == ' ') {
			const char *name = value + prefix + 1;
			return g_ascii_strncasecmp(name, encoding, strlen(encoding)) == 0
				? 0
				: refuse(answer, "mid %s: payload type %s is not %s", mid,
					  payload_type, encoding);
		}
	}
	return refuse(answer, "mid %s: no rtpmap for payload type %s", mid, payload_type);
}

static int read_extensions(struct answer *answer, const GstSDPMedia *media, const char *mid)
{
	const char *value = NULL;

	for (guint i = 0; (value = gst_sdp_media_get_attribute_val_n(media, "extmap", i)) != NULL;
		i++) {
		char *end = NULL;
		guint64 id = g_ascii_strtoull(value, &end, 10);
		const char *uri = strchr(end, ' '); /* between them may stand a direction */
		bool is_mid = uri != NULL && g_str_has_prefix(uri + 1, URI_MID);
		bool is_transport_cc = uri != NULL && g_str_has_prefix(uri + 1, URI_TRANSPORT_CC);
		if ((is_mid && id != FW_EXT_MID) || (is_transport_cc && id != FW_EXT_TRANSPORT_CC)) {
			return refuse(answer,
				"mid %s: id of a header extension differs from the offer's", mid);
		}
		if (is_mid) {
			answer->remote.ext_mid = FW_EXT_MID;
		} else if (is_transport_cc) {
			answer->remote.ext_transport_cc = FW_EXT_TRANSPORT_CC;
		}
	}
	return 0;
}

static void read_nack(struct answer *answer, const GstSDPMedia *media)
{
	const char *value = NULL;

	for (guint i = 0; (value = gst_sdp_media_get_attribute_val_n(media, "rtcp-fb", i)) != NULL;
		i++) {
		g_auto(GStrv) words = g_strsplit_set(value, " ", 4);
		bool ours = words[0] != NULL &&
			(strcmp(words[0], "*") == 0 ||
				strcmp(words[0], G_STRINGIFY(FW_PT_VP8)) == 0);
		if (ours && words[1] != NULL && strcmp(words[1], "nack") == 0 &&
			(words[2] == NULL || *words[2] == '\0')) {
			answer->remote.nack = true;
		}
	}
}

static int read_ssrc(
	struct answer *answer, const GstSDPMedia *media, const char *mid, uint32_t *ret_ssrc)
{
	const char *value = gst_sdp_media_get_attribute_val(media, "ssrc");
	char *end = NULL;
	guint64 ssrc = 0;

	if (value == NULL) {
		*ret_ssrc = 0;
		return 0;
	}
	ssrc = g_ascii_strtoull(value, &end, 10);
	if (end == value || (*end != ' ' && *end != '\0') || ssrc > UINT32_MAX) {
		return refuse(answer, "mid %s: a=ssrc is not a 32-bit number", mid);
	}
	for (unsigned track = 0; track < FW_TRACK_COUNT; track++) {
		if (ssrc != 0 && answer->remote.up[track].ssrc == ssrc) {
			return refuse(answer, "mid %s: its SSRC is also another m-line's", mid);
		}
	}
	*ret_ssrc = (uint32_t)ssrc;
	return 0;
}

/* BUNDLE must name the mid: everything goes over one transport. */
static bool bundled(const struct answer *answer, const char *mid)
{
	const char *value = NULL;

	for (guint i = 0;
		(value = gst_sdp_message_get_attribute_val_n(answer->message, "group", i)) != NULL;
		i++) {
		g_auto(GStrv) words = g_strsplit_set(value, " ", -1);
		if (g_strcmp0(words[0], "BUNDLE") == 0 &&
			g_strv_contains((const char *const *)words + 1, mid)) {
			return true;
		}
	}
	return false;
}

static int read_up(
	struct answer *answer, const GstSDPMedia *media, enum fw_track track, const char *mid)
{
	uint32_t ssrc = 0;
	int r = read_ssrc(answer, media, mid, &ssrc);

	if (r == 0) {
		g_strlcpy(answer->remote.up[track].mid, mid, sizeof answer->remote.up[track].mid);
		answer->remote.up[track].ssrc = ssrc;
		read_nack(answer, media);
	}
	return r;
}

/* slot -1: up */
static int read_media(struct answer *answer, const GstSDPMedia *media, enum fw_track track, int slot)
{
	const char *offered =
		slot < 0 ? answer->offer->up_mid[track] : answer->offer->down[slot].mid[track];
	const char *mid = gst_sdp_media_get_attribute_val(media, "mid");
	enum direction direction = media_direction(answer, media);
	int r = 0;

	if (g_strcmp0(mid, offered) != 0) {
		return refuse(answer, "mid %s was offered here, the answer has %.16s", offered,
			mid == NULL ? "none" : mid);
	}
	if (g_strcmp0(gst_sdp_media_get_media(media),
		    track == FW_TRACK_AUDIO ? "audio" : "video") != 0) {
		return refuse(answer, "mid %s: kind of media differs from the offer's", mid);
	}
	if (gst_sdp_media_get_port(media) == 0 || direction == INACTIVE) {
		return 0;
	}
	if (!(direction & (slot < 0 ? SENDS : RECEIVES))) {
		return refuse(answer, "mid %s: %s was offered, the answer has the same direction",
			mid, slot < 0 ? "recvonly" : "sendonly");
	}
	if (!bundled(answer, mid)) {
		return refuse(answer, "mid %s is not in a=group:BUNDLE", mid);
	}
	if ((r = check_transport(answer, media, mid)) < 0 ||
		(r = check_codec(answer, media, track, mid)) < 0 ||
		(r = read_extensions(answer, media, mid)) < 0) {
		return r;
	}
	answer->accepted = true;
	if (slot < 0) {
		return read_up(answer, media, track, mid);
	}
	g_strlcpy(answer->remote.down[slot][track].mid, mid, FW_MID_MAX + 1);
	answer->remote.down[slot][track].ssrc = answer->offer->down[slot].ssrc[track];
	return 0;
}

static int read_message(struct answer *answer)
{
	guint count = gst_sdp_message_medias_len(answer->message),
	      expected = FW_TRACK_COUNT * (1u + answer->offer->slots);

	if (count != expected) {
		return refuse(answer, "%u m-lines, %u were offered", count, expected);
	}
	answer->remote.slots = answer->offer->slots;
	for (guint i = 0; i < count; i++) {
		int slot = (int)(i / FW_TRACK_COUNT) - 1;
		int r = read_media(answer, gst_sdp_message_get_media(answer->message, i),
			(enum fw_track)(i % FW_TRACK_COUNT), slot);
		if (r < 0) {
			return r;
		}
	}
	return answer->accepted ? 0 : refuse(answer, "every m-line is rejected");
}

int fw_sdp_answer_parse(const struct fw_sdp_offer *offer, const char *sdp, size_t sdp_bytes,
	struct fw_media_remote *ret_remote, char ret_reason[FW_SDP_REASON_MAX + 1])
{
	struct answer answer = {.offer = offer, .reason = ret_reason};
	int r = 0;

	ret_reason[0] = '\0';
	if (sdp_bytes > FW_SDP_ANSWER_MAX) {
		return refuse(&answer, "longer than %d bytes", FW_SDP_ANSWER_MAX);
	}
	if (sdp_bytes < 5 || memcmp(sdp, "v=0", 3) != 0 || memchr(sdp, '\0', sdp_bytes) != NULL) {
		return refuse(&answer, "not SDP: does not begin with v=0, or holds a NUL");
	}
	if (gst_sdp_message_new(&answer.message) != GST_SDP_OK) {
		return refuse(&answer, "not SDP");
	}
	if (gst_sdp_message_parse_buffer((const guint8 *)sdp, (guint)sdp_bytes, answer.message) !=
		GST_SDP_OK) {
		r = refuse(&answer, "not SDP: a line cannot be parsed");
	} else {
		r = read_message(&answer);
	}
	(void)gst_sdp_message_free(answer.message);
	if (r == 0) {
		*ret_remote = answer.remote;
	}
	return r;
}
