/* SPDX-License-Identifier: Apache-2.0 */
/* Real answers of browsers to the server's own offer lie in the fuzz corpus; they are altered here
 * line by line. */
#include "tests/unit/testing.h"

#include <errno.h>
#include <gst/gst.h>
#include <string.h>

#include "media/sdp_answer.h"

static char *load(const char *name)
{
	g_autofree char *path = g_build_filename(FW_TEST_SDP_FOLDER, name, NULL);
	char *sdp = NULL;

	assert_true(g_file_get_contents(path, &sdp, NULL, NULL));
	return sdp;
}

static int parse(const char *sdp, struct fw_media_remote *remote, char reason[FW_SDP_REASON_MAX + 1])
{
	struct fw_sdp_offer offer = {.session = 1};

	memset(remote, 0xee, sizeof *remote);
	fw_sdp_offer_set_tracks(&offer, 1, 1000);
	return fw_sdp_answer_parse(&offer, sdp, strlen(sdp), remote, reason);
}

static void check_common(const struct fw_media_remote *remote)
{
	assert_int_equal(remote->ext_mid, 4);
	assert_int_equal(remote->ext_transport_cc, 3);
	assert_true(remote->nack);
	assert_int_equal(remote->slots, 1);
	assert_string_equal(remote->up[FW_TRACK_AUDIO].mid, "ua");
	assert_string_equal(remote->up[FW_TRACK_FACE].mid, "uf");
	assert_string_equal(remote->down[0][FW_TRACK_AUDIO].mid, "1a");
	assert_string_equal(remote->down[0][FW_TRACK_DOCUMENT].mid, "1d");
	assert_int_equal(remote->down[0][FW_TRACK_DOCUMENT].ssrc, 1002);
}

static void browsers_answers_are_read(void **state)
{
	static const struct {
		const char *name;
		bool document;
	} TABLE[] = {{"six-chromium-empty.sdp", true}, {"six-chromium-tracks.sdp", true},
		{"six-chromium-document-missing.sdp", false}, {"six-firefox-empty.sdp", true},
		{"six-firefox-tracks.sdp", true}, {"six-firefox-document-missing.sdp", false}};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(TABLE); i++) {
		g_autofree char *sdp = load(TABLE[i].name);
		struct fw_media_remote remote;
		char reason[FW_SDP_REASON_MAX + 1];
		assert_int_equal(parse(sdp, &remote, reason), 0);
		assert_string_equal(reason, "");
		check_common(&remote);
		assert_string_equal(remote.up[FW_TRACK_DOCUMENT].mid, TABLE[i].document ? "ud" : "");
		assert_int_equal(remote.role, FW_DTLS_SERVER);
		assert_true(remote.up[FW_TRACK_FACE].ssrc != 0);
		assert_true(remote.up[FW_TRACK_AUDIO].ssrc != remote.up[FW_TRACK_FACE].ssrc);
	}
}

/* webrtcbin names tracks by a=ssrc only and negotiates no header extension. */
static void webrtcbins_answer_is_read(void **state)
{
	g_autofree char *sdp = load("six-webrtcbin.sdp");
	struct fw_media_remote remote;
	char reason[FW_SDP_REASON_MAX + 1];

	(void)state;
	assert_int_equal(parse(sdp, &remote, reason), 0);
	assert_int_equal(remote.ext_mid, 0);
	assert_int_equal(remote.ext_transport_cc, 0);
	assert_false(remote.nack);
	assert_int_equal(remote.role, FW_DTLS_SERVER);
	for (unsigned track = 0; track < FW_TRACK_COUNT; track++) {
		assert_true(remote.up[track].ssrc != 0);
		assert_true(*remote.up[track].mid != '\0');
		assert_true(*remote.down[0][track].mid != '\0');
	}
}

static char *replace(const char *sdp, const char *from, const char *to, bool all)
{
	g_autoptr(GString) text = g_string_new(sdp);

	assert_non_null(strstr(sdp, from));
	(void)g_string_replace(text, from, to, all ? 0 : 1);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static void altered_answers_are_refused_with_the_reason(void **state)
{
	static const struct {
		const char *from, *to;
		bool all;
		const char *reason; /* "": accepted */
	} TABLE[] = {
		{"a=mid:ua", "a=mid:ux", false, "mid ua was offered here, the answer has ux"},
		{"a=mid:ua", "a=x:ux", false, "mid ua was offered here, the answer has none"},
		{"a=mid:1f\r\n", "a=mid:1d\r\n", false, "mid 1f was offered here"},
		{"m=video 9", "m=audio 9", false, "mid uf: kind of media"},
		{"m=video 9", "m=application 9", true, "mid uf: kind of media"},
		{"a=fingerprint:sha-256", "a=fingerprint:sha-1", true, "no SHA-256 fingerprint"},
		{"a=fingerprint:sha-256 ", "a=fingerprint:sha-256 G", false, "not 32 bytes in hex"},
		{"a=fingerprint:", "a=fingerprint:sha-1 00:11\r\na=fingerprint:", false, ""},
		{"a=fingerprint:", "a=x:", true, "no SHA-256 fingerprint"},
		{"a=fingerprint:", "a=x:", false, "no SHA-256 fingerprint"},
		{"a=setup:active", "a=setup:actpass", true, "must be active or passive"},
		{"a=setup:active", "a=setup:holdconn", true, "must be active or passive"},
		{"a=setup:active", "a=x", true, "no a=setup"},
		{"a=setup:active", "a=setup:passive", false, "a=setup differs"},
		{"a=setup:active", "a=setup:passive", true, ""},
		{"a=ice-ufrag", "a=x", true, "no ICE credentials"},
		{"a=ice-pwd", "a=x", true, "no ICE credentials"},
		{"a=ice-pwd:", "a=ice-pwd:a\r\na=x:", true, "too short"},
		{"a=rtcp-mux\r\n", "", true, "no a=rtcp-mux"},
		{"a=group:BUNDLE", "a=group:LS", false, "not in a=group:BUNDLE"},
		{"BUNDLE ua uf", "BUNDLE ua", false, "mid uf is not in a=group:BUNDLE"},
		{" 111\r\n", " 0\r\n", false, "payload type 111 is not accepted"},
		{"VP8/90000", "VP9/90000", false, "is not VP8/90000"},
		{"a=rtpmap:96", "a=x:", false, "no rtpmap"},
		{"a=extmap:4 ", "a=extmap:5 ", false, "id of a header extension"},
		{"a=extmap:4 ", "a=extmap:4/recvonly ", true, ""},
		{"a=sendonly", "a=recvonly", false, "recvonly was offered"},
		{"a=recvonly", "a=sendonly", false, "sendonly was offered"},
		{"a=sendonly", "a=sendrecv", true, ""},
		{"a=ssrc:", "a=ssrc:x", true, "not a 32-bit number"},
		{"a=ssrc:", "a=ssrc:9", true, "not a 32-bit number"},
		{"v=0", "w=0", false, "not SDP"},
		{"m=audio", "m=audio\r\nm=audio", false, "7 m-lines, 6 were offered"},
		{"a=sendonly", "a=inactive", true, ""},
	};
	g_autofree char *sdp = load("six-chromium-tracks.sdp");

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(TABLE); i++) {
		g_autofree char *altered = replace(sdp, TABLE[i].from, TABLE[i].to, TABLE[i].all);
		struct fw_media_remote remote;
		char reason[FW_SDP_REASON_MAX + 1];
		int r = parse(altered, &remote, reason);
		if (*TABLE[i].reason == '\0') {
			assert_string_equal(reason, "");
			assert_int_equal(r, 0);
			continue;
		}
		if (strstr(reason, TABLE[i].reason) == NULL) {
			print_error("row %zu: %s\n", i, reason);
		}
		assert_non_null(strstr(reason, TABLE[i].reason));
		assert_int_equal(r, -EBADMSG);
		assert_int_equal(remote.slots, 0xee); /* untouched */
	}
}

static void one_ssrc_for_two_tracks_is_refused(void **state)
{
	g_autofree char *sdp = load("six-firefox-tracks.sdp"), *altered = NULL;
	g_autoptr(GRegex) ssrc = g_regex_new("a=ssrc:[0-9]+", 0, 0, NULL);
	struct fw_media_remote remote;
	char reason[FW_SDP_REASON_MAX + 1];

	(void)state;
	altered = g_regex_replace_literal(ssrc, sdp, -1, 0, "a=ssrc:77", 0, NULL);
	assert_int_equal(parse(altered, &remote, reason), -EBADMSG);
	assert_non_null(strstr(reason, "SSRC"));
	g_clear_pointer(&altered, g_free);
	altered = g_regex_replace_literal(ssrc, sdp, -1, 0, "a=x:77", 0, NULL);
	assert_int_equal(parse(altered, &remote, reason), 0);
	assert_int_equal(remote.up[FW_TRACK_AUDIO].ssrc, 0);
}

/* A peer need not repeat the transport in every m-line, and extensions and nack may be missing. */
static void a_minimal_answer_will_do(void **state)
{
	static const char *const KINDS[] = {"audio", "video", "video"};
	static const char *const MIDS[] = {"ua", "uf", "ud", "1a", "1f", "1d"};
	g_autoptr(GString) sdp =
		g_string_new("v=0\no=- 1 1 IN IP4 0.0.0.0\ns=-\nt=0 0\na=group:BUNDLE uf 1a 1f 1d\n"
			     "a=ice-ufrag:abcd\na=ice-pwd:0123456789012345678901\na=setup:"
			     "passive\na=fingerprint:SHA-256 ");
	struct fw_media_remote remote;
	char reason[FW_SDP_REASON_MAX + 1];

	(void)state;
	for (unsigned i = 0; i < 32; i++) {
		g_string_append_printf(sdp, "%02x%s", i, i < 31 ? ":" : "\n");
	}
	for (unsigned i = 0; i < 6; i++) {
		bool video = i % 3 != 0, rejected = i == 0 || i == 2;
		g_string_append_printf(sdp,
			"m=%s %d UDP/TLS/RTP/SAVPF %d\na=mid:%s\na=%s\na=rtcp-mux\na=rtpmap:%s\n",
			KINDS[i % 3], rejected ? 0 : 9, video ? 96 : 111, MIDS[i],
			i < 3 ? "sendonly" : "recvonly",
			video ? "96 vp8/90000" : "111 OPUS/48000/2");
	}
	assert_int_equal(parse(sdp->str, &remote, reason), 0);
	assert_int_equal(remote.role, FW_DTLS_CLIENT);
	assert_int_equal(remote.fingerprint_sha256[31], 31);
	assert_int_equal(remote.ext_mid, 0);
	assert_int_equal(remote.ext_transport_cc, 0);
	assert_false(remote.nack);
	assert_string_equal(remote.up[FW_TRACK_AUDIO].mid, "");
	assert_string_equal(remote.up[FW_TRACK_FACE].mid, "uf");
	assert_string_equal(remote.up[FW_TRACK_DOCUMENT].mid, "");
}

static void nothing_accepted_is_refused(void **state)
{
	g_autofree char *sdp = load("six-firefox-tracks.sdp"), *first = NULL, *second = NULL;
	struct fw_media_remote remote;
	char reason[FW_SDP_REASON_MAX + 1];

	(void)state;
	first = replace(sdp, "a=sendonly", "a=inactive", true);
	second = replace(first, "a=recvonly", "a=inactive", true);
	assert_int_equal(parse(second, &remote, reason), -EBADMSG);
	assert_string_equal(reason, "every m-line is rejected");
}

static void every_cut_and_bad_byte_is_survived(void **state)
{
	g_autofree char *sdp = load("six-chromium-tracks.sdp");
	size_t length = strlen(sdp);
	struct fw_media_remote remote;
	char reason[FW_SDP_REASON_MAX + 1];

	(void)state;
	for (size_t cut = 0; cut < length; cut++) {
		g_autofree char *copy = g_strndup(sdp, cut);
		int r = parse(copy, &remote, reason);
		assert_int_equal(r < 0, *reason != '\0');
	}
	for (size_t at = 0; at < length; at += 3) {
		g_autofree char *copy = g_strdup(sdp);
		copy[at] = (char)0x85;
		(void)parse(copy, &remote, reason);
		assert_true(g_utf8_validate(reason, -1, NULL));
	}
	{
		struct fw_sdp_offer offer = {.session = 1};
		g_autofree char *long_one = g_strnfill(FW_SDP_ANSWER_MAX + 1, 'v');
		assert_int_equal(fw_sdp_answer_parse(
					 &offer, long_one, FW_SDP_ANSWER_MAX + 1, &remote, reason),
			-EBADMSG);
		assert_int_equal(
			fw_sdp_answer_parse(&offer, "v=0\0\n\n\n", 7, &remote, reason), -EBADMSG);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(browsers_answers_are_read),
		cmocka_unit_test(webrtcbins_answer_is_read),
		cmocka_unit_test(altered_answers_are_refused_with_the_reason),
		cmocka_unit_test(one_ssrc_for_two_tracks_is_refused),
		cmocka_unit_test(a_minimal_answer_will_do),
		cmocka_unit_test(nothing_accepted_is_refused),
		cmocka_unit_test(every_cut_and_bad_byte_is_survived),
	};

	gst_init(NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
