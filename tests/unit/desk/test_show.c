/* SPDX-License-Identifier: Apache-2.0 */
/* What one side of a call shows the other on a picture: a pointer, and marks on a live one. */
#include "tests/unit/desk/talk.h"

#include <gst/gst.h>

#define BOX(call) \
	"{\"call\":\"%s\",\"on\":\"live:1-document\",\"mark\":" \
	"{\"shape\":\"box\",\"points\":[[0,1],[9999,10000]],\"more\":1}}", \
		call

static int set_up(void **state)
{
	*state = office_create();
	return 0;
}

static int tear_down(void **state)
{
	office_destroy(*state);
	return 0;
}

/* The data of the responder's next event of this kind is this JSON. */
static void expect_event(
	struct office *office, const struct talk *talk, const char *event, const char *wanted)
{
	json_t *data = office_event(office, talk->responder, event);
	g_autofree char *text = NULL;

	assert_non_null(data);
	json_object_del(data, "call");
	text = json_dumps(data, JSON_COMPACT | JSON_SORT_KEYS);
	assert_string_equal(text, wanted);
	json_decref(data);
}

static int64_t live_marks(struct office *office)
{
	return office_count(office,
		"SELECT COUNT(*) FROM call_marker WHERE kind = 'live_mark' AND participant = 1 AND"
		" text = 'box'");
}

static void test_pointer(void **state)
{
	struct office *office = *state;
	struct talk talk = talk_begin(office);

	json_decref(office_do(office, talk.requester, "pointer.move",
		"{\"call\":\"%s\",\"on\":\"live:1-document\",\"x\":1,\"y\":10000}", talk.call));
	expect_event(office, &talk, "pointer.moved",
		"{\"on\":\"live:1-document\",\"participant\":1,\"x\":1,\"y\":10000}");
	json_decref(office_do(office, talk.requester, "pointer.move",
		"{\"call\":\"%s\",\"on\":\"live:1-document\"}", talk.call));
	expect_event(office, &talk, "pointer.moved",
		"{\"on\":\"live:1-document\",\"participant\":1,\"x\":null,\"y\":null}");
	office_refused(office, talk.requester, "malformed", "pointer.move",
		"{\"call\":\"%s\",\"on\":\"live:1-document\",\"x\":10001,\"y\":1}", talk.call);
	g_free(talk.call);
}

static void test_mark(void **state)
{
	struct office *office = *state;
	struct talk talk = talk_begin(office);

	json_decref(office_do(office, talk.requester, "mark.show", BOX(talk.call)));
	expect_event(office, &talk, "mark.shown",
		"{\"mark\":{\"points\":[[0,1],[9999,10000]],\"shape\":\"box\"},"
		"\"on\":\"live:1-document\",\"participant\":1}");
	json_decref(office_do(office, talk.requester, "mark.show",
		"{\"call\":\"%s\",\"on\":\"live:1-document\"}", talk.call));
	expect_event(office, &talk, "mark.shown",
		"{\"mark\":null,\"on\":\"live:1-document\",\"participant\":1}");
	assert_int_equal(live_marks(office), 1);
	g_free(talk.call);
}

static void test_bounds_of_marks(void **state)
{
	static const char *const wrong[] = {
		"{}",
		"[]",
		"{\"shape\":\"circle\",\"points\":[[1,1],[2,2]]}",
		"{\"shape\":\"box\",\"points\":[[1,1]]}",
		"{\"shape\":\"arrow\",\"points\":[[1,1],[2,2],[3,3]]}",
		"{\"shape\":\"line\",\"points\":[[1,1],[2]]}",
		"{\"shape\":\"line\",\"points\":[[1,1],[2,10001]]}",
		"{\"shape\":\"line\",\"points\":[[1,1],[2,2.5]]}",
	};
	struct office *office = *state;
	struct talk talk = talk_begin(office);

	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
		office_refused(office, talk.requester, "malformed", "mark.show",
			"{\"call\":\"%s\",\"on\":\"live:1-document\",\"mark\":%s}", talk.call,
			wrong[i]);
	}
	json_decref(office_do(office, talk.requester, "mark.show", BOX(talk.call)));
	office_refused(office, talk.requester, "too_many", "mark.show", BOX(talk.call));
	office_wait(office, S / 3);
	json_decref(office_do(office, talk.requester, "mark.show", BOX(talk.call)));
	assert_int_equal(live_marks(office), 2);
	talk_say(office, talk.requester, "call.hangup", talk.call);
	office_wait(office, S);
	office_refused(office, talk.requester, "wrong_state", "mark.show", BOX(talk.call));
	g_free(talk.call);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_pointer, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_mark, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_bounds_of_marks, set_up, tear_down),
	};

	gst_init(&argc, &argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
