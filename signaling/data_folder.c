/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/data_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/audit_anchor.h"
#include "base/file.h"

static char *below(const struct fw_data_folder *folder, const char *name)
{
	return g_build_filename(folder->folder, name, NULL);
}

/* Writes who holds the lock, for the person who finds it held. */
static int lock_folder(struct fw_data_folder *folder, char **ret_problem)
{
	g_autofree char *path = below(folder, "lock");
	char text[32] = "";
	ssize_t size;

	folder->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (folder->lock < 0) {
		int error = errno;

		*ret_problem = g_strdup_printf("cannot write in the data folder %s: %s",
			folder->folder, g_strerror(error));
		return -error;
	}
	if (flock(folder->lock, LOCK_EX | LOCK_NB) < 0) {
		size = pread(folder->lock, text, sizeof(text) - 1, 0);
		*ret_problem =
			g_strdup_printf("another server (process %.*s) uses the data folder %s",
				size > 0 ? (int)strcspn(text, "\n") : 1, size > 0 ? text : "?",
				folder->folder);
		return -EBUSY;
	}
	(void)snprintf(text, sizeof(text), "%d\n", (int)getpid());
	if (ftruncate(folder->lock, 0) < 0) {
		return 0; /* only the hint for people is wrong then */
	}
	return fw_file_write_all(folder->lock, text, strlen(text), 0);
}

struct fw_data_folder *fw_data_folder_look(const char *name)
{
	struct fw_data_folder *folder = g_new0(struct fw_data_folder, 1);

	folder->lock = -1;
	folder->folder = g_canonicalize_filename(name, NULL);
	folder->database = below(folder, "farwindow.db");
	folder->journals = below(folder, "journal");
	folder->blobs = below(folder, "blobs");
	folder->keys = below(folder, "keys");
	folder->master_key = below(folder, "master.key");
	folder->audit_anchor = below(folder, FW_AUDIT_ANCHOR_FILE);
	folder->messages = below(folder, "sms.jsonl");
	folder->certificate = below(folder, "certificate.pem");
	folder->private_key = below(folder, "certificate.key");
	return folder;
}

int fw_data_folder_open(const char *name, struct fw_data_folder **ret_folder, char **ret_problem)
{
	fw_cleanup(fw_data_folder_close) struct fw_data_folder *folder = fw_data_folder_look(name);
	int r;

	r = fw_file_make_folders(folder->folder, 0700);
	if (r < 0) {
		*ret_problem = g_strdup_printf(
			"cannot make the data folder %s: %s", folder->folder, g_strerror(-r));
		return r;
	}
	r = lock_folder(folder, ret_problem);
	if (r < 0) {
		if (!*ret_problem) {
			*ret_problem = g_strdup_printf("cannot write in the data folder %s: %s",
				folder->folder, g_strerror(-r));
		}
		return r;
	}
	*ret_folder = g_steal_pointer(&folder);
	return 0;
}

void fw_data_folder_close(struct fw_data_folder *folder)
{
	if (!folder) {
		return;
	}
	if (folder->lock >= 0) {
		(void)close(folder->lock);
	}
	g_free(folder->folder);
	g_free(folder->database);
	g_free(folder->journals);
	g_free(folder->blobs);
	g_free(folder->keys);
	g_free(folder->master_key);
	g_free(folder->audit_anchor);
	g_free(folder->messages);
	g_free(folder->certificate);
	g_free(folder->private_key);
	g_free(folder);
}
