/* SPDX-License-Identifier: Apache-2.0 */
/* The catalogue: areas, halls, windows, accounts and items as the database holds them when the desk
 * starts. It does not change while the desk lives; searching it is a reader's work (signaling/reads.h).
 *
 * Owner: the desk. Threads: the desk's. Errors: negative errno of the database; -EBADMSG a row refers to
 * something that is not there.
 */
#ifndef FW_SIGNALING_DESK_CATALOGUE_H
#define FW_SIGNALING_DESK_CATALOGUE_H

#include "base/cleanup.h"
#include "signaling/desk/permission.h"

#include <glib.h>
#include <stdbool.h>

struct fw_db;

struct fw_area {
	const char *code, *name;
	const struct fw_area *parent; /* NULL: the city */
	GPtrArray *windows; /* struct fw_place * */
};

struct fw_hall {
	const char *id, *name;
	const struct fw_area *area;
};

/* A window as a place; who sits there is struct fw_window (state.h). */
struct fw_place {
	const char *id, *name;
	const struct fw_hall *hall;
	bool applicant, home;
	const char *reserved_account; /* NULL: anybody of the role */
	unsigned number; /* index of the place, from 0 */
};

struct fw_person_role {
	enum fw_role role;
	const struct fw_area *area;
};

/* An account as a person; failures and sessions are struct fw_account (state.h). */
struct fw_person {
	const char *id, *name;
	GArray *roles; /* struct fw_person_role */
	bool closed;
};

struct fw_item {
	const char *id, *name;
	int64_t version;
	GHashTable *areas; /* codes served, a set */
	GHashTable *materials; /* numbers, a set */
};

struct fw_catalogue {
	GStringChunk *texts;
	GHashTable *areas, *halls, *places, *people, *items; /* by code or id */
	GPtrArray *place_list; /* by number */
};

int fw_catalogue_load(struct fw_db *db, struct fw_catalogue **ret_catalogue);
void fw_catalogue_destroy(struct fw_catalogue *catalogue);
FW_DEFINE_CLEANUP(struct fw_catalogue, fw_catalogue_destroy)

const struct fw_area *fw_catalogue_area(const struct fw_catalogue *catalogue, const char *code);
const struct fw_place *fw_catalogue_place(const struct fw_catalogue *catalogue, const char *id);
const struct fw_item *fw_catalogue_item(const struct fw_catalogue *catalogue, const char *id);
bool fw_item_serves(const struct fw_item *item, const char *area);

enum fw_relation fw_area_relation(const struct fw_area *own, const struct fw_area *object);
/* One of the person's roles gives the right in that area; object NULL: in the role's own area. */
bool fw_person_may(
	const struct fw_person *person, enum fw_right right, const struct fw_area *object);

/* May this person sit at this place: a clerk's role in the area of the hall or above it, and not a place
 * kept for somebody else. */
bool fw_person_may_take(const struct fw_person *person, const struct fw_place *place);

#endif
