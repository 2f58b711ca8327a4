/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/recorder/finalised.h"

#include <string.h>

#include "tests/support/webm_reader.h"

const uint8_t finalised_key[FW_AEAD_KEY_BYTES] = {3};

void finalised_collect(void *user, const struct fw_record *record)
{
	struct finalised *fixture = user;
	uint8_t bytes[FW_RECORD_MAX_BYTES];
	size_t size = 0;

	assert_int_equal(fw_record_encode(record, bytes, sizeof(bytes), &size), 0);
	g_ptr_array_add(fixture->records, g_bytes_new(bytes, size));
}

void finalised_collect_segment(
	struct finalised *fixture, int64_t at_us, enum fw_segment_reason reason)
{
	const struct fw_record record = {.kind = FW_RECORD_SEGMENT,
		.track = FW_TRACK_COUNT,
		.at_us = at_us,
		.segment = {.reason = reason, .started_us = START_US, .call_id = CALL}};

	finalised_collect(fixture, &record);
}

int finalised_set_up(void **state)
{
	struct finalised *fixture = g_new0(struct finalised, 1);

	fixture->folder = testing_make_folder();
	fixture->records = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	assert_int_equal(fw_blob_store_open(fixture->folder, &fixture->store), 0);
	talker_init(&fixture->talker, 1, START_US, 7, finalised_collect, fixture);
	finalised_collect_segment(fixture, START_US, FW_SEGMENT_START);
	*state = fixture;
	return 0;
}

int finalised_tear_down(void **state)
{
	struct finalised *fixture = *state;

	talker_fini(&fixture->talker);
	json_decref(fixture->manifest);
	json_decref(fixture->result);
	g_ptr_array_unref(fixture->records);
	fw_blob_store_close(fixture->store);
	testing_remove_folder(fixture->folder);
	g_free(fixture);
	return 0;
}

static struct fw_record decode(gconstpointer bytes)
{
	struct fw_record record;
	size_t used = 0;
	gsize size = 0;
	const uint8_t *data = g_bytes_get_data((GBytes *)bytes, &size);

	assert_int_equal(fw_record_decode(data, size, &record, &used), 0);
	return record;
}

static gint by_time(gconstpointer left, gconstpointer right)
{
	struct fw_record a = decode(*(GBytes *const *)left);
	struct fw_record b = decode(*(GBytes *const *)right);

	return a.at_us < b.at_us ? -1 : a.at_us > b.at_us;
}

int finalised_try(struct finalised *fixture, int64_t end_us)
{
	fw_cleanup(fw_finaliser_destroy) struct fw_finaliser *finaliser = NULL;
	const struct fw_record close = {.kind = FW_RECORD_CLOSE,
		.track = FW_TRACK_COUNT,
		.at_us = end_us + fixture->talker.delay_us}; /* what is said at the end is heard */
	struct fw_segment_end end = {.number = 1, .ended = end_us != 0};
	int r = 0;

	g_ptr_array_sort(fixture->records, by_time);
	assert_int_equal(fw_finaliser_create(
				 fixture->store, RECORDING, finalised_key, NULL, NULL, &finaliser),
		0);
	for (unsigned i = 0; r == 0 && i < fixture->records->len; i++) {
		struct fw_record record = decode(g_ptr_array_index(fixture->records, i));

		r = fw_finaliser_put(finaliser, &record);
	}
	assert_int_equal(fw_finaliser_failed(finaliser), r < 0);
	if (r == 0 && end_us != 0) {
		r = fw_finaliser_put(finaliser, &close);
	}
	fw_finaliser_segment(finaliser, &end);
	return r < 0 ? r : fw_finaliser_finish(finaliser, &fixture->result);
}

void finalised_finish(struct finalised *fixture, int64_t end_us)
{
	assert_int_equal(finalised_try(fixture, end_us), 0);
	assert_int_equal(
		fw_recording_manifest(fixture->store, RECORDING, finalised_key, &fixture->manifest),
		0);
	if (g_getenv("FW_TEST_SHOW")) {
		json_dumpf(fixture->manifest, stderr, JSON_INDENT(1));
	}
	/* Whatever went wrong in the call: every packet has its place. */
	assert_true(json_is_true(json_object_get(fixture->manifest, "accounted")));
}

json_t *finalised_source(struct finalised *fixture, const char *id)
{
	json_t *one;
	size_t index;

	json_array_foreach (json_object_get(fixture->manifest, "sources"), index, one) {
		if (strcmp(json_string_value(json_object_get(one, "id")), id) == 0) {
			return one;
		}
	}
	fail_msg("no source %s", id);
	return NULL;
}

json_t *finalised_track(struct finalised *fixture, const char *id, const char *name)
{
	json_t *one;
	size_t index;

	json_array_foreach (json_object_get(finalised_source(fixture, id), "tracks"), index, one) {
		if (strcmp(json_string_value(json_object_get(one, "track")), name) == 0) {
			return one;
		}
	}
	fail_msg("no track %s", name);
	return NULL;
}

int64_t finalised_number(const json_t *object, const char *name)
{
	assert_true(json_is_integer(json_object_get(object, name)));
	return json_integer_value(json_object_get(object, name));
}

int64_t finalised_packets(
	struct finalised *fixture, const char *id, const char *name, const char *which)
{
	return finalised_number(
		json_object_get(finalised_track(fixture, id, name), "packets"), which);
}

int64_t finalised_total_us(
	struct finalised *fixture, const char *id, const char *name, const char *cause)
{
	json_t *list = json_object_get(finalised_track(fixture, id, name), cause ? "gaps" : "fills");
	json_t *one;
	size_t index;
	int64_t sum = 0;

	json_array_foreach (list, index, one) {
		if (!cause || strcmp(json_string_value(json_object_get(one, "cause")), cause) == 0) {
			sum += finalised_number(one, "to_us") - finalised_number(one, "from_us");
		}
	}
	return sum;
}

bool finalised_has_cause(
	struct finalised *fixture, const char *id, const char *name, const char *cause)
{
	json_t *list = json_object_get(finalised_track(fixture, id, name), "gaps");
	json_t *one;
	size_t index;

	json_array_foreach (list, index, one) {
		if (strcmp(json_string_value(json_object_get(one, "cause")), cause) == 0) {
			return true;
		}
	}
	return false;
}

static char *save(struct finalised *fixture, const char *id)
{
	g_autofree char *name = g_strconcat(id, ".webm", NULL);
	char *path = g_build_filename(fixture->folder, name, NULL);
	fw_cleanup(fw_recording_close) struct fw_recording_file *file = NULL;
	g_autofree char *bytes = NULL;
	size_t size = 0;

	assert_int_equal(
		fw_recording_open(fixture->store, RECORDING, finalised_key, name, &file), 0);
	bytes = g_malloc(fw_recording_size(file));
	assert_int_equal(fw_recording_read(file, 0, bytes, fw_recording_size(file), &size), 0);
	assert_int_equal(size, fw_recording_size(file));
	assert_int_equal(size, finalised_number(finalised_source(fixture, id), "bytes"));
	assert_true(g_file_set_contents(path, bytes, (gssize)size, NULL));
	return path;
}

static void widen(struct finalised_seen *seen, int64_t skew_us)
{
	seen->least_us = MIN(seen->least_us, skew_us);
	seen->most_us = MAX(seen->most_us, skew_us);
}

struct finalised_seen finalised_check_file(struct finalised *fixture, const char *id)
{
	g_autofree char *path = save(fixture, id);
	int64_t start_us = finalised_number(finalised_source(fixture, id), "start_us");
	struct finalised_seen seen = {.least_us = INT64_MAX, .most_us = INT64_MIN};
	int64_t last_us[2] = {-1, -1};
	int64_t audio_end_us = 0;
	struct webm webm;

	webm_read(path, &webm);
	assert_true(webm.cues_in_front);
	assert_true(webm.seeks);
	assert_in_range(webm.duration_us + 2000 -
			finalised_number(finalised_source(fixture, id), "duration_us"),
		0, 4000);
	for (unsigned i = 0; i < webm.packets->len; i++) {
		const struct webm_packet *packet =
			&g_array_index(webm.packets, struct webm_packet, i);
		int64_t true_us = 0;

		assert_true(packet->time_us >= last_us[packet->video]);
		last_us[packet->video] = packet->time_us;
		if (!packet->video) {
			/* No hole: a browser would play on across it. */
			assert_in_range(packet->time_us + 1500 - audio_end_us, 0, 3000);
			audio_end_us = packet->time_us +
				(packet->size == 3 && packet->head[0] != 0xf8
						? (2500 << ((packet->head[0] >> 3) - 28))
						: 20000);
		}
		if (talker_stamp(packet->head, MIN(packet->size, sizeof(packet->head)), &true_us)) {
			widen(&seen, start_us + packet->time_us - true_us);
			*(packet->video ? &seen.video : &seen.audio) += 1;
		} else {
			assert_false(packet->video);
			seen.silence++;
		}
		seen.keys += packet->video && packet->key;
	}
	webm_clear(&webm);
	if (g_getenv("FW_TEST_SHOW")) {
		fprintf(stderr, "%s skew %d..%d us audio %u video %u silence %u keys %u\n", id,
			(int)seen.least_us, (int)seen.most_us, seen.audio, seen.video, seen.silence,
			seen.keys);
	}
	return seen;
}

void finalised_check_skew(const struct finalised_seen *seen)
{
	assert_true(seen->most_us - seen->least_us <= SKEW_US);
	/* And on the wall clock: the path's least delay cannot be known, but nothing more. */
	assert_true(seen->least_us >= -SKEW_US && seen->most_us <= SKEW_US);
}
