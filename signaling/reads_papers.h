/* SPDX-License-Identifier: Apache-2.0 */
/* The search in what is printed on the papers of cases. The words lie sealed, a blob to a page, so they are opened one
 * by one, of the newest cases that were asked for and that the account may read; how many is bounded and told.
 *
 * Owner: the caller. Threads: the connection's. Errors: as base/db.h and the keystore; a page whose words are damaged
 * or gone is passed over.
 */
#ifndef FW_SIGNALING_READS_PAPERS_H
#define FW_SIGNALING_READS_PAPERS_H

#include "signaling/reads_query.h"

#define FW_PAPERS_LOOKED_AT 3000 /* pages, PROTOCOL-CASES.md 4 */
#define FW_PAPERS_FOUND     200 /* cases */

struct fw_papers_found {
	GPtrArray *cases; /* ids, owned */
	bool cut; /* there are more pages, or more cases, than were looked at */
	int64_t unread; /* pages that were not looked at, since nobody has read them yet */
};

void fw_papers_found_clear(struct fw_papers_found *found);

/* Tables to be joined to service_case c for what was read, and for what was not; and the condition that the account may read it. */
extern const char fw_papers_tables[], fw_papers_unread_tables[];
void fw_papers_add_readable(struct fw_read_query *query, const struct fw_read_question *question);
/* Only the cases found. */
void fw_papers_add_found(struct fw_read_query *query, const struct fw_papers_found *found);

/* query: of id and w.words, FW_PAPERS_LOOKED_AT + 1 rows at most. */
int fw_papers_find(struct fw_db *db, const struct fw_read_question *question,
	struct fw_read_query *query, const char *words, struct fw_papers_found *ret_found);

#endif
