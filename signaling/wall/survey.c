/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/wall/survey.h"

#include "signaling/drill/drill.h"
#include "signaling/wall/look.h"

#include <string.h>

const char *const fw_alarm_kinds[] = {"silent", "ringing", "queue", "flood", "missing", "overdue",
	"devices", "sms", "disk", NULL};

/* --- windows ---------------------------------------------------------------------------------------- */

static unsigned faulty_devices(const struct fw_window *window)
{
	unsigned faulty = 0;

	for (int i = 0; i < FW_DEVICE_COUNT; i++) {
		faulty += window->devices[i] != FW_DEVICE_OK &&
			window->devices[i] != FW_DEVICE_UNCHECKED;
	}
	return faulty;
}

static void alarm_of(struct fw_survey *survey, enum fw_alarm_kind kind,
	const struct fw_window *window, int64_t since_us, unsigned count)
{
	struct fw_alarm alarm = {
		.kind = kind,
		.since_us = since_us,
		.area = window->place->hall->area,
		.hall = window->place->hall,
		.window = window,
		.count = count,
	};

	g_array_append_val(survey->alarms, alarm);
}

static void count_window(const struct fw_desk *desk, struct fw_survey *survey,
	const struct fw_window *window, struct fw_wall_counts *counts)
{
	bool online = window->presence != FW_PRESENCE_OFFLINE;
	unsigned faulty = online ? faulty_devices(window) : 0;

	counts->windows++;
	counts->ready += window->presence == FW_PRESENCE_READY;
	counts->busy += window->presence == FW_PRESENCE_BUSY;
	counts->away += window->presence == FW_PRESENCE_AWAY;
	counts->expected += window->expected_us != 0;
	if (window->expected_us && !online) {
		counts->missing++;
		alarm_of(survey, FW_ALARM_MISSING, window,
			MAX(window->expected_us, window->since_us), 0);
	}
	if (window->presence == FW_PRESENCE_AWAY && window->away_until_us < desk->now_us) {
		counts->overdue++;
		alarm_of(survey, FW_ALARM_OVERDUE, window, window->away_until_us, 0);
	}
	if (online && window->silent_us) {
		counts->silent++;
		alarm_of(survey, FW_ALARM_SILENT, window, window->silent_us, 0);
	}
	if (window->flood_told && window->flood_since + desk->setup.flood_us > desk->now) {
		alarm_of(survey, FW_ALARM_FLOOD, window, fw_desk_wall_us(desk, window->flood_since),
			window->flood);
	}
	if (faulty > 0) {
		counts->faulty++;
		alarm_of(survey, FW_ALARM_DEVICES, window, 0, faulty);
	}
}

/* The counts of a hall that is counted just now. */
static struct fw_wall_counts *counts_of(
	struct fw_desk *desk, GHashTable *fresh, const struct fw_hall *hall)
{
	struct fw_wall_hall *row = fw_wall_hall_of(desk, hall);
	struct fw_wall_counts *counts = g_hash_table_lookup(fresh, row);
	const struct fw_drill *drill = fw_drill_at(desk, hall);

	if (!counts) {
		counts = g_new0(struct fw_wall_counts, 1);
		counts->sms_failed = row->sms_failed;
		counts->sms_uncertain = row->sms_uncertain;
		counts->drill = drill ? (unsigned)drill->id : 0;
		g_hash_table_insert(fresh, row, counts);
	}
	return counts;
}

static void alarm_of_messages(struct fw_survey *survey, const struct fw_wall_hall *row)
{
	struct fw_alarm alarm = {
		.kind = FW_ALARM_SMS,
		.area = row->hall->area,
		.hall = row->hall,
		.count = row->sms_failed + row->sms_uncertain,
	};

	if (alarm.count > 0) {
		g_array_append_val(survey->alarms, alarm);
	}
}

/* A row that differs from what was counted before is one to tell. */
static void take_over(struct fw_desk *desk, struct fw_survey *survey, GHashTable *fresh)
{
	static const struct fw_wall_counts nothing;
	GHashTableIter iter;
	void *value;

	g_hash_table_iter_init(&iter, desk->wall_halls);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		struct fw_wall_hall *row = value;
		const struct fw_wall_counts *counts = g_hash_table_lookup(fresh, row);

		alarm_of_messages(survey, row);
		counts = counts ? counts : &nothing;
		if (row->changed && memcmp(&row->counts, counts, sizeof(*counts)) == 0) {
			continue;
		}
		fw_memory_touch(desk->memory, row);
		row->counts = *counts;
		row->changed = desk->wall->change;
	}
}

static void survey_windows(struct fw_desk *desk, struct fw_survey *survey)
{
	g_autoptr(GHashTable) fresh = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	struct fw_wall_counts *counts = NULL;
	const struct fw_hall *hall = NULL;

	for (guint i = 0; i < desk->windows->len; i++) {
		const struct fw_window *window = g_ptr_array_index(desk->windows, i);

		if (window->place->closed) {
			continue;
		}
		if (window->place->hall != hall) { /* those of a hall mostly lie together */
			hall = window->place->hall;
			counts = counts_of(desk, fresh, hall);
		}
		count_window(desk, survey, window, counts);
	}
	take_over(desk, survey, fresh);
}

/* --- calls and queues --------------------------------------------------------------------------------- */

static int by_request(const void *left, const void *right)
{
	const struct fw_call *a = *(const struct fw_call *const *)left;
	const struct fw_call *b = *(const struct fw_call *const *)right;

	return a->requested_us < b->requested_us    ? -1
		: a->requested_us > b->requested_us ? 1
						    : strcmp(a->id, b->id);
}

static void survey_calls(struct fw_desk *desk, struct fw_survey *survey)
{
	GHashTableIter iter;
	void *value;

	g_hash_table_iter_init(&iter, desk->calls);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct fw_call *call = value;
		struct fw_alarm alarm = {
			.kind = FW_ALARM_RINGING,
			.since_us = call->ringing_us,
			.area = call->area,
			.call = call,
		};

		g_ptr_array_add(survey->calls, value);
		if (call->state == FW_CALL_RINGING &&
			desk->now_us - call->ringing_us >= FW_WALL_RING_US) {
			g_array_append_val(survey->alarms, alarm);
		}
	}
	g_ptr_array_sort(survey->calls, by_request);
}

static int by_wait(const void *left, const void *right)
{
	const struct fw_wall_queue *a = left, *b = right;

	return a->since_us < b->since_us    ? -1
		: a->since_us > b->since_us ? 1
					    : strcmp(a->area->code, b->area->code);
}

static void survey_queues(struct fw_desk *desk, struct fw_survey *survey)
{
	GHashTableIter iter;
	void *value;

	g_hash_table_iter_init(&iter, desk->loads);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		struct fw_wall_queue queue = {.load = value};

		queue.area = fw_catalogue_area(desk->catalogue, queue.load->area);
		for (const struct fw_call *call = queue.load->first; call; call = call->queue_next) {
			queue.waiting++;
			queue.since_us = queue.since_us ? MIN(queue.since_us, call->queued_us)
							: call->queued_us;
		}
		if (queue.area && queue.waiting > 0) {
			g_array_append_val(survey->queues, queue);
		}
	}
	g_array_sort(survey->queues, by_wait);
	for (guint i = 0; i < survey->queues->len; i++) {
		const struct fw_wall_queue *queue =
			&g_array_index(survey->queues, struct fw_wall_queue, i);
		struct fw_alarm alarm = {
			.kind = FW_ALARM_QUEUE,
			.since_us = queue->since_us,
			.area = queue->area,
			.count = queue->waiting,
		};

		if (queue->waiting >= FW_WALL_QUEUE_WAITING ||
			desk->now_us - queue->since_us >= FW_WALL_QUEUE_US) {
			g_array_append_val(survey->alarms, alarm);
		}
	}
}

/* --- all together --------------------------------------------------------------------------------------- */

static const char *place_of(const struct fw_alarm *alarm)
{
	return alarm->window  ? alarm->window->place->id
		: alarm->hall ? alarm->hall->id
		: alarm->call ? alarm->call->id
		: alarm->area ? alarm->area->code
			      : "";
}

/* Worst kind first, then the longest; the last comparison only keeps the order steady. */
static int by_weight(const void *left, const void *right)
{
	const struct fw_alarm *a = left, *b = right;

	if (a->kind != b->kind) {
		return a->kind < b->kind ? -1 : 1;
	}
	if (a->since_us != b->since_us) {
		return a->since_us < b->since_us ? -1 : 1;
	}
	return strcmp(place_of(a), place_of(b));
}

void fw_survey_take(struct fw_desk *desk, struct fw_survey *ret_survey)
{
	struct fw_alarm disk = {.kind = FW_ALARM_DISK};

	ret_survey->alarms = g_array_new(FALSE, FALSE, sizeof(struct fw_alarm));
	ret_survey->queues = g_array_new(FALSE, FALSE, sizeof(struct fw_wall_queue));
	ret_survey->calls = g_ptr_array_new();
	survey_windows(desk, ret_survey);
	survey_calls(desk, ret_survey);
	survey_queues(desk, ret_survey);
	if (desk->tally->space_low) {
		g_array_append_val(ret_survey->alarms, disk);
	}
	g_array_sort(ret_survey->alarms, by_weight);
}

void fw_survey_clear(struct fw_survey *survey)
{
	g_array_free(survey->alarms, TRUE);
	g_array_free(survey->queues, TRUE);
	g_ptr_array_free(survey->calls, TRUE);
}
