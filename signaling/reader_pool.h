/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reader pool: long reads off the desk's thread, on read-only database connections, and ranges of
 * sealed files. It answers the net thread itself; the desk has checked and logged before.
 *
 *     desk ──fw_reader_pool_take()──▶ thread n ──reply, or stream in pieces──▶ net
 *     net ──more (the last piece is out), cancel (the client left)──▶ thread n
 *
 * A file is read piece by piece as the client takes it, one piece at a time in memory.
 * A request stays on one thread (its number modulo the threads), so nothing is shared.
 *
 * Owner: main. Threads: create, destroy from one; the others from any. Errors: -EOVERFLOW the
 * thread's mailbox is full, -errno of opening.
 */
#ifndef FW_SIGNALING_READER_POOL_H
#define FW_SIGNALING_READER_POOL_H

#include <stdint.h>

#include "base/cleanup.h"
#include "signaling/desk_io.h"

struct fw_net;
struct fw_reader_pool;

#define FW_READERS_MAX        16
#define FW_READER_PIECE_BYTES (256 * 1024)
#define FW_READER_STREAMS_MAX 256 /* files open per thread */

struct fw_reader_setup {
	const char *database;
	const char *blobs;
	const char *master_key;
	const char *keys;
	unsigned threads;
	struct fw_net *net; /* borrowed; outlives the pool's threads */
};

int fw_reader_pool_create(const struct fw_reader_setup *setup, struct fw_reader_pool **ret_pool);
void fw_reader_pool_destroy(struct fw_reader_pool *pool);
FW_DEFINE_CLEANUP(struct fw_reader_pool, fw_reader_pool_destroy)

/* Which request an output of kind FW_OUT_READ, FW_OUT_FILE or FW_OUT_BLOB answers. */
uint64_t fw_reader_pool_request(const struct fw_desk_output *output);

/* Such an output; taken over on success. */
int fw_reader_pool_take(struct fw_reader_pool *pool, const struct fw_desk_output *output);

void fw_reader_pool_more(struct fw_reader_pool *pool, uint64_t request);
void fw_reader_pool_cancel(struct fw_reader_pool *pool, uint64_t request);

#endif
