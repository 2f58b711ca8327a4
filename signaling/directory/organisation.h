/* SPDX-License-Identifier: Apache-2.0 */
/* The organisation changed by its administrators (docs/PROTOCOL-OFFICE.md 1): create, change, close, reopen, reset a
 * password. A change is written and taken over by the catalogue in the same batch.
 *
 * Threads: the desk's. Errors: operations 0, a code of codes.h (refused), negative errno (the batch fails).
 */
#ifndef FW_SIGNALING_DIRECTORY_ORGANISATION_H
#define FW_SIGNALING_DIRECTORY_ORGANISATION_H

#include "signaling/desk/access.h"
#include "signaling/desk/http.h"
#include "signaling/directory/check.h"

/* Writes one checked object and takes it over. password: of a new account, else NULL. */
int fw_kept_apply(struct fw_desk *desk, const struct fw_kept *kept, const char *password);
/* Once per batch that changed halls or their hours, holidays or closures. */
int fw_calendar_reload(struct fw_desk *desk);

#endif
