/* SPDX-License-Identifier: Apache-2.0 */
/* Who answers for calls: the duty roster of a hall and day (schema/0006_calendar.sql).
 *
 * Threads: the desk's. Errors: negative errno of the database.
 */
#ifndef FW_SIGNALING_DIRECTORY_DUTY_H
#define FW_SIGNALING_DIRECTORY_DUTY_H

#include <stdint.h>

struct fw_desk;
struct fw_window;

/* 1: on duty at that time, 0: not. With a roster for the day: in its spans. Without one: every home window
 * of the hall in office hours. */
int fw_duty_on(struct fw_desk *desk, const struct fw_window *window, int64_t at_us);

#endif
