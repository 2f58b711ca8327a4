/* SPDX-License-Identifier: Apache-2.0 */
/* What every change of the catalogue does: who may, the row of the draft, the deed.
 *
 * Threads: the desk's. Errors: 0, a code of codes.h (refused), negative errno (the batch fails).
 */
#ifndef FW_SIGNALING_CATALOGUE_EDITING_H
#define FW_SIGNALING_CATALOGUE_EDITING_H

#include "signaling/catalogue/draft.h"
#include "signaling/catalogue/fault_list.h"
#include "signaling/desk/access.h"

/* May the person edit an item that serves these areas (NULL: none yet)? Areas that are not there do not count. */
bool fw_editing_may(const struct fw_desk *desk, const struct fw_person *person, const json_t *areas);
/* The same of the item as it is published and as it is being edited. */
int fw_editing_allowed(struct fw_desk *desk, const struct fw_person *person, const char *item,
	const struct fw_draft *draft);

/* Writes the draft's next revision of a normal document, with its deed. */
int fw_editing_store(struct fw_desk *desk, const struct fw_account *account, const json_t *document,
	const struct fw_draft *before, guint faults, int64_t *ret_revision);

#endif
