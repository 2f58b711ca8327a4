/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/simulator/server.h"

#include "base/db.h"
#include "base/keystore.h"
#include "signaling/desk/state.h"
#include "tests/simulator/clerk.h"
#include "tests/simulator/gateway.h"
#include "tests/simulator/invariants.h"
#include "tests/simulator/line.h"
#include "tests/simulator/media.h"
#include "tests/simulator/model.h"
#include "tests/simulator/questions.h"
#include "tests/simulator/town.h"

#include <glib/gstdio.h>
#include <string.h>

#define MS INT64_C(1000)

#define KEY(number) ((void *)(uintptr_t)(number))

/* --- its life ------------------------------------------------------------------------------------- */

static void fill_random(void *user, void *ret_bytes, size_t size)
{
	struct sim *sim = user;

	dice_bytes(&sim->dice, ret_bytes, size);
}

static char *path_of(const struct server *server, const char *name)
{
	return g_build_filename(server->folder, name, NULL);
}

static void open_database(struct sim *sim)
{
	g_autofree char *path = path_of(sim->server, "office.db");
	int r = fw_db_open(path, FW_DB_READ_WRITE, 0, &sim->server->db);

	demand(sim, r == 0, "the database opens", "errno=%d", -r);
	sim->server->setup.db = sim->server->db;
}

static void start(struct sim *sim, void *who, uint64_t number, const char *text)
{
	struct server *server = sim->server;
	int r;

	(void)who;
	(void)number;
	(void)text;
	open_database(sim);
	if (dice_chance(&sim->dice, 250)) { /* it dies while it starts, and comes again */
		fw_db_fail_nth(server->db, 1 + (unsigned)dice_roll(&sim->dice, 40), -28);
	}
	r = fw_desk_create(&server->setup, sim_wall_us(sim), &server->desk);
	fw_db_fail_nth(server->db, 0, 0);
	if (r < 0) {
		sim->counts.failed_batches++;
		r = fw_desk_create(&server->setup, sim_wall_us(sim), &server->desk);
	}
	demand(sim, r == 0, "the server starts on what it left", "errno=%d", -r);
	server->run++;
	server->steady_us = sim_wall_us(sim);
	sim_tell(sim, "server starts, run %u", server->run);
	model_read(sim);
	invariants_check(sim, true);
}

void server_create(struct sim *sim)
{
	static const char *const addresses[] = {"192.0.2.2", NULL};
	static const uint16_t ports[] = {40000, 40001};
	struct server *server = g_new0(struct server, 1);
	g_autofree char *master = NULL, *keys = NULL;

	sim->server = server;
	server->folder = g_dir_make_tmp("farwindow-sim-XXXXXX", NULL);
	demand(sim, server->folder, "there is room for a folder", "%s", g_get_tmp_dir());
	master = path_of(server, "master.key");
	keys = path_of(server, "keys");
	demand(sim, fw_keystore_open(master, keys, FW_KEYSTORE_CREATE, &server->keystore) == 0,
		"the keystore opens", "%s", keys);
	memset(server->media.fingerprint_sha256, 7, sizeof(server->media.fingerprint_sha256));
	server->media.addresses = addresses;
	server->media.udp_ports = ports;
	server->media.tcp_ports = ports;
	server->setup = (struct fw_desk_setup){
		.keystore = server->keystore,
		.random = fill_random,
		.random_user = sim,
		.workers = 2,
		.media = &server->media,
		.ring_us = 30 * TOWN_SECOND,
		.overflow_us = dice_chance(&sim->dice, 500) ? 15 * TOWN_SECOND : 0,
		.ring_group = (unsigned)dice_roll(&sim->dice, 3),
		.queue_us = 600 * TOWN_SECOND,
		.flood_calls = 6,
		.flood_us = 300 * TOWN_SECOND,
		.patience_us = 10 * TOWN_SECOND,
		.rejoin_us = 60 * TOWN_SECOND,
		.server_version = "0.1.0",
		.sms = &server->sms,
	};
	gateway_settings(sim, &server->sms);
	server->inputs = g_array_new(FALSE, TRUE, sizeof(struct fw_desk_input));
	server->lines = g_hash_table_new(NULL, NULL);
	server->all_lines = g_ptr_array_new_with_free_func(g_free);
	server->asked = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	server->due = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	server->next_connection = 1;
	server->next_request = 1;
	server->digest = 14695981039346656037U;
	open_database(sim);
	town_write(sim->town, server->db);
	fw_db_close(server->db);
	start(sim, NULL, 0, NULL);
}

static void drop_inputs(struct server *server)
{
	for (guint i = 0; i < server->inputs->len; i++) {
		fw_desk_input_clear(&g_array_index(server->inputs, struct fw_desk_input, i));
	}
	g_array_set_size(server->inputs, 0);
}

static void close_desk(struct server *server)
{
	drop_inputs(server);
	if (server->desk) {
		fw_desk_destroy(server->desk);
		fw_db_close(server->db);
		server->desk = NULL;
	}
}

static void remove_folder(const char *folder)
{
	GDir *dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);

		if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
			remove_folder(path);
		} else {
			(void)g_unlink(path);
		}
	}
	if (dir) {
		g_dir_close(dir);
	}
	(void)g_rmdir(folder);
}

void server_destroy(struct sim *sim)
{
	struct server *server = sim->server;

	close_desk(server);
	fw_keystore_close(server->keystore);
	remove_folder(server->folder);
	g_free(server->folder);
	g_array_free(server->inputs, TRUE);
	g_hash_table_destroy(server->lines);
	g_ptr_array_free(server->all_lines, TRUE);
	g_hash_table_destroy(server->asked);
	g_hash_table_destroy(server->due);
	g_free(server);
}

void server_leave(const struct sim *sim)
{
	if (!sim->server || !sim->server->folder) {
		return;
	}
	if (g_getenv("FW_SIM_KEEP")) {
		(void)g_printerr("the database is kept in %s\n", sim->server->folder);
	} else {
		remove_folder(sim->server->folder);
	}
}

bool server_is_up(const struct sim *sim)
{
	return sim->server->desk != NULL;
}

void server_clock_set(struct sim *sim)
{
	sim->server->steady_us = sim_wall_us(sim);
	sim->server->set_step = sim->counts.steps;
}

/* --- what enters ------------------------------------------------------------------------------------ */

void server_give(struct sim *sim, const struct fw_desk_input *input)
{
	g_array_append_vals(sim->server->inputs, input, 1);
}

int64_t server_wakeup_us(const struct sim *sim)
{
	int64_t wall_us;

	if (!sim->server->desk) {
		return INT64_MAX;
	}
	if (sim->server->inputs->len > 0) {
		return sim->now_us;
	}
	wall_us = fw_desk_next_wakeup_us(sim->server->desk);
	return wall_us == INT64_MAX ? wall_us : MAX(sim->now_us, wall_us - sim->clock_us);
}

/* --- passwords ---------------------------------------------------------------------------------------- */

static void password_checked(struct sim *sim, void *run, uint64_t request, const char *text)
{
	struct fw_desk_input input = {.kind = FW_IN_PASSWORD_CHECKED};

	if (!sim->server->desk || sim->server->run != (unsigned)(uintptr_t)run) {
		return;
	}
	input.password.request = request;
	input.password.matches = strcmp(text, "right") == 0;
	server_give(sim, &input);
}

/* --- what leaves -------------------------------------------------------------------------------------- */

static void digest(struct server *server, const char *text)
{
	for (; *text; text++) {
		server->digest = (server->digest ^ (uint8_t)*text) * 1099511628211U;
	}
}

/* What the page at a window knows of the rehearsal of its hall: from sitting down, then from events. */
static void note_drill(struct line *line, const char *text)
{
	bool changed = g_str_has_prefix(text, "{\"type\":\"event\",\"event\":\"drill.changed\"");
	const json_t *told;
	json_t *message;

	if (!changed && !strstr(text, "\"drill\":{") && !strstr(text, "\"drill\":null")) {
		return;
	}
	message = json_loads(text, 0, NULL);
	told = json_object_get(message, changed ? "data" : "result");
	if (changed || json_is_object(json_object_get(told, "window"))) {
		line->drill =
			json_integer_value(json_object_get(json_object_get(told, "drill"), "id"));
	}
	json_decref(message);
}

/* In the step in which the desk hears that a page is gone, what it did before in that step may still say something to it. */
static bool may_be_told(const struct sim *sim, const struct line *line)
{
	return line && (!line->over || (line->told_at && sim->counts.steps == line->told_at + 1));
}

static void let_send(struct sim *sim, const struct fw_desk_output *output)
{
	struct server *server = sim->server;
	struct line *line = g_hash_table_lookup(server->lines, KEY(output->send.connection));
	const char *text = output->send.text;

	demand(sim, may_be_told(sim, line), "nothing is sent to who is gone",
		"connection=%" G_GUINT64_FORMAT " %.80s", output->send.connection, text);
	digest(server, text);
	note_drill(line, text);
	if (g_str_has_prefix(text, "{\"type\":\"reply\",\"id\":")) {
		g_autofree char *key = g_strdup_printf("%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT,
			output->send.connection, g_ascii_strtoull(text + 21, NULL, 10));

		demand(sim, g_hash_table_remove(server->due, key), "one reply to each request",
			"connection and id: %s", key);
	}
	line_down(sim, line, text);
}

static void let_close(struct sim *sim, const struct fw_desk_output *output)
{
	struct line *line = g_hash_table_lookup(sim->server->lines, KEY(output->close.connection));

	demand(sim, may_be_told(sim, line), "a connection is ended once",
		"connection=%" G_GUINT64_FORMAT, output->close.connection);
	line->over = true;
	line->told_at = 0;
	line_ended(sim, line, output->close.code);
}

static void let_go(struct sim *sim, struct fw_desk_output *output)
{
	struct server *server = sim->server;

	switch (output->kind) {
	case FW_OUT_CLIENT_SEND:
		let_send(sim, output);
		break;
	case FW_OUT_CLIENT_CLOSE:
		let_close(sim, output);
		break;
	case FW_OUT_HTTP_REPLY:
		question_answer(sim, output->http.request, output->http.status, output->http.body,
			output->http.set_cookie);
		break;
	case FW_OUT_READ:
		question_answer(sim, output->read.request, 200, NULL, NULL);
		break;
	case FW_OUT_FILE:
		question_answer(sim, output->file.request, 200, NULL, NULL);
		break;
	case FW_OUT_BLOB:
		question_answer(sim, output->blob.request, 200, NULL, NULL);
		break;
	case FW_OUT_CHECK_PASSWORD:
		sim_later(sim, dice_between(&sim->dice, 60 * MS, 400 * MS), password_checked,
			KEY(server->run), output->check.request, g_strdup(output->check.password));
		break;
	case FW_OUT_MEDIA:
		media_command(sim, &output->media.command);
		break;
	case FW_OUT_RECORDER:
		media_recorder(sim, &output->recorder);
		break;
	case FW_OUT_JOB:
		media_job(sim, &output->job);
		break;
	case FW_OUT_SMS:
		gateway_take(sim, output->sms);
		break;
	case FW_OUT_UPLOAD:
		break;
	}
}

/* --- steps -------------------------------------------------------------------------------------------- */

static const struct fw_desk_input *batch(const struct server *server)
{
	return (const struct fw_desk_input *)(void *)server->inputs->data;
}

/* Now and then the transaction fails first: nothing of it may have happened. */
static void fail_first(struct sim *sim)
{
	struct server *server = sim->server;
	g_autoptr(GArray) outputs = g_array_new(FALSE, FALSE, sizeof(struct fw_desk_output));
	unsigned before, after;
	uint64_t sum = fw_memory_sum(server->desk->memory, &before), sum_after;
	int r;

	fw_db_fail_nth(server->db, 1 + (unsigned)dice_roll(&sim->dice, 20), -28);
	r = fw_desk_step(
		server->desk, sim_wall_us(sim), batch(server), server->inputs->len, outputs);
	if (r < 0) {
		fw_db_fail_nth(server->db, 0, 0);
		sum_after = fw_memory_sum(server->desk->memory, &after);
		demand(sim, sum == sum_after && before == after && outputs->len == 0,
			"a failed batch changes nothing", "records=%u and %u", before, after);
		sim->counts.failed_batches++;
		return;
	}
	/* It was shorter than that: the batch is done, and its outputs go the ordinary way. */
	fw_db_fail_nth(server->db, 0, 0);
	drop_inputs(server);
	model_read(sim);
	for (guint i = 0; i < outputs->len; i++) {
		struct fw_desk_output *output = &g_array_index(outputs, struct fw_desk_output, i);

		let_go(sim, output);
		fw_desk_output_clear(output);
	}
}

static void expect_replies(struct server *server)
{
	for (guint i = 0; i < server->inputs->len; i++) {
		const struct fw_desk_input *input =
			&g_array_index(server->inputs, struct fw_desk_input, i);
		const struct line *line;

		if (input->kind != FW_IN_CLIENT_MESSAGE) {
			continue;
		}
		line = g_hash_table_lookup(server->lines, KEY(input->message.connection));
		if (line && line->told && !line->over) {
			g_hash_table_add(server->due,
				g_strdup_printf("%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT,
					input->message.connection,
					g_ascii_strtoull(input->message.text + 23, NULL, 10)));
		}
	}
}

/* A connection that was ended in this step need not be answered any more. */
static void check_replies(struct sim *sim)
{
	struct server *server = sim->server;
	GHashTableIter iter;
	void *key;

	g_hash_table_iter_init(&iter, server->due);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		const struct line *line =
			g_hash_table_lookup(server->lines, KEY(g_ascii_strtoull(key, NULL, 10)));

		demand(sim, line && line->over, "each request gets a reply",
			"connection and id: %s", (const char *)key);
	}
	g_hash_table_remove_all(server->due);
}

static void die(struct sim *sim)
{
	struct server *server = sim->server;
	int64_t down_us = dice_chance(&sim->dice, 100)
		? dice_between(&sim->dice, 5 * TOWN_MINUTE, 40 * TOWN_MINUTE)
		: dice_between(&sim->dice, 2 * TOWN_SECOND, 100 * TOWN_SECOND);

	sim_tell(sim, "server dies, back in %" G_GINT64_FORMAT " s", down_us / TOWN_SECOND);
	sim->counts.crashes++;
	close_desk(server);
	server->dying = false;
	g_hash_table_remove_all(server->lines);
	g_hash_table_remove_all(server->due);
	questions_lose(sim);
	media_forget(sim);
	clerks_lose_server(sim);
	sim_later(sim, down_us, start, NULL, 0, NULL);
}

/* Of the outputs of the last batch all are lost, or those behind some place. */
static guint outputs_that_get_out(struct sim *sim, guint count)
{
	return dice_chance(&sim->dice, 500) ? 0 : (guint)dice_roll(&sim->dice, count + 1);
}

void server_step(struct sim *sim)
{
	struct server *server = sim->server;
	g_autoptr(GArray) outputs = NULL;
	bool busy = server->inputs->len > 0, dies = server->dying && busy;
	guint kept;
	int r;

	sim->counts.steps++;
	if (dies && dice_chance(&sim->dice, 300)) { /* before the commit: the batch never was */
		die(sim);
		return;
	}
	expect_replies(server);
	if (busy && dice_chance(&sim->dice, 4)) {
		fail_first(sim);
	}
	outputs = g_array_new(FALSE, FALSE, sizeof(struct fw_desk_output));
	r = fw_desk_step(
		server->desk, sim_wall_us(sim), batch(server), server->inputs->len, outputs);
	demand(sim, r == 0, "a batch is committed", "errno=%d", -r);
	drop_inputs(server);
	model_read(sim);
	kept = dies ? outputs_that_get_out(sim, outputs->len) : outputs->len;
	for (guint i = 0; i < outputs->len; i++) {
		struct fw_desk_output *output = &g_array_index(outputs, struct fw_desk_output, i);

		if (i < kept) {
			let_go(sim, output);
		}
		fw_desk_output_clear(output);
	}
	invariants_check(sim, busy || outputs->len > 0);
	if (dies) {
		die(sim);
		return;
	}
	check_replies(sim);
	invariants_check_told(sim);
	demand(sim, fw_desk_next_wakeup_us(server->desk) > sim_wall_us(sim), "what is due was done",
		"it asks for the past");
}
