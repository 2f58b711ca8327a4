/* SPDX-License-Identifier: Apache-2.0 */
/* NEW -> CHECKING (offer) -> SECURING (first good check) -> UP (DTLS done); FAILED from any.
 * A later offer with other ICE credentials only restarts the checks. */
#include "tests/peer/peer_private.h"
#include "media/bytes.h"
#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CHECK_FAST_US 20000 /* until the path is found, RFC 8445 14.2 allows 5 ms at least */
#define CHECK_SLOW_US 2500000 /* consent, RFC 7675 5.1: 4 to 6 s; a test should notice sooner */
#define TICK_US       50000

int64_t test_now_us(void)
{
	return g_get_monotonic_time();
}

guint32 test_peer_random(struct test_peer *peer)
{
	peer->random = peer->random * 1664525 + 1013904223;
	return peer->random >> 8;
}

static void set_state(struct test_peer *peer, enum test_peer_state state, const char *failure)
{
	if (peer->state == state || peer->state == TEST_PEER_FAILED) {
		return;
	}
	peer->state = state;
	peer->failure = failure;
	if (state == TEST_PEER_SECURING) {
		peer->counts.path_us = test_now_us();
	} else if (state == TEST_PEER_UP) {
		peer->counts.up_us = test_now_us();
	}
	if (peer->options.changed != NULL) {
		peer->options.changed(peer->options.user, state);
	}
}

/* Onto the wire, framed for TCP (RFC 4571). A full socket buffer loses the packet, as a network
 * may. */
static int transmit(struct test_peer *peer, const void *bytes, size_t count)
{
	uint8_t frame[2 + 65535];

	if (peer->silent || peer->fd < 0) {
		return 0;
	}
	if (!peer->options.tcp) {
		return send(peer->fd, bytes, count, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -errno : 0;
	}
	if (count > 65535) {
		return -EMSGSIZE;
	}
	fw_put16(frame, (uint16_t)count);
	memcpy(frame + 2, bytes, count);
	return send(peer->fd, frame, count + 2, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

static void transmit_dtls(void *user, const uint8_t *bytes, size_t count)
{
	(void)transmit(user, bytes, count);
}

int test_peer_send_protected(struct test_peer *peer, uint8_t *packet, size_t bytes, bool rtcp)
{
	int r = test_secure_protect(peer->secure, packet, &bytes, rtcp);

	if (r < 0) {
		return r;
	}
	memcpy(peer->last_packet, packet, MIN(bytes, sizeof peer->last_packet));
	peer->last_bytes = MIN(bytes, sizeof peer->last_packet);
	if (test_peer_random(peer) % 1000 < peer->loss_up_permille) {
		return 0;
	}
	return transmit(peer, packet, bytes);
}

struct test_peer *test_peer_new(const struct test_peer_options *options)
{
	struct test_peer *peer = g_new0(struct test_peer, 1);

	peer->options = *options;
	peer->fd = -1;
	peer->random = options->seed * 2654435761u + 12345;
	peer->tcp_in = g_byte_array_new();
	peer->secure = test_secure_new(options->passive, options->aes_cm, transmit_dtls, peer);
	fw_twcc_receiver_init(&peer->arrivals);
	for (unsigned track = 0; track < FW_TRACK_COUNT; track++) {
		peer->up[track].sent = test_sent_new();
		peer->up[track].ssrc = test_peer_random(peer) | 1u << 24;
		peer->up[track].sequence = (uint16_t)test_peer_random(peer);
		peer->answer.ssrc[track] = peer->up[track].ssrc;
	}
	peer->check.tie_breaker = (uint64_t)test_peer_random(peer) << 32 | test_peer_random(peer);
	g_snprintf(peer->answer.ufrag, sizeof peer->answer.ufrag, "t%08x", test_peer_random(peer));
	g_snprintf(peer->answer.pwd, sizeof peer->answer.pwd, "%024x", test_peer_random(peer));
	peer->answer.cname = "test-peer";
	peer->answer.options = &peer->options;
	test_secure_fingerprint(peer->secure, peer->answer.fingerprint_sha256);
	if (options->wrong_fingerprint) {
		peer->answer.fingerprint_sha256[0] ^= 1;
	}
	return peer;
}

void test_peer_free(struct test_peer *peer)
{
	if (peer == NULL) {
		return;
	}
	if (peer->fd >= 0) {
		(void)close(peer->fd);
	}
	for (unsigned track = 0; track < FW_TRACK_COUNT; track++) {
		test_sent_free(peer->up[track].sent);
	}
	g_byte_array_unref(peer->tcp_in);
	test_secure_free(peer->secure);
	g_free(peer);
}

static int open_socket(struct test_peer *peer)
{
	struct sockaddr_storage to = {0};
	struct sockaddr_in *to4 = (struct sockaddr_in *)&to;
	struct sockaddr_in6 *to6 = (struct sockaddr_in6 *)&to;
	bool v6 = strchr(peer->offer.address, ':') != NULL;
	unsigned port = peer->options.tcp ? peer->offer.tcp_port : peer->offer.udp_port;
	int size = 4 << 20, one = 1;

	to.ss_family = v6 ? AF_INET6 : AF_INET;
	if (port == 0 ||
		inet_pton(to.ss_family, peer->offer.address,
			v6 ? (void *)&to6->sin6_addr : (void *)&to4->sin_addr) != 1) {
		return -EBADMSG;
	}
	*(v6 ? &to6->sin6_port : &to4->sin_port) = htons((uint16_t)port);
	peer->fd = socket(
		to.ss_family, (peer->options.tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0);
	if (peer->fd < 0 ||
		connect(peer->fd, (struct sockaddr *)&to, v6 ? sizeof *to6 : sizeof *to4) < 0) {
		return -errno;
	}
	(void)setsockopt(peer->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	if (peer->options.tcp) {
		(void)setsockopt(peer->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	}
	return 0;
}

int test_peer_offer(struct test_peer *peer, const char *offer_sdp, char **ret_answer_sdp)
{
	struct test_offer offer;
	int r = test_offer_parse(offer_sdp, &offer);
	bool restarted = r == 0 && strcmp(offer.ufrag, peer->offer.ufrag) != 0;

	if (r < 0) {
		return r;
	}
	peer->offer = offer;
	test_secure_expect(peer->secure, offer.fingerprint_sha256);
	for (unsigned i = 0; i < offer.media_count; i++) {
		if (!offer.media[i].up) {
			peer->down[offer.media[i].slot][offer.media[i].track].ssrc =
				offer.media[i].ssrc;
		}
	}
	if (peer->fd < 0 && (r = open_socket(peer)) < 0) {
		return r;
	}
	if (restarted) {
		g_snprintf(peer->username, sizeof peer->username, "%s:%s", offer.ufrag,
			peer->answer.ufrag);
		peer->check.username = peer->username;
		peer->check.password = peer->options.wrong_ice_password ? "wrong wrong wrong wrong"
									: peer->offer.pwd;
		peer->nominated = false;
		peer->check_due_us = 0;
	}
	if (peer->counts.offered_us == 0) {
		peer->counts.offered_us = test_now_us();
	}
	set_state(peer, peer->state == TEST_PEER_NEW ? TEST_PEER_CHECKING : peer->state, NULL);
	*ret_answer_sdp = test_answer_build(&offer, &peer->answer);
	return 0;
}

static void send_check(struct test_peer *peer, int64_t now_us)
{
	uint8_t request[TEST_STUN_REQUEST_MAX];

	/* A test of timing keeps one transaction while it waits, so that an answer to an earlier
	 * copy counts. */
	if (peer->nominated || peer->check_due_us == 0) {
		for (size_t i = 0; i < sizeof peer->check.transaction; i++) {
			peer->check.transaction[i] = (uint8_t)test_peer_random(peer);
		}
	}
	peer->check.use_candidate = true;
	(void)transmit(peer, request, test_stun_request(&peer->check, request));
	peer->check_due_us = now_us + (peer->nominated ? CHECK_SLOW_US : CHECK_FAST_US);
}

static void secure_advanced(struct test_peer *peer, int r)
{
	if (r == 1) {
		set_state(peer, TEST_PEER_UP, NULL);
	} else if (r < 0) {
		set_state(peer, TEST_PEER_FAILED,
			"DTLS failed, or the server's certificate is not the offer's");
	}
}

static void stun_received(struct test_peer *peer, const uint8_t *bytes, size_t count)
{
	if (test_stun_response(&peer->check, bytes, count) < 0) {
		peer->counts.bad_packets++;
		return;
	}
	peer->nominated = true;
	peer->check_due_us = test_now_us() + CHECK_SLOW_US;
	if (peer->state == TEST_PEER_CHECKING) {
		set_state(peer, TEST_PEER_SECURING, NULL);
		if (!peer->options.passive) {
			secure_advanced(peer, test_secure_step(peer->secure, NULL, 0));
		}
	}
}

static void rtp_received(struct test_peer *peer, const uint8_t *packet, size_t bytes)
{
	struct fw_rtp rtp;
	uint16_t number = 0;
	int64_t now_us = test_now_us();

	if (fw_rtp_parse(packet, bytes, &rtp) < 0) {
		peer->counts.bad_packets++;
		return;
	}
	if (!peer->options.no_extensions &&
		fw_rtp_transport_cc(&rtp, (uint8_t)peer->offer.ext_transport_cc, &number) == 0) {
		(void)fw_twcc_receiver_add(&peer->arrivals, number, now_us);
	}
	for (unsigned slot = 0; slot < FW_SLOTS_MAX; slot++) {
		for (unsigned track = 0; track < FW_TRACK_COUNT; track++) {
			struct test_peer_track_counts *counts = &peer->counts.down[slot][track];
			if (peer->down[slot][track].ssrc != rtp.ssrc || rtp.ssrc == 0) {
				continue;
			}
			counts->packets++;
			counts->bytes += bytes;
			counts->first_us = counts->first_us == 0 ? now_us : counts->first_us;
			(void)fw_nack_receiver_add(
				&peer->down[slot][track].nack, rtp.sequence, now_us, NULL);
			if (peer->options.rtp != NULL) {
				peer->options.rtp(peer->options.user, slot, (enum fw_track)track,
					&rtp, now_us);
			}
			return;
		}
	}
	peer->counts.unknown_ssrc++;
}

/* First byte: 0-3 STUN, 20-63 DTLS, 128-191 RTP or RTCP (RFC 7983 7). */
static void packet_received(struct test_peer *peer, uint8_t *bytes, size_t count)
{
	bool rtcp = count > 1 && bytes[1] >= 192 && bytes[1] <= 223;

	if (count == 0) {
		return;
	}
	if (bytes[0] <= 3) {
		stun_received(peer, bytes, count);
	} else if (bytes[0] >= 20 && bytes[0] <= 63) {
		secure_advanced(peer, test_secure_step(peer->secure, bytes, count));
	} else if (bytes[0] >= 128 && bytes[0] <= 191) {
		if (test_peer_random(peer) % 1000 < peer->loss_down_permille) {
			return;
		}
		if (test_secure_unprotect(peer->secure, bytes, &count, rtcp) < 0) {
			peer->counts.bad_packets++;
		} else if (rtcp) {
			test_peer_rtcp_received(peer, bytes, count);
		} else {
			rtp_received(peer, bytes, count);
		}
	}
}

static void read_stream(struct test_peer *peer, const uint8_t *bytes, size_t count)
{
	uint8_t frame[65535 + TEST_SRTP_GROWTH];

	g_byte_array_append(peer->tcp_in, bytes, (guint)count);
	while (peer->tcp_in->len >= 2 && peer->tcp_in->len - 2u >= fw_get16(peer->tcp_in->data)) {
		size_t length = fw_get16(peer->tcp_in->data);
		memcpy(frame, peer->tcp_in->data + 2, length);
		g_byte_array_remove_range(peer->tcp_in, 0, (guint)length + 2);
		packet_received(peer, frame, length);
	}
}

static void read_socket(struct test_peer *peer)
{
	uint8_t bytes[65536];
	ssize_t count = 0;

	while ((count = recv(peer->fd, bytes, sizeof bytes, MSG_DONTWAIT)) > 0) {
		if (peer->options.tcp) {
			read_stream(peer, bytes, (size_t)count);
		} else {
			packet_received(peer, bytes, (size_t)count);
		}
	}
	if (count == 0 && peer->options.tcp) {
		set_state(peer, TEST_PEER_FAILED, "the server closed the TCP connection");
	}
}

int64_t test_peer_step(struct test_peer *peer)
{
	int64_t now_us = test_now_us(), next_us = now_us + TICK_US;

	if (peer->fd < 0 || peer->state == TEST_PEER_FAILED) {
		return next_us;
	}
	read_socket(peer);
	if (now_us >= peer->check_due_us) {
		send_check(peer, now_us);
	}
	next_us = MIN(next_us, peer->check_due_us);
	if (peer->state == TEST_PEER_SECURING && now_us >= peer->tick_due_us) {
		if (peer->tick_due_us != 0) {
			secure_advanced(peer, test_secure_step(peer->secure, NULL, 0));
		}
		peer->tick_due_us = now_us + TICK_US;
	}
	if (peer->state == TEST_PEER_UP) {
		next_us = MIN(next_us, test_peer_rtcp_step(peer, now_us));
	}
	if (peer->source != NULL) {
		next_us = MIN(next_us, now_us + peer->source(peer->source_user));
	}
	return next_us;
}

void test_peers_run(struct test_peer *const *peers, size_t count, int64_t duration_us,
	bool (*done)(void *user), void *user)
{
	int64_t end_us = test_now_us() + duration_us;
	g_autofree struct pollfd *fds = g_new0(struct pollfd, count);

	while (test_now_us() < end_us && (done == NULL || !done(user))) {
		int64_t next_us = end_us;
		for (size_t i = 0; i < count; i++) {
			next_us = MIN(next_us, test_peer_step(peers[i]));
			fds[i].fd = peers[i]->fd;
			fds[i].events = POLLIN;
		}
		/* With done() the caller may have work of its own: look at least every 5 ms. */
		next_us = done != NULL ? MIN(next_us, test_now_us() + 5000) : next_us;
		(void)poll(fds, count, (int)CLAMP((next_us - test_now_us() + 999) / 1000, 0, 1000));
	}
}

int test_peer_send(struct test_peer *peer, enum fw_track track, uint32_t rtp_time, bool marker,
	const void *payload, size_t bytes)
{
	struct test_up *up = &peer->up[track];
	uint8_t packet[TEST_PACKET_MAX];
	struct fw_rtp source = {
		.marker = marker, .timestamp = rtp_time, .payload = payload, .payload_bytes = bytes};
	struct fw_rtp_forward how = {.ssrc = up->ssrc,
		.sequence = up->sequence,
		.payload_type = track == FW_TRACK_AUDIO ? FW_PT_OPUS : FW_PT_VP8,
		.transport_cc = peer->transport_cc};
	size_t length = 0;
	int r = 0;

	if (peer->state != TEST_PEER_UP) {
		return -ENOTCONN;
	}
	if (!peer->options.no_extensions) {
		how.ext_mid = (uint8_t)peer->offer.ext_mid;
		how.ext_transport_cc = (uint8_t)peer->offer.ext_transport_cc;
		for (unsigned i = 0; i < peer->offer.media_count; i++) {
			if (peer->offer.media[i].up && peer->offer.media[i].track == track) {
				g_strlcpy(how.mid, peer->offer.media[i].mid, sizeof how.mid);
			}
		}
	}
	r = fw_rtp_forward(&source, &how, packet, sizeof packet - TEST_SRTP_GROWTH, &length);
	if (r < 0) {
		return r;
	}
	up->sequence++;
	up->packets++;
	up->octets += (uint32_t)bytes;
	peer->transport_cc++;
	peer->counts.sent[track]++;
	test_sent_keep(up->sent, how.sequence, packet, length, test_now_us());
	return test_peer_send_protected(peer, packet, length, false);
}

int test_peer_send_raw(struct test_peer *peer, const void *bytes, size_t count)
{
	return transmit(peer, bytes, count);
}

int test_peer_replay(struct test_peer *peer)
{
	return transmit(peer, peer->last_packet, peer->last_bytes);
}

int test_peer_send_foreign(
	struct test_peer *peer, uint32_t ssrc, uint8_t payload_type, size_t payload_bytes)
{
	g_autofree uint8_t *packet =
		g_malloc0(FW_RTP_HEADER_BYTES + payload_bytes + TEST_SRTP_GROWTH);
	size_t bytes = FW_RTP_HEADER_BYTES + payload_bytes;
	int r = 0;

	packet[0] = 0x80;
	packet[1] = payload_type;
	fw_put16(packet + 2, (uint16_t)test_peer_random(peer));
	fw_put32(packet + 8, ssrc);
	r = test_secure_protect(peer->secure, packet, &bytes, false);
	return r < 0 ? r : transmit(peer, packet, bytes);
}

void test_peer_set_loss(struct test_peer *peer, unsigned up_permille, unsigned down_permille)
{
	peer->loss_up_permille = up_permille;
	peer->loss_down_permille = down_permille;
}

void test_peer_set_source(struct test_peer *peer, int64_t (*step)(void *user), void *user)
{
	peer->source = step;
	peer->source_user = user;
}

void test_peer_set_silent(struct test_peer *peer, bool silent)
{
	peer->silent = silent;
}

void test_peer_say_good_bye(struct test_peer *peer)
{
	test_secure_close(peer->secure);
}

enum test_peer_state test_peer_state(const struct test_peer *peer)
{
	return peer->state;
}

const char *test_peer_failure(const struct test_peer *peer)
{
	return peer->failure;
}

const char *test_peer_profile(const struct test_peer *peer)
{
	return test_secure_profile(peer->secure);
}

const struct test_peer_counts *test_peer_counts(const struct test_peer *peer)
{
	return &peer->counts;
}

int test_peer_fd(const struct test_peer *peer)
{
	return peer->fd;
}

uint32_t test_peer_ssrc(const struct test_peer *peer, enum fw_track track)
{
	return peer->up[track].ssrc;
}
