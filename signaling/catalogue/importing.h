/* SPDX-License-Identifier: Apache-2.0 */
/* A file of items, checked and taken in as drafts (docs/PROTOCOL-CASES.md 8): each item that differs from its current
 * version becomes a draft, or none does.
 *
 * As directory/import.h (ADR 0012): slices, so that calls ring in between. First all items are checked; with a fault
 * nothing is written. Then the file is stored with a count of the items taken in, and each slice moves the count in
 * its own transaction: a server that dies goes on where it was. While it runs nobody else edits items, so that what
 * was checked stays true.
 *
 * Owner: the desk. Threads: the desk's. Errors: negative errno; the batch fails and the slice is done again.
 */
#ifndef FW_SIGNALING_CATALOGUE_IMPORTING_H
#define FW_SIGNALING_CATALOGUE_IMPORTING_H

#include "signaling/desk/state.h"

struct fw_item_import;

/* What a former run of the server did not finish. */
int fw_item_import_load(struct fw_desk *desk);
/* One slice. */
int fw_item_import_due(struct fw_desk *desk, struct fw_item_import *import);
/* At the desk's end. */
void fw_item_import_free(struct fw_item_import *import);

#endif
