/* SPDX-License-Identifier: Apache-2.0 */
#include "recorder/digester.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>

#include <glib.h>

#include "base/mailbox.h"

#define THREADS 2 /* the two people of a call */

enum message {
	MESSAGE_TASK, /* struct fw_digest * : the threads of one process */
	MESSAGE_STOP,
};

struct thread {
	struct fw_digester *digester;
	struct fw_mailbox *tasks;
	pthread_t id;
	bool started;
};

struct fw_digester {
	struct fw_digester_setup setup;
	struct fw_mailbox *done;
	struct thread threads[THREADS];
	unsigned next;
	unsigned open; /* tasks without an answer */
	int result;
};

static int digest_file(const struct fw_digester_setup *setup, struct fw_digest *digest)
{
	fw_cleanup(fw_recording_close) struct fw_recording_file *file = NULL;
	int r = fw_recording_open(setup->store, setup->recording, setup->key, digest->name, &file);

	if (r < 0) {
		return r;
	}
	digest->bytes = fw_recording_size(file);
	return fw_recording_digest(file, digest->sha256);
}

static void *run(void *user)
{
	struct thread *thread = user;
	const struct fw_digester_setup *setup = &thread->digester->setup;
	struct pollfd wait = {.fd = fw_mailbox_fd(thread->tasks), .events = POLLIN};
	int entered = setup->enter ? setup->enter(setup->enter_user) : 0;
	struct fw_message message;

	for (;;) {
		(void)poll(&wait, 1, -1);
		(void)fw_mailbox_take(thread->tasks);
		while (fw_mailbox_next(thread->tasks, &message)) {
			struct fw_digest *digest;

			if (message.type == MESSAGE_STOP) {
				return NULL;
			}
			memcpy(&digest, message.body, sizeof(digest));
			digest->result = entered < 0 ? entered : digest_file(setup, digest);
			(void)fw_mailbox_post(
				thread->digester->done, MESSAGE_TASK, &digest, sizeof(digest));
		}
	}
}

static int start_thread(struct fw_digester *digester, struct thread *thread)
{
	int r = fw_mailbox_create(NULL, &thread->tasks);

	thread->digester = digester;
	if (r == 0) {
		r = -pthread_create(&thread->id, NULL, run, thread);
		thread->started = r == 0;
	}
	return r;
}

int fw_digester_create(const struct fw_digester_setup *setup, struct fw_digester **ret_digester)
{
	fw_cleanup(fw_digester_destroy) struct fw_digester *digester = g_new0(struct fw_digester, 1);
	int r;

	digester->setup = *setup;
	r = fw_mailbox_create(NULL, &digester->done);
	for (int i = 0; r == 0 && i < THREADS; i++) {
		r = start_thread(digester, &digester->threads[i]);
	}
	if (r < 0) {
		return r;
	}
	*ret_digester = g_steal_pointer(&digester);
	return 0;
}

void fw_digester_destroy(struct fw_digester *digester)
{
	if (!digester) {
		return;
	}
	for (int i = 0; i < THREADS; i++) {
		if (digester->threads[i].started) {
			(void)fw_mailbox_post(digester->threads[i].tasks, MESSAGE_STOP, NULL, 0);
			(void)pthread_join(digester->threads[i].id, NULL);
		}
		fw_mailbox_destroy(digester->threads[i].tasks);
	}
	fw_mailbox_destroy(digester->done);
	g_free(digester);
}

int fw_digester_add(struct fw_digester *digester, struct fw_digest *digest)
{
	struct thread *thread = &digester->threads[digester->next++ % THREADS];
	int r = fw_mailbox_post(thread->tasks, MESSAGE_TASK, &digest, sizeof(digest));

	if (r == 0) {
		digester->open++;
	}
	return r;
}

int fw_digester_wait(struct fw_digester *digester)
{
	struct pollfd wait = {.fd = fw_mailbox_fd(digester->done), .events = POLLIN};
	struct fw_message message;

	while (digester->open > 0) {
		(void)poll(&wait, 1, -1);
		(void)fw_mailbox_take(digester->done);
		while (fw_mailbox_next(digester->done, &message)) {
			const struct fw_digest *digest;

			memcpy(&digest, message.body, sizeof(digest));
			digester->result = digester->result < 0 ? digester->result : digest->result;
			digester->open--;
		}
	}
	return digester->result;
}
