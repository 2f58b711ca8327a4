/* SPDX-License-Identifier: Apache-2.0 */
#include "recorder/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/file.h"
#include "base/id.h"
#include "base/limits.h"
#include "base/mailbox.h"
#include "base/ring.h"
#include "base/thread.h"
#include "recorder/journal.h"
#include "recorder/syncer.h"

#define FW_LOG_TOPIC "disk"
#include "base/log.h"

#define SPARE_MIN       8 /* blocks kept in any case */
#define OTHERS_MAX      16384 /* requests besides writes */
#define DONE_SLOT_BYTES 32 /* in `done`: a pointer, its head, the ends of the ring's blocks */

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
	struct fw_mailbox *requests;
	struct fw_mailbox *answers;
	uint32_t answer_type;
	struct fw_disk_ops ops;
	pthread_t thread;
	bool running;
	atomic_uint_fast64_t queued_bytes;
	struct fw_ring *done; /* uint8_t *: blocks that were written or given up */
	/* the caller's own */
	GPtrArray *spare; /* blocks */
	guint least_spare; /* since the last sync: as many were not needed */
	/* the disk thread's own */
	GHashTable *segments; /* &handle -> struct segment */
	int folder_fd;
	struct fw_syncer *syncer;
	bool unsynced;
};

static int system_write(void *user, int fd, const void *bytes, size_t size, int64_t at)
{
	(void)user;
	return fw_file_write_all(fd, bytes, size, at);
}

static int system_sync(void *user, int folder_fd)
{
	(void)user;
	return syncfs(folder_fd) < 0 ? -errno : 0;
}

static int system_sync_file(void *user, int fd)
{
	(void)user;
	return fdatasync(fd) < 0 ? -errno : 0;
}

static const struct fw_disk_ops system_ops = {
	.write = system_write, .sync = system_sync, .sync_file = system_sync_file};

/* A page mapping of its own, so that what a stall took goes back to the system when it is over. */
static uint8_t *make_block(void)
{
	void *block = mmap(NULL, FW_DISK_BLOCK_BYTES, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	g_assert(block != MAP_FAILED);
	return block;
}

static void free_block(void *block)
{
	(void)munmap(block, FW_DISK_BLOCK_BYTES);
}

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

/* Folder and name are durable with what is written first: by the next sync. */
static int create_segment(struct fw_disk *disk, const struct open_request *request, int *ret_fd)
{
	char name[FW_JOURNAL_NAME_SIZE];
	fw_autoclose int folder = -1;
	int fd;

	if (mkdirat(disk->folder_fd, request->recording, 0700) < 0 && errno != EEXIST) {
		return -errno;
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
		free_block(block);
	} else {
		memcpy(slot, &block, sizeof(block));
		fw_ring_commit(disk->done, sizeof(block));
	}
	(void)atomic_fetch_sub_explicit(
		&disk->queued_bytes, FW_DISK_BLOCK_BYTES, memory_order_relaxed);
}

static void do_write(struct fw_disk *disk, const struct write_request *request)
{
	struct segment *segment = g_hash_table_lookup(disk->segments, &request->handle);
	int r;

	if (!segment || segment->fd < 0) {
		return;
	}
	r = disk->ops.write(
		disk->ops.user, segment->fd, request->block, request->size, segment->end);
	if (r < 0) {
		fail(disk, segment, -r);
		return;
	}
	segment->end += (int64_t)request->size;
	disk->unsynced = true;
}

static void do_close(struct fw_disk *disk, uint64_t handle)
{
	struct segment *segment = g_hash_table_lookup(disk->segments, &handle);

	if (segment && segment->fd >= 0) {
		int r = fw_syncer_close(disk->syncer, handle, segment->fd);

		if (r < 0) {
			fail(disk, segment, -r);
		}
		segment->fd = -1; /* the syncer's */
	}
	g_hash_table_remove(disk->segments, &handle);
}

static void do_sync(struct fw_disk *disk)
{
	const struct fw_disk_answer unknown = {.kind = FW_DISK_SYNCED, .free_bytes = UINT64_MAX};

	if (fw_syncer_sync(disk->syncer, disk->unsynced) < 0) {
		answer(disk, &unknown); /* it has thousands of files to close: the next one will do */
	} else {
		disk->unsynced = false;
	}
}

static bool do_request(struct fw_disk *disk, const struct fw_message *message)
{
	switch ((enum request)message->type) {
	case REQUEST_OPEN:
		do_open(disk, message->body);
		break;
	case REQUEST_WRITE: {
		const struct write_request *request = message->body;

		do_write(disk, request);
		give_back(disk, request->block);
		break;
	}
	case REQUEST_CLOSE:
		do_close(disk, *(const uint64_t *)message->body);
		break;
	case REQUEST_ABANDON:
		g_hash_table_remove(disk->segments, message->body);
		break;
	case REQUEST_REMOVE:
		if (fw_syncer_remove(disk->syncer, message->body) < 0) {
			fw_error("journal stays recording=%s", (const char *)message->body);
		}
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

	fw_thread_set_name("fw-disk");
	fw_thread_set_background();
	while (going) {
		(void)poll(&wait, 1, -1);
		(void)fw_mailbox_take(disk->requests);
		while (fw_mailbox_next(disk->requests, &message)) {
			going = do_request(disk, &message) && going;
		}
	}
	do_sync(disk);
	return NULL;
}

static int start(struct fw_disk *disk, const struct fw_disk_options *options)
{
	size_t blocks = options->queue_bytes / FW_DISK_BLOCK_BYTES + OTHERS_MAX;
	const struct fw_mailbox_options bounds = {.max_messages = blocks,
		.max_bytes = blocks * (sizeof(struct open_request) + sizeof(uint64_t[4]))};
	size_t done_bytes = (size_t)4 * FW_RING_RECORD_MAX_BYTES;
	int r;

	while (done_bytes < blocks * DONE_SLOT_BYTES) {
		done_bytes *= 2;
	}
	disk->folder_fd = open(options->folder, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	r = disk->folder_fd < 0 ? -errno : fw_mailbox_create(&bounds, &disk->requests);
	if (r == 0) {
		r = fw_ring_create(done_bytes, &disk->done);
	}
	if (r == 0) {
		r = fw_syncer_create(options, disk->folder_fd, &disk->syncer);
	}
	if (r == 0) {
		r = -pthread_create(&disk->thread, NULL, run, disk);
		disk->running = r == 0;
	}
	return r;
}

int fw_disk_create(const struct fw_disk_options *options, struct fw_disk **ret_disk)
{
	struct fw_disk_options whole = *options;
	struct fw_disk *disk;
	int r = fw_file_make_folders(options->folder, 0700);

	if (r < 0) {
		return r;
	}
	whole.ops = options->ops ? options->ops : &system_ops;
	disk = g_new0(struct fw_disk, 1);
	disk->answers = options->answers;
	disk->answer_type = options->answer_type;
	disk->ops = *whole.ops;
	disk->segments = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, segment_free);
	disk->spare = g_ptr_array_new_with_free_func(free_block);
	r = start(disk, &whole);
	if (r < 0) {
		fw_disk_destroy(disk);
		return r;
	}
	*ret_disk = disk;
	return 0;
}

void fw_disk_give_block(struct fw_disk *disk, uint8_t *block)
{
	g_ptr_array_add(disk->spare, block);
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
	if (disk->running) {
		(void)fw_mailbox_post(disk->requests, REQUEST_STOP, NULL, 0);
		(void)pthread_join(disk->thread, NULL);
	}
	fw_syncer_destroy(disk->syncer);
	fw_mailbox_destroy(disk->requests);
	if (disk->folder_fd >= 0) {
		(void)close(disk->folder_fd);
	}
	if (disk->done) {
		collect(disk);
		fw_ring_destroy(disk->done);
	}
	g_ptr_array_unref(disk->spare);
	g_hash_table_unref(disk->segments);
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
	uint8_t *block;

	collect(disk);
	block = disk->spare->len > 0
		? g_ptr_array_steal_index_fast(disk->spare, disk->spare->len - 1)
		: make_block();
	disk->least_spare = MIN(disk->least_spare, disk->spare->len);
	return block;
}

/* What lay idle goes back to the system: a burst of every half second keeps its blocks, a stall that is over does not. */
static void trim(struct fw_disk *disk)
{
	collect(disk);
	if (disk->least_spare > SPARE_MIN) {
		guint idle = disk->least_spare - SPARE_MIN;

		g_ptr_array_remove_range(disk->spare, disk->spare->len - idle, idle);
	}
	disk->least_spare = disk->spare->len;
}

int fw_disk_write(struct fw_disk *disk, uint64_t handle, uint8_t *block, size_t size)
{
	const struct write_request request = {.handle = handle, .block = block, .size = size};
	int r;

	if (size > FW_DISK_BLOCK_BYTES) {
		fw_disk_give_block(disk, block);
		return -EINVAL;
	}
	/* Before it can be taken: what is queued is never less than nothing. */
	(void)atomic_fetch_add_explicit(
		&disk->queued_bytes, FW_DISK_BLOCK_BYTES, memory_order_relaxed);
	r = fw_mailbox_post(disk->requests, REQUEST_WRITE, &request, sizeof(request));
	if (r < 0) {
		(void)atomic_fetch_sub_explicit(
			&disk->queued_bytes, FW_DISK_BLOCK_BYTES, memory_order_relaxed);
		fw_disk_give_block(disk, block);
	}
	return r;
}

uint64_t fw_disk_queued_bytes(const struct fw_disk *disk)
{
	return atomic_load_explicit(&disk->queued_bytes, memory_order_relaxed);
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
	trim(disk);
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
