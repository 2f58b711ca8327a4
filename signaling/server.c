/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <glib.h>
#include <string.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "signaling/api_texts.h"
#include "signaling/server_private.h"

#define FW_LOG_TOPIC "server"
#include "base/log.h"

#define DTLS_DAYS 397 /* of the media certificate, made anew at each start */

int fw_server_fail(char **ret_problem, int error, const char *what)
{
	*ret_problem = g_strdup_printf("%s: %s", what, g_strerror(-error));
	return error;
}

/* Installed, worker programs lie in libexec; in a build folder, beside the part they belong to. */
static char *find_worker(const char *program_folder, const char *part, const char *name)
{
	g_autofree char *beside = g_strdup_printf("../%s/%s", part, name);
	g_autofree char *installed = g_strdup_printf("../libexec/farwindow/%s", name);
	const char *const places[] = {name, beside, installed};
	char *path = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		g_free(path);
		path = g_build_filename(program_folder, places[i], NULL);
		if (g_file_test(path, G_FILE_TEST_IS_EXECUTABLE)) {
			return path;
		}
	}
	fw_error("no worker program, its jobs will fail program=%s", path);
	return path;
}

static int start_recorder(struct fw_server *server, char **ret_problem)
{
	const struct fw_data_folder *folder = server->setup->folder;
	const struct fw_config *config = server->setup->config;
	const char *programs = server->setup->program_folder;
	g_autofree char *finaliser = find_worker(programs, "recorder", "farwindow-finalise");
	g_autofree char *pages = find_worker(programs, "capture", "farwindow-pages");
	g_autofree char *pdf = find_worker(programs, "capture", "farwindow-pdf");
	g_autofree char *words = find_worker(programs, "capture", "farwindow-words");
	struct fw_recorder_config recorder = {
		.journal_dir = folder->journals,
		.workers = config->media.workers ? config->media.workers : g_get_num_processors(),
		.min_free_bytes = (uint64_t)config->recorder.min_free_mib << 20,
		.queue_bytes = (uint64_t)config->recorder.queue_mib << 20,
	};
	struct fw_jobs_config jobs = {
		.finalise_program = finaliser,
		.journal_dir = folder->journals,
		.blob_dir = folder->blobs,
		.max_running = config->recorder.finalisers,
		.pages_program = pages,
		.pdf_program = pdf,
		.words_program = words,
	};
	int r = fw_recorder_create(
		&recorder, server->mailbox, FW_DESK_MAIL_RECORDER, &server->recorder);

	if (r < 0) {
		return fw_server_fail(ret_problem, r, "cannot start the recorder");
	}
	r = fw_jobs_create(&jobs, server->mailbox, FW_DESK_MAIL_JOB, &server->jobs);
	return r < 0 ? fw_server_fail(ret_problem, r, "cannot start the jobs") : 0;
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

static int start_gateway(struct fw_server *server, char **ret_problem)
{
	const struct fw_config_sms *rules = &server->setup->config->sms;
	struct fw_gateway_setup gateway = {.rules = rules, .file = server->setup->folder->messages};
	int r = fw_sms_config_init(&server->sms, rules, ret_problem);

	if (r < 0 || rules->gateway == FW_SMS_GATEWAY_NONE) {
		return r;
	}
	gateway.secret = server->sms.secret;
	r = fw_gateway_create(&gateway, server->mailbox, FW_DESK_MAIL_SMS, &server->gateway);
	return r < 0 ? fw_server_fail(ret_problem, r, "cannot start the short-message gateway") : 0;
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
		.event = fw_server_on_media_event,
		.event_user = server,
	};
	char text[FW_FINGERPRINT_SIZE];
	int r = fw_certificate_make(
		"Farwindow", names, fw_clock_wall_us(), DTLS_DAYS, &certificate, &key);

	if (r == 0) {
		r = fw_certificate_fingerprint(certificate, text);
	}
	if (r < 0) {
		return fw_server_fail(ret_problem, r, "cannot make the media certificate");
	}
	for (size_t i = 0; i < sizeof(server->offers.fingerprint_sha256); i++) {
		server->offers.fingerprint_sha256[i] =
			(uint8_t)(g_ascii_xdigit_value(text[3 * i]) << 4 |
				g_ascii_xdigit_value(text[3 * i + 1]));
	}
	options.certificate_pem = certificate;
	options.key_pem = key;
	r = fw_media_start(&options, &server->media);
	if (r == -EADDRINUSE && server->setup->config->demo.enabled) {
		/* Beside another demo office. Windows learn the ports from their offers, so any will do. */
		options.udp_base_port = options.tcp_base_port = 0;
		r = fw_media_start(&options, &server->media);
	}
	fw_wipe(key, strlen(key));
	if (r < 0) {
		*ret_problem = r == -EADDRINUSE
			? g_strdup_printf(
				  "cannot receive media: UDP ports from %u%s are in use by "
				  "another program, perhaps another Farwindow; choose others "
				  "(media.udp_base_port, media.tcp_base_port)",
				  config->udp_base_port,
				  options.tcp ? " or the TCP ports beside them" : "")
			: g_strdup_printf("cannot receive media on UDP ports from %u: %s",
				  config->udp_base_port, g_strerror(-r));
		return r;
	}
	read_candidates(server);
	return 0;
}

static int bind_net(struct fw_server *server, char **ret_problem)
{
	const struct fw_config_server *config = &server->setup->config->server;
	const struct fw_identity *identity = server->setup->identity;
	struct fw_net_setup net = {
		.listen = config->listen,
		.port = (uint16_t)config->port,
		.certificate_pem = identity->certificate_pem,
		.key_pem = identity->key_pem,
		.trusted_certificate = !identity->self_signed,
		.ops = &fw_server_net_ops,
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
	struct fw_uploads_setup uploads = {
		.blobs = folder->blobs,
		.master_key = folder->master_key,
		.keys = folder->keys,
		.done = fw_server_on_upload_done,
		.user = server,
	};
	int r = fw_password_pool_create(fw_server_on_password_checked, server, &server->passwords);

	if (r == 0) {
		r = fw_reader_pool_create(&readers, &server->readers);
	}
	if (r == 0) {
		r = fw_uploads_create(&uploads, &server->uploads);
	}
	return r < 0 ? fw_server_fail(ret_problem, r, "cannot start the readers and uploads") : 0;
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
	return r < 0 ? fw_server_fail(ret_problem, r, database) : 0;
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
		.overflow_us = calls->overflow_s * FW_US_PER_S,
		.ring_group = calls->ring_group,
		.queue_us = calls->queue_s * FW_US_PER_S,
		.flood_calls = calls->flood_calls,
		.flood_us = calls->flood_s * FW_US_PER_S,
		.patience_us = calls->patience_s * FW_US_PER_S,
		.rejoin_us = calls->rejoin_s * FW_US_PER_S,
		.archive = server->setup->config->papers.pdf_a,
		.read_words = server->setup->config->papers.read_words,
		.server_version = FW_VERSION,
		.anchor = server->anchor,
		.sms = &server->sms.desk,
	};
	r = fw_desk_thread_start(
		&server->desk_setup, server->mailbox, fw_server_on_output, server, &server->desk);
	return r < 0 ? fw_server_fail(ret_problem, r, "cannot read the database") : 0;
}

int fw_server_start(
	const struct fw_server_setup *setup, struct fw_server **ret_server, char **ret_problem)
{
	static int (*const steps[])(struct fw_server * server, char **ret_problem) = {
		fw_server_open_database,
		fw_server_fill_demo,
		fw_server_open_keys,
		fw_server_open_anchor,
		fw_server_read_turn,
		bind_net,
		start_recorder,
		start_media,
		start_gateway,
		start_pools,
		start_checkpointer,
		start_desk,
	};
	fw_cleanup(fw_server_stop) struct fw_server *server = g_new0(struct fw_server, 1);
	int r;

	server->setup = setup;
	r = fw_desk_mailbox_create(&server->mailbox);
	if (r < 0) {
		return fw_server_fail(ret_problem, r, "cannot start");
	}
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		r = steps[i](server, ret_problem);
		if (r < 0) {
			return r;
		}
	}
	r = fw_net_start(server->net);
	if (r < 0) {
		return fw_server_fail(ret_problem, r, "cannot start the network thread");
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
	g_clear_pointer(&server->gateway, fw_gateway_destroy);
	g_clear_pointer(&server->passwords, fw_password_pool_destroy);
	g_clear_pointer(&server->readers, fw_reader_pool_destroy);
	g_clear_pointer(&server->uploads, fw_uploads_destroy);
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
	if (server->turn_secret) {
		fw_wipe(server->turn_secret, strlen(server->turn_secret));
	}
	g_free(server->turn_secret);
	fw_sms_config_fini(&server->sms);
	g_strfreev(server->addresses);
	g_free(server);
}
