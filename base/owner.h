/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The thread an object belongs to, asserted at the object's entry points.
 *
 * Owner: embedded in the object it guards. Threads: claim() by the new owner when no other thread
 * uses the object; check() anywhere. Errors: a wrong thread is a bug of ours and aborts.
 */
#ifndef FW_BASE_OWNER_H
#define FW_BASE_OWNER_H

#include <assert.h>
#include <pthread.h>

struct fw_owner {
	pthread_t thread;
};

/* From now on the object belongs to the calling thread. */
static inline void fw_owner_claim(struct fw_owner *owner)
{
	owner->thread = pthread_self();
}

/* Aborts when called from any other thread than the claiming one. */
static inline void fw_owner_check(const struct fw_owner *owner)
{
	assert(pthread_equal(owner->thread, pthread_self()));
	(void)owner;
}

#endif
