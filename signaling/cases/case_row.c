/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/cases/case_row.h"

#include "base/db.h"
#include "signaling/cases/case_secret.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"
#include "signaling/directory/calendar.h"

#include <errno.h>
#include <string.h>

/* --- loading and saving --------------------------------------------------------------------------- */

static void copy(char *to, struct fw_statement *row, int column)
{
	const char *text = fw_db_column_text(row, column);

	g_strlcpy(to, text ? text : "", FW_CASE_WORD_SIZE);
}

static const char *result_word(const char *text)
{
	return !text ? NULL : strcmp(text, "granted") == 0 ? "granted" : "denied";
}

static void read_times(struct fw_case *c, struct fw_statement *row, int first)
{
	int64_t *times[] = {&c->opened_us, &c->sent_us, &c->accepted_us, &c->refused_us,
		&c->supplement_us, &c->told_us, &c->decided_us, &c->issued_us, &c->changed_us,
		&c->answer_by_us, &c->decide_by_us, &c->supplement_by_us, &c->post_by_us,
		&c->posted_us};

	for (size_t i = 0; i < G_N_ELEMENTS(times); i++) {
		*times[i] = fw_db_column_int(row, first + (int)i);
	}
}

static int read_row(struct fw_statement *row, struct fw_case *ret_case)
{
	struct fw_case c = {0};
	int state = fw_word_index(fw_case_states, fw_db_column_text(row, 2));

	if (state < 0) {
		return -EBADMSG;
	}
	g_strlcpy(c.id, fw_db_column_text(row, 0), sizeof(c.id));
	g_strlcpy(c.serial, fw_db_column_text(row, 1), sizeof(c.serial));
	c.state = (enum fw_case_state)state;
	c.revision = fw_db_column_int(row, 3);
	c.online = strcmp(fw_db_column_text(row, 4), "online") == 0;
	c.drill = fw_db_column_int(row, 5) != 0;
	copy(c.item, row, 6);
	c.item_version = fw_db_column_int(row, 7);
	copy(c.area, row, 8);
	copy(c.applicant_area, row, 9);
	copy(c.applicant_hall, row, 10);
	copy(c.applicant_account, row, 11);
	copy(c.handler, row, 12);
	c.organisation = strcmp(fw_db_column_text(row, 13), "person") != 0;
	c.supplement_asked = fw_db_column_int(row, 14) != 0;
	c.faulty = fw_db_column_int(row, 15) != 0;
	c.result = result_word(fw_db_column_text(row, 16));
	read_times(&c, row, 17);
	*ret_case = c;
	return 0;
}

int fw_case_load(struct fw_desk *desk, const char *id, struct fw_case *ret_case)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r;

	if (!fw_id_valid(id)) {
		return FW_CODE_NOT_FOUND;
	}
	r = fw_db_query(desk->setup.db,
		"SELECT id, serial, state, revision, origin, drill, item, item_version, area,"
		" applicant_area, applicant_hall, applicant_account, handler, applicant_kind,"
		" supplement_asked, faulty, result, opened_us, sent_us, accepted_us, refused_us,"
		" supplement_us, told_us, decided_us, issued_us, changed_us, answer_by_us,"
		" decide_by_us, supplement_by_us, post_by_us, posted_us"
		" FROM service_case WHERE id = ?1",
		FW_DB_VALUES(fw_db_text(id)), &rows);
	if (r < 0 || (r = fw_db_step(rows)) <= 0) {
		return r < 0 ? r : FW_CODE_NOT_FOUND;
	}
	return read_row(rows, ret_case);
}

int fw_case_of(
	struct fw_desk *desk, const struct fw_http_question *question, struct fw_case *ret_case)
{
	return fw_case_load(
		desk, json_string_value(json_object_get(question->params, "case")), ret_case);
}

static struct fw_db_value time_value(int64_t time_us)
{
	return time_us ? fw_db_int(time_us) : fw_db_null();
}

int fw_case_save(struct fw_desk *desk, struct fw_case *c)
{
	c->revision++;
	c->changed_us = desk->now_us;
	return fw_db_run(desk->setup.db,
		"UPDATE service_case SET state = ?2, revision = ?3, handler = ?4,"
		" supplement_asked = ?5, faulty = ?6, result = ?7, sent_us = ?8, accepted_us = ?9,"
		" refused_us = ?10, supplement_us = ?11, told_us = ?12, decided_us = ?13,"
		" issued_us = ?14, changed_us = ?15, answer_by_us = ?16, decide_by_us = ?17,"
		" supplement_by_us = ?18, post_by_us = ?19, posted_us = ?20 WHERE id = ?1",
		FW_DB_VALUES(fw_db_text(c->id), fw_db_text(fw_case_states[c->state]),
			fw_db_int(c->revision), fw_db_text(c->handler[0] ? c->handler : NULL),
			fw_db_int(c->supplement_asked), fw_db_int(c->faulty), fw_db_text(c->result),
			time_value(c->sent_us), time_value(c->accepted_us),
			time_value(c->refused_us), time_value(c->supplement_us),
			time_value(c->told_us), time_value(c->decided_us), time_value(c->issued_us),
			fw_db_int(c->changed_us), time_value(c->answer_by_us),
			time_value(c->decide_by_us), time_value(c->supplement_by_us),
			time_value(c->post_by_us), time_value(c->posted_us)),
		NULL);
}

static int render_since(
	struct fw_desk *desk, const struct fw_case *c, int64_t revision, struct fw_json *json)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(desk->setup.db,
		"SELECT s.action, s.account, a.name, s.at_us FROM case_step s JOIN account a"
		" ON a.id = s.account WHERE s.service_case = ?1 AND s.revision > ?2"
		" ORDER BY s.number DESC LIMIT 5",
		FW_DB_VALUES(fw_db_text(c->id), fw_db_int(revision)), &rows);

	fw_json_open(json, "changes", '[');
	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		fw_json_open(json, NULL, '{');
		fw_json_text(json, "action", fw_db_column_text(rows, 0));
		fw_json_text(json, "account", fw_db_column_text(rows, 1));
		fw_json_text(json, "name", fw_db_column_text(rows, 2));
		fw_json_int(json, "at_us", fw_db_column_int(rows, 3));
		fw_json_close(json, '}');
	}
	fw_json_close(json, ']');
	return r;
}

int fw_case_agrees(
	struct fw_desk *desk, const struct fw_http_question *question, const struct fw_case *c)
{
	const json_t *revision = json_object_get(question->params, "revision");
	struct fw_json json;
	int r;

	if (!json_is_integer(revision)) {
		return FW_CODE_MALFORMED;
	}
	if (json_integer_value(revision) == c->revision) {
		return 0;
	}
	fw_json_init(&json);
	fw_json_int(&json, "revision", c->revision);
	r = render_since(desk, c, json_integer_value(revision), &json);
	if (r < 0) {
		fw_json_clear(&json);
		return r;
	}
	*question->extra = fw_json_steal(&json);
	return FW_CODE_CHANGED;
}

int fw_case_next_serial(struct fw_desk *desk, const char *area, char ret_serial[FW_CASE_SERIAL_SIZE])
{
	g_autofree char *prefix = g_strdup_printf("%s%d", area, fw_calendar_day(desk->now_us));
	int64_t number;
	int r = fw_db_query_int(desk->setup.db,
		"INSERT INTO case_serial (prefix, next) VALUES (?1, 2)"
		" ON CONFLICT (prefix) DO UPDATE SET next = case_serial.next + 1"
		" RETURNING next - 1",
		FW_DB_VALUES(fw_db_text(prefix)), &number);

	if (r == 0) {
		g_snprintf(ret_serial, FW_CASE_SERIAL_SIZE, "%s%05" G_GINT64_FORMAT, prefix, number);
	}
	return r;
}

/* --- who may -------------------------------------------------------------------------------------- */

static bool may_in(const struct fw_desk *desk, const struct fw_person *person, enum fw_right right,
	const char *area)
{
	const struct fw_area *found = fw_catalogue_area(desk->catalogue, area);

	return found && fw_person_may(person, right, found);
}

bool fw_case_is_side(const struct fw_desk *desk, const struct fw_person *person,
	const struct fw_case *c, enum fw_case_side side)
{
	bool applicant = may_in(desk, person, FW_RIGHT_CASE_OPEN, c->applicant_area);
	bool home = may_in(desk, person, FW_RIGHT_CASE_HANDLE, c->area);

	switch (side) {
	case FW_CASE_APPLICANT:
		return applicant;
	case FW_CASE_HOME:
		return home;
	default:
		return applicant || home;
	}
}

int fw_case_may_read(struct fw_desk *desk, const struct fw_account *account, const struct fw_case *c)
{
	int64_t one;
	int r;

	if (fw_case_is_side(desk, account->person, c, FW_CASE_EITHER) ||
		may_in(desk, account->person, FW_RIGHT_CASES_AREA, c->area) ||
		may_in(desk, account->person, FW_RIGHT_CASES_AREA, c->applicant_area)) {
		return 0;
	}
	r = fw_db_query_int(desk->setup.db,
		"SELECT 1 WHERE EXISTS (SELECT 1 FROM case_reader WHERE service_case = ?1"
		" AND account = ?2) OR EXISTS (SELECT 1 FROM call c JOIN call_part p"
		" ON p.call = c.id WHERE c.case_number = ?3 AND p.account = ?2"
		" AND p.part IN ('in', 'left') AND c.answered_us IS NOT NULL)",
		FW_DB_VALUES(
			fw_db_text(c->id), fw_db_text(account->person->id), fw_db_text(c->serial)),
		&one);
	return r == -ENOENT ? FW_CODE_FORBIDDEN : r;
}

bool fw_case_may_unmask(
	const struct fw_desk *desk, const struct fw_person *person, const struct fw_case *c)
{
	return may_in(desk, person, FW_RIGHT_CASE_UNMASK, c->area) ||
		may_in(desk, person, FW_RIGHT_CASE_UNMASK, c->applicant_area);
}

/* --- what happened ---------------------------------------------------------------------------------- */

void fw_case_tell(
	struct fw_desk *desk, const struct fw_case *c, const char *action, int64_t material)
{
	GHashTableIter clients;
	void *client_void;

	g_hash_table_iter_init(&clients, desk->clients);
	while (g_hash_table_iter_next(&clients, NULL, &client_void)) {
		const struct fw_client *client = client_void;
		struct fw_json json;

		if (strcmp(client->watched_case, c->id) != 0) {
			continue;
		}
		fw_event_begin(&json, "case.changed");
		fw_json_text(&json, "case", c->id);
		fw_json_int(&json, "revision", c->revision);
		fw_json_text(&json, "state", fw_case_states[c->state]);
		fw_json_text(&json, "action", action);
		if (material) {
			fw_json_int(&json, "material", material);
		} else {
			fw_json_null(&json, "material");
		}
		fw_event_send(desk, client, &json);
	}
}

static int add_step(struct fw_desk *desk, const struct fw_case *c, const struct fw_account *account,
	const char *action, const char *opinion)
{
	struct fw_case_secret secret;
	struct fw_case_sealed sealed = {0};
	int64_t number;
	int r = fw_db_query_int(desk->setup.db,
		"SELECT COALESCE(MAX(number), 0) + 1 FROM case_step WHERE service_case = ?1",
		FW_DB_VALUES(fw_db_text(c->id)), &number);

	if (r == 0 && opinion && (r = fw_case_secret_open(desk, c->id, false, &secret)) == 0) {
		r = fw_case_seal(desk, &secret, "case_step", "opinion", number, opinion, &sealed);
		fw_case_secret_close(&secret);
	}
	if (r == 0) {
		r = fw_db_run(desk->setup.db,
			"INSERT INTO case_step (service_case, number, action, state, account, "
			"at_us,"
			" opinion, revision) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
			FW_DB_VALUES(fw_db_text(c->id), fw_db_int(number), fw_db_text(action),
				fw_db_text(fw_case_states[c->state]),
				fw_db_text(account->person->id), fw_db_int(desk->now_us),
				fw_case_sealed_value(&sealed), fw_db_int(c->revision)),
			NULL);
	}
	fw_case_sealed_clear(&sealed);
	return r;
}

int fw_case_happened(struct fw_desk *desk, const struct fw_case *c,
	const struct fw_account *account, const char *action, const char *opinion)
{
	g_autofree char *deed = g_strdup_printf("case.%s", action);
	g_autofree char *detail = NULL;
	int r = add_step(desk, c, account, action, opinion);

	if (r < 0) {
		return r;
	}
	fw_case_tell(desk, c, action, 0);
	detail = g_strdup_printf(
		"{\"serial\":\"%s\",\"state\":\"%s\",\"revision\":%" G_GINT64_FORMAT "}", c->serial,
		fw_case_states[c->state], c->revision);
	return fw_deed(desk, account, account->window, deed, "case", c->id, detail);
}
