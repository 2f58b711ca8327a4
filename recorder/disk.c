/* SPDX-License-Identifier: Apache-2.0 */
#include "recorder/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/id.h"
#include "base/limits.h"
#include "base/mailbox.h"
#include "base/ring.h"
#include "recorder/journal.h"

#define FW_LOG_TOPIC "disk"
#include "base/log.h"

#define NICENESS     5 /* as the recorder's: media workers come first, its queue holds seconds */
#define SLOW_SYNC_US (2 * FW_US_PER_S) /* worth a line in the log */

#define SPARE_MAX  64 /* blocks kept for the next writes: 2 MiB */
#define DONE_BYTES ((size_t)4 * FW_RING_RECORD_MAX_BYTES) /* pointers to 16 000 blocks, 512 MiB */

enum request {
	REQUEST_OPEN,
	REQUEST_WRITE,
	REQUEST_CLOSE,
	REQUEST_ABANDON,
	REQUEST_REMOVE,
	REQUEST_SYNC,
	REQUEST_STOP,
};

struct open_request {
	uint64_t handle;
	uint32_t segment;
	char recording[FW_ID_SIZE];
};

/* The bytes lie in a block of ours, which comes back through `done`: a mailbox that had to hold them would grow and shrink with every
 * burst of flushes. */
struct write_request {
	uint64_t handle;
	uint8_t *block;
	size_t size;
};

struct segment {
	uint64_t handle;
	int fd; /* -1: failed */
	int64_t end; /* of the last whole write */
};

struct fw_disk {
	char *folder;
	struct fw_mailbox *requests;
	struct fw_mailbox *answers;
	uint32_t answer_type;
	pthread_t thread;
	struct fw_ring *done; /* uint8_t *: blocks that were written or given up */
	GPtrArray *spare; /* blocks; the caller's own */
	/* the disk thread's own */
	GHashTable *segments; /* &handle -> struct segment */
	int folder_fd;
	bool unsynced;
};

static void segment_free(void *pointer)
{
	struct segment *segment = pointer;

	if (segment->fd >= 0) {
		(void)close(segment->fd);
	}
	g_free(segment);
}

static void answer(struct fw_disk *disk, const struct fw_disk_answer *body)
{
	if (fw_mailbox_post(disk->answers, disk->answer_type, body, sizeof(*body)) < 0) {
		fw_error("answer lost kind=%d", body->kind);
	}
}

static void fail(struct fw_disk *disk, struct segment *segment, int error)
{
	if (segment->fd >= 0) {
		/* A torn block would be named as such, but the space is better given back. */
		if (ftruncate(segment->fd, segment->end) < 0) {
			fw_debug("truncate failed errno=%d", errno);
		}
		(void)close(segment->fd);
		segment->fd = -1;
	}
	answer(disk,
		&(struct fw_disk_answer){
			.kind = FW_DISK_FAILED, .handle = segment->handle, .error = error});
}

static int make_recording_folder(struct fw_disk *disk, const char *recording)
{
	if (mkdirat(disk->folder_fd, recording, 0700) < 0) {
		return errno == EEXIST ? 0 : -errno;
	}
	return fsync(disk->folder_fd) < 0 ? -errno : 0;
}

static int create_segment(struct fw_disk *disk, const struct open_request *request, int *ret_fd)
{
	char name[FW_JOURNAL_NAME_SIZE];
	fw_autoclose int folder = -1;
	int fd;
	int r = make_recording_folder(disk, request->recording);

	if (r < 0) {
		return r;
	}
	folder = openat(disk->folder_fd, request->recording, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	if (folder < 0) {
		return -errno;
	}
	fw_journal_segment_name(request->segment, name);
	fd = openat(folder, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
	if (fd < 0) {
		return -errno;
	}
	*ret_fd = fd;
	return 0;
}

static void do_open(struct fw_disk *disk, const struct open_request *request)
{
	struct segment *segment = g_new0(struct segment, 1);
	int r;

	segment->handle = request->handle;
	segment->fd = -1;
	g_hash_table_replace(disk->segments, &segment->handle, segment);
	r = create_segment(disk, request, &segment->fd);
	if (r < 0) {
		fail(disk, segment, -r);
		return;
	}
	disk->unsynced = true;
	answer(disk, &(struct fw_disk_answer){.kind = FW_DISK_OPENED, .handle = request->handle});
}

/* To the disk thread's caller, for its next write. */
static void give_back(struct fw_disk *disk, uint8_t *block)
{
	void *slot = NULL;

	if (fw_ring_reserve(disk->done, sizeof(block), &slot) < 0) {
		g_free(block);
		return;
	}
	memcpy(slot, &block, sizeof(block));
	fw_ring_commit(disk->done, sizeof(block));
}

static void do_write(struct fw_disk *disk, const struct write_request *request, uint64_t *written)
{
	struct segment *segment = g_hash_table_lookup(disk->segments, &request->handle);
	int r;

	*written += request->size;
	if (!segment || segment->fd < 0) {
		return;
	}
	r = fw_file_write_all(segment->fd, request->block, request->size, segment->end);
	if (r < 0) {
		fail(disk, segment, -r);
		return;
	}
	segment->end += (int64_t)request->size;
	disk->unsynced = true;
}

static void do_close(struct fw_disk *disk, const uint64_t *handle)
{
	struct segment *segment = g_hash_table_lookup(disk->segments, handle);
	struct fw_disk_answer body = {.kind = FW_DISK_CLOSED, .handle = *handle};

	if (segment && segment->fd >= 0) {
		if (fdatasync(segment->fd) < 0) {
			fail(disk, segment, errno);
		} else {
			answer(disk, &body);
		}
	}
	g_hash_table_remove(disk->segments, handle);
}

static void do_remove(struct fw_disk *disk, const char *recording)
{
	int r = fw_recorder_remove_journal(disk->folder, recording);

	if (r < 0) {
		fw_error("journal stays recording=%s errno=%d", recording, -r);
	} else {
		fw_info("journal removed recording=%s", recording);
	}
}

static void do_sync(struct fw_disk *disk)
{
	struct fw_disk_answer body = {.kind = FW_DISK_SYNCED};
	int64_t begin_us = fw_clock_monotonic_us();
	int r;

	if (disk->unsynced && syncfs(disk->folder_fd) < 0) {
		fw_error("sync failed errno=%d", errno);
	}
	disk->unsynced = false;
	body.took_us = fw_clock_monotonic_us() - begin_us;
	if (body.took_us > SLOW_SYNC_US) {
		fw_warn("sync is slow took_ms=%" G_GINT64_FORMAT, body.took_us / FW_US_PER_MS);
	}
	r = fw_disk_free_bytes(disk->folder, &body.free_bytes);
	if (r < 0) {
		fw_error("free space unknown errno=%d", -r);
		body.free_bytes = UINT64_MAX;
	}
	answer(disk, &body);
}

static bool do_request(struct fw_disk *disk, const struct fw_message *message, uint64_t *written)
{
	switch ((enum request)message->type) {
	case REQUEST_OPEN:
		do_open(disk, message->body);
		break;
	case REQUEST_WRITE: {
		const struct write_request *request = message->body;

		do_write(disk, request, written);
		give_back(disk, request->block);
		break;
	}
	case REQUEST_CLOSE:
		do_close(disk, message->body);
		break;
	case REQUEST_ABANDON:
		g_hash_table_remove(disk->segments, message->body);
		break;
	case REQUEST_REMOVE:
		do_remove(disk, message->body);
		break;
	case REQUEST_SYNC:
		do_sync(disk);
		break;
	case REQUEST_STOP:
		return false;
	}
	return true;
}

static void *run(void *user)
{
	struct fw_disk *disk = user;
	struct pollfd wait = {.fd = fw_mailbox_fd(disk->requests), .events = POLLIN};
	struct fw_message message;
	bool going = true;

	(void)pthread_setname_np(pthread_self(), "fw-disk");
	(void)setpriority(PRIO_PROCESS, 0, NICENESS); /* of this thread only (Linux) */
	while (going) {
		uint64_t written = 0;

		(void)poll(&wait, 1, -1);
		(void)fw_mailbox_take(disk->requests);
		while (fw_mailbox_next(disk->requests, &message)) {
			going = do_request(disk, &message, &written) && going;
			/* Told at once: the recorder's bound is on what waits, not on what was. */
			if (written > 0) {
				answer(disk,
					&(struct fw_disk_answer){
						.kind = FW_DISK_WRITTEN, .bytes = written});
				written = 0;
			}
		}
	}
	if (disk->unsynced) {
		(void)syncfs(disk->folder_fd);
	}
	return NULL;
}

int fw_disk_create(const char *folder, struct fw_mailbox *answers, uint32_t answer_type,
	struct fw_disk **ret_disk)
{
	struct fw_disk *disk;
	int r = fw_file_make_folders(folder, 0700);

	if (r < 0) {
		return r;
	}
	disk = g_new0(struct fw_disk, 1);
	disk->folder = g_strdup(folder);
	disk->answers = answers;
	disk->answer_type = answer_type;
	disk->segments = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, segment_free);
	disk->spare = g_ptr_array_new_with_free_func(g_free);
	disk->folder_fd = open(folder, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	r = disk->folder_fd < 0 ? -errno : fw_mailbox_create(NULL, &disk->requests);
	if (r == 0) {
		r = fw_ring_create(DONE_BYTES, &disk->done);
	}
	if (r == 0) {
		r = -pthread_create(&disk->thread, NULL, run, disk);
	}
	if (r < 0) {
		fw_mailbox_destroy(disk->requests);
		disk->requests = NULL;
		fw_disk_destroy(disk);
		return r;
	}
	*ret_disk = disk;
	return 0;
}

/* Kept for the next write. More than a burst's worth is not kept. */
void fw_disk_give_block(struct fw_disk *disk, uint8_t *block)
{
	if (disk->spare->len < SPARE_MAX) {
		g_ptr_array_add(disk->spare, block);
	} else {
		g_free(block);
	}
}

/* Blocks that came back. */
static void collect(struct fw_disk *disk)
{
	const void *record = NULL;
	size_t size = 0;

	while (fw_ring_peek(disk->done, &record, &size) == 0) {
		uint8_t *block;

		memcpy(&block, record, sizeof(block));
		fw_ring_release(disk->done);
		fw_disk_give_block(disk, block);
	}
}

void fw_disk_destroy(struct fw_disk *disk)
{
	if (!disk) {
		return;
	}
	if (disk->requests) {
		(void)fw_mailbox_post(disk->requests, REQUEST_STOP, NULL, 0);
		(void)pthread_join(disk->thread, NULL);
		fw_mailbox_destroy(disk->requests);
	}
	if (disk->folder_fd >= 0) {
		(void)close(disk->folder_fd);
	}
	if (disk->done) {
		collect(disk);
		fw_ring_destroy(disk->done);
	}
	g_ptr_array_unref(disk->spare);
	g_hash_table_unref(disk->segments);
	g_free(disk->folder);
	g_free(disk);
}

int fw_disk_open(struct fw_disk *disk, uint64_t handle, const char *recording, uint32_t segment)
{
	struct open_request request = {.handle = handle, .segment = segment};

	memcpy(request.recording, recording, FW_ID_SIZE);
	return fw_mailbox_post(disk->requests, REQUEST_OPEN, &request, sizeof(request));
}

uint8_t *fw_disk_take_block(struct fw_disk *disk)
{
	collect(disk);
	return disk->spare->len > 0 ? g_ptr_array_steal_index_fast(disk->spare, disk->spare->len - 1)
				    : g_malloc(FW_DISK_BLOCK_BYTES);
}

int fw_disk_write(struct fw_disk *disk, uint64_t handle, uint8_t *block, size_t size)
{
	const struct write_request request = {.handle = handle, .block = block, .size = size};
	int r;

	if (size > FW_DISK_BLOCK_BYTES) {
		fw_disk_give_block(disk, block);
		return -EINVAL;
	}
	r = fw_mailbox_post(disk->requests, REQUEST_WRITE, &request, sizeof(request));
	if (r < 0) {
		fw_disk_give_block(disk, block);
	}
	return r;
}

int fw_disk_close(struct fw_disk *disk, uint64_t handle)
{
	return fw_mailbox_post(disk->requests, REQUEST_CLOSE, &handle, sizeof(handle));
}

int fw_disk_abandon(struct fw_disk *disk, uint64_t handle)
{
	return fw_mailbox_post(disk->requests, REQUEST_ABANDON, &handle, sizeof(handle));
}

int fw_disk_remove(struct fw_disk *disk, const char *recording)
{
	return fw_mailbox_post(disk->requests, REQUEST_REMOVE, recording, FW_ID_SIZE);
}

int fw_disk_sync(struct fw_disk *disk)
{
	return fw_mailbox_post(disk->requests, REQUEST_SYNC, NULL, 0);
}

int fw_disk_free_bytes(const char *folder, uint64_t *ret_bytes)
{
	struct statvfs space;

	if (statvfs(folder, &space) < 0) {
		return -errno;
	}
	*ret_bytes = (uint64_t)space.f_bavail * space.f_frsize;
	return 0;
}
