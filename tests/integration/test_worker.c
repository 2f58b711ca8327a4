/* SPDX-License-Identifier: Apache-2.0 */
/* The media plane as its peers see it: real sockets, ICE, DTLS, SRTP on loopback. */
#include "tests/unit/testing.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include <gst/gst.h>

#include "tests/integration/studio.h"

#define CALL   77
#define SECOND 1000000
#define FACE   (1u << FW_TRACK_FACE)
#define BOTH   (FACE | 1u << FW_TRACK_DOCUMENT)

/* A two-party call whose sides see each other; answered. */
struct call {
	struct studio *studio;
	struct test_peer *peers[2];
};

static struct call make_call_in(struct studio *studio, const struct test_peer_options *first,
	const struct test_peer_options *second)
{
	static const struct test_peer_options plain[2] = {{.seed = 1}, {.seed = 2}};
	struct call call = {.studio = studio};

	call.peers[0] = studio_join(call.studio, CALL, 1, first ? first : &plain[0]);
	studio_show(call.studio, CALL, 1, 0, 2); /* before peer 2 is there */
	call.peers[1] = studio_join(call.studio, CALL, 2, second ? second : &plain[1]);
	studio_show(call.studio, CALL, 2, 0, 1);
	studio_settle(call.peers, 2);
	return call;
}

static struct call make_call(
	const struct test_peer_options *first, const struct test_peer_options *second)
{
	return make_call_in(studio_new(1), first, second);
}

static void answer(struct call *call)
{
	for (uint64_t peer = 1; peer <= 2; peer++) {
		studio_record(call->studio, CALL, peer, true);
		studio_gate(call->studio, CALL, peer, true);
	}
	test_peers_run(call->peers, 2, 20000, NULL, NULL);
}

static void end_call(struct call *call)
{
	test_peer_free(call->peers[0]);
	test_peer_free(call->peers[1]);
	studio_free(call->studio);
}

static const struct test_peer_track_counts *got(
	const struct call *call, unsigned peer, enum fw_track track)
{
	return &test_peer_counts(call->peers[peer])->down[0][track];
}

/* Both sides get what the other sends: nothing missing, nothing twice. */
static void assert_flows(struct call *call)
{
	uint64_t before[2], sent_before[2];

	for (unsigned i = 0; i < 2; i++) {
		before[i] = got(call, i, FW_TRACK_FACE)->packets;
		sent_before[i] = test_peer_counts(call->peers[i])->sent[FW_TRACK_FACE];
	}
	studio_run(call->peers, 2, FACE, SECOND);
	test_peers_run(call->peers, 2, 50000, NULL, NULL);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(got(call, i, FW_TRACK_FACE)->packets - before[i],
			test_peer_counts(call->peers[1 - i])->sent[FW_TRACK_FACE] -
				sent_before[1 - i]);
		assert_true(got(call, i, FW_TRACK_FACE)->packets > before[i]);
	}
}

static void forwards_and_keeps_after_the_answer_only(void **state)
{
	struct call call = make_call(NULL, NULL);
	struct studio_kept kept;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(test_peer_state(call.peers[i]), TEST_PEER_UP);
		assert_string_equal(test_peer_profile(call.peers[i]), "SRTP_AEAD_AES_128_GCM");
		assert_int_equal(studio_count(call.studio, FW_MEDIA_PEER_UP, i + 1), 1);
	}
	studio_run(call.peers, 2, BOTH, SECOND / 2);
	kept = studio_kept(call.studio);
	assert_int_equal(got(&call, 0, FW_TRACK_AUDIO)->packets, 0);
	assert_int_equal(got(&call, 1, FW_TRACK_FACE)->packets, 0);
	assert_int_equal(kept.packets[1][FW_TRACK_FACE], 0);
	assert_true(studio_counter(call.studio, FW_DROP_GATE_CLOSED) > 100);

	answer(&call);
	for (unsigned i = 0; i < 2; i++) {
		test_peer_set_clock(call.peers[i], FW_TRACK_FACE, 0, 1790000000000000);
	}
	studio_run(call.peers, 2, BOTH, 3 * SECOND);
	test_peers_run(call.peers, 2, 50000, NULL, NULL);
	kept = studio_kept(call.studio);
	for (unsigned i = 0; i < 2; i++) {
		const struct test_peer_counts *counts = test_peer_counts(call.peers[i]);

		for (unsigned t = 0; t < FW_TRACK_COUNT; t++) {
			const struct test_peer_track_counts *down = &counts->down[0][t];

			assert_true(down->packets > 100);
			assert_int_equal(down->lost, 0);
			/* The sink got each packet once, and the other side the same ones. */
			assert_int_equal(kept.packets[2 - i][t], down->packets);
		}
		assert_true(counts->plis_received >= 2);
		assert_true(counts->feedbacks_received >= 40);
		assert_true(counts->reports_received >= 4);
		assert_int_equal(counts->remb_bps, FW_MEDIA_UP_KBPS_DEFAULT * 1000);
		assert_true(counts->down[0][FW_TRACK_FACE].sender_reports >= 2);
		assert_true(kept.sender_reports[i + 1] >= 2);
		assert_int_equal(counts->unknown_ssrc, 0);
		assert_int_equal(counts->bad_packets, 0);
		assert_int_equal(studio_count(call.studio, FW_MEDIA_TRACK, i + 1), 3);
		assert_true(studio_count(call.studio, FW_MEDIA_QUALITY, i + 1) >= 1);
	}
	assert_int_equal(kept.bad, 0);
	end_call(&call);
}

static void assert_up(struct call *call, const char *profile)
{
	assert_int_equal(test_peer_state(call->peers[0]), TEST_PEER_UP);
	assert_int_equal(test_peer_state(call->peers[1]), TEST_PEER_UP);
	assert_string_equal(test_peer_profile(call->peers[0]), profile);
	answer(call);
	assert_flows(call);
	end_call(call);
}

static void works_with_every_kind_of_peer(void **state)
{
	const struct test_peer_options kinds[] = {
		{.passive = true, .seed = 3},
		{.aes_cm = true, .seed = 4},
		{.tcp = true, .seed = 5},
		{.tcp = true, .passive = true, .seed = 6},
		{.no_extensions = true, .seed = 7},
		{.no_extensions = true, .no_ssrc = true, .seed = 8},
		{.no_ssrc = true, .seed = 9},
	};

	(void)state;
	for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++) {
		struct call call = make_call(&kinds[i], NULL);

		assert_up(&call,
			kinds[i].aes_cm ? "SRTP_AES128_CM_SHA1_80" : "SRTP_AEAD_AES_128_GCM");
	}
}

static void works_over_ipv6(void **state)
{
	const struct test_peer_options tcp = {.tcp = true, .seed = 3};
	struct studio *studio = studio_new_at(1, "::1");
	struct call call;

	(void)state;
	if (!studio) {
		skip();
	}
	call = make_call_in(studio, &tcp, NULL);
	assert_up(&call, "SRTP_AEAD_AES_128_GCM");
}

/* Address translation in front of the server: what is offered is not what can be bound. */
static void offers_an_address_that_is_not_local(void **state)
{
	struct studio *studio = studio_new_at(2, "198.51.100.7"); /* RFC 5737 */
	struct fw_media_candidate candidates[4];

	(void)state;
	assert_non_null(studio);
	for (unsigned worker = 0; worker < 2; worker++) {
		assert_int_equal(
			fw_media_candidates(studio_media(studio), worker, candidates, 4), 2);
		assert_string_equal(candidates[0].address, "198.51.100.7");
		assert_false(candidates[0].tcp);
		assert_true(candidates[1].tcp);
		assert_true(candidates[0].port > 0 && candidates[1].port > 0);
	}
	studio_free(studio);
	assert_null(studio_new_at(1, "example.org"));
}

static void repairs_losses(void **state)
{
	struct call call = make_call(NULL, NULL);
	uint64_t repeated;

	(void)state;
	answer(&call);
	test_peer_set_loss(call.peers[0], 50, 50);
	test_peer_set_loss(call.peers[1], 50, 50);
	studio_run(call.peers, 2, FACE, 3 * SECOND);
	test_peer_set_loss(call.peers[0], 0, 0);
	test_peer_set_loss(call.peers[1], 0, 0);
	studio_run(call.peers, 2, 0, SECOND);
	repeated = studio_counter(call.studio, FW_COUNT_RTP_REPEATED);
	for (unsigned i = 0; i < 2; i++) {
		const struct test_peer_counts *counts = test_peer_counts(call.peers[i]);

		assert_true(counts->nacks_received > 10);
		assert_true(counts->resent > 10);
		assert_true(counts->down[0][FW_TRACK_FACE].recovered > 10);
		/* what is left: a packet lost ten times */
		assert_true(counts->down[0][FW_TRACK_FACE].lost < 3);
	}
	assert_true(repeated > 20);
	end_call(&call);
}

static void refuses_another_certificate(void **state)
{
	const struct test_peer_options wrong = {.wrong_fingerprint = true, .seed = 3};
	struct call call = make_call(&wrong, NULL);
	struct fw_media_event events[64];
	size_t count;

	(void)state;
	answer(&call);
	studio_run(call.peers, 2, FACE, SECOND / 2);
	assert_int_equal(studio_count(call.studio, FW_MEDIA_PEER_UP, 1), 0);
	assert_int_equal(studio_count(call.studio, FW_MEDIA_PEER_FAILED, 1), 1);
	count = studio_events(call.studio, events, G_N_ELEMENTS(events));
	for (size_t i = 0; i < count; i++) {
		if (events[i].kind == FW_MEDIA_PEER_FAILED) {
			assert_int_equal(events[i].failed.failure, FW_MEDIA_FAILURE_FINGERPRINT);
		}
	}
	assert_int_equal(got(&call, 1, FW_TRACK_FACE)->packets, 0);
	assert_int_equal(studio_kept(call.studio).packets[1][FW_TRACK_FACE], 0);
	end_call(&call);
}

static void ignores_a_wrong_password(void **state)
{
	struct studio *studio = studio_new(1);
	const struct test_peer_options wrong = {.wrong_ice_password = true, .seed = 3};
	struct test_peer *peer = studio_join(studio, CALL, 1, &wrong);

	(void)state;
	test_peers_run(&peer, 1, SECOND / 2, NULL, NULL);
	assert_int_equal(test_peer_state(peer), TEST_PEER_CHECKING);
	assert_true(studio_counter(studio, FW_DROP_STUN_INTEGRITY) > 0);
	assert_int_equal(studio_counter(studio, FW_COUNT_DATAGRAMS_OUT), 0);
	test_peer_free(peer);
	studio_free(studio);
}

static void drops_and_counts_what_is_bad(void **state)
{
	struct call call = make_call(NULL, NULL);
	struct test_peer *peer = call.peers[0];
	static uint8_t bytes[3000];
	uint64_t kept_before;

	(void)state;
	answer(&call);
	assert_flows(&call);
	kept_before = studio_kept(call.studio).packets[1][FW_TRACK_FACE];
	for (unsigned i = 0; i < sizeof(bytes); i++) {
		bytes[i] = (uint8_t)(i * 31);
	}
	for (unsigned first = 0; first < 256; first++) {
		bytes[0] = (uint8_t)first;
		for (size_t length = 1; length < 200; length += 33) {
			(void)test_peer_send_raw(peer, bytes, length);
		}
	}
	bytes[0] = 0x80;
	bytes[1] = 200;
	(void)test_peer_send_raw(peer, bytes, 100);
	(void)test_peer_send_raw(peer, bytes, sizeof(bytes));
	(void)test_peer_replay(peer);
	(void)test_peer_send_foreign(peer, 0xdeadbeef, FW_PT_VP8, 100);
	test_peers_run(call.peers, 2, 100000, NULL, NULL);
	assert_true(studio_counter(call.studio, FW_DROP_NOT_MEDIA) > 100);
	assert_true(studio_counter(call.studio, FW_DROP_OVERSIZED) >= 1);
	assert_true(studio_counter(call.studio, FW_DROP_STUN_MALFORMED) >= 1);
	assert_true(studio_counter(call.studio, FW_DROP_RTP_AUTHENTICATION) > 10);
	assert_true(studio_counter(call.studio, FW_DROP_RTCP_AUTHENTICATION) >= 1);
	assert_true(studio_counter(call.studio, FW_DROP_RTP_REPLAYED) +
			studio_counter(call.studio, FW_DROP_RTCP_REPLAYED) >=
		1);
	assert_int_equal(studio_counter(call.studio, FW_DROP_RTP_UNKNOWN_SSRC), 1);
	assert_int_equal(studio_kept(call.studio).packets[1][FW_TRACK_FACE], kept_before);
	assert_flows(&call);
	end_call(&call);
}

static void unknown_addresses_get_no_answer(void **state)
{
	struct studio *studio = studio_new(1);
	struct fw_media_candidate candidate;
	struct sockaddr_in to = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	uint8_t bytes[200] = {0x80};

	(void)state;
	assert_int_equal(fw_media_candidates(studio_media(studio), 0, &candidate, 1), 2);
	to.sin_port = htons(candidate.port);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	for (unsigned i = 0; i < 10; i++) {
		(void)sendto(fd, bytes, sizeof(bytes), 0, (struct sockaddr *)&to, sizeof(to));
	}
	for (unsigned i = 0; i < 100 && studio_counter(studio, FW_DROP_UNKNOWN_ADDRESS) < 10; i++) {
		g_usleep(10000);
	}
	assert_int_equal(studio_counter(studio, FW_DROP_UNKNOWN_ADDRESS), 10);
	assert_int_equal(studio_counter(studio, FW_COUNT_DATAGRAMS_OUT), 0);
	close(fd);
	studio_free(studio);
}

/* A slot shows one source after the other, and a gate closes and opens: to the receiver it is one stream without a hole. */
static void numbering_has_no_holes(void **state)
{
	struct call call = make_call(NULL, NULL);
	const struct test_peer_options third_options = {.seed = 30};
	struct test_peer *peers[3];

	(void)state;
	peers[0] = call.peers[0];
	peers[1] = call.peers[1];
	peers[2] = studio_join(call.studio, CALL, 3, &third_options);
	studio_settle(peers, 3);
	answer(&call);
	studio_gate(call.studio, CALL, 3, true);
	studio_run(peers, 3, FACE, SECOND / 2);
	studio_show(call.studio, CALL, 1, 0, 3);
	studio_run(peers, 3, FACE, SECOND / 2);
	studio_show(call.studio, CALL, 1, 0, 2);
	studio_run(peers, 3, FACE, SECOND / 2);
	studio_gate(call.studio, CALL, 2, false);
	studio_run(peers, 3, FACE, SECOND / 2);
	studio_gate(call.studio, CALL, 2, true);
	studio_run(peers, 3, FACE, SECOND);
	for (unsigned t = 0; t < FW_TRACK_DOCUMENT; t++) {
		assert_true(got(&call, 0, (enum fw_track)t)->packets > 50);
		assert_int_equal(got(&call, 0, (enum fw_track)t)->lost, 0);
		assert_int_equal(got(&call, 0, (enum fw_track)t)->recovered, 0);
	}
	assert_int_equal(test_peer_counts(peers[0])->unknown_ssrc, 0);
	/* The third leaves while it is shown to nobody, the second while it is shown. */
	studio_close(call.studio, CALL, 3);
	studio_close(call.studio, CALL, 2);
	studio_close(call.studio, CALL, 2);
	studio_run(peers, 1, FACE, SECOND / 5);
	assert_int_equal(studio_counter(call.studio, FW_DROP_COMMAND_UNKNOWN_PEER), 1);
	test_peer_free(peers[2]);
	end_call(&call);
}

static void calls_are_kept_apart(void **state)
{
	struct call call = make_call(NULL, NULL);
	const struct test_peer_options other_options = {.seed = 40};
	struct test_peer *other = studio_join(call.studio, CALL + 1, 9, &other_options);

	(void)state;
	studio_settle(&other, 1);
	answer(&call);
	studio_show(call.studio, CALL + 1, 9, 0, 1);
	studio_show(call.studio, CALL, 9, 0, 1); /* the peer is not of this call */
	studio_show(call.studio, CALL, 1, 0, 1); /* oneself */
	studio_run(call.peers, 2, FACE, SECOND / 2);
	test_peers_run(&other, 1, 50000, NULL, NULL);
	assert_int_equal(test_peer_counts(other)->down[0][FW_TRACK_FACE].packets, 0);
	assert_int_equal(studio_counter(call.studio, FW_DROP_COMMAND_REFUSED), 2);
	assert_int_equal(studio_counter(call.studio, FW_DROP_COMMAND_UNKNOWN_PEER), 1);
	test_peer_free(other);
	end_call(&call);
}

/* The peer's socket gets another port, as after a change of network. */
static void move(struct test_peer *peer)
{
	struct sockaddr_storage server;
	socklen_t bytes = sizeof(server);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	assert_int_equal(getpeername(test_peer_fd(peer), (struct sockaddr *)&server, &bytes), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&server, bytes), 0);
	assert_true(dup2(fd, test_peer_fd(peer)) >= 0);
	close(fd);
}

static void follows_a_peer_to_another_address(void **state)
{
	struct call call = make_call(NULL, NULL);
	uint64_t before;

	(void)state;
	answer(&call);
	assert_flows(&call);
	move(call.peers[0]);
	/* The peer's checks come every 2.5 s at most. */
	studio_run(call.peers, 2, FACE, 3 * SECOND);
	before = got(&call, 0, FW_TRACK_FACE)->packets;
	studio_run(call.peers, 2, FACE, SECOND / 2);
	assert_true(got(&call, 0, FW_TRACK_FACE)->packets > before + 50);
	assert_true(studio_counter(call.studio, FW_DROP_UNKNOWN_ADDRESS) > 0);
	assert_flows(&call);
	end_call(&call);
}

static void ice_restart_keeps_media(void **state)
{
	struct call call = make_call(NULL, NULL);

	(void)state;
	answer(&call);
	assert_flows(&call);
	studio_restart_ice(call.studio, CALL, 1, call.peers[0]);
	assert_flows(&call);
	studio_restart_ice(call.studio, CALL, 1, call.peers[0]);
	assert_flows(&call);
	assert_int_equal(studio_count(call.studio, FW_MEDIA_PEER_UP, 1), 1);
	end_call(&call);
}

static void silence_is_told(void **state)
{
	struct call call = make_call(NULL, NULL);

	(void)state;
	answer(&call);
	studio_run(call.peers, 2, FACE, SECOND / 2);
	test_peer_set_silent(call.peers[0], true);
	studio_run(call.peers, 2, FACE, 3300000);
	assert_int_equal(studio_count(call.studio, FW_MEDIA_PEER_SILENT, 1), 1);
	assert_int_equal(studio_count(call.studio, FW_MEDIA_PEER_SILENT, 2), 0);
	assert_int_equal(
		studio_count(call.studio, FW_MEDIA_TRACK, 1), 4); /* two begun, two stopped */
	test_peer_set_silent(call.peers[0], false);
	studio_run(call.peers, 2, FACE, SECOND / 2);
	assert_int_equal(studio_count(call.studio, FW_MEDIA_PEER_BACK, 1), 1);
	assert_int_equal(studio_count(call.studio, FW_MEDIA_TRACK, 1), 6);
	end_call(&call);
}

static void a_good_bye_is_told_at_once(void **state)
{
	struct call call = make_call(NULL, NULL);

	(void)state;
	answer(&call);
	assert_flows(&call);
	test_peer_say_good_bye(call.peers[0]);
	studio_run(call.peers, 2, FACE, SECOND / 2);
	assert_int_equal(studio_count(call.studio, FW_MEDIA_PEER_FAILED, 1), 1);
	assert_int_equal(studio_count(call.studio, FW_MEDIA_PEER_FAILED, 2), 0);
	end_call(&call);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forwards_and_keeps_after_the_answer_only),
		cmocka_unit_test(works_with_every_kind_of_peer),
		cmocka_unit_test(works_over_ipv6),
		cmocka_unit_test(offers_an_address_that_is_not_local),
		cmocka_unit_test(repairs_losses),
		cmocka_unit_test(refuses_another_certificate),
		cmocka_unit_test(ignores_a_wrong_password),
		cmocka_unit_test(drops_and_counts_what_is_bad),
		cmocka_unit_test(unknown_addresses_get_no_answer),
		cmocka_unit_test(numbering_has_no_holes),
		cmocka_unit_test(calls_are_kept_apart),
		cmocka_unit_test(follows_a_peer_to_another_address),
		cmocka_unit_test(ice_restart_keeps_media),
		cmocka_unit_test(silence_is_told),
		cmocka_unit_test(a_good_bye_is_told_at_once),
	};

	gst_init(&argc, &argv);
	if (argc > 1) {
		cmocka_set_test_filter(argv[1]);
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
