/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/sms/gateway_file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/file.h"

static char *render(const struct fw_gateway_command *command)
{
	json_auto_t *line = json_pack("{s:I,s:s,s:s,s:s}", "at_us", (json_int_t)command->at_us,
		"key", command->key, "phone", command->phone, "text", command->text);

	return line ? json_dumps(line, JSON_COMPACT) : NULL;
}

/* A line without its end was cut off by a crash: what follows begins on a line of its own. */
static int is_torn(int fd, int64_t size)
{
	char last;
	int r = size > 0 ? fw_file_read_all(fd, &last, 1, size - 1) : 0;

	return r < 0 ? r : size > 0 && last != '\n';
}

int fw_gateway_file_append(const char *path, const struct fw_gateway_command *command)
{
	g_autofree char *line = NULL;
	char *json = render(command);
	struct stat info;
	int fd, r;

	if (!json) {
		return -EBADMSG;
	}
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	r = fd < 0 || fstat(fd, &info) < 0 ? -errno : 0;
	if (r == 0) {
		r = info.st_size > FW_GATEWAY_FILE_MAX_BYTES ? -EFBIG : is_torn(fd, info.st_size);
	}
	if (r >= 0) {
		line = g_strdup_printf("%s%s\n", r ? "\n" : "", json);
		r = fw_file_write_all(fd, line, strlen(line), info.st_size);
		fw_wipe(line, strlen(line));
	}
	if (r == 0 && fdatasync(fd) < 0) {
		r = -errno;
	}
	if (fd >= 0) {
		(void)close(fd);
	}
	fw_wipe(json, strlen(json));
	free(json);
	return r;
}

int fw_gateway_file_has(const char *path, const char *key)
{
	g_autofree char *bytes = NULL;
	g_auto(GStrv) lines = NULL;
	int r = fw_file_read(path, 2 * FW_GATEWAY_FILE_MAX_BYTES, &bytes, NULL);

	if (r < 0) {
		return r == -ENOENT ? 0 : r;
	}
	lines = g_strsplit(bytes, "\n", -1);
	for (size_t i = 0; lines[i]; i++) {
		json_auto_t *line = json_loads(lines[i], JSON_REJECT_DUPLICATES, NULL);

		if (g_strcmp0(json_string_value(json_object_get(line, "key")), key) == 0) {
			return 1;
		}
	}
	return 0;
}
