/* SPDX-License-Identifier: Apache-2.0 */
/* What the audit log says, read as it grows, from its first row on: tables told again (rows.h), and compared with the
 * real ones after every step. On the way it is checked that what is told makes sense (truth.h).
 *
 * Owner: the simulation. Threads: one. Errors: sim_demand().
 */
#ifndef FW_TESTS_SIMULATOR_MODEL_H
#define FW_TESTS_SIMULATOR_MODEL_H

#include "tests/simulator/rows.h"
#include "tests/simulator/sim.h"

#include <jansson.h>

struct deed {
	int64_t sequence, time_us;
	const char *actor, *window, *action, *kind, *object;
	json_t *detail;
};

struct model {
	struct rows *rows;
	int64_t sequence; /* of the last deed read */
	GHashTable *ledger_of; /* "call window" -> row of the ledger */
	GHashTable *sms_of; /* key -> row of sms */
	GHashTable *faults; /* "window month" -> how many stand at fault */
	GHashTable *escalation_of; /* the same key -> row of escalation */
	GHashTable *weigh; /* keys of `faults` that moved in this step */
	GHashTable *attempts; /* call -> how many are told */
	GHashTable *drill_at; /* hall -> row of the rehearsal that runs there */
};

void model_create(struct sim *sim);
void model_destroy(struct sim *sim);
/* The row of the rehearsal that runs in the window's hall and is of the item; NULL: none. */
const struct row *model_drill(const struct sim *sim, const char *window, const char *item);
/* Reads what is new, and checks it. */
void model_read(struct sim *sim);
void model_check_all(struct sim *sim);

#endif
