/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Small files written so that after a crash either the old or the new content is there, whole.
 *
 * Threads: any. Errors: -errno of the failing call; a failed write leaves the old file as it was.
 */
#ifndef FW_BASE_FILE_H
#define FW_BASE_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Writes all of it at the offset, going on after short writes and EINTR. */
int fw_file_write_all(int fd, const void *bytes, size_t size, int64_t offset);

/* Reads exactly size bytes at the offset; -EBADMSG when the file ends before. */
int fw_file_read_all(int fd, void *ret_bytes, size_t size, int64_t offset);

/* Makes a folder's entries durable (fsync of the folder itself). */
int fw_file_sync_folder(const char *folder);

/* Everything written so far to the file system of this folder is on disk: one wait for many small files. */
int fw_file_sync_filesystem(const char *folder);

/* A new file of these bytes; on disk after the next fw_file_sync_filesystem(). -EEXIST. */
int fw_file_create(const char *path, const void *bytes, size_t size, mode_t mode);

/* Creates the folder and its parents (mode), each durable in its parent; fine when it exists. */
int fw_file_make_folders(const char *folder, mode_t mode);

/*
 * Replaces path by a file of these bytes: temporary file beside it, fsync, rename, fsync of the
 * folder. With exclusive the path must not exist yet (-EEXIST).
 */
int fw_file_replace(const char *path, const void *bytes, size_t size, mode_t mode, int exclusive);

/*
 * Reads a whole file of at most max_bytes (-EOVERFLOW). ret_bytes is newly allocated with a NUL
 * behind it; release with g_free (wipe it first when secret). ret_size may be NULL.
 */
int fw_file_read(const char *path, size_t max_bytes, char **ret_bytes, size_t *ret_size);

#endif
