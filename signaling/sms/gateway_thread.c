/* SPDX-License-Identifier: Apache-2.0 */
/*
 *   command ──▶ WAITING ──room──▶ out (gateway_http.h) ──▶ event, forgotten
 *                  └── file gateway: done at once ────────────┘
 */
#include "signaling/sms/gateway_thread.h"

#include <errno.h>
#include <glib.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>

#include "base/crypto.h"
#include "base/limits.h"
#include "base/mailbox.h"
#include "signaling/sms/gateway_file.h"
#include "signaling/sms/gateway_http.h"

#define FW_LOG_TOPIC "sms"
#include "base/log.h"

#define LIBRARY_PAUSE_MS 1000 /* before a library that failed is asked again */

enum mail {
	MAIL_COMMAND,
	MAIL_STOP,
};

struct fw_gateway {
	struct fw_gateway_setup setup;
	char *secret, *file;
	struct fw_mailbox *mailbox;
	struct fw_mailbox *events;
	uint32_t event_type;
	pthread_t thread;
	bool started;
	/* the thread's own */
	GQueue waiting; /* struct fw_gateway_command */
	struct fw_sms_http *http; /* NULL: the file gateway */
	GHashTable *out; /* the commands that are with http */
	bool stopping;
};

static void command_free(void *command)
{
	fw_wipe(command, sizeof(struct fw_gateway_command));
	g_free(command);
}

static void tell(struct fw_gateway *gateway, const struct fw_gateway_event *event)
{
	int r = fw_mailbox_post(gateway->events, gateway->event_type, event, sizeof(*event));

	if (r < 0) {
		fw_error("event lost sms=%" G_GINT64_FORMAT " errno=%d", event->sms, -r);
	}
}

static void tell_plain(struct fw_gateway *gateway, const struct fw_gateway_command *command,
	enum fw_gateway_result result, const char *error)
{
	struct fw_gateway_event event = {
		.sms = command->sms, .try = command->try, .step = command->step, .result = result};

	g_strlcpy(event.error, error, sizeof(event.error));
	tell(gateway, &event);
}

/* --- one command --------------------------------------------------------------------------------- */

static void do_file(struct fw_gateway *gateway, const struct fw_gateway_command *command)
{
	bool send = command->step == FW_GATEWAY_SEND;
	int r = send ? fw_gateway_file_append(gateway->file, command)
		     : fw_gateway_file_has(gateway->file, command->key);

	if (r < 0) {
		fw_warn("file gateway failed file=%s error=%s", gateway->file, g_strerror(-r));
		tell_plain(gateway, command, FW_GATEWAY_UNCLEAR, "file");
	} else {
		tell_plain(gateway, command, send || r ? FW_GATEWAY_ACCEPTED : FW_GATEWAY_LATER, "");
	}
}

static void do_http(struct fw_gateway *gateway, struct fw_gateway_command *command)
{
	struct fw_sms_request request;

	fw_sms_request_make(gateway->setup.rules, gateway->secret, command, &request);
	if (fw_sms_http_start(gateway->http, command, &request) < 0) {
		tell_plain(gateway, command,
			command->step == FW_GATEWAY_SEND ? FW_GATEWAY_LATER : FW_GATEWAY_UNCLEAR,
			"not_started");
		command_free(command);
		return;
	}
	g_hash_table_add(gateway->out, command);
}

static void start_waiting(struct fw_gateway *gateway)
{
	struct fw_gateway_command *command;

	while (!gateway->stopping &&
		g_hash_table_size(gateway->out) < gateway->setup.rules->parallel &&
		(command = g_queue_pop_head(&gateway->waiting)) != NULL) {
		if (gateway->http) {
			do_http(gateway, command);
		} else {
			do_file(gateway, command);
			command_free(command);
		}
	}
}

static void take_answers(struct fw_gateway *gateway)
{
	struct fw_gateway_command *command;
	struct fw_sms_answer answer;

	while (gateway->http && (command = fw_sms_http_next(gateway->http, &answer)) != NULL) {
		struct fw_gateway_event event;

		fw_sms_answer_read(gateway->setup.rules, command, &answer, &event);
		tell(gateway, &event);
		g_hash_table_remove(gateway->out, command);
	}
}

/* --- the thread ---------------------------------------------------------------------------------- */

static void take_mail(struct fw_gateway *gateway)
{
	struct fw_message mail;

	(void)fw_mailbox_take(gateway->mailbox);
	while (fw_mailbox_next(gateway->mailbox, &mail)) {
		if (mail.type == MAIL_STOP) {
			gateway->stopping = true;
		} else {
			g_queue_push_tail(&gateway->waiting, g_memdup2(mail.body, mail.size));
			fw_wipe((void *)mail.body, mail.size);
		}
	}
}

static void wait_for_work(struct fw_gateway *gateway)
{
	struct pollfd ready = {.fd = fw_mailbox_fd(gateway->mailbox), .events = POLLIN};
	int wait_ms = -1;

	if (gateway->http && g_hash_table_size(gateway->out) > 0) {
		int r = fw_sms_http_work(gateway->http, ready.fd);

		if (r == 0) {
			return;
		}
		fw_error("gateway's library failed errno=%d", -r);
		wait_ms = LIBRARY_PAUSE_MS;
	}
	(void)poll(&ready, 1, wait_ms); /* mail ends it, the word to stop too */
}

static void *run(void *user)
{
	struct fw_gateway *gateway = user;

	(void)pthread_setname_np(pthread_self(), "sms");
	while (!gateway->stopping) {
		wait_for_work(gateway);
		take_answers(gateway);
		take_mail(gateway);
		start_waiting(gateway);
	}
	return NULL;
}

/* --- life ------------------------------------------------------------------------------------------ */

int fw_gateway_create(const struct fw_gateway_setup *setup, struct fw_mailbox *events,
	uint32_t event_type, struct fw_gateway **ret_gateway)
{
	struct fw_gateway *gateway = g_new0(struct fw_gateway, 1);
	int r;

	gateway->setup = *setup;
	gateway->secret = g_strdup(setup->secret);
	gateway->file = g_strdup(setup->file);
	gateway->events = events;
	gateway->event_type = event_type;
	gateway->out = g_hash_table_new_full(NULL, NULL, command_free, NULL);
	g_queue_init(&gateway->waiting);
	r = fw_mailbox_create(NULL, &gateway->mailbox);
	if (r == 0 && setup->rules->gateway == FW_SMS_GATEWAY_HTTP) {
		r = fw_sms_http_create(setup->rules, &gateway->http);
	}
	if (r == 0) {
		r = -pthread_create(&gateway->thread, NULL, run, gateway);
		gateway->started = r == 0;
	}
	if (r < 0) {
		fw_gateway_destroy(gateway);
		return r;
	}
	*ret_gateway = gateway;
	return 0;
}

void fw_gateway_destroy(struct fw_gateway *gateway)
{
	if (!gateway) {
		return;
	}
	if (gateway->started) {
		(void)fw_mailbox_post(gateway->mailbox, MAIL_STOP, NULL, 0);
		(void)pthread_join(gateway->thread, NULL);
	}
	fw_sms_http_destroy(gateway->http);
	g_hash_table_destroy(gateway->out);
	g_queue_clear_full(&gateway->waiting, command_free);
	fw_mailbox_destroy(gateway->mailbox);
	if (gateway->secret) {
		fw_wipe(gateway->secret, strlen(gateway->secret));
	}
	g_free(gateway->secret);
	g_free(gateway->file);
	g_free(gateway);
}

int fw_gateway_post(struct fw_gateway *gateway, const struct fw_gateway_command *command)
{
	return fw_mailbox_post(gateway->mailbox, MAIL_COMMAND, command, sizeof(*command));
}
