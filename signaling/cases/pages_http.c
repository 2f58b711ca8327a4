/* SPDX-License-Identifier: Apache-2.0 */
/* Pages of a case's files over HTTP: shown, and made once more. */
#include "base/db.h"
#include "base/id.h"
#include "signaling/cases/case_blob.h"
#include "signaling/cases/case_row.h"
#include "signaling/cases/pages.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/http.h"

#include <string.h>

static const char *file_of(const struct fw_http_question *question)
{
	const char *file = json_string_value(json_object_get(question->params, "file"));

	return fw_id_valid(file) ? file : NULL;
}

static int send_blob(struct fw_desk *desk, const struct fw_http_question *question,
	const struct fw_case *c, const char *sql)
{
	fw_cleanup(fw_db_done) struct fw_statement *row = NULL;
	int r = fw_db_query(desk->setup.db, sql,
		FW_DB_VALUES(fw_db_text(file_of(question)), fw_db_text(c->id)), &row);

	if (r < 0 || (r = fw_db_step(row)) <= 0) {
		return r < 0 ? r : FW_CODE_NOT_FOUND;
	}
	fw_case_blob_answer(desk, question, c, fw_db_column_text(row, 0), "image/jpeg", NULL);
	return 0;
}

static int readable(
	struct fw_desk *desk, const struct fw_http_question *question, struct fw_case *ret_case)
{
	int r = fw_case_of(desk, question, ret_case);

	return r != 0 ? r : fw_case_may_read(desk, question->session->account, ret_case);
}

int fw_case_page_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const struct fw_account *account = question->session->account;
	struct fw_case c;
	int r = readable(desk, question, &c);

	if (r == 0) {
		r = send_blob(desk, question, &c,
			"SELECT page FROM case_page WHERE file = ?1 AND service_case = ?2"
			" AND pictures = 1");
	}
	return r != 0 ? r
		      : fw_deed(desk, account, account->window, "case.page_viewed", "case_file",
				file_of(question), NULL);
}

/* Too small to be read; that the case was looked at is logged already. */
int fw_case_thumbnail_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	struct fw_case c;
	int r = readable(desk, question, &c);

	return r != 0 ? r
		      : send_blob(desk, question, &c,
				"SELECT thumbnail FROM case_page WHERE file = ?1"
				" AND service_case = ?2"
				" AND (pictures = 1 OR seen = 1)");
}

int fw_case_page_again_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const struct fw_account *account = question->session->account;
	int64_t rotation;
	struct fw_case c;
	int r = fw_case_of(desk, question, &c);

	if (r != 0) {
		return r;
	}
	if (!fw_case_is_side(desk, account->person, &c, FW_CASE_EITHER)) {
		return FW_CODE_FORBIDDEN;
	}
	r = fw_db_query_int(desk->setup.db,
		"SELECT rotation FROM case_file WHERE id = ?1 AND service_case = ?2",
		FW_DB_VALUES(fw_db_text(file_of(question)), fw_db_text(c.id)), &rotation);
	if (r < 0) {
		return r == -ENOENT ? FW_CODE_NOT_FOUND : r;
	}
	if ((r = fw_page_again(desk, c.id, file_of(question), rotation)) != 0 ||
		(r = fw_deed(desk, account, account->window, "case.page_again", "case_file",
			 file_of(question), NULL)) != 0) {
		return r;
	}
	fw_case_tell(desk, &c, "page", 0);
	fw_http_answer(desk, question->request, 202, g_strdup("{\"state\":\"making\"}"), NULL);
	return 0;
}
