/* SPDX-License-Identifier: Apache-2.0 */
#define FW_LOG_TOPIC "db"
#include "base/db_checkpointer.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <sys/stat.h>

#include <glib.h>

#include "base/db.h"
#include "base/log.h"
#include "base/mailbox.h"

#define BUSY_MS 1000

struct fw_db_checkpointer {
	struct fw_db *db;
	char *log_path;
	struct fw_mailbox *stop; /* any message: the end */
	pthread_t thread;
	bool started;
};

static void pass(struct fw_db_checkpointer *checkpointer)
{
	struct stat status;
	int left = 0;
	int result;

	if (stat(checkpointer->log_path, &status) < 0 ||
		status.st_size < FW_DB_CHECKPOINT_MIN_BYTES) {
		return;
	}
	result = fw_db_checkpoint(checkpointer->db, &left);
	if (result < 0) {
		fw_warn("checkpoint failed error=%s", g_strerror(-result));
	} else {
		fw_debug("checkpoint done log_bytes=%lld pages_left=%d", (long long)status.st_size,
			left);
	}
}

static void *run(void *user)
{
	struct fw_db_checkpointer *checkpointer = user;
	struct pollfd stop = {.fd = fw_mailbox_fd(checkpointer->stop), .events = POLLIN};

	(void)pthread_setname_np(pthread_self(), "checkpointer");
	fw_db_claim(checkpointer->db);
	while (poll(&stop, 1, FW_DB_CHECKPOINT_EVERY_MS) <= 0) {
		pass(checkpointer);
	}
	return NULL;
}

int fw_db_checkpointer_start(const char *path, struct fw_db_checkpointer **ret_checkpointer)
{
	fw_cleanup(fw_db_checkpointer_stop) struct fw_db_checkpointer *checkpointer =
		g_new0(struct fw_db_checkpointer, 1);
	int result = fw_mailbox_create(NULL, &checkpointer->stop);

	if (result == 0) {
		result = fw_db_open(path, FW_DB_READ_WRITE, BUSY_MS, &checkpointer->db);
	}
	if (result < 0) {
		return result;
	}
	checkpointer->log_path = g_strconcat(path, "-wal", NULL);
	result = -pthread_create(&checkpointer->thread, NULL, run, checkpointer);
	if (result < 0) {
		return result;
	}
	checkpointer->started = true;
	*ret_checkpointer = g_steal_pointer(&checkpointer);
	return 0;
}

void fw_db_checkpointer_stop(struct fw_db_checkpointer *checkpointer)
{
	if (!checkpointer) {
		return;
	}
	if (checkpointer->started) {
		(void)fw_mailbox_post(checkpointer->stop, 0, NULL, 0);
		(void)pthread_join(checkpointer->thread, NULL);
	}
	fw_db_close(checkpointer->db);
	fw_mailbox_destroy(checkpointer->stop);
	g_free(checkpointer->log_path);
	g_free(checkpointer);
}
