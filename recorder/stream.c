/* SPDX-License-Identifier: Apache-2.0 */
#include "recorder/stream.h"

#include <glib.h>
#include <string.h>

#define US_PER_S         INT64_C(1000000)
#define RESTART_BACK     3000 /* numbers this far back are a new beginning, RFC 3550 A.1 */
#define RESTART_PER_S    20000 /* or so many forward in a second: no camera sends that */
#define SEEN_NUMBERS     65536
#define JUMP_SUSPECT_US  (US_PER_S / 5) /* arrival and time stamps disagree: look closer */
#define JUMP_US          (US_PER_S / 10) /* and stay apart: the time stamps jumped */
#define JUMP_LOOK_US     (2 * US_PER_S) /* a stall of the network is over by then */
#define BUCKET_US        (10 * US_PER_S)
#define REPORT_AGREES_US (US_PER_S / 4)
#define REPORTS_KEPT_US  (60 * US_PER_S)
#define COMPACT          1024
#define RUNS_KEPT        4 /* SSRCs of one track that may still get packets */

struct held {
	int64_t number;
	int64_t timestamp;
	int64_t arrival_us;
	bool marker;
	size_t size;
	uint8_t payload[];
};

struct report {
	struct fw_sender_clock *clock;
	int64_t sent_us;
	int64_t arrival_us;
	uint32_t rtp_time;
};

/* One SSRC from the beginning of its numbers. */
struct run {
	uint32_t ssrc;
	GPtrArray *held; /* struct held by number, from `first` on */
	unsigned first;
	int64_t newest_number;
	int64_t newest_timestamp;
	int64_t newest_arrival_us;
	bool begun; /* something was handed over: the next four are of that packet */
	int64_t last_number;
	int64_t last_timestamp;
	int64_t last_arrival_us;
	int64_t bucket_until_us; /* least "arrival - time stamp" of this bucket and the one before */
	int64_t least_now_us;
	int64_t least_before_us;
	GArray *reports;
	uint8_t seen[SEEN_NUMBERS / 8];
};

struct fw_stream {
	uint32_t clock_hz;
	const struct fw_stream_ops *ops;
	void *user;
	GPtrArray *runs; /* oldest first */
};

static void run_free(void *pointer)
{
	struct run *run = pointer;

	for (unsigned i = run->first; i < run->held->len; i++) {
		g_free(g_ptr_array_index(run->held, i));
	}
	g_ptr_array_unref(run->held);
	g_array_unref(run->reports);
	g_free(run);
}

struct fw_stream *fw_stream_create(uint32_t clock_hz, const struct fw_stream_ops *ops, void *user)
{
	struct fw_stream *stream = g_new0(struct fw_stream, 1);

	stream->clock_hz = clock_hz;
	stream->ops = ops;
	stream->user = user;
	stream->runs = g_ptr_array_new_with_free_func(run_free);
	return stream;
}

void fw_stream_destroy(struct fw_stream *stream)
{
	if (!stream) {
		return;
	}
	g_ptr_array_unref(stream->runs);
	g_free(stream);
}

static int64_t to_us(const struct fw_stream *stream, int64_t timestamp)
{
	return timestamp * US_PER_S / stream->clock_hz;
}

/* --- input ------------------------------------------------------------------------------------ */

static struct run *find_run(const struct fw_stream *stream, uint32_t ssrc)
{
	for (unsigned i = stream->runs->len; i-- > 0;) {
		struct run *run = g_ptr_array_index(stream->runs, i);

		if (run->ssrc == ssrc) {
			return run;
		}
	}
	return NULL;
}

static struct run *new_run(struct fw_stream *stream, uint32_t ssrc)
{
	struct run *run = g_new0(struct run, 1);

	run->ssrc = ssrc;
	run->held = g_ptr_array_new();
	run->reports = g_array_new(FALSE, FALSE, sizeof(struct report));
	run->newest_number = -1;
	g_ptr_array_add(stream->runs, run);
	return run;
}

static bool was_seen(const struct run *run, int64_t number)
{
	uint16_t bit = (uint16_t)number;

	return run->seen[bit / 8] & (1u << (bit % 8));
}

static void set_seen(struct run *run, int64_t number, bool seen)
{
	uint16_t bit = (uint16_t)number;

	if (seen) {
		run->seen[bit / 8] |= (uint8_t)(1u << (bit % 8));
	} else {
		run->seen[bit / 8] &= (uint8_t) ~(1u << (bit % 8));
	}
}

static bool begins_anew(const struct run *run, const struct fw_rtp *rtp, int64_t arrival_us)
{
	int64_t forward = fw_sequence_extend(run->newest_number, rtp->sequence) - run->newest_number;
	int64_t passed_us = MAX(arrival_us - run->newest_arrival_us, 0);

	return forward < -RESTART_BACK ||
		forward > RESTART_BACK + passed_us * RESTART_PER_S / US_PER_S;
}

static void advance_newest(struct run *run, int64_t number, int64_t timestamp, int64_t arrival_us)
{
	for (int64_t between = run->newest_number + 1; between < number; between++) {
		set_seen(run, between, false);
	}
	run->newest_number = number;
	run->newest_timestamp = timestamp;
	run->newest_arrival_us = arrival_us;
}

static void hold(struct run *run, const struct fw_rtp *rtp, int64_t number, int64_t timestamp,
	int64_t arrival_us)
{
	struct held *held = g_malloc(sizeof(*held) + rtp->payload_bytes);
	unsigned at = run->held->len;

	held->number = number;
	held->timestamp = timestamp;
	held->arrival_us = arrival_us;
	held->marker = rtp->marker;
	held->size = rtp->payload_bytes;
	if (rtp->payload_bytes > 0) {
		memcpy(held->payload, rtp->payload, rtp->payload_bytes);
	}
	while (at > run->first &&
		((const struct held *)g_ptr_array_index(run->held, at - 1))->number > number) {
		at--;
	}
	g_ptr_array_insert(run->held, (int)at, held);
}

void fw_stream_put(struct fw_stream *stream, const struct fw_rtp *rtp, int64_t arrival_us)
{
	struct run *run = find_run(stream, rtp->ssrc);
	int64_t number, timestamp;

	if (!run || begins_anew(run, rtp, arrival_us)) {
		/* One round of numbers above 0, so that what arrives before the first fits below it. */
		run = new_run(stream, rtp->ssrc);
		number = SEEN_NUMBERS + rtp->sequence;
		timestamp = INT64_C(0x100000000) + rtp->timestamp;
		run->newest_number = number - 1;
	} else {
		number = fw_sequence_extend(run->newest_number, rtp->sequence);
		timestamp = run->newest_timestamp +
			(int32_t)(rtp->timestamp - (uint32_t)run->newest_timestamp);
	}
	if (number > run->newest_number) {
		advance_newest(run, number, timestamp, arrival_us);
	} else if (was_seen(run, number)) {
		stream->ops->duplicate(stream->user);
		return;
	} else if (run->begun && number < run->last_number) {
		set_seen(run, number, true);
		stream->ops->late(stream->user);
		return;
	}
	set_seen(run, number, true);
	hold(run, rtp, number, timestamp, arrival_us);
}

void fw_stream_report(struct fw_stream *stream, uint32_t ssrc, uint32_t rtp_time, int64_t sent_us,
	int64_t arrival_us, struct fw_sender_clock *clock)
{
	struct run *run = find_run(stream, ssrc);
	const struct report report = {
		.clock = clock, .sent_us = sent_us, .arrival_us = arrival_us, .rtp_time = rtp_time};
	unsigned old = 0;

	if (!run) {
		return; /* before its first packet; the next one comes in seconds */
	}
	g_array_append_val(run->reports, report);
	while (g_array_index(run->reports, struct report, old).arrival_us <
		arrival_us - REPORTS_KEPT_US) {
		old++;
	}
	g_array_remove_range(run->reports, 0, old);
}

/* --- time ------------------------------------------------------------------------------------- */

static int64_t least(const struct run *run)
{
	return MIN(run->least_now_us, run->least_before_us);
}

static void add_least(struct run *run, int64_t arrival_us, int64_t difference_us)
{
	if (arrival_us >= run->bucket_until_us) {
		run->least_before_us = run->least_now_us;
		run->least_now_us = INT64_MAX;
		run->bucket_until_us = arrival_us + BUCKET_US;
	}
	run->least_now_us = MIN(run->least_now_us, difference_us);
}

/* The least "arrival - time stamp" of the seconds from the first held packet on. */
static int64_t least_ahead(const struct fw_stream *stream, const struct run *run)
{
	const struct held *first = g_ptr_array_index(run->held, run->first);
	int64_t least_us = INT64_MAX;

	for (unsigned i = run->first; i < run->held->len; i++) {
		const struct held *held = g_ptr_array_index(run->held, i);

		if (held->arrival_us > first->arrival_us + JUMP_LOOK_US) {
			break;
		}
		least_us = MIN(least_us, held->arrival_us - to_us(stream, held->timestamp));
	}
	return least_us;
}

static bool jumps(const struct fw_stream *stream, const struct run *run, const struct held *held)
{
	int64_t apart_us;

	if (!run->begun) {
		return true;
	}
	apart_us = held->arrival_us - run->last_arrival_us -
		to_us(stream, held->timestamp - run->last_timestamp);
	if (ABS(apart_us) < JUMP_SUSPECT_US) {
		return false;
	}
	return ABS(least_ahead(stream, run) - least(run)) > JUMP_US;
}

struct anchor {
	int64_t timestamp_us; /* of the report */
	int64_t base_us; /* wall clock - time stamp */
	bool there;
};

/* What a report says near this packet, when it agrees with the arrivals. */
static struct anchor look_at(const struct fw_stream *stream, const struct run *run,
	const struct held *held, const struct report *report)
{
	struct anchor anchor = {0};
	int64_t timestamp =
		held->timestamp + (int32_t)(report->rtp_time - (uint32_t)held->timestamp);
	int64_t wall_us = 0;

	anchor.timestamp_us = to_us(stream, timestamp);
	if (fw_sender_clock_wall_us(report->clock, report->sent_us, &wall_us)) {
		anchor.base_us = wall_us - anchor.timestamp_us;
		anchor.there = ABS(anchor.base_us - least(run)) < REPORT_AGREES_US;
	}
	return anchor;
}

static int64_t between(const struct anchor *before, const struct anchor *after, int64_t timestamp_us)
{
	int64_t length_us = after->timestamp_us - before->timestamp_us;
	int64_t passed_us = CLAMP(timestamp_us - before->timestamp_us, 0, MAX(length_us, 0));

	if (length_us <= 0) {
		return after->base_us;
	}
	return before->base_us + (after->base_us - before->base_us) * passed_us / length_us;
}

static int64_t base_us(
	const struct fw_stream *stream, const struct run *run, const struct held *held)
{
	struct anchor before = {0}, after = {0};

	for (unsigned i = run->reports->len; i-- > 0;) {
		const struct report *report = &g_array_index(run->reports, struct report, i);
		struct anchor anchor = look_at(stream, run, held, report);

		if (anchor.there && report->arrival_us > held->arrival_us) {
			after = anchor;
		} else if (anchor.there) {
			before = anchor;
			break;
		}
	}
	if (before.there && after.there) {
		return between(&before, &after, to_us(stream, held->timestamp));
	}
	if (before.there || after.there) {
		return before.there ? before.base_us : after.base_us;
	}
	return least(run);
}

/* --- output ----------------------------------------------------------------------------------- */

static void hand_over(struct fw_stream *stream, struct run *run, const struct held *held)
{
	int64_t timestamp_us = to_us(stream, held->timestamp);
	struct fw_stream_packet packet = {
		.timestamp = held->timestamp,
		.begins = !run->begun,
		.jumps = jumps(stream, run, held),
		.marker = held->marker,
		.ssrc = run->ssrc,
		.payload = held->payload,
		.size = held->size,
	};

	if (packet.jumps) {
		run->least_now_us = least_ahead(stream, run);
		run->least_before_us = INT64_MAX;
		run->bucket_until_us = held->arrival_us + BUCKET_US;
	}
	add_least(run, held->arrival_us, held->arrival_us - timestamp_us);
	if (run->begun) {
		packet.lost_before = (uint64_t)(held->number - run->last_number - 1);
		packet.step_us =
			packet.jumps ? 0 : to_us(stream, held->timestamp - run->last_timestamp);
	}
	packet.time_us = timestamp_us + base_us(stream, run, held);
	run->begun = true;
	run->last_number = held->number;
	run->last_timestamp = held->timestamp;
	run->last_arrival_us = held->arrival_us;
	stream->ops->packet(stream->user, &packet);
}

static void advance_run(struct fw_stream *stream, struct run *run, int64_t arrival_us)
{
	while (run->first < run->held->len) {
		struct held *held = g_ptr_array_index(run->held, run->first);

		if (held->arrival_us > arrival_us) {
			break;
		}
		hand_over(stream, run, held);
		g_free(held);
		run->first++;
	}
	if (run->first >= COMPACT) {
		g_ptr_array_remove_range(run->held, 0, run->first);
		run->first = 0;
	}
}

void fw_stream_advance(struct fw_stream *stream, int64_t arrival_us)
{
	for (unsigned i = 0; i < stream->runs->len; i++) {
		advance_run(stream, g_ptr_array_index(stream->runs, i), arrival_us);
	}
	while (stream->runs->len > RUNS_KEPT) {
		struct run *oldest = g_ptr_array_index(stream->runs, 0);

		if (oldest->first < oldest->held->len) {
			break;
		}
		g_ptr_array_remove_index(stream->runs, 0);
	}
}
