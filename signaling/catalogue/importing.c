/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/catalogue/importing.h"

#include "base/db.h"
#include "base/log.h"
#include "signaling/catalogue/document_csv.h"
#include "signaling/catalogue/editing.h"
#include "signaling/catalogue/item_rows.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/http.h"
#include "signaling/directory/csv.h"

#include <errno.h>
#include <string.h>

#define FW_LOG_TOPIC "import"

#define FILE_MAX_BYTES (4 * 1024 * 1024)
#define FILE_MAX_ITEMS 2000
#define SLICE_ITEMS    20 /* a few ms: measured 0.1 ms to check one, as much to store one */
#define PAUSE_US       4000 /* between slices, so that what rings comes in between */

/* What a slice reads; not changed but for faults and documents, which a repeated slice cuts back. */
struct data {
	struct fw_item_csv csv; /* documents; lines only of a CSV file */
	json_t *normals; /* list, as documents, so far */
	GHashTable *seen; /* item -> its index + 1 */
	struct fw_fault_list faults;
	char *text; /* of the file */
	char sha256[FW_ITEM_SHA256_SIZE];
};

struct fw_item_import {
	struct fw_record record;
	uint64_t request; /* 0: who asked is gone */
	struct fw_account *account;
	bool csv, apply, applying;
	guint next, faults, created, changed, same;
	struct data *data; /* owned */
};

static void free_data(void *data_void)
{
	struct data *data = data_void;

	fw_item_csv_clear(&data->csv);
	json_decref(data->normals);
	g_hash_table_destroy(data->seen);
	fw_fault_list_clear(&data->faults);
	g_free(data->text);
	g_free(data);
}

/* --- reading -------------------------------------------------------------------------------------- */

static void on_csv_fault(void *user, unsigned line, const char *column, const char *value,
	const char *code, const char *text)
{
	struct fw_fault_list *list = user;

	list->line = line;
	fw_fault_list_add(list, column, value, code, text);
}

static void read_json(struct data *data, const char *text)
{
	json_error_t error;
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	const json_t *items = json_object_get(root, "items");

	data->csv.lines = g_array_new(FALSE, FALSE, sizeof(struct fw_item_line));
	data->csv.documents = json_array();
	if (!root) {
		data->faults.line = (unsigned)MAX(error.line, 1);
		fw_fault_list_add(&data->faults, "", "", "syntax", "这里不是正确的 JSON 格式");
	} else if (!json_is_array(items)) {
		fw_fault_list_add(&data->faults, "items", "", "type", "应为事项的列表");
	} else {
		json_array_extend(data->csv.documents, (json_t *)items);
	}
	json_decref(root);
}

static struct data *read_file(char *text, bool csv)
{
	struct data *data = g_new0(struct data, 1);

	data->text = text;
	data->normals = json_array();
	data->seen = g_hash_table_new(g_str_hash, g_str_equal);
	fw_fault_list_init(&data->faults);
	if (csv) {
		fw_item_csv_read(text, &data->csv, on_csv_fault, &data->faults);
		data->faults.line = 0;
	} else {
		read_json(data, text);
	}
	return data;
}

static guint count_of(const struct fw_item_import *import)
{
	return (guint)json_array_size(import->data->csv.documents);
}

/* --- checking ------------------------------------------------------------------------------------- */

struct place {
	struct data *data;
	guint index;
};

static void on_fault(void *user, const struct fw_item_fault *fault)
{
	struct place *place = user;
	struct data *data = place->data;
	bool csv = data->csv.lines->len > 0;
	g_autofree char *path = csv ? g_strdup(fault->path)
				    : g_strdup_printf("items[%u]%s%s", place->index,
					      fault->path[0] ? "." : "", fault->path);

	data->faults.line = csv ? fw_item_csv_line(&data->csv, place->index, fault->material) : 0;
	fw_fault_list_add(&data->faults, path, fault->value, fault->code, fault->text);
}

static void add_fault(struct place *place, const char *code, const char *text)
{
	on_fault(place,
		&(struct fw_item_fault){.path = "id",
			.material = -1,
			.value = place->data->faults.item,
			.code = code,
			.text = text});
}

/* Against its current version. `ret_newest`: 0 for an item that is not there yet. */
static int differs(
	struct fw_desk *desk, const json_t *normal, int64_t *ret_newest, bool *ret_differs)
{
	json_auto_t *now = NULL;
	bool current = false;
	int r = fw_item_newest(desk->setup.db, fw_item_text(normal, "id"), ret_newest, &current);

	if (r >= 0 && *ret_newest) {
		r = fw_item_load(desk->setup.db, fw_item_text(normal, "id"), *ret_newest, &now);
	}
	*ret_differs = !current || !json_equal(now, normal);
	return r;
}

/* Against what is there: a draft of somebody's, areas outside the editor's. */
static int check_present(struct fw_desk *desk, struct fw_item_import *import, struct place *place,
	const json_t *normal)
{
	fw_cleanup(fw_draft_clear) struct fw_draft draft = {0};
	const struct fw_person *person = import->account->person;
	const char *item = fw_item_text(normal, "id");
	int64_t newest = 0;
	bool wanted = true;
	int r = fw_draft_load(desk->setup.db, item, &draft);

	if (r < 0 || (r = differs(desk, normal, &newest, &wanted)) < 0) {
		return r;
	}
	if (draft.revision) {
		add_fault(place, "draft_exists", "有未发布的草稿，请先发布或放弃");
	}
	r = fw_editing_allowed(desk, person, item, &draft);
	if (r == FW_CODE_FORBIDDEN ||
		!fw_editing_may(desk, person, json_object_get(normal, "areas"))) {
		add_fault(place, "forbidden", "实施范围超出本人管辖范围");
	}
	import->same += !wanted;
	import->created += wanted && !newest;
	import->changed += wanted && newest;
	return MIN(r, 0);
}

/* True when another document of the file, before this one, is the same item. */
static bool seen_before(struct data *data, const char *item, guint index)
{
	guint first = GPOINTER_TO_UINT(g_hash_table_lookup(data->seen, item));

	if (!first) {
		g_hash_table_insert(data->seen, (void *)item, GUINT_TO_POINTER(index + 1));
	}
	return first && first != index + 1;
}

static int check_document(struct fw_desk *desk, struct fw_item_import *import, guint index)
{
	struct data *data = import->data;
	const json_t *document = json_array_get(data->csv.documents, index);
	struct place place = {data, index};
	json_t *normal = fw_item_normal(document);
	int r;

	json_array_append_new(data->normals, normal);
	data->faults.item = fw_item_text(normal, "id");
	r = fw_draft_check(desk->setup.db, document, on_fault, &place);
	if (r >= 0 && seen_before(data, data->faults.item, index) &&
		data->csv.lines->len == 0) { /* a table has said so already */
		add_fault(&place, "duplicate", "这个事项在文件里出现了两次");
	}
	if (r >= 0 && json_dumpb(normal, NULL, 0, JSON_COMPACT) > FW_ITEM_DOCUMENT_MAX_BYTES) {
		add_fault(&place, "too_large", "这个事项的内容过长");
	}
	return r < 0 ? r : check_present(desk, import, &place, normal);
}

/* --- its end -------------------------------------------------------------------------------------- */

static void answer(struct fw_desk *desk, const struct fw_item_import *import)
{
	struct fw_json json;

	fw_json_init(&json);
	if (import->apply && import->faults > 0) {
		g_autofree char *extra = NULL;

		fw_fault_list_render(&import->data->faults, &json);
		extra = fw_json_steal(&json);
		fw_http_refuse(desk, import->request, FW_CODE_FAULTY, extra);
		return;
	}
	fw_json_open(&json, NULL, '{');
	fw_json_int(&json, "items", count_of(import));
	fw_json_int(&json, "created", import->created);
	fw_json_int(&json, "changed", import->changed);
	fw_json_int(&json, "same", import->same);
	fw_json_bool(&json, "applied", import->applying);
	fw_fault_list_render(&import->data->faults, &json);
	fw_json_close(&json, '}');
	fw_http_answer(desk, import->request, 200, fw_json_steal(&json), NULL);
}

static int tell_deed(struct fw_desk *desk, const struct fw_item_import *import)
{
	g_autofree char *detail =
		g_strdup_printf("{\"created\":%u,\"changed\":%u,\"same\":%u,\"sha256\":\"%s\"}",
			import->created, import->changed, import->same, import->data->sha256);
	int r = fw_db_run(desk->setup.db, "DELETE FROM item_import", FW_DB_NO_VALUES, NULL);

	fw_info("import of items finished items=%u", count_of(import));
	return r < 0 ? r
		     : fw_deed(desk, import->account, import->account->window, "catalogue.imported",
			       NULL, NULL, detail);
}

static int finish(struct fw_desk *desk, struct fw_item_import *import)
{
	int r = import->applying ? tell_deed(desk, import) : 0;

	if (r < 0) {
		return r;
	}
	if (import->request) {
		answer(desk, import);
	}
	fw_memory_touch(desk->memory, desk->tally);
	desk->tally->item_import = NULL;
	fw_memory_swap(desk->memory, (void **)&import->data, NULL, free_data);
	fw_memory_drop(desk->memory, import);
	return 0;
}

/* --- slices --------------------------------------------------------------------------------------- */

static int begin_applying(struct fw_desk *desk, struct fw_item_import *import)
{
	import->applying = true;
	import->next = 0;
	return fw_db_run(desk->setup.db,
		"INSERT INTO item_import (id, account, csv, text, applied, created, changed, same)"
		" VALUES (1, ?1, ?2, ?3, 0, ?4, ?5, ?6)",
		FW_DB_VALUES(fw_db_text(import->account->person->id), fw_db_int(import->csv),
			fw_db_text(import->data->text), fw_db_int(import->created),
			fw_db_int(import->changed), fw_db_int(import->same)),
		NULL);
}

static int check_slice(struct fw_desk *desk, struct fw_item_import *import)
{
	guint end = MIN(import->next + SLICE_ITEMS, count_of(import));
	int r = 0;

	for (; r >= 0 && import->next < end; import->next++) {
		r = check_document(desk, import, import->next);
	}
	import->faults = import->data->faults.count;
	if (r < 0 || import->next < count_of(import)) {
		return r;
	}
	return !import->apply || import->faults > 0 ? finish(desk, import)
						    : begin_applying(desk, import);
}

static int apply_one(struct fw_desk *desk, const struct fw_item_import *import, guint index)
{
	const json_t *normal = json_array_get(import->data->normals, index);
	const struct fw_draft none = {0};
	int64_t newest = 0, revision;
	bool wanted = true;
	int r = differs(desk, normal, &newest, &wanted);

	return r < 0 || !wanted
		? r
		: fw_editing_store(desk, import->account, normal, &none, 0, &revision);
}

static int apply_slice(struct fw_desk *desk, struct fw_item_import *import)
{
	guint end = MIN(import->next + SLICE_ITEMS, count_of(import));
	int r = 0;

	for (; r >= 0 && import->next < end; import->next++) {
		r = apply_one(desk, import, import->next);
	}
	if (r >= 0) {
		r = fw_db_run(desk->setup.db, "UPDATE item_import SET applied = ?1",
			FW_DB_VALUES(fw_db_int(import->next)), NULL);
	}
	return r < 0 || import->next < count_of(import) ? r : finish(desk, import);
}

/* What a slice that failed has left behind. */
static void cut_back(struct fw_item_import *import)
{
	struct data *data = import->data;

	fw_fault_list_cut(&data->faults, import->faults);
	while (!import->applying && json_array_size(data->normals) > import->next) {
		size_t last = json_array_size(data->normals) - 1;
		const char *item = fw_item_text(json_array_get(data->normals, last), "id");

		if (GPOINTER_TO_UINT(g_hash_table_lookup(data->seen, item)) == last + 1) {
			g_hash_table_remove(data->seen, item);
		}
		json_array_remove(data->normals, last);
	}
}

int fw_item_import_due(struct fw_desk *desk, struct fw_item_import *import)
{
	int r;

	fw_memory_touch(desk->memory, import);
	cut_back(import);
	r = import->applying ? apply_slice(desk, import) : check_slice(desk, import);
	if (r >= 0 && desk->tally->item_import) {
		fw_memory_remind(desk->memory, import, desk->now + PAUSE_US);
	}
	return r;
}

/* --- beginning ------------------------------------------------------------------------------------ */

static int begin(struct fw_desk *desk, struct fw_account *account, char *text, bool csv,
	struct fw_item_import **ret_import)
{
	struct fw_item_import *import =
		fw_memory_add(desk->memory, FW_RECORD_ITEM_IMPORT, sizeof(*import));
	struct data *data = read_file(text, csv);
	int r = fw_item_sha256(text, data->sha256);

	if (json_array_size(data->csv.documents) > FILE_MAX_ITEMS) {
		fw_fault_list_add(&data->faults, "items", "", "too_many",
			"一个文件最多 2000 个事项，请分成几个文件");
		json_array_clear(data->csv.documents);
	}
	import->account = account;
	import->csv = csv;
	import->faults = data->faults.count;
	fw_memory_swap(desk->memory, (void **)&import->data, data, free_data);
	fw_memory_touch(desk->memory, desk->tally);
	desk->tally->item_import = import;
	fw_memory_remind(desk->memory, import, desk->now + PAUSE_US);
	*ret_import = import;
	return r;
}

/* The file of the question as UTF-8; g_free. */
static int file_of(const struct fw_http_question *question, char **ret_text)
{
	gsize size = 0;
	const void *bytes = question->bytes ? g_bytes_get_data(question->bytes, &size) : NULL;

	if (size > FILE_MAX_BYTES) {
		return FW_CODE_TOO_LARGE;
	}
	*ret_text = bytes && size > 0 ? fw_csv_text(bytes, size) : NULL;
	return *ret_text ? 0 : FW_CODE_MALFORMED;
}

int fw_catalogue_import_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const char *format = fw_item_text(question->params, "format");
	bool csv = strcmp(format, "csv") == 0;
	struct fw_item_import *import;
	char *text = NULL;
	int r;

	if (desk->tally->item_import) {
		return FW_CODE_IMPORT_RUNNING;
	}
	if (!csv && strcmp(format, "json") != 0) {
		return FW_CODE_MALFORMED;
	}
	if ((r = file_of(question, &text)) != 0) {
		return r;
	}
	r = begin(desk, question->session->account, text, csv, &import);
	import->request = question->request;
	import->apply = strcmp(fw_item_text(question->params, "apply"), "1") == 0;
	return r;
}

int fw_item_import_load(struct fw_desk *desk)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	struct fw_account *account;
	struct fw_item_import *import;
	int r = fw_db_query(desk->setup.db,
		"SELECT account, text, csv, applied, created, changed, same FROM item_import",
		FW_DB_NO_VALUES, &rows);

	if (r < 0 || (r = fw_db_step(rows)) <= 0) {
		return r;
	}
	account = g_hash_table_lookup(desk->accounts, fw_db_column_text(rows, 0));
	if (!account) {
		return -EBADMSG;
	}
	r = begin(desk, account, g_strdup(fw_db_column_text(rows, 1)),
		fw_db_column_int(rows, 2) != 0, &import);
	for (guint i = 0; i < count_of(import); i++) {
		json_array_append_new(import->data->normals,
			fw_item_normal(json_array_get(import->data->csv.documents, i)));
	}
	import->apply = true;
	import->applying = true;
	import->next = (guint)fw_db_column_int(rows, 3);
	import->created = (guint)fw_db_column_int(rows, 4);
	import->changed = (guint)fw_db_column_int(rows, 5);
	import->same = (guint)fw_db_column_int(rows, 6);
	fw_info("import of items goes on applied=%u of=%u", import->next, count_of(import));
	return r;
}

void fw_item_import_free(struct fw_item_import *import)
{
	if (import) {
		g_clear_pointer(&import->data, free_data);
	}
}
