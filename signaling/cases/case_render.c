/* SPDX-License-Identifier: Apache-2.0 */
/* A case as a page shows it: numbers and phones masked, everything else in full to who may read it. Each look is a
 * deed; numbers in full are an operation, and a deed, of their own. */
#include "base/db.h"
#include "signaling/cases/case_choices.h"
#include "signaling/cases/case_page.h"
#include "signaling/cases/case_row.h"
#include "signaling/cases/case_secret.h"
#include "signaling/cases/cases.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"

#include <errno.h>

/* --- the head ------------------------------------------------------------------------------------- */

/* A deadline that runs; one that is over is not shown as missed for ever. */
static int64_t running(const struct fw_case *c, enum fw_case_deadline deadline, int64_t by_us)
{
	return fw_case_deadline_runs(c->state, deadline) ? by_us : 0;
}

static void render_times(const struct fw_case_page *page)
{
	const struct fw_case *c = page->c;
	const struct {
		const char *key;
		int64_t time_us;
	} times[] = {
		{"opened_us", c->opened_us},
		{"sent_us", c->sent_us},
		{"accepted_us", c->accepted_us},
		{"refused_us", c->refused_us},
		{"supplement_us", c->supplement_us},
		{"told_us", c->told_us},
		{"decided_us", c->decided_us},
		{"issued_us", c->issued_us},
		{"changed_us", c->changed_us},
		{"answer_by_us", running(c, FW_CASE_BY_ANSWER, c->answer_by_us)},
		{"decide_by_us", running(c, FW_CASE_BY_DECISION, c->decide_by_us)},
		{"supplement_by_us", running(c, FW_CASE_BY_SUPPLEMENT, c->supplement_by_us)},
		{"post_by_us", c->posted_us ? 0 : running(c, FW_CASE_BY_POSTING, c->post_by_us)},
		{"posted_us", c->posted_us},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(times); i++) {
		fw_json_time(page->json, times[i].key, times[i].time_us);
	}
}

static void render_places(const struct fw_case_page *page)
{
	const struct fw_area *area = fw_catalogue_area(page->desk->catalogue, page->c->area);
	const struct fw_hall *hall =
		g_hash_table_lookup(page->desk->catalogue->halls, page->c->applicant_hall);

	fw_json_open(page->json, "area", '{');
	fw_json_text(page->json, "code", page->c->area);
	fw_json_text(page->json, "name", area ? area->name : NULL);
	fw_json_close(page->json, '}');
	fw_json_open(page->json, "applicant_hall", '{');
	fw_json_text(page->json, "id", page->c->applicant_hall);
	fw_json_text(page->json, "name", hall ? hall->name : NULL);
	fw_json_close(page->json, '}');
}

static int render_head(const struct fw_case_page *page)
{
	fw_cleanup(fw_db_done) struct fw_statement *row = NULL;
	const struct fw_case *c = page->c;
	int r = fw_db_query(page->desk->setup.db,
		"SELECT c.applicant, c.form, c.courier, c.project, c.tracking, i.name, i.form"
		" FROM service_case c JOIN item i ON i.id = c.item AND i.version = c.item_version"
		" WHERE c.id = ?1",
		FW_DB_VALUES(fw_db_text(c->id)), &row);

	if (r < 0 || (r = fw_db_step(row)) <= 0) {
		return r < 0 ? r : FW_CODE_NOT_FOUND;
	}
	fw_json_text(page->json, "id", c->id);
	fw_json_text(page->json, "serial", c->serial);
	fw_json_text(page->json, "state", fw_case_states[c->state]);
	fw_json_int(page->json, "revision", c->revision);
	fw_json_text(page->json, "origin", c->online ? "online" : "window");
	fw_json_bool(page->json, "drill", c->drill);
	fw_json_open(page->json, "item", '{');
	fw_json_text(page->json, "id", c->item);
	fw_json_text(page->json, "name", fw_db_column_text(row, 5));
	fw_json_int(page->json, "version", c->item_version);
	fw_json_close(page->json, '}');
	render_places(page);
	fw_case_page_account(page, "opened_by", c->applicant_account);
	fw_case_page_account(page, "handler", c->handler);
	fw_json_raw(page->json, "form_fields", fw_db_column_text(row, 6));
	fw_json_text(page->json, "project", fw_db_column_text(row, 3));
	fw_json_text(page->json, "tracking", fw_db_column_text(row, 4));
	fw_json_text(page->json, "result", c->result);
	fw_json_bool(page->json, "supplement_asked", c->supplement_asked);
	render_times(page);
	if ((r = fw_case_page_sealed(page, "applicant", "service_case", "applicant", row, 0, true)) <
			0 ||
		(r = fw_case_page_sealed(page, "form", "service_case", "form", row, 1, false)) < 0) {
		return r;
	}
	return fw_case_page_sealed(page, "courier", "service_case", "courier", row, 2, true);
}

/* --- the operations --------------------------------------------------------------------------------- */

int fw_case_get_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const struct fw_account *account = question->session->account;
	struct fw_case_secret secret;
	struct fw_case c;
	struct fw_json json;
	struct fw_case_page page = {desk, &c, &secret, &json};
	int r = fw_case_of(desk, question, &c);

	if (r != 0 || (r = fw_case_may_read(desk, account, &c)) != 0 ||
		(r = fw_case_secret_open(desk, c.id, false, &secret)) < 0) {
		return r == -ENOENT ? FW_CODE_NOT_FOUND : r;
	}
	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	if ((r = render_head(&page)) == 0 && (r = fw_case_page_papers(&page)) == 0 &&
		(r = fw_case_page_course(&page)) == 0) {
		r = fw_case_render_choices(page.desk, page.c, account, page.json);
	}
	fw_json_close(&json, '}');
	fw_case_secret_close(&secret);
	if (r == 0) {
		r = fw_deed(desk, account, account->window, "case.viewed", "case", c.id, NULL);
	}
	if (r != 0) {
		fw_json_clear(&json);
		return r;
	}
	fw_http_answer(desk, question->request, 200, fw_json_steal(&json), NULL);
	return 0;
}

int fw_case_unmask_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const struct fw_account *account = question->session->account;
	fw_cleanup(fw_db_done) struct fw_statement *row = NULL;
	struct fw_case_secret secret;
	struct fw_case c;
	struct fw_json json;
	struct fw_case_page page = {desk, &c, &secret, &json};
	int r = fw_case_of(desk, question, &c);

	if (r != 0) {
		return r;
	}
	if (!fw_case_may_unmask(desk, account->person, &c)) {
		return FW_CODE_FORBIDDEN;
	}
	r = fw_db_query(desk->setup.db, "SELECT applicant, courier FROM service_case WHERE id = ?1",
		FW_DB_VALUES(fw_db_text(c.id)), &row);
	if (r < 0 || (r = fw_db_step(row)) <= 0 ||
		(r = fw_case_secret_open(desk, c.id, false, &secret)) < 0) {
		return r == -ENOENT || r == 0 ? FW_CODE_NOT_FOUND : r;
	}
	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	if ((r = fw_case_page_sealed(
		     &page, "applicant", "service_case", "applicant", row, 0, false)) == 0) {
		r = fw_case_page_sealed(&page, "courier", "service_case", "courier", row, 1, false);
	}
	fw_json_close(&json, '}');
	fw_case_secret_close(&secret);
	if (r == 0) {
		r = fw_deed(desk, account, account->window, "case.unmasked", "case", c.id, NULL);
	}
	if (r != 0) {
		fw_json_clear(&json);
		return r;
	}
	fw_http_answer(desk, question->request, 200, fw_json_steal(&json), NULL);
	return 0;
}
