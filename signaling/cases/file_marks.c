/* SPDX-License-Identifier: Apache-2.0 */
/* Marks on a file of a case: boxes, arrows and lines that either side draws; rows beside the picture, which stays as it is. */
#include "base/db.h"
#include "base/id.h"
#include "signaling/cases/case_input.h"
#include "signaling/cases/case_row.h"
#include "signaling/cases/files.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/http.h"
#include "signaling/desk/markers.h"
#include "signaling/desk/stroke.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MARKS_MAX 200 /* on one file */

/* What was drawn; clear it with g_free(points). */
struct drawn {
	const char *shape; /* static */
	char *points;
};

/* Strokes are read as messages bring them, so that both ways in have the same bounds. */
static int read_drawn(const json_t *params, struct drawn *ret_drawn)
{
	char *text = json_dumps(params, JSON_COMPACT);
	struct fw_json_values values;
	int r = text ? fw_json_values_read(&values, text, strlen(text)) : -ENOMEM;

	if (r >= 0) {
		ret_drawn->shape = fw_stroke_shape(&values, values.list);
		ret_drawn->points = ret_drawn->shape ? fw_stroke_points(&values, values.list) : NULL;
		r = ret_drawn->shape ? 0 : FW_CODE_MALFORMED;
		fw_json_values_clear(&values);
	}
	free(text);
	return r == -EBADMSG || r == -EOVERFLOW ? FW_CODE_MALFORMED : r;
}

/* The call the account is in, if it is about this case; *ret_us: where its recording stands; 0: nowhere. */
static struct fw_call *live_call(const struct fw_desk *desk, const struct fw_account *account,
	const struct fw_case *c, int64_t *ret_us)
{
	const struct fw_part *part = account->window ? account->window->part : NULL;

	*ret_us = 0;
	if (!part || part->state != FW_PART_IN || part->call->state != FW_CALL_ANSWERED ||
		strcmp(part->call->case_number, c->serial) != 0) {
		return NULL;
	}
	if (part->call->recording == FW_RECORDING_ON) {
		*ret_us = desk->now_us - part->call->recording_since_us;
	}
	return part->call;
}

static int next_number(struct fw_desk *desk, const char *file, int64_t *ret_number)
{
	int r = fw_db_query_int(desk->setup.db,
		"SELECT COALESCE(MAX(number), 0) + 1 FROM case_mark WHERE file = ?1",
		FW_DB_VALUES(fw_db_text(file)), ret_number);

	return r < 0 ? r : *ret_number > MARKS_MAX ? FW_CODE_TOO_MANY : 0;
}

static int store(struct fw_desk *desk, const struct fw_account *account, const struct fw_case *c,
	const struct fw_http_question *question, const struct drawn *drawn, int64_t number)
{
	int64_t recording_us;
	struct fw_call *call = live_call(desk, account, c, &recording_us);
	int r = fw_db_run(desk->setup.db,
		"INSERT INTO case_mark (file, number, shape, points, account, call, recording_us,"
		" at_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
		FW_DB_VALUES(fw_db_text(fw_case_file_param(question)), fw_db_int(number),
			fw_db_text(drawn->shape), fw_db_text(drawn->points),
			fw_db_text(account->person->id), fw_db_text(call ? call->id : NULL),
			recording_us ? fw_db_int(recording_us) : fw_db_null(),
			fw_db_int(desk->now_us)),
		NULL);

	return r < 0 || !call ? MIN(r, 0)
			      : fw_marker(desk, call, "mark", account->window->part->participant,
					FW_TRACK_COUNT, NULL);
}

/* The row, those who look at the case, and the log. */
static int mark(struct fw_desk *desk, const struct fw_http_question *question,
	const struct fw_case *c, const struct drawn *drawn)
{
	const struct fw_account *account = question->session->account;
	g_autofree char *detail = NULL;
	int64_t number;
	int r = next_number(desk, fw_case_file_param(question), &number);

	if (r != 0 || (r = store(desk, account, c, question, drawn, number)) < 0) {
		return r;
	}
	fw_case_tell(desk, c, "mark", 0);
	detail = g_strdup_printf("{\"case\":\"%s\",\"number\":%" G_GINT64_FORMAT
				 ",\"shape\":\"%s\"}",
		c->id, number, drawn->shape);
	r = fw_deed(desk, account, account->window, "case.file_marked", "case_file",
		fw_case_file_param(question), detail);
	if (r == 0) {
		fw_http_answer(desk, question->request, 201,
			g_strdup_printf("{\"number\":%" G_GINT64_FORMAT "}", number), NULL);
	}
	return r;
}

int fw_file_mark_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	struct drawn drawn = {0};
	struct fw_case c;
	int r = fw_case_file_filed(desk, question, &c, NULL);

	if (r == 0 && (r = read_drawn(question->params, &drawn)) == 0) {
		r = mark(desk, question, &c, &drawn);
	}
	g_free(drawn.points);
	return r;
}

/* Each side wipes its own; the row stays. */
int fw_file_mark_erase_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const struct fw_account *account = question->session->account;
	const char *mark = json_string_value(json_object_get(question->params, "mark"));
	gint64 number;
	int64_t one;
	struct fw_case c;
	int r = fw_case_file_filed(desk, question, &c, NULL);

	if (r != 0) {
		return r;
	}
	if (!mark || !g_ascii_string_to_signed(mark, 10, 1, MARKS_MAX, &number, NULL)) {
		return FW_CODE_NOT_FOUND;
	}
	r = fw_db_query_int(desk->setup.db,
		"SELECT 1 FROM case_mark WHERE file = ?1 AND number = ?2 AND account = ?3"
		" AND erased_us IS NULL",
		FW_DB_VALUES(fw_db_text(fw_case_file_param(question)), fw_db_int(number),
			fw_db_text(account->person->id)),
		&one);
	if (r < 0) {
		return r == -ENOENT ? FW_CODE_NOT_FOUND : r;
	}
	r = fw_db_run(desk->setup.db,
		"UPDATE case_mark SET erased_us = ?1 WHERE file = ?2 AND number = ?3",
		FW_DB_VALUES(fw_db_int(desk->now_us), fw_db_text(fw_case_file_param(question)),
			fw_db_int(number)),
		NULL);
	if (r >= 0) {
		r = fw_deed(desk, account, account->window, "case.mark_erased", "case_file",
			fw_case_file_param(question), NULL);
	}
	if (r == 0) {
		fw_case_tell(desk, &c, "mark", 0);
		fw_http_answer(desk, question->request, 200, g_strdup("{}"), NULL);
	}
	return r;
}
