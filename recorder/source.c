/* SPDX-License-Identifier: Apache-2.0 */
/*
 *            first frame, 3 s later            a picture, and the file has no video
 *   WAITING ────────────────────────▶ WRITING ───────────────────────────────────▶ (closed)
 *      ▲                                                                              │
 *      └────────────────────────────── next part ◀────────────────────────────────────┘
 */
#include "recorder/source.h"

#define US_PER_S INT64_C(1000000)
#define WAIT_US  (3 * US_PER_S) /* from the first frame: which tracks will the file have? */
#define BEGIN_US (5 * US_PER_S) /* a source that begins this early begins with the recording */
#define END_US   (5 * US_PER_S) /* and one that lasted until so late ends with it */

struct fw_source {
	const struct fw_part_setup *setup;
	uint32_t participant;
	enum fw_source_kind kind;
	GPtrArray *parts;
	bool writing; /* the last part's file is open */
	GQueue audio; /* struct fw_frame */
	GQueue video;
};

static void next_part(struct fw_source *source)
{
	source->writing = false;
	g_ptr_array_add(source->parts,
		fw_part_create(
			source->setup, source->participant, source->kind, source->parts->len + 1));
}

struct fw_source *fw_source_create(
	const struct fw_part_setup *setup, uint32_t participant, enum fw_source_kind kind)
{
	struct fw_source *source = g_new0(struct fw_source, 1);

	source->setup = setup;
	source->participant = participant;
	source->kind = kind;
	source->parts = g_ptr_array_new_with_free_func((GDestroyNotify)fw_part_destroy);
	g_queue_init(&source->audio);
	g_queue_init(&source->video);
	next_part(source);
	return source;
}

void fw_source_destroy(struct fw_source *source)
{
	if (!source) {
		return;
	}
	g_queue_clear_full(&source->audio, g_free);
	g_queue_clear_full(&source->video, g_free);
	g_ptr_array_unref(source->parts);
	g_free(source);
}

struct fw_part *fw_source_part(struct fw_source *source)
{
	return g_ptr_array_index(source->parts, source->parts->len - 1);
}

const GPtrArray *fw_source_parts(const struct fw_source *source)
{
	return source->parts;
}

void fw_source_put(struct fw_source *source, bool video, struct fw_frame *frame)
{
	g_queue_push_tail(video ? &source->video : &source->audio, frame);
}

static int64_t first_us(GQueue *queue)
{
	const struct fw_frame *frame = g_queue_peek_head(queue);

	return frame ? frame->time_us : INT64_MAX;
}

/* --- which file ------------------------------------------------------------------------------- */

/* time_us INT64_MAX: the end, nothing is waited for. */
static int open_part(struct fw_source *source, int64_t time_us)
{
	int64_t begin_us = MIN(first_us(&source->audio), first_us(&source->video));
	int r;

	if (begin_us == INT64_MAX || (time_us != INT64_MAX && time_us < begin_us + WAIT_US)) {
		return 0;
	}
	if (source->parts->len == 1 && begin_us < source->setup->started_us + BEGIN_US) {
		begin_us = source->setup->started_us;
	}
	/*
	 * A person's file always has audio, of silence if need be: for a microphone that comes later a
	 * new part could not begin, since its first picture would not be a key frame.
	 */
	r = fw_part_open(fw_source_part(source), begin_us, source->kind == FW_SOURCE_PERSON,
		g_queue_peek_head(&source->video));
	source->writing = r == 0;
	return r;
}

static int change_part(struct fw_source *source)
{
	int r = fw_part_close(fw_source_part(source), INT64_MAX);

	if (r == 0) {
		next_part(source);
	}
	return r;
}

/* --- frames ----------------------------------------------------------------------------------- */

/* Writes the earliest frame. Sets ret_done when there is none before time_us, or the part changed. */
static int write_one(struct fw_source *source, int64_t time_us, bool *ret_done)
{
	bool video = first_us(&source->video) < first_us(&source->audio);
	GQueue *queue = video ? &source->video : &source->audio;
	struct fw_frame *frame;
	int r;

	*ret_done = first_us(queue) >= time_us;
	if (*ret_done) {
		return 0;
	}
	if (!fw_part_has(fw_source_part(source), video)) {
		*ret_done = true;
		return change_part(source);
	}
	frame = g_queue_pop_head(queue);
	if (video) {
		return fw_part_put_video(fw_source_part(source), frame);
	}
	r = fw_part_put_audio(fw_source_part(source), frame);
	g_free(frame);
	return r;
}

int fw_source_advance(struct fw_source *source, int64_t time_us)
{
	bool done = false;
	int r = 0;

	for (;;) {
		if (!source->writing) {
			r = open_part(source, time_us);
		}
		if (r < 0 || !source->writing) {
			return r;
		}
		do {
			r = write_one(source, time_us, &done);
		} while (r == 0 && !done);
		if (r < 0) {
			return r;
		}
		if (source->writing) {
			break;
		}
	}
	return time_us == INT64_MAX ? 0 : fw_part_advance(fw_source_part(source), time_us);
}

static void cut_queue(struct fw_source *source, bool video, int64_t ended_us)
{
	GQueue *queue = video ? &source->video : &source->audio;
	GList *next;

	for (GList *link = queue->head; link; link = next) {
		struct fw_frame *frame = link->data;

		next = link->next;
		if (frame->time_us >= ended_us) {
			fw_part_leave_out(fw_source_part(source), video, frame, FW_CAUSE_CALL_ENDED);
			g_queue_delete_link(queue, link);
			g_free(frame);
		}
	}
}

void fw_source_cut(struct fw_source *source, int64_t ended_us)
{
	cut_queue(source, true, ended_us);
	cut_queue(source, false, ended_us);
}

int fw_source_finish(struct fw_source *source, int64_t ended_us)
{
	int64_t end_us;
	int r = fw_source_advance(source, INT64_MAX);

	if (r < 0 || !source->writing) {
		return r;
	}
	end_us = fw_part_end_us(fw_source_part(source));
	source->writing = false;
	/* The part's account shows a silence at the end; a participant who left has none. */
	return fw_part_close(fw_source_part(source),
		ended_us > end_us && ended_us - end_us < END_US ? ended_us : INT64_MAX);
}
