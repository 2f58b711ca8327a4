/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of a test peer: transport and checks in peer.c, reports and feedback in peer_rtcp.c.
 *
 * Owner: peer.c.  Threads: the peer's.  Errors: see peer.h.
 */
#ifndef FW_TESTS_PEER_PEER_PRIVATE_H
#define FW_TESTS_PEER_PEER_PRIVATE_H

#include "media/nack.h"
#include "media/rtcp.h"
#include "tests/peer/offer.h"
#include "tests/peer/secure.h"
#include "tests/peer/sent.h"
#include "tests/peer/stun_client.h"
#include <glib.h>

#define TEST_PACKET_MAX 2048

struct test_up {
	uint32_t ssrc;
	uint16_t sequence;
	bool has_clock;
	uint32_t clock_rtp;
	int64_t clock_utc_us;
	uint32_t packets, octets;
	struct test_sent *sent;
};

struct test_down {
	uint32_t ssrc;
	struct fw_nack_receiver nack;
	uint64_t expected_before, lost_before; /* at the last report */
	uint32_t last_sr;
	int64_t last_sr_us;
};

struct test_peer {
	struct test_peer_options options;
	enum test_peer_state state;
	const char *failure;
	struct test_offer offer;
	struct test_answer answer;
	struct test_secure *secure;
	int fd;
	GByteArray *tcp_in; /* not yet a whole frame */
	struct test_stun_check check;
	char username[600];
	bool nominated;
	int64_t check_due_us, tick_due_us, report_due_us, feedback_due_us;
	struct test_up up[FW_TRACK_COUNT];
	struct test_down down[FW_SLOTS_MAX][FW_TRACK_COUNT];
	uint16_t transport_cc; /* next number */
	struct fw_twcc_receiver arrivals;
	uint8_t last_packet[TEST_PACKET_MAX];
	size_t last_bytes;
	guint32 random;
	unsigned loss_up_permille, loss_down_permille;
	bool silent;
	int64_t (*source)(void *user);
	void *source_user;
	struct test_peer_counts counts;
};

guint32 test_peer_random(struct test_peer *peer);
/* Protects (growing by TEST_SRTP_GROWTH at most) and sends, unless the dice lose it. */
int test_peer_send_protected(struct test_peer *peer, uint8_t *packet, size_t bytes, bool rtcp);
void test_peer_rtcp_received(struct test_peer *peer, const uint8_t *compound, size_t bytes);
/* Sends what is due; returns when it is to be called again. */
int64_t test_peer_rtcp_step(struct test_peer *peer, int64_t now_us);

#endif
