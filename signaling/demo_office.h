/* SPDX-License-Identifier: Apache-2.0 */
/* The demo office: one city, three counties, halls, eight windows, an account per role and twelve items, from
 * the JSON files of demo/office, which are part of the program. Everything but the sample item of the rules is marked as
 * demo data.
 *
 * Owner: none. Threads: the connection's; filling takes about a second (passwords are hashed).
 * Errors: -EBADMSG the data contradict themselves: *ret_error says where (g_free); errno of the database.
 */
#ifndef FW_SIGNALING_DEMO_OFFICE_H
#define FW_SIGNALING_DEMO_OFFICE_H

#include <jansson.h>
#include <stdbool.h>

struct fw_db;

struct fw_demo_account {
	const char *account, *password, *name;
	char *roles; /* "applicant_clerk 441521, ..." */
};

#define FW_DEMO_ROBOT "robot" /* account of the robot window */

/* Fills an empty database (no area yet) in one transaction; *ret_filled: it was empty. The schema must be applied. */
int fw_demo_office_fill(struct fw_db *db, bool *ret_filled, char **ret_error);

/* The same from other texts: for tests. */
int fw_demo_office_load(struct fw_db *db, const char *places, const char *items, char **ret_error);

/* What a first start prints. */
struct fw_demo_office {
	struct fw_demo_account *accounts;
	unsigned count;
	const char *robot_window;
	json_t *texts; /* owns them */
};
void fw_demo_office_describe(struct fw_demo_office *ret_office);
void fw_demo_office_clear(struct fw_demo_office *office);

#endif
