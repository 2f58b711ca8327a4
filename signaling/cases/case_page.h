/* SPDX-License-Identifier: Apache-2.0 */
/* A case being written as a page shows it: what every part of it is written with.
 *
 * Owner: the operation's (case_render.c); nothing is kept. Threads: the desk's. Errors: negative errno of the database
 * and of what does not open.
 */
#ifndef FW_SIGNALING_CASES_CASE_PAGE_H
#define FW_SIGNALING_CASES_CASE_PAGE_H

#include "base/db.h"
#include "signaling/cases/case_row.h"
#include "signaling/cases/case_secret.h"
#include "signaling/desk/json_write.h"

struct fw_case_page {
	struct fw_desk *desk;
	const struct fw_case *c;
	const struct fw_case_secret *secret;
	struct fw_json *json;
};

/* Rows of the case (?1), each an object of the list `key`. */
struct fw_case_page_list {
	const char *key, *sql;
	int (*one)(const struct fw_case_page *page, struct fw_statement *row);
};

/* id and name; null: there is none. */
void fw_case_page_account(const struct fw_case_page *page, const char *key, const char *id);
/* A sealed object of the row `number` of its table, masked or not; null when there is none. */
int fw_case_page_sealed_of(const struct fw_case_page *page, const char *key, const char *table,
	const char *column, int64_t number, struct fw_statement *row, int at, bool masked);
/* The same of the case's own row. */
int fw_case_page_sealed(const struct fw_case_page *page, const char *key, const char *table,
	const char *column, struct fw_statement *row, int at, bool masked);
/* A sealed text. */
int fw_case_page_note(const struct fw_case_page *page, const char *key, const char *table,
	const char *column, int64_t number, struct fw_statement *row, int at);
void fw_case_page_number(struct fw_json *json, const char *key, struct fw_statement *row, int at);
int fw_case_page_lists(
	const struct fw_case_page *page, const struct fw_case_page_list *lists, size_t count);

/* Conditions, materials, and what was found of them: verdicts, identity checks, files. */
int fw_case_page_papers(const struct fw_case_page *page);
/* What was done with it: steps, corrections, readers, notices, messages, issues. */
int fw_case_page_course(const struct fw_case_page *page);

#endif
