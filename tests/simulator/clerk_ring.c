/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/simulator/clerk.h"

#include "tests/simulator/line.h"

#define MS INT64_C(1000)

static bool still(const struct clerk *clerk, uint64_t turn)
{
	return clerk->call == CLERK_RUNG && clerk->turn == turn;
}

/* text: the stage */
static void acknowledge(struct sim *sim, void *clerk_void, uint64_t turn, const char *text)
{
	struct clerk *clerk = clerk_void;
	g_autofree char *stage = g_strdup_printf(",\"stage\":\"%s\"", text);

	if (still(clerk, turn)) {
		clerk_ask_call(sim, clerk, "call.ring_ack", stage);
	}
}

static void in_time(struct sim *sim, struct clerk *clerk, int64_t us, const char *stage)
{
	sim_later(sim, us, acknowledge, clerk, clerk->turn, g_strdup(stage));
}

/* The page says what it did: delivered, displayed, tone; some of it never or late. */
static void page_rings(struct sim *sim, struct clerk *clerk)
{
	struct dice *dice = &sim->dice;
	int64_t shown_us = dice_between(dice, 20 * MS, 300 * MS);

	if (dice_chance(dice, 15)) {
		return; /* it hangs */
	}
	in_time(sim, clerk, dice_between(dice, 1 * MS, 15 * MS), "delivered");
	if (dice_chance(dice, 15)) {
		return;
	}
	in_time(sim, clerk, shown_us, "displayed");
	if (dice_chance(dice, clerk->sounds)) {
		in_time(sim, clerk,
			shown_us +
				dice_between(dice, 10 * MS,
					dice_chance(dice, 50) ? 6000 * MS : 400 * MS),
			"tone");
	}
}

static void answer(struct sim *sim, void *clerk_void, uint64_t turn, const char *text)
{
	struct clerk *clerk = clerk_void;

	(void)text;
	if (still(clerk, turn)) {
		clerk_ask_call(sim, clerk, "call.answer", "");
	}
}

static void refuse(struct sim *sim, void *clerk_void, uint64_t turn, const char *text)
{
	struct clerk *clerk = clerk_void;

	(void)text;
	if (still(clerk, turn)) {
		clerk_ask_call(sim, clerk, "call.refuse",
			dice_chance(&sim->dice, 200) ? ",\"reason\":\"other\",\"text\":\"有群众\""
				: dice_chance(&sim->dice, 500)
				? ",\"reason\":\"not_our_matter\""
				: ",\"reason\":\"busy_with_citizen\"");
	}
}

void clerk_is_rung(struct sim *sim, struct clerk *clerk)
{
	struct dice *dice = &sim->dice;

	page_rings(sim, clerk);
	if (dice_chance(dice, clerk->refuses)) {
		sim_later(sim, dice_between(dice, 2000 * MS, 15000 * MS), refuse, clerk,
			clerk->turn, NULL);
	} else if (dice_chance(dice, clerk->answers)) {
		sim_later(sim, dice_between(dice, 1500 * MS, 18000 * MS), answer, clerk,
			clerk->turn, NULL);
	} else if (dice_chance(dice, 200)) { /* too late, mostly */
		sim_later(sim, dice_between(dice, 15000 * MS, 50000 * MS), answer, clerk,
			clerk->turn, NULL);
	}
}
