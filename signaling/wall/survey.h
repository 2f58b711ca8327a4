/* SPDX-License-Identifier: Apache-2.0 */
/* One pass over the desk's live state for all who watch the wall: counts per hall, calls and queues in order, and what
 * needs a person now. What of it somebody may see is the wall's matter (wall.c).
 *
 * Owner: the caller; free with fw_survey_clear(). It borrows the desk's records and lasts within one batch.
 * Threads: the desk's. Errors: none.
 */
#ifndef FW_SIGNALING_WALL_SURVEY_H
#define FW_SIGNALING_WALL_SURVEY_H

#include "signaling/desk/state.h"

/* PROTOCOL-OFFICE.md, "The live wall" */
#define FW_WALL_RING_US       INT64_C(20000000) /* a call that is not answered by then needs a person */
#define FW_WALL_QUEUE_US      INT64_C(120000000)
#define FW_WALL_QUEUE_WAITING 5

/* In the order of the screen: what is worst first. */
enum fw_alarm_kind {
	FW_ALARM_SILENT, /* the window's last ring made no sound */
	FW_ALARM_RINGING, /* a call rings and nobody takes it */
	FW_ALARM_QUEUE,
	FW_ALARM_FLOOD, /* a window calls in vain so often that it has to wait (request.c) */
	FW_ALARM_MISSING, /* should be online and is not */
	FW_ALARM_OVERDUE, /* away for longer than it said */
	FW_ALARM_DEVICES, /* online without a device that a call needs */
	FW_ALARM_SMS, /* messages that failed, or of which nobody knows */
	FW_ALARM_DISK,
};
extern const char *const fw_alarm_kinds[];

struct fw_alarm {
	enum fw_alarm_kind kind;
	int64_t since_us; /* wall clock; 0: not told */
	const struct fw_area *area; /* where it is seen; NULL: by everybody */
	const struct fw_hall *hall; /* these three: NULL where it is not of one */
	const struct fw_window *window;
	const struct fw_call *call;
	unsigned count; /* calls that wait, or were made in vain; messages, devices */
};

struct fw_wall_queue {
	const struct fw_area *area;
	const struct fw_load *load;
	unsigned waiting;
	int64_t since_us; /* of who waits longest */
};

struct fw_survey {
	GArray *alarms; /* struct fw_alarm */
	GArray *queues; /* struct fw_wall_queue, longest first */
	GPtrArray *calls; /* const struct fw_call *, oldest first */
};

/* Brings the halls' rows up to date too. */
void fw_survey_take(struct fw_desk *desk, struct fw_survey *ret_survey);
void fw_survey_clear(struct fw_survey *survey);

#endif
