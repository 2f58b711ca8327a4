/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Holds what the pipeline made of a shot to what is true of it.
 *
 * Owner: the creator, of what outcome_fini() frees. Threads: one to a shot. Errors: none.
 */
#ifndef FW_TESTS_BENCH_PAGES_JUDGE_H
#define FW_TESTS_BENCH_PAGES_JUDGE_H

#include "capture/page.h"
#include "tests/pages/shot.h"

struct outcome {
	struct photograph_order order;
	bool beyond; /* in truth */
	bool exact; /* each corner within 1 % of the diagonal */
	bool straight; /* within half a degree */
	bool cut; /* content lost that was in the picture */
	bool desk_known, desk_exact; /* anew, with the empty desk */
	double corners, skew; /* share of the diagonal; degrees */
	double hue_shift; /* degrees, against what the sensor saw, the camera's JPEG included */
	double own_hue_shift; /* against the still as it was handed over */
	bool printed; /* lines of print show which way it lies */
	bool lying; /* they run up and down on the page */
	bool mended; /* lying, and the suggested turn sets it upright */
	double make_ms, decode_ms; /* processor time; decode 0: not measured */
	double peak_mb; /* 0: not measured */
	json_t *facts; /* owned */
};

bool outcome_warns(const struct outcome *outcome, const char *name);

/* Turns clockwise in which the print lies on the page that was made. */
unsigned outcome_quarters(const struct shot *shot, json_t *facts);

/* Fills what `page` tells; its facts are shared. */
void outcome_judge(struct outcome *outcome, const struct shot *shot, const struct fw_page *page);
void outcome_judge_with_desk(
	struct outcome *outcome, const struct shot *shot, const struct fw_page *page);
void outcome_fini(struct outcome *outcome);

#endif
