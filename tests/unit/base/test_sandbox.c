/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "base/blob.h"
#include "base/crypto.h"
#include "base/sandbox.h"
#include "base/sanitized.h"

#define BLOB   "017f22e2-79b0-7000-98c4-dc0c0c07398f"
#define KEY_ID "recording/017f22e2-79b0-7000-98c4-000000000001"

static char *folder;

/* Runs a deed in a forked and sandboxed child; its exit code, or -signal. */
static int in_sandbox(enum fw_sandbox_profile profile, int (*deed)(void))
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		if (fw_crypto_warm_up() < 0 || fw_sandbox_enter(profile, folder, NULL) < 0) {
			_exit(99);
		}
		_exit(deed());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int compute(void)
{
	uint8_t random[16], digest[FW_SHA256_BYTES];
	g_autofree void *memory = g_malloc0(32 << 20);
	struct timespec short_time = {.tv_nsec = 1000};
	struct stat status;

	fw_random_bytes(random, sizeof(random));
	(void)nanosleep(&short_time, NULL);
	return fw_sha256(memory, 1000, digest) == 0 && fstat(2, &status) == 0 ? 7 : 1;
}

static int use_blobs(void)
{
	static const uint8_t key[FW_AEAD_KEY_BYTES];
	fw_cleanup(fw_blob_store_close) struct fw_blob_store *store = NULL;
	g_autofree char *path = g_build_filename(folder, "blobs", NULL);
	int64_t bad;

	return fw_blob_store_open(path, &store) == 0 &&
			fw_blob_put(store, BLOB, KEY_ID, key, "text", 4, NULL) == 0 &&
			fw_blob_verify(store, BLOB, key, NULL, &bad) == 0 &&
			fw_blob_erase(store, BLOB) == 0
		? 7
		: 1;
}

static int open_outside(void)
{
	return open("/etc/passwd", O_RDONLY) < 0 && errno == EACCES ? 7 : 1;
}

static int open_file(void)
{
	return open("/etc/passwd", O_RDONLY) >= 0;
}

static int make_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}

static int run_program(void)
{
	char *const argv[] = {(char *)"true", NULL};

	return execve("/bin/true", argv, NULL);
}

static int make_process(void)
{
	return (int)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}

static int trace(void)
{
	return (int)syscall(SYS_perf_event_open, NULL, 0, 0, 0, 0);
}

static int make_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		       0) == MAP_FAILED;
}

static void profiles_allow_their_work(void **state)
{
	(void)state;
	folder = testing_make_folder();
	assert_int_equal(in_sandbox(FW_SANDBOX_COMPUTE, compute), 7);
	assert_int_equal(in_sandbox(FW_SANDBOX_FILES, compute), 7);
	assert_int_equal(in_sandbox(FW_SANDBOX_FILES, use_blobs), 7);
	testing_remove_folder(folder);
}

static void anything_else_is_killed(void **state)
{
	(void)state;
	folder = testing_make_folder();
	assert_int_equal(in_sandbox(FW_SANDBOX_COMPUTE, make_socket), -SIGSYS);
	assert_int_equal(in_sandbox(FW_SANDBOX_FILES, make_socket), -SIGSYS);
	assert_int_equal(in_sandbox(FW_SANDBOX_FILES, run_program), -SIGSYS);
	assert_int_equal(in_sandbox(FW_SANDBOX_FILES, trace), -SIGSYS);
	if (!FW_SANITIZED) {
		assert_int_equal(in_sandbox(FW_SANDBOX_FILES, make_process), -SIGSYS);
		assert_int_equal(in_sandbox(FW_SANDBOX_COMPUTE, open_file), -SIGSYS);
		assert_int_equal(in_sandbox(FW_SANDBOX_COMPUTE, make_code), -SIGSYS);
	}
	testing_remove_folder(folder);
}

static void files_outside_stay_closed(void **state)
{
	(void)state;
	/* Kernels without Landlock leave this to the file permissions. */
	if (FW_SANITIZED || syscall(SYS_landlock_create_ruleset, NULL, 0, 1) < 0) {
		skip();
	}
	folder = testing_make_folder();
	assert_int_equal(in_sandbox(FW_SANDBOX_FILES, open_outside), 7);
	testing_remove_folder(folder);
}

static void bad_profiles_are_refused(void **state)
{
	(void)state;
	assert_int_equal(fw_sandbox_enter((enum fw_sandbox_profile)9, NULL, NULL), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(profiles_allow_their_work),
		cmocka_unit_test(anything_else_is_killed),
		cmocka_unit_test(files_outside_stay_closed),
		cmocka_unit_test(bad_profiles_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
