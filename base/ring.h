/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ring: records from one thread to one other, lock-free, never waiting: media worker -> recorder.
 *
 *     producer:  if (fw_ring_reserve(ring, need, &slot) == 0) { fill(slot); fw_ring_commit(ring, used); }
 *     consumer:  while (fw_ring_peek(ring, &record, &size) == 0) { use(record); fw_ring_release(ring); }
 *
 * Records are contiguous and aligned to 8. When there is no room the record is refused and counted:
 * the producer is never slowed down. The consumer is not woken; it looks at its own pace. Memory is
 * touched as far as records ever waited at a time. Room is given out and given back in blocks of
 * 2 * FW_RING_RECORD_MAX_BYTES, at whose end up to one record's size stays empty.
 *
 * Owner: whoever created it; destroy after both threads have stopped using it.
 * Threads: reserve, commit from one thread; peek, release from one other; the counters from any.
 * Errors: -EOVERFLOW full, -EAGAIN empty, -EINVAL size 0 or more than FW_RING_RECORD_MAX_BYTES.
 */
#ifndef FW_BASE_RING_H
#define FW_BASE_RING_H

#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"

struct fw_ring;

/* capacity_bytes: a power of two, at least 4 * FW_RING_RECORD_MAX_BYTES; else -EINVAL. */
int fw_ring_create(size_t capacity_bytes, struct fw_ring **ret_ring);
void fw_ring_destroy(struct fw_ring *ring);
FW_DEFINE_CLEANUP(struct fw_ring, fw_ring_destroy)

/*
 * Room for one record of up to size bytes; the slot belongs to the producer until commit. A second
 * reserve without a commit gives up the first. -EOVERFLOW counts one refusal.
 */
int fw_ring_reserve(struct fw_ring *ring, size_t size, void **ret_slot);

/* Hands the reserved record over; 0 < size <= the reserved size. */
void fw_ring_commit(struct fw_ring *ring, size_t size);

/* The oldest record, valid until release; the same again until then. -EAGAIN when empty. */
int fw_ring_peek(struct fw_ring *ring, const void **ret_record, size_t *ret_size);

/* Gives the peeked record's room back. */
void fw_ring_release(struct fw_ring *ring);

/* Records refused so far. */
uint64_t fw_ring_refused(const struct fw_ring *ring);

/* Bytes in use, heads and padding included: for a gauge. */
size_t fw_ring_used_bytes(const struct fw_ring *ring);

#endif
