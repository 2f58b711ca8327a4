/* SPDX-License-Identifier: Apache-2.0 */
/* webrtcbin, as the robot window uses it, and a test peer at a media worker: two other WebRTC
 * implementations meet over ours. */
#include "tests/unit/testing.h"

#include <gst/gst.h>
#include <string.h>

#include "demo/robot_media.h"
#include "tests/integration/studio.h"
#include "tests/peer/reel.h"

#define CALL  1
#define ROBOT 1
#define OTHER 2

static char *answer;

static void answered(void *user, const char *sdp)
{
	(void)user;
	g_free(answer);
	answer = g_strdup(sdp);
}

static void failed(void *user, const char *reason)
{
	(void)user;
	fail_msg("%s", reason);
}

static const struct fw_robot_media_ops OPS = {.answered = answered, .failed = failed};

static bool robot_is_up(void *user)
{
	g_main_context_iteration(NULL, FALSE);
	return studio_count(user, FW_MEDIA_PEER_UP, ROBOT) > 0;
}

static bool never(void *user)
{
	(void)user;
	g_main_context_iteration(NULL, FALSE);
	return false;
}

static void key_frame_wanted(void *user, enum fw_track track)
{
	struct test_show **show = user;

	if (*show != NULL) {
		test_show_key_frame(*show, track);
	}
}

static void the_robot_talks_to_a_test_peer(void **state)
{
	struct studio *studio = studio_new(1);
	struct fw_robot_media *robot = fw_robot_media_new(&OPS, NULL);
	g_autofree char *offer = studio_offer(studio, CALL, ROBOT);
	struct test_reel *reel = test_reel_new(320, 180, 15, 200);
	struct test_show *show = NULL;
	const struct test_peer_options options = {
		.seed = 3, .user = &show, .key_frame_wanted = key_frame_wanted};
	const struct test_show_options media = {.face = reel, .document = reel, .audio = true};
	struct test_peer *peer = studio_join(studio, CALL, OTHER, &options);
	const struct test_peer_counts *counts = test_peer_counts(peer);
	struct fw_robot_counts got;

	(void)state;
	assert_non_null(robot);
	fw_robot_media_offer(robot, offer);
	for (int64_t end_us = test_now_us() + 20000000; answer == NULL && test_now_us() < end_us;) {
		test_peers_run(&peer, 1, 10000, never, NULL);
	}
	assert_non_null(answer);
	studio_answer(studio, CALL, ROBOT, answer);
	studio_show(studio, CALL, ROBOT, 0, OTHER);
	studio_show(studio, CALL, OTHER, 0, ROBOT);
	test_peers_run(&peer, 1, 20000000, robot_is_up, studio);
	assert_int_equal(studio_count(studio, FW_MEDIA_PEER_UP, ROBOT), 1);
	show = test_show_new(peer, &media);
	studio_gate(studio, CALL, ROBOT, true);
	studio_gate(studio, CALL, OTHER, true);
	test_peers_run(&peer, 1, 3000000, never, NULL);
	fw_robot_media_counts(robot, &got);
	print_message("robot got audio=%u face=%u document=%u frames, sent audio=%u face=%u "
		      "document=%u packets\n",
		(unsigned)got.packets[0], (unsigned)got.frames[1], (unsigned)got.frames[2],
		(unsigned)counts->down[0][FW_TRACK_AUDIO].packets,
		(unsigned)counts->down[0][FW_TRACK_FACE].packets,
		(unsigned)counts->down[0][FW_TRACK_DOCUMENT].packets);
	assert_true(got.packets[0] > 100);
	assert_true(got.frames[1] > 30);
	assert_true(got.frames[2] > 30);
	assert_true(counts->down[0][FW_TRACK_AUDIO].packets > 100);
	assert_true(counts->down[0][FW_TRACK_FACE].packets > 30);
	assert_true(counts->down[0][FW_TRACK_DOCUMENT].packets > 10);
	test_show_free(show);
	test_peer_free(peer);
	fw_robot_media_free(robot);
	studio_free(studio);
	test_reel_free(reel);
	g_clear_pointer(&answer, g_free);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_robot_talks_to_a_test_peer),
	};

	gst_init(&argc, &argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
