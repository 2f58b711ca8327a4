/* SPDX-License-Identifier: Apache-2.0 */
/* The server's offer as a test peer reads it (line by line, no library), and the answer to it.
 *
 * Owner: values.  Threads: any.  Errors: -EBADMSG something needed is missing.
 */
#ifndef FW_TESTS_PEER_OFFER_H
#define FW_TESTS_PEER_OFFER_H

#include "tests/peer/peer.h"

#define TEST_MEDIA_MAX (FW_TRACK_COUNT * (FW_SLOTS_MAX + 1))

struct test_offer_media {
	char mid[FW_MID_MAX + 1];
	bool video;
	bool up; /* offered recvonly */
	bool rejected; /* port 0 */
	unsigned payload_type;
	uint32_t ssrc; /* of a=ssrc, 0 without */
	enum fw_track track; /* by order among those of its direction */
	unsigned slot; /* of down */
};

struct test_offer {
	char ufrag[257], pwd[257];
	uint8_t fingerprint_sha256[32];
	char address[64];
	unsigned udp_port, tcp_port; /* 0: no such candidate */
	unsigned ext_mid, ext_transport_cc; /* 0: not offered */
	unsigned media_count;
	struct test_offer_media media[TEST_MEDIA_MAX];
};

int test_offer_parse(const char *sdp, struct test_offer *ret_offer);

struct test_answer {
	const struct test_peer_options *options;
	char ufrag[16], pwd[32];
	uint8_t fingerprint_sha256[32];
	uint32_t ssrc[FW_TRACK_COUNT];
	const char *cname;
};

/* g_free the string. */
char *test_answer_build(const struct test_offer *offer, const struct test_answer *answer);

#endif
