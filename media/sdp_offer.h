/* SPDX-License-Identifier: Apache-2.0 */
/* The server's offer as SDP text; profile of docs/PROTOCOL.md 2.4. m-lines: audio, face, document
 * up; then the same per slot down.
 *
 * Owner: the caller owns what it passes and the string it gets.  Threads: pure, any thread.
 * Errors: -EINVAL a field is out of its range or holds a character that SDP does not allow there.
 */
#ifndef FW_MEDIA_SDP_OFFER_H
#define FW_MEDIA_SDP_OFFER_H

#include "media/messages.h"
#include <stdint.h>

#define FW_SDP_CANDIDATES_MAX 32 /* UDP and TCP of 16 addresses */
#define FW_SDP_ADDRESS_MAX    45 /* INET6_ADDRSTRLEN - 1 */

struct fw_sdp_candidate {
	char address[FW_SDP_ADDRESS_MAX + 1]; /* numeric IPv4 or IPv6 */
	uint16_t port;
	bool tcp; /* passive, RFC 6544 */
};

struct fw_sdp_down {
	char mid[FW_TRACK_COUNT][FW_MID_MAX + 1];
	uint32_t ssrc[FW_TRACK_COUNT];
};

struct fw_sdp_offer {
	uint64_t session; /* o= line: constant for the connection, < 2^63 */
	uint32_t revision; /* o= line: one more at each offer */
	char ufrag[FW_ICE_UFRAG_MAX + 1];
	char pwd[FW_ICE_PWD_MAX + 1];
	uint8_t fingerprint_sha256[32];
	unsigned candidate_count; /* best first */
	struct fw_sdp_candidate candidates[FW_SDP_CANDIDATES_MAX];
	uint32_t start_kbps, max_kbps; /* hints for the browser's video encoders; 0: leave out.
					  platform.md 11: 2500 and 6000 */
	char up_mid[FW_TRACK_COUNT][FW_MID_MAX + 1];
	uint8_t slots;
	struct fw_sdp_down down[FW_SLOTS_MAX];
};

/* Fills up_mid ("ua", "uf", "ud"), slots, the mids of the slots ("1a", "1f", "1d", "2a" ...) and
 * their SSRC (FW_MEDIA_PEER_OPEN's rule). */
void fw_sdp_offer_set_tracks(struct fw_sdp_offer *offer, uint8_t slots, uint32_t ssrc_base);

/* As it stands between the quotes of a JSON text: lines end in the four characters \r\n, and nothing else in
 * it has to be escaped. *ret_sdp: free with g_free(). */
int fw_sdp_offer_json(const struct fw_sdp_offer *offer, char **ret_sdp);

#endif
