/* SPDX-License-Identifier: Apache-2.0 */
#include "media/twcc.h"
#include "media/bytes.h"
#include "media/rtp.h"
#include <errno.h>
#include <string.h>

#define NOT_RECEIVED 0
#define HEADER_BYTES 20 /* RTCP header, two SSRC, base, count, reference time, feedback count */
#define MASK         (FW_TWCC_WINDOW - 1)
#define RUN_MAX      0x1fff /* thirteen bits of run length */
#define SYMBOL_LOST  0
#define SYMBOL_SMALL 1 /* delta in one byte, 0 ... 63.75 ms */
#define SYMBOL_LARGE 2 /* delta in two bytes, signed */
/* the least delay creeps up 244 us per s: two clocks part by 100 at most, and a longer way is
 * learnt */
#define BASE_DRIFT_SHIFT  12
#define QUEUE_SMOOTHING   16 /* packets, about */
#define REFERENCE_WRAP_US ((int64_t)FW_TWCC_REFERENCE_US << 24)

_Static_assert((FW_TWCC_WINDOW & MASK) == 0 && (FW_TWCC_SENT & (FW_TWCC_SENT - 1)) == 0,
	"rings are indexed by masking");

void fw_twcc_receiver_init(struct fw_twcc_receiver *receiver)
{
	memset(receiver, 0, sizeof *receiver);
}

bool fw_twcc_receiver_add(struct fw_twcc_receiver *receiver, uint16_t sequence, int64_t now_us)
{
	int64_t number = sequence;

	if (!receiver->started) {
		receiver->started = true;
		receiver->next = receiver->end = number;
	} else {
		number = fw_sequence_extend(receiver->end, sequence);
	}
	if (number < receiver->next ||
		(number < receiver->end && receiver->arrival_us[number & MASK] != NOT_RECEIVED)) {
		receiver->late++;
		return false;
	}
	if (number - receiver->next >= FW_TWCC_WINDOW) {
		/* What no longer fits goes unreported; the sender takes silence about a packet for
		 * loss. */
		receiver->next = number + 1 - FW_TWCC_WINDOW;
		receiver->end = receiver->end > receiver->next ? receiver->end : receiver->next;
	}
	for (; receiver->end <= number; receiver->end++) {
		receiver->arrival_us[receiver->end & MASK] = NOT_RECEIVED;
	}
	receiver->newest_us = now_us;
	receiver->arrival_us[number & MASK] =
		(uint32_t)now_us != NOT_RECEIVED ? (uint32_t)now_us : 1;
	return receiver->end - receiver->next >= FW_TWCC_WINDOW / 2;
}

static int64_t floor_div(int64_t value, int64_t unit)
{
	return value / unit - (value % unit < 0);
}

struct plan { /* one feedback packet being laid out */
	int64_t base;
	unsigned count;
	int64_t reference; /* in FW_TWCC_REFERENCE_US */
	uint8_t symbols[FW_TWCC_WINDOW];
	int16_t deltas[FW_TWCC_WINDOW];
};

/* Takes packets into the plan until the limit or a delta that does not fit. */
static void make_plan(const struct fw_twcc_receiver *receiver, unsigned limit, struct plan *plan)
{
	int64_t tick = 0;
	bool referenced = false;

	plan->base = receiver->next;
	for (plan->count = 0; plan->count < limit; plan->count++) {
		uint32_t kept = receiver->arrival_us[(plan->base + plan->count) & MASK];
		int64_t arrival_us = receiver->newest_us - ((uint32_t)receiver->newest_us - kept),
			delta = 0;
		if (kept == NOT_RECEIVED) {
			plan->symbols[plan->count] = SYMBOL_LOST;
			continue;
		}
		if (!referenced) {
			plan->reference = floor_div(arrival_us, FW_TWCC_REFERENCE_US);
			tick = plan->reference * (FW_TWCC_REFERENCE_US / FW_TWCC_TICK_US);
			referenced = true;
		}
		delta = floor_div(arrival_us, FW_TWCC_TICK_US) - tick;
		if (delta < INT16_MIN || delta > INT16_MAX) {
			return;
		}
		plan->symbols[plan->count] =
			delta >= 0 && delta <= UINT8_MAX ? SYMBOL_SMALL : SYMBOL_LARGE;
		plan->deltas[plan->count] = (int16_t)delta;
		tick += delta;
	}
}

/* Packs symbols from number i on into one chunk; returns how many it covers. */
static unsigned put_chunk(const struct plan *plan, unsigned i, uint8_t *out)
{
	unsigned run = 1, left = plan->count - i, covered = 0;
	uint16_t chunk = 0;
	bool two_bits = false;

	while (run < left && run < RUN_MAX && plan->symbols[i + run] == plan->symbols[i]) {
		run++;
	}
	if (run >= 14 || run == left || (run >= 7 && plan->symbols[i] == SYMBOL_LARGE)) {
		fw_put16(out, (uint16_t)(plan->symbols[i] << 13 | run));
		return run;
	}
	for (unsigned k = 0; k < 14 && k < left; k++) {
		two_bits |= plan->symbols[i + k] == SYMBOL_LARGE;
	}
	covered = two_bits ? 7 : 14;
	covered = covered < left ? covered : left;
	chunk = two_bits ? 0xc000 : 0x8000;
	for (unsigned k = 0; k < covered; k++) {
		chunk |= (uint16_t)(plan->symbols[i + k] << (two_bits ? 12 - 2 * k : 13 - k));
	}
	fw_put16(out, chunk);
	return covered;
}

static uint8_t *put_deltas(const struct plan *plan, uint8_t *at)
{
	for (unsigned i = 0; i < plan->count; i++) {
		if (plan->symbols[i] == SYMBOL_SMALL) {
			*at++ = (uint8_t)plan->deltas[i];
		} else if (plan->symbols[i] == SYMBOL_LARGE) {
			fw_put16(at, (uint16_t)plan->deltas[i]);
			at += 2;
		}
	}
	return at;
}

int fw_twcc_receiver_put(struct fw_twcc_receiver *receiver, struct fw_rtcp_writer *writer,
	uint32_t sender_ssrc, uint32_t media_ssrc)
{
	struct plan plan = {.count = 0};
	size_t room = writer->size - writer->used, limit = 0, padding = 0;
	uint8_t *packet = writer->bytes + writer->used, *at = packet + HEADER_BYTES;

	if (!receiver->started || receiver->next == receiver->end) {
		return -ENOENT;
	}
	/* Worst case of one packet: a two-bit symbol and a two-byte delta, 16/7 bytes; and two
	 * half-filled chunks and padding. */
	limit = room < HEADER_BYTES + 8 + 3 ? 0 : (room - HEADER_BYTES - 8) * 7 / 16;
	if (limit == 0) {
		return -ENOSPC;
	}
	if ((int64_t)limit > receiver->end - receiver->next) {
		limit = (size_t)(receiver->end - receiver->next);
	}
	make_plan(receiver, (unsigned)limit, &plan);
	packet[1] = FW_RTCP_RTPFB;
	fw_put32(packet + 4, sender_ssrc);
	fw_put32(packet + 8, media_ssrc);
	fw_put16(packet + 12, (uint16_t)plan.base);
	fw_put16(packet + 14, (uint16_t)plan.count);
	fw_put24(packet + 16, (uint32_t)plan.reference & 0xffffff);
	packet[19] = receiver->feedback_count++;
	for (unsigned i = 0; i < plan.count; at += 2) {
		i += put_chunk(&plan, i, at);
	}
	at = put_deltas(&plan, at);
	padding = (size_t)(-(at - packet) & 3);
	if (padding > 0) {
		memset(at, 0, padding);
		at += padding;
		at[-1] = (uint8_t)padding;
	}
	packet[0] = (uint8_t)(2 << 6 | (padding > 0 ? 0x20 : 0) | FW_RTCP_RTPFB_TWCC);
	fw_put16(packet + 2, (uint16_t)((at - packet) / 4 - 1));
	writer->used += (size_t)(at - packet);
	receiver->next += plan.count;
	return 0;
}

/* How many symbols a chunk holds. */
static unsigned chunk_length(uint16_t chunk)
{
	if (!(chunk & 0x8000)) {
		return chunk & RUN_MAX;
	}
	return chunk & 0x4000 ? 7 : 14;
}

static unsigned chunk_symbol(uint16_t chunk, unsigned i)
{
	if (!(chunk & 0x8000)) {
		return chunk >> 13 & 3;
	}
	return chunk & 0x4000 ? chunk >> (12 - 2 * i) & 3 : chunk >> (13 - i) & 1;
}

int fw_twcc_feedback_init(struct fw_twcc_feedback *walk, const struct fw_rtcp_feedback *feedback)
{
	const uint8_t *fci = feedback->fci, *at = fci + 8, *end = fci + feedback->fci_bytes;
	unsigned covered = 0;

	if (feedback->fci_bytes < 8) {
		return -EBADMSG;
	}
	memset(walk, 0, sizeof *walk);
	walk->base_sequence = fw_get16(fci);
	walk->packet_count = fw_get16(fci + 2);
	walk->time_us = (int64_t)fw_get24(fci + 4) * FW_TWCC_REFERENCE_US;
	walk->feedback_count = fci[7];
	walk->chunk = at;
	/* The deltas begin after the last chunk: count it out first. */
	while (covered < walk->packet_count) {
		if (end - at < 2 || chunk_length(fw_get16(at)) == 0) {
			return -EBADMSG;
		}
		covered += chunk_length(fw_get16(at));
		at += 2;
	}
	walk->delta = at;
	walk->end = end;
	return 0;
}

int fw_twcc_feedback_next(struct fw_twcc_feedback *walk, struct fw_twcc_arrival *ret_arrival)
{
	unsigned length = 0, symbol = 0;

	if (walk->index == walk->packet_count) {
		return 0;
	}
	if (walk->chunk_left == 0) {
		walk->chunk_value = fw_get16(walk->chunk);
		walk->chunk += 2;
		walk->chunk_left = (uint16_t)chunk_length(walk->chunk_value);
	}
	length = chunk_length(walk->chunk_value);
	symbol = chunk_symbol(walk->chunk_value, length - walk->chunk_left);
	if (symbol > SYMBOL_LARGE || walk->end - walk->delta < (ptrdiff_t)symbol) {
		return -EBADMSG;
	}
	if (symbol == SYMBOL_SMALL) {
		walk->time_us += (int64_t)walk->delta[0] * FW_TWCC_TICK_US;
	} else if (symbol == SYMBOL_LARGE) {
		walk->time_us += (int64_t)(int16_t)fw_get16(walk->delta) * FW_TWCC_TICK_US;
	}
	walk->delta += symbol; /* a symbol's value is also the size of its delta */
	ret_arrival->sequence = (uint16_t)(walk->base_sequence + walk->index);
	ret_arrival->received = symbol != SYMBOL_LOST;
	ret_arrival->arrival_us = walk->time_us;
	walk->index++;
	walk->chunk_left--;
	return 1;
}

void fw_twcc_sender_init(struct fw_twcc_sender *sender)
{
	memset(sender, 0, sizeof *sender);
}

uint16_t fw_twcc_sender_add(struct fw_twcc_sender *sender, size_t bytes, int64_t now_us)
{
	uint16_t sequence = sender->next_sequence++;
	size_t slot = sequence & (FW_TWCC_SENT - 1);

	sender->sent[slot].sent_us = (uint32_t)now_us;
	sender->sent[slot].bytes = (uint16_t)bytes;
	sender->sent[slot].sequence = sequence;
	sender->last_add_us = now_us;
	return sequence;
}

/* The receiver's clock without the wrap of its 24-bit reference. */
static int64_t unwrap(const struct fw_twcc_sender *sender, int64_t arrival_us)
{
	int64_t step = (arrival_us - sender->last_arrival_us) % REFERENCE_WRAP_US;

	if (step > REFERENCE_WRAP_US / 2) {
		step -= REFERENCE_WRAP_US;
	} else if (step < -REFERENCE_WRAP_US / 2) {
		step += REFERENCE_WRAP_US;
	}
	return sender->last_arrival_us + step;
}

static void note_delay(struct fw_twcc_sender *sender, int64_t sent_us, int64_t arrival_us)
{
	int64_t delay_us = arrival_us - sent_us;

	if (!sender->has_base) {
		sender->has_base = true;
		sender->base_us = delay_us;
		sender->last_sent_us = sent_us;
	}
	if (sent_us > sender->last_sent_us) {
		/* Whole steps only, so that no remainder is lost at high packet rates. */
		int64_t steps = (sent_us - sender->last_sent_us) >> BASE_DRIFT_SHIFT;
		sender->base_us += steps;
		sender->last_sent_us += steps << BASE_DRIFT_SHIFT;
	}
	if (delay_us < sender->base_us) {
		sender->base_us = delay_us;
	}
	sender->queue_us += (delay_us - sender->base_us - sender->queue_us) / QUEUE_SMOOTHING;
}

static void note_received(struct fw_twcc_sender *sender, size_t slot, int64_t arrival_us)
{
	uint32_t age_us = (uint32_t)sender->last_add_us - sender->sent[slot].sent_us;

	arrival_us = sender->has_base ? unwrap(sender, arrival_us) : arrival_us;
	note_delay(sender, sender->last_add_us - age_us, arrival_us);
	if (sender->received == 0) {
		sender->first_us = sender->newest_us = arrival_us;
	} else {
		/* The first packet only starts the clock: its bytes came before it. */
		sender->received_bytes += sender->sent[slot].bytes;
	}
	sender->newest_us = arrival_us > sender->newest_us ? arrival_us : sender->newest_us;
	sender->last_arrival_us = arrival_us;
	sender->received++;
}

int fw_twcc_sender_feedback(struct fw_twcc_sender *sender, const struct fw_rtcp_feedback *feedback)
{
	struct fw_twcc_feedback walk;
	struct fw_twcc_arrival arrival;
	int r = fw_twcc_feedback_init(&walk, feedback);

	if (r < 0) {
		return r;
	}
	while ((r = fw_twcc_feedback_next(&walk, &arrival)) > 0) {
		size_t slot = arrival.sequence & (FW_TWCC_SENT - 1);
		if (sender->sent[slot].sequence != arrival.sequence ||
			sender->sent[slot].bytes == 0) {
			continue;
		}
		if (arrival.received) {
			note_received(sender, slot, arrival.arrival_us);
		} else {
			sender->lost++;
		}
		sender->sent[slot].bytes = 0;
	}
	return r;
}

void fw_twcc_sender_take(struct fw_twcc_sender *sender, struct fw_twcc_summary *ret_summary)
{
	int64_t span_us = sender->newest_us - sender->first_us;

	ret_summary->received = sender->received;
	ret_summary->lost = sender->lost;
	ret_summary->received_kbps = sender->received > 1 && span_us > 0
		? (uint32_t)(sender->received_bytes * 8000 / (uint64_t)span_us)
		: 0;
	ret_summary->queue_ms = (uint32_t)(sender->queue_us > 0 ? sender->queue_us / 1000 : 0);
	sender->received = sender->lost = 0;
	sender->received_bytes = 0;
}
