/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <glib.h>
#include <jansson.h>

#include "signaling/http_head.h"
#include "signaling/server_private.h"

#define FW_LOG_TOPIC "server"
#include "base/log.h"

/* --- into the desk --------------------------------------------------------------------------------- */

static int on_net_input(void *user, struct fw_desk_input *input)
{
	struct fw_server *server = user;

	return fw_desk_post(server->mailbox, input);
}

void fw_server_on_media_event(void *user, const struct fw_media_event *event)
{
	struct fw_server *server = user;
	struct fw_desk_input input = {.kind = FW_IN_MEDIA, .media = *event};

	if (fw_desk_post(server->mailbox, &input) == -EOVERFLOW) {
		fw_error("media event lost peer=%" G_GUINT64_FORMAT " kind=%d", event->peer,
			event->kind);
	}
}

void fw_server_on_password_checked(void *user, uint64_t request, bool matches, char *hash)
{
	struct fw_server *server = user;
	struct fw_desk_input input = {.kind = FW_IN_PASSWORD_CHECKED};
	int r;

	input.password.request = request;
	input.password.matches = matches;
	input.password.hash = hash;
	r = fw_desk_post(server->mailbox, &input);
	if (r < 0) {
		g_free(hash);
	}
	if (r == -EOVERFLOW) {
		fw_net_reply(server->net, request, 503, fw_http_error_body("busy"), NULL);
	}
}

void fw_server_on_upload_done(void *user, const struct fw_upload_event *event)
{
	struct fw_server *server = user;
	struct fw_desk_input input = {.kind = FW_IN_UPLOAD, .upload = *event};

	if (fw_desk_post(server->mailbox, &input) == -EOVERFLOW) {
		fw_error("upload event lost upload=%s", event->upload);
		if (event->request) {
			fw_net_reply(
				server->net, event->request, 503, fw_http_error_body("busy"), NULL);
		}
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
		    g_steal_pointer(&output->check.password),
		    g_steal_pointer(&output->check.next)) < 0) {
		/* The desk lets fewer wait than the pool takes, so this is a fault of ours. */
		fw_error("password pool full request=%" G_GUINT64_FORMAT, request);
		fw_server_on_password_checked(server, request, false, NULL);
	}
}

static void to_readers(struct fw_server *server, struct fw_desk_output *output)
{
	if (fw_reader_pool_take(server->readers, output) < 0) {
		refuse_busy(server, fw_reader_pool_request(output));
		fw_desk_output_clear(output);
	}
}

static void to_uploads(struct fw_server *server, struct fw_desk_output *output)
{
	const struct fw_upload_command *command = &output->upload;
	struct fw_upload_event event = {.kind = command->kind,
		.request = command->request,
		.piece = command->piece,
		.result = fw_uploads_post(server->uploads, command)};

	if (event.result < 0) {
		memcpy(event.upload, command->upload, sizeof(event.upload));
		fw_desk_output_clear(output);
		fw_server_on_upload_done(server, &event);
	}
}

static void log_lost(const char *what, int error)
{
	if (error < 0) {
		fw_error("command lost to=%s error=%s", what, g_strerror(-error));
	}
}

void fw_server_on_output(void *user, struct fw_desk_output *output)
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
	case FW_OUT_BLOB:
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
	case FW_OUT_SMS: /* only with a gateway */
		log_lost("gateway", fw_gateway_post(server->gateway, output->sms));
		break;
	case FW_OUT_JOB:
		log_lost("jobs", fw_jobs_post(server->jobs, &output->job));
		break;
	case FW_OUT_UPLOAD:
		to_uploads(server, output);
		return; /* its bytes are theirs now */
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
			  "s:{s:I,s:I},s:{s:I,s:I,s:I,s:I,s:I,s:i}}",
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
			(json_int_t)recorder.journal_bytes, "queued_bytes",
			(json_int_t)recorder.queued_bytes, "open", (int)recorder.open_recordings));
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

const struct fw_net_ops fw_server_net_ops = {
	.input = on_net_input,
	.drained = on_drained,
	.gone = on_gone,
	.health = on_health,
};
