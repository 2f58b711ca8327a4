/* SPDX-License-Identifier: Apache-2.0 */
/* Where a call goes: every rule of routing.h. */
#include "tests/unit/testing.h"

#include "signaling/desk/routing.h"

static struct fw_route find(const struct fw_candidate *candidates, size_t count)
{
	struct fw_route route;

	fw_route_find(candidates, count, &route);
	return route;
}

#define FIND(candidates) find(candidates, G_N_ELEMENTS(candidates))

static void test_longest_ready_first(void **state)
{
	const struct fw_candidate candidates[] = {
		{.state = FW_CANDIDATE_READY, .since_us = 30},
		{.state = FW_CANDIDATE_READY, .since_us = 10},
		{.state = FW_CANDIDATE_BUSY, .since_us = 1},
		{.state = FW_CANDIDATE_READY, .since_us = 10},
	};
	struct fw_route route = FIND(candidates);

	(void)state;
	assert_int_equal(route.kind, FW_ROUTE_RING);
	assert_int_equal(route.ring_count, 3);
	assert_int_equal(route.ring[0], 1);
	assert_int_equal(route.ring[1], 3);
	assert_int_equal(route.ring[2], 0);
	assert_true(route.more); /* the busy one may be waited for */
}

static void test_groups(void **state)
{
	struct fw_candidate candidates[] = {
		{.state = FW_CANDIDATE_READY, .since_us = 3, .group = 2},
		{.state = FW_CANDIDATE_READY, .since_us = 1, .group = 2},
		{.state = FW_CANDIDATE_READY, .since_us = 2, .group = 2},
	};
	struct fw_route route = FIND(candidates);

	(void)state;
	assert_int_equal(route.ring_count, 2);
	assert_true(route.more);
	candidates[1].tried = true;
	candidates[2].tried = true;
	route = FIND(candidates);
	assert_int_equal(route.ring_count, 1);
	assert_int_equal(route.ring[0], 0);
	assert_false(route.more);
	candidates[0].tried = true;
	route = FIND(candidates);
	assert_int_equal(route.kind, FW_ROUTE_NOBODY);
	assert_int_equal(route.absent_count, 0);
}

static void test_levels(void **state)
{
	struct fw_candidate candidates[] = {
		{.level = FW_LEVEL_DEPARTMENT, .state = FW_CANDIDATE_READY},
		{.level = FW_LEVEL_HALL, .state = FW_CANDIDATE_READY},
		{.level = FW_LEVEL_SERVING, .state = FW_CANDIDATE_READY},
	};
	struct fw_route route;

	(void)state;
	for (size_t i = G_N_ELEMENTS(candidates); i-- > 0;) {
		route = FIND(candidates);
		assert_int_equal(route.kind, FW_ROUTE_RING);
		assert_int_equal(route.ring_count, 1);
		assert_int_equal(route.ring[0], i);
		assert_int_equal(route.more, i > 0);
		candidates[i].tried = true;
	}
	assert_int_equal(FIND(candidates).kind, FW_ROUTE_NOBODY);
}

static void test_waiting(void **state)
{
	struct fw_candidate candidates[] = {
		{.state = FW_CANDIDATE_BUSY},
		{.state = FW_CANDIDATE_AWAY, .on_duty = true},
		{.level = FW_LEVEL_HALL, .state = FW_CANDIDATE_READY},
		{.state = FW_CANDIDATE_READY},
	};
	struct fw_route route;

	(void)state;
	candidates[3].state =
		FW_CANDIDATE_BUSY; /* all that serve are busy: the call waits for them */
	route = FIND(candidates);
	assert_int_equal(route.kind, FW_ROUTE_QUEUE);
	assert_int_equal(route.absent_count, 1);
	assert_int_equal(route.absent[0], 1);
	assert_false(route.passed);
	candidates[3].tried = true; /* one did not answer: the next level comes before waiting */
	route = FIND(candidates);
	assert_int_equal(route.kind, FW_ROUTE_RING);
	assert_int_equal(route.ring[0], 2);
	assert_true(route.passed);
	candidates[2].tried = true; /* nobody else is left: it waits again */
	assert_int_equal(FIND(candidates).kind, FW_ROUTE_QUEUE);
	candidates[0].state = FW_CANDIDATE_AWAY;
	assert_int_equal(FIND(candidates).kind, FW_ROUTE_NOBODY);
}

static void test_absent(void **state)
{
	struct fw_candidate candidates[] = {
		{.state = FW_CANDIDATE_AWAY, .on_duty = true},
		{.state = FW_CANDIDATE_AWAY, .on_duty = false},
		{.level = FW_LEVEL_HALL, .state = FW_CANDIDATE_AWAY, .on_duty = true},
		{.level = FW_LEVEL_DEPARTMENT, .state = FW_CANDIDATE_READY},
	};
	struct fw_route route = FIND(candidates);

	(void)state;
	assert_int_equal(route.kind, FW_ROUTE_RING); /* nobody who serves is there: at once */
	assert_int_equal(route.ring[0], 3);
	assert_int_equal(route.absent_count, 1); /* not who has no duty, nor who does not serve */
	assert_int_equal(route.absent[0], 0);
	assert_true(route.passed);
	candidates[3].state = FW_CANDIDATE_BUSY; /* a department is not waited for */
	route = FIND(candidates);
	assert_int_equal(route.kind, FW_ROUTE_NOBODY);
	assert_int_equal(route.absent_count, 1);
}

static void test_bounds(void **state)
{
	struct fw_candidate candidates[2 * FW_CALL_ATTEMPTS_MAX + 1] = {0};
	struct fw_route route;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(candidates); i++) {
		candidates[i].state = FW_CANDIDATE_READY;
		candidates[i].since_us = (int64_t)(G_N_ELEMENTS(candidates) - i);
	}
	route = FIND(candidates);
	assert_int_equal(route.ring_count, FW_CALL_ATTEMPTS_MAX);
	assert_int_equal(route.ring[0], G_N_ELEMENTS(candidates) - 1);
	assert_true(route.more);
	for (size_t i = 0; i < G_N_ELEMENTS(candidates); i++) {
		candidates[i].state = FW_CANDIDATE_AWAY;
		candidates[i].on_duty = true;
	}
	route = FIND(candidates);
	assert_int_equal(route.kind, FW_ROUTE_NOBODY);
	assert_int_equal(route.absent_count, FW_CALL_ATTEMPTS_MAX);
	assert_int_equal(find(NULL, 0).kind, FW_ROUTE_NOBODY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_longest_ready_first),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_waiting),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
