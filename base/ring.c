/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The room is cut into blocks. The producer fills one and goes on in another: one that the consumer has given back, else a new one.
 * So the memory touched is as much as ever waited at a time, not the whole capacity again and again: in steady state the records
 * stay in the cache.
 *
 *     block 0: record record record end->2      block 2: record record ...
 *              the consumer reads here                   the producer writes here
 *
 * A block belongs to the producer, the bytes below `filled` to the consumer until it gives the block back; `returned` is a queue of
 * its own in the other direction, with a place for every block, so that it is never full.
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
#define BLOCK_BYTES   ((size_t)2 * FW_RING_RECORD_MAX_BYTES)

struct record {
	uint32_t size;
	uint32_t end; /* not 0: the block ends here, go on in block `end - 1` */
};

struct block {
	_Alignas(CACHE_LINE) atomic_size_t filled;
};

struct fw_ring {
	/* the producer's line */
	_Alignas(CACHE_LINE) atomic_size_t put_bytes; /* ever */
	uint32_t write_block;
	uint32_t taken; /* of `returned`, ever */
	uint32_t begun; /* blocks that were ever used */
	size_t write_at;
	size_t reserved_size;
	atomic_uint_fast64_t refused;
	/* the consumer's line */
	_Alignas(CACHE_LINE) atomic_size_t got_bytes; /* ever */
	uint32_t read_block;
	size_t read_at;
	size_t known_filled;
	atomic_uint_fast32_t given; /* to `returned`, ever */
	/* constant */
	_Alignas(CACHE_LINE) uint8_t *bytes;
	uint32_t block_count; /* a power of two */
	struct block *blocks;
	uint32_t *returned;
};

int fw_ring_create(size_t capacity_bytes, struct fw_ring **ret_ring)
{
	struct fw_ring *ring;
	uint32_t blocks = (uint32_t)(capacity_bytes / BLOCK_BYTES);

	if (capacity_bytes < 2 * BLOCK_BYTES || (capacity_bytes & (capacity_bytes - 1)) != 0) {
		return -EINVAL;
	}
	ring = aligned_alloc(CACHE_LINE, sizeof(*ring));
	g_assert(ring);
	*ring = (struct fw_ring){
		.bytes = g_malloc(capacity_bytes), .block_count = blocks, .begun = 1};
	ring->blocks = aligned_alloc(CACHE_LINE, blocks * sizeof(struct block));
	g_assert(ring->blocks);
	ring->returned = g_new0(uint32_t, blocks);
	for (uint32_t i = 0; i < blocks; i++) {
		atomic_init(&ring->blocks[i].filled, 0);
	}
	*ret_ring = ring;
	return 0;
}

void fw_ring_destroy(struct fw_ring *ring)
{
	if (ring) {
		g_free(ring->bytes);
		g_free(ring->returned);
		free(ring->blocks);
		free(ring);
	}
}

static struct record *record_at(const struct fw_ring *ring, uint32_t block, size_t at)
{
	return (struct record *)(void *)(ring->bytes + block * BLOCK_BYTES + at);
}

/* --- the producer ------------------------------------------------------------------------------- */

static int take_block(struct fw_ring *ring, uint32_t *ret_block)
{
	if (ring->taken != (uint32_t)atomic_load_explicit(&ring->given, memory_order_acquire)) {
		*ret_block = ring->returned[ring->taken++ & (ring->block_count - 1)];
		return 0;
	}
	if (ring->begun == ring->block_count) {
		return -EOVERFLOW;
	}
	*ret_block = ring->begun++;
	return 0;
}

/* Ends the block that is being written and goes on in another. */
static int change_block(struct fw_ring *ring)
{
	uint32_t next;
	int r = take_block(ring, &next);

	if (r < 0) {
		return r;
	}
	atomic_store_explicit(&ring->blocks[next].filled, 0, memory_order_relaxed);
	*record_at(ring, ring->write_block, ring->write_at) = (struct record){.end = next + 1};
	atomic_store_explicit(&ring->blocks[ring->write_block].filled,
		ring->write_at + sizeof(struct record), memory_order_release);
	ring->write_block = next;
	ring->write_at = 0;
	return 0;
}

int fw_ring_reserve(struct fw_ring *ring, size_t size, void **ret_slot)
{
	/* Behind every record there is room for the end. */
	size_t need = 2 * sizeof(struct record) + ALIGNED(size);

	if (size == 0 || size > FW_RING_RECORD_MAX_BYTES) {
		return -EINVAL;
	}
	ring->reserved_size = 0;
	if (ring->write_at + need > BLOCK_BYTES && change_block(ring) < 0) {
		(void)atomic_fetch_add_explicit(&ring->refused, 1, memory_order_relaxed);
		return -EOVERFLOW;
	}
	ring->reserved_size = size;
	*ret_slot = record_at(ring, ring->write_block, ring->write_at) + 1;
	return 0;
}

void fw_ring_commit(struct fw_ring *ring, size_t size)
{
	size_t whole = sizeof(struct record) + ALIGNED(size);

	assert(size > 0 && size <= ring->reserved_size);
	*record_at(ring, ring->write_block, ring->write_at) =
		(struct record){.size = (uint32_t)size};
	ring->reserved_size = 0;
	ring->write_at += whole;
	/* Before the record can be taken: what is used is never less than nothing. */
	atomic_store_explicit(&ring->put_bytes,
		atomic_load_explicit(&ring->put_bytes, memory_order_relaxed) + whole,
		memory_order_release);
	atomic_store_explicit(
		&ring->blocks[ring->write_block].filled, ring->write_at, memory_order_release);
}

/* --- the consumer ------------------------------------------------------------------------------- */

static void leave_block(struct fw_ring *ring, uint32_t next)
{
	uint32_t given = (uint32_t)atomic_load_explicit(&ring->given, memory_order_relaxed);

	ring->returned[given & (ring->block_count - 1)] = ring->read_block;
	atomic_store_explicit(&ring->given, given + 1, memory_order_release);
	ring->read_block = next;
	ring->read_at = 0;
	ring->known_filled = 0;
}

int fw_ring_peek(struct fw_ring *ring, const void **ret_record, size_t *ret_size)
{
	for (;;) {
		const struct record *record = record_at(ring, ring->read_block, ring->read_at);

		if (ring->read_at == ring->known_filled) {
			ring->known_filled = atomic_load_explicit(
				&ring->blocks[ring->read_block].filled, memory_order_acquire);
			if (ring->read_at == ring->known_filled) {
				return -EAGAIN;
			}
		}
		if (record->end == 0) {
			*ret_record = record + 1;
			*ret_size = record->size;
			return 0;
		}
		leave_block(ring, record->end - 1);
	}
}

void fw_ring_release(struct fw_ring *ring)
{
	const struct record *record = record_at(ring, ring->read_block, ring->read_at);
	size_t whole = sizeof(*record) + ALIGNED((size_t)record->size);

	assert(ring->read_at != ring->known_filled && record->end == 0);
	ring->read_at += whole;
	atomic_store_explicit(&ring->got_bytes,
		atomic_load_explicit(&ring->got_bytes, memory_order_relaxed) + whole,
		memory_order_release);
}

uint64_t fw_ring_refused(const struct fw_ring *ring)
{
	return atomic_load_explicit(&ring->refused, memory_order_relaxed);
}

size_t fw_ring_used_bytes(const struct fw_ring *ring)
{
	/* What was taken first: what was put can only have grown since, so the difference never wraps. */
	size_t got = atomic_load_explicit(&ring->got_bytes, memory_order_acquire);

	return atomic_load_explicit(&ring->put_bytes, memory_order_acquire) - got;
}
