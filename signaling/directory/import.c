/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/directory/import.h"

#include "base/crypto.h"
#include "base/db.h"
#include "base/log.h"
#include "base/text.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/passwords.h"
#include "signaling/directory/check.h"
#include "signaling/directory/csv.h"
#include "signaling/directory/history.h"
#include "signaling/directory/organisation.h"

#include <errno.h>
#include <string.h>

#define FW_LOG_TOPIC "import"

/* Rows per slice, so that one takes 2 ms: measured 20 us to check one, 50 us to write one, 200 us to hash the
 * password of an account. */
#define CHECK_ROWS   100
#define APPLY_ROWS   40
#define ACCOUNT_ROWS 10
#define PAUSE_US     4000 /* between slices, so that what rings comes in between */

/* What a slice reads; not changed but for faults and passwords, which a repeated slice cuts back. */
struct data {
	GPtrArray *rows; /* struct fw_kept, owned */
	GHashTable *file; /* id -> one of them */
	struct fw_check check;
	GPtrArray *passwords; /* account, password, account, password ... owned */
	char *text; /* of the file */
	char sha256[2 * FW_SHA256_BYTES + 1];
};

struct fw_import {
	struct fw_record record;
	uint64_t request; /* 0: who asked is gone */
	struct fw_account *account;
	enum fw_kept_kind kind;
	bool apply, applying;
	guint next, faults, passwords, created;
	struct data *data; /* owned */
};

/* --- its data ------------------------------------------------------------------------------------- */

static void free_data(void *data_void)
{
	struct data *data = data_void;

	g_hash_table_destroy(data->file);
	g_ptr_array_free(data->rows, TRUE);
	g_ptr_array_free(data->passwords, TRUE);
	fw_check_clear(&data->check);
	g_free(data->text);
	g_free(data);
}

static void on_fault(void *user, unsigned line, const char *field, const char *value,
	const char *code, const char *text)
{
	fw_check_fault(user, line, field, value, code, text);
}

static struct data *read_file(
	struct fw_desk *desk, const struct fw_person *by, enum fw_kept_kind kind, char *text)
{
	struct data *data = g_new0(struct data, 1);

	data->text = text;
	data->passwords = g_ptr_array_new_with_free_func(g_free);
	data->file = g_hash_table_new(g_str_hash, g_str_equal);
	fw_check_init(&data->check, desk, by);
	data->check.file = data->file;
	data->rows = fw_csv_parse(text, kind, on_fault, &data->check);
	for (guint i = 0; i < data->rows->len; i++) {
		struct fw_kept *kept = g_ptr_array_index(data->rows, i);
		const char *id = kept->texts[0];

		if (id && id[0] && !g_hash_table_insert(data->file, (void *)id, kept)) {
			fw_check_fault(&data->check, kept->line, fw_kept_kind(kind)->fields[0].name,
				id, "duplicate", "这个编码在文件里出现了两次");
		}
	}
	return data;
}

/* How many objects of the file stand above this one. */
static int depth_of(const struct data *data, const struct fw_kept *kept)
{
	const char *field = kept->kind == FW_KEPT_AREA ? "parent" : "superior";
	int depth = 0;

	while (kept && depth < 64) {
		const char *up = fw_kept_text(kept, field);

		kept = up && up[0] ? g_hash_table_lookup(data->file, up) : NULL;
		depth += kept != NULL;
	}
	return depth;
}

static gint by_depth(gconstpointer left_pointer, gconstpointer right_pointer, gpointer data)
{
	const struct fw_kept *left = *(struct fw_kept *const *)left_pointer;
	const struct fw_kept *right = *(struct fw_kept *const *)right_pointer;
	int difference = depth_of(data, left) - depth_of(data, right);

	return difference ? difference : (int)left->line - (int)right->line;
}

/* Each after what it refers to. */
static void order(struct data *data, enum fw_kept_kind kind)
{
	if (kind == FW_KEPT_AREA || kind == FW_KEPT_BODY) {
		g_ptr_array_sort_with_data(data->rows, by_depth, data);
	}
}

/* --- the answer ------------------------------------------------------------------------------------- */

static void render_passwords(const struct data *data, struct fw_json *json)
{
	fw_json_open(json, "first_passwords", '[');
	for (guint i = 0; i + 1 < data->passwords->len; i += 2) {
		fw_json_open(json, NULL, '{');
		fw_json_text(json, "id", g_ptr_array_index(data->passwords, i));
		fw_json_text(json, "first_password", g_ptr_array_index(data->passwords, i + 1));
		fw_json_close(json, '}');
	}
	fw_json_close(json, ']');
}

static void answer(struct fw_desk *desk, const struct fw_import *import)
{
	const struct data *data = import->data;
	struct fw_json json;

	if (!import->request) {
		return;
	}
	if (import->apply && data->check.faults->len > 0) {
		(void)fw_check_refuse(&data->check, import->request);
		return;
	}
	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_int(&json, "rows", data->rows->len);
	fw_json_int(&json, "created", import->created);
	fw_json_bool(&json, "applied", import->applying);
	fw_check_render(&data->check, &json);
	render_passwords(data, &json);
	fw_json_close(&json, '}');
	fw_http_answer(desk, import->request, 200, fw_json_steal(&json), NULL);
}

static int finish(struct fw_desk *desk, struct fw_import *import)
{
	g_autofree char *detail = NULL;
	int r = 0;

	answer(desk, import);
	if (import->applying) {
		detail = g_strdup_printf(
			"{\"kind\":\"%s\",\"rows\":%u,\"created\":%u,\"sha256\":\"%s\"}",
			fw_kept_kind(import->kind)->name, import->data->rows->len, import->created,
			import->data->sha256);
		if ((r = fw_db_run(desk->setup.db, "DELETE FROM import", FW_DB_NO_VALUES, NULL)) < 0 ||
			(r = fw_deed(desk, import->account, NULL, "organisation.imported", NULL,
				 NULL, detail)) < 0) {
			return r;
		}
		fw_info("import finished kind=%s rows=%u", fw_kept_kind(import->kind)->name,
			import->data->rows->len);
	}
	fw_memory_touch(desk->memory, desk->tally);
	desk->tally->import = NULL;
	fw_memory_touch(desk->memory, import);
	fw_memory_swap(desk->memory, (void **)&import->data, NULL, free_data);
	fw_memory_drop(desk->memory, import);
	return 0;
}

/* --- slices ----------------------------------------------------------------------------------------- */

static int begin_applying(struct fw_desk *desk, struct fw_import *import)
{
	order(import->data, import->kind);
	import->applying = true;
	import->next = 0;
	return fw_db_run(desk->setup.db,
		"INSERT INTO import (id, kind, account, text, applied, created)"
		" VALUES (1, ?1, ?2, ?3, 0, 0)",
		FW_DB_VALUES(fw_db_text(fw_kept_kind(import->kind)->name),
			fw_db_text(import->account->person->id), fw_db_text(import->data->text)),
		NULL);
}

static int check_slice(struct fw_desk *desk, struct fw_import *import)
{
	struct data *data = import->data;
	guint end = MIN(import->next + CHECK_ROWS, data->rows->len);

	for (; import->next < end; import->next++) {
		struct fw_kept *kept = g_ptr_array_index(data->rows, import->next);
		int r = fw_kept_complete(desk->setup.db, kept);

		if (r < 0 || (r = fw_check_one(&data->check, kept)) < 0) {
			return r;
		}
		import->created += !kept->exists;
	}
	import->faults = data->check.faults->len;
	if (import->next < data->rows->len) {
		return 0;
	}
	if (!import->apply || import->faults > 0) {
		return finish(desk, import);
	}
	return begin_applying(desk, import);
}

/* A row that says what is there already changes nothing, and is no change. */
static int change_one(
	struct fw_desk *desk, const struct fw_import *import, const struct fw_kept *kept)
{
	fw_cleanup(fw_kept_clear) struct fw_kept before = {0};
	struct fw_history history = {
		.by = import->account, .what = "changed", .before = &before, .imported = true};
	int r = fw_kept_read(desk->setup.db, kept->kind, kept->texts[0], &before);

	if (r < 0 || !fw_history_differs(&before, kept) ||
		(r = fw_kept_apply(desk, kept, NULL)) < 0) {
		return r;
	}
	return fw_history_log(desk, kept, &history);
}

static int create_one(struct fw_desk *desk, struct data *data, const struct fw_kept *kept)
{
	char password[FW_FIRST_PASSWORD_SIZE];

	if (kept->kind != FW_KEPT_ACCOUNT) {
		return fw_kept_apply(desk, kept, NULL);
	}
	fw_password_first(desk, password);
	g_ptr_array_add(data->passwords, g_strdup(kept->texts[0]));
	g_ptr_array_add(data->passwords, g_strdup(password));
	return fw_kept_apply(desk, kept, password);
}

static int apply_one(
	struct fw_desk *desk, const struct fw_import *import, const struct fw_kept *kept)
{
	struct fw_history history = {.by = import->account, .what = "created", .imported = true};
	int r;

	if (kept->exists) {
		return change_one(desk, import, kept);
	}
	r = create_one(desk, import->data, kept);
	return r < 0 ? r : fw_history_log(desk, kept, &history);
}

static int apply_slice(struct fw_desk *desk, struct fw_import *import)
{
	struct data *data = import->data;
	guint most = import->kind == FW_KEPT_ACCOUNT ? ACCOUNT_ROWS : APPLY_ROWS;
	guint end = MIN(import->next + most, data->rows->len);
	int r = 0;

	for (; r >= 0 && import->next < end; import->next++) {
		r = apply_one(desk, import, g_ptr_array_index(data->rows, import->next));
	}
	import->passwords = data->passwords->len;
	if (r < 0 ||
		(r = fw_db_run(desk->setup.db, "UPDATE import SET applied = ?1, created = ?2",
			 FW_DB_VALUES(fw_db_int(import->next), fw_db_int(import->created)), NULL)) <
			0 ||
		(import->kind == FW_KEPT_HALL && (r = fw_calendar_reload(desk)) < 0)) {
		return r;
	}
	return import->next == data->rows->len ? finish(desk, import) : 0;
}

int fw_import_due(struct fw_desk *desk, struct fw_import *import)
{
	struct data *data = import->data;
	int r;

	fw_memory_touch(desk->memory, import);
	/* A slice that failed has left these behind. */
	while (data->check.faults->len > import->faults) {
		g_free(g_array_index(data->check.faults, struct fw_fault, data->check.faults->len - 1)
				.value);
		g_array_set_size(data->check.faults, data->check.faults->len - 1);
	}
	g_ptr_array_set_size(data->passwords, (gint)import->passwords);
	r = import->applying ? apply_slice(desk, import) : check_slice(desk, import);
	if (r >= 0 && desk->tally->import) {
		fw_memory_remind(desk->memory, import, desk->now + PAUSE_US);
	}
	return r;
}

/* --- beginning ---------------------------------------------------------------------------------------- */

static int begin(struct fw_desk *desk, struct fw_account *account, enum fw_kept_kind kind,
	char *text, struct fw_import **ret_import)
{
	struct fw_import *import = fw_memory_add(desk->memory, FW_RECORD_IMPORT, sizeof(*import));
	struct data *data = read_file(desk, account->person, kind, text);
	uint8_t sha256[FW_SHA256_BYTES];
	int r = fw_sha256(text, strlen(text), sha256);

	fw_text_hex_encode(sha256, sizeof(sha256), data->sha256);
	import->account = account;
	import->kind = kind;
	import->faults = data->check.faults->len;
	fw_memory_swap(desk->memory, (void **)&import->data, data, free_data);
	fw_memory_touch(desk->memory, desk->tally);
	desk->tally->import = import;
	fw_memory_remind(desk->memory, import, desk->now + PAUSE_US);
	*ret_import = import;
	return r;
}

int fw_kept_import_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const char *kind_name = json_string_value(json_object_get(question->params, "kind"));
	const char *apply = json_string_value(json_object_get(question->params, "apply"));
	struct fw_import *import;
	enum fw_kept_kind kind;
	const void *bytes;
	gsize size = 0;
	char *text;
	int r;

	if (!kind_name || !fw_kept_kind_from_name(kind_name, &kind)) {
		return FW_CODE_NOT_FOUND;
	}
	if (desk->tally->import) {
		return FW_CODE_IMPORT_RUNNING;
	}
	bytes = question->bytes ? g_bytes_get_data(question->bytes, &size) : NULL;
	text = bytes && size > 0 ? fw_csv_text(bytes, size) : NULL;
	if (!text) {
		return FW_CODE_MALFORMED;
	}
	r = begin(desk, question->session->account, kind, text, &import);
	import->request = question->request;
	import->apply = apply && strcmp(apply, "1") == 0;
	return r;
}

int fw_import_load(struct fw_desk *desk)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	struct fw_account *account;
	struct fw_import *import;
	enum fw_kept_kind kind;
	int r = fw_db_query(desk->setup.db,
		"SELECT kind, account, text, applied, created FROM import", FW_DB_NO_VALUES, &rows);

	if (r < 0 || (r = fw_db_step(rows)) <= 0) {
		return r;
	}
	account = g_hash_table_lookup(desk->accounts, fw_db_column_text(rows, 1));
	if (!account || !fw_kept_kind_from_name(fw_db_column_text(rows, 0), &kind)) {
		return -EBADMSG;
	}
	r = begin(desk, account, kind, g_strdup(fw_db_column_text(rows, 2)), &import);
	for (guint i = 0; r >= 0 && i < import->data->rows->len; i++) {
		r = fw_kept_complete(desk->setup.db, g_ptr_array_index(import->data->rows, i));
	}
	order(import->data, kind);
	import->apply = true;
	import->applying = true;
	import->next = (guint)fw_db_column_int(rows, 3);
	import->created = (guint)fw_db_column_int(rows, 4);
	fw_info("import goes on kind=%s applied=%u of=%u", fw_kept_kind(kind)->name, import->next,
		import->data->rows->len);
	return r;
}

void fw_import_free(struct fw_import *import)
{
	if (import) {
		g_clear_pointer(&import->data, free_data);
	}
}
