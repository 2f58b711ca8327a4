/* SPDX-License-Identifier: Apache-2.0 */
/* A CSV file of the organisation, checked and taken in (docs/PROTOCOL-OFFICE.md 1.4).
 *
 * 20,000 rows take longer than the desk may be held, so they are handled in slices, a few at every wake-up, between
 * which calls ring as ever. First all rows are checked; with a fault nothing is written. Then the file is stored
 * with a count of the rows applied, and each slice moves the count in its own transaction: a server that dies goes
 * on where it was. While an import runs other changes of the organisation are refused, so that what was checked
 * stays true. All or nothing, then, though not at one instant.
 *
 * Owner: the desk. Threads: the desk's. Errors: as organisation.h.
 */
#ifndef FW_SIGNALING_DIRECTORY_IMPORT_H
#define FW_SIGNALING_DIRECTORY_IMPORT_H

#include "signaling/desk/http.h"
#include "signaling/desk/access.h"

struct fw_import;

/* What a former run of the server did not finish. */
int fw_import_load(struct fw_desk *desk);
/* One slice. */
int fw_import_due(struct fw_desk *desk, struct fw_import *import);
/* At the desk's end. */
void fw_import_free(struct fw_import *import);

#endif
