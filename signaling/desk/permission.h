/* SPDX-License-Identifier: Apache-2.0 */
/* Who may do what: one table of role x area relation x right, asked for every method and operation.
 *
 * The relation is that of the role's area to the area the object lies in; for an account with several
 * roles one that allows is enough. Being at the right window or in the call is not a permission but a
 * state, and is asked by the method itself.
 *
 * Threads: pure. Errors: none, the answer is no.
 */
#ifndef FW_SIGNALING_DESK_PERMISSION_H
#define FW_SIGNALING_DESK_PERMISSION_H

#include <stdbool.h>

enum fw_role {
	FW_ROLE_APPLICANT_CLERK,
	FW_ROLE_HOME_CLERK,
	FW_ROLE_DEPARTMENT_EXPERT,
	FW_ROLE_SUPERVISOR,
	FW_ROLE_AUDITOR,
	FW_ROLE_ADMINISTRATOR,
	FW_ROLE_COUNT
};

/* Of the object's area to the role's area. */
enum fw_relation {
	FW_RELATION_OWN, /* the same */
	FW_RELATION_BELOW, /* the object lies somewhere inside the role's area */
	FW_RELATION_ELSEWHERE,
	FW_RELATION_COUNT
};

enum fw_right {
	FW_RIGHT_TAKE_APPLICANT, /* sit at an applicant-location window */
	FW_RIGHT_TAKE_HOME, /* sit at a home-location window */
	FW_RIGHT_CALL_REQUEST,
	FW_RIGHT_CALL_ANSWER, /* answer, refuse, acknowledge the ring */
	FW_RIGHT_CALL_TAKE_PART, /* hang up, media, chat, negotiation: of the own call */
	FW_RIGHT_DIRECTORY, /* areas, windows, items, readiness */
	FW_RIGHT_TODAY,
	FW_RIGHT_CALLS_OWN, /* calls one took part in */
	FW_RIGHT_CALLS_AREA, /* calls of an area */
	FW_RIGHT_RECORDING, /* replay, download, verify */
	FW_RIGHT_RECORDING_RETRY, /* have its files made once more */
	FW_RIGHT_AUDIT_LOG,
	FW_RIGHT_ORGANISATION, /* areas, bodies, halls, windows, accounts: change them */
	FW_RIGHT_CALENDAR, /* holidays and make-up days, of the whole */
	FW_RIGHT_ROSTER, /* closures and duty of halls: see and set them */
	FW_RIGHT_DRILL, /* rehearsals of halls: see, begin and end them */
	FW_RIGHT_SMS, /* the outbox: see it, have a message sent again */
	FW_RIGHT_UPLOAD, /* file papers to a case of the area, either side of it */
	FW_RIGHT_LEDGER_OWN, /* unanswered calls of the own windows: see them, make a statement */
	FW_RIGHT_LEDGER, /* those of an area */
	FW_RIGHT_LEDGER_JUDGE, /* find at fault, excuse, take back */
	FW_RIGHT_ESCALATION, /* what is escalated to the area's body */
	FW_RIGHT_CALL_MARK, /* say that a call need not have been made: of the own call */
	FW_RIGHT_MIRROR, /* how often that was said */
	FW_RIGHT_CASE_OPEN, /* the applicant side of a case */
	FW_RIGHT_CASE_HANDLE, /* its home side */
	FW_RIGHT_CASES_AREA, /* see cases either side of which lies there */
	FW_RIGHT_CASE_UNMASK, /* see numbers of people in full */
	FW_RIGHT_CASE_FIGURES,
	FW_RIGHT_ITEM_EDIT, /* the catalogue of items */
	FW_RIGHT_FAULT_REPORT, /* a fault in a guide */
	FW_RIGHT_FAULT_ANSWER,
	FW_RIGHT_FIGURES, /* statistics of calls */
	FW_RIGHT_WALL, /* what goes on right now at windows of the area */
	FW_RIGHT_COUNT,
	FW_RIGHT_NONE =
		FW_RIGHT_COUNT, /* in the table of operations only, as the next: no other right */
	FW_RIGHT_ANYBODY /* no session is needed */
};

bool fw_permission(enum fw_role role, enum fw_relation relation, enum fw_right right);

const char *fw_role_name(enum fw_role role); /* as in PROTOCOL.md 1 */
bool fw_role_from_name(const char *name, enum fw_role *ret_role);

#endif
