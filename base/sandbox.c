/* SPDX-License-Identifier: Apache-2.0 */
#define FW_LOG_TOPIC "sandbox"
#include "base/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <glib.h>
#include <seccomp.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/sanitized.h"

/* Names instead of numbers: what a CPU or a library does not know is left out. */
static const char *const compute_calls[] = {"read", "readv", "pread64", "write", "writev",
	"pwrite64", "lseek", "close", "fstat", "brk", "munmap", "mremap", "madvise", "futex",
	"getrandom", "poll", "ppoll", "clock_gettime", "clock_nanosleep", "nanosleep",
	"gettimeofday", "time", "getpid", "gettid", "tgkill", "sched_yield", "sched_getaffinity",
	"getrusage", "sysinfo", "uname", "fcntl", "dup", "rt_sigaction", "rt_sigprocmask",
	"rt_sigreturn", "sigaltstack", "restart_syscall", "exit", "exit_group", NULL};

static const char *const file_calls[] = {"open", "openat", "stat", "lstat", "newfstatat", "statx",
	"access", "faccessat", "faccessat2", "readlink", "readlinkat", "rename", "renameat",
	"renameat2", "unlink", "unlinkat", "mkdir", "mkdirat", "fsync", "fdatasync", "ftruncate",
	"fallocate", "fadvise64", "sync_file_range", "getdents64", "flock", "statfs", "fstatfs",
	"getcwd", "umask", NULL};

/* The sanitizers' runtimes look at themselves and, at the end, stop themselves for the leak check. */
static const char *const sanitizer_calls[] = {"mmap", "mprotect", "openat", "readlink", "clone",
	"clone3", "wait4", "prctl", "ptrace", "process_vm_readv", "getppid", "set_robust_list",
	"rseq", "arch_prctl", "getdents64", "newfstatat", "prlimit64", "kill", "dup2", "pipe2",
	"set_tid_address", NULL};

static int allow_all(scmp_filter_ctx filter, const char *const *names)
{
	for (; *names; names++) {
		int number = seccomp_syscall_resolve_name(*names);
		int result = number < 0 ? 0 : seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0);

		if (result < 0 && result != -EEXIST) {
			return result;
		}
	}
	return 0;
}

/* Memory may be had, but none of it executable. */
static int allow_memory(scmp_filter_ctx filter)
{
	static const char *const names[] = {"mmap", "mprotect"};

	for (size_t i = 0; i < G_N_ELEMENTS(names) && !FW_SANITIZED; i++) {
		int result = seccomp_rule_add(filter, SCMP_ACT_ALLOW,
			seccomp_syscall_resolve_name(names[i]), 1,
			SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));

		if (result < 0) {
			return result;
		}
	}
	return 0;
}

static int allow_rest(scmp_filter_ctx filter)
{
	int result;

	if (FW_SANITIZED) {
		return allow_all(filter, sanitizer_calls);
	}
	/* glibc makes fstat() of this; the empty path (flag AT_EMPTY_PATH) names a descriptor. */
	result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1,
		SCMP_A3(SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, AT_EMPTY_PATH));
	/* stdio asks whether its descriptor is a terminal: answered "no" instead of killed. */
	return result < 0 && result != -EEXIST
		? result
		: seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOTTY), SCMP_SYS(ioctl), 0);
}

static int filter_calls(enum fw_sandbox_profile profile)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int result = filter ? allow_all(filter, compute_calls) : -ENOMEM;

	if (result == 0 && profile == FW_SANDBOX_FILES) {
		result = allow_all(filter, file_calls);
	}
	if (result == 0) {
		result = allow_memory(filter);
	}
	if (result == 0) {
		result = allow_rest(filter);
	}
	if (result == 0) {
		result = seccomp_load(filter);
	}
	seccomp_release(filter);
	return result;
}

/* --- Landlock --------------------------------------------------------------------------------- */

/* Every right of the file system that the kernel's version of Landlock knows. */
static uint64_t file_rights(int version)
{
	uint64_t rights = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1; /* version 1 */

	if (version >= 2) {
		rights |= LANDLOCK_ACCESS_FS_REFER;
	}
#ifdef LANDLOCK_ACCESS_FS_TRUNCATE
	if (version >= 3) {
		rights |= LANDLOCK_ACCESS_FS_TRUNCATE;
	}
#endif
	return rights;
}

static int allow_folder(int rules, const char *folder, uint64_t rights)
{
	fw_autoclose int fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	const struct landlock_path_beneath_attr beneath = {
		.allowed_access = rights & ~(uint64_t)LANDLOCK_ACCESS_FS_EXECUTE, .parent_fd = fd};

	if (fd < 0) {
		return -errno;
	}
	return syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) < 0
		? -errno
		: 0;
}

/* Both may be NULL: then no file at all can be opened. */
static int confine_files(const char *folder, const char *read_folder)
{
	long version =
		syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	struct landlock_ruleset_attr attributes = {.handled_access_fs = file_rights((int)version)};
	fw_autoclose int rules = -1;
	int result = 0;

	if (version < 0) {
		fw_debug("no landlock in this kernel error=%d", -errno);
		return 0;
	}
	rules = (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof(attributes), 0);
	if (rules < 0) {
		return -errno;
	}
	if (folder) {
		result = allow_folder(rules, folder, attributes.handled_access_fs);
	}
	if (result == 0 && read_folder) {
		result = allow_folder(rules, read_folder,
			LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR);
	}
	if (result == 0 && syscall(SYS_landlock_restrict_self, rules, 0) < 0) {
		result = -errno;
	}
	return result;
}

int fw_sandbox_enter(enum fw_sandbox_profile profile, const char *folder, const char *read_folder)
{
	bool files = profile == FW_SANDBOX_FILES;
	const struct rlimit no_core = {0};
	int result = 0;

	if (profile != FW_SANDBOX_COMPUTE && profile != FW_SANDBOX_FILES) {
		return -EINVAL;
	}
	/* Keys are in memory: no core file, no other process of this user looking in. */
	if (setrlimit(RLIMIT_CORE, &no_core) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
		(!FW_SANITIZED && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)) {
		return -errno;
	}
	if (!FW_SANITIZED && (!files || folder || read_folder)) {
		result = confine_files(files ? folder : NULL, files ? read_folder : NULL);
	}
	return result < 0 ? result : filter_calls(profile);
}
