/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mailbox: a bounded queue of plain tagged messages from any thread to one, the only way between
 * threads besides the packet ring, and the only file with a mutex.
 *
 *     consumer:  poll(fw_mailbox_fd(box));
 *                if (fw_mailbox_take(box) > 0)            all that has arrived is one batch
 *                        while (fw_mailbox_next(box, &message)) ...
 *     producer:  fw_mailbox_post(box, type, &body, sizeof(body));
 *
 * A message is a type and bytes; it is copied, so it holds no pointers into the sender. Messages of
 * one producer keep their order. A batch that is being read stays valid while producers go on.
 *
 * Owner: whoever created it; destroy only after every producer has stopped.
 * Threads: post from any; take, next, destroy from the consumer alone (the first caller of take).
 * Errors: -EOVERFLOW the bound is reached or the message is larger than
 * FW_MAILBOX_MESSAGE_MAX_BYTES (nothing is queued, the drop is counted), -EPIPE closed.
 */
#ifndef FW_BASE_MAILBOX_H
#define FW_BASE_MAILBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "base/cleanup.h"

struct fw_mailbox;

struct fw_mailbox_options {
	size_t max_messages; /* 0: FW_MAILBOX_MESSAGES */
	size_t max_bytes; /* 0: FW_MAILBOX_BYTES; of bodies and their 16-byte heads */
	/*
	 * May be NULL. Called in a producer's thread, without the lock, when the mailbox stops being
	 * empty; e.g. to call lws_cancel_service(). Must not post to the same mailbox.
	 */
	void (*wake)(void *user);
	void *wake_user;
};

struct fw_message {
	uint32_t type; /* the sender's enum */
	size_t size; /* bytes of body; may be 0 */
	const void *body; /* aligned to 16; valid until the next take; NULL when size is 0 */
};

/* options may be NULL. -errno of eventfd. */
int fw_mailbox_create(const struct fw_mailbox_options *options, struct fw_mailbox **ret_box);
void fw_mailbox_destroy(struct fw_mailbox *box);
FW_DEFINE_CLEANUP(struct fw_mailbox, fw_mailbox_destroy)

/* body may be NULL when size is 0. */
int fw_mailbox_post(struct fw_mailbox *box, uint32_t type, const void *body, size_t size);

/* One message gathered from several pieces, e.g. a struct and a text behind it. */
int fw_mailbox_post_parts(
	struct fw_mailbox *box, uint32_t type, const struct iovec *parts, size_t part_count);

/* Readable while messages wait; for poll, owned by the mailbox, never read it yourself. */
int fw_mailbox_fd(const struct fw_mailbox *box);

/*
 * Takes everything that has arrived as the current batch and returns how many messages it has. What
 * was left of the batch before is dropped. Does not wait.
 */
size_t fw_mailbox_take(struct fw_mailbox *box);

/* The next message of the current batch; false at its end. */
bool fw_mailbox_next(struct fw_mailbox *box, struct fw_message *ret_message);

/* After this every post answers -EPIPE; what has arrived can still be taken. Any thread. */
void fw_mailbox_close(struct fw_mailbox *box);

/* Messages refused so far because of a bound. Any thread. */
uint64_t fw_mailbox_refused(struct fw_mailbox *box);

#endif
