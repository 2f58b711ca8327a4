/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/slots.h"

#include "signaling/desk/negotiation.h"

int fw_slots_find(const struct fw_part *part, unsigned participant)
{
	for (unsigned i = 0; i < part->slot_count; i++) {
		if (part->slots[i] == participant) {
			return (int)i;
		}
	}
	return -1;
}

struct fw_part *fw_slots_part(const struct fw_call *call, unsigned participant)
{
	return participant > 0 && participant <= call->part_count ? call->parts[participant - 1]
								  : NULL;
}

static bool wants(const struct fw_part *viewer, const struct fw_part *part)
{
	if (viewer == part || part->state != FW_PART_IN) {
		return false;
	}
	if (viewer->call->state != FW_CALL_ANSWERED) {
		return viewer->state == FW_PART_RUNG && part->participant == 1;
	}
	return viewer->state == FW_PART_IN || viewer->state == FW_PART_RUNG;
}

static void put(struct fw_part *part, unsigned participant)
{
	for (unsigned i = 0; i < FW_SLOTS_MAX; i++) {
		if (part->slots[i] == 0) {
			part->slots[i] = participant;
			part->slot_count = MAX(part->slot_count, i + 1);
			return;
		}
	}
}

void fw_slots_assign(struct fw_desk *desk, struct fw_part *part)
{
	const struct fw_call *call = part->call;

	fw_memory_touch(desk->memory, part);
	part->slot_count = MAX(part->slot_count, 1);
	for (unsigned i = 0; i < FW_SLOTS_MAX; i++) {
		const struct fw_part *shown = fw_slots_part(call, part->slots[i]);

		if (shown && !wants(part, shown)) {
			part->slots[i] = 0;
		}
	}
	for (unsigned i = 0; i < call->part_count; i++) {
		const struct fw_part *other = call->parts[i];

		if (wants(part, other) && fw_slots_find(part, other->participant) < 0) {
			put(part, other->participant);
		}
	}
}

int fw_slots_settle(struct fw_desk *desk, struct fw_call *call)
{
	for (unsigned i = 0; i < call->part_count; i++) {
		struct fw_part *part = call->parts[i];
		int r;

		if (part->state != FW_PART_IN && part->state != FW_PART_RUNG) {
			continue;
		}
		fw_slots_assign(desk, part);
		r = fw_peer_offer_more(desk, part);
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

void fw_slots_render(struct fw_json *json, const struct fw_part *part)
{
	fw_json_open(json, "slots", '[');
	for (unsigned i = 0; i < part->slot_count; i++) {
		if (part->slots[i]) {
			fw_json_int(json, NULL, part->slots[i]);
		} else {
			fw_json_null(json, NULL);
		}
	}
	fw_json_close(json, ']');
}
