/* SPDX-License-Identifier: Apache-2.0 */
/* The demo office: one city, three counties, halls, ten windows, an account per role and more where a
 * story needs two people, and forty-four items, from
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

/* Load tests: `pairs` pairs of windows, with an account each, in a county and a hall of their own below the demo office's
 * city, serving one item of their own: nothing else lists under either. Pair n (from 1) is the applicant window and
 * account load-a-NNNN and the home window and account load-h-NNNN, each window reserved to its account, all with the
 * password FW_DEMO_LOAD_PASSWORD. What is there already stays: the count can grow from start to start.
 * -ENOENT: the database holds another office. */
#define FW_DEMO_LOAD_AREA     "441599"
#define FW_DEMO_LOAD_ITEM     "yali-ceshi"
#define FW_DEMO_LOAD_PASSWORD "demo-load"
int fw_demo_office_add_pairs(struct fw_db *db, unsigned pairs);

struct fw_demo_texts {
	const char *places, *items;
	const char *pictures; /* NULL: items name none */
};
/* fw_demo_office_fill() from other texts: for tests. */
int fw_demo_office_load(struct fw_db *db, const struct fw_demo_texts *texts, char **ret_error);

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
