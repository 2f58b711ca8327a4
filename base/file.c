/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>

#include "base/cleanup.h"

int fw_file_write_all(int fd, const void *bytes, size_t size, int64_t offset)
{
	const uint8_t *at = bytes;

	while (size > 0) {
		ssize_t written = pwrite(fd, at, size, (off_t)offset);

		if (written < 0) {
			if (errno == EINTR) {
				continue;
			}
			return -errno;
		}
		at += written;
		offset += written;
		size -= (size_t)written;
	}
	return 0;
}

int fw_file_read_all(int fd, void *ret_bytes, size_t size, int64_t offset)
{
	uint8_t *at = ret_bytes;

	while (size > 0) {
		ssize_t count = pread(fd, at, size, (off_t)offset);

		if (count < 0) {
			if (errno == EINTR) {
				continue;
			}
			return -errno;
		}
		if (count == 0) {
			return -EBADMSG;
		}
		at += count;
		offset += count;
		size -= (size_t)count;
	}
	return 0;
}

int fw_file_sync_folder(const char *folder)
{
	fw_autoclose int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0) {
		return -errno;
	}
	return fsync(fd) < 0 ? -errno : 0;
}

int fw_file_make_folders(const char *folder, mode_t mode)
{
	g_autofree char *parent = NULL;
	int result;

	if (mkdir(folder, mode) == 0) {
		parent = g_path_get_dirname(folder);
		return fw_file_sync_folder(parent);
	}
	if (errno == EEXIST) {
		return g_file_test(folder, G_FILE_TEST_IS_DIR) ? 0 : -ENOTDIR;
	}
	if (errno != ENOENT) {
		return -errno;
	}
	parent = g_path_get_dirname(folder);
	if (strcmp(parent, folder) == 0) {
		return -ENOENT;
	}
	result = fw_file_make_folders(parent, mode);
	return result < 0 ? result : fw_file_make_folders(folder, mode);
}

int fw_file_sync_filesystem(const char *folder)
{
	fw_autoclose int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 || syncfs(fd) < 0 ? -errno : 0;
}

int fw_file_create(const char *path, const void *bytes, size_t size, mode_t mode)
{
	fw_autoclose int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	int result;

	if (fd < 0) {
		return -errno;
	}
	result = fw_file_write_all(fd, bytes, size, 0);
	if (result < 0) {
		(void)unlink(path);
	}
	return result;
}

/* A temporary file of these bytes, on disk. */
static int write_synced(const char *path, const void *bytes, size_t size, mode_t mode)
{
	fw_autoclose int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	int result;

	if (fd < 0) {
		return -errno;
	}
	result = fw_file_write_all(fd, bytes, size, 0);
	if (result == 0 && fsync(fd) < 0) {
		result = -errno;
	}
	return result;
}

int fw_file_replace(const char *path, const void *bytes, size_t size, mode_t mode, int exclusive)
{
	g_autofree char *temporary = g_strconcat(path, ".new", NULL);
	g_autofree char *folder = g_path_get_dirname(path);
	int result = write_synced(temporary, bytes, size, mode);

	if (result == 0 &&
		renameat2(AT_FDCWD, temporary, AT_FDCWD, path, exclusive ? RENAME_NOREPLACE : 0) <
			0) {
		result = -errno;
	}
	if (result < 0) {
		(void)unlink(temporary);
		return result;
	}
	return fw_file_sync_folder(folder);
}

int fw_file_read(const char *path, size_t max_bytes, char **ret_bytes, size_t *ret_size)
{
	fw_autoclose int fd = open(path, O_RDONLY | O_CLOEXEC);
	g_autofree char *bytes = NULL;
	struct stat status;
	int result;

	if (fd < 0 || fstat(fd, &status) < 0) {
		return -errno;
	}
	if (!S_ISREG(status.st_mode)) {
		return -EINVAL;
	}
	if ((uint64_t)status.st_size > max_bytes) {
		return -EOVERFLOW;
	}
	bytes = g_malloc((size_t)status.st_size + 1);
	result = fw_file_read_all(fd, bytes, (size_t)status.st_size, 0);
	if (result < 0) {
		return result;
	}
	bytes[status.st_size] = '\0';
	if (ret_size) {
		*ret_size = (size_t)status.st_size;
	}
	*ret_bytes = g_steal_pointer(&bytes);
	return 0;
}
