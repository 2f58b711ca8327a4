/* SPDX-License-Identifier: Apache-2.0 */
#include "media/nack.h"
#include "media/rtp.h"
#include <assert.h>
#include <errno.h>
#include <string.h>

#define HISTORY_PACKETS_MAX 4096

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

struct entry {
	uint64_t position; /* in the stream of all bytes ever put; modulo data_bytes the place in
			      data */
	int64_t sent_us;
	int64_t fetched_us; /* INT64_MIN: never */
	uint32_t bytes; /* 0: free */
	uint16_t sequence;
};

struct fw_nack_history {
	uint64_t written; /* end of the stream; what lies more than data_bytes before it is
			     overwritten */
	uint64_t data_bytes;
	uint32_t mask;
	uint8_t *data;
	struct entry entries[];
};

static uint32_t round_up(unsigned packets)
{
	uint32_t entries = 1;

	while (entries < packets && entries < HISTORY_PACKETS_MAX) {
		entries *= 2;
	}
	return entries;
}

size_t fw_nack_history_size(unsigned packets, size_t data_bytes)
{
	return sizeof(struct fw_nack_history) + round_up(packets) * sizeof(struct entry) +
		data_bytes;
}

struct fw_nack_history *fw_nack_history_init(void *memory, unsigned packets, size_t data_bytes)
{
	struct fw_nack_history *history = memory;
	uint32_t entries = round_up(packets);

	assert((uintptr_t)memory % 8 == 0 && data_bytes > 0);
	history->written = 0;
	history->data_bytes = data_bytes;
	history->mask = entries - 1;
	history->data = (uint8_t *)&history->entries[entries];
	memset(history->entries, 0, entries * sizeof(struct entry));
	return history;
}

int fw_nack_history_put(struct fw_nack_history *history, uint16_t sequence, const uint8_t *packet,
	size_t bytes, int64_t now_us)
{
	struct entry *entry = &history->entries[sequence & history->mask];
	uint64_t to_end = history->data_bytes - history->written % history->data_bytes;

	if (bytes == 0 || bytes > history->data_bytes) {
		return -EOVERFLOW;
	}
	if (to_end < bytes) {
		history->written += to_end;
	}
	memcpy(history->data + history->written % history->data_bytes, packet, bytes);
	entry->position = history->written;
	entry->bytes = (uint32_t)bytes;
	entry->sequence = sequence;
	entry->sent_us = now_us;
	entry->fetched_us = INT64_MIN;
	history->written += bytes;
	return 0;
}

int fw_nack_history_get(struct fw_nack_history *history, uint16_t sequence, int64_t now_us,
	uint32_t min_gap_us, const uint8_t **ret_packet, size_t *ret_bytes)
{
	struct entry *entry = &history->entries[sequence & history->mask];

	if (entry->bytes == 0 || entry->sequence != sequence ||
		history->written - entry->position > history->data_bytes ||
		now_us - entry->sent_us > FW_NACK_HISTORY_US) {
		return -ENOENT;
	}
	if (entry->fetched_us != INT64_MIN && now_us - entry->fetched_us < min_gap_us) {
		return -ENOENT;
	}
	entry->fetched_us = now_us;
	*ret_packet = history->data + entry->position % history->data_bytes;
	*ret_bytes = entry->bytes;
	return 0;
}
