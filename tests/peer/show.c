/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/peer/reel.h"
#include <errno.h>
#include <string.h>

#define PAYLOAD_MAX 1100
#define VIDEO_RATE  90
#define SOUND_RATE  48 /* per ms */

/* An Opus frame of 20 ms that needs no memory of those before (RFC 6716 3.1: CELT, full band). */
static const uint8_t SILENCE[] = {0xf8, 0xff, 0xfe};

struct playing {
	int64_t next; /* number of the next frame since 1970; 0: not begun */
	bool muted;
	int64_t hole_end_utc_us;
	bool key_wanted;
	uint16_t picture_id;
};

struct test_show {
	struct test_peer *peer;
	struct test_show_options options;
	struct playing playing[FW_TRACK_COUNT];
};

static uint32_t rtp_time(int64_t utc_us, int64_t per_ms)
{
	return (uint32_t)(utc_us * per_ms / 1000);
}

/* One frame in packets of descriptor (RFC 7741 4.2: X, I with 15 bits; S in the first) and part. */
static void send_picture(struct test_show *show, enum fw_track track, GBytes *picture, uint32_t time)
{
	struct playing *playing = &show->playing[track];
	gsize left = 0;
	const uint8_t *at = g_bytes_get_data(picture, &left);
	bool first = true;

	playing->picture_id = (uint16_t)((playing->picture_id + 1) & 0x7fff);
	while (left > 0) {
		uint8_t payload[4 + PAYLOAD_MAX] = {first ? 0x90 : 0x80, 0x80,
			(uint8_t)(0x80 | playing->picture_id >> 8), (uint8_t)playing->picture_id};
		gsize part = MIN(left, PAYLOAD_MAX);
		memcpy(payload + 4, at, part);
		(void)test_peer_send(show->peer, track, time, part == left, payload, 4 + part);
		at += part;
		left -= part;
		first = false;
	}
}

static void play_picture(
	struct test_show *show, enum fw_track track, const struct test_reel *reel, int64_t number)
{
	struct playing *playing = &show->playing[track];
	unsigned i = (unsigned)(number % reel->picture_count);
	int64_t utc_us = number * 1000000 / reel->fps;

	if (utc_us < playing->hole_end_utc_us) {
		playing->key_wanted = true;
		return;
	}
	if (playing->muted) {
		/* What browsers do with a disabled track: a black picture now and then. */
		if (number % reel->fps == 0 || playing->key_wanted) {
			send_picture(show, track, reel->keys[reel->picture_count - 1],
				rtp_time(utc_us, VIDEO_RATE));
		}
		playing->key_wanted = false;
		return;
	}
	send_picture(show, track, playing->key_wanted ? reel->keys[i] : reel->pictures[i],
		rtp_time(utc_us, VIDEO_RATE));
	playing->key_wanted = false;
}

static void play_sound(struct test_show *show, int64_t number)
{
	struct playing *playing = &show->playing[FW_TRACK_AUDIO];
	unsigned i = (unsigned)(number % TEST_SOUND_FRAMES);
	int64_t utc_us = number * TEST_SOUND_FRAME_US;
	gsize bytes = 0;
	const void *data = NULL;

	if (utc_us < playing->hole_end_utc_us) {
		return;
	}
	if (playing->muted) {
		data = SILENCE;
		bytes = sizeof SILENCE;
	} else {
		data = g_bytes_get_data(test_sound()[i], &bytes);
	}
	(void)test_peer_send(
		show->peer, FW_TRACK_AUDIO, rtp_time(utc_us, SOUND_RATE), false, data, bytes);
}

/* Plays what is due on one track; returns in how many microseconds the next frame is. */
static int64_t play_track(
	struct test_show *show, enum fw_track track, const struct test_reel *reel, int64_t utc_us)
{
	struct playing *playing = &show->playing[track];
	int64_t delay_us = track == FW_TRACK_AUDIO ? 0 : show->options.video_delay_us;
	int64_t per_s = track == FW_TRACK_AUDIO ? 1000000 / TEST_SOUND_FRAME_US : reel->fps;
	int64_t now = (utc_us - delay_us) * per_s / 1000000;

	if (playing->next == 0) {
		playing->next = now + 1;
		playing->key_wanted = true;
		test_peer_set_clock(show->peer, track,
			rtp_time(utc_us, track == FW_TRACK_AUDIO ? SOUND_RATE : VIDEO_RATE), utc_us);
	}
	for (; playing->next <= now; playing->next++) {
		if (track == FW_TRACK_AUDIO) {
			play_sound(show, playing->next);
		} else {
			play_picture(show, track, reel, playing->next);
		}
	}
	return playing->next * 1000000 / per_s + delay_us - utc_us;
}

static int64_t play(void *user)
{
	struct test_show *show = user;
	int64_t utc_us = g_get_real_time(), wait_us = 1000000;

	if (test_peer_state(show->peer) != TEST_PEER_UP) {
		return wait_us;
	}
	if (show->options.audio) {
		wait_us = MIN(wait_us, play_track(show, FW_TRACK_AUDIO, NULL, utc_us));
	}
	if (show->options.face != NULL) {
		wait_us = MIN(wait_us, play_track(show, FW_TRACK_FACE, show->options.face, utc_us));
	}
	if (show->options.document != NULL) {
		wait_us = MIN(wait_us,
			play_track(show, FW_TRACK_DOCUMENT, show->options.document, utc_us));
	}
	return MAX(wait_us, 0);
}

struct test_show *test_show_new(struct test_peer *peer, const struct test_show_options *options)
{
	struct test_show *show = g_new0(struct test_show, 1);

	show->peer = peer;
	show->options = *options;
	test_peer_set_source(peer, play, show);
	return show;
}

void test_show_free(struct test_show *show)
{
	if (show != NULL) {
		test_peer_set_source(show->peer, NULL, NULL);
		g_free(show);
	}
}

void test_show_mute(struct test_show *show, enum fw_track track, bool muted)
{
	show->playing[track].muted = muted;
	show->playing[track].key_wanted = true;
}

void test_show_hole(struct test_show *show, enum fw_track track, int64_t duration_us)
{
	show->playing[track].hole_end_utc_us = g_get_real_time() + duration_us;
}

void test_show_key_frame(struct test_show *show, enum fw_track track)
{
	show->playing[track].key_wanted = true;
}
