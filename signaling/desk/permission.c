/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/permission.h"

#include <string.h>

/* Bit of a relation. */
#define O (1u << FW_RELATION_OWN)
#define B (1u << FW_RELATION_BELOW)
#define E (1u << FW_RELATION_ELSEWHERE)

/*
 * Rows: right; columns: role; content: relations that allow.
 * A clerk asks for help in any area of the city, so requesting and looking things up reach everywhere.
 * Supervisors and auditors see calls either side of which lies in their area or below it; recordings
 * are for auditors alone.
 */
/* clang-format off */
static const unsigned char table[FW_RIGHT_COUNT][FW_ROLE_COUNT] = {
	/*                            applicant  home       expert     supervisor auditor    administrator */
	[FW_RIGHT_TAKE_APPLICANT] = {O | B,     0,         0,         0,         0,         0},
	[FW_RIGHT_TAKE_HOME] =      {0,         O | B,     O | B,     0,         0,         0},
	[FW_RIGHT_CALL_REQUEST] =   {O | B | E, 0,         0,         0,         0,         0},
	[FW_RIGHT_CALL_ANSWER] =    {0,         O | B,     O | B,     0,         0,         0},
	[FW_RIGHT_CALL_TAKE_PART] = {O | B | E, O | B | E, O | B | E, 0,         0,         0},
	[FW_RIGHT_DIRECTORY] =      {O | B | E, O | B | E, O | B | E, O | B | E, O | B | E, O | B | E},
	[FW_RIGHT_TODAY] =          {O | B | E, O | B | E, O | B | E, 0,         0,         0},
	[FW_RIGHT_CALLS_OWN] =      {O | B | E, O | B | E, O | B | E, 0,         0,         0},
	[FW_RIGHT_CALLS_AREA] =     {0,         0,         0,         O | B,     O | B,     0},
	[FW_RIGHT_RECORDING] =      {0,         0,         0,         0,         O | B,     0},
	[FW_RIGHT_RECORDING_RETRY] = {0,       0,         0,         0,         O | B,     O | B},
	[FW_RIGHT_AUDIT_LOG] =      {0,         0,         0,         0,         O | B,     0},
	[FW_RIGHT_UPLOAD] =         {O | B,     O | B,     O | B,     0,         0,         0},
	[FW_RIGHT_FIGURES] =        {0,         0,         0,         O | B,     O | B,     0},
	[FW_RIGHT_ORGANISATION] =   {0,         0,         0,         0,         0,         O | B},
	[FW_RIGHT_CALENDAR] =       {0,         0,         0,         0,         0,         O},
	[FW_RIGHT_ROSTER] =         {0,         0,         0,         O | B,     0,         O | B},
	[FW_RIGHT_DRILL] =          {0,         0,         0,         O | B,     0,         O | B},
	[FW_RIGHT_SMS] =            {0,         0,         0,         O | B,     0,         O | B},
	[FW_RIGHT_LEDGER_OWN] =     {O | B,     O | B,     O | B,     0,         0,         0},
	[FW_RIGHT_LEDGER] =         {0,         0,         0,         O | B,     O | B,     0},
	[FW_RIGHT_LEDGER_JUDGE] =   {0,         0,         0,         O | B,     0,         0},
	[FW_RIGHT_ESCALATION] =     {0,         0,         0,         O,         0,         0},
	[FW_RIGHT_CALL_MARK] =      {0,         O | B | E, O | B | E, 0,         0,         0},
	[FW_RIGHT_MIRROR] =         {0,         0,         0,         O | B,     O | B,     0},
	[FW_RIGHT_CASE_OPEN] =      {O | B,     0,         0,         0,         0,         0},
	[FW_RIGHT_CASE_HANDLE] =    {0,         O | B,     O | B,     0,         0,         0},
	[FW_RIGHT_CASES_AREA] =     {O | B,     O | B,     O | B,     O | B,     O | B,     0},
	[FW_RIGHT_CASE_UNMASK] =    {O | B,     O | B,     O | B,     0,         O | B,     0},
	[FW_RIGHT_CASE_FIGURES] =   {0,         0,         0,         O | B,     O | B,     0},
	[FW_RIGHT_ITEM_EDIT] =      {0,         0,         0,         0,         0,         O | B},
	[FW_RIGHT_FAULT_REPORT] =   {O | B | E, O | B | E, O | B | E, 0,         0,         0},
	[FW_RIGHT_WALL] =           {0,         0,         0,         O | B,     0,         O | B},
	[FW_RIGHT_FAULT_ANSWER] =   {0,         0,         O | B,     0,         0,         O | B},
};
/* clang-format on */

static const char *const role_names[FW_ROLE_COUNT] = {
	[FW_ROLE_APPLICANT_CLERK] = "applicant_clerk",
	[FW_ROLE_HOME_CLERK] = "home_clerk",
	[FW_ROLE_DEPARTMENT_EXPERT] = "department_expert",
	[FW_ROLE_SUPERVISOR] = "supervisor",
	[FW_ROLE_AUDITOR] = "auditor",
	[FW_ROLE_ADMINISTRATOR] = "administrator",
};

bool fw_permission(enum fw_role role, enum fw_relation relation, enum fw_right right)
{
	return (table[right][role] & (1u << relation)) != 0;
}

const char *fw_role_name(enum fw_role role)
{
	return role_names[role];
}

bool fw_role_from_name(const char *name, enum fw_role *ret_role)
{
	for (int i = 0; i < FW_ROLE_COUNT; i++) {
		if (strcmp(name, role_names[i]) == 0) {
			*ret_role = (enum fw_role)i;
			return true;
		}
	}
	return false;
}
