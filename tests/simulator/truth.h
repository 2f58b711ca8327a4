/* SPDX-License-Identifier: Apache-2.0 */
/* What has to hold of the deeds of a step, worked out here a second time and apart from the desk: how calls, messages
 * and rows may move, which attempts count, who is on duty by the town's own book, when an escalation stands.
 *
 * Threads: one. Errors: sim_demand().
 */
#ifndef FW_TESTS_SIMULATOR_TRUTH_H
#define FW_TESTS_SIMULATOR_TRUTH_H

#include "tests/simulator/model.h"

/* True: the deed names a state, and the call may go there from where it is. False: it is of something else. */
bool truth_call_moves(struct sim *sim, const struct row *call, const struct deed *deed);
void truth_sms_moves(struct sim *sim, const struct row *sms, const struct deed *deed);
/* A deed that is no move: whom it brings into the call (rehearsals). */
void truth_call_reaches(struct sim *sim, const struct row *call, const struct deed *deed);
void truth_drill_begins(struct sim *sim, const struct row *drill);
void truth_drill_ends(struct sim *sim, const struct row *drill, const struct deed *deed);
/* The window is in the call, or tried for it, from this step on. */
void truth_check_reach(
	struct sim *sim, const char *window, const char *call, const char *item, bool drill);
/* What a rehearsal excuses: its own calls, and real ones that its windows were to take but were not rung for. */
bool truth_rehearses(const struct sim *sim, const struct row *attempt, const struct row *call);
/* Of an attempt that ends. */
void truth_check_rehearsing(struct sim *sim, const struct row *attempt, const struct row *call);
void truth_ledger_moves(struct sim *sim, const struct row *ledger, const char *state);
/* Of the rows touched in this step. */
void truth_check_step(struct sim *sim);
/* At the end of all. */
void truth_check_rest(struct sim *sim);

#endif
