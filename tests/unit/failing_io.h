/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lets the n-th file call of the code under test fail: give the test the dependency
 * failing_io_dep (tests/unit/meson.build), which sends its open, pwrite, fsync and renameat2 through here.
 *
 *     for (unsigned nth = 1; ; nth++) {
 *             failing_io_arm(nth, ENOSPC);
 *             result = code_under_test();
 *             if (!failing_io_disarm())
 *                     break;             the walk is over: nothing failed any more
 *             assert_true(result < 0);
 *     }
 *
 * Include it in one file per executable. Threads: the test's main thread. Errors: none.
 */
#ifndef FW_TESTS_UNIT_FAILING_IO_H
#define FW_TESTS_UNIT_FAILING_IO_H

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

int __real_open64(const char *path, int flags, mode_t mode);
ssize_t __real_pwrite64(int fd, const void *bytes, size_t size, off_t offset);
int __real_fsync(int fd);
int __real_renameat2(int from, const char *old, int to, const char *new, unsigned flags);
int __wrap_open64(const char *path, int flags, ...);
ssize_t __wrap_pwrite64(int fd, const void *bytes, size_t size, off_t offset);
int __wrap_fsync(int fd);
int __wrap_renameat2(int from, const char *old, int to, const char *new, unsigned flags);

static unsigned failing_io_left;
static int failing_io_error;
static bool failing_io_short_writes;

static void failing_io_arm(unsigned nth, int error)
{
	failing_io_left = nth;
	failing_io_error = error;
}

/* Switches it off; true when a call failed. */
static bool failing_io_disarm(void)
{
	bool failed = failing_io_left == 0;

	failing_io_left = 0;
	failing_io_error = 0;
	return failed;
}

static bool failing_io_now(void)
{
	if (failing_io_error == 0 || failing_io_left == 0 || --failing_io_left > 0) {
		return false;
	}
	errno = failing_io_error;
	return true;
}

int __wrap_open64(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list arguments;

	if (flags & O_CREAT) {
		va_start(arguments, flags);
		mode = va_arg(arguments, mode_t);
		va_end(arguments);
	}
	return failing_io_now() ? -1 : __real_open64(path, flags, mode);
}

ssize_t __wrap_pwrite64(int fd, const void *bytes, size_t size, off_t offset)
{
	if (failing_io_now()) {
		return -1;
	}
	/* The kernel may write less than asked: that must not lose anything. */
	return __real_pwrite64(
		fd, bytes, failing_io_short_writes && size > 1 ? (size + 1) / 2 : size, offset);
}

int __wrap_fsync(int fd)
{
	return failing_io_now() ? -1 : __real_fsync(fd);
}

int __wrap_renameat2(int from, const char *old, int to, const char *new, unsigned flags)
{
	return failing_io_now() ? -1 : __real_renameat2(from, old, to, new, flags);
}

#endif
