/* SPDX-License-Identifier: Apache-2.0 */
/* Long reads on a read-only connection: what one lists and searches (PROTOCOL.md 3). The desk has checked and
 * logged before; params carry the question and the scope it allows:
 *     {"query":{...as asked...},"scope":{"account":"clerk1","areas":["441500"]}}
 *
 * Owner: the caller frees *ret_body with g_free(). Threads: the connection's.
 * Errors: 0 with status and body (also 400 malformed, 404 not_found); -EINVAL an operation that is no read, or
 * params that are not the desk's; -EBADMSG a sealed text is damaged; errno of the database and the keystore.
 */
#ifndef FW_SIGNALING_READS_H
#define FW_SIGNALING_READS_H

#include "signaling/desk_io.h"

struct fw_blob_store;
struct fw_db;
struct fw_keystore;

/* keystore: the thread's own, for texts that are kept sealed; blobs: those that are kept apart. */
int fw_read(struct fw_db *db, struct fw_keystore *keystore, struct fw_blob_store *blobs,
	enum fw_operation operation, const char *params, int *ret_status, char **ret_body);

#define FW_READ_DIGEST_SIZE 65 /* SHA-256 in hex and the final NUL */

/* The digest of a recording's manifest as the audit log holds it; -ENOENT: it has none. */
int fw_read_manifest_digest(
	struct fw_db *db, const char *call, char ret_digest[FW_READ_DIGEST_SIZE]);

#endif
