/* SPDX-License-Identifier: Apache-2.0 */
/* The desk's live records, with undo: a batch whose transaction fails leaves memory as it was.
 *
 * A record is one flat struct that begins with struct fw_record and owns nothing outside itself, so that
 * a copy of its bytes is a copy of the record. Pointers in it lead to other records or to the catalogue.
 *   - touch() before the first change in a batch saves the bytes; a rollback puts them back.
 *   - add() and drop() are undone as well; a dropped record's memory stays until the batch is decided.
 *   - index() changes a hash table so that a rollback changes it back; array_add() and array_remove() an array.
 *   - swap() puts another thing where a record (or the desk) points to one it owns; the one that lost is freed
 *     when the batch is decided.
 *   - remind() is a hint: look at this record at that time. Hints may be stale (the record's own deadline
 *     decides) but are never missing; one that a failed batch had used comes back.
 *
 * Owner: the desk; clears its records at destroy. Threads: the desk's. Errors: none.
 */
#ifndef FW_SIGNALING_DESK_MEMORY_H
#define FW_SIGNALING_DESK_MEMORY_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum fw_record_kind {
	FW_RECORD_DESK,
	FW_RECORD_ACCOUNT,
	FW_RECORD_SESSION,
	FW_RECORD_CLIENT,
	FW_RECORD_WINDOW,
	FW_RECORD_CALL,
	FW_RECORD_PART,
	FW_RECORD_SIGN_IN,
	FW_RECORD_STRANGER,
	FW_RECORD_JOB,
	FW_RECORD_AREA, /* catalogue.h */
	FW_RECORD_BODY,
	FW_RECORD_HALL,
	FW_RECORD_PLACE,
	FW_RECORD_PERSON,
	FW_RECORD_ITEM,
	FW_RECORD_IMPORT,
	FW_RECORD_ITEM_IMPORT,
	FW_RECORD_OUTBOX,
	FW_RECORD_ATTEMPT,
	FW_RECORD_LOAD,
	FW_RECORD_PAGE_JOB, /* cases/pages.h */
	FW_RECORD_WALL, /* wall/wall.h */
	FW_RECORD_WALL_HALL,
	FW_RECORD_WATCHER,
	FW_RECORD_DRILL, /* drill/drill.h */
};

struct fw_record {
	uint64_t serial; /* never used again */
	uint32_t bytes; /* of the whole record */
	uint64_t batch; /* in which it was saved last */
	enum fw_record_kind kind;
};

struct fw_memory;

struct fw_memory *fw_memory_create(void);
void fw_memory_destroy(struct fw_memory *memory);

/* Zeroed but for the header. */
void *fw_memory_add(struct fw_memory *memory, enum fw_record_kind kind, size_t bytes);
void fw_memory_touch(struct fw_memory *memory, void *record);
/* The record is not reachable any more; take it out of every index first. */
void fw_memory_drop(struct fw_memory *memory, void *record);
/* value NULL: removes. The key lies inside a record (or the catalogue), does not change
 * while the record lives, and is not owned by the table. */
void fw_memory_index(struct fw_memory *memory, GHashTable *table, void *key, void *value);

/* The table's elements are not owned by it; their order is not kept by a removal. */
void fw_memory_array_add(struct fw_memory *memory, GPtrArray *array, void *value);
void fw_memory_array_remove(struct fw_memory *memory, GPtrArray *array, void *value);
/* *place owns what it points to; old and value may be NULL. `place` lies in a record that was touched, or
 * outlives the memory. */
void fw_memory_swap(struct fw_memory *memory, void **place, void *value, GDestroyNotify free_value);

void fw_memory_remind(struct fw_memory *memory, const void *record, int64_t at_us);
/* The record of the earliest hint that is due, which is used up; NULL: none is due. */
void *fw_memory_due(struct fw_memory *memory, int64_t now_us);
/* Time of the earliest hint; INT64_MAX: none. */
int64_t fw_memory_next_us(const struct fw_memory *memory);

void fw_memory_commit(struct fw_memory *memory);
void fw_memory_rollback(struct fw_memory *memory);

/* For tests: a number over the bytes of all records, and how many there are. */
uint64_t fw_memory_sum(const struct fw_memory *memory, unsigned *ret_records);

#endif
