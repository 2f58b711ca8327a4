/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/server.h"

#include <errno.h>
#include <glib.h>
#include <jansson.h>
#include <string.h>

#include "base/audit_anchor.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/db.h"
#include "base/db_checkpointer.h"
#include "base/keystore.h"
#include "media/media.h"
#include "recorder/recorder.h"
#include "signaling/api_texts.h"
#include "signaling/demo_office.h"
#include "signaling/desk_thread.h"
#include "signaling/http_head.h"
#include "signaling/jobs.h"
#include "signaling/net/net.h"
#include "signaling/password_pool.h"
#include "signaling/reader_pool.h"
#include "signaling/schema.h"

#define FW_LOG_TOPIC "server"
#include "base/log.h"

#define DB_BUSY_MS 5000
#define DTLS_DAYS  397 /* of the media certificate, made anew at each start */

struct fw_server {
	const struct fw_server_setup *setup;
	struct fw_db *db;
	struct fw_db_checkpointer *checkpointer;
	struct fw_keystore *keystore;
	struct fw_audit_anchor *anchor;
	struct fw_mailbox *mailbox; /* to the desk */
	struct fw_recorder *recorder;
	struct fw_jobs *jobs;
	struct fw_media *media;
	struct fw_static_files *files;
	GBytes *openapi;
	struct fw_net *net;
	struct fw_password_pool *passwords;
	struct fw_reader_pool *readers;
	struct fw_desk_thread *desk;

	/* What offers are made of. */
	struct fw_desk_media_setup offers;
	struct fw_desk_setup desk_setup;
	char **addresses;
	uint16_t udp_ports[FW_MEDIA_WORKERS_MAX], tcp_ports[FW_MEDIA_WORKERS_MAX];
};

/* --- into the desk --------------------------------------------------------------------------------- */

static int on_net_input(void *user, struct fw_desk_input *input)
{
	struct fw_server *server = user;

	return fw_desk_post(server->mailbox, input);
}

static void on_media_event(void *user, const struct fw_media_event *event)
{
	struct fw_server *server = user;
	struct fw_desk_input input = {.kind = FW_IN_MEDIA, .media = *event};

	if (fw_desk_post(server->mailbox, &input) == -EOVERFLOW) {
		fw_error("media event lost peer=%" G_GUINT64_FORMAT " kind=%d", event->peer,
			event->kind);
	}
}

static void on_password_checked(void *user, uint64_t request, bool matches)
{
	struct fw_server *server = user;
	struct fw_desk_input input = {.kind = FW_IN_PASSWORD_CHECKED};

	input.password.request = request;
	input.password.matches = matches;
	if (fw_desk_post(server->mailbox, &input) == -EOVERFLOW) {
		fw_net_reply(server->net, request, 503, fw_http_error_body("busy"), NULL);
	}
}

static void on_drained(void *user, uint64_t request)
{
	struct fw_server *server = user;

	fw_reader_pool_more(server->readers, request);
}

static void on_gone(void *user, uint64_t request)
{
	struct fw_server *server = user;

	if (server->readers) {
		fw_reader_pool_cancel(server->readers, request);
	}
}

/* --- out of the desk ------------------------------------------------------------------------------- */

static void refuse_busy(struct fw_server *server, uint64_t request)
{
	fw_net_reply(server->net, request, 503, fw_http_error_body("busy"), NULL);
}

static void to_passwords(struct fw_server *server, struct fw_desk_output *output)
{
	uint64_t request = output->check.request;

	if (fw_password_pool_check(server->passwords, request, g_steal_pointer(&output->check.hash),
		    g_steal_pointer(&output->check.password)) < 0) {
		/* The desk lets fewer wait than the pool takes, so this is a fault of ours. */
		fw_error("password pool full request=%" G_GUINT64_FORMAT, request);
		on_password_checked(server, request, false);
	}
}

static void to_readers(struct fw_server *server, struct fw_desk_output *output)
{
	uint64_t request = output->kind == FW_OUT_READ ? output->read.request : output->file.request;

	if (fw_reader_pool_take(server->readers, output) < 0) {
		refuse_busy(server, request);
		fw_desk_output_clear(output);
	}
}

static void log_lost(const char *what, int error)
{
	if (error < 0) {
		fw_error("command lost to=%s error=%s", what, g_strerror(-error));
	}
}

static void on_output(void *user, struct fw_desk_output *output)
{
	struct fw_server *server = user;

	switch (output->kind) {
	case FW_OUT_CLIENT_SEND:
		fw_net_send(
			server->net, output->send.connection, g_steal_pointer(&output->send.text));
		break;
	case FW_OUT_CLIENT_CLOSE:
		fw_net_close(server->net, output->close.connection, output->close.code);
		break;
	case FW_OUT_HTTP_REPLY:
		fw_net_reply(server->net, output->http.request, output->http.status,
			g_steal_pointer(&output->http.body),
			g_steal_pointer(&output->http.set_cookie));
		break;
	case FW_OUT_READ:
	case FW_OUT_FILE:
		to_readers(server, output);
		return; /* it is theirs now */
	case FW_OUT_CHECK_PASSWORD:
		to_passwords(server, output);
		break;
	case FW_OUT_MEDIA:
		log_lost("media",
			fw_media_post(server->media, output->media.worker, &output->media.command));
		break;
	case FW_OUT_RECORDER:
		log_lost("recorder", fw_recorder_post(server->recorder, &output->recorder));
		break;
	case FW_OUT_JOB:
		log_lost("jobs", fw_jobs_post(server->jobs, &output->job));
		break;
	}
	fw_desk_output_clear(output);
}

/* --- health ------------------------------------------------------------------------------------------ */

/* Figures are for the machine's own operator; anybody may know that the server lives. */
static void add_figures(const struct fw_server *server, json_t *health)
{
	struct fw_net_figures net;
	struct fw_desk_figures desk;
	struct fw_recorder_figures recorder;
	json_int_t peers = 0;
	json_int_t calls = 0;

	fw_net_read_figures(server->net, &net);
	fw_desk_thread_figures(server->desk, &desk);
	fw_recorder_read_figures(server->recorder, &recorder);
	for (unsigned worker = 0; worker < fw_media_workers(server->media); worker++) {
		struct fw_media_snapshot snapshot;

		fw_media_snapshot(server->media, worker, &snapshot);
		peers += snapshot.peers;
		calls += snapshot.calls;
	}
	(void)json_object_update_new(health,
		json_pack("{s:{s:I,s:I,s:i,s:I,s:I,s:I,s:I},s:{s:I,s:I,s:I,s:I,s:I},"
			  "s:{s:I,s:I},s:{s:I,s:I,s:I,s:I,s:i}}",
			"net", "requests", (json_int_t)net.requests, "refused",
			(json_int_t)net.refused_requests, "websockets", (int)net.websockets,
			"messages_in", (json_int_t)net.messages_in, "messages_out",
			(json_int_t)net.messages_out, "slow_clients", (json_int_t)net.slow_clients,
			"abusive_clients", (json_int_t)net.abusive_clients, "desk", "inputs",
			(json_int_t)desk.inputs, "batches", (json_int_t)desk.batches,
			"failed_batches", (json_int_t)desk.failed_batches, "outputs",
			(json_int_t)desk.outputs, "longest_step_us",
			(json_int_t)desk.longest_step_us, "media", "peers", peers, "calls", calls,
			"recorder", "packets", (json_int_t)recorder.packets, "overrun_packets",
			(json_int_t)recorder.overrun_packets, "stray_packets",
			(json_int_t)recorder.stray_packets, "journal_bytes",
			(json_int_t)recorder.journal_bytes, "open", (int)recorder.open_recordings));
}

static char *on_health(void *user, bool local)
{
	const struct fw_server *server = user;
	json_auto_t *health = json_pack("{s:s,s:s}", "status", "ok", "version", FW_VERSION);
	char *dumped;
	char *text;

	if (local) {
		add_figures(server, health);
	}
	dumped = json_dumps(health, JSON_COMPACT);
	text = g_strdup(dumped);
	free(dumped);
	return text;
}

/* --- start ------------------------------------------------------------------------------------------- */

static int fail(char **ret_problem, int error, const char *what)
{
	*ret_problem = g_strdup_printf("%s: %s", what, g_strerror(-error));
	return error;
}

static int open_database(struct fw_server *server, char **ret_problem)
{
	const struct fw_data_folder *folder = server->setup->folder;
	int r = fw_db_open(folder->database, FW_DB_READ_WRITE, DB_BUSY_MS, &server->db);

	if (r == 0) {
		r = fw_schema_apply(server->db);
	}
	if (r == -ENOTSUP) {
		*ret_problem = g_strdup_printf(
			"%s was written by a newer version of this program", folder->database);
		return r;
	}
	return r < 0 ? fail(ret_problem, r, folder->database) : 0;
}

static int add_load_pairs(struct fw_server *server, char **ret_problem)
{
	unsigned pairs = server->setup->config->demo.load_pairs;
	int r = pairs ? fw_demo_office_add_pairs(server->db, pairs) : 0;

	if (r < 0) {
		*ret_problem = g_strdup_printf("cannot add load_pairs: %s",
			r == -ENOENT ? "this is not the demo office" : g_strerror(-r));
		return r;
	}
	if (pairs) {
		fw_info("windows for load tests pairs=%u", pairs);
	}
	return 0;
}

static int fill_demo(struct fw_server *server, char **ret_problem)
{
	g_autofree char *error = NULL;
	bool filled = false;
	int r;

	if (!server->setup->config->demo.enabled) {
		return 0;
	}
	r = fw_demo_office_fill(server->db, &filled, &error);
	if (r < 0) {
		*ret_problem = g_strdup_printf(
			"cannot fill the demo office: %s", error ? error : g_strerror(-r));
		return r;
	}
	if (filled) {
		fw_info("demo office filled");
	}
	return add_load_pairs(server, ret_problem);
}

static int open_keys(struct fw_server *server, char **ret_problem)
{
	const struct fw_data_folder *folder = server->setup->folder;
	int r = fw_keystore_open(
		folder->master_key, folder->keys, FW_KEYSTORE_CREATE, &server->keystore);
	if (r == -ENOKEY) {
		*ret_problem = g_strdup_printf(
			"%s is missing, but there are keys in %s that only it can open",
			folder->master_key, folder->keys);
		return r;
	}
	return r < 0 ? fail(ret_problem, r, folder->master_key) : 0;
}

static int open_anchor(struct fw_server *server, char **ret_problem)
{
	const char *path = server->setup->folder->audit_anchor;
	uint8_t key[FW_SHA256_BYTES];
	int r = fw_keystore_derive(server->keystore, FW_AUDIT_ANCHOR_PURPOSE, key);

	if (r == 0) {
		r = fw_audit_anchor_open(path, key, server->db, &server->anchor);
	}
	fw_wipe(key, sizeof(key));
	return r < 0 ? fail(ret_problem, r, path) : 0;
}

/* Installed, worker programs lie in libexec; in a build folder, beside the part they belong to. */
static char *find_finaliser(const char *program_folder)
{
	static const char *const places[] = {"farwindow-finalise", "../recorder/farwindow-finalise",
		"../libexec/farwindow/farwindow-finalise"};
	char *path = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		g_free(path);
		path = g_build_filename(program_folder, places[i], NULL);
		if (g_file_test(path, G_FILE_TEST_IS_EXECUTABLE)) {
			return path;
		}
	}
	fw_error("no finaliser, recordings stay journals program=%s", path);
	return path;
}

static int start_recorder(struct fw_server *server, char **ret_problem)
{
	const struct fw_data_folder *folder = server->setup->folder;
	const struct fw_config *config = server->setup->config;
	g_autofree char *finaliser = find_finaliser(server->setup->program_folder);
	struct fw_recorder_config recorder = {
		.journal_dir = folder->journals,
		.workers = config->media.workers ? config->media.workers : g_get_num_processors(),
		.min_free_bytes = (uint64_t)config->recorder.min_free_mib << 20,
	};
	struct fw_jobs_config jobs = {
		.finalise_program = finaliser,
		.journal_dir = folder->journals,
		.blob_dir = folder->blobs,
		.max_running = config->recorder.finalisers,
	};
	int r = fw_recorder_create(
		&recorder, server->mailbox, FW_DESK_MAIL_RECORDER, &server->recorder);

	if (r < 0) {
		return fail(ret_problem, r, "cannot start the recorder");
	}
	r = fw_jobs_create(&jobs, server->mailbox, FW_DESK_MAIL_JOB, &server->jobs);
	return r < 0 ? fail(ret_problem, r, "cannot start the jobs") : 0;
}

/* What the workers' candidates say, as the desk wants it: addresses once, ports per worker. */
static void read_candidates(struct fw_server *server)
{
	g_autoptr(GPtrArray) addresses = g_ptr_array_new();

	for (unsigned worker = 0; worker < fw_media_workers(server->media); worker++) {
		struct fw_media_candidate candidates[2 * FW_MEDIA_ADDRESSES_MAX];
		size_t count = fw_media_candidates(
			server->media, worker, candidates, G_N_ELEMENTS(candidates));

		for (size_t i = 0; i < MIN(count, G_N_ELEMENTS(candidates)); i++) {
			const struct fw_media_candidate *one = &candidates[i];

			(one->tcp ? server->tcp_ports : server->udp_ports)[worker] = one->port;
			if (!strchr(one->address, ':') &&
				!g_ptr_array_find_with_equal_func(
					addresses, one->address, g_str_equal, NULL)) {
				g_ptr_array_add(addresses, g_strdup(one->address));
			}
		}
	}
	g_ptr_array_add(addresses, NULL);
	server->addresses = (char **)g_ptr_array_free(g_steal_pointer(&addresses), FALSE);
}

static int start_media(struct fw_server *server, char **ret_problem)
{
	const struct fw_config_media *config = &server->setup->config->media;
	static const char *const names[] = {"farwindow.invalid", NULL};
	g_autofree char *certificate = NULL;
	g_autofree char *key = NULL;
	struct fw_media_options options = {
		.workers = config->workers ? config->workers : g_get_num_processors(),
		.addresses = (const char *const *)config->addresses.values,
		.udp_base_port = (uint16_t)config->udp_base_port,
		.tcp = config->tcp_base_port != 0,
		.tcp_base_port = (uint16_t)config->tcp_base_port,
		.sink = fw_recorder_sink(),
		.sink_user = server->recorder,
		.event = on_media_event,
		.event_user = server,
	};
	char text[FW_FINGERPRINT_SIZE];
	int r = fw_certificate_make(
		"Farwindow", names, fw_clock_wall_us(), DTLS_DAYS, &certificate, &key);

	if (r == 0) {
		r = fw_certificate_fingerprint(certificate, text);
	}
	if (r < 0) {
		return fail(ret_problem, r, "cannot make the media certificate");
	}
	for (size_t i = 0; i < sizeof(server->offers.fingerprint_sha256); i++) {
		server->offers.fingerprint_sha256[i] =
			(uint8_t)(g_ascii_xdigit_value(text[3 * i]) << 4 |
				g_ascii_xdigit_value(text[3 * i + 1]));
	}
	options.certificate_pem = certificate;
	options.key_pem = key;
	r = fw_media_start(&options, &server->media);
	fw_wipe(key, strlen(key));
	if (r < 0) {
		*ret_problem = g_strdup_printf("cannot receive media on UDP port %u%s and up: %s",
			config->udp_base_port, options.tcp ? " or the TCP port" : "",
			g_strerror(-r));
		return r;
	}
	read_candidates(server);
	return 0;
}

static int bind_net(struct fw_server *server, char **ret_problem)
{
	const struct fw_config_server *config = &server->setup->config->server;
	const struct fw_identity *identity = server->setup->identity;
	static const struct fw_net_ops ops = {
		.input = on_net_input,
		.drained = on_drained,
		.gone = on_gone,
		.health = on_health,
	};
	struct fw_net_setup net = {
		.listen = config->listen,
		.port = (uint16_t)config->port,
		.certificate_pem = identity->certificate_pem,
		.key_pem = identity->key_pem,
		.trusted_certificate = !identity->self_signed,
		.ops = &ops,
		.user = server,
	};
	int r = fw_static_load(config->web_dir, &server->files);

	if (r < 0) {
		fw_warn("no web client folder=%s error=%s", config->web_dir, g_strerror(-r));
	}
	server->openapi = g_bytes_new_static(fw_text_openapi_json, sizeof(fw_text_openapi_json) - 1);
	net.files = server->files;
	net.openapi = server->openapi;
	r = fw_net_create(&net, &server->net);
	if (r == -EADDRINUSE) {
		*ret_problem = g_strdup_printf("port %u of %s is in use by another program; "
					       "choose another one (server.port, --port)",
			config->port, config->listen);
	} else if (r < 0) {
		*ret_problem = g_strdup_printf("cannot serve on port %u of %s: %s", config->port,
			config->listen, g_strerror(-r));
	}
	return r;
}

static int start_pools(struct fw_server *server, char **ret_problem)
{
	const struct fw_data_folder *folder = server->setup->folder;
	struct fw_reader_setup readers = {
		.database = folder->database,
		.blobs = folder->blobs,
		.master_key = folder->master_key,
		.keys = folder->keys,
		.threads = server->setup->config->server.readers,
		.net = server->net,
	};
	int r = fw_password_pool_create(on_password_checked, server, &server->passwords);

	if (r == 0) {
		r = fw_reader_pool_create(&readers, &server->readers);
	}
	return r < 0 ? fail(ret_problem, r, "cannot start the readers") : 0;
}

static void random_bytes(void *user, void *ret_bytes, size_t n)
{
	(void)user;
	fw_random_bytes(ret_bytes, n);
}

/* From here on the desk's commits leave the write-ahead log to a thread of its own. */
static int start_checkpointer(struct fw_server *server, char **ret_problem)
{
	const char *database = server->setup->folder->database;
	int r = fw_db_leave_checkpoints(server->db);

	if (r == 0) {
		r = fw_db_checkpointer_start(database, &server->checkpointer);
	}
	return r < 0 ? fail(ret_problem, r, database) : 0;
}

static int start_desk(struct fw_server *server, char **ret_problem)
{
	const struct fw_config_calls *calls = &server->setup->config->calls;
	int r;

	server->offers.addresses = (const char *const *)server->addresses;
	server->offers.udp_ports = server->udp_ports;
	server->offers.tcp_ports = server->tcp_ports;
	server->desk_setup = (struct fw_desk_setup){
		.db = server->db,
		.keystore = server->keystore,
		.random = random_bytes,
		.workers = fw_media_workers(server->media),
		.media = &server->offers,
		.ring_us = calls->ring_time_s * FW_US_PER_S,
		.rejoin_us = calls->rejoin_s * FW_US_PER_S,
		.server_version = FW_VERSION,
		.anchor = server->anchor,
	};
	r = fw_desk_thread_start(
		&server->desk_setup, server->mailbox, on_output, server, &server->desk);
	return r < 0 ? fail(ret_problem, r, "cannot read the database") : 0;
}

int fw_server_start(
	const struct fw_server_setup *setup, struct fw_server **ret_server, char **ret_problem)
{
	static int (*const steps[])(struct fw_server * server, char **ret_problem) = {
		open_database,
		fill_demo,
		open_keys,
		open_anchor,
		bind_net,
		start_recorder,
		start_media,
		start_pools,
		start_checkpointer,
		start_desk,
	};
	fw_cleanup(fw_server_stop) struct fw_server *server = g_new0(struct fw_server, 1);
	int r;

	server->setup = setup;
	r = fw_desk_mailbox_create(&server->mailbox);
	if (r < 0) {
		return fail(ret_problem, r, "cannot start");
	}
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		r = steps[i](server, ret_problem);
		if (r < 0) {
			return r;
		}
	}
	r = fw_net_start(server->net);
	if (r < 0) {
		return fail(ret_problem, r, "cannot start the network thread");
	}
	*ret_server = g_steal_pointer(&server);
	return 0;
}

void fw_server_stop(struct fw_server *server)
{
	if (!server) {
		return;
	}
	if (server->net) {
		fw_net_stop(server->net);
	}
	g_clear_pointer(&server->desk, fw_desk_thread_stop);
	g_clear_pointer(&server->media, fw_media_stop);
	g_clear_pointer(&server->recorder, fw_recorder_destroy);
	g_clear_pointer(&server->jobs, fw_jobs_destroy);
	g_clear_pointer(&server->passwords, fw_password_pool_destroy);
	g_clear_pointer(&server->readers, fw_reader_pool_destroy);
	g_clear_pointer(&server->checkpointer, fw_db_checkpointer_stop);
	g_clear_pointer(&server->net, fw_net_destroy);
	g_clear_pointer(&server->files, fw_static_free);
	g_clear_pointer(&server->openapi, g_bytes_unref);
	g_clear_pointer(&server->mailbox, fw_mailbox_destroy);
	g_clear_pointer(&server->anchor, fw_audit_anchor_close);
	g_clear_pointer(&server->keystore, fw_keystore_close);
	if (server->db) {
		fw_db_claim(server->db);
	}
	g_clear_pointer(&server->db, fw_db_close);
	g_strfreev(server->addresses);
	g_free(server);
}
