/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies the write-ahead log into the database from a thread of its own, so that the desk's commits
 * never do (fw_db_leave_checkpoints()): a commit then costs one append and one fsync.
 *
 * It looks at the log's size every FW_DB_CHECKPOINT_EVERY_MS; the passes never wait for readers or
 * the writer, and what a long reader holds back is copied in a later one.
 *
 * Owner: main. Threads: start, stop from main; its connection belongs to its thread. Errors: those
 * of fw_db_open(); a pass that fails is logged and tried again.
 */
#ifndef FW_BASE_DB_CHECKPOINTER_H
#define FW_BASE_DB_CHECKPOINTER_H

#include "base/cleanup.h"

#define FW_DB_CHECKPOINT_EVERY_MS  1000
#define FW_DB_CHECKPOINT_MIN_BYTES (4 * 1024 * 1024) /* SQLite's own habit: 1000 pages of 4 KiB */

struct fw_db_checkpointer;

/* path: of the database, which exists. */
int fw_db_checkpointer_start(const char *path, struct fw_db_checkpointer **ret_checkpointer);
void fw_db_checkpointer_stop(struct fw_db_checkpointer *checkpointer);
FW_DEFINE_CLEANUP(struct fw_db_checkpointer, fw_db_checkpointer_stop)

#endif
