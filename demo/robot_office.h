/* SPDX-License-Identifier: Apache-2.0 */
/* What the robot does at its window: takes it, rings, answers, sends its pictures, answers chat,
 * and goes on after any interruption.
 *
 * Owner: main.  Threads: the default main context's.  Errors: logged, and tried again.
 */
#ifndef FW_DEMO_ROBOT_OFFICE_H
#define FW_DEMO_ROBOT_OFFICE_H

#include "demo/robot_link.h"

struct fw_robot_office;

struct fw_robot_office_options {
	struct fw_robot_link_options link;
	const char *window;
	unsigned ring_ms; /* answers after ringing so long */
};

/* options are borrowed for the office's life. */
struct fw_robot_office *fw_robot_office_new(const struct fw_robot_office_options *options);
void fw_robot_office_free(struct fw_robot_office *office);

#endif
