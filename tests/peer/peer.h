/* SPDX-License-Identifier: Apache-2.0 */
/* A WebRTC peer for tests, small and exact: its own STUN client, DTLS and SRTP, so that the server
 * is tested against another hand's code. It answers the server's offer, sends what it is told and
 * counts what it gets. No decoding here; see reel.h for media.
 *
 * One UDP socket (or TCP connection) per peer, non-blocking. Drive it with test_peers_run(), or
 * poll test_peer_fd() and call test_peer_step() when it is readable and at the time that it
 * returns.
 *
 * Owner: the caller.  Threads: each peer belongs to one thread; callbacks come from
 * test_peer_step(). Errors: -EBADMSG the offer cannot be used, -ENOTCONN not up, socket errors.
 */
#ifndef FW_TESTS_PEER_PEER_H
#define FW_TESTS_PEER_PEER_H

#include "media/messages.h"
#include "media/rtp.h"
#include "media/twcc.h"

struct test_peer;

enum test_peer_state {
	TEST_PEER_NEW, /* no offer yet */
	TEST_PEER_CHECKING, /* sends connectivity checks */
	TEST_PEER_SECURING, /* path found, DTLS runs */
	TEST_PEER_UP, /* keys are there, media may flow */
	TEST_PEER_FAILED, /* see test_peer_failure() */
};

struct test_peer_options {
	bool passive; /* answers setup:passive: the server begins DTLS */
	bool tcp; /* ICE-TCP instead of UDP */
	bool aes_cm; /* offers SRTP_AES128_CM_HMAC_SHA1_80 only */
	bool no_extensions; /* as webrtcbin: neither MID nor transport-wide numbers; tracks told by
			       a=ssrc */
	bool no_ssrc; /* no a=ssrc lines in the answer */
	bool no_nack; /* does not answer NACK */
	bool wrong_fingerprint; /* the answer names another certificate */
	bool wrong_ice_password; /* checks have a bad MESSAGE-INTEGRITY */
	uint32_t seed; /* of SSRC, sequence numbers, losses */
	void *user;
	void (*changed)(void *user, enum test_peer_state state); /* may be NULL */
	/* Each packet of slot (0 ...) and track, decrypted; may be NULL. */
	void (*rtp)(void *user, unsigned slot, enum fw_track track, const struct fw_rtp *rtp,
		int64_t arrival_us);
	/* The server wants a key frame of the track; may be NULL. */
	void (*key_frame_wanted)(void *user, enum fw_track track);
};

struct test_peer_track_counts {
	uint64_t packets, bytes;
	uint64_t lost; /* holes that stayed open for 500 ms */
	uint64_t recovered; /* came late or sent again */
	int64_t first_us; /* arrival of the first packet, monotonic; 0: none */
	uint64_t sender_reports;
};

struct test_peer_counts {
	struct test_peer_track_counts down[FW_SLOTS_MAX][FW_TRACK_COUNT];
	uint64_t sent[FW_TRACK_COUNT];
	uint64_t resent, nacks_received, plis_received, rembs_received, feedbacks_received,
		reports_received;
	uint64_t unknown_ssrc, bad_packets; /* decrypted but nobody's; not decrypted */
	uint64_t remb_bps; /* last */
	uint32_t round_trip_us; /* last, from receiver reports */
	int64_t offered_us, path_us, up_us; /* monotonic times of the milestones; 0: not reached */
};

/* options are copied. */
struct test_peer *test_peer_new(const struct test_peer_options *options);
void test_peer_free(struct test_peer *peer);

/* The server's offer in, the answer out (g_free). Also for later offers: changed ICE credentials
 * restart ICE, keys stay. */
int test_peer_offer(struct test_peer *peer, const char *offer_sdp, char **ret_answer_sdp);

enum test_peer_state test_peer_state(const struct test_peer *peer);
const char *test_peer_failure(const struct test_peer *peer); /* static text; NULL if not failed */
const char *test_peer_profile(
	const struct test_peer *peer); /* SRTP profile as OpenSSL names it; NULL if not up */
const struct test_peer_counts *test_peer_counts(const struct test_peer *peer);

int test_peer_fd(const struct test_peer *peer);
/* Reads what has come, does what is due; returns when to call again at the latest (monotonic). */
int64_t test_peer_step(struct test_peer *peer);
/* Runs several for this long, or until done(user) says so. done may be NULL. */
void test_peers_run(struct test_peer *const *peers, size_t count, int64_t duration_us,
	bool (*done)(void *user), void *user);
int64_t test_now_us(void); /* monotonic */

/* Sends one RTP packet of an up track: payload with the time stamp; SSRC, number and extensions are
 * the peer's own. */
int test_peer_send(struct test_peer *peer, enum fw_track track, uint32_t rtp_time, bool marker,
	const void *payload, size_t bytes);
/* Sender reports go out each second from the first call on: rtp_time is the track's time stamp at
 * utc_us. */
void test_peer_set_clock(
	struct test_peer *peer, enum fw_track track, uint32_t rtp_time, int64_t utc_us);
int test_peer_ask_key_frame(struct test_peer *peer, unsigned slot, enum fw_track track);
uint32_t test_peer_ssrc(const struct test_peer *peer, enum fw_track track);

/* step is called from every test_peer_step() and returns in how many microseconds it wants to be
 * called again; NULL: none. */
void test_peer_set_source(struct test_peer *peer, int64_t (*step)(void *user), void *user);

/* Faults */
void test_peer_set_loss(struct test_peer *peer, unsigned up_permille, unsigned down_permille);
int test_peer_send_raw(struct test_peer *peer, const void *bytes,
	size_t count); /* as it is, to the server's address */
int test_peer_replay(struct test_peer *peer); /* the last protected packet again */
int test_peer_send_foreign(struct test_peer *peer, uint32_t ssrc, uint8_t payload_type,
	size_t payload_bytes); /* protected, odd */
void test_peer_set_silent(
	struct test_peer *peer, bool silent); /* sends nothing at all, not even checks */

/* DTLS close_notify, as a browser's close(). */
void test_peer_say_good_bye(struct test_peer *peer);

#endif
