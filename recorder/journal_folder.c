/* SPDX-License-Identifier: Apache-2.0 */
#include "recorder/recorder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "recorder/journal.h"

static void close_folder(DIR **folder)
{
	if (*folder) {
		(void)closedir(*folder);
	}
}

#define auto_folder __attribute__((cleanup(close_folder)))

static int open_folder(int at, const char *path, DIR **ret_folder)
{
	int fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0) {
		return -errno;
	}
	*ret_folder = fdopendir(fd);
	if (!*ret_folder) {
		int error = errno;

		(void)close(fd);
		return -error;
	}
	return 0;
}

static int look_at(int at, const char *recording, struct fw_unfinished *entry)
{
	auto_folder DIR *folder = NULL;
	struct dirent *name;
	int r = open_folder(at, recording, &folder);

	if (r < 0) {
		return r;
	}
	while ((name = readdir(folder)) != NULL) {
		uint32_t number = fw_journal_segment_number(name->d_name);
		struct stat file;

		if (number == 0 ||
			fstatat(dirfd(folder), name->d_name, &file, AT_SYMLINK_NOFOLLOW) < 0) {
			continue;
		}
		entry->segments++;
		entry->last_segment = MAX(entry->last_segment, number);
		entry->bytes += (uint64_t)file.st_size;
		entry->changed_us = MAX(entry->changed_us,
			file.st_mtim.tv_sec * FW_US_PER_S + file.st_mtim.tv_nsec / 1000);
	}
	return 0;
}

static gint by_id(gconstpointer left, gconstpointer right)
{
	const struct fw_unfinished *a = left;
	const struct fw_unfinished *b = right;

	return g_strcmp0(a->recording, b->recording);
}

int fw_recorder_list_unfinished(const char *journal_dir, GArray **ret_list)
{
	g_autoptr(GArray) list = g_array_new(FALSE, TRUE, sizeof(struct fw_unfinished));
	auto_folder DIR *folder = NULL;
	struct dirent *name;
	int r = open_folder(AT_FDCWD, journal_dir, &folder);

	if (r < 0 && r != -ENOENT) {
		return r;
	}
	while (folder && (name = readdir(folder)) != NULL) {
		struct fw_unfinished entry = {0};

		if (!fw_id_valid(name->d_name)) {
			continue;
		}
		memcpy(entry.recording, name->d_name, FW_ID_SIZE);
		r = look_at(dirfd(folder), name->d_name, &entry);
		if (r < 0) {
			return r;
		}
		g_array_append_val(list, entry);
	}
	g_array_sort(list, by_id);
	*ret_list = g_steal_pointer(&list);
	return 0;
}

int fw_recorder_remove_journal(const char *journal_dir, const char *recording)
{
	g_autofree char *path = g_build_filename(journal_dir, recording, NULL);
	auto_folder DIR *folder = NULL;
	struct dirent *name;
	int r;

	if (!fw_id_valid(recording)) {
		return -EINVAL;
	}
	r = open_folder(AT_FDCWD, path, &folder);
	if (r < 0) {
		return r == -ENOENT ? 0 : r;
	}
	while ((name = readdir(folder)) != NULL) {
		if (fw_journal_segment_number(name->d_name) != 0 &&
			unlinkat(dirfd(folder), name->d_name, 0) < 0 && errno != ENOENT) {
			return -errno;
		}
	}
	if (rmdir(path) < 0 && errno != ENOENT) {
		return -errno;
	}
	return fw_file_sync_folder(journal_dir);
}
