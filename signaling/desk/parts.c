/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/parts.h"

#include "base/db.h"
#include "base/log.h"
#include "signaling/desk/attempts.h"
#include "signaling/desk/calls.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/invitations.h"
#include "signaling/desk/markers.h"
#include "signaling/desk/negotiation.h"
#include "signaling/desk/party.h"
#include "signaling/desk/presence.h"
#include "signaling/desk/recording.h"
#include "signaling/desk/ringing.h"
#include "signaling/desk/secret.h"
#include "signaling/desk/slots.h"
#include "signaling/drill/drill.h"
#include "signaling/wall/wall.h"

#include <assert.h>
#include <errno.h>

#define FW_LOG_TOPIC "parts"

static const unsigned legal[FW_PART_STATE_COUNT] = {
	[FW_PART_RUNG] = 1u << FW_PART_IN | 1u << FW_PART_REFUSED | 1u << FW_PART_WITHDRAWN,
	[FW_PART_IN] = 1u << FW_PART_LEFT,
};

/* --- finding ------------------------------------------------------------------------------------ */

/* Not live any more, or never was: a late message about one's own call is told so. */
static int find_former(struct fw_desk *desk, const struct fw_client *client, const char *call_id)
{
	int64_t one;
	int r = fw_db_query_int(desk->setup.db,
		"SELECT 1 FROM call_part WHERE call = ?1 AND service_window = ?2",
		FW_DB_VALUES(fw_db_text(call_id), fw_db_text(client->window->place->id)), &one);

	if (r == -ENOENT) {
		return FW_CODE_NOT_FOUND;
	}
	return r < 0 ? r : FW_CODE_WRONG_STATE;
}

int fw_part_find(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_part **ret_part)
{
	const char *id = fw_client_message_text(message, "call");
	struct fw_part *part = client->window->part;

	if (!part || g_strcmp0(part->call->id, id) != 0) {
		return find_former(desk, client, id);
	}
	*ret_part = part;
	return 0;
}

/* --- life --------------------------------------------------------------------------------------- */

static int store(struct fw_desk *desk, const struct fw_part *part)
{
	return fw_db_run(desk->setup.db,
		"INSERT INTO call_part (call, participant, side, part, service_window, account,"
		" since_us, audio, face, document) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, "
		"?10)",
		FW_DB_VALUES(fw_db_text(part->call->id), fw_db_int(part->participant),
			fw_db_text(part->requester_side ? "requester" : "responder"),
			fw_db_text(fw_part_states[part->state]), fw_db_text(part->window->place->id),
			fw_db_text(part->account->person->id), fw_db_int(desk->now_us),
			fw_db_text(fw_media_states[part->media[FW_TRACK_AUDIO]]),
			fw_db_text(fw_media_states[part->media[FW_TRACK_FACE]]),
			fw_db_text(fw_media_states[part->media[FW_TRACK_DOCUMENT]])),
		NULL);
}

/* What the device check of the window lets expect; the client says more with media.set. */
static uint8_t expected(const struct fw_window *window, enum fw_device device)
{
	return window->devices[device] == FW_DEVICE_OK ||
			window->devices[device] == FW_DEVICE_UNCHECKED
		? FW_MEDIA_ON
		: FW_MEDIA_MISSING;
}

int fw_part_add(struct fw_desk *desk, struct fw_call *call, struct fw_window *window,
	enum fw_part_state state, struct fw_part **ret_part)
{
	struct fw_part *part = fw_memory_add(desk->memory, FW_RECORD_PART, sizeof(*part));
	int r;

	part->call = call;
	part->participant = call->part_count + 1;
	part->requester_side = part->participant == 1;
	part->state = state;
	part->window = window;
	part->account = window->account;
	part->media[FW_TRACK_AUDIO] = expected(window, FW_DEVICE_MICROPHONE);
	part->media[FW_TRACK_FACE] = expected(window, FW_DEVICE_FACE);
	part->media[FW_TRACK_DOCUMENT] = expected(window, FW_DEVICE_DOCUMENT);
	fw_memory_touch(desk->memory, call);
	call->parts[call->part_count++] = part;
	fw_memory_touch(desk->memory, window);
	window->part = part;
	fw_slots_assign(desk, part);
	*ret_part = part;
	r = store(desk, part);
	return r < 0 ? r : fw_drill_note(desk, call, window);
}

int fw_part_set_state(struct fw_desk *desk, struct fw_part *part, enum fw_part_state state,
	const char *reason, const char *text)
{
	g_autoptr(GBytes) sealed = NULL;
	int r;

	assert(legal[part->state] & (1u << state));
	fw_debug("part %s->%s call=%s window=%s", fw_part_states[part->state],
		fw_part_states[state], part->call->id, part->window->place->id);
	fw_memory_touch(desk->memory, part);
	part->state = state;
	fw_wall_stir(desk);
	part->refuse_reason = reason;
	g_strlcpy(part->refuse_text, text ? text : "", sizeof(part->refuse_text));
	r = fw_secret_seal_of_call(
		desk, part->call, "call_part", "refuse_text", part->participant, text, &sealed);
	if (r < 0) {
		return r;
	}
	r = fw_db_run(desk->setup.db,
		"UPDATE call_part SET part = ?1, since_us = ?2, refuse_reason = ?3, refuse_text = "
		"?4"
		" WHERE call = ?5 AND participant = ?6",
		FW_DB_VALUES(fw_db_text(fw_part_states[state]), fw_db_int(desk->now_us),
			fw_db_text(reason), fw_sealed_value(sealed), fw_db_text(part->call->id),
			fw_db_int(part->participant)),
		NULL);
	return r < 0 ? r : fw_invitation_close(desk, part);
}

int fw_part_detach(struct fw_desk *desk, struct fw_part *part)
{
	struct fw_window *window = part->window;

	fw_peer_close(desk, part);
	if (window->part != part) {
		return 0;
	}
	fw_memory_touch(desk->memory, window);
	window->part = NULL;
	if (!window->client) { /* its time may have run out meanwhile */
		fw_memory_remind(desk->memory, window, window->kept_until);
	}
	return fw_presence_update(desk, window);
}

/* --- the line ----------------------------------------------------------------------------------- */

static int lose(struct fw_desk *desk, struct fw_part *part)
{
	part->line = FW_LINE_LOST;
	part->lost_until = desk->now + desk->setup.rejoin_us;
	fw_memory_remind(desk->memory, part, part->lost_until);
	fw_info("connection lost call=%s window=%s", part->call->id, part->window->place->id);
	fw_recording_mark(
		desk, part->call, part->participant, FW_TRACK_COUNT, FW_MARK_CONNECTION_LOST);
	return fw_marker(
		desk, part->call, "connection_lost", part->participant, FW_TRACK_COUNT, NULL);
}

static int connect(struct fw_desk *desk, struct fw_part *part)
{
	bool was_lost = part->line == FW_LINE_LOST;

	part->line = FW_LINE_UP;
	part->lost_until = 0;
	if (!was_lost) {
		return 0;
	}
	fw_info("connection back call=%s window=%s", part->call->id, part->window->place->id);
	fw_recording_mark(
		desk, part->call, part->participant, FW_TRACK_COUNT, FW_MARK_CONNECTION_BACK);
	return fw_marker(
		desk, part->call, "connection_back", part->participant, FW_TRACK_COUNT, NULL);
}

int fw_part_line(struct fw_desk *desk, struct fw_part *part)
{
	const struct fw_client *client = fw_part_client(part);
	bool heard = part->peer.up && !part->peer.silent;
	enum fw_line before = part->line;
	int r = 0;

	fw_memory_touch(desk->memory, part);
	if (client && heard) {
		r = before == FW_LINE_UP ? 0 : connect(desk, part);
	} else if (part->state == FW_PART_IN && (!client || before == FW_LINE_UP)) {
		r = before == FW_LINE_LOST ? 0 : lose(desk, part);
	} else if (before != FW_LINE_LOST) {
		part->line = part->peer.handle ? FW_LINE_CONNECTING : FW_LINE_NONE;
	}
	if (r < 0 || part->line == before) {
		return r;
	}
	return fw_call_tell_part(desk, part);
}

int fw_part_lost(struct fw_desk *desk, struct fw_part *part)
{
	return fw_part_line(desk, part);
}

int fw_part_return(struct fw_desk *desk, struct fw_part *part, const char *connection)
{
	int r = 0;

	fw_memory_touch(desk->memory, part);
	if (part->line == FW_LINE_LOST) { /* now it is the media that has to come up in time */
		part->lost_until = desk->now + desk->setup.rejoin_us;
		fw_memory_remind(desk->memory, part, part->lost_until);
	}
	if (part->state == FW_PART_RUNG) {
		r = fw_call_tell_incoming(desk, part);
		if (r < 0) {
			return r;
		}
	}
	if (fw_peer_is(part, connection)) {
		fw_peer_tell_again(desk, part);
	} else {
		r = fw_peer_renew(desk, part);
	}
	return r < 0 ? r : fw_part_line(desk, part);
}

int fw_part_leave(struct fw_desk *desk, struct fw_part *part, enum fw_end_reason reason)
{
	struct fw_call *call = part->call;
	int r;

	if (part->state == FW_PART_RUNG) {
		if ((r = fw_part_set_state(desk, part, FW_PART_WITHDRAWN, NULL, NULL)) < 0 ||
			(!part->invited_by && (r = fw_attempt_gone(desk, part)) < 0)) {
			return r;
		}
		return fw_ringing_less(desk, part);
	}
	r = fw_part_set_state(desk, part, FW_PART_LEFT, NULL, NULL);
	if (r >= 0 && call->state == FW_CALL_ANSWERED && fw_party_others(part) >= 2) {
		return fw_party_left(desk, part, reason);
	}
	if (r >= 0) {
		fw_recording_mark(desk, call, part->participant, FW_TRACK_COUNT, FW_MARK_LEFT);
		r = fw_marker(desk, call, "left", part->participant, FW_TRACK_COUNT, NULL);
	}
	if (r < 0) {
		return r;
	}
	if (call->state < FW_CALL_ANSWERED) {
		return fw_call_finish(desk, call, FW_CALL_CANCELLED, FW_END_CANCELLED, part);
	}
	return fw_call_finish(desk, call,
		reason == FW_END_REJOIN_TIMEOUT ? FW_CALL_INTERRUPTED : FW_CALL_ENDED, reason, part);
}

int fw_part_due(struct fw_desk *desk, struct fw_part *part)
{
	if (part->state == FW_PART_RUNG) {
		return fw_party_due(desk, part);
	}
	if (part->line != FW_LINE_LOST || part->state != FW_PART_IN) {
		return 0;
	}
	if (part->lost_until > desk->now) {
		fw_memory_remind(desk->memory, part, part->lost_until);
		return 0;
	}
	return fw_part_leave(desk, part, FW_END_REJOIN_TIMEOUT);
}

/* --- media.set, stats.report ---------------------------------------------------------------------- */

/* Which mark a change of one track is for the recording; FW_MARK_COUNT: none. */
static void mark_change(struct fw_desk *desk, struct fw_part *part, enum fw_track track,
	enum fw_media_state before, enum fw_media_state after)
{
	static const enum fw_mark begin[] = {
		[FW_MEDIA_ON] = FW_MARK_COUNT,
		[FW_MEDIA_MUTED] = FW_MARK_MUTED,
		[FW_MEDIA_MISSING] = FW_MARK_CAMERA_LOST,
		[FW_MEDIA_LOST_DEVICE] = FW_MARK_CAMERA_LOST,
	};
	static const enum fw_mark end[] = {
		[FW_MEDIA_ON] = FW_MARK_COUNT,
		[FW_MEDIA_MUTED] = FW_MARK_UNMUTED,
		[FW_MEDIA_MISSING] = FW_MARK_CAMERA_BACK,
		[FW_MEDIA_LOST_DEVICE] = FW_MARK_CAMERA_BACK,
	};

	if (begin[before] == begin[after]) {
		return;
	}
	if (end[before] != FW_MARK_COUNT) {
		fw_recording_mark(desk, part->call, part->participant, track, end[before]);
	}
	if (begin[after] != FW_MARK_COUNT) {
		fw_recording_mark(desk, part->call, part->participant, track, begin[after]);
	}
}

void fw_part_mark_media(struct fw_desk *desk, struct fw_part *part)
{
	for (int i = 0; i < FW_TRACK_COUNT; i++) {
		mark_change(desk, part, (enum fw_track)i, FW_MEDIA_ON,
			(enum fw_media_state)part->media[i]);
	}
}

static int set_tracks(
	struct fw_desk *desk, struct fw_part *part, const struct fw_client_message *message)
{
	for (int i = 0; i < FW_TRACK_COUNT; i++) {
		enum fw_media_state before = (enum fw_media_state)part->media[i];
		int after = fw_client_message_choice(message, fw_tracks[i]);
		g_autofree char *text = NULL;
		int r;

		if ((int)before == after) {
			continue;
		}
		part->media[i] = (uint8_t)after;
		mark_change(desk, part, (enum fw_track)i, before, (enum fw_media_state)after);
		text = g_strdup_printf("%s %s", fw_tracks[i], fw_media_states[after]);
		r = fw_marker(desk, part->call, "media", part->participant, (enum fw_track)i, text);
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

static void set_label(
	char label[FW_LABEL_SIZE], const struct fw_client_message *message, const char *field)
{
	const char *text = fw_client_message_text(message, field);

	if (text) {
		g_strlcpy(label, text, FW_LABEL_SIZE);
	}
}

int fw_part_media_method(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_answer *answer)
{
	struct fw_part *part;
	int r = fw_part_find(desk, client, message, &part);

	(void)answer;
	if (r != 0) {
		return r;
	}
	fw_memory_touch(desk->memory, part);
	r = set_tracks(desk, part, message);
	if (r < 0) {
		return r;
	}
	set_label(part->face_label, message, "face_label");
	set_label(part->document_label, message, "document_label");
	r = fw_db_run(desk->setup.db,
		"UPDATE call_part SET audio = ?1, face = ?2, document = ?3, face_label = ?4,"
		" document_label = ?5 WHERE call = ?6 AND participant = ?7",
		FW_DB_VALUES(fw_db_text(fw_media_states[part->media[FW_TRACK_AUDIO]]),
			fw_db_text(fw_media_states[part->media[FW_TRACK_FACE]]),
			fw_db_text(fw_media_states[part->media[FW_TRACK_DOCUMENT]]),
			fw_db_text(part->face_label[0] ? part->face_label : NULL),
			fw_db_text(part->document_label[0] ? part->document_label : NULL),
			fw_db_text(part->call->id), fw_db_int(part->participant)),
		NULL);
	return r < 0 ? r : fw_call_tell_part(desk, part);
}

int fw_part_stats_method(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_answer *answer)
{
	g_autofree char *report = NULL;
	struct fw_part *part;
	int r = fw_part_find(desk, client, message, &part);

	(void)answer;
	if (r != 0) {
		return r;
	}
	if (part->call->state != FW_CALL_ANSWERED || part->state != FW_PART_IN) {
		return FW_CODE_WRONG_STATE;
	}
	if (part->stats && desk->now - part->stats < FW_STATS_US) {
		return FW_CODE_TOO_MANY;
	}
	fw_memory_touch(desk->memory, part);
	part->stats = desk->now;
	report = fw_client_message_stats(message);
	return fw_db_run(desk->setup.db,
		"INSERT INTO call_stats (call, participant, at_us, report) VALUES (?1, ?2, ?3, ?4)"
		" ON CONFLICT (call, participant, at_us) DO NOTHING",
		FW_DB_VALUES(fw_db_text(part->call->id), fw_db_int(part->participant),
			fw_db_int(desk->now_us), fw_db_text(report)),
		NULL);
}
