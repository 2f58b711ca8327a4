/* SPDX-License-Identifier: Apache-2.0 */
/* The course of a case: who did what, and what was given out. */
#include "signaling/cases/case_page.h"

#include "base/sealed.h"
#include "signaling/cases/identity_number.h"

static int render_step(const struct fw_case_page *page, struct fw_statement *row)
{
	int64_t number = fw_db_column_int(row, 0);

	fw_json_int(page->json, "number", number);
	fw_json_text(page->json, "action", fw_db_column_text(row, 1));
	fw_json_text(page->json, "state", fw_db_column_text(row, 2));
	fw_case_page_account(page, "account", fw_db_column_text(row, 3));
	fw_json_int(page->json, "at_us", fw_db_column_int(row, 4));
	return fw_case_page_note(page, "opinion", "case_step", "opinion", number, row, 5);
}

/* Of what was corrected the case shows no more than of what it is now: numbers are masked. */
static int render_correction(const struct fw_case_page *page, struct fw_statement *row)
{
	int64_t number = fw_db_column_int(row, 0);
	int r;

	fw_json_int(page->json, "number", number);
	fw_case_page_account(page, "account", fw_db_column_text(row, 3));
	fw_json_int(page->json, "at_us", fw_db_column_int(row, 4));
	r = fw_case_page_sealed_of(
		page, "before", "case_correction", "before", number, row, 1, true);
	return r < 0
		? r
		: fw_case_page_note(page, "reason", "case_correction", "reason", number, row, 2);
}

static int render_reader(const struct fw_case_page *page, struct fw_statement *row)
{
	fw_case_page_account(page, "account", fw_db_column_text(row, 0));
	fw_json_int(page->json, "copied_us", fw_db_column_int(row, 1));
	fw_json_time(page->json, "read_us", fw_db_column_int(row, 2));
	return 0;
}

static int render_notice(const struct fw_case_page *page, struct fw_statement *row)
{
	fw_json_text(page->json, "id", fw_db_column_text(row, 0));
	fw_json_text(page->json, "kind", fw_db_column_text(row, 1));
	fw_json_text(page->json, "number", fw_db_column_text(row, 2));
	fw_case_page_account(page, "account", fw_db_column_text(row, 3));
	fw_json_int(page->json, "made_us", fw_db_column_int(row, 4));
	return 0;
}

static int render_message(const struct fw_case_page *page, struct fw_statement *row)
{
	int64_t number = fw_db_column_int(row, 0);
	char *phone = NULL;
	g_autofree char *masked = NULL;
	int r = fw_case_unseal(page->secret, "case_message", "phone", number, row, 2, &phone);

	if (r < 0) {
		return r;
	}
	masked = fw_mask_phone(phone ? phone : "");
	fw_sealed_free(phone);
	fw_json_int(page->json, "number", number);
	fw_json_text(page->json, "recipient", fw_db_column_text(row, 1));
	fw_json_text(page->json, "phone", masked);
	fw_json_text(page->json, "state", fw_db_column_text(row, 4));
	fw_case_page_account(page, "account", fw_db_column_text(row, 5));
	fw_json_int(page->json, "at_us", fw_db_column_int(row, 6));
	return fw_case_page_note(page, "text", "case_message", "text", number, row, 3);
}

static int render_issue(const struct fw_case_page *page, struct fw_statement *row)
{
	int r;

	fw_json_text(page->json, "method", fw_db_column_text(row, 0));
	r = fw_case_page_sealed(page, "receiver", "case_issue", "receiver", row, 1, true);
	fw_json_text(page->json, "tracking", fw_db_column_text(row, 2));
	fw_case_page_account(page, "account", fw_db_column_text(row, 3));
	fw_json_int(page->json, "at_us", fw_db_column_int(row, 4));
	return r;
}

int fw_case_page_course(const struct fw_case_page *page)
{
	static const struct fw_case_page_list lists[] = {
		{"steps",
			"SELECT number, action, state, account, at_us, opinion FROM case_step"
			" WHERE service_case = ?1 ORDER BY number",
			render_step},
		{"corrections",
			"SELECT number, before, reason, account, at_us FROM case_correction"
			" WHERE service_case = ?1 ORDER BY number",
			render_correction},
		{"readers",
			"SELECT account, copied_us, read_us FROM case_reader WHERE service_case = "
			"?1"
			" ORDER BY copied_us, account",
			render_reader},
		{"notices",
			"SELECT id, kind, number, account, made_us FROM case_notice"
			" WHERE service_case = ?1 ORDER BY made_us, id",
			render_notice},
		{"messages",
			"SELECT m.number, m.recipient, m.phone, m.text, s.state, m.account, m.at_us"
			" FROM case_message m LEFT JOIN sms s ON s.key = m.sms_key"
			" WHERE m.service_case = ?1 ORDER BY m.number",
			render_message},
		{"issues",
			"SELECT method, receiver, tracking, account, at_us FROM case_issue"
			" WHERE service_case = ?1",
			render_issue},
	};

	return fw_case_page_lists(page, lists, G_N_ELEMENTS(lists));
}
