/* SPDX-License-Identifier: Apache-2.0 */
#include "media/estimator.h"

#include <glib.h>

#define JUDGE_PACKETS  20 /* fewer say nothing about a percentage */
#define RISE_PERIOD_US 250000

void fw_estimator_init(struct fw_estimator *estimator, uint32_t ceiling_kbps)
{
	*estimator = (struct fw_estimator){.kbps = ceiling_kbps, .ceiling_kbps = ceiling_kbps};
}

static void lower(struct fw_estimator *estimator, uint32_t kbps, int64_t now_us)
{
	estimator->kbps = MAX(MIN(kbps, estimator->kbps), FW_ESTIMATOR_FLOOR_KBPS);
	estimator->changed_us = now_us;
	estimator->lowered_us = now_us;
}

static void rise(struct fw_estimator *estimator, int64_t now_us)
{
	if (now_us - estimator->lowered_us < FW_ESTIMATOR_HOLD_US ||
		now_us - estimator->changed_us < RISE_PERIOD_US) {
		return;
	}
	estimator->kbps = MIN(estimator->kbps + estimator->kbps / 32 + 1, estimator->ceiling_kbps);
	estimator->changed_us = now_us;
}

void fw_estimator_add(
	struct fw_estimator *estimator, const struct fw_twcc_summary *summary, int64_t now_us)
{
	uint32_t total;

	if (summary->received + summary->lost == 0) {
		return;
	}
	estimator->measured = true;
	estimator->received += summary->received;
	estimator->lost += summary->lost;
	total = estimator->received + estimator->lost;
	if (total < JUDGE_PACKETS) {
		return;
	}
	bool lossy = estimator->lost * 100 > total * FW_ESTIMATOR_LOSS_PCT;
	bool queued = summary->queue_ms > FW_ESTIMATOR_QUEUE_MS;

	estimator->received = estimator->lost = 0;
	if (!lossy && !queued) {
		estimator->trouble_us = 0;
		rise(estimator, now_us);
		return;
	}
	if (!estimator->trouble_us) {
		estimator->trouble_us = now_us;
	}
	if (now_us - estimator->trouble_us >= FW_ESTIMATOR_STANDS_US &&
		now_us - estimator->lowered_us >= FW_ESTIMATOR_HOLD_US) {
		/* Under what arrives, so that the queue drains. */
		lower(estimator, MAX(summary->received_kbps * 17 / 20, estimator->kbps / 2), now_us);
	}
}

void fw_estimator_set(struct fw_estimator *estimator, uint32_t kbps, int64_t now_us)
{
	estimator->measured = true;
	estimator->kbps = CLAMP(kbps, FW_ESTIMATOR_FLOOR_KBPS, estimator->ceiling_kbps);
	estimator->changed_us = now_us;
}
