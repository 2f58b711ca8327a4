/* SPDX-License-Identifier: Apache-2.0 */
#include "base/blob.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <glib.h>

#include "base/blob_format.h"
#include "base/clock.h"
#include "base/file.h"

int fw_blob_store_open(const char *folder, struct fw_blob_store **ret_store)
{
	struct fw_blob_store *store;
	int result = fw_file_make_folders(folder, 0700);

	if (result < 0) {
		return result;
	}
	store = g_new0(struct fw_blob_store, 1);
	store->folder = g_strdup(folder);
	*ret_store = store;
	return 0;
}

void fw_blob_store_close(struct fw_blob_store *store)
{
	if (store) {
		g_free(store->folder);
		g_free(store);
	}
}

int fw_blob_put(struct fw_blob_store *store, const char *blob_id, const char *key_id,
	const uint8_t key[FW_AEAD_KEY_BYTES], const void *bytes, size_t size,
	struct fw_blob_info *ret_info)
{
	fw_cleanup(fw_blob_writer_destroy) struct fw_blob_writer *writer = NULL;
	int result = fw_blob_writer_create(store, blob_id, key_id, key, FW_BLOB_NEW, &writer);

	if (result == 0) {
		result = fw_blob_write(writer, 0, bytes, size);
	}
	return result < 0 ? result : fw_blob_commit(writer, ret_info);
}

int fw_blob_get(struct fw_blob_store *store, const char *blob_id,
	const uint8_t key[FW_AEAD_KEY_BYTES], size_t max_bytes, void **ret_bytes, size_t *ret_size)
{
	fw_cleanup(fw_blob_reader_destroy) struct fw_blob_reader *reader = NULL;
	g_autofree void *bytes = NULL;
	size_t size = 0;
	int result = fw_blob_open(store, blob_id, key, &reader);

	if (result < 0) {
		return result;
	}
	if (fw_blob_reader_info(reader)->plain_size > max_bytes) {
		return -EOVERFLOW;
	}
	size = (size_t)fw_blob_reader_info(reader)->plain_size;
	bytes = g_malloc(size ? size : 1);
	result = fw_blob_read(reader, 0, bytes, size, &size);
	if (result < 0) {
		return result;
	}
	*ret_bytes = g_steal_pointer(&bytes);
	*ret_size = size;
	return 0;
}

int fw_blob_info(struct fw_blob_store *store, const char *blob_id, struct fw_blob_info *ret_info)
{
	uint8_t head[FW_BLOB_HEAD_BYTES];
	g_autofree char *path = NULL;
	fw_autoclose int fd = -1;
	int result;

	if (!fw_id_valid(blob_id)) {
		return -EINVAL;
	}
	path = fw_blob_path(store, blob_id, ".blob");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return -errno;
	}
	result = fw_file_read_all(fd, head, sizeof(head), 0);
	return result < 0 ? result : fw_blob_parse_head(head, sizeof(head), ret_info);
}

int fw_blob_erase(struct fw_blob_store *store, const char *blob_id)
{
	static const char *const suffixes[] = {".blob", ".part"};
	int result = 0;

	if (!fw_id_valid(blob_id)) {
		return -EINVAL;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(suffixes) && result == 0; i++) {
		g_autofree char *path = fw_blob_path(store, blob_id, suffixes[i]);

		if (unlink(path) == 0) {
			g_autofree char *folder = g_path_get_dirname(path);

			result = fw_file_sync_folder(folder);
		} else if (errno != ENOENT) {
			result = -errno;
		}
	}
	return result;
}

/* --- walks ------------------------------------------------------------------------------------ */

/* Calls visit for each file of the store with this suffix; the id is only the start of the name. */
static int each_file(struct fw_blob_store *store, const char *suffix,
	int (*visit)(const char *path, const char *blob_id, void *user), void *user)
{
	int result = 0;

	for (unsigned shard = 0; shard <= 0xff && result >= 0; shard++) {
		g_autofree char *folder = g_strdup_printf("%s/%02x", store->folder, shard);
		g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
		const char *name;

		while (dir && result >= 0 && (name = g_dir_read_name(dir))) {
			g_autofree char *path = g_build_filename(folder, name, NULL);
			g_autofree char *blob_id = g_strndup(name, FW_ID_SIZE - 1);

			if (fw_id_valid(blob_id) && strcmp(name + FW_ID_SIZE - 1, suffix) == 0) {
				result = visit(path, blob_id, user);
			}
		}
	}
	return result < 0 ? result : 0;
}

struct each {
	int (*visit)(const char *blob_id, void *user);
	void *user;
};

static int each_blob(const char *path, const char *blob_id, void *user)
{
	const struct each *each = user;

	(void)path;
	return each->visit(blob_id, each->user);
}

int fw_blob_each(
	struct fw_blob_store *store, int (*visit)(const char *blob_id, void *user), void *user)
{
	struct each each = {.visit = visit, .user = user};

	return each_file(store, ".blob", each_blob, &each);
}

struct removal {
	int64_t before_us;
	unsigned removed;
};

static int remove_part(const char *path, const char *blob_id, void *user)
{
	struct removal *removal = user;
	struct stat status;

	(void)blob_id;
	if (stat(path, &status) < 0) {
		return errno == ENOENT ? 0 : -errno;
	}
	if (status.st_mtim.tv_sec * FW_US_PER_S + status.st_mtim.tv_nsec / 1000 >=
		removal->before_us) {
		return 0;
	}
	if (unlink(path) < 0 && errno != ENOENT) {
		return -errno;
	}
	removal->removed++;
	return 0;
}

int fw_blob_remove_parts(struct fw_blob_store *store, int64_t before_us, unsigned *ret_removed)
{
	struct removal removal = {.before_us = before_us};
	int result = each_file(store, ".part", remove_part, &removal);

	if (result == 0) {
		*ret_removed = removal.removed;
	}
	return result;
}
