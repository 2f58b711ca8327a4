/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <string.h>

#include "media/sdp_offer.h"

static struct fw_sdp_offer *make_offer(uint8_t slots)
{
	struct fw_sdp_offer *offer = g_new0(struct fw_sdp_offer, 1);

	offer->session = 42;
	offer->revision = 3;
	g_strlcpy(offer->ufrag, "abcd", sizeof offer->ufrag);
	g_strlcpy(offer->pwd, "0123456789012345678901", sizeof offer->pwd);
	for (unsigned i = 0; i < 32; i++) {
		offer->fingerprint_sha256[i] = (uint8_t)(i * 9);
	}
	offer->candidate_count = 3;
	offer->candidates[0] = (struct fw_sdp_candidate){"192.0.2.2", 7000, false};
	offer->candidates[1] = (struct fw_sdp_candidate){"2001:db8::2", 7000, false};
	offer->candidates[2] = (struct fw_sdp_candidate){"192.0.2.2", 7000, true};
	offer->start_kbps = 2500;
	offer->max_kbps = 6000;
	fw_sdp_offer_set_tracks(offer, slots, 1000);
	return offer;
}

/* As a browser gets it out of the message. */
static char *build(const struct fw_sdp_offer *offer)
{
	g_autofree char *escaped = NULL;

	assert_int_equal(fw_sdp_offer_json(offer, &escaped), 0);
	return g_strcompress(escaped);
}

static unsigned count_of(const char *text, const char *part)
{
	unsigned count = 0;

	for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part)) {
		count++;
	}
	return count;
}

static void a_two_party_offer(void **state)
{
	g_autofree struct fw_sdp_offer *offer = make_offer(1);
	g_autofree char *sdp = build(offer);
	g_auto(GStrv) lines = NULL;

	(void)state;
	assert_true(g_str_has_prefix(sdp, "v=0\r\no=- 42 3 IN IP4 127.0.0.1\r\n"));
	assert_non_null(strstr(sdp, "\r\na=ice-lite\r\n"));
	assert_non_null(strstr(sdp, "\r\na=group:BUNDLE ua uf ud 1a 1f 1d\r\n"));
	assert_int_equal(count_of(sdp, "\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"), 2);
	assert_int_equal(count_of(sdp, "\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n"), 4);
	assert_int_equal(count_of(sdp, "\r\na=recvonly\r\n"), 3);
	assert_int_equal(count_of(sdp, "\r\na=sendonly\r\n"), 3);
	assert_int_equal(count_of(sdp, "\r\na=setup:actpass\r\n"), 6);
	assert_int_equal(count_of(sdp, "\r\na=fingerprint:sha-256 00:09:12:"), 6);
	assert_int_equal(
		count_of(sdp, "a=candidate:1 1 udp 2130706431 192.0.2.2 7000 typ host\r\n"), 6);
	assert_int_equal(
		count_of(sdp, "a=candidate:2 1 udp 2130706175 2001:db8::2 7000 typ host\r\n"), 6);
	assert_int_equal(count_of(sdp, " 192.0.2.2 7000 typ host tcptype passive\r\n"), 6);
	assert_int_equal(count_of(sdp, "x-google-start-bitrate=2500;x-google-max-bitrate=6000"), 2);
	assert_int_equal(count_of(sdp, "a=rtcp-fb:96 nack\r\n"), 4);
	assert_int_equal(count_of(sdp, "goog-remb"), 2);
	assert_int_equal(count_of(sdp, "a=ssrc:"), 3);
	assert_non_null(strstr(sdp, "a=msid:person1 1f\r\na=ssrc:1001 cname:farwindow\r\n"));
	assert_non_null(strstr(sdp, "a=msid:document1 1d\r\na=ssrc:1002 cname:farwindow\r\n"));
	lines = g_strsplit(sdp, "\r\n", -1);
	for (unsigned i = 0; lines[i + 1] != NULL; i++) {
		assert_true(g_ascii_islower(lines[i][0]) && lines[i][1] == '=');
	}
}

static void slots_and_hints_vary(void **state)
{
	g_autofree struct fw_sdp_offer *offer = make_offer(FW_SLOTS_MAX);
	g_autofree char *sdp = NULL, *none = NULL;

	(void)state;
	offer->start_kbps = 0;
	sdp = build(offer);
	assert_int_equal(count_of(sdp, "\r\nm="), 15);
	assert_null(strstr(sdp, "x-google"));
	assert_non_null(strstr(sdp, "a=ssrc:1011 "));
	offer->slots = 0;
	none = build(offer);
	assert_int_equal(count_of(none, "\r\nm="), 3);
}

static void what_would_break_the_text_is_refused(void **state)
{
	char *sdp = NULL;

	(void)state;
#define REFUSED(change) \
	do { \
		g_autofree struct fw_sdp_offer *offer = make_offer(1); \
		change; \
		assert_int_equal(fw_sdp_offer_json(offer, &sdp), -EINVAL); \
	} while (0)
	REFUSED(g_strlcpy(offer->ufrag, "ab\r\n", sizeof offer->ufrag));
	REFUSED(g_strlcpy(offer->ufrag, "abc", sizeof offer->ufrag));
	REFUSED(g_strlcpy(offer->pwd, "short", sizeof offer->pwd));
	REFUSED(g_strlcpy(offer->candidates[0].address, "example.org", 12));
	REFUSED(offer->candidates[1].port = 0);
	REFUSED(offer->candidate_count = FW_SDP_CANDIDATES_MAX + 1);
	REFUSED(offer->slots = FW_SLOTS_MAX + 1);
	REFUSED(offer->up_mid[0][0] = '\0');
	REFUSED(offer->down[0].mid[2][0] = ' ');
	REFUSED(offer->session = UINT64_MAX);
#undef REFUSED
	assert_null(sdp);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_two_party_offer),
		cmocka_unit_test(slots_and_hints_vary),
		cmocka_unit_test(what_would_break_the_text_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
