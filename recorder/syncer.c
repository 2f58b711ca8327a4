/* SPDX-License-Identifier: Apache-2.0 */
#include "recorder/syncer.h"

#include <errno.h>
#include <glib.h>
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mailbox.h"
#include "base/thread.h"

#define FW_LOG_TOPIC "disk"
#include "base/log.h"

#define SLOW_SYNC_US (2 * FW_US_PER_S) /* worth a line in the log */

enum request {
	REQUEST_SYNC,
	REQUEST_CLOSE,
	REQUEST_REMOVE,
	REQUEST_STOP,
};

struct close_request {
	uint64_t handle;
	int fd;
};

struct fw_syncer {
	char *folder;
	int folder_fd;
	struct fw_disk_ops ops;
	struct fw_mailbox *requests;
	struct fw_mailbox *answers;
	uint32_t answer_type;
	pthread_t thread;
};

static void answer(struct fw_syncer *syncer, const struct fw_disk_answer *body)
{
	if (fw_mailbox_post(syncer->answers, syncer->answer_type, body, sizeof(*body)) < 0) {
		fw_error("answer lost kind=%d", body->kind);
	}
}

static void do_sync(struct fw_syncer *syncer, bool dirty)
{
	struct fw_disk_answer body = {.kind = FW_DISK_SYNCED};
	int64_t begin_us = fw_clock_monotonic_us();
	int r = dirty ? syncer->ops.sync(syncer->ops.user, syncer->folder_fd) : 0;

	if (r < 0) {
		fw_error("sync failed errno=%d", -r);
	}
	body.took_us = fw_clock_monotonic_us() - begin_us;
	if (body.took_us > SLOW_SYNC_US) {
		fw_warn("sync is slow took_ms=%" G_GINT64_FORMAT, body.took_us / FW_US_PER_MS);
	}
	r = fw_disk_free_bytes(syncer->folder, &body.free_bytes);
	if (r < 0) {
		fw_error("free space unknown errno=%d", -r);
		body.free_bytes = UINT64_MAX;
	}
	answer(syncer, &body);
}

static void do_close(struct fw_syncer *syncer, const struct close_request *request)
{
	int r = syncer->ops.sync_file(syncer->ops.user, request->fd);

	(void)close(request->fd);
	answer(syncer,
		&(struct fw_disk_answer){.kind = r < 0 ? FW_DISK_FAILED : FW_DISK_CLOSED,
			.handle = request->handle,
			.error = -r});
}

static void do_remove(struct fw_syncer *syncer, const char *recording)
{
	int r = fw_recorder_remove_journal(syncer->folder, recording);

	if (r < 0) {
		fw_error("journal stays recording=%s errno=%d", recording, -r);
	} else {
		fw_info("journal removed recording=%s", recording);
	}
}

static bool do_request(struct fw_syncer *syncer, const struct fw_message *message)
{
	switch ((enum request)message->type) {
	case REQUEST_SYNC:
		do_sync(syncer, *(const bool *)message->body);
		break;
	case REQUEST_CLOSE:
		do_close(syncer, message->body);
		break;
	case REQUEST_REMOVE:
		do_remove(syncer, message->body);
		break;
	case REQUEST_STOP:
		return false;
	}
	return true;
}

static void *run(void *user)
{
	struct fw_syncer *syncer = user;
	struct pollfd wait = {.fd = fw_mailbox_fd(syncer->requests), .events = POLLIN};
	struct fw_message message;
	bool going = true;

	fw_thread_set_name("fw-sync");
	fw_thread_set_background();
	while (going) {
		(void)poll(&wait, 1, -1);
		(void)fw_mailbox_take(syncer->requests);
		while (fw_mailbox_next(syncer->requests, &message)) {
			going = do_request(syncer, &message) && going;
		}
	}
	return NULL;
}

int fw_syncer_create(
	const struct fw_disk_options *options, int folder_fd, struct fw_syncer **ret_syncer)
{
	struct fw_syncer *syncer = g_new0(struct fw_syncer, 1);
	int r = fw_mailbox_create(NULL, &syncer->requests);

	syncer->folder = g_strdup(options->folder);
	syncer->folder_fd = folder_fd;
	syncer->ops = *options->ops;
	syncer->answers = options->answers;
	syncer->answer_type = options->answer_type;
	if (r == 0) {
		r = -pthread_create(&syncer->thread, NULL, run, syncer);
	}
	if (r < 0) {
		fw_mailbox_destroy(syncer->requests);
		g_free(syncer->folder);
		g_free(syncer);
		return r;
	}
	*ret_syncer = syncer;
	return 0;
}

void fw_syncer_destroy(struct fw_syncer *syncer)
{
	if (!syncer) {
		return;
	}
	(void)fw_mailbox_post(syncer->requests, REQUEST_STOP, NULL, 0);
	(void)pthread_join(syncer->thread, NULL);
	fw_mailbox_destroy(syncer->requests);
	g_free(syncer->folder);
	g_free(syncer);
}

int fw_syncer_sync(struct fw_syncer *syncer, bool dirty)
{
	return fw_mailbox_post(syncer->requests, REQUEST_SYNC, &dirty, sizeof(dirty));
}

int fw_syncer_close(struct fw_syncer *syncer, uint64_t handle, int fd)
{
	const struct close_request request = {.handle = handle, .fd = fd};

	return fw_mailbox_post(syncer->requests, REQUEST_CLOSE, &request, sizeof(request));
}

int fw_syncer_remove(struct fw_syncer *syncer, const char *recording)
{
	return fw_mailbox_post(syncer->requests, REQUEST_REMOVE, recording, FW_ID_SIZE);
}
