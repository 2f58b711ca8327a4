/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/memory.h"

#include <assert.h>
#include <string.h>

enum undo_kind {
	UNDO_ADD,
	UNDO_DROP,
	UNDO_TOUCH,
	UNDO_INDEX,
	UNDO_HINT,
	UNDO_ARRAY_ADD,
	UNDO_ARRAY_REMOVE,
	UNDO_SWAP,
};

struct undo {
	enum undo_kind kind;
	union {
		struct fw_record *record; /* ADD, DROP, TOUCH */
		struct {
			GHashTable *table;
			void *key, *old_key, *old_value; /* old_value NULL: it was not there */
		} index;
		struct {
			int64_t at_us;
			uint64_t serial;
		} hint;
		struct {
			GPtrArray *array;
			void *value;
		} array;
		struct {
			void **place;
			void *old, *value;
			GDestroyNotify free_value;
		} swap;
	};
	size_t saved_at; /* TOUCH: where in `saved` the bytes are */
};

struct hint {
	int64_t at_us;
	uint64_t serial;
};

struct fw_memory {
	GHashTable *live; /* serial -> record */
	GArray *undo;
	GByteArray *saved;
	GArray *hints; /* a binary heap, earliest first */
	uint64_t next_serial;
	uint64_t batch;
};

struct fw_memory *fw_memory_create(void)
{
	struct fw_memory *memory = g_new0(struct fw_memory, 1);

	memory->live = g_hash_table_new(g_int64_hash, g_int64_equal);
	memory->undo = g_array_new(FALSE, FALSE, sizeof(struct undo));
	memory->saved = g_byte_array_new();
	memory->hints = g_array_new(FALSE, FALSE, sizeof(struct hint));
	memory->next_serial = 1;
	memory->batch = 1;
	return memory;
}

void fw_memory_destroy(struct fw_memory *memory)
{
	GHashTableIter iter;
	void *record;

	fw_memory_commit(memory);
	g_hash_table_iter_init(&iter, memory->live);
	while (g_hash_table_iter_next(&iter, NULL, &record)) {
		g_hash_table_iter_steal(&iter);
		g_free(record);
	}
	g_hash_table_destroy(memory->live);
	g_array_free(memory->undo, TRUE);
	g_byte_array_free(memory->saved, TRUE);
	g_array_free(memory->hints, TRUE);
	g_free(memory);
}

/* --- records -------------------------------------------------------------------------------- */

void *fw_memory_add(struct fw_memory *memory, enum fw_record_kind kind, size_t bytes)
{
	struct fw_record *record = g_malloc0(bytes);
	struct undo undo = {.kind = UNDO_ADD, .record = record};

	record->serial = memory->next_serial++;
	record->bytes = (uint32_t)bytes;
	record->batch = memory->batch; /* nothing older to go back to */
	record->kind = kind;
	g_hash_table_insert(memory->live, &record->serial, record);
	g_array_append_val(memory->undo, undo);
	return record;
}

void fw_memory_touch(struct fw_memory *memory, void *record_void)
{
	struct fw_record *record = record_void;
	struct undo undo = {.kind = UNDO_TOUCH, .record = record, .saved_at = memory->saved->len};

	if (record->batch == memory->batch) {
		return;
	}
	g_byte_array_append(memory->saved, record_void, record->bytes);
	g_array_append_val(memory->undo, undo);
	record->batch = memory->batch;
}

void fw_memory_drop(struct fw_memory *memory, void *record_void)
{
	struct fw_record *record = record_void;
	struct undo undo = {.kind = UNDO_DROP, .record = record};

	g_hash_table_remove(memory->live, &record->serial);
	g_array_append_val(memory->undo, undo);
}

void fw_memory_index(struct fw_memory *memory, GHashTable *table, void *key, void *value)
{
	struct undo undo = {.kind = UNDO_INDEX, .index = {.table = table, .key = key}};

	if (!g_hash_table_lookup_extended(table, key, &undo.index.old_key, &undo.index.old_value)) {
		undo.index.old_value = NULL;
	}
	g_array_append_val(memory->undo, undo);
	if (value) {
		g_hash_table_replace(table, key, value);
	} else {
		g_hash_table_remove(table, key);
	}
}

void fw_memory_array_add(struct fw_memory *memory, GPtrArray *array, void *value)
{
	struct undo undo = {.kind = UNDO_ARRAY_ADD, .array = {array, value}};

	g_ptr_array_add(array, value);
	g_array_append_val(memory->undo, undo);
}

void fw_memory_array_remove(struct fw_memory *memory, GPtrArray *array, void *value)
{
	struct undo undo = {.kind = UNDO_ARRAY_REMOVE, .array = {array, value}};

	if (g_ptr_array_remove_fast(array, value)) {
		g_array_append_val(memory->undo, undo);
	}
}

void fw_memory_swap(struct fw_memory *memory, void **place, void *value, GDestroyNotify free_value)
{
	struct undo undo = {
		.kind = UNDO_SWAP,
		.swap = {place, *place, value, free_value},
	};

	*place = value;
	g_array_append_val(memory->undo, undo);
}

/* --- hints: a binary heap --------------------------------------------------------------------- */

static struct hint *heap(const struct fw_memory *memory)
{
	return (struct hint *)(void *)memory->hints->data;
}

static void push(struct fw_memory *memory, struct hint hint)
{
	guint at = memory->hints->len;
	struct hint *hints;

	g_array_append_val(memory->hints, hint);
	hints = heap(memory);
	while (at > 0 && hints[(at - 1) / 2].at_us > hint.at_us) {
		hints[at] = hints[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	hints[at] = hint;
}

static struct hint pop(struct fw_memory *memory)
{
	struct hint *hints = heap(memory), first = hints[0];
	struct hint last = hints[memory->hints->len - 1];
	guint at = 0, child, size = memory->hints->len - 1;

	g_array_set_size(memory->hints, size);
	while ((child = 2 * at + 1) < size) {
		if (child + 1 < size && hints[child + 1].at_us < hints[child].at_us) {
			child++;
		}
		if (hints[child].at_us >= last.at_us) {
			break;
		}
		hints[at] = hints[child];
		at = child;
	}
	if (size > 0) {
		hints[at] = last;
	}
	return first;
}

void fw_memory_remind(struct fw_memory *memory, const void *record, int64_t at_us)
{
	push(memory, (struct hint){at_us, ((const struct fw_record *)record)->serial});
}

void *fw_memory_due(struct fw_memory *memory, int64_t now_us)
{
	while (memory->hints->len > 0 && heap(memory)->at_us <= now_us) {
		struct hint hint = pop(memory);
		void *record = g_hash_table_lookup(memory->live, &hint.serial);
		struct undo undo = {.kind = UNDO_HINT, .hint = {hint.at_us, hint.serial}};

		/* A record dropped in this batch may come back with a rollback, and needs its hint then. */
		g_array_append_val(memory->undo, undo);
		if (record) {
			return record;
		}
	}
	return NULL;
}

int64_t fw_memory_next_us(const struct fw_memory *memory)
{
	return memory->hints->len > 0 ? heap(memory)->at_us : INT64_MAX;
}

/* --- the end of a batch ----------------------------------------------------------------------- */

static void next_batch(struct fw_memory *memory)
{
	g_array_set_size(memory->undo, 0);
	g_byte_array_set_size(memory->saved, 0);
	memory->batch++;
}

void fw_memory_commit(struct fw_memory *memory)
{
	for (guint i = 0; i < memory->undo->len; i++) {
		const struct undo *undo = &g_array_index(memory->undo, struct undo, i);

		if (undo->kind == UNDO_DROP) {
			g_free(undo->record);
		} else if (undo->kind == UNDO_SWAP && undo->swap.old) {
			undo->swap.free_value(undo->swap.old);
		}
	}
	next_batch(memory);
}

static void take_back(struct fw_memory *memory, const struct undo *undo)
{
	switch (undo->kind) {
	case UNDO_ADD:
		g_hash_table_remove(memory->live, &undo->record->serial);
		g_free(undo->record);
		break;
	case UNDO_DROP:
		g_hash_table_insert(memory->live, &undo->record->serial, undo->record);
		break;
	case UNDO_TOUCH:
		memcpy(undo->record, memory->saved->data + undo->saved_at, undo->record->bytes);
		break;
	case UNDO_INDEX:
		if (undo->index.old_value) {
			g_hash_table_replace(
				undo->index.table, undo->index.old_key, undo->index.old_value);
		} else {
			g_hash_table_remove(undo->index.table, undo->index.key);
		}
		break;
	case UNDO_ARRAY_ADD:
		(void)g_ptr_array_remove_fast(undo->array.array, undo->array.value);
		break;
	case UNDO_ARRAY_REMOVE:
		g_ptr_array_add(undo->array.array, undo->array.value);
		break;
	case UNDO_SWAP:
		*undo->swap.place = undo->swap.old;
		if (undo->swap.value) {
			undo->swap.free_value(undo->swap.value);
		}
		break;
	case UNDO_HINT:
		push(memory, (struct hint){undo->hint.at_us, undo->hint.serial});
		break;
	}
}

void fw_memory_rollback(struct fw_memory *memory)
{
	for (guint i = memory->undo->len; i-- > 0;) {
		struct undo undo = g_array_index(memory->undo, struct undo, i);

		take_back(memory, &undo);
	}
	next_batch(memory);
}

uint64_t fw_memory_sum(const struct fw_memory *memory, unsigned *ret_records)
{
	uint64_t sum = 0;
	GHashTableIter iter;
	void *record;

	g_hash_table_iter_init(&iter, memory->live);
	while (g_hash_table_iter_next(&iter, NULL, &record)) {
		const struct fw_record *header = record;
		const uint8_t *bytes = record;
		uint64_t one = 14695981039346656037U; /* FNV-1a */

		for (size_t i = sizeof(*header); i < header->bytes; i++) {
			one = (one ^ bytes[i]) * 1099511628211U;
		}
		sum += one; /* the order of the table does not matter */
	}
	*ret_records = g_hash_table_size(memory->live);
	return sum;
}
