/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/load.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <glib.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "media/bytes.h"
#include "media/dtls.h"
#include "media/messages.h"
#include "media/rtcp.h"
#include "media/rtp.h"
#include "media/twcc.h"
#include "tests/peer/stun_client.h"

#define BATCH         32
#define ROOM          1600
#define DELAY_STEP_US 20
#define DELAY_STEPS   10000
#define FEEDBACK_US   100000
#define REPORT_US     1000000
#define CHECK_US      20000 /* until the first answer */
#define CALL_APART_US 20000 /* calls begin one after the other, fifty a second */
#define LOOKED_INTO   16 /* one peer in so many decrypts what it gets */
#define TRACKS        2 /* sound, video */

enum state {
	WAITING,
	CHECKING,
	SECURING,
	UP,
	FAILED
};

struct stream {
	uint32_t ssrc; /* expected */
	bool started;
	int64_t first, highest;
	uint64_t received;
};

struct peer {
	enum state state;
	unsigned number;
	int fd;
	struct fw_dtls *dtls;
	struct fw_srtp *srtp;
	struct test_stun_check check;
	char username[40], password[32];
	int64_t start_us, check_us, picture_us, sound_us, feedback_us, report_us;
	int64_t first_us; /* first media received */
	uint16_t sequence[TRACKS];
	uint16_t transport_cc;
	struct stream streams[TRACKS];
	struct fw_twcc_receiver twcc;
};

struct load {
	const struct load_plan *plan;
	struct fw_dtls_context *context;
	unsigned count;
	struct peer *peers;
	int epoll_fd;
	bool measuring;
	struct load_result result;
	uint32_t delays[DELAY_STEPS], behind[DELAY_STEPS];
	struct mmsghdr in[BATCH];
	struct iovec in_parts[BATCH];
	uint8_t control[BATCH][64] __attribute__((aligned(16)));
	uint8_t received[BATCH][ROOM] __attribute__((aligned(16)));
};

void load_credentials(unsigned peer, char ret_ufrag[16], char ret_pwd[32])
{
	(void)g_snprintf(ret_ufrag, 16, "u%08x", peer);
	(void)g_snprintf(ret_pwd, 32, "password-%012x", peer);
}

uint32_t load_ssrc_base(unsigned peer)
{
	return (peer + 1) << 8;
}

static int64_t now_us(void)
{
	return fw_clock_wall_us(); /* the clock of the sockets' time stamps */
}

static void note(uint32_t *histogram, int64_t value_us)
{
	histogram[CLAMP(value_us / DELAY_STEP_US, 0, DELAY_STEPS - 1)]++;
}

static uint32_t percentile(const uint32_t *histogram, unsigned percent)
{
	uint64_t total = 0, seen = 0;

	for (unsigned i = 0; i < DELAY_STEPS; i++) {
		total += histogram[i];
	}
	for (unsigned i = 0; i < DELAY_STEPS; i++) {
		seen += histogram[i];
		if (total && seen * 100 >= total * percent) {
			return (i + 1) * DELAY_STEP_US;
		}
	}
	return 0;
}

/* ---- coming up ---- */

static void open_peer(struct load *load, unsigned number)
{
	struct peer *peer = &load->peers[number];
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(load->plan->port)};
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = peer};
	char ufrag[16];
	int size = 4 << 20, on = 1;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	peer->number = number;
	peer->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	(void)setsockopt(peer->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	(void)setsockopt(peer->fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
	if (peer->fd < 0 || connect(peer->fd, (struct sockaddr *)&to, sizeof(to)) < 0 ||
		epoll_ctl(load->epoll_fd, EPOLL_CTL_ADD, peer->fd, &event) < 0) {
		abort();
	}
	load_credentials(number, ufrag, peer->password);
	(void)g_snprintf(peer->username, sizeof(peer->username), "%s:load", ufrag);
	peer->check.username = peer->username;
	peer->check.password = peer->password;
	peer->check.tie_breaker = 1;
	peer->check.use_candidate = true;
	peer->streams[0].ssrc = load_ssrc_base(number) + FW_TRACK_AUDIO;
	peer->streams[1].ssrc = load_ssrc_base(number) + FW_TRACK_FACE;
	fw_twcc_receiver_init(&peer->twcc);
}

static void send_check(struct peer *peer, int64_t now)
{
	uint8_t request[TEST_STUN_REQUEST_MAX];

	memcpy(peer->check.transaction, &peer->number, sizeof(peer->number));
	(void)send(peer->fd, request, test_stun_request(&peer->check, request), 0);
	peer->check_us = now + CHECK_US;
}

static void send_dtls(struct peer *peer)
{
	uint8_t datagram[FW_DTLS_DATAGRAM_MAX];
	size_t bytes;

	while ((bytes = fw_dtls_output(peer->dtls, datagram)) > 0) {
		(void)send(peer->fd, datagram, bytes, 0);
	}
}

static void become_up(struct load *load, struct peer *peer)
{
	int64_t now = now_us();

	peer->state = UP;
	load->result.up++;
	/* Peers send at different moments, as people's cameras do; the first picture goes at once. */
	peer->picture_us = now;
	peer->sound_us = now + (int64_t)peer->number * 7919 % LOAD_SOUND_US;
	peer->feedback_us = now + (int64_t)peer->number * 104729 % FEEDBACK_US;
	peer->report_us = now + REPORT_US;
}

static void fail_peer(struct load *load, struct peer *peer)
{
	peer->state = FAILED;
	load->result.failed++;
}

static void shake(struct load *load, struct peer *peer, const uint8_t *packet, size_t bytes)
{
	struct fw_srtp_keys keys;

	if (fw_dtls_is(packet, bytes)) {
		(void)fw_dtls_input(peer->dtls, packet, bytes);
		send_dtls(peer);
	}
	if (fw_dtls_state(peer->dtls) == FW_DTLS_HANDSHAKE) {
		return;
	}
	if (fw_dtls_srtp_keys(peer->dtls, &keys) < 0 || fw_srtp_create(&keys, &peer->srtp) < 0) {
		fail_peer(load, peer);
		return;
	}
	become_up(load, peer);
}

static void start_dtls(struct load *load, struct peer *peer)
{
	peer->state = SECURING;
	if (fw_dtls_create(load->context, FW_DTLS_CLIENT, &peer->dtls) < 0) {
		fail_peer(load, peer);
		return;
	}
	send_dtls(peer);
}

/* ---- media out ---- */

static size_t build_rtp(struct peer *peer, unsigned track, bool first, bool marker, uint32_t time,
	size_t payload, uint8_t *packet)
{
	memset(packet, 0, 20);
	packet[0] = 0x90;
	packet[1] = (uint8_t)((marker ? 0x80 : 0) | (track ? FW_PT_VP8 : FW_PT_OPUS));
	fw_put16(packet + 2, peer->sequence[track]++);
	fw_put32(packet + 4, time);
	fw_put32(packet + 8, load_ssrc_base(peer->number) + 100 + track);
	fw_put16(packet + 12, 0xBEDE);
	fw_put16(packet + 14, 1);
	packet[16] = FW_EXT_TRANSPORT_CC << 4 | 1;
	fw_put16(packet + 17, peer->transport_cc++);
	/* To whoever looks (RFC 7741 4.2): the first packet of a picture, which now and then is a key frame. */
	packet[20] = first ? 0x10 : 0x00;
	packet[21] = time / 1000000 % 2 ? 0x01 : 0x00;
	return 20 + payload;
}

static void send_packets(
	struct load *load, struct peer *peer, unsigned track, unsigned count, size_t payload)
{
	static uint8_t packets[LOAD_VIDEO_PACKETS][ROOM] __attribute__((aligned(16)));
	struct mmsghdr messages[LOAD_VIDEO_PACKETS] = {0};
	struct iovec parts[LOAD_VIDEO_PACKETS];
	uint32_t time = (uint32_t)now_us();

	for (unsigned i = 0; i < count; i++) {
		size_t bytes =
			build_rtp(peer, track, i == 0, i == count - 1, time, payload, packets[i]);

		if (peer->srtp) {
			(void)fw_srtp_protect_rtp(peer->srtp, packets[i], &bytes);
		} else {
			bytes += 16;
		}
		parts[i] = (struct iovec){packets[i], bytes};
		messages[i].msg_hdr.msg_iov = &parts[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	(void)sendmmsg(peer->fd, messages, count, 0);
	load->result.sent += load->measuring ? count : 0;
}

static void send_feedback(struct peer *peer, bool report)
{
	uint8_t packet[1200 + FW_SRTP_TRAILER_MAX];
	struct fw_rtcp_writer writer;
	struct fw_rtcp_report reports[TRACKS];
	unsigned count = 0;
	size_t bytes;

	for (unsigned t = 0; report && t < TRACKS; t++) {
		if (peer->streams[t].started) {
			reports[count++] = (struct fw_rtcp_report){.ssrc = peer->streams[t].ssrc,
				.highest_sequence = (uint32_t)peer->streams[t].highest};
		}
	}
	fw_rtcp_writer_init(&writer, packet, 1200);
	(void)fw_rtcp_put_rr(&writer, load_ssrc_base(peer->number) + 100, reports, count);
	while (fw_twcc_receiver_put(&peer->twcc, &writer, load_ssrc_base(peer->number) + 100,
		       peer->streams[1].ssrc) == 0) {
	}
	bytes = writer.used;
	if (peer->srtp && fw_srtp_protect_rtcp(peer->srtp, packet, &bytes) == 0) {
		(void)send(peer->fd, packet, bytes, 0);
	}
}

/* ---- media in ---- */

static void receive_rtp(
	struct load *load, struct peer *peer, uint8_t *packet, size_t bytes, int64_t arrival_us)
{
	struct fw_rtp rtp;
	struct stream *stream;
	uint16_t transport_cc;
	int64_t number;

	/* The header is in the clear. */
	if (bytes < 20 || packet[0] >> 6 != 2) {
		return;
	}
	packet[0] &= (uint8_t)~0x20;
	if (fw_rtp_parse(packet, bytes, &rtp) < 0) {
		return;
	}
	stream = &peer->streams[rtp.payload_type == FW_PT_VP8];
	if (!load->plan->bare && rtp.ssrc != stream->ssrc) {
		load->result.bad++;
		return;
	}
	if (fw_rtp_transport_cc(&rtp, FW_EXT_TRANSPORT_CC, &transport_cc) == 0) {
		(void)fw_twcc_receiver_add(&peer->twcc, transport_cc, arrival_us);
	}
	peer->first_us = peer->first_us ? peer->first_us : arrival_us;
	number = stream->started ? fw_sequence_extend(stream->highest, rtp.sequence) : rtp.sequence;
	if (load->measuring) {
		if (!stream->started) {
			stream->first = number;
		}
		stream->received++;
		load->result.received++;
		note(load->delays, (int32_t)((uint32_t)arrival_us - rtp.timestamp));
		load->result.delay_max_us =
			MAX(load->result.delay_max_us, (uint32_t)arrival_us - rtp.timestamp);
	}
	stream->highest = stream->started ? MAX(stream->highest, number) : number;
	stream->started = true;
	if (peer->srtp && peer->number % LOOKED_INTO == 0) {
		load->result.checked++;
		load->result.bad += fw_srtp_unprotect_rtp(peer->srtp, packet, &bytes) < 0;
	}
}

static void receive_packet(
	struct load *load, struct peer *peer, uint8_t *packet, size_t bytes, int64_t arrival_us)
{
	if (packet[0] >= 128 && packet[0] <= 191) {
		if (packet[1] < 192 || packet[1] > 223) {
			receive_rtp(load, peer, packet, bytes, arrival_us);
		}
	} else if (packet[0] <= 3 && peer->state == CHECKING &&
		test_stun_response(&peer->check, packet, bytes) == 0) {
		start_dtls(load, peer);
	} else if (peer->state == SECURING) {
		shake(load, peer, packet, bytes);
	}
}

static int64_t arrival_of(struct msghdr *message)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
			struct timespec at;

			memcpy(&at, CMSG_DATA(c), sizeof(at));
			return (int64_t)at.tv_sec * 1000000 + at.tv_nsec / 1000;
		}
	}
	return now_us();
}

static void receive(struct load *load, struct peer *peer)
{
	int count = BATCH;

	while (count == BATCH) {
		for (unsigned i = 0; i < BATCH; i++) {
			load->in_parts[i] = (struct iovec){load->received[i], ROOM};
			load->in[i].msg_hdr = (struct msghdr){.msg_iov = &load->in_parts[i],
				.msg_iovlen = 1,
				.msg_control = load->control[i],
				.msg_controllen = sizeof(load->control[i])};
		}
		count = recvmmsg(peer->fd, load->in, BATCH, MSG_DONTWAIT, NULL);
		for (int i = 0; i < count; i++) {
			receive_packet(load, peer, load->received[i], load->in[i].msg_len,
				arrival_of(&load->in[i].msg_hdr));
		}
	}
}

/* ---- time ---- */

static void play(struct load *load, struct peer *peer, int64_t now)
{
	if (now >= peer->picture_us) {
		note(load->behind, now - peer->picture_us);
		send_packets(load, peer, 1, LOAD_VIDEO_PACKETS, LOAD_VIDEO_PAYLOAD);
		peer->picture_us += LOAD_PICTURE_US;
		if (peer->picture_us < now) {
			peer->picture_us = now + (int64_t)peer->number * 7919 % LOAD_PICTURE_US;
		}
	}
	if (now >= peer->sound_us) {
		send_packets(load, peer, 0, 1, LOAD_SOUND_PAYLOAD);
		peer->sound_us = MAX(peer->sound_us + LOAD_SOUND_US, now);
	}
	if (now >= peer->feedback_us) {
		peer->feedback_us = now + FEEDBACK_US;
		send_feedback(peer, now >= peer->report_us);
		peer->report_us += now >= peer->report_us ? REPORT_US : 0;
	}
	if (!load->plan->bare && now >= peer->check_us) {
		send_check(peer, now);
		peer->check_us = now + 2500000;
	}
}

static void step(struct load *load, struct peer *peer, int64_t now)
{
	switch (peer->state) {
	case WAITING:
		if (now >= peer->start_us) {
			open_peer(load, peer->number);
			if (load->plan->bare) {
				become_up(load, peer);
			} else {
				peer->state = CHECKING;
				send_check(peer, now);
			}
		}
		break;
	case CHECKING:
		if (now >= peer->check_us) {
			send_check(peer, now);
		}
		break;
	case SECURING:
		if (now >= peer->check_us) {
			peer->check_us = now + FW_DTLS_TICK_US;
			(void)fw_dtls_tick(peer->dtls);
			send_dtls(peer);
		}
		break;
	case UP:
		play(load, peer, now);
		break;
	case FAILED:
		break;
	}
}

static void run_until(struct load *load, int64_t end_us)
{
	struct epoll_event events[64];
	int64_t now;

	while ((now = now_us()) < end_us) {
		int count;

		for (unsigned i = 0; i < load->count; i++) {
			step(load, &load->peers[i], now);
		}
		count = epoll_wait(load->epoll_fd, events, 64, 1);
		for (int i = 0; i < count; i++) {
			receive(load, events[i].data.ptr);
		}
	}
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void summarise(struct load *load)
{
	g_autofree int64_t *first = g_new(int64_t, load->count);
	unsigned known = 0;

	for (unsigned i = 0; i < load->count; i++) {
		const struct peer *peer = &load->peers[i];

		if (peer->first_us) {
			first[known++] = peer->first_us - peer->start_us;
		}
		for (unsigned t = 0; t < TRACKS; t++) {
			const struct stream *stream = &peer->streams[t];

			if (stream->received) {
				uint64_t expected = (uint64_t)(stream->highest - stream->first + 1);

				load->result.lost += expected > stream->received
					? expected - stream->received
					: 0;
			}
		}
	}
	qsort(first, known, sizeof(*first), compare);
	load->result.first_packet_us = known ? (uint32_t)first[known / 2] : 0;
	load->result.delay_p50_us = percentile(load->delays, 50);
	load->result.delay_p99_us = percentile(load->delays, 99);
	load->result.behind_p99_us = percentile(load->behind, 99);
}

static int64_t cpu_us(void)
{
	struct rusage usage;

	(void)getrusage(RUSAGE_SELF, &usage);
	return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * (int64_t)1000000 +
		usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static void tell(int pipe, enum load_message message)
{
	char byte = (char)message;

	if (write(pipe, &byte, 1) != 1) {
		abort();
	}
}

static void measure(struct load *load, int pipe)
{
	int64_t begun_us, cpu_before;

	memset(load->delays, 0, sizeof(load->delays));
	memset(load->behind, 0, sizeof(load->behind));
	for (unsigned i = 0; i < load->count; i++) {
		for (unsigned t = 0; t < TRACKS; t++) {
			load->peers[i].streams[t].first = load->peers[i].streams[t].highest + 1;
		}
	}
	tell(pipe, LOAD_MEASURING);
	load->measuring = true;
	cpu_before = cpu_us();
	begun_us = now_us();
	run_until(load, begun_us + load->plan->measure_us);
	load->result.cpu_permille =
		(uint32_t)((cpu_us() - cpu_before) * 1000 / (now_us() - begun_us));
	tell(pipe, LOAD_DONE);
	load->measuring = false;
}

void load_run(const struct load_plan *plan, int pipe)
{
	struct load *load = g_new0(struct load, 1);
	int64_t start_us = now_us() + 10000;

	load->plan = plan;
	load->count = 2 * plan->calls;
	load->peers = g_new0(struct peer, load->count);
	load->epoll_fd = epoll_create1(0);
	/* libsrtp was made ready by the server before the fork. */
	if (!plan->bare &&
		fw_dtls_context_create(plan->certificate_pem, plan->key_pem,
			plan->aes_cm ? FW_SRTP_AES128_CM_HMAC_SHA1_80 : FW_SRTP_NONE,
			&load->context) < 0) {
		abort();
	}
	for (unsigned i = 0; i < load->count; i++) {
		load->peers[i].number = i;
		load->peers[i].start_us = start_us + (int64_t)(i / 2) * CALL_APART_US;
	}
	run_until(load, start_us + (int64_t)plan->calls * CALL_APART_US + plan->warm_up_us);
	measure(load, pipe);
	summarise(load);
	if (write(pipe, &load->result, sizeof(load->result)) != sizeof(load->result)) {
		abort();
	}
}
