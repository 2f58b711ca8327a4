/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/desk/office.h"

#include "base/crypto.h"
#include "base/log.h"
#include "base/password.h"
#include "base/text.h"
#include "signaling/demo_office.h"
#include "signaling/reads.h"
#include "signaling/schema.h"

#include <string.h>

/* --- setting up --------------------------------------------------------------------------------- */

/* Filling an office hashes ten passwords; one filled database serves all tests of a program. */
static char *template_folder;

static void remove_template(void)
{
	testing_remove_folder(template_folder);
}

static void make_template(void)
{
	g_autofree char *path = NULL, *error = NULL;
	struct fw_db *db;
	bool filled;

	template_folder = testing_make_folder();
	path = g_build_filename(template_folder, "office.db", NULL);
	assert_int_equal(fw_db_open(path, FW_DB_READ_WRITE, 0, &db), 0);
	assert_int_equal(fw_schema_apply(db), 0);
	assert_int_equal(fw_demo_office_fill(db, &filled, &error), 0);
	assert_true(filled);
	fw_db_close(db);
	atexit(remove_template);
}

static void fake_random(void *user, void *ret_bytes, size_t n)
{
	struct office *office = user;
	uint8_t *bytes = ret_bytes;

	for (size_t i = 0; i < n; i++) { /* xorshift64* */
		office->random ^= office->random >> 12;
		office->random ^= office->random << 25;
		office->random ^= office->random >> 27;
		bytes[i] = (uint8_t)((office->random * 2685821657736338717U) >> 56);
	}
}

static void free_queue(void *queue)
{
	g_queue_free_full(queue, (GDestroyNotify)json_decref);
}

static void free_answer(void *answer_void)
{
	struct office_answer *answer = answer_void;

	json_decref(answer->body);
	g_free(answer->cookie);
	g_free(answer);
}

static void free_output(void *output)
{
	fw_desk_output_clear(output);
	g_free(output);
}

static void open_desk(struct office *office)
{
	g_autofree char *path = g_build_filename(office->folder, "office.db", NULL);

	assert_int_equal(fw_db_open(path, FW_DB_READ_WRITE, 0, &office->db), 0);
	office->setup.db = office->db;
	assert_int_equal(fw_desk_create(&office->setup, office->now_us, &office->desk), 0);
}

static void copy_template(struct office *office)
{
	g_autofree char *from = g_build_filename(template_folder, "office.db", NULL);
	g_autofree char *to = g_build_filename(office->folder, "office.db", NULL);
	g_autofree char *bytes = NULL;
	gsize size;

	assert_true(g_file_get_contents(from, &bytes, &size, NULL));
	assert_true(g_file_set_contents(to, bytes, (gssize)size, NULL));
}

static struct office *new_office(void)
{
	static const char *const addresses[] = {"192.0.2.2", NULL};
	static const uint16_t ports[] = {40000, 40001};
	struct office *office = g_new0(struct office, 1);
	g_autofree char *master = NULL, *keys = NULL;

	fw_log_set_level(FW_LOG_ERROR);
	office->folder = testing_make_folder();
	master = g_build_filename(office->folder, "master.key", NULL);
	keys = g_build_filename(office->folder, "keys", NULL);
	assert_int_equal(fw_keystore_open(master, keys, FW_KEYSTORE_CREATE, &office->keystore), 0);
	office->now_us = OFFICE_START_US;
	office->random = 88172645463325252U;
	office->next_connection = 1;
	office->next_request = 1;
	office->next_id = 1;
	memset(office->media.fingerprint_sha256, 7, sizeof(office->media.fingerprint_sha256));
	office->media.addresses = addresses;
	office->media.udp_ports = ports;
	office->media.tcp_ports = ports;
	office->setup = (struct fw_desk_setup){
		.keystore = office->keystore,
		.random = fake_random,
		.random_user = office,
		.workers = 2,
		.media = &office->media,
		.ring_us = 30 * S,
		.queue_us = 1800 * S,
		.flood_calls = 10,
		.flood_us = 300 * S,
		.patience_us = 10 * S,
		.rejoin_us = 60 * S,
		.server_version = "0.1.0",
	};
	office->inputs = g_array_new(FALSE, TRUE, sizeof(struct fw_desk_input));
	office->messages = g_hash_table_new_full(NULL, NULL, NULL, free_queue);
	office->closed = g_hash_table_new(NULL, NULL);
	office->answers = g_hash_table_new_full(NULL, NULL, NULL, free_answer);
	office->media_commands = g_array_new(FALSE, FALSE, sizeof(struct fw_media_command));
	office->recorder_commands = g_array_new(FALSE, FALSE, sizeof(struct fw_recorder_command));
	office->job_commands = g_array_new(FALSE, FALSE, sizeof(struct fw_job_command));
	office->upload_commands = g_array_new(FALSE, FALSE, sizeof(struct fw_upload_command));
	office->sms_commands = g_array_new(FALSE, FALSE, sizeof(struct fw_gateway_command));
	office->reads = g_ptr_array_new_with_free_func(free_output);
	return office;
}

struct office *office_create(void)
{
	struct office *office = new_office();

	if (!template_folder) {
		make_template();
	}
	copy_template(office);
	open_desk(office);
	return office;
}

/* --- a large office ------------------------------------------------------------------------------- */

char *office_area(unsigned number)
{
	return g_strdup_printf("%u", 110101 + number);
}

static void insert(struct fw_db *db, const char *sql, const char *one, const char *two)
{
	assert_int_equal(
		fw_db_run(db, sql, FW_DB_VALUES(fw_db_text(one), fw_db_text(two)), NULL), 0);
}

static void token_bytes(const char *account, uint8_t ret_bytes[FW_SESSION_TOKEN_BYTES])
{
	assert_int_equal(fw_sha256(account, strlen(account), ret_bytes), 0);
}

char *office_large_token(const char *account)
{
	uint8_t bytes[FW_SESSION_TOKEN_BYTES];
	char *text = g_malloc(FW_BASE64URL_CHARS(FW_SESSION_TOKEN_BYTES) + 1);

	token_bytes(account, bytes);
	fw_text_base64url_encode(bytes, sizeof(bytes), text);
	return text;
}

static void add_session(struct fw_db *db, const char *account)
{
	uint8_t bytes[FW_SESSION_TOKEN_BYTES], sha256[FW_SHA256_BYTES];

	token_bytes(account, bytes);
	assert_int_equal(fw_sha256(bytes, sizeof(bytes), sha256), 0);
	assert_int_equal(
		fw_db_run(db,
			"INSERT INTO session (account, token_sha256, created_us, used_us)"
			" VALUES (?1, ?2, ?3, ?3)",
			FW_DB_VALUES(fw_db_text(account), fw_db_blob(sha256, sizeof(sha256)),
				fw_db_int(OFFICE_START_US)),
			NULL),
		0);
}

static void add_place(struct fw_db *db, const char *area, bool home, unsigned number)
{
	g_autofree char *id = g_strdup_printf("%s-%c-%u", area, home ? 'h' : 'a', number);

	insert(db,
		home ? "INSERT INTO service_window (id, name, hall, applicant, home)"
		       " VALUES (?1, ?1, ?2, 0, 1)"
		     : "INSERT INTO service_window (id, name, hall, applicant, home)"
		       " VALUES (?1, ?1, ?2, 1, 0)",
		id, area);
	insert(db, "INSERT INTO account (id, name, password_hash) VALUES (?1, ?2, '$argon2id$none')",
		id, id);
	insert(db,
		home ? "INSERT INTO account_role (account, role, area)"
		       " VALUES (?1, 'home_clerk', ?2)"
		     : "INSERT INTO account_role (account, role, area)"
		       " VALUES (?1, 'applicant_clerk', ?2)",
		id, area);
	add_session(db, id);
}

static void fill_large(struct fw_db *db, unsigned areas, unsigned applicants, unsigned homes)
{
	assert_int_equal(fw_schema_apply(db), 0);
	assert_int_equal(fw_db_begin(db), 0);
	insert(db, "INSERT INTO area (code, name, kind) VALUES (?1, ?2, 'city')", "110000", "城");
	insert(db,
		"INSERT INTO item (id, version, name, pinyin, department, demo, current)"
		" VALUES (?1, 1, ?2, 'sx', '部门', 0, 1)",
		"item", "事项");
	for (unsigned i = 0; i < areas; i++) {
		g_autofree char *area = office_area(i);

		insert(db,
			"INSERT INTO area (code, name, kind, parent) VALUES (?1, ?2, 'county',"
			" '110000')",
			area, area);
		insert(db, "INSERT INTO hall (id, name, area) VALUES (?1, ?2, ?1)", area, area);
		for (int weekday = 1; weekday <= 7; weekday++) {
			assert_int_equal(
				fw_db_run(db,
					"INSERT INTO office_hours (hall, weekday, begin_minute,"
					" end_minute) VALUES (?1, ?2, 0, 1440)",
					FW_DB_VALUES(fw_db_text(area), fw_db_int(weekday)), NULL),
				0);
		}
		insert(db, "INSERT INTO item_area (item, area) VALUES (?1, ?2)", "item", area);
		for (unsigned n = 0; n < applicants; n++) {
			add_place(db, area, false, n);
		}
		for (unsigned n = 0; n < homes; n++) {
			add_place(db, area, true, n);
		}
	}
	assert_int_equal(fw_db_commit(db), 0);
}

struct office *office_create_large(unsigned areas, unsigned applicants, unsigned homes)
{
	struct office *office = new_office();
	g_autofree char *path = g_build_filename(office->folder, "office.db", NULL);
	struct fw_db *db;

	assert_int_equal(fw_db_open(path, FW_DB_READ_WRITE, 0, &db), 0);
	fill_large(db, areas, applicants, homes);
	fw_db_close(db);
	open_desk(office);
	return office;
}

static void close_desk(struct office *office)
{
	for (guint i = 0; i < office->inputs->len; i++) {
		fw_desk_input_clear(&g_array_index(office->inputs, struct fw_desk_input, i));
	}
	g_array_set_size(office->inputs, 0);
	fw_desk_destroy(office->desk);
	fw_db_close(office->db);
}

static void forget_uploads(struct office *office)
{
	for (guint i = 0; i < office->upload_commands->len; i++) {
		struct fw_upload_command *command =
			&g_array_index(office->upload_commands, struct fw_upload_command, i);

		g_clear_pointer(&command->bytes, g_bytes_unref);
	}
	g_array_set_size(office->upload_commands, 0);
}

static void forget_jobs(struct office *office)
{
	for (guint i = 0; i < office->job_commands->len; i++) {
		g_free(g_array_index(office->job_commands, struct fw_job_command, i).start.list);
	}
	g_array_set_size(office->job_commands, 0);
}

void office_restart(struct office *office)
{
	close_desk(office);
	g_hash_table_remove_all(office->messages);
	g_array_set_size(office->media_commands, 0);
	g_array_set_size(office->recorder_commands, 0);
	forget_jobs(office);
	forget_uploads(office);
	g_array_set_size(office->sms_commands, 0);
	open_desk(office);
	office_step(office);
}

void office_destroy(struct office *office)
{
	close_desk(office);
	fw_keystore_close(office->keystore);
	g_array_free(office->inputs, TRUE);
	g_hash_table_destroy(office->messages);
	g_hash_table_destroy(office->closed);
	g_hash_table_destroy(office->answers);
	g_array_free(office->media_commands, TRUE);
	g_array_free(office->recorder_commands, TRUE);
	forget_jobs(office);
	g_array_free(office->job_commands, TRUE);
	forget_uploads(office);
	g_array_free(office->upload_commands, TRUE);
	g_array_free(office->sms_commands, TRUE);
	g_ptr_array_free(office->reads, TRUE);
	testing_remove_folder(office->folder);
	g_free(office);
}

/* --- outputs -------------------------------------------------------------------------------------- */

static void keep_message(struct office *office, const struct fw_desk_output *output)
{
	void *key = GUINT_TO_POINTER(output->send.connection);
	GQueue *queue = g_hash_table_lookup(office->messages, key);
	json_t *message = json_loads(output->send.text, JSON_REJECT_DUPLICATES, NULL);

	assert_non_null(message);
	assert_true(strlen(output->send.text) <= 65536);
	if (!queue) {
		queue = g_queue_new();
		g_hash_table_insert(office->messages, key, queue);
	}
	g_queue_push_tail(queue, message);
}

static void keep_answer(struct office *office, const struct fw_desk_output *output)
{
	struct office_answer *answer = g_new0(struct office_answer, 1);

	answer->status = output->http.status;
	answer->cookie = g_strdup(output->http.set_cookie);
	if (output->http.body) {
		answer->body = json_loads(output->http.body, JSON_REJECT_DUPLICATES, NULL);
		assert_non_null(answer->body);
	}
	assert_null(g_hash_table_lookup(office->answers, GUINT_TO_POINTER(output->http.request)));
	g_hash_table_insert(office->answers, GUINT_TO_POINTER(output->http.request), answer);
}

static void answer_password(struct office *office, const struct fw_desk_output *output)
{
	struct fw_desk_input input = {.kind = FW_IN_PASSWORD_CHECKED};

	assert_true(g_str_has_prefix(output->check.hash, "$argon2id$"));
	input.password.request = output->check.request;
	input.password.matches =
		!office->wrong_passwords && g_str_has_prefix(output->check.password, "demo-");
	if (input.password.matches && output->check.next) {
		char hash[FW_PASSWORD_HASH_SIZE];

		assert_int_equal(fw_password_hash_published(output->check.next, hash), 0);
		input.password.hash = g_strdup(hash);
	}
	g_array_append_val(office->inputs, input);
}

static void keep(struct office *office, struct fw_desk_output *output)
{
	switch (output->kind) {
	case FW_OUT_CLIENT_SEND:
		keep_message(office, output);
		break;
	case FW_OUT_CLIENT_CLOSE:
		g_hash_table_insert(office->closed, GUINT_TO_POINTER(output->close.connection),
			GINT_TO_POINTER(output->close.code));
		break;
	case FW_OUT_HTTP_REPLY:
		keep_answer(office, output);
		break;
	case FW_OUT_READ:
	case FW_OUT_FILE:
	case FW_OUT_BLOB:
		g_ptr_array_add(office->reads, g_memdup2(output, sizeof(*output)));
		return;
	case FW_OUT_CHECK_PASSWORD:
		answer_password(office, output);
		break;
	case FW_OUT_MEDIA:
		g_array_append_val(office->media_commands, output->media.command);
		break;
	case FW_OUT_RECORDER:
		g_array_append_val(office->recorder_commands, output->recorder);
		break;
	case FW_OUT_UPLOAD:
		g_array_append_val(office->upload_commands, output->upload);
		return; /* with its bytes */
	case FW_OUT_JOB:
		g_array_append_val(office->job_commands, output->job);
		output->job.start.list = NULL; /* the copy's now */
		break;
	case FW_OUT_SMS:
		g_array_append_vals(office->sms_commands, output->sms, 1);
		break;
	}
	fw_desk_output_clear(output);
}

/* --- steps ---------------------------------------------------------------------------------------- */

int office_try_step(struct office *office)
{
	g_autoptr(GArray) outputs = g_array_new(FALSE, FALSE, sizeof(struct fw_desk_output));
	GArray *batch = office->inputs;
	int r = fw_desk_step(office->desk, office->now_us,
		(const struct fw_desk_input *)(void *)batch->data, batch->len, outputs);

	if (r < 0) {
		assert_int_equal(outputs->len, 0);
		return r;
	}
	office->inputs = g_array_new(FALSE, TRUE, sizeof(struct fw_desk_input));
	for (guint i = 0; i < batch->len; i++) {
		fw_desk_input_clear(&g_array_index(batch, struct fw_desk_input, i));
	}
	g_array_free(batch, TRUE);
	for (guint i = 0; i < outputs->len; i++) {
		struct fw_desk_output *output = &g_array_index(outputs, struct fw_desk_output, i);

		if (office->lose_outputs) {
			fw_desk_output_clear(output);
			continue;
		}
		if (office->watch) {
			office->watch(office->watch_user, output);
		}
		keep(office, output);
	}
	return 0;
}

void office_step(struct office *office)
{
	do {
		assert_int_equal(office_try_step(office), 0);
	} while (office->inputs->len > 0);
}

void office_wait(struct office *office, int64_t us)
{
	int64_t end_us = office->now_us + us;

	for (;;) {
		int64_t next_us = fw_desk_next_wakeup_us(office->desk);

		if (next_us > end_us) {
			break;
		}
		office->now_us = MAX(office->now_us, next_us);
		office_step(office);
	}
	office->now_us = end_us;
	office_step(office);
}

/* --- HTTP ----------------------------------------------------------------------------------------- */

static uint64_t queue_http(
	struct office *office, enum fw_operation operation, const char *token, const char *params)
{
	struct fw_desk_input input = {.kind = FW_IN_HTTP_REQUEST};

	input.http.request = office->next_request++;
	input.http.operation = operation;
	input.http.token = g_strdup(token);
	input.http.remote = g_strdup("192.0.2.9");
	input.http.params = g_strdup(params ? params : "{}");
	input.http.range_from = -1;
	input.http.range_to = -1;
	g_array_append_val(office->inputs, input);
	return input.http.request;
}

struct office_answer *office_http(
	struct office *office, enum fw_operation operation, const char *token, const char *params)
{
	uint64_t request = queue_http(office, operation, token, params);

	office_step(office);
	return g_hash_table_lookup(office->answers, GUINT_TO_POINTER(request));
}

json_t *office_read(struct office *office, enum fw_operation operation, const char *token,
	const char *params, int *ret_status)
{
	g_autofree char *path = g_build_filename(office->folder, "office.db", NULL);
	g_autofree char *body = NULL;
	struct office_answer *answer;
	struct fw_desk_output *output;
	struct fw_db *db;

	g_ptr_array_set_size(office->reads, 0);
	answer = office_http(office, operation, token, params);
	if (answer) {
		*ret_status = answer->status;
		return NULL;
	}
	assert_int_equal(office->reads->len, 1);
	output = g_ptr_array_index(office->reads, 0);
	assert_int_equal(output->kind, FW_OUT_READ);
	assert_int_equal(fw_db_open(path, FW_DB_READ_ONLY, 0, &db), 0);
	assert_int_equal(
		fw_read(db, output->read.operation, output->read.params, ret_status, &body), 0);
	fw_db_close(db);
	return json_loads(body, JSON_REJECT_DUPLICATES, NULL);
}

char *office_sign_in(struct office *office, const char *account)
{
	g_autofree char *params =
		g_strdup_printf("{\"account\":\"%s\",\"password\":\"demo-%s\"}", account, account);
	struct office_answer *answer = office_http(office, FW_OP_SESSION_CREATE, NULL, params);

	assert_non_null(answer);
	if (answer->status != 200) {
		return NULL;
	}
	assert_true(g_str_has_prefix(answer->cookie, "fw_session="));
	return g_strndup(answer->cookie + 11, strcspn(answer->cookie + 11, ";"));
}

/* --- connections ---------------------------------------------------------------------------------- */

uint64_t office_connect(struct office *office, const char *token)
{
	struct fw_desk_input input = {.kind = FW_IN_CLIENT_OPENED};

	input.opened.connection = office->next_connection++;
	input.opened.token = g_strdup(token);
	input.opened.remote = g_strdup("192.0.2.9");
	g_array_append_val(office->inputs, input);
	office_step(office);
	return input.opened.connection;
}

#define TAKE_PARAMS \
	"{\"window\":\"%s\",\"devices\":{\"face\":\"ok\",\"document\":\"ok\"," \
	"\"microphone\":\"ok\",\"speaker\":\"ok\"},\"codecs\":[\"VP8\"]}"

uint64_t office_sit(struct office *office, const char *account, const char *window)
{
	g_autofree char *token = office_sign_in(office, account);
	uint64_t connection = office_connect(office, token);

	json_decref(office_do(office, connection, "window.take", TAKE_PARAMS, window));
	return connection;
}

void office_hang(struct office *office, uint64_t connection)
{
	struct fw_desk_input input = {.kind = FW_IN_CLIENT_CLOSED};

	input.closed.connection = connection;
	g_array_append_val(office->inputs, input);
	office_step(office);
}

int64_t office_queue(
	struct office *office, uint64_t connection, const char *method, const char *params)
{
	struct fw_desk_input input = {.kind = FW_IN_CLIENT_MESSAGE};

	input.message.connection = connection;
	input.message.text = g_strdup_printf("{\"type\":\"request\",\"id\":%" G_GINT64_FORMAT
					     ",\"method\":\"%s\",\"params\":%s}",
		office->next_id, method, params ? params : "{}");
	input.message.text_bytes = strlen(input.message.text);
	g_array_append_val(office->inputs, input);
	return office->next_id++;
}

static json_t *take_matching(struct office *office, uint64_t connection,
	bool (*matches)(const json_t *message, const void *wanted), const void *wanted)
{
	GQueue *queue = g_hash_table_lookup(office->messages, GUINT_TO_POINTER(connection));

	for (GList *link = queue ? queue->head : NULL; link; link = link->next) {
		json_t *message = link->data;

		if (matches(message, wanted)) {
			g_queue_delete_link(queue, link);
			return message;
		}
	}
	return NULL;
}

static bool is_reply(const json_t *message, const void *wanted)
{
	return strcmp(text_at(message, "type"), "reply") == 0 &&
		json_integer_value(at(message, "id")) == *(const int64_t *)wanted;
}

static bool is_event(const json_t *message, const void *wanted)
{
	return strcmp(text_at(message, "type"), "event") == 0 &&
		strcmp(text_at(message, "event"), wanted) == 0;
}

json_t *office_reply(struct office *office, uint64_t connection, int64_t id)
{
	json_t *reply = take_matching(office, connection, is_reply, &id);

	assert_non_null(reply);
	assert_null(take_matching(office, connection, is_reply, &id)); /* exactly one */
	return reply;
}

json_t *office_event(struct office *office, uint64_t connection, const char *event)
{
	json_t *message = take_matching(office, connection, is_event, event);
	json_t *data = json_incref(json_object_get(message, "data"));

	json_decref(message);
	return data;
}

json_t *office_last(struct office *office, uint64_t connection, const char *event)
{
	json_t *last = NULL, *next;

	while ((next = office_event(office, connection, event))) {
		json_decref(last);
		last = next;
	}
	return last;
}

void office_forget_events(struct office *office, uint64_t connection)
{
	g_hash_table_remove(office->messages, GUINT_TO_POINTER(connection));
}

int office_close_code(struct office *office, uint64_t connection)
{
	return GPOINTER_TO_INT(g_hash_table_lookup(office->closed, GUINT_TO_POINTER(connection)));
}

/* --- requests ------------------------------------------------------------------------------------- */

static json_t *ask(struct office *office, uint64_t connection, const char *method,
	const char *format, va_list list)
{
	g_autofree char *params = g_strdup_vprintf(format, list);
	int64_t id = office_queue(office, connection, method, params);

	office_step(office);
	return office_reply(office, connection, id);
}

json_t *office_ask(
	struct office *office, uint64_t connection, const char *method, const char *format, ...)
{
	va_list list;
	json_t *reply;

	va_start(list, format);
	reply = ask(office, connection, method, format, list);
	va_end(list);
	return reply;
}

json_t *office_do(
	struct office *office, uint64_t connection, const char *method, const char *format, ...)
{
	va_list list;
	json_t *reply, *result;

	va_start(list, format);
	reply = ask(office, connection, method, format, list);
	va_end(list);
	if (!json_is_true(at(reply, "ok"))) {
		g_autofree char *text = json_dumps(reply, 0);

		fail_msg("%s: %s", method, text);
	}
	result = json_incref(json_object_get(reply, "result"));
	json_decref(reply);
	return result;
}

void office_refused(struct office *office, uint64_t connection, const char *code,
	const char *method, const char *format, ...)
{
	va_list list;
	json_t *reply;

	va_start(list, format);
	reply = ask(office, connection, method, format, list);
	va_end(list);
	assert_true(json_is_false(at(reply, "ok")));
	assert_string_equal(text_at(reply, "error.code"), code);
	json_decref(reply);
}

char *office_call(struct office *office, uint64_t requester)
{
	json_t *result = office_do(office, requester, "call.request",
		"{\"item\":\"fanglei-jungong\",\"area\":\"441523\",\"material\":3,"
		"\"citizen_informed\":true}");
	char *id = g_strdup(text_at(result, "call.id"));

	json_decref(result);
	return id;
}

/* --- the other threads ---------------------------------------------------------------------------- */

uint64_t office_last_peer(const struct office *office)
{
	for (guint i = office->media_commands->len; i-- > 0;) {
		const struct fw_media_command *command =
			&g_array_index(office->media_commands, struct fw_media_command, i);

		if (command->kind == FW_MEDIA_PEER_OPEN) {
			return command->peer;
		}
	}
	return 0;
}

void office_media(struct office *office, enum fw_media_event_kind kind, uint64_t peer)
{
	struct fw_desk_input input = {.kind = FW_IN_MEDIA};

	input.media.kind = kind;
	input.media.peer = peer;
	input.media.at_us = office->now_us;
	g_array_append_val(office->inputs, input);
	office_step(office);
}

void office_recorder(struct office *office, enum fw_recorder_event_kind kind, uint64_t call)
{
	struct fw_desk_input input = {.kind = FW_IN_RECORDER};

	input.recorder.kind = kind;
	input.recorder.call = call;
	input.recorder.at_us = office->now_us;
	g_array_append_val(office->inputs, input);
	office_step(office);
}

/* --- JSON ----------------------------------------------------------------------------------------- */

const json_t *at(const json_t *json, const char *path)
{
	g_auto(GStrv) steps = g_strsplit(path, ".", -1);

	for (char **step = steps; json && *step; step++) {
		json = json_is_array(json) ? json_array_get(json, (size_t)atoi(*step))
					   : json_object_get(json, *step);
	}
	return json;
}

const char *text_at(const json_t *json, const char *path)
{
	const char *text = json_string_value(at(json, path));

	return text ? text : "";
}
