/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include "signaling/desk/permission.h"

#include <string.h>

/* Every cell, spelled out a second time: own, below, elsewhere; one letter for yes, '-' for no.
 * Columns: applicant clerk, home clerk, expert, supervisor, auditor, administrator. */
static const struct {
	enum fw_right right;
	const char *cells[FW_ROLE_COUNT];
} expected[] = {
	{FW_RIGHT_TAKE_APPLICANT, {"ob-", "---", "---", "---", "---", "---"}},
	{FW_RIGHT_TAKE_HOME, {"---", "ob-", "ob-", "---", "---", "---"}},
	{FW_RIGHT_CALL_REQUEST, {"obe", "---", "---", "---", "---", "---"}},
	{FW_RIGHT_CALL_ANSWER, {"---", "ob-", "ob-", "---", "---", "---"}},
	{FW_RIGHT_CALL_TAKE_PART, {"obe", "obe", "obe", "---", "---", "---"}},
	{FW_RIGHT_DIRECTORY, {"obe", "obe", "obe", "obe", "obe", "obe"}},
	{FW_RIGHT_TODAY, {"obe", "obe", "obe", "---", "---", "---"}},
	{FW_RIGHT_CALLS_OWN, {"obe", "obe", "obe", "---", "---", "---"}},
	{FW_RIGHT_CALLS_AREA, {"---", "---", "---", "ob-", "ob-", "---"}},
	{FW_RIGHT_RECORDING, {"---", "---", "---", "---", "ob-", "---"}},
	{FW_RIGHT_RECORDING_RETRY, {"---", "---", "---", "---", "ob-", "ob-"}},
	{FW_RIGHT_AUDIT_LOG, {"---", "---", "---", "---", "ob-", "---"}},
	{FW_RIGHT_UPLOAD, {"ob-", "ob-", "ob-", "---", "---", "---"}},
	{FW_RIGHT_FIGURES, {"---", "---", "---", "ob-", "ob-", "---"}},
	{FW_RIGHT_ORGANISATION, {"---", "---", "---", "---", "---", "ob-"}},
	{FW_RIGHT_CALENDAR, {"---", "---", "---", "---", "---", "o--"}},
	{FW_RIGHT_ROSTER, {"---", "---", "---", "ob-", "---", "ob-"}},
	{FW_RIGHT_DRILL, {"---", "---", "---", "ob-", "---", "ob-"}},
	{FW_RIGHT_SMS, {"---", "---", "---", "ob-", "---", "ob-"}},
	{FW_RIGHT_LEDGER_OWN, {"ob-", "ob-", "ob-", "---", "---", "---"}},
	{FW_RIGHT_LEDGER, {"---", "---", "---", "ob-", "ob-", "---"}},
	{FW_RIGHT_LEDGER_JUDGE, {"---", "---", "---", "ob-", "---", "---"}},
	{FW_RIGHT_ESCALATION, {"---", "---", "---", "o--", "---", "---"}},
	{FW_RIGHT_CALL_MARK, {"---", "obe", "obe", "---", "---", "---"}},
	{FW_RIGHT_MIRROR, {"---", "---", "---", "ob-", "ob-", "---"}},
	{FW_RIGHT_CASE_OPEN, {"ob-", "---", "---", "---", "---", "---"}},
	{FW_RIGHT_CASE_HANDLE, {"---", "ob-", "ob-", "---", "---", "---"}},
	{FW_RIGHT_CASES_AREA, {"ob-", "ob-", "ob-", "ob-", "ob-", "---"}},
	{FW_RIGHT_CASE_UNMASK, {"ob-", "ob-", "ob-", "---", "ob-", "---"}},
	{FW_RIGHT_CASE_FIGURES, {"---", "---", "---", "ob-", "ob-", "---"}},
	{FW_RIGHT_ITEM_EDIT, {"---", "---", "---", "---", "---", "ob-"}},
	{FW_RIGHT_FAULT_REPORT, {"obe", "obe", "obe", "---", "---", "---"}},
	{FW_RIGHT_WALL, {"---", "---", "---", "ob-", "---", "ob-"}},
	{FW_RIGHT_FAULT_ANSWER, {"---", "---", "ob-", "---", "---", "ob-"}},
};

static void test_every_cell(void **state)
{
	(void)state;
	assert_int_equal(G_N_ELEMENTS(expected), FW_RIGHT_COUNT);
	for (int i = 0; i < FW_RIGHT_COUNT; i++) {
		for (int role = 0; role < FW_ROLE_COUNT; role++) {
			for (int relation = 0; relation < FW_RELATION_COUNT; relation++) {
				bool may = expected[i].cells[role][relation] != '-';

				assert_int_equal(
					fw_permission((enum fw_role)role,
						(enum fw_relation)relation, expected[i].right),
					may);
			}
		}
	}
}

static void test_role_names(void **state)
{
	enum fw_role role;

	(void)state;
	for (int i = 0; i < FW_ROLE_COUNT; i++) {
		assert_true(fw_role_from_name(fw_role_name((enum fw_role)i), &role));
		assert_int_equal(role, i);
	}
	assert_false(fw_role_from_name("king", &role));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_cell),
		cmocka_unit_test(test_role_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
