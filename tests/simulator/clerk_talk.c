/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/simulator/clerk.h"

#include "tests/simulator/line.h"

#define MS INT64_C(1000)

static bool still(const struct clerk *clerk, uint64_t turn)
{
	return clerk->call == CLERK_TALKS && clerk->turn == turn;
}

static void hang_up(struct sim *sim, void *clerk_void, uint64_t turn, const char *text)
{
	struct clerk *clerk = clerk_void;

	(void)text;
	if (still(clerk, turn)) {
		clerk_ask_call(sim, clerk, "call.hangup", "");
		sim_later(sim, 20 * TOWN_SECOND, hang_up, clerk, turn, NULL); /* if it was lost */
	}
}

static void chat(struct sim *sim, struct clerk *clerk)
{
	g_autofree char *more = g_strdup_printf(
		",\"text\":\"材料第三页\",\"key\":\"k%u\"", (unsigned)dice_roll(&sim->dice, 4));

	clerk_ask_call(sim, clerk, "chat.send", more);
}

/* ",\"window\":..." or the department */
static char *somebody(struct sim *sim)
{
	const struct town_window *window =
		&sim->town->windows[dice_roll(&sim->dice, sim->town->window_count)];

	return dice_chance(&sim->dice, 400) ? g_strdup(",\"department\":true")
					    : g_strdup_printf(",\"window\":\"%s\"", window->id);
}

static void invite(struct sim *sim, struct clerk *clerk)
{
	g_autofree char *more = somebody(sim);

	clerk_ask_call(sim, clerk, "call.invite", more);
}

static void take_back(struct sim *sim, struct clerk *clerk)
{
	g_autofree char *more =
		g_strdup_printf(",\"participant\":%u", 2 + (unsigned)dice_roll(&sim->dice, 4));

	clerk_ask_call(sim, clerk, "call.take_back", more);
}

static void transfer(struct sim *sim, struct clerk *clerk)
{
	g_autofree char *more = dice_chance(&sim->dice, 300)
		? g_strdup_printf(",\"participant\":%u", 1 + (unsigned)dice_roll(&sim->dice, 4))
		: somebody(sim);

	clerk_ask_call(sim, clerk, "call.transfer", more);
}

static void act(struct sim *sim, void *clerk_void, uint64_t turn, const char *text)
{
	struct clerk *clerk = clerk_void;
	uint64_t die = dice_roll(&sim->dice, 100);

	(void)text;
	if (!still(clerk, turn)) {
		return;
	}
	if (die < 30) {
		chat(sim, clerk);
	} else if (die < 42) {
		clerk_ask_call(sim, clerk, "media.set",
			dice_chance(&sim->dice, 500)
				? ",\"audio\":\"on\",\"face\":\"on\",\"document\":\"on\""
				: ",\"audio\":\"muted\",\"face\":\"on\",\"document\":\"lost\"");
	} else if (die < 57) {
		clerk_ask_call(sim, clerk, "call.hold",
			dice_chance(&sim->dice, 500) ? ",\"on\":true" : ",\"on\":false");
	} else if (die < 72) {
		invite(sim, clerk);
	} else if (die < 76) {
		take_back(sim, clerk);
	} else if (die < 85) {
		transfer(sim, clerk);
	} else if (die < 88) {
		clerk_ask_call(sim, clerk, "rtc.reopen", "");
	} else if (die < 91) { /* a request of another moment */
		clerk_ask_call(sim, clerk, "call.answer", "");
	} else {
		clerk_ask_call(
			sim, clerk, "stats.report", ",\"connection\":\"c7\",\"up\":{},\"down\":{}");
	}
	sim_later(sim, dice_wait(&sim->dice, 90 * TOWN_SECOND), act, clerk, turn, NULL);
}

void clerk_talks(struct sim *sim, struct clerk *clerk)
{
	int64_t mean_us = (sim->town->busy ? 150 : 80) * TOWN_SECOND;
	int64_t talk_us = 3 * TOWN_SECOND + dice_wait(&sim->dice, mean_us);

	sim_later(sim, clerk->caller ? talk_us : 3 * talk_us, hang_up, clerk, clerk->turn, NULL);
	if (dice_chance(&sim->dice, 350)) {
		sim_later(sim, dice_wait(&sim->dice, 25 * TOWN_SECOND), act, clerk, clerk->turn,
			NULL);
	}
}
