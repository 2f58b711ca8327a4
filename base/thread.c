/* SPDX-License-Identifier: Apache-2.0 */
#include "base/thread.h"

#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NICENESS        5
#define PROMPT_SLICE_NS 100000 /* the least that EEVDF grants */

/* linux/sched/types.h, SCHED_ATTR_SIZE_VER0; glibc has no wrapper before 2.41. */
struct scheduling {
	uint32_t size;
	uint32_t policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime_ns, deadline_ns, period_ns;
};

void fw_thread_set_name(const char *name)
{
	(void)pthread_setname_np(pthread_self(), name);
}

void fw_thread_set_background(void)
{
	const struct sched_param none = {0};

	(void)pthread_setschedparam(pthread_self(), SCHED_BATCH, &none);
	(void)setpriority(PRIO_PROCESS, 0, NICENESS); /* of this thread only (Linux) */
}

void fw_thread_set_prompt(void)
{
	const struct scheduling wish = {.size = sizeof(wish),
		.policy = SCHED_OTHER,
		.nice = getpriority(PRIO_PROCESS, 0),
		.runtime_ns = PROMPT_SLICE_NS};

	(void)syscall(SYS_sched_setattr, 0, &wish, 0);
}
