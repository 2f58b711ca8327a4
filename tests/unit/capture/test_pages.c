/* SPDX-License-Identifier: Apache-2.0 */
/* The worker as the server starts it: blobs in, blobs and facts out. */
#include "tests/unit/testing.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <string.h>

#include "base/blob.h"
#include "base/spawn.h"
#include "capture/content.h"
#include "capture/jpeg.h"
#include "tests/unit/capture/drawn_page.h"

#define STILL     "00000000-0000-8000-8000-000000000001"
#define PAGE      "00000000-0000-8000-8000-000000000002"
#define THUMBNAIL "00000000-0000-8000-8000-000000000003"
#define MONO      "00000000-0000-8000-8000-000000000004"
#define KEY_ID    "case/00000000-0000-8000-8000-00000000000a"

static const uint8_t key[FW_AEAD_KEY_BYTES] = {1, 2, 3};

struct room {
	char *folder;
	struct fw_blob_store *store;
};

static int set_up(void **state)
{
	struct room *room = g_new0(struct room, 1);

	room->folder = testing_make_folder();
	*state = room;
	return fw_blob_store_open(room->folder, &room->store);
}

static int tear_down(void **state)
{
	struct room *room = *state;

	fw_blob_store_close(room->store);
	testing_remove_folder(room->folder);
	g_free(room);
	return 0;
}

static int run_worker(
	const struct room *room, const char *extra, const char *value, json_t **ret_facts)
{
	const char *arguments[] = {"--blobs", room->folder, "--key-id", KEY_ID, "--still", STILL,
		"--page", PAGE, "--thumbnail", THUMBNAIL, extra, value, NULL};
	int pipe_fds[2], key_fd;
	struct fw_process *process = NULL;
	struct fw_process_exit end;
	char text[16384];
	size_t size = 0;
	ssize_t n;

	assert_int_equal(pipe(pipe_fds), 0);
	assert_int_equal(fw_spawn_secret(key, sizeof(key), &key_fd), 0);
	const struct fw_spawn_fd fds[] = {
		{.ours = pipe_fds[1], .theirs = 1}, {.ours = key_fd, .theirs = 3}};
	const struct fw_spawn_options options = {.program = PAGES_PROGRAM,
		.arguments = arguments,
		.fds = fds,
		.fd_count = 2,
		.limits = {.memory_bytes = UINT64_C(1) << 30, .cpu_s = 60, .open_files = 32}};

	assert_int_equal(fw_spawn(&options, &process), 0);
	(void)close(pipe_fds[1]);
	(void)close(key_fd);
	while ((n = read(pipe_fds[0], text + size, sizeof(text) - size)) > 0) {
		size += (size_t)n;
	}
	(void)close(pipe_fds[0]);
	struct pollfd ended = {.fd = fw_process_fd(process), .events = POLLIN};

	assert_int_equal(poll(&ended, 1, -1), 1);
	assert_int_equal(fw_process_reap(process, &end), 0);
	fw_process_destroy(process);
	assert_int_equal(end.signal, 0);
	*ret_facts = json_loadb(text, size, 0, NULL);
	return end.code;
}

static void put_still_of(const struct room *room, int desk, int paper, size_t cut)
{
	fw_cleanup(fw_image_destroy) struct fw_image *image = draw_page(desk, paper);
	const struct fw_jpeg_options options = {.quality = 90};
	g_autofree uint8_t *bytes = NULL;
	size_t size;

	assert_int_equal(fw_jpeg_encode(image, &options, &bytes, &size), 0);
	assert_int_equal(fw_blob_put(room->store, STILL, KEY_ID, key, bytes, size - cut, NULL), 0);
}

static void put_still(const struct room *room, size_t cut)
{
	put_still_of(room, 90, 220, cut);
}

static const char *text_of(json_t *facts, const char *name)
{
	return json_string_value(json_object_get(facts, name));
}

static void makes_a_page(void **state)
{
	const struct room *room = *state;
	json_t *facts = NULL, *again = NULL;
	g_autofree void *page = NULL, *thumbnail = NULL;
	size_t page_size, thumbnail_size;
	struct fw_content content;

	put_still(room, 0);
	assert_int_equal(run_worker(room, NULL, NULL, &facts), 0);
	assert_true(json_is_true(json_object_get(facts, "page_found")));
	assert_string_equal(text_of(facts, "desk"), "none");
	assert_int_equal(fw_blob_get(room->store, PAGE, key, 1 << 24, &page, &page_size), 0);
	fw_content_tell(page, page_size, &content);
	assert_int_equal(content.kind, FW_CONTENT_JPEG);
	assert_int_equal(
		content.width_px, json_integer_value(json_object_get(facts, "page_width_px")));
	assert_in_range(content.width_px, 1180, 1220);
	assert_int_equal(
		fw_blob_get(room->store, THUMBNAIL, key, 1 << 20, &thumbnail, &thumbnail_size), 0);

	/* Run again, turned: the results are replaced. */
	assert_int_equal(run_worker(room, "--turn", "90", &again), 0);
	assert_int_equal(
		content.width_px, json_integer_value(json_object_get(again, "page_height_px")));
	json_decref(again);

	g_autofree void *mono = NULL;

	assert_int_equal(run_worker(room, "--mono", MONO, &again), 0);
	assert_int_equal(fw_blob_get(room->store, MONO, key, 1 << 22, &mono, &page_size), 0);
	fw_content_tell(mono, page_size, &content);
	assert_int_equal(content.kind, FW_CONTENT_PNG);
	assert_int_equal(
		content.width_px, json_integer_value(json_object_get(again, "page_width_px")));
	json_decref(again);
	json_decref(facts);
}

static bool warns(const json_t *facts, const char *warning)
{
	const json_t *one;
	size_t index;

	json_array_foreach (json_object_get(facts, "warnings"), index, one) {
		if (strcmp(json_string_value(one), warning) == 0) {
			return true;
		}
	}
	return false;
}

/* The same page has fewer dots to the inch the larger its paper is said to be. */
static void warns_of_few_dots_to_the_inch(void **state)
{
	const struct room *room = *state;
	json_t *a3 = NULL, *a4 = NULL, *card = NULL;

	put_still(room, 0);
	assert_int_equal(run_worker(room, "--format", "a3", &a3), 0);
	assert_int_equal(run_worker(room, "--format", "a4", &a4), 0);
	assert_int_equal(run_worker(room, "--format", "card", &card), 0);
	assert_true(warns(a3, "low_resolution"));
	assert_true(warns(a4, "low_resolution"));
	assert_false(warns(card, "low_resolution"));
	assert_in_range(json_integer_value(json_object_get(card, "dpi")), 200, 400);
	assert_in_range(100 * json_integer_value(json_object_get(a4, "dpi")) /
			json_integer_value(json_object_get(a3, "dpi")),
		137, 145);
	json_decref(a3);
	json_decref(a4);
	json_decref(card);
}

static void warns_of_too_little_light(void **state)
{
	const struct room *room = *state;
	json_t *dark = NULL, *light = NULL;

	put_still_of(room, 20, 65, 0);
	assert_int_equal(run_worker(room, NULL, NULL, &dark), 0);
	assert_int_equal(fw_blob_erase(room->store, STILL), 0);
	put_still_of(room, 30, 110, 0);
	assert_int_equal(run_worker(room, NULL, NULL, &light), 0);
	assert_true(warns(dark, "dark"));
	assert_false(warns(light, "dark"));
	json_decref(dark);
	json_decref(light);
}

static void names_the_fault(void **state)
{
	const struct room *room = *state;
	json_t *facts = NULL;
	struct fw_blob_info info;

	put_still(room, 20000);
	assert_int_equal(run_worker(room, NULL, NULL, &facts), 0);
	assert_string_equal(text_of(facts, "fault"), "truncated");
	assert_int_equal(fw_blob_info(room->store, PAGE, &info), -ENOENT);
	json_decref(facts);
}

static void tells_how_it_failed(void **state)
{
	const struct room *room = *state;
	json_t *facts = NULL;

	assert_int_equal(run_worker(room, NULL, NULL, &facts), 5); /* no such still */
	assert_null(facts);
	assert_int_equal(run_worker(room, "--turn", "45", &facts), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(makes_a_page, set_up, tear_down),
		cmocka_unit_test_setup_teardown(warns_of_few_dots_to_the_inch, set_up, tear_down),
		cmocka_unit_test_setup_teardown(warns_of_too_little_light, set_up, tear_down),
		cmocka_unit_test_setup_teardown(names_the_fault, set_up, tear_down),
		cmocka_unit_test_setup_teardown(tells_how_it_failed, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
