/* SPDX-License-Identifier: Apache-2.0 */
#include "media/history.h"

#include <assert.h>
#include <errno.h>
#include <glib.h>
#include <stdbool.h>

#define CHUNK_PACKETS 8 /* a history of 512 packets holds 64 chunks at most: 500 ms at 8 Mbit/s */
#define SLAB_CHUNKS   128 /* asked for at once, and kept free at least: a burst of 900 packets */
#define LINE_BYTES    64 /* of the cache */
#define PREFETCH_MIN  512 /* streams of small packets send one at a time: the next one is far */

union chunk {
	union chunk *next; /* while free */
	uint8_t room[1]; /* the pool's chunk_bytes */
};

struct fw_history_pool {
	union chunk *free; /* were in use before */
	uint8_t *fresh; /* rest of the newest slab: memory that was never touched */
	size_t fresh_count;
	size_t chunk_bytes;
	size_t free_count, total, most; /* free_count: fresh ones included */
	GPtrArray *slabs;
};

struct entry {
	uint32_t chunk; /* number of the chunk, counted from the history's beginning */
	uint16_t offset;
	uint16_t bytes; /* 0: nothing */
	uint16_t sequence;
	uint16_t repeated_ms; /* when, modulo 2^16; 0: never */
};

/* What is known of a chunk is kept apart from it: the chunk itself is cold memory. */
struct held {
	union chunk *chunk;
	int64_t newest_us;
	uint32_t flush; /* when it was last sent from */
};

/* Chunks first ... end - 1 are held, the last one is being filled. */
struct fw_history {
	struct fw_history_pool *pool;
	uint32_t first, end;
	uint32_t used; /* bytes of the last chunk */
	unsigned mask, held_mask;
	struct held *held; /* behind the entries, held_mask + 1 */
	struct entry entries[];
};

void fw_history_pool_create(size_t chunk_bytes, size_t bytes_max, struct fw_history_pool **ret_pool)
{
	struct fw_history_pool *pool = g_new0(struct fw_history_pool, 1);

	assert(chunk_bytes >= FW_HISTORY_PACKET_MAX && chunk_bytes % 64 == 0);
	pool->chunk_bytes = chunk_bytes;
	pool->most = MAX(bytes_max / chunk_bytes, SLAB_CHUNKS);
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

static void pool_give(struct fw_history_pool *pool, union chunk *chunk)
{
	/* Last in, first out: what was used lately is in the cache and in memory. */
	chunk->next = pool->free;
	pool->free = chunk;
	pool->free_count++;
}

void fw_history_pool_refill(struct fw_history_pool *pool)
{
	while (pool->free_count < SLAB_CHUNKS && pool->total + SLAB_CHUNKS <= pool->most) {
		for (; pool->fresh_count > 0; pool->fresh_count--, pool->free_count--) {
			pool_give(pool, (union chunk *)pool->fresh);
			pool->fresh += pool->chunk_bytes;
		}
		pool->fresh = g_malloc(SLAB_CHUNKS * pool->chunk_bytes);
		pool->fresh_count = SLAB_CHUNKS;
		g_ptr_array_add(pool->slabs, pool->fresh);
		pool->free_count += SLAB_CHUNKS;
		pool->total += SLAB_CHUNKS;
	}
}

size_t fw_history_pool_used(const struct fw_history_pool *pool)
{
	return (pool->total - pool->free_count) * pool->chunk_bytes;
}

static union chunk *pool_take(struct fw_history_pool *pool)
{
	union chunk *chunk = pool->free;

	if (chunk) {
		pool->free = chunk->next;
	} else if (pool->fresh_count > 0) {
		chunk = (union chunk *)pool->fresh;
		pool->fresh += pool->chunk_bytes;
		pool->fresh_count--;
	} else {
		return NULL;
	}
	pool->free_count--;
	return chunk;
}

void fw_history_create(
	struct fw_history_pool *pool, unsigned packets, struct fw_history **ret_history)
{
	struct fw_history *history;

	assert(packets >= CHUNK_PACKETS && (packets & (packets - 1)) == 0);
	history = g_malloc0(sizeof(*history) + packets * sizeof(struct entry) +
		packets / CHUNK_PACKETS * sizeof(struct held));
	history->pool = pool;
	history->mask = packets - 1;
	history->held_mask = packets / CHUNK_PACKETS - 1;
	history->held = (struct held *)(void *)&history->entries[packets];
	*ret_history = history;
}

static struct held *held_at(struct fw_history *history, uint32_t number)
{
	return &history->held[number & history->held_mask];
}

void fw_history_destroy(struct fw_history *history)
{
	if (!history) {
		return;
	}
	for (; history->first != history->end; history->first++) {
		pool_give(history->pool, held_at(history, history->first)->chunk);
	}
	g_free(history);
}

void fw_history_expire(struct fw_history *history, int64_t now_us)
{
	while (history->first != history->end &&
		held_at(history, history->first)->newest_us < now_us - FW_HISTORY_US) {
		pool_give(history->pool, held_at(history, history->first)->chunk);
		history->first++;
	}
}

/* Appends an empty chunk: one of the pool's, else the history's own oldest. */
static int extend(struct fw_history *history, int64_t now_us, uint32_t flush)
{
	union chunk *chunk = NULL;

	fw_history_expire(history, now_us);
	if (history->end - history->first <= history->held_mask) {
		chunk = pool_take(history->pool);
	}
	if (!chunk) {
		const struct held *oldest = held_at(history, history->first);

		if (history->first == history->end) {
			return -ENOSPC;
		}
		if (oldest->flush == flush) {
			return -EAGAIN;
		}
		chunk = oldest->chunk;
		history->first++;
	}
	history->used = 0;
	*held_at(history, history->end++) = (struct held){.chunk = chunk};
	return 0;
}

int fw_history_reserve(struct fw_history *history, size_t bytes, int64_t now_us, uint32_t flush,
	uint8_t **ret_room)
{
	struct held *last;

	assert(bytes <= FW_HISTORY_PACKET_MAX);
	if (history->first == history->end || history->used + bytes > history->pool->chunk_bytes) {
		int r = extend(history, now_us, flush);

		if (r < 0) {
			return r;
		}
	}
	last = held_at(history, history->end - 1);
	last->newest_us = now_us;
	last->flush = flush;
	*ret_room = last->chunk->room + history->used;
	return 0;
}

void fw_history_commit(struct fw_history *history, uint16_t sequence, size_t bytes)
{
	const uint8_t *room = held_at(history, history->end - 1)->chunk->room;

	history->entries[sequence & history->mask] = (struct entry){
		.chunk = history->end - 1,
		.offset = (uint16_t)history->used,
		.bytes = (uint16_t)bytes,
		.sequence = sequence,
	};
	history->used += (uint32_t)((bytes + 7) & ~(size_t)7);
	if (bytes >= PREFETCH_MIN && history->used + bytes <= history->pool->chunk_bytes) {
		/* A burst goes on: have the place of its next packet ready while that is being unprotected. */
		for (size_t at = 0; at < bytes; at += LINE_BYTES) {
			__builtin_prefetch(room + history->used + at, 1);
		}
	}
}

int fw_history_get(struct fw_history *history, uint16_t sequence, int64_t now_us, uint32_t flush,
	const uint8_t **ret_packet, size_t *ret_bytes)
{
	struct entry *entry = &history->entries[sequence & history->mask];
	uint16_t now_ms = (uint16_t)MAX((uint16_t)(now_us / 1000), 1);
	struct held *held;

	/* Held chunks are numbered first ... end - 1; unsigned, so that it holds after 2^32 chunks too. */
	if (!entry->bytes || entry->sequence != sequence ||
		entry->chunk - history->first >= history->end - history->first) {
		return -ENOENT;
	}
	held = held_at(history, entry->chunk);
	if (held->newest_us < now_us - FW_HISTORY_US ||
		(entry->repeated_ms &&
			(uint16_t)(now_ms - entry->repeated_ms) < FW_HISTORY_REPEAT_MIN_US / 1000)) {
		return -ENOENT;
	}
	entry->repeated_ms = now_ms;
	held->flush = flush;
	*ret_packet = held->chunk->room + entry->offset;
	*ret_bytes = entry->bytes;
	return 0;
}
