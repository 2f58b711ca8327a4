/* SPDX-License-Identifier: Apache-2.0 */
/* What was sent, kept for 500 ms so that a lost packet can be sent again: the protected bytes themselves, because under AES-GCM a repeat
 * must be the same to the last bit (RFC 7714 8.1). Packets are built where they are kept, so keeping them costs no copy.
 *
 * Memory comes in chunks from a pool of the worker's: what is held follows the rate of each stream, and nothing is allocated per packet.
 *
 * Owner: the creator; the pool outlives its histories.  Threads: one per pool.
 * Errors: -EAGAIN the place was sent from since the last flush: flush, then ask again; -ENOSPC the pool is used up; -ENOENT not (any more) there.
 */
#ifndef FW_MEDIA_HISTORY_H
#define FW_MEDIA_HISTORY_H

#include "base/cleanup.h"
#include <stddef.h>
#include <stdint.h>

#define FW_HISTORY_US         500000 /* docs/PROTOCOL.md 2.4: NACK answered from 500 ms of history */
#define FW_HISTORY_PACKET_MAX 2048
/* A packet asked for twice within this is sent once: the first repeat is still under way. */
#define FW_HISTORY_REPEAT_MIN_US 15000

struct fw_history_pool;
struct fw_history;

/* chunk_bytes: the unit in which a stream holds memory, at least FW_HISTORY_PACKET_MAX and a multiple of 64. */
void fw_history_pool_create(size_t chunk_bytes, size_t bytes_max, struct fw_history_pool **ret_pool);
void fw_history_pool_destroy(struct fw_history_pool *pool);
FW_DEFINE_CLEANUP(struct fw_history_pool, fw_history_pool_destroy)
/* Allocates ahead of need; call it now and then, never from the packet path. */
void fw_history_pool_refill(struct fw_history_pool *pool);
size_t fw_history_pool_used(const struct fw_history_pool *pool); /* bytes held by histories */

/* packets: a power of two from 8, how many can be found again, and in chunks an eighth of it. */
void fw_history_create(
	struct fw_history_pool *pool, unsigned packets, struct fw_history **ret_history);
void fw_history_destroy(struct fw_history *history); /* NULL is fine */
FW_DEFINE_CLEANUP(struct fw_history, fw_history_destroy)

/* Room for bytes <= FW_HISTORY_PACKET_MAX, 8-aligned. flush: a number that changes with every flush of the send queues. */
int fw_history_reserve(struct fw_history *history, size_t bytes, int64_t now_us, uint32_t flush,
	uint8_t **ret_room);
/* Keeps what was built in the reserved room; without it the room is given to the next. */
void fw_history_commit(struct fw_history *history, uint16_t sequence, size_t bytes);
/* Borrowed until the chunk's time is over, so send it before the next flush. */
int fw_history_get(struct fw_history *history, uint16_t sequence, int64_t now_us, uint32_t flush,
	const uint8_t **ret_packet, size_t *ret_bytes);
/* Gives back what is too old, for streams that pause. */
void fw_history_expire(struct fw_history *history, int64_t now_us);

#endif
