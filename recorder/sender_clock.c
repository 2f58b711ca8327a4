/* SPDX-License-Identifier: Apache-2.0 */
#include "recorder/sender_clock.h"

#include <glib.h>

#define NTP_UNIX_S INT64_C(2208988800) /* 1900 to 1970, RFC 5905 A.4 */
#define US_PER_S   INT64_C(1000000)
#define WINDOW_US  (30 * US_PER_S)
#define OTHER_US   (US_PER_S / 2) /* further off than this is another clock; delays stay below */
#define STEP_US    (3 * US_PER_S / 10) /* above it the clock was set; below it is drawn along */
#define DRAW_PER_S 5000 /* us: 5 ms a second is not seen and 50 times what crystals differ */

struct sample {
	int64_t arrival_us;
	int64_t offset_us;
};

struct point {
	int64_t sent_us;
	int64_t offset_us;
};

struct fw_sender_clock {
	GQueue window; /* struct sample: offsets rise from head to tail, so the head is the least */
	GArray *points; /* the offset from sent_us on */
	bool asked; /* somebody was told a time: the past is fixed */
};

struct fw_sender_clock *fw_sender_clock_create(void)
{
	struct fw_sender_clock *clock = g_new0(struct fw_sender_clock, 1);

	g_queue_init(&clock->window);
	clock->points = g_array_new(FALSE, FALSE, sizeof(struct point));
	return clock;
}

void fw_sender_clock_destroy(struct fw_sender_clock *clock)
{
	if (!clock) {
		return;
	}
	g_queue_clear_full(&clock->window, g_free);
	g_array_unref(clock->points);
	g_free(clock);
}

int64_t fw_ntp_to_us(uint64_t ntp)
{
	int64_t fraction_us = (int64_t)(((ntp & UINT32_MAX) * (uint64_t)US_PER_S) >> 32);

	return ((int64_t)(ntp >> 32) - NTP_UNIX_S) * US_PER_S + fraction_us;
}

static int64_t least(const struct fw_sender_clock *clock)
{
	return ((const struct sample *)clock->window.head->data)->offset_us;
}

bool fw_sender_clock_plausible(
	const struct fw_sender_clock *clock, int64_t sent_us, int64_t arrival_us)
{
	int64_t offset_us = arrival_us - sent_us;

	return g_queue_is_empty((GQueue *)&clock->window) ||
		ABS(offset_us - least(clock)) < OTHER_US;
}

static void add_sample(struct fw_sender_clock *clock, int64_t arrival_us, int64_t offset_us)
{
	struct sample *sample = g_new(struct sample, 1);

	*sample = (struct sample){.arrival_us = arrival_us, .offset_us = offset_us};
	while (clock->window.tail &&
		((struct sample *)clock->window.tail->data)->offset_us >= offset_us) {
		g_free(g_queue_pop_tail(&clock->window));
	}
	g_queue_push_tail(&clock->window, sample);
	while (((struct sample *)clock->window.head->data)->arrival_us < arrival_us - WINDOW_US) {
		g_free(g_queue_pop_head(&clock->window));
	}
}

void fw_sender_clock_add(struct fw_sender_clock *clock, int64_t sent_us, int64_t arrival_us)
{
	struct point *last;
	struct point next = {.sent_us = sent_us};
	int64_t room_us;

	add_sample(clock, arrival_us, arrival_us - sent_us);
	next.offset_us = least(clock);
	if (clock->points->len == 0 || !clock->asked) {
		g_array_set_size(clock->points, 0);
		g_array_append_val(clock->points, next);
		return;
	}
	last = &g_array_index(clock->points, struct point, clock->points->len - 1);
	if (sent_us <= last->sent_us) {
		return;
	}
	room_us = (sent_us - last->sent_us) * DRAW_PER_S / US_PER_S;
	if (ABS(next.offset_us - last->offset_us) < STEP_US) {
		next.offset_us =
			CLAMP(next.offset_us, last->offset_us - room_us, last->offset_us + room_us);
	}
	g_array_append_val(clock->points, next);
}

bool fw_sender_clock_wall_us(struct fw_sender_clock *clock, int64_t sent_us, int64_t *ret_wall_us)
{
	unsigned at = clock->points->len;

	if (at == 0) {
		return false;
	}
	clock->asked = true;
	/* Questions are about the last seconds: the search is short. */
	do {
		at--;
	} while (at > 0 && g_array_index(clock->points, struct point, at).sent_us > sent_us);
	*ret_wall_us = sent_us + g_array_index(clock->points, struct point, at).offset_us;
	return true;
}
