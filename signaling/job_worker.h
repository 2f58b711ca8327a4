/* SPDX-License-Identifier: Apache-2.0 */
/* What each kind of job runs: program, arguments, limits. One table, beside the thread that runs it (jobs.c).
 *
 * Owner: the caller. Threads: the jobs'. Errors: those of base/spawn.h.
 */
#ifndef FW_SIGNALING_JOB_WORKER_H
#define FW_SIGNALING_JOB_WORKER_H

#include "base/nursery.h"
#include "signaling/jobs.h"

/* Ours; closed by the caller after the spawn. */
struct fw_job_descriptors {
	int in, out, key;
	int desk_key; /* -1: none */
};

/* A START whose ids are ids. */
bool fw_job_valid(const struct fw_job_command *command);
/* The id of what is worked on, for log lines. */
const char *fw_job_subject(const struct fw_job_command *command);
uint32_t fw_job_default_time_s(enum fw_job_kind kind);

/* nursery: of finalisers; NULL is filled when the first one is wanted. fw_nursery_destroy */
int fw_job_spawn(const struct fw_jobs_config *config, const struct fw_job_command *command,
	const struct fw_job_descriptors *descriptors, struct fw_nursery **nursery,
	struct fw_process **ret_process);

#endif
