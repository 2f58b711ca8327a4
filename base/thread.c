/* SPDX-License-Identifier: Apache-2.0 */
#include "base/thread.h"

#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>

#define NICENESS 5

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
