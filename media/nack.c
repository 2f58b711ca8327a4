/* SPDX-License-Identifier: Apache-2.0 */
#include "media/nack.h"
#include "media/rtp.h"
#include <string.h>

void fw_nack_receiver_init(struct fw_nack_receiver *receiver)
{
	memset(receiver, 0, sizeof *receiver);
}

static void forget_missing(struct fw_nack_receiver *receiver, uint32_t from, uint32_t count)
{
	memmove(&receiver->missing[from], &receiver->missing[from + count],
		(receiver->missing_count - from - count) * sizeof receiver->missing[0]);
	receiver->missing_count -= count;
}

static void note_missing(struct fw_nack_receiver *receiver, int64_t from, int64_t to, int64_t now_us)
{
	if (to - from > FW_NACK_MISSING_MAX) {
		receiver->given_up += (uint64_t)(to - from - FW_NACK_MISSING_MAX);
		from = to - FW_NACK_MISSING_MAX;
	}
	if (receiver->missing_count + (to - from) > FW_NACK_MISSING_MAX) {
		uint32_t oldest =
			(uint32_t)(receiver->missing_count + (to - from) - FW_NACK_MISSING_MAX);
		forget_missing(receiver, 0, oldest);
		receiver->given_up += oldest;
	}
	for (int64_t sequence = from; sequence < to; sequence++) {
		receiver->missing[receiver->missing_count].sequence = (uint32_t)sequence;
		receiver->missing[receiver->missing_count].since_us = now_us;
		receiver->missing[receiver->missing_count].asked_ms = 0;
		receiver->missing[receiver->missing_count].tries = 0;
		receiver->missing_count++;
	}
}

static enum fw_nack_verdict add_old(struct fw_nack_receiver *receiver, int64_t sequence)
{
	for (uint32_t i = receiver->missing_count; i > 0; i--) {
		if (receiver->missing[i - 1].sequence == (uint32_t)sequence) {
			forget_missing(receiver, i - 1, 1);
			receiver->recovered++;
			return FW_NACK_RECOVERED;
		}
	}
	return FW_NACK_OLD;
}

enum fw_nack_verdict fw_nack_receiver_add(
	struct fw_nack_receiver *receiver, uint16_t sequence, int64_t now_us, int64_t *ret_extended)
{
	int64_t extended =
		receiver->started ? fw_sequence_extend(receiver->highest, sequence) : sequence;
	int64_t step = receiver->started ? extended - receiver->highest : 1;
	enum fw_nack_verdict verdict = FW_NACK_IN_ORDER;

	if (step > FW_NACK_JUMP || step < -FW_NACK_JUMP) {
		/* Numbers without wraps only ever rise, also across a restart. */
		extended += step < 0 ? 65536 : 0;
		receiver->given_up += receiver->missing_count;
		receiver->missing_count = 0;
		receiver->highest = extended;
		verdict = FW_NACK_RESTART;
	} else if (step <= 0) {
		verdict = add_old(receiver, extended);
	} else {
		if (step > 1) {
			note_missing(receiver, receiver->highest + 1, extended, now_us);
			verdict = FW_NACK_GAP;
		}
		receiver->highest = extended;
		receiver->started = true;
	}
	if (ret_extended != NULL) {
		*ret_extended = extended;
	}
	return verdict;
}

static uint32_t retry_us(uint32_t round_trip_us)
{
	return round_trip_us > FW_NACK_RETRY_MIN_US ? round_trip_us : FW_NACK_RETRY_MIN_US;
}

/* When hole number i is to be asked for, or given up if it no longer may be. */
static int64_t hole_due_us(
	const struct fw_nack_receiver *receiver, uint32_t i, uint32_t round_trip_us)
{
	int64_t give_up_us = receiver->missing[i].since_us + FW_NACK_GIVE_UP_US, ask_us = 0;

	if (receiver->missing[i].tries >= FW_NACK_TRIES_MAX) {
		return give_up_us;
	}
	ask_us = receiver->missing[i].tries == 0 ? receiver->missing[i].since_us + FW_NACK_REORDER_US
						 : receiver->missing[i].since_us +
			receiver->missing[i].asked_ms * 1000 + retry_us(round_trip_us);
	return ask_us < give_up_us ? ask_us : give_up_us;
}

size_t fw_nack_receiver_due(struct fw_nack_receiver *receiver, int64_t now_us,
	uint32_t round_trip_us, uint16_t *ret_sequences, size_t max)
{
	uint32_t expired = 0;
	size_t count = 0;

	/* Holes are in the order in which they were noted, so the expired ones come first. */
	while (expired < receiver->missing_count &&
		now_us - receiver->missing[expired].since_us >= FW_NACK_GIVE_UP_US) {
		expired++;
	}
	forget_missing(receiver, 0, expired);
	receiver->given_up += expired;
	for (uint32_t i = 0; i < receiver->missing_count && count < max; i++) {
		if (receiver->missing[i].tries < FW_NACK_TRIES_MAX &&
			hole_due_us(receiver, i, round_trip_us) <= now_us) {
			ret_sequences[count++] = (uint16_t)receiver->missing[i].sequence;
			/* Younger than FW_NACK_GIVE_UP_US, else it had expired. */
			receiver->missing[i].asked_ms =
				(uint16_t)((now_us - receiver->missing[i].since_us) / 1000);
			receiver->missing[i].tries++;
		}
	}
	return count;
}

int64_t fw_nack_receiver_next_us(const struct fw_nack_receiver *receiver, uint32_t round_trip_us)
{
	int64_t next_us = INT64_MAX;

	for (uint32_t i = 0; i < receiver->missing_count; i++) {
		int64_t due_us = hole_due_us(receiver, i, round_trip_us);
		next_us = due_us < next_us ? due_us : next_us;
	}
	return next_us;
}
