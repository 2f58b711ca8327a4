/* SPDX-License-Identifier: Apache-2.0 */
/* Notices: what a citizen is told on paper. The content is frozen, numbered and sealed here; a reader makes the sheet
 * of it when it is first asked for, and keeps it in the blob store under the case's key. */
#include "base/db.h"
#include "base/sealed.h"
#include "signaling/cases/case_blob.h"
#include "signaling/cases/case_row.h"
#include "signaling/cases/case_secret.h"
#include "signaling/cases/cases.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"
#include "signaling/directory/calendar.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct kind {
	const char *word, *title, *mark;
} kinds[] = {
	{"one_time", "一次性告知书", "告"},
	{"accepted", "受理通知书", "受"},
	{"refused", "不予受理通知书", "不受"},
	{"posting", "材料寄送清单", "寄"},
};

struct notice {
	struct fw_desk *desk;
	const struct fw_case *c;
	const struct fw_case_secret *secret;
	const struct kind *kind;
	json_t *rows, *lead, *tail;
};

static void say(json_t *lines, const char *text)
{
	json_array_append_new(lines, json_string(text));
}

static void add_row(struct notice *notice, const char *name, const char *text)
{
	json_array_append_new(notice->rows, json_pack("{s:s,s:s}", "name", name, "text", text));
}

static char *day_text(int64_t at_us)
{
	int day = fw_calendar_day(at_us);

	return g_strdup_printf("%d年%d月%d日", day / 10000, day / 100 % 100, day % 100);
}

/* --- what is missing ------------------------------------------------------------------------------ */

/* A material that nobody ruled on and that is not there. */
static void add_not_handed_in(GString *what, struct fw_statement *row)
{
	const char *necessity = fw_db_column_text(row, 8), *condition = fw_db_column_text(row, 10);
	int64_t days = fw_db_column_int(row, 9);

	if (strcmp(necessity, "conditional") == 0) {
		g_string_append_printf(what, "尚未提交，%s。",
			condition && condition[0] ? condition : "符合情形的需提交");
	} else if (strcmp(necessity, "tolerated") == 0 && days > 0) {
		g_string_append_printf(what,
			"尚未提交，可容缺受理，请在受理后%" G_GINT64_FORMAT "个工作日内补交。",
			days);
	} else if (strcmp(necessity, "tolerated") == 0) {
		g_string_append(what, "尚未提交，可容缺受理，请及时补交。");
	} else {
		g_string_append(what, "尚未提交。");
	}
}

static char *what_of(struct fw_statement *row, const char *demand, const char *note)
{
	const char *verdict = fw_db_column_text(row, 2), *point = fw_db_column_text(row, 3);
	GString *what = g_string_new(NULL);

	if (demand) {
		g_string_append_printf(what, "请补正：%s。", demand);
	}
	if (verdict && strcmp(verdict, "wanting") == 0) {
		g_string_append_printf(what, "不符合要求：%s%s%s。", point ? point : "",
			point && note ? "；" : "", note ? note : "");
	} else if (verdict && strcmp(verdict, "tolerated") == 0) {
		g_autofree char *day = day_text(fw_db_column_int(row, 5) - 1);

		g_string_append_printf(what, "容缺受理，请于%s前补交。", day);
	} else if (verdict && strcmp(verdict, "paper") == 0) {
		g_string_append(what, "需提交纸质材料，由窗口寄送。");
	} else if (!verdict && !demand) {
		add_not_handed_in(what, row);
	}
	return g_string_free(what, FALSE);
}

static int list_unmet(struct notice *notice)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(notice->desk->setup.db,
		"SELECT i.number, i.text FROM service_case c JOIN case_condition k"
		" ON k.service_case = c.id JOIN item_condition i ON i.item = c.item"
		"  AND i.version = c.item_version AND i.number = k.number"
		" WHERE c.id = ?1 AND k.met = 0 ORDER BY i.number",
		FW_DB_VALUES(fw_db_text(notice->c->id)), &rows);

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		g_autofree char *name =
			g_strdup_printf("办理条件%d", (int)fw_db_column_int(rows, 0));
		g_autofree char *what =
			g_strdup_printf("尚未确认符合：%s", fw_db_column_text(rows, 1));

		add_row(notice, name, what);
	}
	return r;
}

/* One row per material that is not in order: wanted, found wanting, tolerated, on paper, or not there. What only some
 * must hand in is said beside the rest, but is no reason for a notice: nobody may need it. */
static int list_missing(struct notice *notice, size_t *ret_sure)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(notice->desk->setup.db,
		"SELECT i.number, i.name, v.verdict, p.text, v.number, v.tolerated_until_us, "
		"m.demand,"
		" v.note, i.necessity, i.tolerance_days, i.condition_text FROM service_case c JOIN "
		"case_material m ON m.service_case = c.id"
		" JOIN item_material i ON i.item = c.item AND i.version = c.item_version"
		"  AND i.number = m.number LEFT JOIN case_verdict v ON v.service_case = c.id"
		"  AND v.material = m.number AND v.number = (SELECT MAX(l.number) FROM "
		"case_verdict l"
		"   WHERE l.service_case = c.id AND l.material = m.number)"
		" LEFT JOIN review_point p ON p.item = c.item AND p.version = c.item_version"
		"  AND p.material = m.number AND p.number = v.review_point"
		" WHERE c.id = ?1 AND (m.demand IS NOT NULL OR v.verdict IN ('wanting', "
		"'tolerated',"
		" 'paper') OR (v.verdict IS NULL AND m.ticked = 0))"
		" ORDER BY i.number",
		FW_DB_VALUES(fw_db_text(notice->c->id)), &rows);

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		char *demand = NULL, *note = NULL;
		g_autofree char *what = NULL, *name = NULL;

		if ((r = fw_case_unseal(notice->secret, "case_material", "demand",
			     fw_db_column_int(rows, 0), rows, 6, &demand)) == 0) {
			r = fw_case_unseal(notice->secret, "case_verdict", "note",
				fw_db_column_int(rows, 4), rows, 7, &note);
		}
		name = g_strdup_printf(
			"%d. %s", (int)fw_db_column_int(rows, 0), fw_db_column_text(rows, 1));
		what = what_of(rows, demand, note);
		add_row(notice, name, what);
		*ret_sure += demand || !fw_db_column_is_null(rows, 2) ||
			strcmp(fw_db_column_text(rows, 8), "conditional") != 0;
		fw_sealed_free(demand);
		fw_sealed_free(note);
	}
	return r;
}

/* Art. 20: by which ways the supplement may come. Online where the item is handled online. */
static int say_ways(struct notice *notice)
{
	const struct fw_case *c = notice->c;
	const struct fw_hall *hall =
		g_hash_table_lookup(notice->desk->catalogue->halls, c->applicant_hall);
	const char *place = hall ? hall->name : "受理窗口", *online;
	g_autofree char *desk_way =
		g_strdup_printf("补正方式一：带材料到%s，向窗口出示本告知书。", place);
	g_autofree char *post_way = g_strdup_printf(
		"补正方式二：邮寄到%s，请在邮件上注明申办流水号%s。", place, c->serial);
	fw_cleanup(fw_db_done) struct fw_statement *row = NULL;
	json_t *facts;
	int r = fw_db_query(notice->desk->setup.db,
		"SELECT facts FROM item WHERE id = ?1 AND version = ?2",
		FW_DB_VALUES(fw_db_text(c->item), fw_db_int(c->item_version)), &row);

	if (r < 0 || (r = fw_db_step(row)) <= 0) {
		return r < 0 ? r : FW_CODE_NOT_FOUND;
	}
	say(notice->tail, desk_way);
	say(notice->tail, post_way);
	facts = json_loads(fw_db_column_text(row, 0), JSON_REJECT_DUPLICATES, NULL);
	online = json_string_value(json_object_get(facts, "channels"));
	if (online && strstr(online, "网上")) {
		say(notice->tail, "补正方式三：网上补交，按申请时的网上办理渠道上传电子材料。");
	}
	json_decref(facts);
	return 0;
}

static int list_all_missing(struct notice *notice)
{
	size_t sure = 0;
	int r = list_unmet(notice);

	sure = json_array_size(notice->rows);
	if (r < 0 || (r = list_missing(notice, &sure)) < 0) {
		return r;
	}
	return sure > 0 ? say_ways(notice) : FW_CODE_WRONG_STATE;
}

static int list_posted(struct notice *notice)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(notice->desk->setup.db,
		"SELECT i.number, i.name, m.copies FROM service_case c JOIN case_material m"
		" ON m.service_case = c.id JOIN item_material i ON i.item = c.item"
		"  AND i.version = c.item_version AND i.number = m.number WHERE c.id = ?1"
		" AND (m.medium = 'paper' OR EXISTS (SELECT 1 FROM case_verdict v"
		"  WHERE v.service_case = c.id AND v.material = m.number AND v.verdict = 'paper'))"
		" ORDER BY i.number",
		FW_DB_VALUES(fw_db_text(notice->c->id)), &rows);

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		g_autofree char *name = g_strdup_printf(
			"%d. %s", (int)fw_db_column_int(rows, 0), fw_db_column_text(rows, 1));
		g_autofree char *copies =
			g_strdup_printf("%d份", MAX(1, (int)fw_db_column_int(rows, 2)));

		add_row(notice, name, copies);
	}
	return r < 0 ? r : json_array_size(notice->rows) > 0 ? 0 : FW_CODE_WRONG_STATE;
}

/* Why it was not accepted: the opinion of that step. */
static int list_refusal(struct notice *notice)
{
	fw_cleanup(fw_db_done) struct fw_statement *row = NULL;
	char *opinion = NULL;
	int r = fw_db_query(notice->desk->setup.db,
		"SELECT number, opinion FROM case_step WHERE service_case = ?1 AND action = "
		"'refuse'"
		" ORDER BY number DESC LIMIT 1",
		FW_DB_VALUES(fw_db_text(notice->c->id)), &row);

	if (r < 0 || (r = fw_db_step(row)) <= 0) {
		return r < 0 ? r : FW_CODE_WRONG_STATE;
	}
	r = fw_case_unseal(
		notice->secret, "case_step", "opinion", fw_db_column_int(row, 0), row, 1, &opinion);
	if (r == 0) {
		add_row(notice, "不予受理的理由", opinion ? opinion : "");
	}
	fw_sealed_free(opinion);
	return r;
}

/* --- the sheet's words ---------------------------------------------------------------------------- */

static int write_body(struct notice *notice)
{
	const struct fw_case *c = notice->c;

	if (notice->kind == &kinds[0]) {
		say(notice->lead,
			"您申请办理的上述事项，经审查，申请材料不齐全或者不符合法定形式。"
			"现将需要补正的全部内容一次性告知如下：");
		if (c->supplement_by_us) {
			g_autofree char *day = day_text(c->supplement_by_us - 1);
			g_autofree char *until = g_strdup_printf("请于%s前补齐。", day);

			say(notice->tail, until);
		}
		return list_all_missing(notice);
	}
	if (notice->kind == &kinds[1]) {
		g_autofree char *day = c->accepted_us ? day_text(c->accepted_us) : NULL;

		if (!day) {
			return FW_CODE_WRONG_STATE;
		}
		say(notice->lead, "您提交的申请材料齐全、符合法定形式，现予受理。");
		add_row(notice, "受理日期", day);
		return 0;
	}
	if (notice->kind == &kinds[2]) {
		say(notice->lead, "您的申请依法不予受理。");
		return list_refusal(notice);
	}
	say(notice->lead, "随件寄送的纸质材料如下：");
	return list_posted(notice);
}

static int read_names(struct notice *notice, char **ret_item, char **ret_applicant)
{
	fw_cleanup(fw_db_done) struct fw_statement *row = NULL;
	char *sealed = NULL;
	json_t *applicant;
	const char *name;
	int r = fw_db_query(notice->desk->setup.db,
		"SELECT i.name, c.applicant FROM service_case c JOIN item i ON i.id = c.item"
		" AND i.version = c.item_version WHERE c.id = ?1",
		FW_DB_VALUES(fw_db_text(notice->c->id)), &row);

	if (r < 0 || (r = fw_db_step(row)) <= 0) {
		return r < 0 ? r : FW_CODE_NOT_FOUND;
	}
	r = fw_case_unseal(notice->secret, "service_case", "applicant", 0, row, 1, &sealed);
	if (r < 0) {
		return r;
	}
	applicant = sealed ? json_loads(sealed, 0, NULL) : NULL;
	name = json_string_value(json_object_get(applicant, "name"));
	*ret_item = g_strdup(fw_db_column_text(row, 0));
	*ret_applicant = g_strdup_printf("%s：", name ? name : "申请人");
	json_decref(applicant);
	fw_sealed_free(sealed);
	return 0;
}

static char *compose(
	struct notice *notice, const char *number, const char *item, const char *applicant)
{
	const struct fw_hall *hall =
		g_hash_table_lookup(notice->desk->catalogue->halls, notice->c->applicant_hall);
	g_autofree char *day = day_text(notice->desk->now_us);
	g_autofree char *about = g_strdup_printf("事项：%s", item);
	g_autofree char *serial = g_strdup_printf("申办流水号：%s", notice->c->serial);
	g_autofree char *code = g_strdup_printf("%s %s", notice->c->serial, number);
	json_t *lead = json_pack("[s,s]", about, serial), *content;
	char *text, *copy;

	json_array_extend(lead, notice->lead);
	content = json_pack("{s:s,s:s,s:s,s:o,s:O,s:O,s:[s,s],s:s}", "title", notice->kind->title,
		"number", number, "to", applicant, "lead", lead, "rows", notice->rows, "tail",
		notice->tail, "sign", hall ? hall->name : "", day, "code", code);
	text = json_dumps(content, JSON_COMPACT);
	copy = g_strdup(text);
	free(text);
	json_decref(content);
	return copy;
}

/* --- the operations --------------------------------------------------------------------------------- */

static int next_number(const struct notice *notice, char **ret_number)
{
	int year = fw_calendar_day(notice->desk->now_us) / 10000;
	g_autofree char *prefix =
		g_strdup_printf("%s%s%d", notice->c->applicant_area, notice->kind->mark, year);
	int64_t number;
	int r = fw_db_query_int(notice->desk->setup.db,
		"INSERT INTO case_serial (prefix, next) VALUES (?1, 2)"
		" ON CONFLICT (prefix) DO UPDATE SET next = case_serial.next + 1"
		" RETURNING next - 1",
		FW_DB_VALUES(fw_db_text(prefix)), &number);

	if (r == 0) {
		*ret_number = g_strdup_printf("%s%s〔%d〕%05" G_GINT64_FORMAT "号",
			notice->c->applicant_area, notice->kind->mark, year, number);
	}
	return r;
}

static int store(struct notice *notice, const struct fw_account *account, const char *number,
	const char *content, char ret_id[FW_ID_SIZE])
{
	struct fw_desk *desk = notice->desk;
	uint8_t random[FW_ID_RANDOM_BYTES];
	struct fw_case_sealed sealed;
	int r;

	desk->setup.random(desk->setup.random_user, random, sizeof(random));
	fw_id_make(desk->now_us, random, ret_id);
	/* Its own id is part of the sealed place: a content moved to another notice does not open. */
	r = fw_case_seal(desk, notice->secret, "case_notice", ret_id, 0, content, &sealed);
	if (r == 0) {
		r = fw_db_run(desk->setup.db,
			"INSERT INTO case_notice (id, service_case, kind, number, content, account,"
			" made_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
			FW_DB_VALUES(fw_db_text(ret_id), fw_db_text(notice->c->id),
				fw_db_text(notice->kind->word), fw_db_text(number),
				fw_case_sealed_value(&sealed), fw_db_text(account->person->id),
				fw_db_int(desk->now_us)),
			NULL);
	}
	fw_case_sealed_clear(&sealed);
	return r;
}

static int make(struct notice *notice, const struct fw_account *account, char ret_id[FW_ID_SIZE],
	char **ret_number)
{
	g_autofree char *item = NULL, *applicant = NULL, *content = NULL;
	int r = write_body(notice);

	if (r != 0 || (r = read_names(notice, &item, &applicant)) != 0 ||
		(r = next_number(notice, ret_number)) != 0) {
		return r;
	}
	content = compose(notice, *ret_number, item, applicant);
	r = store(notice, account, *ret_number, content, ret_id);
	fw_wipe(content, strlen(content));
	return r;
}

static const struct kind *kind_of(const struct fw_http_question *question)
{
	const char *word = json_string_value(json_object_get(question->params, "kind"));

	for (size_t i = 0; word && i < G_N_ELEMENTS(kinds); i++) {
		if (strcmp(kinds[i].word, word) == 0) {
			return &kinds[i];
		}
	}
	return NULL;
}

int fw_case_notice_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const struct fw_account *account = question->session->account;
	struct fw_case_secret secret;
	struct fw_case c;
	struct notice notice = {desk, &c, &secret, kind_of(question), NULL, NULL, NULL};
	g_autofree char *number = NULL;
	char id[FW_ID_SIZE];
	int r = fw_case_of(desk, question, &c);

	if (r != 0) {
		return r;
	}
	if (!fw_case_is_side(desk, account->person, &c, FW_CASE_EITHER)) {
		return FW_CODE_FORBIDDEN;
	}
	if (!notice.kind) {
		return FW_CODE_MALFORMED;
	}
	r = fw_case_secret_open(desk, c.id, false, &secret);
	if (r < 0) {
		return r == -ENOENT ? FW_CODE_NOT_FOUND : r;
	}
	notice.rows = json_array();
	notice.lead = json_array();
	notice.tail = json_array();
	r = make(&notice, account, id, &number);
	json_decref(notice.rows);
	json_decref(notice.lead);
	json_decref(notice.tail);
	fw_case_secret_close(&secret);
	if (r == 0) {
		r = fw_case_happened(desk, &c, account, "notice", NULL);
	}
	if (r == 0) {
		struct fw_json json;

		fw_json_init(&json);
		fw_json_open(&json, NULL, '{');
		fw_json_text(&json, "notice", id);
		fw_json_text(&json, "number", number);
		fw_json_close(&json, '}');
		fw_http_answer(desk, question->request, 201, fw_json_steal(&json), NULL);
	}
	return r;
}

/* Its content, opened, goes to the reader with the question: only it makes sheets. */
int fw_case_notice_sheet_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const struct fw_account *account = question->session->account;
	const char *id = json_string_value(json_object_get(question->params, "notice"));
	fw_cleanup(fw_db_done) struct fw_statement *row = NULL;
	struct fw_case_secret secret;
	struct fw_case c;
	char *paper = NULL;
	int r = fw_case_of(desk, question, &c);

	if (r != 0 || (r = fw_case_may_read(desk, account, &c)) != 0) {
		return r;
	}
	r = fw_db_query(desk->setup.db,
		"SELECT content FROM case_notice WHERE id = ?1 AND service_case = ?2",
		FW_DB_VALUES(fw_db_text(id), fw_db_text(c.id)), &row);
	if (r < 0 || (r = fw_db_step(row)) <= 0) {
		return r < 0 ? r : FW_CODE_NOT_FOUND;
	}
	if ((r = fw_case_secret_open(desk, c.id, false, &secret)) < 0) {
		return r == -ENOENT ? FW_CODE_NOT_FOUND : r;
	}
	r = fw_case_unseal(&secret, "case_notice", id, 0, row, 0, &paper);
	fw_case_secret_close(&secret);
	if (r == 0) {
		r = fw_deed(
			desk, account, account->window, "case.notice_viewed", "case", c.id, NULL);
	}
	if (r != 0) {
		fw_sealed_free(paper);
		return r;
	}
	fw_case_blob_answer(desk, question, &c, id, "application/pdf", paper);
	return 0;
}
