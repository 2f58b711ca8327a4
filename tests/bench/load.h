/* SPDX-License-Identifier: Apache-2.0 */
/* The load of the media bench: many cheap WebRTC peers in one process on one core. Each call is two peers that send 720p VP8-like video
 * (1.6 Mbit/s, 30 pictures a second, six packets each) and Opus-like sound (40 kbit/s), answer with transport-wide feedback and reports,
 * and measure what arrives. The time stamp of a packet is the microsecond at which it left, so that its way is known without decrypting.
 *
 * Owner: the bench.  Threads: a process of its own.  Errors: a peer that does not come up is counted.
 */
#ifndef FW_TESTS_BENCH_LOAD_H
#define FW_TESTS_BENCH_LOAD_H

#include "media/srtp.h"
#include <stdbool.h>
#include <stdint.h>

#define LOAD_VIDEO_PACKETS    6 /* of one picture */
#define LOAD_VIDEO_PAYLOAD    1091 /* 6667 bytes at 30 pictures a second: 1.6 Mbit/s */
#define LOAD_PICTURE_US       33333
#define LOAD_SOUND_US         20000
#define LOAD_SOUND_PAYLOAD    100 /* 40 kbit/s */
#define LOAD_PACKETS_PER_CALL 460 /* a second */

struct load_plan {
	unsigned calls;
	uint16_t port; /* of the server on 127.0.0.1 */
	bool bare; /* to a relay: no ICE, no keys, packets of the same sizes */
	bool aes_cm; /* offers that profile only */
	int64_t warm_up_us, measure_us;
	const char *certificate_pem, *key_pem;
};

/* ICE of peer i, known to both sides. */
void load_credentials(unsigned peer, char ret_ufrag[16], char ret_pwd[32]);
/* Down SSRC of peer i start here; up SSRC are base + 100 (sound) and + 101 (video). */
uint32_t load_ssrc_base(unsigned peer);

struct load_result {
	uint32_t up, failed; /* peers */
	uint64_t sent, received; /* RTP packets in the measured time */
	uint64_t lost; /* holes in what was received */
	uint64_t bad; /* did not authenticate, of those looked into */
	uint64_t checked; /* looked into */
	uint32_t delay_p50_us, delay_p99_us,
		delay_max_us; /* from before the send call to the receiving socket */
	uint32_t behind_p99_us; /* how late the load itself was: more than a few ms and the figures are not the server's */
	uint32_t first_packet_us; /* median: from the first check of a call to its first packet of media */
	uint32_t cpu_permille; /* of the load's own core */
};

enum load_message {
	LOAD_MEASURING = 'm',
	LOAD_DONE = 'd'
};

/* Runs the plan; writes LOAD_MEASURING, LOAD_DONE and the result to the pipe. */
void load_run(const struct load_plan *plan, int pipe);

#endif
