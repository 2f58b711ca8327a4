/* SPDX-License-Identifier: Apache-2.0 */
#include "recorder/recorder.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/mailbox.h"
#include "base/thread.h"
#include "recorder/bytes.h"
#include "recorder/disk.h"
#include "recorder/sink.h"
#include "recorder/writing.h"

#define FW_LOG_TOPIC "recorder"
#include "base/log.h"

#define LOOK_MS       10 /* how often rings are looked at; they hold seconds of packets */
#define IDLE_LOOK_MS  1000 /* without an open recording: only the disk's free space */
#define FLUSH_MS      500
#define SPACE_OK_PART 10 /* SPACE_OK comes a tenth above the bound, so that it does not flutter */

enum message {
	MESSAGE_COMMAND,
	MESSAGE_DISK,
	MESSAGE_STOP,
};

struct fw_recorder {
	char *journal_dir;
	unsigned workers;
	struct fw_recorder_lane **lanes;
	struct fw_mailbox *mailbox;
	pthread_t thread;
	bool running;
	/* the recorder thread's own */
	struct fw_writing_shared shared;
	GHashTable *calls; /* call -> struct fw_writing, owned */
	GHashTable *segments; /* handle -> struct fw_writing */
	GHashTable *earlier; /* recording -> highest segment on the disk at start */
	GArray *closing; /* struct fw_recorder_command, CLOSE, until the rings are drained */
	bool stopping;
	bool syncing;
	bool space_low;
	int64_t next_sync_us; /* monotonic */
	int64_t looked_us; /* at rings and recordings; monotonic */
	/* read by any thread */
	atomic_uint_fast64_t packets;
	atomic_uint_fast64_t strays;
	atomic_uint_fast64_t journal_bytes;
	atomic_uint_fast64_t flushes;
	atomic_uint_fast64_t flush_longest_us;
	atomic_uint_fast32_t open_recordings;
};

static void count(atomic_uint_fast64_t *counter)
{
	(void)atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

/* --- commands --------------------------------------------------------------------------------- */

static void update_segment(struct fw_recorder *recorder, struct fw_writing *writing, uint64_t before)
{
	uint64_t now = fw_writing_handle(writing);

	if (now == before) {
		return;
	}
	if (before != 0) {
		g_hash_table_remove(recorder->segments, GSIZE_TO_POINTER(before));
	}
	if (now != 0) {
		g_hash_table_replace(recorder->segments, GSIZE_TO_POINTER(now), writing);
	}
}

static void forget(struct fw_recorder *recorder, struct fw_writing *writing, uint64_t handle)
{
	if (handle != 0) {
		g_hash_table_remove(recorder->segments, GSIZE_TO_POINTER(handle));
	}
	g_hash_table_remove(recorder->earlier, fw_writing_recording(writing));
	g_hash_table_remove(recorder->calls, fw_writing_call(writing));
}

static void open_recording(struct fw_recorder *recorder, const struct fw_recorder_command *command)
{
	struct fw_writing *writing;
	uint32_t earlier;

	if (g_hash_table_contains(recorder->calls, &command->call)) {
		fw_warn("already open call=%" G_GUINT64_FORMAT, command->call);
		return;
	}
	earlier = GPOINTER_TO_UINT(g_hash_table_lookup(recorder->earlier, command->open.recording));
	writing = fw_writing_open(&recorder->shared, command, earlier, fw_clock_wall_us());
	g_hash_table_replace(recorder->calls, fw_writing_call(writing), writing);
	update_segment(recorder, writing, 0);
}

static void note(struct fw_recorder *recorder, const struct fw_recorder_command *command)
{
	struct fw_writing *writing = g_hash_table_lookup(recorder->calls, &command->call);
	struct fw_record record = {.track = FW_TRACK_COUNT};

	if (!writing) {
		count(&recorder->strays);
		return;
	}
	if (command->kind == FW_RECORDER_MARK) {
		record.kind = FW_RECORD_MARK;
		record.participant = command->mark.participant;
		record.track = (uint8_t)command->mark.track;
		record.at_us = command->mark.at_us;
		record.mark = command->mark.mark;
	} else {
		record.kind = FW_RECORD_PARTICIPANT;
		record.participant = command->participant.participant;
		record.at_us = fw_clock_wall_us();
		record.label.text = command->participant.label;
		record.label.size = strlen(command->participant.label);
	}
	fw_writing_note(writing, &record);
}

static void take_command(struct fw_recorder *recorder, const struct fw_recorder_command *command)
{
	switch (command->kind) {
	case FW_RECORDER_OPEN:
		open_recording(recorder, command);
		break;
	case FW_RECORDER_PARTICIPANT:
	case FW_RECORDER_MARK:
		note(recorder, command);
		break;
	case FW_RECORDER_CLOSE:
		/* After the rings are drained: they hold packets that came before. */
		g_array_append_val(recorder->closing, *command);
		break;
	case FW_RECORDER_FORGET:
		if (fw_disk_remove(recorder->shared.disk, command->forget.recording) < 0) {
			fw_error("journal stays recording=%s", command->forget.recording);
		}
		break;
	}
}

/* --- the disk's answers ----------------------------------------------------------------------- */

static void look_at_space(struct fw_recorder *recorder, uint64_t free_bytes)
{
	struct fw_writing_shared *shared = &recorder->shared;
	uint64_t bound = shared->min_free_bytes;
	bool low = recorder->space_low ? free_bytes < bound + bound / SPACE_OK_PART
				       : free_bytes < bound;

	shared->free_bytes = free_bytes;
	if (low == recorder->space_low) {
		return;
	}
	recorder->space_low = low;
	fw_warn("disk space %s free_mib=%" G_GUINT64_FORMAT, low ? "low" : "ok", free_bytes >> 20);
	fw_writing_tell(shared,
		&(struct fw_recorder_event){
			.kind = low ? FW_RECORDER_SPACE_LOW : FW_RECORDER_SPACE_OK,
			.at_us = fw_clock_wall_us(),
			.space = {.free_bytes = free_bytes},
		});
}

static void take_sync(struct fw_recorder *recorder, const struct fw_disk_answer *answer)
{
	uint64_t took_us = (uint64_t)answer->took_us;

	recorder->syncing = false;
	count(&recorder->flushes);
	if (took_us > atomic_load_explicit(&recorder->flush_longest_us, memory_order_relaxed)) {
		atomic_store_explicit(&recorder->flush_longest_us, took_us, memory_order_relaxed);
	}
	look_at_space(recorder, answer->free_bytes);
}

static void take_answer(struct fw_recorder *recorder, const struct fw_disk_answer *answer)
{
	struct fw_writing *writing;

	if (answer->kind == FW_DISK_SYNCED) {
		take_sync(recorder, answer);
		return;
	}
	writing = g_hash_table_lookup(recorder->segments, GSIZE_TO_POINTER(answer->handle));
	if (!writing) {
		return; /* of a segment that was given up meanwhile */
	}
	if (fw_writing_answer(writing, answer, fw_clock_wall_us())) {
		forget(recorder, writing, answer->handle);
	} else {
		update_segment(recorder, writing, answer->handle);
	}
}

static void take_messages(struct fw_recorder *recorder)
{
	struct fw_message message;

	(void)fw_mailbox_take(recorder->mailbox);
	while (fw_mailbox_next(recorder->mailbox, &message)) {
		switch ((enum message)message.type) {
		case MESSAGE_COMMAND:
			take_command(recorder, message.body);
			break;
		case MESSAGE_DISK:
			take_answer(recorder, message.body);
			break;
		case MESSAGE_STOP:
			recorder->stopping = true;
			break;
		}
	}
}

/* --- packets ---------------------------------------------------------------------------------- */

struct last_call {
	uint64_t call;
	struct fw_writing *writing;
};

static struct fw_writing *find(struct fw_recorder *recorder, uint64_t call, struct last_call *last)
{
	if (last->call == call) {
		return last->writing;
	}
	last->call = call;
	last->writing = g_hash_table_lookup(recorder->calls, &call);
	if (!last->writing) {
		/* Its OPEN was posted before its first packet came, but perhaps after our last look. */
		take_messages(recorder);
		last->writing = g_hash_table_lookup(recorder->calls, &call);
	}
	return last->writing;
}

static void drain(struct fw_recorder *recorder, struct fw_ring *ring)
{
	/* No call is 0. A recording goes only in close_all() or take_messages(), which reset `last`. */
	struct last_call last = {0};
	const void *record = NULL;
	size_t size = 0;

	while (fw_ring_peek(ring, &record, &size) == 0) {
		uint64_t call;
		struct fw_writing *writing;
		uint64_t before;

		memcpy(&call, record, sizeof(call));
		writing = find(recorder, call, &last);
		before = writing ? fw_writing_handle(writing) : 0;
		count(&recorder->packets);
		if (!writing ||
			!fw_writing_append(writing, (const uint8_t *)record + sizeof(call),
				size - sizeof(call))) {
			count(&recorder->strays);
		}
		if (writing) {
			update_segment(recorder, writing, before);
		}
		fw_ring_release(ring);
	}
}

static void drain_all(struct fw_recorder *recorder)
{
	for (unsigned i = 0; i < recorder->workers; i++) {
		drain(recorder, fw_recorder_lane_ring(recorder->lanes[i]));
	}
}

/* Closes what was asked for before the rings were drained: the first `n`. */
static void close_all(struct fw_recorder *recorder, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		const struct fw_recorder_command *command =
			&g_array_index(recorder->closing, struct fw_recorder_command, i);
		struct fw_writing *writing = g_hash_table_lookup(recorder->calls, &command->call);
		uint64_t before;

		if (!writing) {
			fw_warn("close of what is not open call=%" G_GUINT64_FORMAT, command->call);
			continue;
		}
		before = fw_writing_handle(writing);
		if (fw_writing_close(writing, command->close.at_us, fw_clock_wall_us())) {
			forget(recorder, writing, before);
		} else {
			update_segment(recorder, writing, before);
		}
	}
	g_array_remove_range(recorder->closing, 0, n);
}

static void tick_all(struct fw_recorder *recorder)
{
	int64_t now_us = fw_clock_wall_us();
	GHashTableIter each;
	gpointer value;

	g_hash_table_iter_init(&each, recorder->calls);
	while (g_hash_table_iter_next(&each, NULL, &value)) {
		uint64_t before = fw_writing_handle(value);

		fw_writing_tick(value, now_us);
		update_segment(recorder, value, before);
	}
}

/* Without anything written the disk thread only looks at the free space. */
static void sync_disk(struct fw_recorder *recorder)
{
	int64_t now_us = fw_clock_monotonic_us();

	if (now_us < recorder->next_sync_us) {
		return;
	}
	recorder->next_sync_us = now_us + recorder->shared.flush_us;
	if (!recorder->syncing) {
		recorder->syncing = fw_disk_sync(recorder->shared.disk) == 0;
	}
	atomic_store_explicit(
		&recorder->journal_bytes, recorder->shared.journal_bytes, memory_order_relaxed);
	atomic_store_explicit(&recorder->open_recordings,
		(uint32_t)g_hash_table_size(recorder->calls), memory_order_relaxed);
}

/* Until the rings and the recordings are looked at again. */
static int wait_ms(const struct fw_recorder *recorder)
{
	bool idle = g_hash_table_size(recorder->calls) == 0;
	int64_t due_us = recorder->looked_us + (idle ? IDLE_LOOK_MS : LOOK_MS) * FW_US_PER_MS;
	int64_t left_us = due_us - fw_clock_monotonic_us();

	return left_us > 0 ? (int)((left_us + FW_US_PER_MS - 1) / FW_US_PER_MS) : 0;
}

static void *run(void *user)
{
	struct fw_recorder *recorder = user;
	struct pollfd wait = {.fd = fw_mailbox_fd(recorder->mailbox), .events = POLLIN};

	fw_thread_set_name("fw-recorder");
	/* The rings hold seconds; a packet on its way should not wait for them. */
	fw_thread_set_background();
	while (!recorder->stopping) {
		unsigned closing;

		(void)poll(&wait, 1, wait_ms(recorder));
		take_messages(recorder);
		closing = recorder->closing->len;
		/* An answer of the disk is no reason to look at every recording. */
		if (closing == 0 && !recorder->stopping && wait_ms(recorder) > 0) {
			continue;
		}
		recorder->looked_us = fw_clock_monotonic_us();
		drain_all(recorder);
		close_all(recorder, closing);
		tick_all(recorder);
		sync_disk(recorder);
	}
	drain_all(recorder);
	close_all(recorder, recorder->closing->len);
	return NULL;
}

/* --- life ------------------------------------------------------------------------------------- */

static int scan_earlier(struct fw_recorder *recorder)
{
	g_autoptr(GArray) list = NULL;
	int r = fw_recorder_list_unfinished(recorder->journal_dir, &list);

	if (r < 0) {
		return r;
	}
	for (unsigned i = 0; i < list->len; i++) {
		const struct fw_unfinished *entry = &g_array_index(list, struct fw_unfinished, i);

		g_hash_table_replace(recorder->earlier, g_strdup(entry->recording),
			GUINT_TO_POINTER(entry->last_segment));
	}
	return 0;
}

static int start_disk(struct fw_recorder *recorder, const struct fw_disk_ops *ops)
{
	const struct fw_disk_options options = {.folder = recorder->journal_dir,
		.queue_bytes = recorder->shared.queue_bytes,
		.answers = recorder->mailbox,
		.answer_type = MESSAGE_DISK,
		.ops = ops};

	return fw_disk_create(&options, &recorder->shared.disk);
}

static int start(struct fw_recorder *recorder, size_t ring_bytes, const struct fw_disk_ops *ops)
{
	int r = fw_mailbox_create(NULL, &recorder->mailbox);

	for (unsigned i = 0; r == 0 && i < recorder->workers; i++) {
		r = fw_recorder_lane_create(ring_bytes, &recorder->lanes[i]);
	}
	if (r == 0) {
		r = start_disk(recorder, ops);
	}
	if (r == 0) {
		r = fw_disk_free_bytes(recorder->journal_dir, &recorder->shared.free_bytes);
	}
	if (r == 0) {
		r = scan_earlier(recorder);
	}
	if (r == 0) {
		look_at_space(recorder, recorder->shared.free_bytes);
		r = -pthread_create(&recorder->thread, NULL, run, recorder);
		recorder->running = r == 0;
	}
	return r;
}

int fw_recorder_create(const struct fw_recorder_config *config, struct fw_mailbox *events,
	uint32_t event_type, struct fw_recorder **ret_recorder)
{
	struct fw_recorder *recorder;
	int r;

	if (config->workers == 0 || config->workers > FW_MEDIA_WORKERS_MAX) {
		return -EINVAL;
	}
	recorder = g_new0(struct fw_recorder, 1);
	recorder->journal_dir = g_strdup(config->journal_dir);
	recorder->workers = config->workers;
	recorder->shared.flush_us = (config->flush_ms ? config->flush_ms : FLUSH_MS) * FW_US_PER_MS;
	recorder->lanes = g_new0(struct fw_recorder_lane *, config->workers);
	recorder->shared.events = events;
	recorder->shared.event_type = event_type;
	recorder->shared.min_free_bytes = config->min_free_bytes;
	recorder->shared.queue_bytes =
		config->queue_bytes ? config->queue_bytes : FW_RECORDER_QUEUE_BYTES;
	recorder->calls = g_hash_table_new_full(
		g_int64_hash, g_int64_equal, NULL, (GDestroyNotify)fw_writing_destroy);
	recorder->segments = g_hash_table_new(NULL, NULL);
	recorder->earlier = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	recorder->closing = g_array_new(FALSE, FALSE, sizeof(struct fw_recorder_command));
	r = start(recorder, config->ring_bytes ? config->ring_bytes : FW_RING_BYTES,
		config->disk_ops);
	if (r < 0) {
		fw_recorder_destroy(recorder);
		return r;
	}
	*ret_recorder = recorder;
	return 0;
}

void fw_recorder_destroy(struct fw_recorder *recorder)
{
	if (!recorder) {
		return;
	}
	if (recorder->running) {
		(void)fw_mailbox_post(recorder->mailbox, MESSAGE_STOP, NULL, 0);
		(void)pthread_join(recorder->thread, NULL);
	}
	g_hash_table_unref(
		recorder->calls); /* writes the partial blocks: before the disk thread ends */
	fw_disk_destroy(recorder->shared.disk);
	for (unsigned i = 0; i < recorder->workers; i++) {
		fw_recorder_lane_destroy(recorder->lanes[i]);
	}
	fw_mailbox_destroy(recorder->mailbox);
	g_hash_table_unref(recorder->segments);
	g_hash_table_unref(recorder->earlier);
	g_array_unref(recorder->closing);
	g_free(recorder->lanes);
	g_free(recorder->journal_dir);
	g_free(recorder);
}

static bool valid(const struct fw_recorder_command *command)
{
	switch (command->kind) {
	case FW_RECORDER_OPEN:
		return fw_id_valid(command->open.recording) && fw_id_valid(command->open.call_id);
	case FW_RECORDER_PARTICIPANT:
		return memchr(command->participant.label, '\0',
			       sizeof(command->participant.label)) != NULL;
	case FW_RECORDER_MARK:
		return command->mark.track <= FW_TRACK_COUNT && command->mark.mark < FW_MARK_COUNT;
	case FW_RECORDER_CLOSE:
		return true;
	case FW_RECORDER_FORGET:
		return fw_id_valid(command->forget.recording);
	}
	return false;
}

int fw_recorder_post(struct fw_recorder *recorder, const struct fw_recorder_command *command)
{
	if ((command->call == 0 && command->kind != FW_RECORDER_FORGET) || !valid(command)) {
		return -EINVAL;
	}
	return fw_mailbox_post(recorder->mailbox, MESSAGE_COMMAND, command, sizeof(*command));
}

void fw_recorder_read_figures(struct fw_recorder *recorder, struct fw_recorder_figures *ret_figures)
{
	struct fw_recorder_figures figures = {
		.packets = atomic_load_explicit(&recorder->packets, memory_order_relaxed),
		.stray_packets = atomic_load_explicit(&recorder->strays, memory_order_relaxed),
		.journal_bytes =
			atomic_load_explicit(&recorder->journal_bytes, memory_order_relaxed),
		.queued_bytes = fw_disk_queued_bytes(recorder->shared.disk),
		.flushes = atomic_load_explicit(&recorder->flushes, memory_order_relaxed),
		.flush_longest_us = atomic_exchange_explicit(
			&recorder->flush_longest_us, 0, memory_order_relaxed),
		.open_recordings = (uint32_t)atomic_load_explicit(
			&recorder->open_recordings, memory_order_relaxed),
	};

	for (unsigned i = 0; i < recorder->workers; i++) {
		figures.overrun_packets += fw_recorder_lane_lost(recorder->lanes[i]);
	}
	*ret_figures = figures;
}

/* --- the sink --------------------------------------------------------------------------------- */

static void take_packet(void *user, unsigned worker, const struct fw_sink_packet *packet)
{
	struct fw_recorder *recorder = user;
	struct fw_record record = {
		.kind = FW_RECORD_PACKET,
		.track = (uint8_t)packet->track,
		.participant = packet->participant,
		.at_us = packet->arrival_us,
		.packet = {.bytes = packet->rtp, .size = packet->rtp_bytes},
	};

	g_assert(worker < recorder->workers);
	fw_recorder_lane_put(recorder->lanes[worker], packet->call, &record);
}

static void take_sender_report(
	void *user, unsigned worker, const struct fw_sink_sender_report *report)
{
	struct fw_recorder *recorder = user;
	struct fw_record record = {
		.kind = FW_RECORD_SENDER_REPORT,
		.track = (uint8_t)report->track,
		.participant = report->participant,
		.at_us = report->arrival_us,
		.sender_report = {.ssrc = report->ssrc,
			.rtp_time = report->rtp_time,
			.ntp = report->ntp},
	};

	g_assert(worker < recorder->workers);
	fw_recorder_lane_put(recorder->lanes[worker], report->call, &record);
}

const struct fw_sink_ops *fw_recorder_sink(void)
{
	static const struct fw_sink_ops ops = {
		.packet = take_packet,
		.sender_report = take_sender_report,
	};

	return &ops;
}
