/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The audit log's anchor: the last row (sequence, hash) in a small file beside the database, so that
 * a cut tail is noticed. It is sealed by an HMAC under a key derived from the master key
 * (FW_AUDIT_ANCHOR_PURPOSE), so who can only write the database cannot make a fitting one.
 *
 * Written after each commit, therefore the database may be ahead of it (a crash between the two),
 * never behind. An old copy of database and file together still deceives it: for that copy the head
 * to another place from time to time.
 *
 * The file is one line, overwritten in place: "farwindow-audit-head 1 ", sequence (20 digits), hash,
 * HMAC-SHA-256 of everything before it and its blank; both as 64 hex digits.
 *
 * Owner: whoever opened it. Threads: the connection's. Errors: -EBADMSG changed or not under this
 * key; else as db.h and -errno.
 */
#ifndef FW_BASE_AUDIT_ANCHOR_H
#define FW_BASE_AUDIT_ANCHOR_H

#include <stdint.h>

#include "base/audit.h"
#include "base/cleanup.h"
#include "base/crypto.h"
#include "base/db.h"

#define FW_AUDIT_ANCHOR_PURPOSE "audit-head" /* for fw_keystore_derive() */
#define FW_AUDIT_ANCHOR_FILE    "audit.head" /* in the data folder */
#define FW_AUDIT_ANCHOR_ASIDE   ".does-not-fit-" /* what an unfitting file's new name goes on with */

struct fw_audit_anchor;

/*
 * Holds the file, if there is one, against the database and keeps it from now on. A file that does
 * not fit is logged as an error and kept under another name as evidence; the anchor starts anew, for
 * a database brought back from a backup must not stop the service.
 */
int fw_audit_anchor_open(const char *path, const uint8_t key[FW_SHA256_BYTES], struct fw_db *db,
	struct fw_audit_anchor **ret_anchor);
void fw_audit_anchor_close(struct fw_audit_anchor *anchor);
FW_DEFINE_CLEANUP(struct fw_audit_anchor, fw_audit_anchor_close)

/* After a commit; writes only when there are new rows. About 10 us. */
int fw_audit_anchor_keep(struct fw_audit_anchor *anchor, struct fw_db *db);

/* For checking: the head in the file. -ENOENT no file. */
int fw_audit_anchor_read(
	const char *path, const uint8_t key[FW_SHA256_BYTES], struct fw_audit_head *ret_head);

/* A file that was put aside because it did not fit, or NULL; g_free. */
char *fw_audit_anchor_evidence(const char *path);

#endif
