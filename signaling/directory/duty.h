/* SPDX-License-Identifier: Apache-2.0 */
/* Who answers for calls: the duty roster of a hall and day (schema/0006_calendar.sql).
 *
 * Rosters are kept in memory once read, one day per hall. Whoever writes a row of the table duty calls
 * fw_duty_changed() in the same batch.
 *
 * Owner of struct fw_duty: the desk; destroyed after its memory, never asked after its catalogue. Threads: the desk's.
 * Errors: negative errno of the database.
 */
#ifndef FW_SIGNALING_DIRECTORY_DUTY_H
#define FW_SIGNALING_DIRECTORY_DUTY_H

#include <stdint.h>

struct fw_desk;
struct fw_duty;
struct fw_hall;
struct fw_window;

struct fw_duty *fw_duty_create(void);
void fw_duty_destroy(struct fw_duty *duty);

/* 1: on duty at that time, 0: not. With a roster for the day: in its spans. Without one: every home window
 * of the hall in office hours. */
int fw_duty_on(struct fw_desk *desk, const struct fw_window *window, int64_t at_us);

/* When somebody's duty in that hall may begin or end next; at the latest the day's end. */
int fw_duty_next_change_us(
	struct fw_desk *desk, const struct fw_hall *hall, int64_t at_us, int64_t *ret_next_us);

/* A roster was changed, in this batch: all are read again, and callers told. A batch that fails leaves them as they were. */
void fw_duty_changed(struct fw_desk *desk);

#endif
