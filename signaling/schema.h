/* SPDX-License-Identifier: Apache-2.0 */
/* The database schema: signaling/schema/NNNN_*.sql and the audit log's, in the order in which they were released.
 *
 * A step that has been in a release is never changed; a new file is added.
 * Threads: the connection's. Errors: as fw_db_migrate().
 */
#ifndef FW_SIGNALING_SCHEMA_H
#define FW_SIGNALING_SCHEMA_H

struct fw_db;

/* Brings the database up to date. */
int fw_schema_apply(struct fw_db *db);

#endif
