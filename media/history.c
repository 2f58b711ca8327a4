/* SPDX-License-Identifier: Apache-2.0 */
#include "media/history.h"

#include <assert.h>
#include <errno.h>
#include <glib.h>
#include <stdbool.h>

#define CHUNK_BYTES  8192 /* seven packets of a video burst; an audio stream holds two */
#define CHUNKS_MAX   128 /* of one history: 1 MiB, 500 ms at 16 Mbit/s; a power of two */
#define SLAB_CHUNKS  128
#define RESERVE_MIN  128 /* free chunks kept ready: a burst of 900 packets */
#define ROOM(chunk)  (sizeof((chunk)->room))

struct chunk {
	struct chunk *next; /* while free */
	int64_t newest_us;
	uint32_t flush; /* when it was last sent from */
	uint32_t used;
	uint8_t room[CHUNK_BYTES - 24] __attribute__((aligned(8)));
};

struct fw_history_pool {
	struct chunk *free;
	size_t free_count, total, most;
	GPtrArray *slabs;
};

struct entry {
	uint32_t chunk; /* number of the chunk, counted from the history's beginning */
	uint16_t offset;
	uint16_t bytes; /* 0: nothing */
	uint16_t sequence;
	uint16_t repeated_ms; /* when, modulo 2^16; 0: never */
};

/* Chunks first ... end - 1 are held, the last one is being filled. */
struct fw_history {
	struct fw_history_pool *pool;
	uint32_t first, end;
	unsigned mask;
	struct chunk *chunks[CHUNKS_MAX];
	struct entry entries[];
};

void fw_history_pool_create(size_t bytes_max, struct fw_history_pool **ret_pool)
{
	struct fw_history_pool *pool = g_new0(struct fw_history_pool, 1);

	G_STATIC_ASSERT(sizeof(struct chunk) == CHUNK_BYTES);
	pool->most = MAX(bytes_max / CHUNK_BYTES, SLAB_CHUNKS);
	pool->slabs = g_ptr_array_new_with_free_func(g_free);
	fw_history_pool_refill(pool);
	*ret_pool = pool;
}

void fw_history_pool_destroy(struct fw_history_pool *pool)
{
	assert(pool->free_count == pool->total);
	g_ptr_array_free(pool->slabs, TRUE);
	g_free(pool);
}

void fw_history_pool_refill(struct fw_history_pool *pool)
{
	while (pool->free_count < RESERVE_MIN && pool->total + SLAB_CHUNKS <= pool->most) {
		struct chunk *slab = g_new(struct chunk, SLAB_CHUNKS); /* untouched until used */

		g_ptr_array_add(pool->slabs, slab);
		for (unsigned i = 0; i < SLAB_CHUNKS; i++) {
			slab[i].next = pool->free;
			pool->free = &slab[i];
		}
		pool->free_count += SLAB_CHUNKS;
		pool->total += SLAB_CHUNKS;
	}
}

size_t fw_history_pool_used(const struct fw_history_pool *pool)
{
	return (pool->total - pool->free_count) * CHUNK_BYTES;
}

static struct chunk *pool_take(struct fw_history_pool *pool)
{
	struct chunk *chunk = pool->free;

	if (chunk) {
		pool->free = chunk->next;
		pool->free_count--;
	}
	return chunk;
}

static void pool_give(struct fw_history_pool *pool, struct chunk *chunk)
{
	/* Last in, first out: what was used lately is in the cache and in memory. */
	chunk->next = pool->free;
	pool->free = chunk;
	pool->free_count++;
}

void fw_history_create(
	struct fw_history_pool *pool, unsigned packets, struct fw_history **ret_history)
{
	struct fw_history *history;

	assert(packets && (packets & (packets - 1)) == 0);
	history = g_malloc0(sizeof(*history) + packets * sizeof(struct entry));
	history->pool = pool;
	history->mask = packets - 1;
	*ret_history = history;
}

static struct chunk **chunk_at(struct fw_history *history, uint32_t number)
{
	return &history->chunks[number & (CHUNKS_MAX - 1)];
}

void fw_history_destroy(struct fw_history *history)
{
	if (!history) {
		return;
	}
	for (; history->first != history->end; history->first++) {
		pool_give(history->pool, *chunk_at(history, history->first));
	}
	g_free(history);
}

void fw_history_expire(struct fw_history *history, int64_t now_us)
{
	while (history->first != history->end &&
		(*chunk_at(history, history->first))->newest_us < now_us - FW_HISTORY_US) {
		pool_give(history->pool, *chunk_at(history, history->first));
		history->first++;
	}
}

/* Appends an empty chunk: one of the pool's, else the history's own oldest. */
static int extend(struct fw_history *history, int64_t now_us, uint32_t flush)
{
	struct chunk *chunk = NULL;

	fw_history_expire(history, now_us);
	if (history->end - history->first < CHUNKS_MAX) {
		chunk = pool_take(history->pool);
	}
	if (!chunk) {
		if (history->first == history->end) {
			return -ENOSPC;
		}
		chunk = *chunk_at(history, history->first);
		if (chunk->flush == flush) {
			return -EAGAIN;
		}
		history->first++;
	}
	chunk->used = 0;
	*chunk_at(history, history->end++) = chunk;
	return 0;
}

int fw_history_reserve(
	struct fw_history *history, size_t bytes, int64_t now_us, uint32_t flush, uint8_t **ret_room)
{
	struct chunk *chunk;
	int r;

	assert(bytes <= FW_HISTORY_PACKET_MAX);
	if (history->first == history->end ||
		(*chunk_at(history, history->end - 1))->used + bytes > ROOM(chunk)) {
		r = extend(history, now_us, flush);
		if (r < 0) {
			return r;
		}
	}
	chunk = *chunk_at(history, history->end - 1);
	chunk->newest_us = now_us;
	chunk->flush = flush;
	*ret_room = chunk->room + chunk->used;
	return 0;
}

void fw_history_commit(struct fw_history *history, uint16_t sequence, size_t bytes)
{
	struct chunk *chunk = *chunk_at(history, history->end - 1);

	history->entries[sequence & history->mask] = (struct entry){
		.chunk = history->end - 1,
		.offset = (uint16_t)chunk->used,
		.bytes = (uint16_t)bytes,
		.sequence = sequence,
	};
	chunk->used += (uint32_t)((bytes + 7) & ~(size_t)7);
}

int fw_history_get(struct fw_history *history, uint16_t sequence, int64_t now_us, uint32_t flush,
	const uint8_t **ret_packet, size_t *ret_bytes)
{
	struct entry *entry = &history->entries[sequence & history->mask];
	uint16_t now_ms = (uint16_t)MAX((uint16_t)(now_us / 1000), 1);
	struct chunk *chunk;

	/* Held chunks are numbered first ... end - 1; unsigned, so that it holds after 2^32 chunks too. */
	if (!entry->bytes || entry->sequence != sequence ||
		entry->chunk - history->first >= history->end - history->first) {
		return -ENOENT;
	}
	chunk = *chunk_at(history, entry->chunk);
	if (chunk->newest_us < now_us - FW_HISTORY_US ||
		(entry->repeated_ms &&
			(uint16_t)(now_ms - entry->repeated_ms) < FW_HISTORY_REPEAT_MIN_US / 1000)) {
		return -ENOENT;
	}
	entry->repeated_ms = now_ms;
	chunk->flush = flush;
	*ret_packet = chunk->room + entry->offset;
	*ret_bytes = entry->bytes;
	return 0;
}
