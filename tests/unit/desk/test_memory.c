/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include "signaling/desk/memory.h"

struct thing {
	struct fw_record record;
	int64_t key;
	int value;
};

static struct thing *add(struct fw_memory *memory, GHashTable *table, int64_t key, int value)
{
	struct thing *thing = fw_memory_add(memory, FW_RECORD_CALL, sizeof(*thing));

	thing->key = key;
	thing->value = value;
	fw_memory_index(memory, table, &thing->key, thing);
	return thing;
}

static void test_rollback_restores_everything(void **state)
{
	struct fw_memory *memory = fw_memory_create();
	GHashTable *table = g_hash_table_new(g_int64_hash, g_int64_equal);
	struct thing *kept = add(memory, table, 1, 10), *dropped = add(memory, table, 2, 20);
	unsigned before, after;
	uint64_t sum;

	(void)state;
	fw_memory_remind(memory, dropped, 500);
	fw_memory_commit(memory);
	sum = fw_memory_sum(memory, &before);
	fw_memory_touch(memory, kept);
	kept->value = 11;
	fw_memory_touch(memory, kept);
	kept->value = 12;
	assert_ptr_equal(fw_memory_due(memory, 500), dropped);
	fw_memory_index(memory, table, &dropped->key, NULL);
	fw_memory_drop(memory, dropped);
	(void)add(memory, table, 3, 30);
	(void)add(memory, table, 2, 21); /* in the place of the dropped one */
	fw_memory_rollback(memory);
	assert_int_equal(fw_memory_sum(memory, &after), sum);
	assert_int_equal(after, before);
	assert_int_equal(kept->value, 10);
	assert_int_equal(g_hash_table_size(table), 2);
	assert_ptr_equal(g_hash_table_lookup(table, &dropped->key), dropped);
	assert_ptr_equal(fw_memory_due(memory, 500), dropped); /* the hint is back too */
	fw_memory_rollback(memory);
	fw_memory_destroy(memory);
	g_hash_table_destroy(table);
}

static void test_commit_keeps_everything(void **state)
{
	struct fw_memory *memory = fw_memory_create();
	GHashTable *table = g_hash_table_new(g_int64_hash, g_int64_equal);
	struct thing *one = add(memory, table, 1, 10), *two = add(memory, table, 2, 20);
	unsigned count;

	(void)state;
	fw_memory_commit(memory);
	fw_memory_touch(memory, one);
	one->value = 11;
	fw_memory_index(memory, table, &two->key, NULL);
	fw_memory_drop(memory, two);
	fw_memory_commit(memory);
	(void)fw_memory_sum(memory, &count);
	assert_int_equal(count, 1);
	fw_memory_rollback(memory); /* of nothing */
	assert_int_equal(one->value, 11);
	fw_memory_destroy(memory);
	g_hash_table_destroy(table);
}

static void test_hints_come_in_order(void **state)
{
	struct fw_memory *memory = fw_memory_create();
	struct thing *things[50];
	int64_t last = 0;

	(void)state;
	for (int i = 0; i < 50; i++) {
		things[i] = fw_memory_add(memory, FW_RECORD_CALL, sizeof(*things[i]));
		things[i]->value = i * 37 % 50;
		fw_memory_remind(memory, things[i], things[i]->value);
	}
	assert_int_equal(fw_memory_next_us(memory), 0);
	assert_null(fw_memory_due(memory, -1));
	for (int i = 0; i < 50; i++) {
		const struct thing *thing = fw_memory_due(memory, 100);

		assert_true(thing->value >= last);
		last = thing->value;
	}
	assert_int_equal(fw_memory_next_us(memory), INT64_MAX);
	assert_null(fw_memory_due(memory, INT64_MAX - 1));
	fw_memory_destroy(memory);
}

static unsigned freed;

static void count_freed(void *thing)
{
	freed++;
	g_free(thing);
}

static void test_arrays_and_swaps_come_back(void **state)
{
	struct owner {
		struct fw_record record;
		char *text;
	} * owner;
	struct fw_memory *memory = fw_memory_create();
	GPtrArray *array = g_ptr_array_new();
	int one, two;

	(void)state;
	freed = 0;
	owner = fw_memory_add(memory, FW_RECORD_PERSON, sizeof(*owner));
	fw_memory_swap(memory, (void **)&owner->text, g_strdup("a"), count_freed);
	fw_memory_array_add(memory, array, &one);
	fw_memory_commit(memory);
	assert_int_equal(freed, 0); /* there was nothing before */

	fw_memory_touch(memory, owner);
	fw_memory_swap(memory, (void **)&owner->text, g_strdup("b"), count_freed);
	fw_memory_array_remove(memory, array, &one);
	fw_memory_array_add(memory, array, &two);
	fw_memory_rollback(memory);
	assert_string_equal(owner->text, "a");
	assert_int_equal(freed, 1);
	assert_int_equal(array->len, 1);
	assert_ptr_equal(g_ptr_array_index(array, 0), &one);

	fw_memory_touch(memory, owner);
	fw_memory_swap(memory, (void **)&owner->text, g_strdup("c"), count_freed);
	fw_memory_array_remove(memory, array, &two); /* is not there: nothing to undo */
	fw_memory_commit(memory);
	assert_string_equal(owner->text, "c");
	assert_int_equal(freed, 2);
	assert_int_equal(array->len, 1);
	g_free(owner->text);
	g_ptr_array_free(array, TRUE);
	fw_memory_destroy(memory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arrays_and_swaps_come_back),
		cmocka_unit_test(test_rollback_restores_everything),
		cmocka_unit_test(test_commit_keeps_everything),
		cmocka_unit_test(test_hints_come_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
