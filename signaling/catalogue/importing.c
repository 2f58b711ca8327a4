/* SPDX-License-Identifier: Apache-2.0 */
/* Files of documents: checked as a whole, each item that differs from its current version becomes a draft, or none
 * does; and pictures. Bounded so that one file takes the desk some 40 ms. */
#include "base/crypto.h"
#include "base/db.h"
#include "base/text.h"
#include "signaling/catalogue/document_csv.h"
#include "signaling/catalogue/editing.h"
#include "signaling/catalogue/item_rows.h"
#include "signaling/cases/files.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/http.h"
#include "signaling/directory/csv.h"

#include <errno.h>
#include <string.h>

#define FILE_MAX_BYTES    (1024 * 1024)
#define FILE_MAX_ITEMS    200
#define PICTURE_MAX_BYTES (512 * 1024)

struct import {
	struct fw_desk *desk;
	const struct fw_http_question *question;
	struct fw_fault_list faults;
	struct fw_item_csv csv; /* documents; lines only of a CSV file */
	json_t *normals; /* list, as documents */
	GArray *wanted; /* bool, as documents: differs from the current version */
	guint created, changed, same;
};

/* --- reading -------------------------------------------------------------------------------------- */

static void on_csv_fault(void *user, unsigned line, const char *column, const char *value,
	const char *code, const char *text)
{
	struct fw_fault_list *list = user;

	list->line = line;
	fw_fault_list_add(list, column, value, code, text);
}

static void read_json(struct import *import, const char *text)
{
	json_error_t error;
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	const json_t *items = json_object_get(root, "items");

	import->csv.lines = g_array_new(FALSE, FALSE, sizeof(struct fw_item_line));
	import->csv.documents = json_array();
	if (!root) {
		import->faults.line = (unsigned)MAX(error.line, 1);
		fw_fault_list_add(&import->faults, "", "", "syntax", "这里不是正确的 JSON 格式");
	} else if (!json_is_array(items)) {
		fw_fault_list_add(&import->faults, "items", "", "type", "应为事项的列表");
	} else {
		json_array_extend(import->csv.documents, (json_t *)items);
	}
	json_decref(root);
}

/* --- checking ------------------------------------------------------------------------------------- */

struct place {
	struct import *import;
	guint index;
};

static void on_fault(void *user, const struct fw_item_fault *fault)
{
	struct place *place = user;
	struct import *import = place->import;
	bool csv = import->csv.lines->len > 0;
	g_autofree char *path = csv ? g_strdup(fault->path)
				    : g_strdup_printf("items[%u]%s%s", place->index,
					      fault->path[0] ? "." : "", fault->path);

	import->faults.line =
		csv ? fw_item_csv_line(&import->csv, place->index, fault->material) : 0;
	fw_fault_list_add(&import->faults, path, fault->value, fault->code, fault->text);
}

static void add_fault(struct place *place, const char *code, const char *text)
{
	on_fault(place,
		&(struct fw_item_fault){.path = "id",
			.material = -1,
			.value = place->import->faults.item,
			.code = code,
			.text = text});
}

/* Against what is there: a draft of somebody's, areas outside the editor's. */
static int check_present(struct place *place, const json_t *normal)
{
	struct import *import = place->import;
	struct fw_db *db = import->desk->setup.db;
	fw_cleanup(fw_draft_clear) struct fw_draft draft = {0};
	const char *item = fw_item_text(normal, "id");
	json_auto_t *now = NULL;
	int64_t newest = 0;
	bool current = false, wanted = true;
	int r = fw_draft_load(db, item, &draft);

	if (r < 0 || (r = fw_item_newest(db, item, &newest, &current)) < 0 ||
		(newest && (r = fw_item_load(db, item, newest, &now)) < 0)) {
		return r;
	}
	if (draft.revision) {
		add_fault(place, "draft_exists", "有未发布的草稿，请先发布或放弃");
	}
	r = fw_editing_allowed(import->desk, import->question, item, &draft);
	if (r == FW_CODE_FORBIDDEN ||
		!fw_editing_may(import->desk, import->question->session->account->person,
			json_object_get(normal, "areas"))) {
		add_fault(place, "forbidden", "实施范围超出本人管辖范围");
	}
	wanted = !current || !json_equal(now, normal);
	import->same += !wanted;
	import->created += wanted && !newest;
	import->changed += wanted && newest;
	g_array_append_val(import->wanted, wanted);
	return MIN(r, 0);
}

static int check_document(struct import *import, guint index, GHashTable *seen)
{
	const json_t *document = json_array_get(import->csv.documents, index);
	struct place place = {import, index};
	json_t *normal = fw_item_normal(document);
	int r;

	json_array_append_new(import->normals, normal);
	import->faults.item = fw_item_text(normal, "id");
	r = fw_draft_check(import->desk->setup.db, document, on_fault, &place);
	if (r >= 0 && !g_hash_table_add(seen, (void *)import->faults.item) &&
		import->csv.lines->len == 0) { /* a table has said so already */
		add_fault(&place, "duplicate", "这个事项在文件里出现了两次");
	}
	if (r >= 0 && json_dumpb(normal, NULL, 0, JSON_COMPACT) > FW_ITEM_DOCUMENT_MAX_BYTES) {
		add_fault(&place, "too_large", "这个事项的内容过长");
	}
	return r < 0 ? r : check_present(&place, normal);
}

static int check_all(struct import *import)
{
	GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal);
	size_t count = json_array_size(import->csv.documents);
	int r = 0;

	if (count > FILE_MAX_ITEMS) {
		fw_fault_list_add(&import->faults, "items", "", "too_many",
			"一个文件最多 200 个事项，请分成几个文件");
		count = 0;
	}
	for (size_t i = 0; r >= 0 && i < count; i++) {
		r = check_document(import, (guint)i, seen);
	}
	g_hash_table_destroy(seen);
	return r;
}

/* --- taking in ------------------------------------------------------------------------------------ */

static int take_in(struct import *import, const char *text)
{
	const struct fw_account *account = import->question->session->account;
	const struct fw_draft none = {0};
	char sha256[FW_ITEM_SHA256_SIZE] = "";
	g_autofree char *detail = NULL;
	int64_t revision;
	int r = fw_item_sha256(text, sha256);

	for (size_t i = 0; r >= 0 && i < json_array_size(import->normals); i++) {
		if (g_array_index(import->wanted, bool, i)) {
			r = fw_editing_store(import->desk, account,
				json_array_get(import->normals, i), &none, 0, &revision);
		}
	}
	detail = g_strdup_printf("{\"created\":%u,\"changed\":%u,\"same\":%u,\"sha256\":\"%s\"}",
		import->created, import->changed, import->same, sha256);
	return r < 0 ? r
		     : fw_deed(import->desk, account, account->window, "catalogue.imported", NULL,
			       NULL, detail);
}

static void answer(struct import *import, bool applied)
{
	struct fw_json json;

	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_int(&json, "items", (int64_t)json_array_size(import->csv.documents));
	fw_json_int(&json, "created", import->created);
	fw_json_int(&json, "changed", import->changed);
	fw_json_int(&json, "same", import->same);
	fw_json_bool(&json, "applied", applied);
	fw_fault_list_render(&import->faults, &json);
	fw_json_close(&json, '}');
	fw_http_answer(import->desk, import->question->request, 200, fw_json_steal(&json), NULL);
}

static int run(struct import *import, const char *text, bool apply)
{
	int r = check_all(import);

	if (r >= 0 && apply && import->faults.count > 0) {
		struct fw_json json;

		fw_json_init(&json);
		fw_fault_list_render(&import->faults, &json);
		*import->question->extra = fw_json_steal(&json);
		return FW_CODE_FAULTY;
	}
	if (r >= 0 && apply) {
		r = take_in(import, text);
	}
	if (r >= 0) {
		answer(import, apply);
	}
	return MIN(r, 0);
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
	struct import import = {.desk = desk, .question = question};
	g_autofree char *text = NULL;
	int r = file_of(question, &text);

	if (r == 0 && !csv && strcmp(format, "json") != 0) {
		r = FW_CODE_MALFORMED;
	}
	if (r != 0) {
		return r;
	}
	fw_fault_list_init(&import.faults);
	import.normals = json_array();
	import.wanted = g_array_new(FALSE, FALSE, sizeof(bool));
	if (csv) {
		fw_item_csv_read(text, &import.csv, on_csv_fault, &import.faults);
		import.faults.line = 0;
	} else {
		read_json(&import, text);
	}
	r = run(&import, text, strcmp(fw_item_text(question->params, "apply"), "1") == 0);
	g_array_free(import.wanted, TRUE);
	json_decref(import.normals);
	fw_item_csv_clear(&import.csv);
	fw_fault_list_clear(&import.faults);
	return r;
}

/* --- pictures ------------------------------------------------------------------------------------- */

static int store_picture(struct fw_desk *desk, const struct fw_account *account, const char *sha256,
	const char *media_type, const void *bytes, gsize size)
{
	g_autofree char *detail = g_strdup_printf("{\"bytes\":%" G_GSIZE_FORMAT "}", size);
	int64_t stored = 0;
	int r = fw_db_run(desk->setup.db,
		"INSERT INTO item_picture (sha256, media_type, bytes, stored_us, stored_by)"
		" VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
		FW_DB_VALUES(fw_db_text(sha256), fw_db_text(media_type), fw_db_blob(bytes, size),
			fw_db_int(desk->now_us), fw_db_text(account->person->id)),
		&stored);

	return r < 0 || !stored ? r
				: fw_deed(desk, account, account->window, "item.picture_stored",
					  "picture", sha256, detail);
}

int fw_catalogue_picture_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	gsize size = 0;
	const void *bytes = question->bytes ? g_bytes_get_data(question->bytes, &size) : NULL;
	const char *media_type = bytes ? fw_case_media_type(bytes, size) : NULL;
	char sha256[FW_ITEM_SHA256_SIZE];
	uint8_t digest[FW_SHA256_BYTES];
	struct fw_json json;
	int r;

	if (size > PICTURE_MAX_BYTES) {
		return FW_CODE_TOO_LARGE;
	}
	if (!media_type || !g_str_has_prefix(media_type, "image/")) {
		return FW_CODE_UNSUPPORTED_MEDIA;
	}
	r = fw_sha256(bytes, size, digest);
	fw_text_hex_encode(digest, sizeof(digest), sha256);
	if (r < 0 ||
		(r = store_picture(
			 desk, question->session->account, sha256, media_type, bytes, size)) < 0) {
		return r;
	}
	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_text(&json, "picture", sha256);
	fw_json_close(&json, '}');
	fw_http_answer(desk, question->request, 201, fw_json_steal(&json), NULL);
	return 0;
}
