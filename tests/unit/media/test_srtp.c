/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <string.h>

#include "media/bytes.h"
#include "media/srtp.h"

#define PLAIN 200

static const enum fw_srtp_profile profiles[] = {
	FW_SRTP_AEAD_AES_128_GCM, FW_SRTP_AEAD_AES_256_GCM, FW_SRTP_AES128_CM_HMAC_SHA1_80};

struct pair {
	struct fw_srtp *here, *there;
};

static struct pair make_pair(enum fw_srtp_profile profile)
{
	struct fw_srtp_keys keys = {.profile = profile}, mirrored = {.profile = profile};
	struct pair pair = {NULL, NULL};

	memset(keys.local, 0x11, sizeof(keys.local));
	memset(keys.remote, 0x22, sizeof(keys.remote));
	memcpy(mirrored.local, keys.remote, sizeof(keys.remote));
	memcpy(mirrored.remote, keys.local, sizeof(keys.local));
	assert_int_equal(fw_srtp_create(&keys, &pair.here), 0);
	assert_int_equal(fw_srtp_create(&mirrored, &pair.there), 0);
	return pair;
}

static void free_pair(struct pair pair)
{
	fw_srtp_destroy(pair.here);
	fw_srtp_destroy(pair.there);
}

static size_t make_rtp(uint8_t *packet, uint16_t sequence, uint32_t ssrc)
{
	memset(packet, 0x5a, PLAIN);
	packet[0] = 0x80;
	packet[1] = 96;
	fw_put16(packet + 2, sequence);
	fw_put32(packet + 8, ssrc);
	return PLAIN;
}

/* Sends one packet from here to there; what unprotecting says. */
static int pass(struct pair pair, uint16_t sequence, uint32_t ssrc)
{
	uint8_t packet[PLAIN + FW_SRTP_TRAILER_MAX];
	size_t bytes = make_rtp(packet, sequence, ssrc);
	int r;

	assert_int_equal(fw_srtp_protect_rtp(pair.here, packet, &bytes), 0);
	r = fw_srtp_unprotect_rtp(pair.there, packet, &bytes);
	if (r == 0) {
		assert_int_equal(bytes, PLAIN);
		assert_int_equal(packet[PLAIN - 1], 0x5a);
	}
	return r;
}

static void passes_and_refuses(void **state)
{
	(void)state;
	for (unsigned i = 0; i < G_N_ELEMENTS(profiles); i++) {
		struct pair pair = make_pair(profiles[i]);
		uint8_t packet[PLAIN + FW_SRTP_TRAILER_MAX], again[sizeof(packet)];
		size_t bytes = make_rtp(packet, 7, 99), plain = bytes, sent;

		assert_int_equal(fw_srtp_protect_rtp(pair.here, packet, &bytes), 0);
		assert_true(bytes <= plain + FW_SRTP_TRAILER_MAX);
		sent = bytes;
		memcpy(again, packet, sizeof(packet));
		again[20] ^= 1;
		assert_int_equal(fw_srtp_unprotect_rtp(pair.there, again, &bytes), -EACCES);
		memcpy(again, packet, sizeof(packet));
		bytes = sent;
		assert_int_equal(fw_srtp_unprotect_rtp(pair.there, again, &bytes), 0);
		memcpy(again, packet, sizeof(packet));
		bytes = sent;
		assert_int_equal(fw_srtp_unprotect_rtp(pair.there, again, &bytes), -EALREADY);
		/* The other direction has other keys. */
		memcpy(again, packet, sizeof(packet));
		bytes = sent;
		assert_int_equal(fw_srtp_unprotect_rtp(pair.here, again, &bytes), -EACCES);
		/* One number, one packet. */
		bytes = make_rtp(again, 7, 99);
		assert_int_equal(fw_srtp_protect_rtp(pair.here, again, &bytes), -EALREADY);
		free_pair(pair);
	}
}

static void rtcp_passes(void **state)
{
	(void)state;
	for (unsigned i = 0; i < G_N_ELEMENTS(profiles); i++) {
		struct pair pair = make_pair(profiles[i]);
		uint8_t packet[8 + FW_SRTP_TRAILER_MAX] = {0x80, 201, 0, 1, 0, 0, 0, 9};
		uint8_t copy[sizeof(packet)];
		size_t bytes = 8, sent;

		assert_int_equal(fw_srtp_protect_rtcp(pair.here, packet, &bytes), 0);
		assert_true(bytes <= sizeof(packet));
		sent = bytes;
		memcpy(copy, packet, sizeof(packet));
		assert_int_equal(fw_srtp_unprotect_rtcp(pair.there, copy, &bytes), 0);
		assert_int_equal(bytes, 8);
		bytes = sent;
		memcpy(copy, packet, sizeof(packet));
		assert_int_equal(fw_srtp_unprotect_rtcp(pair.there, copy, &bytes), -EALREADY);
		free_pair(pair);
	}
}

static void short_packets_are_refused(void **state)
{
	struct pair pair = make_pair(FW_SRTP_AEAD_AES_128_GCM);
	uint8_t packet[64] = {0x80, 96};

	(void)state;
	for (size_t count = 0; count < sizeof(packet); count++) {
		size_t bytes = count;

		assert_true(fw_srtp_unprotect_rtp(pair.there, packet, &bytes) < 0);
		bytes = count;
		assert_true(fw_srtp_unprotect_rtcp(pair.there, packet, &bytes) < 0);
	}
	free_pair(pair);
}

/* More senders than streams are kept: the first comes back and is understood, though its numbers have wrapped. */
static void rollover_counter_is_kept(void **state)
{
	struct pair pair = make_pair(FW_SRTP_AEAD_AES_128_GCM);

	(void)state;
	for (uint32_t i = 0; i < 70000; i += 500) {
		assert_int_equal(pass(pair, (uint16_t)i, 1), 0);
	}
	for (uint32_t round = 0; round < 3; round++) {
		for (uint32_t ssrc = 100; ssrc < 100 + FW_SRTP_STREAMS_MAX; ssrc++) {
			assert_int_equal(pass(pair, (uint16_t)(10 + round), ssrc), 0);
		}
		assert_int_equal(pass(pair, (uint16_t)(70000 + round), 1), 0);
	}
	free_pair(pair);
}

static void refuses_no_profile(void **state)
{
	struct fw_srtp_keys keys = {.profile = FW_SRTP_NONE};
	struct fw_srtp *srtp;

	(void)state;
	assert_int_equal(fw_srtp_create(&keys, &srtp), -EINVAL);
}

static int start(void **state)
{
	(void)state;
	return fw_srtp_init();
}

static int stop(void **state)
{
	(void)state;
	fw_srtp_fini();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passes_and_refuses),
		cmocka_unit_test(rtcp_passes),
		cmocka_unit_test(short_packets_are_refused),
		cmocka_unit_test(rollover_counter_is_kept),
		cmocka_unit_test(refuses_no_profile),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
