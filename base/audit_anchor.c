/* SPDX-License-Identifier: Apache-2.0 */
#define FW_LOG_TOPIC "audit"
#include "base/audit_anchor.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <glib.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"

struct fw_audit_anchor {
	int fd;
	uint8_t key[FW_SHA256_BYTES];
	int64_t kept; /* the sequence in the file; -1: none yet */
};

/* --- the line --------------------------------------------------------------------------------- */

/* "farwindow-audit-head 1 <20 digits> <64 hex hash> <64 hex hmac>\n" */
#define HEAD_PREFIX "farwindow-audit-head 1 "
#define HEAD_SIGNED (sizeof(HEAD_PREFIX) - 1 + 20 + 1 + (size_t)2 * FW_SHA256_BYTES)
#define HEAD_SIZE   (HEAD_SIGNED + 1 + (size_t)2 * FW_SHA256_BYTES + 1)

static int format_head(const struct fw_audit_head *head, const uint8_t key[FW_SHA256_BYTES],
	char ret_line[HEAD_SIZE + 1])
{
	char hash[2 * FW_SHA256_BYTES + 1], mac_text[2 * FW_SHA256_BYTES + 1];
	uint8_t mac[FW_SHA256_BYTES];
	int result;

	fw_text_hex_encode(head->hash, sizeof(head->hash), hash);
	(void)snprintf(
		ret_line, HEAD_SIZE + 1, HEAD_PREFIX "%020" PRId64 " %s", head->sequence, hash);
	result = fw_hmac_sha256(key, FW_SHA256_BYTES, ret_line, HEAD_SIGNED, mac);
	if (result < 0) {
		return result;
	}
	fw_text_hex_encode(mac, sizeof(mac), mac_text);
	(void)snprintf(ret_line + HEAD_SIGNED, HEAD_SIZE + 1 - HEAD_SIGNED, " %s\n", mac_text);
	return 0;
}

int fw_audit_anchor_read(
	const char *path, const uint8_t key[FW_SHA256_BYTES], struct fw_audit_head *ret_head)
{
	g_autofree char *line = NULL;
	struct fw_audit_head head;
	char expected[HEAD_SIZE + 1], hash[2 * FW_SHA256_BYTES + 1];
	size_t size = 0;
	int result = fw_file_read(path, HEAD_SIZE, &line, &size);

	if (result < 0) {
		return result == -EOVERFLOW ? -EBADMSG : result;
	}
	if (size != HEAD_SIZE ||
		sscanf(line, HEAD_PREFIX "%20" SCNd64 " %64[0-9a-f]", &head.sequence, hash) != 2 ||
		fw_text_hex_decode(hash, head.hash, sizeof(head.hash)) < 0) {
		return -EBADMSG;
	}
	result = format_head(&head, key, expected);
	if (result < 0) {
		return result;
	}
	if (!fw_equal_constant_time(line, expected, HEAD_SIZE)) {
		return -EBADMSG;
	}
	*ret_head = head;
	return 0;
}

/* --- keeping it ------------------------------------------------------------------------------- */

/* Whether the database has the row with that hash. */
static int contains(struct fw_db *db, const struct fw_audit_head *head)
{
	int64_t rows = 0;
	int result = fw_db_query_int(db,
		"SELECT count(*) FROM audit_log WHERE sequence = ?1 AND hash = ?2",
		FW_DB_VALUES(fw_db_int(head->sequence), fw_db_blob(head->hash, sizeof(head->hash))),
		&rows);

	if (result < 0) {
		return result;
	}
	return rows == 1 ? 0 : -EBADMSG;
}

/* A server that ended before its first row leaves an empty file beside an empty log. */
static bool never_written(const char *path, struct fw_db *db)
{
	g_autofree char *bytes = NULL;
	size_t size = 0;
	int64_t rows = 0;

	return fw_file_read(path, HEAD_SIZE, &bytes, &size) == 0 && size == 0 &&
		fw_db_query_int(db, "SELECT count(*) FROM audit_log", FW_DB_NO_VALUES, &rows) == 0 &&
		rows == 0;
}

/* The file is evidence: it is kept under another name, which fw_audit_anchor_evidence() finds. */
static int put_aside(const char *path)
{
	char time[FW_CLOCK_ISO_SIZE];
	g_autofree char *aside = NULL;

	fw_clock_format_iso(fw_clock_wall_us(), time);
	aside = g_strconcat(path, FW_AUDIT_ANCHOR_ASIDE, time, NULL);
	fw_error("audit log does not hold its last known row kept_as=%s", aside);
	return rename(path, aside) < 0 ? -errno : 0;
}

int fw_audit_anchor_open(const char *path, const uint8_t key[FW_SHA256_BYTES], struct fw_db *db,
	struct fw_audit_anchor **ret_anchor)
{
	fw_cleanup(fw_audit_anchor_close) struct fw_audit_anchor *anchor = NULL;
	struct fw_audit_head head;
	int result = fw_audit_anchor_read(path, key, &head);

	if (result == 0) {
		result = contains(db, &head);
	}
	if (result == -EBADMSG && !never_written(path, db)) {
		result = put_aside(path);
	} else if (result == -EBADMSG) {
		result = 0;
	}
	if (result < 0 && result != -ENOENT) {
		return result;
	}
	anchor = g_new0(struct fw_audit_anchor, 1);
	memcpy(anchor->key, key, sizeof(anchor->key));
	anchor->kept = -1;
	anchor->fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (anchor->fd < 0) {
		return -errno;
	}
	result = fw_audit_anchor_keep(anchor, db);
	if (result < 0) {
		return result;
	}
	*ret_anchor = g_steal_pointer(&anchor);
	return 0;
}

int fw_audit_anchor_keep(struct fw_audit_anchor *anchor, struct fw_db *db)
{
	struct fw_audit_head head;
	char line[HEAD_SIZE + 1];
	int result = fw_audit_head(db, &head);

	if (result == -ENOENT) {
		return 0; /* no genesis yet */
	}
	if (result < 0 || head.sequence == anchor->kept) {
		return result;
	}
	result = format_head(&head, anchor->key, line);
	if (result == 0) {
		/* One write far below a sector: a crash leaves the old line or the new one. */
		result = fw_file_write_all(anchor->fd, line, HEAD_SIZE, 0);
	}
	if (result == 0) {
		anchor->kept = head.sequence;
	}
	return result;
}

void fw_audit_anchor_close(struct fw_audit_anchor *anchor)
{
	if (!anchor) {
		return;
	}
	if (anchor->fd >= 0) {
		(void)close(anchor->fd);
	}
	fw_wipe(anchor->key, sizeof(anchor->key));
	g_free(anchor);
}

char *fw_audit_anchor_evidence(const char *path)
{
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *base = g_path_get_basename(path);
	g_autofree char *prefix = g_strconcat(base, FW_AUDIT_ANCHOR_ASIDE, NULL);
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		if (g_str_has_prefix(name, prefix)) {
			return g_build_filename(folder, name, NULL);
		}
	}
	return NULL;
}
