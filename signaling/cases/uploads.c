/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/cases/uploads.h"

#include <string.h>

#include "base/db.h"
#include "base/id.h"
#include "base/keystore.h"
#include "base/log.h"
#include "base/sealed.h"
#include "base/text.h"
#include "capture/format.h"
#include "signaling/cases/empty_desk.h"
#include "signaling/cases/files.h"
#include "signaling/cases/page_fault.h"
#include "signaling/cases/pages.h"
#include "signaling/cases/upload_row.h"
#include "signaling/cases/upload_state.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"

#define FW_LOG_TOPIC "uploads"

/* --- rows ------------------------------------------------------------------------------------------- */

static int find(struct fw_desk *desk, const char *id, struct fw_upload *ret_upload)
{
	return fw_upload_load(desk, "SELECT " FW_UPLOAD_COLUMNS " FROM upload WHERE id = ?1",
		FW_DB_VALUES(fw_db_text(id)), ret_upload);
}

/* The one place that changes the state of an upload. */
static int move(
	struct fw_desk *desk, struct fw_upload *upload, enum fw_upload_step step, int64_t received)
{
	enum fw_upload_state before = upload->state;

	if (!fw_upload_move(before, step, &upload->state)) {
		return FW_CODE_WRONG_STATE;
	}
	upload->received = received;
	fw_debug("upload %s->%s upload=%s received=%" G_GINT64_FORMAT, fw_upload_states[before],
		fw_upload_states[upload->state], upload->id, received);
	return fw_db_run(desk->setup.db,
		"UPDATE upload SET state = ?1, received = ?2, used_us = ?3 WHERE id = ?4",
		FW_DB_VALUES(fw_db_text(fw_upload_states[upload->state]), fw_db_int(received),
			fw_db_int(desk->now_us), fw_db_text(upload->id)),
		NULL);
}

static unsigned pieces_of(int64_t bytes)
{
	return (unsigned)((bytes + FW_PIECE_MAX_BYTES - 1) / FW_PIECE_MAX_BYTES);
}

/* Nothing is to be sent any more; what becomes of it is being found out. */
static bool is_whole(const struct fw_upload *upload)
{
	return upload->state == FW_UPLOAD_SEALING || upload->state == FW_UPLOAD_CHECKING;
}

/* --- answers ---------------------------------------------------------------------------------------- */

static void refuse_fault(struct fw_desk *desk, uint64_t request, const char *fault)
{
	g_autofree char *extra = g_strdup_printf("\"fault\":\"%s\"", fault);

	fw_http_refuse_saying(
		desk, request, FW_CODE_UNUSABLE_FILE, fw_page_fault_text(fault), extra);
}

static void answer(
	struct fw_desk *desk, uint64_t request, int status, const struct fw_upload *upload)
{
	bool filed = upload->state == FW_UPLOAD_FILED;
	struct fw_json json;

	if (upload->state == FW_UPLOAD_REFUSED) {
		refuse_fault(desk, request, upload->fault);
		return;
	}
	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_text(&json, "upload", upload->id);
	fw_json_int(&json, "offset", upload->received);
	fw_json_text(&json, "state", filed ? "filed" : is_whole(upload) ? "sealing" : "open");
	fw_json_text(&json, "file", filed ? upload->file : NULL);
	fw_json_close(&json, '}');
	fw_http_answer(desk, request, status, fw_json_steal(&json), NULL);
}

static void refuse_offset(struct fw_desk *desk, uint64_t request, const struct fw_upload *upload)
{
	g_autofree char *extra = g_strdup_printf("\"offset\":%" G_GINT64_FORMAT, upload->received);

	fw_http_refuse(desk, request, FW_CODE_WRONG_OFFSET, extra);
}

/* --- to the writing thread -------------------------------------------------------------------------- */

static void command(struct fw_desk *desk, const struct fw_upload *upload,
	enum fw_upload_command_kind kind, uint64_t request, unsigned piece, GBytes *bytes)
{
	struct fw_desk_output output = {.kind = FW_OUT_UPLOAD};
	struct fw_upload_command *order = &output.upload;

	order->kind = kind;
	order->request = request;
	order->piece = piece;
	order->bytes = bytes ? g_bytes_ref(bytes) : NULL;
	order->size = (uint64_t)upload->bytes;
	g_strlcpy(order->upload, upload->id, sizeof(order->upload));
	g_strlcpy(order->file, upload->file, sizeof(order->file));
	g_snprintf(order->key, sizeof(order->key), "case/%s", upload->case_id);
	(void)fw_text_hex_decode(upload->sha256, order->sha256, sizeof(order->sha256));
	g_array_append_val(desk->outputs, output);
}

static void seal(struct fw_desk *desk, const struct fw_upload *upload, uint64_t request)
{
	command(desk, upload, FW_UPLOAD_SEAL, request, pieces_of(upload->bytes), NULL);
}

static void erase(struct fw_desk *desk, const struct fw_upload *upload)
{
	command(desk, upload, FW_UPLOAD_ERASE, 0, pieces_of(upload->bytes), NULL);
}

/* --- the promise ------------------------------------------------------------------------------------ */

/* How its page is to be made; NULL: nothing said. */
struct wishes {
	const char *desk; /* the empty desk that was learnt when it was taken */
	const char *format; /* of the paper */
};

static bool read_wishes(
	const json_t *params, const struct fw_case_file *file, struct wishes *ret_wishes)
{
	const json_t *desk = json_object_get(params, "desk");
	const json_t *format = json_object_get(params, "format");
	struct wishes wishes = {json_string_value(desk), json_string_value(format)};

	if (desk && !json_is_null(desk) &&
		(!fw_id_valid(wishes.desk) || strcmp(file->kind, "capture") != 0)) {
		return false;
	}
	if (format && !json_is_null(format) &&
		(!wishes.format || fw_format_parse(wishes.format) == FW_FORMAT_COUNT)) {
		return false;
	}
	*ret_wishes = wishes;
	return true;
}

static bool read_promise(const json_t *params, struct fw_case_file *ret_file, const char **ret_key)
{
	uint8_t digest[FW_SHA256_BYTES];
	struct fw_case_file file = {
		.case_id = json_string_value(json_object_get(params, "case")),
		.material = json_integer_value(json_object_get(params, "material")),
		.kind = json_string_value(json_object_get(params, "kind")),
		.name = json_string_value(json_object_get(params, "name")),
		.rotation = json_integer_value(json_object_get(params, "rotation")),
		.bytes = json_integer_value(json_object_get(params, "bytes")),
		.sha256 = json_string_value(json_object_get(params, "sha256")),
	};

	*ret_key = json_string_value(json_object_get(params, "key"));
	if (!fw_id_valid(file.case_id) || !fw_id_valid(*ret_key) || file.material < 0 || !file.kind ||
		(strcmp(file.kind, "capture") != 0 && strcmp(file.kind, "original") != 0)) {
		return false;
	}
	if (!file.name || !fw_text_is_typed(file.name, FW_NAME_MAX_CHARS, false) ||
		file.rotation % 90 != 0 || file.rotation < 0 || file.rotation >= 360 ||
		file.bytes < 0 || !file.sha256 ||
		fw_text_hex_decode(file.sha256, digest, sizeof(digest)) < 0) {
		return false;
	}
	*ret_file = file;
	return true;
}

static int store_promise(struct fw_desk *desk, const struct fw_account *account,
	const struct fw_case_file *file, const char *client_key, const struct wishes *wishes,
	struct fw_upload *ret_upload)
{
	struct fw_upload upload = {.state = FW_UPLOAD_OPEN,
		.material = file->material,
		.rotation = file->rotation,
		.bytes = file->bytes};
	g_autofree void *name = NULL;
	uint8_t random[FW_ID_RANDOM_BYTES];
	size_t name_size = 0;
	int r;

	desk->setup.random(desk->setup.random_user, random, sizeof(random));
	fw_id_make(desk->now_us, random, upload.id);
	desk->setup.random(desk->setup.random_user, random, sizeof(random));
	fw_id_make(desk->now_us, random, upload.file);
	g_strlcpy(upload.case_id, file->case_id, sizeof(upload.case_id));
	r = fw_case_file_seal_name(desk, &(struct fw_sealed_place){"upload", "name", upload.id},
		file->case_id, file->name, &name, &name_size);
	if (r < 0) {
		return r;
	}
	*ret_upload = upload;
	return fw_db_run(desk->setup.db,
		"INSERT INTO upload (id, account, client_key, case_id, material, kind, name,"
		" rotation, bytes, sha256, state, received, file, created_us, used_us, desk, "
		"format)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'open', 0, ?11, ?12, ?12, ?13, "
		"?14)",
		FW_DB_VALUES(fw_db_text(upload.id), fw_db_text(account->person->id),
			fw_db_text(client_key), fw_db_text(file->case_id),
			file->material ? fw_db_int(file->material) : fw_db_null(),
			fw_db_text(file->kind), fw_db_blob(name, name_size),
			fw_db_int(file->rotation), fw_db_int(file->bytes), fw_db_text(file->sha256),
			fw_db_text(upload.file), fw_db_int(desk->now_us), fw_db_text(wishes->desk),
			fw_db_text(wishes->format)),
		NULL);
}

/* Those that nobody went on with for long make room. */
static int expire(struct fw_desk *desk)
{
	struct fw_upload upload;
	int r;

	while ((r = fw_upload_load(desk,
			"SELECT " FW_UPLOAD_COLUMNS
			" FROM upload WHERE state = 'open' AND used_us < ?1 LIMIT 1",
			FW_DB_VALUES(fw_db_int(desk->now_us - FW_UPLOAD_KEPT_US)), &upload)) == 0) {
		erase(desk, &upload);
		r = move(desk, &upload, FW_UPLOAD_EXPIRE, upload.received);
		if (r < 0) {
			return r;
		}
	}
	return r == -ENOENT ? 0 : r;
}

static int too_many_open(struct fw_desk *desk, const struct fw_account *account)
{
	int64_t open = 0;
	int r = fw_db_query_int(desk->setup.db,
		"SELECT COUNT(*) FROM upload WHERE account = ?1"
		" AND (state = 'open' OR state = 'writing' OR state = 'sealing'"
		" OR state = 'checking')",
		FW_DB_VALUES(fw_db_text(account->person->id)), &open);

	return r < 0 ? r : open >= FW_UPLOADS_OPEN_MAX ? FW_CODE_TOO_MANY : 0;
}

int fw_upload_create_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const struct fw_account *account = question->session->account;
	struct fw_case_file file;
	struct fw_upload upload;
	const char *client_key;
	struct wishes wishes;
	int r;

	if (!read_promise(question->params, &file, &client_key) ||
		!read_wishes(question->params, &file, &wishes)) {
		return FW_CODE_MALFORMED;
	}
	if (file.bytes == 0) {
		refuse_fault(desk, question->request, "empty");
		return 0;
	}
	if (file.bytes > FW_HTTP_UPLOAD_MAX_BYTES) {
		return FW_CODE_FILE_TOO_LARGE;
	}
	r = fw_upload_load(desk,
		"SELECT " FW_UPLOAD_COLUMNS " FROM upload WHERE account = ?1 AND client_key = ?2",
		FW_DB_VALUES(fw_db_text(account->person->id), fw_db_text(client_key)), &upload);
	if (r == 0) {
		if (strcmp(upload.case_id, file.case_id) != 0 ||
			g_ascii_strcasecmp(upload.sha256, file.sha256) != 0 ||
			upload.state == FW_UPLOAD_DROPPED) {
			return FW_CODE_WRONG_STATE; /* another file under the same key */
		}
		answer(desk, question->request, 200, &upload);
		return 0;
	}
	if (r != -ENOENT || (r = fw_case_file_check(desk, account, &file)) != 0 ||
		(r = expire(desk)) < 0 || (r = too_many_open(desk, account)) != 0 ||
		(r = store_promise(desk, account, &file, client_key, &wishes, &upload)) < 0) {
		return r;
	}
	answer(desk, question->request, 201, &upload);
	return 0;
}

/* --- pieces ----------------------------------------------------------------------------------------- */

static int find_own(
	struct fw_desk *desk, const struct fw_http_question *question, struct fw_upload *ret_upload)
{
	const char *id = json_string_value(json_object_get(question->params, "upload"));
	int r = fw_id_valid(id) ? find(desk, id, ret_upload) : -ENOENT;

	if (r == -ENOENT ||
		(r == 0 && strcmp(ret_upload->account, question->session->account->person->id) != 0)) {
		return FW_CODE_NOT_FOUND;
	}
	return r;
}

int fw_upload_get_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	struct fw_upload upload;
	int r = find_own(desk, question, &upload);

	if (r == 0) {
		answer(desk, question->request, 200, &upload);
	}
	return r;
}

static bool read_offset(const struct fw_http_question *question, int64_t *ret_offset)
{
	const char *text = json_string_value(json_object_get(question->params, "offset"));
	gint64 offset;

	if (!text ||
		!g_ascii_string_to_signed(text, 10, 0, FW_HTTP_UPLOAD_MAX_BYTES, &offset, NULL)) {
		return false;
	}
	*ret_offset = offset;
	return true;
}

/* The first piece says what the file is; what can never be filed is refused before the rest comes. */
static int learn_type(struct fw_desk *desk, const struct fw_upload *upload, GBytes *bytes)
{
	size_t size;
	const void *data = g_bytes_get_data(bytes, &size);
	const char *media_type = fw_case_media_type(data, size);

	if (!media_type) {
		return FW_CODE_UNSUPPORTED_MEDIA;
	}
	return fw_db_run(desk->setup.db, "UPDATE upload SET media_type = ?1 WHERE id = ?2",
		FW_DB_VALUES(fw_db_text(media_type), fw_db_text(upload->id)), NULL);
}

int fw_upload_piece_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	struct fw_upload upload;
	int64_t offset, expected, size;
	int r = find_own(desk, question, &upload);

	if (r != 0) {
		return r;
	}
	if (!question->bytes || !read_offset(question, &offset)) {
		return FW_CODE_MALFORMED;
	}
	if (upload.state == FW_UPLOAD_FILED || upload.state == FW_UPLOAD_REFUSED ||
		is_whole(&upload)) {
		answer(desk, question->request, 200, &upload); /* sent again: nothing is missing */
		return 0;
	}
	if (offset != upload.received || upload.state != FW_UPLOAD_OPEN) {
		refuse_offset(desk, question->request, &upload);
		return 0;
	}
	size = (int64_t)g_bytes_get_size(question->bytes);
	expected = MIN(upload.bytes - offset, FW_PIECE_MAX_BYTES);
	if (size != expected) {
		return FW_CODE_MALFORMED;
	}
	r = offset == 0 ? learn_type(desk, &upload, question->bytes) : 0;
	if (r == 0) {
		r = move(desk, &upload, FW_UPLOAD_TAKE, offset);
	}
	if (r == 0) {
		command(desk, &upload, FW_UPLOAD_PIECE, question->request,
			(unsigned)(offset / FW_PIECE_MAX_BYTES), question->bytes);
	}
	return r;
}

/* --- what the disk says ----------------------------------------------------------------------------- */

/* The disk's trouble is not the client's fault: it tries again. */
static void refuse_disk(struct fw_desk *desk, uint64_t request)
{
	if (request) {
		fw_http_refuse(desk, request, FW_CODE_BUSY, NULL);
	}
}

static int piece_written(
	struct fw_desk *desk, struct fw_upload *upload, const struct fw_upload_event *event)
{
	int64_t received = upload->received + (int64_t)event->bytes;
	bool last = received == upload->bytes;
	int r;

	if (event->result < 0) {
		refuse_disk(desk, event->request);
		return move(desk, upload, FW_UPLOAD_LOST, upload->received);
	}
	r = move(desk, upload, last ? FW_UPLOAD_WROTE_LAST : FW_UPLOAD_WROTE, received);
	if (r != 0) {
		return r;
	}
	if (last) {
		seal(desk, upload, event->request); /* its reply comes when the file is whole */
	} else {
		answer(desk, event->request, 200, upload);
	}
	return 0;
}

static int file_name(struct fw_desk *desk, const struct fw_upload *upload, char **ret_name)
{
	const struct fw_sealed_place place = {"upload", "name", upload->id};
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	uint8_t key[FW_AEAD_KEY_BYTES];
	char id[FW_KEY_ID_MAX_BYTES + 1];
	const void *sealed;
	size_t size;
	int r = fw_db_query(desk->setup.db, "SELECT name FROM upload WHERE id = ?1",
		FW_DB_VALUES(fw_db_text(upload->id)), &rows);

	if (r < 0 || (r = fw_db_step(rows)) <= 0) {
		return r < 0 ? r : -ENOENT;
	}
	g_snprintf(id, sizeof(id), "case/%s", upload->case_id);
	r = fw_keystore_load_key(desk->setup.keystore, id, key);
	if (r < 0) {
		return r;
	}
	sealed = fw_db_column_blob(rows, 0, &size);
	r = fw_sealed_open(key, &place, sealed, size, ret_name);
	fw_wipe(key, sizeof(key));
	return r;
}

/* Whole, with the promised digest: is it a paper at all, and what does its page look like? */
static int file_whole(struct fw_desk *desk, struct fw_upload *upload, uint64_t request)
{
	int r = move(desk, upload, FW_UPLOAD_HOLDS, upload->bytes);

	if (r != 0) {
		return r;
	}
	erase(desk, upload);
	return fw_page_start(desk, upload->case_id, upload->file, upload->rotation, request);
}

static int sealed(
	struct fw_desk *desk, struct fw_upload *upload, const struct fw_upload_event *event)
{
	int r;

	if (event->result == 0) {
		return file_whole(desk, upload, event->request);
	}
	r = move(desk, upload, FW_UPLOAD_DIFFERS, 0); /* from the beginning */
	if (event->result == -EILSEQ) {
		fw_warn("uploaded bytes are not those promised upload=%s", upload->id);
		if (event->request) {
			fw_http_refuse(desk, event->request, FW_CODE_DIGEST_MISMATCH, NULL);
		}
	} else {
		refuse_disk(desk, event->request);
	}
	return r;
}

/* --- what its page says ----------------------------------------------------------------------------- */

static int file_it(struct fw_desk *desk, struct fw_upload *upload)
{
	const struct fw_account *account = g_hash_table_lookup(desk->accounts, upload->account);
	char *name = NULL;
	int r = file_name(desk, upload, &name);

	if (r == 0) {
		const struct fw_case_file file = {
			.id = upload->file,
			.case_id = upload->case_id,
			.material = upload->material,
			.kind = upload->kind,
			.name = name,
			.rotation = upload->rotation,
			.bytes = upload->bytes,
			.sha256 = upload->sha256,
			.media_type = upload->media_type,
		};

		r = fw_case_file_add(desk, account, &file);
	}
	fw_sealed_free(name);
	return r == 0 ? move(desk, upload, FW_UPLOAD_PASSES, upload->bytes) : r;
}

/* The case stays as it was, and nothing is kept but what was wrong. */
static int refuse_it(struct fw_desk *desk, struct fw_upload *upload, const char *fault)
{
	const struct fw_account *account = g_hash_table_lookup(desk->accounts, upload->account);
	g_autofree char *detail =
		g_strdup_printf("{\"case\":\"%s\",\"fault\":\"%s\"}", upload->case_id, fault);
	int r = fw_db_run(desk->setup.db, "UPDATE upload SET fault = ?1 WHERE id = ?2",
		FW_DB_VALUES(fw_db_text(fault), fw_db_text(upload->id)), NULL);

	if (r >= 0) {
		r = fw_db_run(desk->setup.db, "DELETE FROM case_page WHERE file = ?1",
			FW_DB_VALUES(fw_db_text(upload->file)), NULL);
	}
	if (r < 0 || (r = move(desk, upload, FW_UPLOAD_FAULTY, upload->bytes)) != 0) {
		return r;
	}
	g_strlcpy(upload->fault, fault, sizeof(upload->fault));
	command(desk, upload, FW_UPLOAD_DISCARD, 0, 0, NULL);
	fw_info("file refused case=%s file=%s fault=%s", upload->case_id, upload->file, fault);
	return fw_deed(desk, account, NULL, "case.file_refused", "case_file", upload->file, detail);
}

int fw_upload_checked(struct fw_desk *desk, const char *file, const char *fault, uint64_t request)
{
	struct fw_upload upload;
	int r = fw_upload_load(desk,
		"SELECT " FW_UPLOAD_COLUMNS " FROM upload WHERE file = ?1 AND state = 'checking'",
		FW_DB_VALUES(fw_db_text(file)), &upload);

	if (r < 0) {
		return r;
	}
	r = fault ? refuse_it(desk, &upload, fault) : file_it(desk, &upload);
	if (r == 0 && request) {
		answer(desk, request, 200, &upload);
	}
	return r;
}

int fw_upload_event_input(struct fw_desk *desk, const struct fw_upload_event *event)
{
	struct fw_upload upload;
	int r;

	if (event->kind == FW_UPLOAD_KEEP) {
		return fw_empty_desk_written(desk, event);
	}
	r = find(desk, event->upload, &upload);
	if (r == -ENOENT) {
		return 0;
	}
	if (r < 0) {
		return r;
	}
	r = event->kind == FW_UPLOAD_PIECE ? piece_written(desk, &upload, event)
					   : sealed(desk, &upload, event);
	return r > 0 ? 0 : r; /* a late answer to a step that is over changes nothing */
}

int fw_uploads_load(struct fw_desk *desk)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_run(desk->setup.db,
		"UPDATE upload SET state = 'open' WHERE state = 'writing'", FW_DB_NO_VALUES, NULL);

	if (r >= 0) {
		r = fw_db_query(desk->setup.db,
			"SELECT " FW_UPLOAD_COLUMNS " FROM upload WHERE state = 'sealing'",
			FW_DB_NO_VALUES, &rows);
	}
	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		struct fw_upload upload;

		r = fw_upload_read(rows, &upload);
		if (r == 0) {
			seal(desk, &upload, 0);
		}
	}
	return r;
}
