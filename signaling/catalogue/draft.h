/* SPDX-License-Identifier: Apache-2.0 */
/* The one draft of an item, and what an editor's document is held against.
 *
 * Owner: the caller's memory; clear what load filled. Threads: the connection's. Errors: negative errno of the
 * database; load: 0 also when there is none (revision 0).
 */
#ifndef FW_SIGNALING_CATALOGUE_DRAFT_H
#define FW_SIGNALING_CATALOGUE_DRAFT_H

#include "base/cleanup.h"
#include "signaling/catalogue/document.h"

struct fw_db;

struct fw_draft {
	int64_t revision, base_version, edited_us; /* revision 0: there is none */
	char *edited_by; /* account */
	json_t *document; /* normal; NULL: there is none */
};

int fw_draft_load(struct fw_db *db, const char *item, struct fw_draft *ret_draft);
void fw_draft_clear(struct fw_draft *draft);
static inline void fw_draft_clear_at(struct fw_draft *draft)
{
	fw_draft_clear(draft);
}

/* The newest version: its number and whether it is current; 0: none yet. */
int fw_item_newest(struct fw_db *db, const char *item, int64_t *ret_version, bool *ret_current);

/* fw_item_check() against the areas and pictures of the database. */
int fw_draft_check(struct fw_db *db, const json_t *document, fw_item_fault_fn *fault, void *user);

#endif
