/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/markers.h"

#include "base/db.h"

int fw_marker(struct fw_desk *desk, struct fw_call *call, const char *kind, unsigned participant,
	enum fw_track track, const char *text)
{
	fw_memory_touch(desk->memory, call);
	call->markers++;
	return fw_db_run(desk->setup.db,
		"INSERT INTO call_marker (call, number, at_us, kind, participant, track, text)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
		FW_DB_VALUES(fw_db_text(call->id), fw_db_int(call->markers), fw_db_int(desk->now_us),
			fw_db_text(kind), participant ? fw_db_int(participant) : fw_db_null(),
			fw_db_text(track < FW_TRACK_COUNT ? fw_tracks[track] : NULL),
			fw_db_text(text)),
		NULL);
}
