/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Worker processes: started with exactly the descriptors they are given, resource limits and an
 * almost empty environment; their end is a readable descriptor.
 *
 *     fw_spawn(&options, &process); poll(fw_process_fd(process)); fw_process_reap(process, &exit);
 *
 * The child gets SIGKILL when the spawning THREAD ends (prctl PR_SET_PDEATHSIG), so spawn from a
 * thread that lives as long as the server. Secrets go through fw_spawn_secret(), never through
 * arguments or environment.
 *
 * Owner: the spawner. Threads: a process object belongs to one thread. Errors: -EINVAL bad options,
 * -errno of pipe, fork or of exec in the child (e.g. -ENOENT no such program), -EAGAIN still
 * running, -EPROTO not ended yet or reaped before.
 */
#ifndef FW_BASE_SPAWN_H
#define FW_BASE_SPAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"

struct fw_process;

struct fw_spawn_fd {
	int ours; /* stays open here; the spawner closes it when it is not needed any more */
	int theirs; /* its number in the child, 0..63 */
};

/* 0: no limit set. */
struct fw_spawn_limits {
	uint64_t memory_bytes; /* RLIMIT_AS; ignored in sanitizer builds, which reserve terabytes */
	uint64_t file_bytes; /* RLIMIT_FSIZE */
	uint32_t cpu_s; /* RLIMIT_CPU */
	uint32_t open_files; /* RLIMIT_NOFILE */
	int nice; /* added to the child's nice value */
};

struct fw_spawn_options {
	const char *program; /* path; no search */
	const char *const *arguments; /* argv[1..], NULL-terminated; may be NULL */
	const struct fw_spawn_fd *fds;
	size_t fd_count; /* at most FW_SPAWN_FDS_MAX; 0 and 1 are /dev/null, 2 is ours, if not given */
	struct fw_spawn_limits limits;
};

/* How a process ended. */
struct fw_process_exit {
	int code; /* exit code, or -1 when a signal ended it */
	int signal; /* 0 when it exited; SIGSYS: the sandbox killed it */
};

/* Waits until the program runs (exec succeeded) or did not. */
int fw_spawn(const struct fw_spawn_options *options, struct fw_process **ret_process);

/* Readable when the process has ended. Owned by the object. */
int fw_process_fd(const struct fw_process *process);

/* For log lines. */
int fw_process_pid(const struct fw_process *process);

/* SIGKILL; does not wait. Fine when it has ended. */
void fw_process_kill(struct fw_process *process);

/* -EAGAIN while it runs. */
int fw_process_reap(struct fw_process *process, struct fw_process_exit *ret_exit);

/* A process that was not reaped is killed and reaped (this waits for the kernel, microseconds). */
void fw_process_destroy(struct fw_process *process);
FW_DEFINE_CLEANUP(struct fw_process, fw_process_destroy)

/*
 * A descriptor from which the child reads these bytes and then the end. size is at most
 * FW_SPAWN_SECRET_MAX_BYTES; close ret_fd after fw_spawn().
 */
int fw_spawn_secret(const void *bytes, size_t size, int *ret_fd);

/* In the child: exactly size bytes from the descriptor, then its end; closes it. -EBADMSG. */
int fw_spawn_read_secret(int fd, void *ret_bytes, size_t size);

#endif
