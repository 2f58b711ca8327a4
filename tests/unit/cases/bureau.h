/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An office of the tests with a clerk at a window, who opens cases, and the others who may look at them.
 *
 * Owner: bureau_set_up and bureau_tear_down, for cmocka. Threads: the test's. Errors: fail the test.
 */
#ifndef FW_TESTS_UNIT_CASES_BUREAU_H
#define FW_TESTS_UNIT_CASES_BUREAU_H

#include "tests/unit/desk/office.h"

#define PERSON "11010519491231002X"
#define APPLICANT \
	"{\"kind\":\"person\",\"name\":\"张三丰\",\"document\":\"id_card\",\"number\":\"" PERSON \
	"\",\"phone\":\"13812345678\",\"address\":\"某路一号\"}"
#define TICKED \
	"\"conditions\":[1,2,3,4],\"materials\":[" \
	"{\"number\":1,\"ticked\":true,\"medium\":\"paper\",\"copies\":1}," \
	"{\"number\":2,\"ticked\":true,\"medium\":\"electronic\",\"copies\":1}," \
	"{\"number\":3,\"ticked\":false,\"medium\":\"none\",\"copies\":0}]"

struct bureau {
	struct office *office;
	char *clerk, *home, *stranger, *auditor, *supervisor, *admin, *expert;
	uint64_t clerk_line, home_line;
	char *id; /* of the case opened last */
	int64_t revision;
};

int bureau_set_up(void **state);
int bureau_tear_down(void **state);
/* Opens a case as the clerk; more: further members of the body. */
void bureau_open(struct bureau *bureau, const char *more);
/* An operation on the case opened last; members: of the body. */
struct office_answer *bureau_ask(
	struct bureau *bureau, enum fw_operation operation, const char *token, const char *members);
/* "ok", or the code of the error. */
const char *bureau_code(const struct office_answer *answer);
/* An action with the present revision; the state that the case is in then, or the code of the error. */
const char *bureau_act(
	struct bureau *bureau, const char *token, const char *action, const char *more);
/* The case as this account sees it. Borrowed. */
const json_t *bureau_get(struct bureau *bureau, const char *token);
bool bureau_offers(const json_t *page, const char *action);
int64_t bureau_count(struct bureau *bureau, const char *sql);
/* How many cases a list has. */
int64_t bureau_rows(struct bureau *bureau, const char *token, const char *question);

#endif
