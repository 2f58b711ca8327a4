/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk_thread.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <string.h>

#include "base/audit_anchor.h"
#include "base/clock.h"
#include "base/db.h"
#include "base/limits.h"
#include "signaling/http_head.h"

#define FW_LOG_TOPIC "desk"
#include "base/log.h"

#define RETRY_MS 200 /* between two tries of a batch that could not be committed */
#define RETRIES_MAX \
	25 /* of one that fails though the disk has room: then it is our fault, drop it */
#define CLOSE_LATER   1013
#define WAKEUP_MAX_MS 60000 /* the wall clock may be set while we sleep */

struct fw_desk_thread {
	const struct fw_desk_setup *setup;
	struct fw_mailbox *mailbox;
	fw_desk_outlet *outlet;
	void *user;
	pthread_t thread;
	sem_t ready;
	int created; /* result of fw_desk_create() */

	struct fw_desk *desk;
	GArray *inputs; /* struct fw_desk_input: the batch */
	GArray *outputs; /* struct fw_desk_output */
	unsigned retries;
	bool stopping;
	atomic_uint_fast64_t figures_inputs, figures_batches, figures_failed, figures_outputs,
		figures_longest_us;
};

int fw_desk_mailbox_create(struct fw_mailbox **ret_mailbox)
{
	return fw_mailbox_create(NULL, ret_mailbox);
}

int fw_desk_post(struct fw_mailbox *mailbox, struct fw_desk_input *input)
{
	return fw_mailbox_post(mailbox, FW_DESK_MAIL_INPUT, input, sizeof(*input));
}

/* --- a batch that failed -------------------------------------------------------------------------- */

static void emit(struct fw_desk_thread *thread, struct fw_desk_output output)
{
	thread->outlet(thread->user, &output);
}

/* The id a request carried, so that its one reply can name it; 0 when it cannot be read. */
static json_int_t request_id(const char *text, size_t bytes)
{
	json_auto_t *message = text ? json_loadb(text, bytes, JSON_REJECT_DUPLICATES, NULL) : NULL;

	return json_integer_value(json_object_get(message, "id"));
}

static char *internal_reply(const char *text, size_t bytes)
{
	g_autofree char *error = fw_http_error_body("internal");

	/* {"error":{...}} becomes a part of the reply. */
	return g_strdup_printf("{\"type\":\"reply\",\"id\":%" JSON_INTEGER_FORMAT
			       ",\"ok\":false,%s",
		request_id(text, bytes), error + 1);
}

/* True: the client was told that nothing came of it, the input is done with. */
static bool refuse(struct fw_desk_thread *thread, struct fw_desk_input *input)
{
	struct fw_desk_output output = {0};

	switch (input->kind) {
	case FW_IN_HTTP_REQUEST:
		output.kind = FW_OUT_HTTP_REPLY;
		output.http.request = input->http.request;
		output.http.status = 503;
		output.http.body = fw_http_error_body("busy");
		break;
	case FW_IN_CLIENT_MESSAGE:
		output.kind = FW_OUT_CLIENT_SEND;
		output.send.connection = input->message.connection;
		output.send.text = internal_reply(input->message.text, input->message.text_bytes);
		break;
	case FW_IN_CLIENT_OPENED:
		output.kind = FW_OUT_CLIENT_CLOSE;
		output.close.connection = input->opened.connection;
		output.close.code = CLOSE_LATER;
		break;
	default:
		return false;
	}
	emit(thread, output);
	return true;
}

static void after_failure(struct fw_desk_thread *thread, int error)
{
	bool hopeless = false;

	atomic_fetch_add(&thread->figures_failed, 1);
	fw_error("batch not committed inputs=%u error=%s", thread->inputs->len, g_strerror(-error));
	thread->retries++;
	if (error != -ENOSPC && error != -EBUSY && error != -EIO && error != -EROFS) {
		hopeless = thread->retries > RETRIES_MAX;
	}
	for (guint i = 0; i < thread->inputs->len;) {
		struct fw_desk_input *input =
			&g_array_index(thread->inputs, struct fw_desk_input, i);

		if (refuse(thread, input) || hopeless) {
			fw_desk_input_clear(input);
			g_array_remove_index(thread->inputs, i);
		} else {
			i++;
		}
	}
}

/* --- a batch ---------------------------------------------------------------------------------------- */

static void keep_anchor(struct fw_desk_thread *thread)
{
	const struct fw_desk_setup *setup = thread->setup;
	int r = setup->anchor ? fw_audit_anchor_keep(setup->anchor, setup->db) : 0;

	if (r < 0) {
		fw_warn("audit anchor not kept error=%s", g_strerror(-r));
	}
}

static void step(struct fw_desk_thread *thread)
{
	int64_t began_us = fw_clock_monotonic_us();
	int64_t took_us;
	int r = fw_desk_step(thread->desk, fw_clock_wall_us(),
		(const struct fw_desk_input *)(void *)thread->inputs->data, thread->inputs->len,
		thread->outputs);

	if (r < 0) {
		for (guint i = 0; i < thread->outputs->len; i++) {
			fw_desk_output_clear(
				&g_array_index(thread->outputs, struct fw_desk_output, i));
		}
		g_array_set_size(thread->outputs, 0);
		after_failure(thread, r);
		return;
	}
	thread->retries = 0;
	atomic_fetch_add(&thread->figures_batches, 1);
	atomic_fetch_add(&thread->figures_inputs, thread->inputs->len);
	atomic_fetch_add(&thread->figures_outputs, thread->outputs->len);
	for (guint i = 0; i < thread->inputs->len; i++) {
		fw_desk_input_clear(&g_array_index(thread->inputs, struct fw_desk_input, i));
	}
	g_array_set_size(thread->inputs, 0);
	for (guint i = 0; i < thread->outputs->len; i++) {
		thread->outlet(
			thread->user, &g_array_index(thread->outputs, struct fw_desk_output, i));
	}
	g_array_set_size(thread->outputs, 0);
	keep_anchor(thread);
	took_us = fw_clock_monotonic_us() - began_us;
	if (took_us > (int64_t)atomic_load(&thread->figures_longest_us)) {
		atomic_store(&thread->figures_longest_us, (uint64_t)took_us);
	}
}

static void take(struct fw_desk_thread *thread, const struct fw_message *mail)
{
	struct fw_desk_input input = {0};

	switch ((enum fw_desk_mail)mail->type) {
	case FW_DESK_MAIL_INPUT:
		memcpy(&input, mail->body, sizeof(input));
		break;
	case FW_DESK_MAIL_RECORDER:
		input.kind = FW_IN_RECORDER;
		memcpy(&input.recorder, mail->body, sizeof(input.recorder));
		break;
	case FW_DESK_MAIL_JOB:
		input.kind = FW_IN_JOB;
		if (fw_job_event_read(mail, &input.job) < 0) {
			return;
		}
		break;
	case FW_DESK_MAIL_SMS:
		input.kind = FW_IN_SMS;
		memcpy(&input.sms, mail->body, sizeof(input.sms));
		break;
	case FW_DESK_MAIL_STOP:
		thread->stopping = true;
		return;
	}
	g_array_append_val(thread->inputs, input);
}

static int wait_ms(const struct fw_desk_thread *thread)
{
	int64_t due_us = fw_desk_next_wakeup_us(thread->desk);
	int64_t now_us = fw_clock_wall_us();

	if (due_us == INT64_MAX || due_us - now_us > WAKEUP_MAX_MS * FW_US_PER_MS) {
		return WAKEUP_MAX_MS;
	}
	/* Rounded up, or the last millisecond would be spent turning in circles. */
	return due_us <= now_us ? 0 : (int)((due_us - now_us + FW_US_PER_MS - 1) / FW_US_PER_MS);
}

static void turn(struct fw_desk_thread *thread, int timeout_ms)
{
	struct pollfd ready = {.fd = fw_mailbox_fd(thread->mailbox), .events = POLLIN};
	struct fw_message mail;

	(void)poll(&ready, 1, timeout_ms);
	(void)fw_mailbox_take(thread->mailbox);
	while (fw_mailbox_next(thread->mailbox, &mail)) {
		take(thread, &mail);
		if (thread->inputs->len >= FW_DESK_BATCH_MAX) {
			step(thread);
		}
	}
	if (thread->inputs->len || fw_desk_next_wakeup_us(thread->desk) <= fw_clock_wall_us()) {
		step(thread);
	}
}

static void *run(void *user)
{
	struct fw_desk_thread *thread = user;

	(void)pthread_setname_np(pthread_self(), "desk");
	fw_db_claim(thread->setup->db);
	thread->created = fw_desk_create(thread->setup, fw_clock_wall_us(), &thread->desk);
	(void)sem_post(&thread->ready);
	if (thread->created < 0) {
		return NULL;
	}
	step(thread); /* what creating it has brought about */
	while (!thread->stopping) {
		if (thread->retries) {
			g_usleep(RETRY_MS * 1000);
		}
		turn(thread, thread->retries ? 0 : wait_ms(thread));
	}
	fw_mailbox_close(thread->mailbox);
	turn(thread, 0);
	fw_desk_destroy(thread->desk);
	return NULL;
}

int fw_desk_thread_start(const struct fw_desk_setup *setup, struct fw_mailbox *mailbox,
	fw_desk_outlet *outlet, void *user, struct fw_desk_thread **ret_thread)
{
	struct fw_desk_thread *thread = g_new0(struct fw_desk_thread, 1);
	int r;

	thread->setup = setup;
	thread->mailbox = mailbox;
	thread->outlet = outlet;
	thread->user = user;
	thread->inputs = g_array_new(FALSE, FALSE, sizeof(struct fw_desk_input));
	thread->outputs = g_array_new(FALSE, FALSE, sizeof(struct fw_desk_output));
	(void)sem_init(&thread->ready, 0, 0);
	r = -pthread_create(&thread->thread, NULL, run, thread);
	if (r < 0) {
		thread->created = r;
		goto failed;
	}
	while (sem_wait(&thread->ready) < 0) {
		/* a signal came between */
	}
	r = thread->created;
	if (r == 0) {
		*ret_thread = thread;
		return 0;
	}
	(void)pthread_join(thread->thread, NULL);
failed:
	(void)g_array_free(thread->inputs, TRUE);
	(void)g_array_free(thread->outputs, TRUE);
	(void)sem_destroy(&thread->ready);
	g_free(thread);
	return r;
}

void fw_desk_thread_stop(struct fw_desk_thread *thread)
{
	if (!thread) {
		return;
	}
	while (fw_mailbox_post(thread->mailbox, FW_DESK_MAIL_STOP, NULL, 0) == -EOVERFLOW) {
		g_usleep(10000);
	}
	(void)pthread_join(thread->thread, NULL);
	for (guint i = 0; i < thread->inputs->len; i++) {
		fw_desk_input_clear(&g_array_index(thread->inputs, struct fw_desk_input, i));
	}
	(void)g_array_free(thread->inputs, TRUE);
	(void)g_array_free(thread->outputs, TRUE);
	(void)sem_destroy(&thread->ready);
	g_free(thread);
}

void fw_desk_thread_figures(const struct fw_desk_thread *thread, struct fw_desk_figures *ret_figures)
{
	*ret_figures = (struct fw_desk_figures){
		.inputs = atomic_load(&thread->figures_inputs),
		.batches = atomic_load(&thread->figures_batches),
		.failed_batches = atomic_load(&thread->figures_failed),
		.outputs = atomic_load(&thread->figures_outputs),
		.longest_step_us = atomic_load(&thread->figures_longest_us),
	};
}
