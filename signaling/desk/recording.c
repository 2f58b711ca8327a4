/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/recording.h"

#include "base/db.h"
#include "base/log.h"
#include "signaling/desk/calls.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/finalise.h"
#include "signaling/desk/markers.h"
#include "signaling/desk/parts.h"
#include "signaling/desk/secret.h"

#include <errno.h>
#include <string.h>

#define FW_LOG_TOPIC "recording"

/* --- telling -------------------------------------------------------------------------------------- */

static int notice(struct fw_desk *desk, struct fw_call *call, const char *level, const char *code,
	const char *text)
{
	for (unsigned i = 0; i < call->part_count; i++) {
		const struct fw_client *client = fw_part_client(call->parts[i]);
		struct fw_json json;

		if (!client || call->parts[i]->state != FW_PART_IN) {
			continue;
		}
		fw_event_begin(&json, "notice");
		fw_json_text(&json, "level", level);
		fw_json_text(&json, "code", code);
		fw_json_text(&json, "text", text);
		fw_json_text(&json, "call", call->id);
		fw_event_send(desk, client, &json);
	}
	return 0;
}

static int store_reason(struct fw_desk *desk, const struct fw_call *call, const char *reason)
{
	return fw_db_run(desk->setup.db, "UPDATE recording SET reason = ?1 WHERE call = ?2",
		FW_DB_VALUES(fw_db_text(reason), fw_db_text(call->id)), NULL);
}

static int failed(struct fw_desk *desk, struct fw_call *call, enum fw_recorder_reason why, int error)
{
	static const struct {
		const char *code, *text;
	} notices[] = {
		[FW_RECORDER_REASON_DISK_FULL] = {"disk_full", "磁盘已满，本次通话不能录像。"},
		[FW_RECORDER_REASON_ERROR] = {"recording_failed", "录像发生故障，当前通话没有录像。"},
		[FW_RECORDER_REASON_DISK_SLOW] = {"disk_slow",
			"服务器磁盘太慢，录像暂停，恢复后会提示。"},
	};
	const char *reason = fw_recording_reasons[why];
	int r;

	fw_error("recording failed call=%s reason=%s errno=%d", call->id, reason, error);
	fw_memory_touch(desk->memory, call);
	call->recording = FW_RECORDING_FAILED;
	call->recording_reason = why;
	r = fw_marker(desk, call, "recording_failed", 0, FW_TRACK_COUNT, reason);
	if (r < 0 || (r = store_reason(desk, call, reason)) < 0 ||
		(r = fw_deed_of_call(desk, call, NULL, "recording.failed", NULL)) < 0) {
		return r;
	}
	return notice(desk, call, "error", notices[why].code, notices[why].text);
}

/* --- opening and closing --------------------------------------------------------------------------- */

/* The worker hands on no more of this participant. */
static void end_packets(struct fw_desk *desk, const struct fw_part *part)
{
	struct fw_media_command media = {
		.kind = FW_MEDIA_PEER_RECORD, .call = part->call->handle, .peer = part->peer.handle};

	if (media.peer) {
		media.record.participant = part->participant;
		fw_emit_media(desk, part->call->worker, &media);
	}
}

static void name_participant(struct fw_desk *desk, const struct fw_part *part)
{
	struct fw_recorder_command command = {
		.kind = FW_RECORDER_PARTICIPANT, .call = part->call->handle};

	command.participant.participant = part->participant;
	g_strlcpy(command.participant.label, part->window->place->id,
		sizeof(command.participant.label));
	fw_emit_recorder(desk, &command);
}

void fw_recording_join(struct fw_desk *desk, struct fw_part *part)
{
	struct fw_call *call = part->call;

	if (!call->journal) {
		return;
	}
	name_participant(desk, part);
	fw_recording_mark(desk, call, part->participant, FW_TRACK_COUNT, FW_MARK_JOINED);
	fw_part_mark_media(desk, part);
	if (part->line == FW_LINE_LOST) {
		fw_recording_mark(
			desk, call, part->participant, FW_TRACK_COUNT, FW_MARK_CONNECTION_LOST);
	}
	if (part->held_by) {
		fw_recording_mark(desk, call, part->participant, FW_TRACK_COUNT, FW_MARK_HOLD_BEGIN);
	}
}

void fw_recording_leave(struct fw_desk *desk, struct fw_part *part)
{
	fw_recording_mark(desk, part->call, part->participant, FW_TRACK_COUNT, FW_MARK_LEFT);
	end_packets(desk, part);
}

static void open_journal(
	struct fw_desk *desk, struct fw_call *call, const uint8_t key[FW_AEAD_KEY_BYTES])
{
	struct fw_recorder_command command = {.kind = FW_RECORDER_OPEN, .call = call->handle};

	g_strlcpy(command.open.recording, call->id, sizeof(command.open.recording));
	g_strlcpy(command.open.call_id, call->id, sizeof(command.open.call_id));
	command.open.segment = (uint32_t)call->segment;
	memcpy(command.open.key, key, FW_AEAD_KEY_BYTES);
	command.open.started_us = call->answered_us;
	command.open.drill = call->drill;
	fw_emit_recorder(desk, &command);
	fw_wipe(&command.open.key, sizeof(command.open.key));
	call->journal = true;
	for (unsigned i = 0; i < call->part_count; i++) {
		struct fw_part *part = call->parts[i];

		if (part->state == FW_PART_IN) {
			fw_recording_join(desk, part);
		}
	}
}

/* The database says 1 from the beginning: most calls never see a second segment. */
static int set_segment(struct fw_desk *desk, struct fw_call *call, int64_t segment)
{
	if (segment <= call->segment) {
		return 0;
	}
	call->segment = segment;
	return segment == 1 ? 0
			    : fw_db_run(desk->setup.db, "UPDATE call SET segment = ?1 WHERE id = ?2",
				      FW_DB_VALUES(fw_db_int(segment), fw_db_text(call->id)), NULL);
}

int fw_recording_start(struct fw_desk *desk, struct fw_call *call)
{
	const uint8_t *key;
	int r, error;

	fw_memory_touch(desk->memory, call);
	r = set_segment(desk, call, call->segment + 1);
	if (r >= 0) {
		r = fw_db_run(desk->setup.db,
			"INSERT INTO recording (call, state, started_us)"
			" VALUES (?1, 'recording', ?2) ON CONFLICT (call) DO NOTHING",
			FW_DB_VALUES(fw_db_text(call->id), fw_db_int(call->answered_us)), NULL);
	}
	if (r < 0) {
		return r;
	}
	error = fw_secret_of_call(desk, call, &key);
	if (error < 0) {
		return failed(desk, call,
			error == -ENOSPC ? FW_RECORDER_REASON_DISK_FULL : FW_RECORDER_REASON_ERROR,
			-error);
	}
	open_journal(desk, call, key);
	return fw_finalise_start(desk, call, key);
}

int fw_recording_stop(struct fw_desk *desk, struct fw_call *call)
{
	struct fw_recorder_command command = {.kind = FW_RECORDER_CLOSE, .call = call->handle};

	if (!call->answered_us) {
		return 0;
	}
	if (!call->journal) { /* there never was a key: nothing to finalise */
		return fw_db_run(desk->setup.db,
			"UPDATE recording SET state = 'failed', ended_us = ?1 WHERE call = ?2",
			FW_DB_VALUES(fw_db_int(desk->now_us), fw_db_text(call->id)), NULL);
	}
	for (unsigned i = 0; i < call->part_count; i++) {
		end_packets(desk, call->parts[i]);
	}
	command.close.at_us = desk->now_us;
	fw_emit_recorder(desk, &command);
	return fw_db_run(desk->setup.db,
		"UPDATE recording SET state = 'finalising', ended_us = ?1 WHERE call = ?2",
		FW_DB_VALUES(fw_db_int(desk->now_us), fw_db_text(call->id)), NULL);
}

void fw_recording_mark(struct fw_desk *desk, struct fw_call *call, unsigned participant,
	enum fw_track track, enum fw_mark mark)
{
	struct fw_recorder_command command = {.kind = FW_RECORDER_MARK, .call = call->handle};

	if (!call->journal) {
		return;
	}
	command.mark.participant = participant;
	command.mark.track = track;
	command.mark.mark = mark;
	command.mark.at_us = desk->now_us;
	fw_emit_recorder(desk, &command);
}

/* --- what the recorder says ------------------------------------------------------------------------- */

static int recording_runs(
	struct fw_desk *desk, struct fw_call *call, const struct fw_recorder_event *event)
{
	bool resumed = event->kind == FW_RECORDER_RECOVERED;
	int r;

	fw_memory_touch(desk->memory, call);
	call->recording = FW_RECORDING_ON;
	if (!call->recording_since_us) {
		call->recording_since_us = event->at_us;
	}
	r = fw_marker(
		desk, call, "recording_started", 0, FW_TRACK_COUNT, resumed ? "resumed" : NULL);
	if (r >= 0) {
		r = fw_deed_of_call(desk, call, NULL, "recording.started", NULL);
	}
	if (r >= 0) {
		r = set_segment(desk, call, (int64_t)event->opened.segment);
	}
	if (r >= 0 && resumed) {
		r = notice(desk, call, "info", "recording_resumed", "录像已恢复。");
	}
	return r < 0 ? r : fw_call_tell(desk, call);
}

static int space(struct fw_desk *desk, const struct fw_recorder_event *event)
{
	bool low = event->kind == FW_RECORDER_SPACE_LOW;

	if (low == desk->tally->space_low) {
		return 0;
	}
	fw_memory_touch(desk->memory, desk->tally);
	desk->tally->space_low = low;
	if (low) {
		fw_error("disk nearly full: new calls are not recorded "
			 "free_bytes=%" G_GUINT64_FORMAT,
			event->space.free_bytes);
	} else {
		fw_info("disk space is back free_bytes=%" G_GUINT64_FORMAT, event->space.free_bytes);
	}
	return fw_deed(desk, NULL, NULL, low ? "disk.low" : "disk.ok", NULL, NULL, NULL);
}

int fw_recording_event(struct fw_desk *desk, const struct fw_recorder_event *event)
{
	struct fw_call *call = g_hash_table_lookup(desk->calls_by_handle, &event->call);
	int r;

	switch (event->kind) {
	case FW_RECORDER_SPACE_LOW:
	case FW_RECORDER_SPACE_OK:
		return space(desk, event);
	case FW_RECORDER_CLOSED:
		return fw_finalise_finish(desk, event->call);
	case FW_RECORDER_OPENED:
	case FW_RECORDER_RECOVERED:
		return call ? recording_runs(desk, call, event) : 0;
	case FW_RECORDER_FAILED:
		if (!call || call->recording == FW_RECORDING_FAILED) {
			return 0;
		}
		r = failed(desk, call, event->failed.reason, event->failed.error);
		return r < 0 ? r : fw_call_tell(desk, call);
	}
	return 0;
}
