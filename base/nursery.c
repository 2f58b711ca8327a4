/* SPDX-License-Identifier: Apache-2.0 */
/*
 *     server                                    nursery
 *       request: limits, numbers, arguments ──▶ clone(CLONE_PARENT) ──▶ settles, returns to main()
 *       (descriptors beside it)             ◀── process id
 *
 * One datagram each way. CLONE_PARENT makes the new process the server's child, so that the server alone waits for it and it
 * dies with the server's thread, whatever becomes of the nursery.
 */
#include "base/nursery.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <glib.h>

#include "base/limits.h"
#include "base/owner.h"
#include "base/sanitized.h"
#include "base/spawn_private.h"

#define ARGUMENTS_BYTES 4096
#define ANSWER_S        10 /* a nursery that has not split off a process by then is given up */
#define NICE            1 /* never at the server's own priority, which may be a real-time one */

struct request {
	struct fw_spawn_limits limits;
	int theirs[FW_SPAWN_FDS_MAX]; /* in the order of the descriptors that come with it */
	uint32_t fd_count;
	uint32_t argument_count;
	char arguments[ARGUMENTS_BYTES]; /* each with its NUL */
};

union control {
	struct cmsghdr head; /* for its alignment */
	char bytes[CMSG_SPACE(FW_SPAWN_FDS_MAX * sizeof(int))];
};

struct fw_nursery {
	struct fw_owner owner;
	struct fw_process *process;
	int socket;
};

/* --- the server's side ------------------------------------------------------------------------------ */

static int start(struct fw_nursery *nursery, const char *program, int theirs)
{
	static const char *const arguments[] = {FW_NURSERY_ARGUMENT, NULL};
	const struct fw_spawn_fd fd = {.ours = theirs, .theirs = STDIN_FILENO};
	const struct fw_spawn_options options = {.program = program,
		.arguments = arguments,
		.fds = &fd,
		.fd_count = 1,
		.limits = {.nice = NICE}};

	return fw_spawn(&options, &nursery->process);
}

int fw_nursery_create(const char *program, struct fw_nursery **ret_nursery)
{
	fw_cleanup(fw_nursery_destroy) struct fw_nursery *nursery = NULL;
	const struct timeval patience = {.tv_sec = ANSWER_S};
	fw_autoclose int theirs = -1;
	int ends[2];
	int r;

	if (FW_SANITIZED) {
		return -EOPNOTSUPP;
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) {
		return -errno;
	}
	nursery = g_new0(struct fw_nursery, 1);
	fw_owner_claim(&nursery->owner);
	nursery->socket = ends[0];
	theirs = ends[1];
	if (setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) < 0) {
		return -errno;
	}
	r = start(nursery, program, theirs);
	if (r == 0) {
		*ret_nursery = g_steal_pointer(&nursery);
	}
	return r;
}

void fw_nursery_destroy(struct fw_nursery *nursery)
{
	if (!nursery) {
		return;
	}
	(void)close(nursery->socket);
	fw_process_destroy(nursery->process);
	g_free(nursery);
}

static int fill(const struct fw_spawn_options *options, struct request *request)
{
	size_t used = 0;

	if (options->fd_count > FW_SPAWN_FDS_MAX) {
		return -EINVAL;
	}
	*request = (struct request){
		.limits = options->limits, .fd_count = (uint32_t)options->fd_count};
	for (size_t i = 0; i < options->fd_count; i++) {
		request->theirs[i] = options->fds[i].theirs;
	}
	for (const char *const *at = options->arguments; at && *at; at++) {
		size_t size = strlen(*at) + 1;

		if (request->argument_count >= FW_SPAWN_ARGUMENTS_MAX ||
			size > sizeof(request->arguments) - used) {
			return -EINVAL;
		}
		memcpy(request->arguments + used, *at, size);
		used += size;
		request->argument_count++;
	}
	return 0;
}

static int ask(int socket, struct request *request, const struct fw_spawn_options *options)
{
	union control control = {0};
	struct iovec bytes = {.iov_base = request, .iov_len = sizeof(*request)};
	struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1};

	if (options->fd_count > 0) {
		message.msg_control = &control;
		message.msg_controllen = CMSG_SPACE(options->fd_count * sizeof(int));
		control.head.cmsg_level = SOL_SOCKET;
		control.head.cmsg_type = SCM_RIGHTS;
		control.head.cmsg_len = CMSG_LEN(options->fd_count * sizeof(int));
		for (size_t i = 0; i < options->fd_count; i++) {
			((int *)(void *)CMSG_DATA(&control.head))[i] = options->fds[i].ours;
		}
	}
	return sendmsg(socket, &message, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

int fw_nursery_spawn(struct fw_nursery *nursery, const struct fw_spawn_options *options,
	struct fw_process **ret_process)
{
	struct request request;
	pid_t pid = 0;
	ssize_t size;
	int r;

	fw_owner_check(&nursery->owner);
	r = fill(options, &request);
	if (r == 0) {
		r = ask(nursery->socket, &request, options);
	}
	if (r < 0) {
		return r;
	}
	do {
		size = recv(nursery->socket, &pid, sizeof(pid), 0);
	} while (size < 0 && errno == EINTR);
	if (size != sizeof(pid)) {
		return size < 0 ? -errno : -EPIPE;
	}
	return pid < 0 ? pid : fw_process_adopt(pid, ret_process);
}

/* --- the worker's side -------------------------------------------------------------------------------- */

/* The descriptors that came along; false: not what belongs to the request. */
static bool take_fds(
	struct msghdr *message, const struct request *request, int fds[FW_SPAWN_FDS_MAX])
{
	const struct cmsghdr *head = CMSG_FIRSTHDR(message);
	size_t count = head ? (head->cmsg_len - CMSG_LEN(0)) / sizeof(int) : 0;

	if (count > 0) {
		memcpy(fds, CMSG_DATA(head), count * sizeof(int));
	}
	return count == request->fd_count && !(message->msg_flags & (MSG_TRUNC | MSG_CTRUNC));
}

/* False: the server is gone, or is none that we know. */
static bool receive(struct request *request, int fds[FW_SPAWN_FDS_MAX])
{
	union control control;
	struct iovec bytes = {.iov_base = request, .iov_len = sizeof(*request)};
	struct msghdr message = {.msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control)};
	ssize_t size;

	do {
		size = recvmsg(STDIN_FILENO, &message, MSG_CMSG_CLOEXEC);
	} while (size < 0 && errno == EINTR);
	return size == sizeof(*request) && take_fds(&message, request, fds);
}

static int settle(const struct request *request, const int fds[FW_SPAWN_FDS_MAX], pid_t server)
{
	struct fw_spawn_fd pairs[FW_SPAWN_FDS_MAX];

	for (uint32_t i = 0; i < request->fd_count; i++) {
		pairs[i] = (struct fw_spawn_fd){.ours = fds[i], .theirs = request->theirs[i]};
	}
	return fw_spawn_settle(
		&(struct fw_spawn_options){
			.fds = pairs, .fd_count = request->fd_count, .limits = request->limits},
		server, NULL);
}

static char **argument_list(struct request *request)
{
	static char name[] = "worker";
	char **list = g_new0(char *, request->argument_count + 2);
	char *at = request->arguments;

	list[0] = name;
	for (uint32_t i = 0; i < request->argument_count; i++) {
		list[i + 1] = at;
		at += strlen(at) + 1;
	}
	return list;
}

int fw_nursery_serve(int *ret_argc, char ***ret_argv)
{
	struct request *request = g_new0(struct request, 1);
	pid_t server = getppid();
	int fds[FW_SPAWN_FDS_MAX];

	while (receive(request, fds)) {
		/* Like fork(), but for the parent. There are no threads whose locks could be held. */
		pid_t pid =
			(pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, NULL);

		if (pid == 0) {
			*ret_argc = (int)request->argument_count + 1;
			*ret_argv = argument_list(request);
			return settle(request, fds, server);
		}
		pid = pid < 0 ? -errno : pid;
		for (uint32_t i = 0; i < request->fd_count; i++) {
			(void)close(fds[i]);
		}
		if (send(STDIN_FILENO, &pid, sizeof(pid), MSG_NOSIGNAL) < 0) {
			break;
		}
	}
	_exit(0);
}
