/* SPDX-License-Identifier: Apache-2.0 */
/* What was said and decided of a ledger row or an escalation: an entry, its words apart and sealed under the key of
 * the row's month, and the deed that holds everything but the words, and the digest of their sealed bytes.
 *
 * Threads: the desk's. Errors: errno of the database.
 */
#ifndef FW_SIGNALING_LEDGER_ENTRIES_H
#define FW_SIGNALING_LEDGER_ENTRIES_H

#include "signaling/desk/json_write.h"
#include "signaling/desk/state.h"

struct fw_ledger_entry {
	const char *subject; /* "ledger", "escalation" */
	int64_t id, number;
	int64_t month; /* YYYYMM, of the row: of its texts' key */
	const char *kind;
	const struct fw_account *account; /* NULL: followed by itself */
	const char *window; /* whose statement; NULL: none */
	const char *reason; /* NULL: none */
	const char *text; /* NULL: none */
};

/* `detail`: an open JSON object with what else the deed `SUBJECT.KIND` holds; closed and freed here. */
int fw_ledger_entry_add(
	struct fw_desk *desk, const struct fw_ledger_entry *entry, struct fw_json *detail);

#endif
