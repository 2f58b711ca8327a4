/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/reads_office.h"

void fw_read_render_named(
	struct fw_json *json, const char *key, struct fw_statement *row, int column)
{
	if (fw_db_column_is_null(row, column)) {
		fw_json_null(json, key);
		return;
	}
	fw_json_open(json, key, '{');
	fw_json_text(json, "id", fw_db_column_text(row, column));
	fw_json_text(json, "name", fw_db_column_text(row, column + 1));
	fw_json_close(json, '}');
}

void fw_read_render_window(
	struct fw_json *json, const char *key, struct fw_statement *row, int column)
{
	if (fw_db_column_is_null(row, column)) {
		fw_json_null(json, key);
		return;
	}
	fw_json_open(json, key, '{');
	fw_json_text(json, "id", fw_db_column_text(row, column));
	fw_json_text(json, "name", fw_db_column_text(row, column + 1));
	fw_read_render_named(json, "hall", row, column + 2);
	fw_json_open(json, "area", '{');
	fw_json_text(json, "code", fw_db_column_text(row, column + 4));
	fw_json_text(json, "name", fw_db_column_text(row, column + 5));
	fw_json_close(json, '}');
	fw_json_close(json, '}');
}

void fw_read_render_time(struct fw_json *json, const char *key, struct fw_statement *row, int column)
{
	if (fw_db_column_is_null(row, column)) {
		fw_json_null(json, key);
	} else {
		fw_json_int(json, key, fw_db_column_int(row, column));
	}
}

static int render_rows(struct fw_db *db, struct fw_read_query *list, fw_read_row *one,
	fw_read_sealed_row *sealed, struct fw_read_keys *keys, struct fw_json *json)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_read_run(db, list, &rows);

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		fw_json_open(json, NULL, '{');
		one(json, rows);
		r = sealed ? sealed(keys, json, rows) : 0;
		fw_json_close(json, '}');
	}
	fw_json_close(json, ']');
	return r;
}

static int render_page(struct fw_db *db, const struct fw_read_question *question,
	struct fw_read_query *count, struct fw_read_query *list, fw_read_row *one,
	fw_read_sealed_row *sealed, struct fw_json *json)
{
	int64_t total;
	int r = fw_db_query_int(db, count->sql->str, count->values, count->count, &total);

	if (r < 0) {
		return r;
	}
	fw_read_open_page(json, question, total);
	fw_read_int(list, " LIMIT ?", question->page_size);
	fw_read_int(list, " OFFSET ?", (question->page - 1) * question->page_size);
	return render_rows(db, list, one, sealed, question->keys, json);
}

int fw_read_page(struct fw_db *db, const struct fw_read_question *question,
	struct fw_read_query *count, struct fw_read_query *list, fw_read_row *one,
	struct fw_json *json)
{
	return render_page(db, question, count, list, one, NULL, json);
}

int fw_read_listing(struct fw_db *db, const struct fw_read_question *question,
	const struct fw_read_listing *listing, int *ret_status, struct fw_json *json)
{
	struct fw_read_query count, list;
	bool bad = false;
	int r = 0;

	fw_read_init(&count);
	fw_read_init(&list);
	fw_read_scope(&count, question);
	fw_read_add(&count, listing->count);
	listing->narrow(&count, question, &bad);
	fw_read_scope(&list, question);
	fw_read_add(&list, listing->rows);
	listing->narrow(&list, question, &bad);
	fw_read_add(&list, listing->order);
	if (bad) {
		*ret_status = 400;
	} else {
		r = render_page(db, question, &count, &list, listing->one, listing->sealed, json);
	}
	fw_read_clear(&count);
	fw_read_clear(&list);
	return r;
}

int fw_read_array(struct fw_db *db, struct fw_read_query *list, fw_read_row *one,
	struct fw_json *json, const char *key)
{
	return fw_read_sealed_array(db, list, one, NULL, NULL, json, key);
}

int fw_read_sealed_array(struct fw_db *db, struct fw_read_query *list, fw_read_row *one,
	fw_read_sealed_row *sealed, struct fw_read_keys *keys, struct fw_json *json, const char *key)
{
	fw_json_open(json, key, '[');
	return render_rows(db, list, one, sealed, keys, json);
}
