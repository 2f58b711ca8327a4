/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/quality.h"

#include "signaling/desk/emit.h"
#include "signaling/desk/parts.h"

/* Beyond these a picture is seen to suffer: ITU-T G.114 gives 150 ms one way as good, 400 ms as the limit of
 * conversation; with NACK, loss up to 1.5 % is mended unseen, above 5 % pictures freeze. */
#define FAIR_RTT_MS        200
#define POOR_RTT_MS        400
#define FAIR_LOSS_PERMILLE 15
#define POOR_LOSS_PERMILLE 50

static const char *level(const struct fw_part *part)
{
	const struct fw_quality *quality = &part->quality;
	uint32_t loss = MAX(quality->loss_up_permille, quality->loss_down_permille);

	if (part->line != FW_LINE_UP) {
		return "lost";
	}
	if (quality->rtt_ms > POOR_RTT_MS || loss > POOR_LOSS_PERMILLE) {
		return "poor";
	}
	return quality->rtt_ms > FAIR_RTT_MS || loss > FAIR_LOSS_PERMILLE ? "fair" : "good";
}

static void render(struct fw_json *json, const struct fw_part *part)
{
	fw_json_open(json, NULL, '{');
	fw_json_int(json, "participant", part->participant);
	fw_json_text(json, "level", level(part));
	fw_json_int(json, "rtt_ms", part->quality.rtt_ms);
	fw_json_tenths(json, "loss_up_pct", part->quality.loss_up_permille);
	fw_json_tenths(json, "loss_down_pct", part->quality.loss_down_permille);
	fw_json_int(json, "up_kbps", part->quality.up_kbps);
	fw_json_int(json, "down_kbps", part->quality.down_kbps);
	fw_json_close(json, '}');
}

int fw_quality_due(struct fw_desk *desk, struct fw_call *call)
{
	struct fw_json json;

	if (call->quality_next > desk->now) {
		fw_memory_remind(desk->memory, call, call->quality_next);
		return 0;
	}
	fw_memory_touch(desk->memory, call);
	call->quality_next = desk->now + FW_QUALITY_US;
	fw_memory_remind(desk->memory, call, call->quality_next);
	fw_event_begin(&json, "call.quality");
	fw_json_text(&json, "call", call->id);
	fw_json_open(&json, "participants", '[');
	for (unsigned i = 0; i < call->part_count; i++) {
		if (call->parts[i]->state == FW_PART_IN) {
			render(&json, call->parts[i]);
		}
	}
	fw_json_close(&json, ']');
	for (unsigned i = 0; i < call->part_count; i++) {
		const struct fw_client *client = fw_part_client(call->parts[i]);

		if (client && call->parts[i]->state == FW_PART_IN) {
			fw_event_copy(desk, client, &json);
		}
	}
	fw_json_clear(&json);
	return 0;
}
