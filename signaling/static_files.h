/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The web client's files, read and compressed once at start, so that no request ever reaches the
 * disk or a path of the file system.
 *
 * Owner: main. Threads: constant after loading, any. Errors: -ENOENT no index.html there,
 * -EOVERFLOW more than FW_STATIC_MAX_BYTES or FW_STATIC_MAX_FILES, -errno of reading.
 */
#ifndef FW_SIGNALING_STATIC_FILES_H
#define FW_SIGNALING_STATIC_FILES_H

#include <stdbool.h>
#include <glib.h>

#include "base/cleanup.h"

#define FW_STATIC_MAX_BYTES (64 * 1024 * 1024) /* a build is about 2 MiB */
#define FW_STATIC_MAX_FILES 4096

struct fw_static_files;

struct fw_static_file {
	const char *media_type;
	GBytes *bytes;
	GBytes *gzip; /* NULL: it would not be smaller */
	char etag[68]; /* strong, in quotes: SHA-256 of the bytes */
	bool immutable; /* its name carries a digest of its content: never asked for again */
};

int fw_static_load(const char *folder, struct fw_static_files **ret_files);
void fw_static_free(struct fw_static_files *files);
FW_DEFINE_CLEANUP(struct fw_static_files, fw_static_free)

/*
 * The file for a decoded path. Of a path without a file, the index page where the path can be a
 * screen of the web client (its last segment has no dot); else NULL.
 */
const struct fw_static_file *fw_static_find(const struct fw_static_files *files, const char *path);

#endif
