/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two buffers: producers append to `arriving` under the lock; take() swaps it with the batch that
 * has been read, so the consumer reads without the lock and memory is used again.
 *
 * The eventfd is written (and wake called) only when `arriving` stops being empty; take() clears it
 * before it swaps, so a post after the swap always finds the buffer empty and wakes again.
 */
#include "base/mailbox.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>

#include <glib.h>

#include "base/limits.h"
#include "base/owner.h"

#define ALIGNMENT     16
#define KEEP_BYTES    ((size_t)1024 * 1024) /* a larger emptied buffer is given back */
#define FIRST_BYTES   ((size_t)4096)
#define ALIGNED(size) (((size) + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1))

struct head {
	_Alignas(ALIGNMENT) uint32_t type;
	uint32_t size;
};

struct buffer {
	uint8_t *bytes;
	size_t used;
	size_t capacity;
	size_t messages;
};

struct fw_mailbox {
	pthread_mutex_t lock;
	/* under the lock */
	struct buffer arriving;
	uint64_t refused;
	bool closed;
	/* constant */
	size_t max_messages;
	size_t max_bytes;
	void (*wake)(void *user);
	void *wake_user;
	int event;
	/* the consumer's */
	struct fw_owner consumer;
	bool has_consumer;
	struct buffer batch;
	size_t read;
};

int fw_mailbox_create(const struct fw_mailbox_options *options, struct fw_mailbox **ret_box)
{
	static const struct fw_mailbox_options defaults = {0};
	struct fw_mailbox *box;
	int event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	if (event < 0) {
		return -errno;
	}
	if (!options) {
		options = &defaults;
	}
	box = g_new0(struct fw_mailbox, 1);
	(void)pthread_mutex_init(&box->lock, NULL);
	box->max_messages = options->max_messages ? options->max_messages : FW_MAILBOX_MESSAGES;
	box->max_bytes = options->max_bytes ? options->max_bytes : FW_MAILBOX_BYTES;
	box->wake = options->wake;
	box->wake_user = options->wake_user;
	box->event = event;
	*ret_box = box;
	return 0;
}

void fw_mailbox_destroy(struct fw_mailbox *box)
{
	if (!box) {
		return;
	}
	(void)close(box->event);
	(void)pthread_mutex_destroy(&box->lock);
	g_free(box->arriving.bytes);
	g_free(box->batch.bytes);
	g_free(box);
}

int fw_mailbox_fd(const struct fw_mailbox *box)
{
	return box->event;
}

static void append(struct buffer *buffer, uint32_t type, const struct iovec *parts,
	size_t part_count, size_t size)
{
	struct head head = {.type = type, .size = (uint32_t)size};
	size_t need = buffer->used + sizeof(head) + ALIGNED(size);

	if (need > buffer->capacity) {
		buffer->capacity = MAX(MAX(need, 2 * buffer->capacity), FIRST_BYTES);
		buffer->bytes = g_realloc(buffer->bytes, buffer->capacity);
	}
	memcpy(buffer->bytes + buffer->used, &head, sizeof(head));
	buffer->used += sizeof(head);
	for (size_t i = 0; i < part_count; i++) {
		if (parts[i].iov_len > 0) {
			memcpy(buffer->bytes + buffer->used, parts[i].iov_base, parts[i].iov_len);
			buffer->used += parts[i].iov_len;
		}
	}
	buffer->used = need;
	buffer->messages++;
}

int fw_mailbox_post_parts(
	struct fw_mailbox *box, uint32_t type, const struct iovec *parts, size_t part_count)
{
	static const uint64_t one = 1;
	bool was_empty = false;
	size_t size = 0;
	int result = 0;

	for (size_t i = 0; i < part_count; i++) {
		/* Bounded part by part, so that the sum cannot wrap. */
		size = parts[i].iov_len > FW_MAILBOX_MESSAGE_MAX_BYTES ? SIZE_MAX / 2
								       : size + parts[i].iov_len;
		if (size > FW_MAILBOX_MESSAGE_MAX_BYTES) {
			break;
		}
	}
	(void)pthread_mutex_lock(&box->lock);
	if (box->closed) {
		result = -EPIPE;
	} else if (size > FW_MAILBOX_MESSAGE_MAX_BYTES ||
		box->arriving.messages >= box->max_messages ||
		box->arriving.used + sizeof(struct head) + ALIGNED(size) > box->max_bytes) {
		box->refused++;
		result = -EOVERFLOW;
	} else {
		was_empty = box->arriving.messages == 0;
		append(&box->arriving, type, parts, part_count, size);
	}
	(void)pthread_mutex_unlock(&box->lock);
	if (was_empty) {
		/* Fails only when the counter is full, and then it is readable anyway. */
		if (write(box->event, &one, sizeof(one)) < 0) {
			assert(errno == EAGAIN);
		}
		if (box->wake) {
			box->wake(box->wake_user);
		}
	}
	return result;
}

int fw_mailbox_post(struct fw_mailbox *box, uint32_t type, const void *body, size_t size)
{
	const struct iovec part = {.iov_base = (void *)body, .iov_len = size};

	return fw_mailbox_post_parts(box, type, &part, 1);
}

static void empty(struct buffer *buffer)
{
	if (buffer->capacity > KEEP_BYTES) {
		g_free(buffer->bytes);
		*buffer = (struct buffer){0};
	}
	buffer->used = 0;
	buffer->messages = 0;
}

size_t fw_mailbox_take(struct fw_mailbox *box)
{
	struct buffer taken;
	uint64_t count;

	if (!box->has_consumer) {
		fw_owner_claim(&box->consumer);
		box->has_consumer = true;
	}
	fw_owner_check(&box->consumer);
	if (read(box->event, &count, sizeof(count)) < 0) {
		assert(errno == EAGAIN || errno == EINTR);
	}
	empty(&box->batch);
	(void)pthread_mutex_lock(&box->lock);
	taken = box->arriving;
	box->arriving = box->batch;
	(void)pthread_mutex_unlock(&box->lock);
	box->batch = taken;
	box->read = 0;
	return box->batch.messages;
}

bool fw_mailbox_next(struct fw_mailbox *box, struct fw_message *ret_message)
{
	struct head head;

	fw_owner_check(&box->consumer);
	if (box->read >= box->batch.used) {
		return false;
	}
	memcpy(&head, box->batch.bytes + box->read, sizeof(head));
	box->read += sizeof(head);
	ret_message->type = head.type;
	ret_message->size = head.size;
	ret_message->body = head.size ? box->batch.bytes + box->read : NULL;
	box->read += ALIGNED((size_t)head.size);
	return true;
}

void fw_mailbox_close(struct fw_mailbox *box)
{
	(void)pthread_mutex_lock(&box->lock);
	box->closed = true;
	(void)pthread_mutex_unlock(&box->lock);
}

uint64_t fw_mailbox_refused(struct fw_mailbox *box)
{
	uint64_t refused;

	(void)pthread_mutex_lock(&box->lock);
	refused = box->refused;
	(void)pthread_mutex_unlock(&box->lock);
	return refused;
}
