/* SPDX-License-Identifier: Apache-2.0 */
/* The catalogue: areas, halls, windows, accounts and items as the database holds them, in memory for the desk's
 * decisions. Searching it is a reader's work (signaling/reads.h).
 *
 * It changes while the desk lives: whoever writes one of these rows then calls fw_catalogue_read() for it, in the
 * same batch; whoever publishes or withdraws items calls fw_catalogue_reload_items(). All of them are records of
 * memory.h, so a batch that fails leaves them as they were; an object keeps its address for the life of the desk,
 * closed or not. Closed places are in no area's lists, closed items are served nowhere.
 *
 * Owner: the desk; destroyed before its memory. Threads: the desk's. Errors: negative errno of the database;
 * -EBADMSG a row refers to something that is not there.
 */
#ifndef FW_SIGNALING_DESK_CATALOGUE_H
#define FW_SIGNALING_DESK_CATALOGUE_H

#include "base/cleanup.h"
#include "signaling/desk/memory.h"
#include "signaling/desk/permission.h"

#include <glib.h>
#include <stdbool.h>

struct fw_db;

struct fw_area {
	struct fw_record record;
	const char *code, *name;
	const struct fw_area *parent; /* NULL: the city */
	GPtrArray *windows; /* struct fw_place *, those not closed */
	/* struct fw_place *, those not closed of departments responsible here, in whichever hall they stand */
	GPtrArray *departments;
	bool closed;
};

/* A government body: the management of an area's halls, or a department. */
struct fw_body {
	struct fw_record record;
	const char *id, *name;
	const struct fw_area *area; /* responsible there */
	bool closed;
};

struct fw_hall {
	struct fw_record record;
	const char *id, *name;
	const struct fw_area *area;
	bool closed;
	/* 0: what the configuration says */
	unsigned ring_seconds, overflow_seconds, ring_group, patience_seconds;
};

/* A window as a place; who sits there is struct fw_window (state.h). */
struct fw_place {
	struct fw_record record;
	const char *id, *name;
	const struct fw_hall *hall;
	bool applicant, home, closed;
	const struct fw_body *department; /* whose window it is; NULL: the hall's */
	bool all_items; /* else those of `items` */
	GHashTable *items; /* ids, a set */
	const char *reserved_account; /* NULL: anybody of the role */
	unsigned number; /* index of the place, from 0 */
};

struct fw_person_role {
	enum fw_role role;
	const struct fw_area *area;
};

/* An account as a person; failures and sessions are struct fw_account (state.h). */
struct fw_person {
	struct fw_record record;
	const char *id, *name;
	GArray *roles; /* struct fw_person_role */
	bool closed;
	bool must_change_password; /* before anything else */
};

struct fw_item {
	struct fw_record record;
	const char *id, *name;
	int64_t version; /* the current one; of a closed item the last */
	bool closed; /* no version is current */
	GHashTable *areas; /* codes served, a set; of a closed item none */
	GHashTable *materials; /* numbers, a set */
};

struct fw_catalogue {
	struct fw_memory *memory; /* borrowed */
	GStringChunk *texts;
	GHashTable *areas, *bodies, *halls, *places, *people, *items; /* by code or id */
	GPtrArray *place_list; /* by number */
	uint64_t changes; /* objects taken over again, also in batches that failed */
};

int fw_catalogue_load(
	struct fw_db *db, struct fw_memory *memory, struct fw_catalogue **ret_catalogue);

enum fw_catalogue_kind {
	FW_CATALOGUE_AREA,
	FW_CATALOGUE_BODY,
	FW_CATALOGUE_HALL,
	FW_CATALOGUE_PLACE, /* with its items */
	FW_CATALOGUE_PERSON, /* with its roles */
	FW_CATALOGUE_ITEM, /* with its areas and materials */
	FW_CATALOGUE_KINDS
};

/* Takes over what the database now says of this one, new or changed. */
int fw_catalogue_read(struct fw_catalogue *catalogue, struct fw_db *db, enum fw_catalogue_kind kind,
	const char *id);
/* The same for all items at once, once per batch that changed `item`, `item_area` or `item_material`. */
int fw_catalogue_reload_items(struct fw_catalogue *catalogue, struct fw_db *db);
void fw_catalogue_destroy(struct fw_catalogue *catalogue);
FW_DEFINE_CLEANUP(struct fw_catalogue, fw_catalogue_destroy)

const struct fw_area *fw_catalogue_area(const struct fw_catalogue *catalogue, const char *code);
const struct fw_place *fw_catalogue_place(const struct fw_catalogue *catalogue, const char *id);
const struct fw_person *fw_catalogue_person(const struct fw_catalogue *catalogue, const char *id);
const struct fw_item *fw_catalogue_item(const struct fw_catalogue *catalogue, const char *id);
bool fw_place_serves(const struct fw_place *place, const struct fw_item *item);
/* Who decides on the item there: the nearest area, from this one upwards, of whose departments a home window serves
 * it. NULL: none does. */
const struct fw_area *fw_area_department(const struct fw_area *area, const struct fw_item *item);
bool fw_item_serves(const struct fw_item *item, const char *area);

enum fw_relation fw_area_relation(const struct fw_area *own, const struct fw_area *object);
/* One of the person's roles gives the right in that area; object NULL: in the role's own area. */
bool fw_person_may(
	const struct fw_person *person, enum fw_right right, const struct fw_area *object);

/* May this person sit at this place: a clerk's role in the area of the hall or above it, and not a place
 * kept for somebody else. */
bool fw_person_may_take(const struct fw_person *person, const struct fw_place *place);

#endif
