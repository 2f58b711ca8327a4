/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fork + exec by hand, because posix_spawn() can set neither limits nor the death signal. Between
 * fork and exec the child calls async-signal-safe functions only: the parent has threads.
 *
 * The child shares the parent's memory until exec, on a stack of its own, while the calling thread waits: a
 * copy, even one that is made on writing, would take longer the more memory the server has, and cost every
 * thread a page fault for each page it writes next. What must not be shared is not: signal actions, limits,
 * descriptors. No signal may reach the child meanwhile, whose handler would run in our memory.
 *
 * Descriptors are first moved above every target number, then to their targets, so that no order of
 * pairs overwrites one that is still needed; whatever is not a target closes at exec.
 */
#include "base/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <glib.h>

#include "base/limits.h"
#include "base/owner.h"
#include "base/sanitized.h"
#include "base/spawn_private.h"

#define THEIRS_MAX 63
#define ABOVE      (THEIRS_MAX + 1)

#define STACK_BYTES (64 * 1024) /* of the child until exec; execve() copies its own arguments */

struct fw_process {
	struct fw_owner owner;
	pid_t pid;
	int fd; /* pidfd */
	bool reaped;
};

/* --- the child's side ------------------------------------------------------------------------- */

struct child {
	const struct fw_spawn_options *options;
	const char *argv[FW_SPAWN_ARGUMENTS_MAX + 2];
	pid_t parent;
	int report; /* gets errno when exec fails; closed by a successful one */
};

static int set_limit(int resource, uint64_t value)
{
	const struct rlimit limit = {.rlim_cur = value, .rlim_max = value};

	return value == 0 || setrlimit(resource, &limit) == 0 ? 0 : -errno;
}

/* Whatever the server's own scheduling is, also a real-time one, and without interrupting it at every wake-up. */
static int stand_back(int nice)
{
	const struct sched_param none = {0};

	return sched_setscheduler(0, SCHED_BATCH, &none) == 0 &&
			setpriority(PRIO_PROCESS, 0, nice) == 0
		? 0
		: -errno;
}

static int set_limits(const struct fw_spawn_limits *limits)
{
	int result = set_limit(RLIMIT_FSIZE, limits->file_bytes);

	if (result == 0) {
		result = set_limit(RLIMIT_CPU, limits->cpu_s);
	}
	if (result == 0) {
		result = set_limit(RLIMIT_NOFILE, limits->open_files);
	}
	if (result == 0 && !FW_SANITIZED) {
		result = set_limit(RLIMIT_AS, limits->memory_bytes);
	}
	return result == 0 && limits->nice != 0 ? stand_back(limits->nice) : result;
}

static void reset_signals(void)
{
	sigset_t none;

	for (int number = 1; number < NSIG; number++) {
		(void)signal(number, SIG_DFL); /* fails for SIGKILL and SIGSTOP, rightly */
	}
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static int move_fds(const struct fw_spawn_options *options, int *ret_kept)
{
	int moved[FW_SPAWN_FDS_MAX];
	uint64_t taken = UINT64_C(1) << STDERR_FILENO;

	if (ret_kept) {
		*ret_kept = fcntl(*ret_kept, F_DUPFD_CLOEXEC, ABOVE);
		if (*ret_kept < 0) {
			return -errno;
		}
	}
	for (size_t i = 0; i < options->fd_count; i++) {
		moved[i] = fcntl(options->fds[i].ours, F_DUPFD_CLOEXEC, ABOVE);
		if (moved[i] < 0) {
			return -errno;
		}
	}
	for (size_t i = 0; i < options->fd_count; i++) {
		if (dup2(moved[i], options->fds[i].theirs) < 0) {
			return -errno;
		}
		taken |= UINT64_C(1) << options->fds[i].theirs;
	}
	for (int fd = 0; fd <= THEIRS_MAX; fd++) {
		if (!(taken & UINT64_C(1) << fd)) {
			(void)close(fd);
		}
	}
	/* Lowest free number first: these two become 0 and 1 exactly when they are free. */
	for (int fd = STDIN_FILENO; fd <= STDOUT_FILENO; fd++) {
		if (!(taken & UINT64_C(1) << fd) && open("/dev/null", O_RDWR) < 0) {
			return -errno;
		}
	}
	return syscall(SYS_close_range, ABOVE, ~0U, ret_kept ? CLOSE_RANGE_CLOEXEC : 0) < 0 ? -errno
											    : 0;
}

int fw_spawn_settle(const struct fw_spawn_options *options, pid_t parent, int *ret_kept)
{
	int result;

	reset_signals();
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) {
		return -errno;
	}
	if (getppid() != parent) {
		return -ESRCH; /* the parent died before the line above */
	}
	result = move_fds(options, ret_kept);
	return result < 0 ? result : set_limits(&options->limits);
}

static int become(struct child *child)
{
	static char path[] = "PATH=/usr/bin:/bin", language[] = "LANG=C.UTF-8";
	static char alone[] =
		"OMP_THREAD_LIMIT=1"; /* no library makes threads: the sandbox forbids it */
	char *const environment[] = {path, language, alone, NULL};
	int result = fw_spawn_settle(child->options, child->parent, &child->report);

	if (result < 0) {
		return result;
	}
	(void)execve(child->options->program, (char *const *)child->argv, environment);
	return -errno;
}

static int run_child(void *user)
{
	struct child *child = user;
	int error = become(child);

	while (write(child->report, &error, sizeof(error)) < 0 && errno == EINTR) {
	}
	_exit(127);
}

/* --- the parent's side ------------------------------------------------------------------------ */

static int prepare(const struct fw_spawn_options *options, struct child *child)
{
	size_t count = 0;

	if (!options->program || options->fd_count > FW_SPAWN_FDS_MAX) {
		return -EINVAL;
	}
	for (size_t i = 0; i < options->fd_count; i++) {
		if (options->fds[i].ours < 0 || options->fds[i].theirs < 0 ||
			options->fds[i].theirs > THEIRS_MAX) {
			return -EINVAL;
		}
		for (size_t j = 0; j < i; j++) {
			if (options->fds[i].theirs == options->fds[j].theirs) {
				return -EINVAL;
			}
		}
	}
	*child = (struct child){.options = options, .parent = getpid()};
	child->argv[count++] = options->program;
	for (const char *const *at = options->arguments; at && *at; at++) {
		if (count > FW_SPAWN_ARGUMENTS_MAX) {
			return -EINVAL;
		}
		child->argv[count++] = *at;
	}
	return 0;
}

/* The process id, or -errno. Sanitizers know one stack per thread, so theirs gets a memory of its own. */
static pid_t start_child(struct child *child)
{
	g_autofree char *stack = g_malloc(STACK_BYTES);
	int flags = SIGCHLD | (FW_SANITIZED ? 0 : CLONE_VM | CLONE_VFORK);
	sigset_t all, ours;
	pid_t pid;
	int error;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &ours);
	pid = clone(run_child, stack + STACK_BYTES, flags, child);
	error = errno;
	(void)pthread_sigmask(SIG_SETMASK, &ours, NULL);
	return pid < 0 ? -error : pid;
}

/* Waits for exec: end of file when it succeeded, an errno when not. */
static int read_report(int fd)
{
	int error = 0;
	ssize_t count;

	do {
		count = read(fd, &error, sizeof(error));
	} while (count < 0 && errno == EINTR);
	if (count < 0) {
		return -errno;
	}
	return count == sizeof(error) ? error : 0;
}

int fw_process_adopt(pid_t pid, struct fw_process **ret_process)
{
	fw_cleanup(fw_process_destroy) struct fw_process *process = g_new0(struct fw_process, 1);

	fw_owner_claim(&process->owner);
	process->pid = pid;
	process->fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (process->fd < 0) {
		return -errno;
	}
	*ret_process = g_steal_pointer(&process);
	return 0;
}

int fw_spawn(const struct fw_spawn_options *options, struct fw_process **ret_process)
{
	fw_cleanup(fw_process_destroy) struct fw_process *process = NULL;
	fw_autoclose int report_read = -1;
	fw_autoclose int report_write = -1;
	struct child child;
	int ends[2];
	pid_t pid;
	int result = prepare(options, &child);

	if (result < 0) {
		return result;
	}
	if (pipe2(ends, O_CLOEXEC) < 0) {
		return -errno;
	}
	report_read = ends[0];
	report_write = child.report = ends[1];
	pid = start_child(&child);
	if (pid < 0) {
		return pid;
	}
	(void)close(fw_steal_fd(&report_write));
	result = fw_process_adopt(pid, &process);
	if (result == 0) {
		result = read_report(report_read);
	}
	if (result < 0) {
		return result;
	}
	*ret_process = g_steal_pointer(&process);
	return 0;
}

int fw_process_fd(const struct fw_process *process)
{
	return process->fd;
}

int fw_process_pid(const struct fw_process *process)
{
	return process->pid;
}

void fw_process_kill(struct fw_process *process)
{
	fw_owner_check(&process->owner);
	/* Our own unreaped child: its number cannot have gone to another process. */
	if (!process->reaped) {
		(void)kill(process->pid, SIGKILL);
	}
}

int fw_process_reap(struct fw_process *process, struct fw_process_exit *ret_exit)
{
	siginfo_t info = {0};

	fw_owner_check(&process->owner);
	if (process->reaped) {
		return -EPROTO;
	}
	if (waitid(P_PID, (id_t)process->pid, &info, WEXITED | WNOHANG) < 0) {
		return -errno;
	}
	if (info.si_pid == 0) {
		return -EAGAIN;
	}
	process->reaped = true;
	ret_exit->code = info.si_code == CLD_EXITED ? info.si_status : -1;
	ret_exit->signal = info.si_code == CLD_EXITED ? 0 : info.si_status;
	return 0;
}

void fw_process_destroy(struct fw_process *process)
{
	if (!process) {
		return;
	}
	if (!process->reaped) {
		siginfo_t info;

		(void)kill(process->pid, SIGKILL);
		while (waitid(P_PID, (id_t)process->pid, &info, WEXITED) < 0 && errno == EINTR) {
		}
	}
	if (process->fd >= 0) {
		(void)close(process->fd);
	}
	g_free(process);
}

/* --- secrets ---------------------------------------------------------------------------------- */

int fw_spawn_secret(const void *bytes, size_t size, int *ret_fd)
{
	fw_autoclose int write_end = -1;
	int ends[2];

	if (size == 0 || size > FW_SPAWN_SECRET_MAX_BYTES) {
		return -EINVAL;
	}
	if (pipe2(ends, O_CLOEXEC) < 0) {
		return -errno;
	}
	write_end = ends[1];
	/* At most PIPE_BUF into an empty pipe: all at once and never blocking. */
	if (write(write_end, bytes, size) != (ssize_t)size) {
		(void)close(ends[0]);
		return -EIO;
	}
	*ret_fd = ends[0];
	return 0;
}

int fw_spawn_read_secret(int fd, void *ret_bytes, size_t size)
{
	fw_autoclose int closing = fd;
	uint8_t *at = ret_bytes;
	size_t done = 0;
	uint8_t more;
	ssize_t count;

	while (done < size) {
		count = read(closing, at + done, size - done);
		if (count < 0 && errno != EINTR) {
			return -errno;
		}
		if (count == 0) {
			return -EBADMSG;
		}
		done += count > 0 ? (size_t)count : 0;
	}
	do {
		count = read(closing, &more, 1);
	} while (count < 0 && errno == EINTR);
	if (count < 0) {
		return -errno;
	}
	return count == 0 ? 0 : -EBADMSG;
}
