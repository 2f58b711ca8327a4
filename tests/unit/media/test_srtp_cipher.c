/* SPDX-License-Identifier: Apache-2.0 */
/* The replaced ciphers give byte for byte what the packaged library gives, for its eight profiles, RTP and RTCP. */
#include "tests/unit/testing.h"

#include <srtp2/srtp.h>
#include <stdbool.h>
#include <string.h>

#include "media/srtp.h"

#define PACKETS 24
#define ROOM    1500

typedef void (*policy_function)(srtp_crypto_policy_t *);

static const policy_function profiles[] = {
	srtp_crypto_policy_set_rtp_default,
	srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32,
	srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80,
	srtp_crypto_policy_set_aes_cm_256_hmac_sha1_32,
	srtp_crypto_policy_set_aes_gcm_128_16_auth,
	srtp_crypto_policy_set_aes_gcm_256_16_auth,
	srtp_crypto_policy_set_aes_gcm_128_8_auth,
	srtp_crypto_policy_set_aes_gcm_256_8_auth,
};

#define PROFILES G_N_ELEMENTS(profiles)

struct packet {
	uint8_t bytes[ROOM];
	int count;
};

static struct packet packaged[PROFILES][2][PACKETS], replaced[PROFILES][2][PACKETS];

static srtp_t make_session(unsigned profile, srtp_ssrc_type_t direction)
{
	static uint8_t key[46];
	srtp_policy_t policy;
	srtp_t session;

	for (unsigned i = 0; i < sizeof(key); i++) {
		key[i] = (uint8_t)(i * 37 + profile);
	}
	memset(&policy, 0, sizeof(policy));
	profiles[profile](&policy.rtp);
	profiles[profile](&policy.rtcp);
	policy.ssrc.type = direction;
	policy.key = key;
	policy.window_size = 1024;
	assert_int_equal(srtp_create(&session, &policy), srtp_err_status_ok);
	return session;
}

/* Packet number i: growing, across the wrap of the sequence number, with an extension and without. */
static int make_packet(unsigned i, bool rtcp, uint8_t *bytes)
{
	int count = rtcp ? 8 + 4 * (int)(i * 5 % 60) : 12 + (int)(i * 61 % 1200);

	for (int n = 0; n < count; n++) {
		bytes[n] = (uint8_t)(n * 7 + (int)i);
	}
	bytes[0] = 0x80;
	bytes[1] = rtcp ? 201 : 96;
	if (rtcp) {
		bytes[2] = 0;
		bytes[3] = (uint8_t)(count / 4 - 1);
	} else {
		bytes[2] = (uint8_t)((65520 + i) >> 8);
		bytes[3] = (uint8_t)(65520 + i);
		if (i % 2 && count > 24) {
			static const uint8_t extension[] = {0xbe, 0xde, 0, 1, 0x31, 1, 2, 0};

			bytes[0] |= 0x10;
			memcpy(bytes + 12, extension, sizeof(extension));
		}
	}
	return count;
}

static void protect_all(struct packet out[PROFILES][2][PACKETS])
{
	for (unsigned p = 0; p < PROFILES; p++) {
		srtp_t session = make_session(p, ssrc_any_outbound);

		for (unsigned i = 0; i < 2 * PACKETS; i++) {
			struct packet *packet = &out[p][i % 2][i / 2];

			packet->count = make_packet(i / 2, i % 2, packet->bytes);
			assert_int_equal((i % 2 ? srtp_protect_rtcp : srtp_protect)(
						 session, packet->bytes, &packet->count),
				srtp_err_status_ok);
		}
		srtp_dealloc(session);
	}
}

static void unprotect_all(struct packet in[PROFILES][2][PACKETS])
{
	uint8_t plain[ROOM];

	for (unsigned p = 0; p < PROFILES; p++) {
		srtp_t session = make_session(p, ssrc_any_inbound);

		for (unsigned i = 0; i < 2 * PACKETS; i++) {
			struct packet packet = in[p][i % 2][i / 2];
			struct packet spoilt = packet;
			int count = make_packet(i / 2, i % 2, plain);

			spoilt.bytes[spoilt.count / 2 + 4] ^= 0x10;
			assert_int_equal((i % 2 ? srtp_unprotect_rtcp : srtp_unprotect)(
						 session, spoilt.bytes, &spoilt.count),
				srtp_err_status_auth_fail);
			assert_int_equal((i % 2 ? srtp_unprotect_rtcp : srtp_unprotect)(
						 session, packet.bytes, &packet.count),
				srtp_err_status_ok);
			assert_int_equal(packet.count, count);
			assert_memory_equal(packet.bytes, plain, (size_t)count);
		}
		srtp_dealloc(session);
	}
}

static void equals_the_packaged_library(void **state)
{
	(void)state;
	assert_int_equal(srtp_init(), srtp_err_status_ok);
	protect_all(packaged);
	assert_int_equal(srtp_shutdown(), srtp_err_status_ok);

	assert_int_equal(fw_srtp_init(), 0);
	protect_all(replaced);
	for (unsigned p = 0; p < PROFILES; p++) {
		for (unsigned i = 0; i < 2 * PACKETS; i++) {
			const struct packet *a = &packaged[p][i % 2][i / 2];
			const struct packet *b = &replaced[p][i % 2][i / 2];

			assert_int_equal(a->count, b->count);
			assert_memory_equal(a->bytes, b->bytes, (size_t)a->count);
		}
	}
	unprotect_all(packaged);
	fw_srtp_fini();
}

static void can_be_installed_again(void **state)
{
	(void)state;
	assert_int_equal(fw_srtp_init(), 0);
	fw_srtp_fini();
	assert_int_equal(fw_srtp_init(), 0);
	unprotect_all(packaged);
	fw_srtp_fini();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equals_the_packaged_library),
		cmocka_unit_test(can_be_installed_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
