/* SPDX-License-Identifier: Apache-2.0 */
/* Two test peers at a media worker in this process: what one sends the other gets, over every kind
 * of path, and nothing else does. */
#include "tests/unit/testing.h"

#include "tests/peer/reel.h"
#include "tests/peer/stage.h"

static struct test_reel *reel;

struct call { /* two peers that see each other */
	struct test_stage *stage;
	struct test_peer *peers[2];
	struct test_show *shows[2];
};

static void key_frame_wanted(void *user, enum fw_track track)
{
	struct test_show **show = user;

	if (*show != NULL) {
		test_show_key_frame(*show, track);
	}
}

static bool both_up(void *user)
{
	struct call *call = user;

	return test_peer_state(call->peers[0]) == TEST_PEER_UP &&
	       test_peer_state(call->peers[1]) == TEST_PEER_UP &&
	       test_stage_events(call->stage, 1, FW_MEDIA_PEER_UP) > 0 &&
	       test_stage_events(call->stage, 2, FW_MEDIA_PEER_UP) > 0;
}

static void begin(struct call *call, struct test_peer_options options)
{
	const struct test_show_options media = {.face = reel, .document = reel, .audio = true};

	*call = (struct call){.stage = test_stage_new(NULL, NULL)};
	for (unsigned i = 0; i < 2; i++) {
		options.seed = i + 1;
		options.user = &call->shows[i];
		options.key_frame_wanted = key_frame_wanted;
		call->peers[i] = test_stage_join(call->stage, i + 1, &options);
	}
	test_stage_show(call->stage, 1, 0, 2);
	test_stage_show(call->stage, 2, 0, 1);
	test_peers_run(call->peers, 2, 3000000, both_up, call);
	assert_true(both_up(call));
	for (unsigned i = 0; i < 2; i++) {
		call->shows[i] = test_show_new(call->peers[i], &media);
	}
}

static void end(struct call *call)
{
	for (unsigned i = 0; i < 2; i++) {
		test_show_free(call->shows[i]);
		test_peer_free(call->peers[i]);
	}
	test_stage_free(call->stage);
}

static void open_gates(struct call *call)
{
	test_stage_gate(call->stage, 1, true);
	test_stage_gate(call->stage, 2, true);
}

static void check_flow(struct call *call, unsigned seconds)
{
	for (unsigned i = 0; i < 2; i++) {
		const struct test_peer_counts *counts = test_peer_counts(call->peers[i]);
		assert_in_range(
			counts->down[0][FW_TRACK_AUDIO].packets, 45 * seconds, 55 * seconds);
		assert_true(counts->down[0][FW_TRACK_FACE].packets >= 25 * seconds);
		assert_true(counts->down[0][FW_TRACK_DOCUMENT].packets >= 25 * seconds);
		for (unsigned track = 0; track < FW_TRACK_COUNT; track++) {
			assert_int_equal(counts->down[0][track].lost, 0);
			assert_true(counts->down[0][track].sender_reports > 0);
		}
		assert_int_equal(counts->bad_packets, 0);
		assert_int_equal(counts->unknown_ssrc, 0);
		assert_true(counts->reports_received > 0);
	}
}

static void nothing_passes_a_closed_gate(void **state)
{
	struct call call;

	(void)state;
	begin(&call, (struct test_peer_options){.seed = 1});
	test_peers_run(call.peers, 2, 500000, NULL, NULL);
	assert_int_equal(test_peer_counts(call.peers[0])->down[0][FW_TRACK_AUDIO].packets, 0);
	assert_true(test_peer_counts(call.peers[0])->sent[FW_TRACK_AUDIO] > 10);
	open_gates(&call);
	test_peers_run(call.peers, 2, 2000000, NULL, NULL);
	check_flow(&call, 2);
	assert_string_equal(test_peer_profile(call.peers[0]), "SRTP_AEAD_AES_128_GCM");
	assert_true(test_peer_counts(call.peers[0])->feedbacks_received > 10);
	assert_true(test_peer_counts(call.peers[0])->plis_received > 0);
	assert_true(test_peer_counts(call.peers[0])->rembs_received > 0);
	end(&call);
}

static void every_kind_of_peer(void **state)
{
	static const struct test_peer_options TABLE[] = {{.passive = true}, {.tcp = true},
		{.aes_cm = true, .no_extensions = true}, {.no_ssrc = true},
		{.no_extensions = true, .no_ssrc = true}};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(TABLE); i++) {
		struct call call;
		begin(&call, TABLE[i]);
		open_gates(&call);
		test_peers_run(call.peers, 2, 2000000, NULL, NULL);
		if (!(TABLE[i].no_extensions && TABLE[i].no_ssrc)) {
			check_flow(&call, 2);
		} else {
			/* Two videos with one payload type and no name: by order of first arrival,
			 * so both flow. */
			assert_true(
				test_peer_counts(call.peers[0])->down[0][FW_TRACK_FACE].packets >
				40);
		}
		end(&call);
	}
}

static void losses_are_repaired(void **state)
{
	struct call call;

	(void)state;
	begin(&call, (struct test_peer_options){.seed = 1});
	open_gates(&call);
	test_peer_set_loss(call.peers[0], 50, 50);
	test_peers_run(call.peers, 2, 4000000, NULL, NULL);
	test_peer_set_loss(call.peers[0], 0, 0);
	test_peers_run(call.peers, 2, 600000, NULL, NULL);
	for (unsigned i = 0; i < 2; i++) {
		const struct test_peer_counts *counts = test_peer_counts(call.peers[i]);
		assert_true(counts->down[0][FW_TRACK_FACE].packets > 100);
		assert_true(counts->down[0][FW_TRACK_FACE].lost <= 2);
	}
	assert_true(test_peer_counts(call.peers[0])->resent > 5); /* the worker asked */
	assert_true(test_peer_counts(call.peers[0])->down[0][FW_TRACK_FACE].recovered >
		    2); /* the worker answered */
	end(&call);
}

static void bad_input_reaches_nobody(void **state)
{
	struct call call;
	uint64_t before = 0;
	uint8_t junk[1400];

	(void)state;
	begin(&call, (struct test_peer_options){.seed = 1});
	open_gates(&call);
	test_peers_run(call.peers, 2, 500000, NULL, NULL);
	g_clear_pointer(&call.shows[0], test_show_free);
	test_peers_run(call.peers, 2, 200000, NULL, NULL);
	before = test_peer_counts(call.peers[1])->down[0][FW_TRACK_FACE].packets;
	for (unsigned i = 0; i < 200; i++) {
		for (size_t k = 0; k < sizeof junk; k++) {
			junk[k] = (uint8_t)(k * i >> 3 ^ i);
		}
		junk[0] = (uint8_t)(i % 4 == 0 ? 0x80 : i % 4 == 1 ? 22 : i % 4 == 2 ? 0 : i);
		(void)test_peer_send_raw(call.peers[0], junk, i * 7 % sizeof junk);
		(void)test_peer_replay(call.peers[0]);
		(void)test_peer_send_foreign(call.peers[0], 0x0badf00d + i, FW_PT_VP8, 300);
		(void)test_peer_send_foreign(call.peers[0], 0x0badf00d, 77, 300);
		(void)test_peer_send_foreign(call.peers[0], 0x0badf00d, FW_PT_VP8, 9000);
		test_peers_run(call.peers, 2, 2000, NULL, NULL);
	}
	assert_int_equal(test_peer_counts(call.peers[1])->down[0][FW_TRACK_FACE].packets, before);
	assert_int_equal(test_peer_counts(call.peers[1])->unknown_ssrc, 0);
	assert_true(test_peer_counts(call.peers[0])->down[0][FW_TRACK_FACE].packets >
		    10); /* the other way still flows */
	end(&call);
}

static bool failed_or_up(void *user)
{
	struct test_stage *stage = user;

	return test_stage_events(stage, 1, FW_MEDIA_PEER_FAILED) +
		       test_stage_events(stage, 1, FW_MEDIA_PEER_UP) >
	       0;
}

static void a_wrong_fingerprint_is_refused(void **state)
{
	const struct test_peer_options options = {.wrong_fingerprint = true, .seed = 1};
	struct test_stage *stage = test_stage_new(NULL, NULL);
	struct test_peer *peer = test_stage_join(stage, 1, &options);

	(void)state;
	test_peers_run(&peer, 1, 3000000, failed_or_up, stage);
	assert_int_equal(test_stage_events(stage, 1, FW_MEDIA_PEER_UP), 0);
	assert_int_equal(test_stage_events(stage, 1, FW_MEDIA_PEER_FAILED), 1);
	assert_int_equal(test_stage_failure(stage, 1), FW_MEDIA_FAILURE_FINGERPRINT);
	test_peer_free(peer);
	test_stage_free(stage);
}

static void a_wrong_ice_password_gets_no_answer(void **state)
{
	const struct test_peer_options options = {.wrong_ice_password = true, .seed = 1};
	struct test_stage *stage = test_stage_new(NULL, NULL);
	struct test_peer *peer = test_stage_join(stage, 1, &options);

	(void)state;
	test_peers_run(&peer, 1, 500000, NULL, NULL);
	assert_int_equal(test_peer_state(peer), TEST_PEER_CHECKING);
	assert_int_equal(test_peer_counts(peer)->bad_packets, 0);
	test_peer_free(peer);
	test_stage_free(stage);
}

static void ice_restart_keeps_media(void **state)
{
	struct call call;
	uint64_t before = 0;

	(void)state;
	begin(&call, (struct test_peer_options){.seed = 1});
	open_gates(&call);
	test_peers_run(call.peers, 2, 500000, NULL, NULL);
	test_stage_restart_ice(call.stage, 1, call.peers[0]);
	before = test_peer_counts(call.peers[1])->down[0][FW_TRACK_AUDIO].packets;
	test_peers_run(call.peers, 2, 1000000, NULL, NULL);
	assert_true(test_peer_counts(call.peers[1])->down[0][FW_TRACK_AUDIO].packets - before > 40);
	assert_int_equal(test_peer_counts(call.peers[1])->down[0][FW_TRACK_AUDIO].lost, 0);
	end(&call);
}

static int make_reel(void **state)
{
	(void)state;
	reel = test_reel_new(320, 180, 30, 300);
	return 0;
}

static int drop_reel(void **state)
{
	(void)state;
	test_reel_free(reel);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_passes_a_closed_gate),
		cmocka_unit_test(every_kind_of_peer),
		cmocka_unit_test(losses_are_repaired),
		cmocka_unit_test(bad_input_reaches_nobody),
		cmocka_unit_test(a_wrong_fingerprint_is_refused),
		cmocka_unit_test(a_wrong_ice_password_gets_no_answer),
		cmocka_unit_test(ice_restart_keeps_media),
	};

	return cmocka_run_group_tests(tests, make_reel, drop_reel);
}
