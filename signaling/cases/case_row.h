/* SPDX-License-Identifier: Apache-2.0 */
/* A case as its row says, without what is sealed; loaded for one question and saved in its transaction.
 *
 * Threads: the desk's. Errors: 0, a code of codes.h, negative errno of the database.
 */
#ifndef FW_SIGNALING_CASES_CASE_ROW_H
#define FW_SIGNALING_CASES_CASE_ROW_H

#include "signaling/cases/case_state.h"
#include "signaling/desk/access.h"
#include "signaling/desk/state.h"

#define FW_CASE_SERIAL_SIZE 33
#define FW_CASE_WORD_SIZE   129 /* ids of items, halls, areas and accounts; ours are shorter */

struct fw_case {
	char id[FW_ID_SIZE], serial[FW_CASE_SERIAL_SIZE];
	enum fw_case_state state;
	int64_t revision;
	bool online, drill, organisation;
	char item[FW_CASE_WORD_SIZE];
	int64_t item_version;
	char area[FW_CASE_WORD_SIZE], applicant_area[FW_CASE_WORD_SIZE];
	char applicant_hall[FW_CASE_WORD_SIZE], applicant_account[FW_CASE_WORD_SIZE];
	char handler[FW_CASE_WORD_SIZE]; /* empty: none */
	bool supplement_asked, faulty;
	const char *result; /* static word; NULL: not decided */
	/* Wall clock; 0: not yet, none. */
	int64_t opened_us, sent_us, accepted_us, refused_us, supplement_us, told_us, decided_us;
	int64_t issued_us, changed_us;
	int64_t answer_by_us, decide_by_us, supplement_by_us, post_by_us, posted_us;
};

/* By id; not_found. */
int fw_case_load(struct fw_desk *desk, const char *id, struct fw_case *ret_case);
/* The case of the parameter `case`. */
int fw_case_of(
	struct fw_desk *desk, const struct fw_http_question *question, struct fw_case *ret_case);

/* Writes what changed; the revision and changed_us move on. */
int fw_case_save(struct fw_desk *desk, struct fw_case *c);

/* The question's `revision` is that of the case; else `changed`, and the refusal says what was done since and
 * by whom. */
int fw_case_agrees(
	struct fw_desk *desk, const struct fw_http_question *question, const struct fw_case *c);

/* The next 申办流水号 of the area's day: area code, day, number. Never given twice. */
int fw_case_next_serial(
	struct fw_desk *desk, const char *area, char ret_serial[FW_CASE_SERIAL_SIZE]);

/* --- who may ------------------------------------------------------------------------------------ */

bool fw_case_is_side(const struct fw_desk *desk, const struct fw_person *person,
	const struct fw_case *c, enum fw_case_side side);
/* Read it: either side, its supervisors and auditors, whom it was copied to, who was in a call about it. */
int fw_case_may_read(
	struct fw_desk *desk, const struct fw_account *account, const struct fw_case *c);
bool fw_case_may_unmask(
	const struct fw_desk *desk, const struct fw_person *person, const struct fw_case *c);

/* --- what happened -------------------------------------------------------------------------------- */

/* A row of the time line (opinion sealed, may be NULL), a deed `case.ACTION`, an event to who looks at it. */
int fw_case_happened(struct fw_desk *desk, const struct fw_case *c,
	const struct fw_account *account, const char *action, const char *opinion);
/* The event alone. */
void fw_case_tell(
	struct fw_desk *desk, const struct fw_case *c, const char *action, int64_t material);

#endif
