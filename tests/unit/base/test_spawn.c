/* SPDX-License-Identifier: Apache-2.0 */
/* The program spawned is this one, told by its first argument what to do. */
#include "tests/unit/testing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "base/spawn.h"

#define SELF "/proc/self/exe"

/* --- what the child does ---------------------------------------------------------------------- */

static int list_fds(int to)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;
	g_autoptr(GString) text = g_string_new(NULL);
	bool open_fds[128] = {false};

	while ((entry = readdir(dir))) {
		int fd = atoi(entry->d_name);

		if (entry->d_name[0] != '.' && fd != dirfd(dir) && fd < 128) {
			open_fds[fd] = true;
		}
	}
	(void)closedir(dir);
	for (int i = 0; i < 128; i++) {
		if (open_fds[i]) {
			g_string_append_printf(text, "%d ", i);
		}
	}
	return write(to, text->str, text->len) == (ssize_t)text->len ? 0 : 1;
}

static int be_child(char **argv)
{
	char secret[6];
	struct rlimit limit;

	if (strcmp(argv[1], "exit") == 0) {
		return atoi(argv[2]);
	}
	if (strcmp(argv[1], "fds") == 0) {
		return list_fds(7);
	}
	if (strcmp(argv[1], "secret") == 0) {
		return fw_spawn_read_secret(5, secret, 6) == 0 && memcmp(secret, "s3cret", 6) == 0
			? 0
			: 1;
	}
	if (strcmp(argv[1], "limits") == 0) {
		return getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur == 20 &&
				getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur == 4096 &&
				getenv("HOME") == NULL && getpriority(PRIO_PROCESS, 0) == 5
			? 0
			: 1;
	}
	for (;;) {
		(void)pause();
	}
}

/* --- the tests -------------------------------------------------------------------------------- */

static struct fw_process_exit wait_for(struct fw_process *process)
{
	struct pollfd wait = {.fd = fw_process_fd(process), .events = POLLIN};
	struct fw_process_exit end = {.code = -42};

	assert_int_equal(poll(&wait, 1, 20000), 1);
	assert_int_equal(fw_process_reap(process, &end), 0);
	assert_int_equal(fw_process_reap(process, &end), -EPROTO);
	return end;
}

static void tells_the_exit_code(void **state)
{
	static const char *const arguments[] = {"exit", "37", NULL};
	const struct fw_spawn_options options = {.program = SELF, .arguments = arguments};
	fw_cleanup(fw_process_destroy) struct fw_process *process = NULL;
	struct fw_process_exit end;

	(void)state;
	assert_int_equal(fw_spawn(&options, &process), 0);
	end = wait_for(process);
	assert_int_equal(end.code, 37);
	assert_int_equal(end.signal, 0);
}

static void kill_ends_it(void **state)
{
	static const char *const arguments[] = {"pause", NULL};
	const struct fw_spawn_options options = {.program = SELF, .arguments = arguments};
	fw_cleanup(fw_process_destroy) struct fw_process *process = NULL;
	struct fw_process *dropped = NULL;
	struct fw_process_exit end;
	int pid;

	(void)state;
	assert_int_equal(fw_spawn(&options, &process), 0);
	assert_int_equal(fw_process_reap(process, &end), -EAGAIN);
	fw_process_kill(process);
	end = wait_for(process);
	assert_int_equal(end.code, -1);
	assert_int_equal(end.signal, SIGKILL);
	fw_process_kill(process);
	/* Destroying a running one leaves no process behind. */
	assert_int_equal(fw_spawn(&options, &dropped), 0);
	pid = fw_process_pid(dropped);
	fw_process_destroy(dropped);
	assert_int_equal(kill(pid, 0), -1);
	assert_int_equal(errno, ESRCH);
}

static void bad_programs_and_options_are_told(void **state)
{
	const struct fw_spawn_fd twice[] = {{2, 5}, {2, 5}};
	const struct fw_spawn_fd high[] = {{2, 64}};
	const struct fw_spawn_fd closed[] = {{700, 5}};
	struct fw_process *process = NULL;

	(void)state;
	assert_int_equal(
		fw_spawn(&(struct fw_spawn_options){.program = "/nonexistent"}, &process), -ENOENT);
	assert_int_equal(fw_spawn(&(struct fw_spawn_options){.program = "/etc"}, &process), -EACCES);
	assert_int_equal(fw_spawn(&(struct fw_spawn_options){0}, &process), -EINVAL);
	assert_int_equal(
		fw_spawn(&(struct fw_spawn_options){.program = SELF, .fds = twice, .fd_count = 2},
			&process),
		-EINVAL);
	assert_int_equal(
		fw_spawn(&(struct fw_spawn_options){.program = SELF, .fds = high, .fd_count = 1},
			&process),
		-EINVAL);
	assert_int_equal(
		fw_spawn(&(struct fw_spawn_options){.program = SELF, .fds = closed, .fd_count = 1},
			&process),
		-EBADF);
	assert_null(process);
}

static void only_the_given_descriptors_arrive(void **state)
{
	static const char *const arguments[] = {"fds", NULL};
	fw_cleanup(fw_process_destroy) struct fw_process *process = NULL;
	char text[256];
	ssize_t length;
	int ends[2], inherited = open("/dev/null", O_RDONLY); /* without O_CLOEXEC, on purpose */

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	/* Crossed targets: each source's number is the other's target. */
	const struct fw_spawn_fd fds[] = {{ends[1], 7}, {ends[0], ends[1]}, {inherited, ends[0]}};
	const struct fw_spawn_options options = {
		.program = SELF, .arguments = arguments, .fds = fds, .fd_count = 3};

	assert_true(ends[0] < 63 && ends[1] < 63 && ends[0] != 7 && ends[1] != 7);
	assert_int_equal(fw_spawn(&options, &process), 0);
	(void)close(ends[1]);
	(void)close(inherited);
	assert_int_equal(wait_for(process).code, 0);
	length = read(ends[0], text, sizeof(text) - 1);
	assert_true(length > 0);
	text[length] = '\0';
	(void)close(ends[0]);
	g_autofree char *expected = g_strdup_printf("0 1 2 %d %d 7 ", ends[0], ends[1]);
	assert_string_equal(text, expected);
}

static void secrets_go_through_a_pipe(void **state)
{
	static const char *const arguments[] = {"secret", NULL};
	static const struct {
		const char *bytes;
		int code;
	} cases[] = {{"s3cret", 0}, {"s3cre", 1}, {"s3cret!", 1}};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		fw_cleanup(fw_process_destroy) struct fw_process *process = NULL;
		int fd = -1;

		assert_int_equal(fw_spawn_secret(cases[i].bytes, strlen(cases[i].bytes), &fd), 0);
		const struct fw_spawn_fd fds[] = {{fd, 5}};
		const struct fw_spawn_options options = {
			.program = SELF, .arguments = arguments, .fds = fds, .fd_count = 1};

		assert_int_equal(fw_spawn(&options, &process), 0);
		(void)close(fd);
		assert_int_equal(wait_for(process).code, cases[i].code);
	}
	assert_int_equal(fw_spawn_secret("", 0, &(int){0}), -EINVAL);
	assert_int_equal(fw_spawn_secret("", 4097, &(int){0}), -EINVAL);
}

static void limits_hold(void **state)
{
	static const char *const arguments[] = {"limits", NULL};
	const struct fw_spawn_options options = {.program = SELF,
		.arguments = arguments,
		.limits = {.open_files = 20,
			.file_bytes = 4096,
			.cpu_s = 10,
			.memory_bytes = UINT64_C(1) << 32,
			.nice = 5}};
	fw_cleanup(fw_process_destroy) struct fw_process *process = NULL;

	(void)state;
	(void)setenv("HOME", "/root", 1);
	assert_int_equal(fw_spawn(&options, &process), 0);
	assert_int_equal(wait_for(process).code, 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_the_exit_code),
		cmocka_unit_test(kill_ends_it),
		cmocka_unit_test(bad_programs_and_options_are_told),
		cmocka_unit_test(only_the_given_descriptors_arrive),
		cmocka_unit_test(secrets_go_through_a_pipe),
		cmocka_unit_test(limits_hold),
	};
	if (argc > 1) {
		return be_child(argv);
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
