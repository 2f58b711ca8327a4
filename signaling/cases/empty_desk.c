/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/cases/empty_desk.h"

#include "base/db.h"
#include "base/keystore.h"
#include "base/log.h"
#include "base/text.h"
#include "signaling/cases/files.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/http.h"
#include "signaling/desk/json_write.h"

#include <errno.h>
#include <string.h>

#define FW_LOG_TOPIC "desks"

#define SIDE_MAX_PX 20000 /* of a still, docs/CAPTURE.md 2 */

/* A row. */
struct empty_desk {
	char id[FW_ID_SIZE];
	char window[FW_NAME_MAX_CHARS * 4 + 1], camera[FW_NAME_MAX_CHARS * 4 + 1];
	char account[FW_NAME_MAX_CHARS * 4 + 1];
	char media_type[32];
	char found[16]; /* empty: no page yet */
	int64_t width_px, height_px, bytes, learnt_us;
};

#define COLUMNS \
	"id, service_window, camera, learnt_by, media_type, COALESCE(found, ''), width_px," \
	" height_px, bytes, learnt_us"

static void read_row(struct fw_statement *rows, struct empty_desk *ret_one)
{
	struct empty_desk one = {
		.width_px = fw_db_column_int(rows, 6),
		.height_px = fw_db_column_int(rows, 7),
		.bytes = fw_db_column_int(rows, 8),
		.learnt_us = fw_db_column_int(rows, 9),
	};

	g_strlcpy(one.id, fw_db_column_text(rows, 0), sizeof(one.id));
	g_strlcpy(one.window, fw_db_column_text(rows, 1), sizeof(one.window));
	g_strlcpy(one.camera, fw_db_column_text(rows, 2), sizeof(one.camera));
	g_strlcpy(one.account, fw_db_column_text(rows, 3), sizeof(one.account));
	g_strlcpy(one.media_type, fw_db_column_text(rows, 4), sizeof(one.media_type));
	g_strlcpy(one.found, fw_db_column_text(rows, 5), sizeof(one.found));
	*ret_one = one;
}

/* -ENOENT: there is none. */
static int one_row(struct fw_desk *desk, const char *sql, const struct fw_db_value *values,
	size_t value_count, struct empty_desk *ret_one)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(desk->setup.db, sql, values, value_count, &rows);

	if (r < 0 || (r = fw_db_step(rows)) <= 0) {
		return r < 0 ? r : -ENOENT;
	}
	read_row(rows, ret_one);
	return 0;
}

static void key_id(const char *id, char ret_id[FW_KEY_ID_MAX_BYTES + 1])
{
	g_snprintf(ret_id, FW_KEY_ID_MAX_BYTES + 1, "desk/%s", id);
}

static void command(struct fw_desk *desk, const char *id, enum fw_upload_command_kind kind,
	uint64_t request, GBytes *bytes)
{
	struct fw_desk_output output = {.kind = FW_OUT_UPLOAD};

	output.upload.kind = kind;
	output.upload.request = request;
	output.upload.bytes = bytes ? g_bytes_ref(bytes) : NULL;
	g_strlcpy(output.upload.upload, id, sizeof(output.upload.upload));
	g_strlcpy(output.upload.file, id, sizeof(output.upload.file));
	key_id(id, output.upload.key);
	g_array_append_val(desk->outputs, output);
}

/* Should the batch fail after it, the row is there still, and pages are made as if it were not. */
static int forget(struct fw_desk *desk, const char *id)
{
	char key[FW_KEY_ID_MAX_BYTES + 1];
	int r = fw_db_run(desk->setup.db, "DELETE FROM empty_desk WHERE id = ?1",
		FW_DB_VALUES(fw_db_text(id)), NULL);

	if (r < 0) {
		return r;
	}
	key_id(id, key);
	command(desk, id, FW_UPLOAD_DISCARD, 0, NULL);
	return fw_keystore_erase_key(desk->setup.keystore, key);
}

static int log_deed(struct fw_desk *desk, const struct fw_account *account, const char *action,
	const struct empty_desk *one)
{
	struct fw_json json;
	g_autofree char *detail = NULL;

	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_text(&json, "window", one->window);
	fw_json_text(&json, "camera", one->camera);
	fw_json_int(&json, "width_px", one->width_px);
	fw_json_int(&json, "height_px", one->height_px);
	fw_json_close(&json, '}');
	detail = fw_json_steal(&json);
	return fw_deed(desk, account, account ? account->window : NULL, action, "empty_desk",
		one->id, detail);
}

/* --- learning --------------------------------------------------------------------------------------- */

static bool read_size(const json_t *params, const char *name, int64_t *ret_size)
{
	const char *text = json_string_value(json_object_get(params, name));
	gint64 size;

	if (!text || !g_ascii_string_to_signed(text, 10, 1, SIDE_MAX_PX, &size, NULL)) {
		return false;
	}
	*ret_size = size;
	return true;
}

static int read_learning(const struct fw_http_question *question, struct empty_desk *ret_one)
{
	const struct fw_account *account = question->session->account;
	const char *camera = json_string_value(json_object_get(question->params, "camera"));
	struct empty_desk one = {0};
	const char *media_type;
	const void *bytes;
	gsize size;

	if (!account->window) {
		return FW_CODE_NOT_AT_WINDOW;
	}
	if (!question->bytes || !camera || !fw_text_is_typed(camera, FW_NAME_MAX_CHARS, false) ||
		!read_size(question->params, "width", &one.width_px) ||
		!read_size(question->params, "height", &one.height_px)) {
		return FW_CODE_MALFORMED;
	}
	bytes = g_bytes_get_data(question->bytes, &size);
	media_type = fw_case_media_type(bytes, size);
	if (!media_type || !g_str_has_prefix(media_type, "image/")) {
		return FW_CODE_UNSUPPORTED_MEDIA;
	}
	one.bytes = (int64_t)size;
	g_strlcpy(one.window, account->window->place->id, sizeof(one.window));
	g_strlcpy(one.camera, camera, sizeof(one.camera));
	g_strlcpy(one.account, account->person->id, sizeof(one.account));
	g_strlcpy(one.media_type, media_type, sizeof(one.media_type));
	*ret_one = one;
	return 0;
}

static int store(struct fw_desk *desk, const struct empty_desk *one)
{
	return fw_db_run(desk->setup.db,
		"INSERT INTO empty_desk (id, service_window, camera, width_px, height_px, bytes,"
		" media_type, state, learnt_us, learnt_by)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'writing', ?8, ?9)",
		FW_DB_VALUES(fw_db_text(one->id), fw_db_text(one->window), fw_db_text(one->camera),
			fw_db_int(one->width_px), fw_db_int(one->height_px), fw_db_int(one->bytes),
			fw_db_text(one->media_type), fw_db_int(desk->now_us),
			fw_db_text(one->account)),
		NULL);
}

int fw_empty_desk_learn_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	uint8_t random[FW_ID_RANDOM_BYTES], key[FW_AEAD_KEY_BYTES];
	char id[FW_KEY_ID_MAX_BYTES + 1];
	struct empty_desk one;
	int r = read_learning(question, &one);

	if (r != 0) {
		return r;
	}
	desk->setup.random(desk->setup.random_user, random, sizeof(random));
	fw_id_make(desk->now_us, random, one.id);
	key_id(one.id, id);
	r = fw_keystore_add_key(desk->setup.keystore, id, key);
	fw_wipe(key, sizeof(key));
	if (r == -EEXIST) {
		r = 0; /* of a batch that failed */
	}
	if (r < 0 || (r = store(desk, &one)) < 0) {
		return r;
	}
	command(desk, one.id, FW_UPLOAD_KEEP, question->request, question->bytes);
	return 0;
}

/* sql selects the next of those that are to go. */
static int forget_each(
	struct fw_desk *desk, const char *sql, const struct fw_db_value *values, size_t value_count)
{
	struct empty_desk one;
	int r;

	while ((r = one_row(desk, sql, values, value_count, &one)) == 0) {
		if ((r = forget(desk, one.id)) < 0) {
			return r;
		}
	}
	return r == -ENOENT ? 0 : r;
}

/* What it replaces, and the oldest beyond the bound. */
static int make_room(struct fw_desk *desk, const struct empty_desk *one)
{
	int r = forget_each(desk,
		"SELECT " COLUMNS " FROM empty_desk WHERE service_window = ?1 AND camera = ?2"
		" AND width_px = ?3 AND height_px = ?4 AND state = 'kept' AND id <> ?5 LIMIT 1",
		FW_DB_VALUES(fw_db_text(one->window), fw_db_text(one->camera),
			fw_db_int(one->width_px), fw_db_int(one->height_px), fw_db_text(one->id)));

	return r < 0
		? r
		: forget_each(desk,
			  "SELECT " COLUMNS " FROM empty_desk WHERE service_window = ?1"
			  " AND state = 'kept' ORDER BY learnt_us DESC, id DESC LIMIT 1 OFFSET ?2",
			  FW_DB_VALUES(fw_db_text(one->window), fw_db_int(FW_EMPTY_DESKS_MAX)));
}

static void render(const struct fw_desk *desk, struct fw_json *json, const struct empty_desk *one)
{
	const struct fw_account *account = g_hash_table_lookup(desk->accounts, one->account);

	fw_json_open(json, NULL, '{');
	fw_json_text(json, "desk", one->id);
	fw_json_text(json, "camera", one->camera);
	fw_json_int(json, "width_px", one->width_px);
	fw_json_int(json, "height_px", one->height_px);
	fw_json_int(json, "learnt_us", one->learnt_us);
	fw_json_text(json, "learnt_by", account ? account->person->name : one->account);
	fw_json_text(json, "found", one->found[0] ? one->found : NULL);
	fw_json_close(json, '}');
}

static int keep(struct fw_desk *desk, const struct empty_desk *one, uint64_t request)
{
	const struct fw_account *account = g_hash_table_lookup(desk->accounts, one->account);
	struct fw_json json;
	int r = fw_db_run(desk->setup.db, "UPDATE empty_desk SET state = 'kept' WHERE id = ?1",
		FW_DB_VALUES(fw_db_text(one->id)), NULL);

	if (r < 0 || (r = make_room(desk, one)) < 0 ||
		(r = log_deed(desk, account, "window.empty_desk_learnt", one)) < 0) {
		return r;
	}
	fw_info("empty desk learnt window=%s desk=%s", one->window, one->id);
	fw_json_init(&json);
	render(desk, &json, one);
	fw_http_answer(desk, request, 201, fw_json_steal(&json), NULL);
	return 0;
}

int fw_empty_desk_written(struct fw_desk *desk, const struct fw_upload_event *event)
{
	struct empty_desk one;
	int r = one_row(desk,
		"SELECT " COLUMNS " FROM empty_desk WHERE id = ?1 AND state = 'writing'",
		FW_DB_VALUES(fw_db_text(event->upload)), &one);

	if (r == -ENOENT) { /* its window was closed meanwhile: what was written after that goes too */
		command(desk, event->upload, FW_UPLOAD_DISCARD, 0, NULL);
		fw_http_refuse(desk, event->request, FW_CODE_NOT_FOUND, NULL);
		return 0;
	}
	if (r < 0) {
		return r;
	}
	if (event->result == 0) {
		return keep(desk, &one, event->request);
	}
	fw_http_refuse(desk, event->request, FW_CODE_BUSY,
		NULL); /* the disk's trouble is not the clerk's fault */
	return forget(desk, one.id);
}

/* --- used ------------------------------------------------------------------------------------------- */

int fw_empty_desk_key(struct fw_desk *desk, const char *id, uint8_t ret_key[FW_AEAD_KEY_BYTES])
{
	char key[FW_KEY_ID_MAX_BYTES + 1];

	key_id(id, key);
	return fw_keystore_load_key(desk->setup.keystore, key, ret_key);
}

int fw_empty_desk_found(struct fw_desk *desk, const char *file, const char *found)
{
	if (!found || strcmp(found, "none") == 0) {
		return 0;
	}
	return fw_db_run(
		desk->setup.db, "UPDATE empty_desk SET found = ?1 WHERE id IN (SELECT desk FROM upload WHERE file = ?2)",
		FW_DB_VALUES(fw_db_text(found), fw_db_text(file)), NULL);
}

/* --- shown, forgotten ------------------------------------------------------------------------------- */

int fw_empty_desks_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const struct fw_window *window = question->session->account->window;
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	struct fw_json json;
	int r = !window ? FW_CODE_NOT_AT_WINDOW
			: fw_db_query(desk->setup.db,
				  "SELECT " COLUMNS " FROM empty_desk WHERE service_window = ?1"
				  " AND state = 'kept' ORDER BY learnt_us DESC, id DESC",
				  FW_DB_VALUES(fw_db_text(window->place->id)), &rows);

	if (r != 0) {
		return r;
	}
	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_open(&json, "desks", '[');
	while ((r = fw_db_step(rows)) > 0) {
		struct empty_desk one;

		read_row(rows, &one);
		render(desk, &json, &one);
	}
	if (r < 0) {
		fw_json_clear(&json);
		return r;
	}
	fw_json_close(&json, ']');
	fw_json_close(&json, '}');
	fw_http_answer(desk, question->request, 200, fw_json_steal(&json), NULL);
	return 0;
}

/* The question's, if it is of the window at which the asker is. */
static int find_own(
	struct fw_desk *desk, const struct fw_http_question *question, struct empty_desk *ret_one)
{
	const struct fw_window *window = question->session->account->window;
	const char *id = json_string_value(json_object_get(question->params, "desk"));
	int r = !window ? FW_CODE_NOT_AT_WINDOW
			: one_row(desk,
				  "SELECT " COLUMNS " FROM empty_desk WHERE id = ?1"
				  " AND service_window = ?2 AND state = 'kept'",
				  FW_DB_VALUES(fw_db_text(fw_id_valid(id) ? id : ""),
					  fw_db_text(window->place->id)),
				  ret_one);

	return r == -ENOENT ? FW_CODE_NOT_FOUND : r;
}

static const char *image_type(const char *media_type)
{
	return strcmp(media_type, "image/png") == 0 ? "image/png" : "image/jpeg";
}

int fw_empty_desk_picture_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	struct fw_desk_output output = {.kind = FW_OUT_BLOB};
	struct empty_desk one;
	int r = find_own(desk, question, &one);

	if (r != 0) {
		return r;
	}
	output.blob.request = question->request;
	key_id(one.id, output.blob.key);
	g_strlcpy(output.blob.blob, one.id, sizeof(output.blob.blob));
	output.blob.media_type = image_type(one.media_type);
	output.blob.range_from = question->range_from;
	output.blob.range_to = question->range_to;
	g_array_append_val(desk->outputs, output);
	return 0;
}

int fw_empty_desk_forget_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	struct empty_desk one;
	int r = find_own(desk, question, &one);

	if (r != 0 || (r = forget(desk, one.id)) < 0 ||
		(r = log_deed(desk, question->session->account, "window.empty_desk_forgotten",
			 &one)) < 0) {
		return r;
	}
	fw_http_answer(desk, question->request, 200, g_strdup("{}"), NULL);
	return 0;
}

int fw_empty_desks_forget(struct fw_desk *desk, const char *window)
{
	struct empty_desk one;
	int r;

	while ((r = one_row(desk,
			"SELECT " COLUMNS " FROM empty_desk WHERE service_window = ?1 LIMIT 1",
			FW_DB_VALUES(fw_db_text(window)), &one)) == 0) {
		if ((r = forget(desk, one.id)) < 0 ||
			(r = log_deed(desk, NULL, "window.empty_desk_forgotten", &one)) < 0) {
			return r;
		}
	}
	return r == -ENOENT ? 0 : r;
}

int fw_empty_desks_load(struct fw_desk *desk)
{
	return forget_each(desk,
		"SELECT " COLUMNS " FROM empty_desk WHERE state = 'writing' LIMIT 1",
		FW_DB_NO_VALUES);
}
