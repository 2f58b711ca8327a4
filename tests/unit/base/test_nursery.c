/* SPDX-License-Identifier: Apache-2.0 */
/* The nursery is this program; what it splits off is told by its first argument what to do. */
#include "tests/unit/testing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "base/crypto.h"
#include "base/nursery.h"
#include "base/sanitized.h"

#define SELF "/proc/self/exe"
#define OUT  7 /* where a child writes */

/* --- what the child does ---------------------------------------------------------------------- */

/* Also of those without a name below 64. */
static int list_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	g_autoptr(GArray) open_fds = g_array_new(FALSE, FALSE, sizeof(int));
	struct dirent *entry;
	int sum = 0;

	while ((entry = readdir(dir))) {
		int fd = atoi(entry->d_name);

		if (entry->d_name[0] != '.' && fd != dirfd(dir)) {
			g_array_append_val(open_fds, fd);
			sum += fd;
		}
	}
	(void)closedir(dir);
	return open_fds->len == 4 && sum == STDIN_FILENO + STDOUT_FILENO + STDERR_FILENO + OUT ? 0
											       : 1;
}

static void *add_one(void *number)
{
	++*(int *)number;
	return NULL;
}

/* Threads and random numbers work as in a process of its own. */
static int be_busy(void)
{
	uint8_t bytes[16];
	pthread_t thread;
	int number = 41;

	if (pthread_create(&thread, NULL, add_one, &number) != 0 || pthread_join(thread, NULL) != 0) {
		return 1;
	}
	fw_random_bytes(bytes, sizeof(bytes));
	return number == 42 && write(OUT, bytes, sizeof(bytes)) == sizeof(bytes) ? 0 : 1;
}

static int be_limited(void)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur == 20 &&
			getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur == UINT64_C(1) << 32 &&
			getpriority(PRIO_PROCESS, 0) == 5
		? 0
		: 1;
}

static int be_child(char **argv)
{
	char secret[6];

	if (strcmp(argv[1], "exit") == 0) {
		return atoi(argv[2]);
	}
	if (strcmp(argv[1], "fds") == 0) {
		return list_fds();
	}
	if (strcmp(argv[1], "secret") == 0) {
		return fw_spawn_read_secret(OUT, secret, 6) == 0 && memcmp(secret, "s3cret", 6) == 0
			? 0
			: 1;
	}
	if (strcmp(argv[1], "limits") == 0) {
		return be_limited();
	}
	if (strcmp(argv[1], "busy") == 0) {
		return be_busy();
	}
	if (strcmp(argv[1], "parent") == 0) {
		return getppid() == atoi(argv[2]) ? 0 : 1;
	}
	for (;;) {
		(void)pause();
	}
}

/* --- the tests -------------------------------------------------------------------------------- */

static int set_up(void **state)
{
	struct fw_nursery *nursery = NULL;

	assert_int_equal(fw_nursery_create(SELF, &nursery), 0);
	*state = nursery;
	return 0;
}

static int tear_down(void **state)
{
	fw_nursery_destroy(*state);
	return 0;
}

static struct fw_process *spawn(
	struct fw_nursery *nursery, const char *what, const char *more, int out)
{
	const char *const arguments[] = {what, more, NULL};
	const struct fw_spawn_fd fd = {.ours = out, .theirs = OUT};
	const struct fw_spawn_options options = {.arguments = arguments,
		.fds = &fd,
		.fd_count = out >= 0 ? 1 : 0,
		.limits = {.open_files = 20, .memory_bytes = UINT64_C(1) << 32, .nice = 5}};
	struct fw_process *process = NULL;

	assert_int_equal(fw_nursery_spawn(nursery, &options, &process), 0);
	return process;
}

static struct fw_process_exit end_of(struct fw_process *process)
{
	struct pollfd wait = {.fd = fw_process_fd(process), .events = POLLIN};
	struct fw_process_exit end = {.code = -42};

	assert_int_equal(poll(&wait, 1, 20000), 1);
	assert_int_equal(fw_process_reap(process, &end), 0);
	fw_process_destroy(process);
	return end;
}

static void children_are_ours(void **state)
{
	g_autofree char *own = g_strdup_printf("%d", (int)getpid());

	assert_int_equal(end_of(spawn(*state, "exit", "37", -1)).code, 37);
	assert_int_equal(end_of(spawn(*state, "parent", own, -1)).code, 0);
	assert_int_equal(end_of(spawn(*state, "limits", NULL, -1)).code, 0);
}

static void descriptors_and_secrets_arrive_and_nothing_else(void **state)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), secret = -1;

	/* Twice: the nursery must not keep what the first one had. */
	assert_int_equal(end_of(spawn(*state, "fds", NULL, null)).code, 0);
	assert_int_equal(end_of(spawn(*state, "fds", NULL, null)).code, 0);
	assert_int_equal(fw_spawn_secret("s3cret", 6, &secret), 0);
	assert_int_equal(end_of(spawn(*state, "secret", NULL, secret)).code, 0);
	(void)close(secret);
	(void)close(null);
}

static void each_has_random_numbers_and_threads_of_its_own(void **state)
{
	uint8_t bytes[2][16];
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(end_of(spawn(*state, "busy", NULL, ends[1])).code, 0);
		assert_int_equal(read(ends[0], bytes[i], sizeof(bytes[i])), sizeof(bytes[i]));
	}
	assert_memory_not_equal(bytes[0], bytes[1], sizeof(bytes[0]));
	(void)close(ends[0]);
	(void)close(ends[1]);
}

static void they_outlive_the_nursery_and_can_be_killed(void **state)
{
	struct fw_process *process;
	struct fw_process_exit end;

	process = spawn(*state, "pause", NULL, -1);
	fw_nursery_destroy(*state);
	*state = NULL;
	assert_int_equal(fw_process_reap(process, &end), -EAGAIN);
	fw_process_kill(process);
	assert_int_equal(end_of(process).signal, SIGKILL);
}

static void what_is_no_nursery_is_told(void **state)
{
	static const char *const arguments[] = {"exit", "0", NULL};
	const struct fw_spawn_options options = {.arguments = arguments};
	fw_cleanup(fw_nursery_destroy) struct fw_nursery *other = NULL;
	struct fw_process *process = NULL;

	(void)state;
	assert_int_equal(fw_nursery_create("/nonexistent", &other), -ENOENT);
	assert_int_equal(fw_nursery_create("/bin/true", &other), 0);
	assert_true(fw_nursery_spawn(other, &options, &process) < 0);
	assert_null(process);
}

/* Their run-time cannot be split; fw_spawn() takes over, which test_jobs.c covers. */
static void sanitizer_builds_have_none(void **state)
{
	struct fw_nursery *nursery = NULL;

	(void)state;
	assert_int_equal(fw_nursery_create(SELF, &nursery), -EOPNOTSUPP);
	assert_null(nursery);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest sanitized[] = {cmocka_unit_test(sanitizer_builds_have_none)};
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(children_are_ours, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			descriptors_and_secrets_arrive_and_nothing_else, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			each_has_random_numbers_and_threads_of_its_own, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			they_outlive_the_nursery_and_can_be_killed, set_up, tear_down),
		cmocka_unit_test(what_is_no_nursery_is_told),
	};
	if (argc == 2 && strcmp(argv[1], FW_NURSERY_ARGUMENT) == 0) {
		return fw_crypto_warm_up() == 0 && fw_nursery_serve(&argc, &argv) == 0
			? be_child(argv)
			: 1;
	}
	return FW_SANITIZED ? cmocka_run_group_tests(sanitized, NULL, NULL)
			    : cmocka_run_group_tests(tests, NULL, NULL);
}
