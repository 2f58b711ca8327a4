/* SPDX-License-Identifier: Apache-2.0 */
/* What the path to a receiver can carry, from its transport-wide feedback. Pure: summaries in, a number out.
 *
 * Starts at the ceiling and comes down only for cause (loss, or a queue that stands), to what did arrive but at most by half in a
 * step, because what arrived may have been little for want of something to send; comes back by an eighth per second, because a document camera must be sharp at once on a good line and a hall's line is seldom the limit.
 *
 * Owner: the caller's memory.  Threads: one at a time.  Errors: none.
 */
#ifndef FW_MEDIA_ESTIMATOR_H
#define FW_MEDIA_ESTIMATOR_H

#include "media/twcc.h"
#include <stdbool.h>
#include <stdint.h>

#define FW_ESTIMATOR_FLOOR_KBPS 150 /* voice, and a face one can still tell */
#define FW_ESTIMATOR_QUEUE_MS   200 /* a queue this long, if it stands, is felt in talk */
#define FW_ESTIMATOR_LOSS_PCT   10 /* less is repaired by repeats; libwebrtc's loss bound too */
#define FW_ESTIMATOR_STANDS_US  300000 /* shorter trouble is a burst, or a busy computer */
#define FW_ESTIMATOR_HOLD_US    1000000 /* after a step down, until its effect shows */

struct fw_estimator {
	uint32_t kbps;
	uint32_t ceiling_kbps;
	bool measured; /* feedback has come */
	int64_t changed_us;
	int64_t lowered_us;
	int64_t trouble_us; /* since when; 0: none */
	uint32_t received, lost; /* not yet judged: too few for a percentage */
};

void fw_estimator_init(struct fw_estimator *estimator, uint32_t ceiling_kbps);
void fw_estimator_add(
	struct fw_estimator *estimator, const struct fw_twcc_summary *summary, int64_t now_us);
/* REMB of a receiver that gives no transport-wide feedback. */
void fw_estimator_set(struct fw_estimator *estimator, uint32_t kbps, int64_t now_us);

#endif
