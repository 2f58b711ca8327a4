/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `head` and `tail` count bytes for ever; their place in the buffer is the count modulo the
 * capacity. A record never wraps: when it does not fit before the end, a padding head fills the rest
 * and the record starts at 0.
 *
 *     tail <= head <= tail + capacity; [tail, head) belongs to the consumer, the rest to the producer
 *
 * Each side keeps a copy of the other's count and looks at the real one only when the copy says
 * full or empty, so in steady state the two cores do not share cache lines per record.
 */
#include "base/ring.h"

#include <assert.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include <glib.h>

#include "base/limits.h"

#define CACHE_LINE    64
#define ALIGNED(size) (((size) + 7) & ~(size_t)7)

struct record {
	uint32_t size;
	uint32_t padding; /* not 0: only fills the buffer up to its end */
};

struct fw_ring {
	/* the producer's line */
	_Alignas(CACHE_LINE) atomic_size_t head;
	size_t known_tail;
	size_t reserved_at; /* where the reserved record starts, as a count */
	size_t reserved_size;
	atomic_uint_fast64_t refused;
	/* the consumer's line */
	_Alignas(CACHE_LINE) atomic_size_t tail;
	size_t known_head;
	/* constant */
	_Alignas(CACHE_LINE) uint8_t *bytes;
	size_t capacity;
};

int fw_ring_create(size_t capacity_bytes, struct fw_ring **ret_ring)
{
	struct fw_ring *ring;

	if (capacity_bytes < (size_t)4 * FW_RING_RECORD_MAX_BYTES ||
		(capacity_bytes & (capacity_bytes - 1)) != 0) {
		return -EINVAL;
	}
	ring = aligned_alloc(CACHE_LINE, sizeof(*ring));
	g_assert(ring);
	*ring = (struct fw_ring){.bytes = g_malloc(capacity_bytes), .capacity = capacity_bytes};
	*ret_ring = ring;
	return 0;
}

void fw_ring_destroy(struct fw_ring *ring)
{
	if (ring) {
		g_free(ring->bytes);
		free(ring);
	}
}

static struct record *record_at(const struct fw_ring *ring, size_t count)
{
	return (struct record *)(void *)(ring->bytes + (count & (ring->capacity - 1)));
}

static bool has_room(struct fw_ring *ring, size_t head, size_t need)
{
	if (ring->capacity - (head - ring->known_tail) >= need) {
		return true;
	}
	ring->known_tail = atomic_load_explicit(&ring->tail, memory_order_acquire);
	return ring->capacity - (head - ring->known_tail) >= need;
}

int fw_ring_reserve(struct fw_ring *ring, size_t size, void **ret_slot)
{
	size_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
	size_t need = sizeof(struct record) + ALIGNED(size);
	size_t to_end = ring->capacity - (head & (ring->capacity - 1));
	size_t skip = need > to_end ? to_end : 0;

	if (size == 0 || size > FW_RING_RECORD_MAX_BYTES) {
		return -EINVAL;
	}
	ring->reserved_size = 0;
	if (!has_room(ring, head, skip + need)) {
		(void)atomic_fetch_add_explicit(&ring->refused, 1, memory_order_relaxed);
		return -EOVERFLOW;
	}
	if (skip > 0) {
		*record_at(ring, head) = (struct record){.size = (uint32_t)skip, .padding = 1};
	}
	ring->reserved_at = head + skip;
	ring->reserved_size = size;
	*ret_slot = record_at(ring, ring->reserved_at) + 1;
	return 0;
}

void fw_ring_commit(struct fw_ring *ring, size_t size)
{
	assert(size > 0 && size <= ring->reserved_size);
	*record_at(ring, ring->reserved_at) = (struct record){.size = (uint32_t)size};
	ring->reserved_size = 0;
	atomic_store_explicit(&ring->head,
		ring->reserved_at + sizeof(struct record) + ALIGNED(size), memory_order_release);
}

int fw_ring_peek(struct fw_ring *ring, const void **ret_record, size_t *ret_size)
{
	size_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
	struct record *record;

	if (tail == ring->known_head) {
		ring->known_head = atomic_load_explicit(&ring->head, memory_order_acquire);
		if (tail == ring->known_head) {
			return -EAGAIN;
		}
	}
	record = record_at(ring, tail);
	if (record->padding) {
		/* A record always follows its padding: both became visible by one commit. */
		atomic_store_explicit(&ring->tail, tail + record->size, memory_order_release);
		record = record_at(ring, tail + record->size);
	}
	*ret_record = record + 1;
	*ret_size = record->size;
	return 0;
}

void fw_ring_release(struct fw_ring *ring)
{
	size_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
	struct record *record = record_at(ring, tail);

	assert(tail != ring->known_head && !record->padding);
	atomic_store_explicit(&ring->tail, tail + sizeof(*record) + ALIGNED((size_t)record->size),
		memory_order_release);
}

uint64_t fw_ring_refused(const struct fw_ring *ring)
{
	return atomic_load_explicit(&ring->refused, memory_order_relaxed);
}

size_t fw_ring_used_bytes(const struct fw_ring *ring)
{
	/* Tail first: head can only have grown since, so the difference never wraps. */
	size_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);
	size_t used = atomic_load_explicit(&ring->head, memory_order_acquire) - tail;

	return MIN(used, ring->capacity);
}
