/* SPDX-License-Identifier: Apache-2.0 */
/* Questions about cases that a reader answers, files of cases, and looking at one. */
#include "base/db.h"
#include "base/id.h"
#include "base/text.h"
#include "signaling/cases/case_blob.h"
#include "signaling/cases/case_input.h"
#include "signaling/cases/case_row.h"
#include "signaling/cases/case_secret.h"
#include "signaling/cases/cases.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"

#include <errno.h>
#include <string.h>

/* --- lists ---------------------------------------------------------------------------------------- */

/* The areas in which the account has the right, beside what was asked; what a client said there is replaced. */
static void put_areas(
	const struct fw_account *account, json_t *params, const char *name, enum fw_right right)
{
	json_t *areas = json_array();

	for (guint i = 0; i < account->person->roles->len; i++) {
		const struct fw_person_role *role =
			&g_array_index(account->person->roles, struct fw_person_role, i);

		if (json_array_size(areas) < FW_ACCESS_AREAS_MAX &&
			fw_permission(role->role, FW_RELATION_BELOW, right)) {
			json_array_append_new(areas, json_string(role->area->code));
		}
	}
	json_object_set_new(params, name, areas);
}

/* Who is sought by name or number is sought by digest: the word itself goes no further than the desk. */
static int put_digest(struct fw_desk *desk, json_t *params)
{
	uint8_t digest[FW_SHA256_BYTES];
	char hex[2 * FW_SHA256_BYTES + 1] = "";
	const char *applicant;
	int r = fw_case_text(params, "applicant", FW_NAME_MAX_CHARS, false, &applicant);

	if (r == 0 && applicant) {
		r = fw_case_digest(desk, applicant, digest);
		fw_text_hex_encode(digest, sizeof(digest), hex);
	}
	json_object_del(params, "applicant");
	json_object_set_new(params, "applicant_digest", json_string(hex));
	return r;
}

int fw_case_search_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const struct fw_account *account = question->session->account;
	int r = put_digest(desk, question->params);

	if (r != 0) {
		return r;
	}
	put_areas(account, question->params, "open_areas", FW_RIGHT_CASE_OPEN);
	put_areas(account, question->params, "handle_areas", FW_RIGHT_CASE_HANDLE);
	json_object_set_new(question->params, "now_us", json_integer(desk->now_us));
	if (!json_object_get(question->params, "figure")) {
		return fw_access_read(desk, question, FW_RIGHT_CASES_AREA);
	}
	/* The cases behind a figure are exactly those that were counted. */
	return fw_person_may(account->person, FW_RIGHT_CASE_FIGURES, NULL)
		? fw_access_read(desk, question, FW_RIGHT_CASE_FIGURES)
		: FW_CODE_FORBIDDEN;
}

int fw_case_figures_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	return fw_access_read(desk, question, FW_RIGHT_CASE_FIGURES);
}

/* --- files ---------------------------------------------------------------------------------------- */

static const char *known_type(const char *media_type)
{
	static const char *const types[] = {
		"image/jpeg", "image/png", "image/tiff", "image/webp", "application/pdf", NULL};
	int n = fw_word_index(types, media_type);

	return n < 0 ? "application/octet-stream" : types[n];
}

int fw_case_file_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const struct fw_account *account = question->session->account;
	const char *file = json_string_value(json_object_get(question->params, "file"));
	fw_cleanup(fw_db_done) struct fw_statement *row = NULL;
	struct fw_case c;
	int r = fw_case_of(desk, question, &c);

	if (r != 0 || (r = fw_case_may_read(desk, account, &c)) != 0) {
		return r;
	}
	r = fw_db_query(desk->setup.db,
		"SELECT blob, media_type FROM case_file WHERE id = ?1 AND service_case = ?2",
		FW_DB_VALUES(fw_db_text(file), fw_db_text(c.id)), &row);
	if (r < 0 || (r = fw_db_step(row)) <= 0) {
		return r < 0 ? r : FW_CODE_NOT_FOUND;
	}
	r = fw_deed(desk, account, account->window, "case.file_viewed", "case_file", file, NULL);
	if (r == 0) {
		fw_case_blob_answer(desk, question, &c, fw_db_column_text(row, 0),
			known_type(fw_db_column_text(row, 1)), NULL);
	}
	return r;
}

/* --- looking at one --------------------------------------------------------------------------------- */

int fw_case_watch_method(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_answer *answer)
{
	const char *id = fw_client_message_text(message, "case");
	struct fw_case c;
	int r;

	(void)answer;
	if (id &&
		((r = fw_case_load(desk, id, &c)) != 0 ||
			(r = fw_case_may_read(desk, client->session->account, &c)) != 0)) {
		return r;
	}
	fw_memory_touch(desk->memory, client);
	g_strlcpy(client->watched_case, id ? id : "", sizeof(client->watched_case));
	return 0;
}
