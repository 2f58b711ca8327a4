/* SPDX-License-Identifier: Apache-2.0 */
/* A page set upright for good: a number beside the picture, which stays as it is, as the original does. */
#include "base/db.h"
#include "signaling/cases/case_row.h"
#include "signaling/cases/files.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/http.h"

#include <errno.h>

static bool read_turn(const json_t *params, const char *name, int64_t *ret_turn)
{
	const json_t *turn = json_object_get(params, name);
	json_int_t value = json_integer_value(turn);

	if (!json_is_integer(turn) || value < 0 || value >= 360 || value % 90 != 0) {
		return false;
	}
	*ret_turn = value;
	return true;
}

/* A file without a straightened page has nothing to turn. */
static int find_turn(struct fw_desk *desk, const char *file, int64_t *ret_turn)
{
	int r = fw_db_query_int(desk->setup.db,
		"SELECT f.turn FROM case_file f JOIN case_page p ON p.file = f.id"
		" WHERE f.id = ?1 AND p.pictures = 1",
		FW_DB_VALUES(fw_db_text(file)), ret_turn);

	return r == -ENOENT ? FW_CODE_WRONG_STATE : r;
}

static int store(struct fw_desk *desk, const struct fw_account *account, const struct fw_case *c,
	const char *file, int64_t from, int64_t to)
{
	g_autofree char *detail = g_strdup_printf("{\"case\":\"%s\",\"from\":%" G_GINT64_FORMAT
						  ",\"to\":%" G_GINT64_FORMAT "}",
		c->id, from, to);
	int r = fw_db_run(desk->setup.db, "UPDATE case_file SET turn = ?1 WHERE id = ?2",
		FW_DB_VALUES(fw_db_int(to), fw_db_text(file)), NULL);

	if (r < 0) {
		return r;
	}
	fw_case_tell(desk, c, "page", 0);
	return fw_deed(
		desk, account, account->window, "case.page_turned", "case_file", file, detail);
}

int fw_file_turn_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const char *file = fw_case_file_param(question);
	int64_t turn, seen, now;
	struct fw_case c;
	int r;

	if (!read_turn(question->params, "turn", &turn) ||
		!read_turn(question->params, "seen", &seen)) {
		return FW_CODE_MALFORMED;
	}
	if ((r = fw_case_file_filed(desk, question, &c, NULL)) != 0 ||
		(r = find_turn(desk, file, &now)) != 0) {
		return r;
	}
	if (now != seen && now != turn) {
		return FW_CODE_CHANGED;
	}
	r = now == turn ? 0 : store(desk, question->session->account, &c, file, now, turn);
	if (r == 0) {
		fw_http_answer(desk, question->request, 200,
			g_strdup_printf("{\"turn\":%" G_GINT64_FORMAT "}", turn), NULL);
	}
	return r;
}
