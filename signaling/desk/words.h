/* SPDX-License-Identifier: Apache-2.0 */
/* The words of the protocol and the enums they stand for: one spelling of each, for parsing, rendering
 * and the database. Each list is in the order of its enum and ends in NULL.
 *
 * Threads: constants. Errors: none.
 */
#ifndef FW_SIGNALING_DESK_WORDS_H
#define FW_SIGNALING_DESK_WORDS_H

enum fw_presence {
	FW_PRESENCE_READY,
	FW_PRESENCE_AWAY,
	FW_PRESENCE_BUSY,
	FW_PRESENCE_OFFLINE,
};
extern const char *const fw_presences[];
extern const char *const fw_presence_wishes[]; /* the first two */

#define FW_AWAY_CHARS 40 /* of what is said beside the reason */

enum fw_away_reason {
	FW_AWAY_COUNTER, /* serves a citizen without a call */
	FW_AWAY_BREAK,
	FW_AWAY_LUNCH,
	FW_AWAY_MEETING,
	FW_AWAY_OTHER, /* with words */
};
extern const char *const fw_away_reasons[];

enum fw_device {
	FW_DEVICE_FACE,
	FW_DEVICE_DOCUMENT,
	FW_DEVICE_MICROPHONE,
	FW_DEVICE_SPEAKER,
	FW_DEVICE_COUNT
};
extern const char *const fw_device_names[];

enum fw_device_state {
	FW_DEVICE_OK,
	FW_DEVICE_MISSING,
	FW_DEVICE_DENIED,
	FW_DEVICE_BUSY,
	FW_DEVICE_UNCHECKED,
};
extern const char *const fw_device_states[];

/* Order: call_state.c, which has the picture. */
enum fw_call_state {
	FW_CALL_REQUESTED,
	FW_CALL_RINGING,
	FW_CALL_ANSWERED,
	FW_CALL_ENDED, /* from here on final */
	FW_CALL_CANCELLED,
	FW_CALL_REFUSED,
	FW_CALL_UNANSWERED,
	FW_CALL_INTERRUPTED,
	FW_CALL_STATE_COUNT
};
extern const char *const fw_call_states[];

enum fw_part_state {
	FW_PART_RUNG,
	FW_PART_IN,
	FW_PART_REFUSED,
	FW_PART_WITHDRAWN,
	FW_PART_LEFT,
	FW_PART_STATE_COUNT
};
extern const char *const fw_part_states[];

enum fw_line { /* `connection` of a participant */
	FW_LINE_NONE,
	FW_LINE_CONNECTING,
	FW_LINE_UP,
	FW_LINE_LOST,
};
extern const char *const fw_lines[];

enum fw_media_state {
	FW_MEDIA_ON,
	FW_MEDIA_MUTED,
	FW_MEDIA_MISSING,
	FW_MEDIA_LOST_DEVICE,
};
extern const char *const fw_media_states[];
extern const char *const fw_tracks[]; /* enum fw_track */

enum fw_recording_state {
	FW_RECORDING_OFF,
	FW_RECORDING_ON,
	FW_RECORDING_FAILED,
};
extern const char *const fw_recording_states[];
extern const char *const fw_recording_reasons[]; /* enum fw_recorder_reason */

enum fw_end_reason {
	FW_END_HANGUP,
	FW_END_CANCELLED,
	FW_END_REFUSED,
	FW_END_UNANSWERED,
	FW_END_REJOIN_TIMEOUT,
	FW_END_SERVER_RESTART,
	FW_END_LEFT,
	FW_END_TRANSFERRED, /* of a participant, never of the call */
	FW_END_NOBODY_THERE,
	FW_END_REASON_COUNT
};
extern const char *const fw_end_reasons[];
extern const char *const fw_end_texts[]; /* for people */

enum fw_ring_stage {
	FW_RING_DELIVERED,
	FW_RING_DISPLAYED,
	FW_RING_TONE,
};
extern const char *const fw_ring_stages[];

enum fw_refuse_reason {
	FW_REFUSE_NOT_OUR_MATTER,
	FW_REFUSE_BUSY_WITH_CITIZEN,
	FW_REFUSE_OTHER,
};
extern const char *const fw_capture_answers[];
extern const char *const fw_refuse_reasons[];

/* Order: queue.h, which has the picture. */
enum fw_queue_state {
	FW_QUEUE_NONE, /* never waited */
	FW_QUEUE_WAITING,
	FW_QUEUE_RUNG,
	FW_QUEUE_TAKEN, /* from here on final */
	FW_QUEUE_LEFT,
	FW_QUEUE_OVER,
	FW_QUEUE_STATE_COUNT
};
extern const char *const fw_queue_states[];

/* Order: attempts.h, which has the picture. */
enum fw_attempt_state {
	FW_ATTEMPT_ABSENT,
	FW_ATTEMPT_RUNG,
	FW_ATTEMPT_DECLINED,
	FW_ATTEMPT_ANSWERED, /* from here on final: the outcomes */
	FW_ATTEMPT_REFUSED,
	FW_ATTEMPT_WITHDRAWN,
	FW_ATTEMPT_UNANSWERED,
	FW_ATTEMPT_STATE_COUNT
};
extern const char *const fw_attempt_states[];

enum fw_outcome {
	FW_OUTCOME_ANSWERED,
	FW_OUTCOME_REFUSED,
	FW_OUTCOME_WITHDRAWN,
	FW_OUTCOME_UNANSWERED,
};
extern const char *const fw_outcomes[];

enum fw_cause {
	FW_CAUSE_NONE,
	FW_CAUSE_NOT_SIGNED_IN,
	FW_CAUSE_CONNECTION_LOST,
	FW_CAUSE_NOT_DISPLAYED,
	FW_CAUSE_SILENT,
	FW_CAUSE_NOT_ANSWERED,
	FW_CAUSE_REFUSED,
	FW_CAUSE_AWAY,
};
extern const char *const fw_causes[]; /* NONE: NULL; NULL at the end, too */

enum fw_why_not { /* an attempt does not count */
	FW_WHY_NOT_NONE,
	FW_WHY_NOT_ANSWERED_ELSEWHERE,
	FW_WHY_NOT_BUSY,
	FW_WHY_NOT_QUEUE_LEFT,
	FW_WHY_NOT_CALLER_GAVE_UP,
	FW_WHY_NOT_CALLER_FAULT,
	FW_WHY_NOT_SERVER_FAULT,
	FW_WHY_NOT_DRILL,
	FW_WHY_NOT_OUT_OF_HOURS,
	FW_WHY_NOT_OFF_DUTY,
	FW_WHY_NOT_SILENT,
};
extern const char *const fw_why_nots[]; /* NONE: NULL */

/* Index of the word; -1: not one of them, or NULL. */
int fw_word_index(const char *const *words, const char *word);

#endif
