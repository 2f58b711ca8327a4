/* SPDX-License-Identifier: Apache-2.0 */
/* Made-up media for test peers: encoded once, played as often as wanted, cheap enough for many
 * peers.
 *
 * The picture is dark with a moving bar and turns white for TEST_FLASH_US every TEST_CYCLE_US; the
 * sound is silent with a tone as long at the same moments: both when the UTC clock is a whole
 * multiple of the cycle. So whoever plays or records them can measure how far sound and picture
 * have come apart, and how far from the wall clock.
 *
 * Owner: the caller.  Threads: a reel does not change after it is made and may be shared; a show
 * belongs to its peer's thread. Errors: making a reel aborts without libavcodec's libvpx and
 * libopus.
 */
#ifndef FW_TESTS_PEER_REEL_H
#define FW_TESTS_PEER_REEL_H

#include "tests/peer/peer.h"
#include <glib.h>

#define TEST_CYCLE_US       2000000
#define TEST_FLASH_US       100000
#define TEST_SOUND_FRAME_US 20000
#define TEST_SOUND_FRAMES   (TEST_CYCLE_US / TEST_SOUND_FRAME_US)

struct test_reel {
	unsigned width_px, height_px, fps;
	unsigned picture_count; /* of one cycle */
	GBytes **pictures; /* each after the one before; number 0 is a key frame */
	GBytes **keys; /* the same pictures, each a key frame */
};

struct test_reel *test_reel_new(unsigned width_px, unsigned height_px, unsigned fps, unsigned kbps);
void test_reel_free(struct test_reel *reel);

/* Opus frames of one cycle, shared by all; never freed. */
GBytes *const *test_sound(void);

/* Plays reels on a peer's up tracks, in real time, as soon as it is up. */
struct test_show;
struct test_show_options {
	const struct test_reel *face, *document; /* NULL: nothing is sent */
	bool audio;
	int64_t video_delay_us; /* pictures leave so much later than the sound of the same moment,
				   as behind a slow camera */
};
/* Gives test_peer_step() the show to play. The peer must outlive the show; end it before. */
struct test_show *test_show_new(struct test_peer *peer, const struct test_show_options *options);
void test_show_free(struct test_show *show);
void test_show_mute(struct test_show *show, enum fw_track track,
	bool muted); /* silence, or a black picture each second */
void test_show_hole(struct test_show *show, enum fw_track track,
	int64_t duration_us); /* sends nothing on the track for so long */
void test_show_key_frame(
	struct test_show *show, enum fw_track track); /* for the peer's key_frame_wanted */

#endif
