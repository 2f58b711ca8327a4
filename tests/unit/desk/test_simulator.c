/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Office life by dice: people come and go, call, answer, talk and vanish; messages come late, twice or broken; the
 * media, the recorder and the finaliser answer or fail; the clock is set; commits fail; the server dies between
 * commit and output. After every step the invariants below hold. The same seed gives the same life.
 *
 *     FW_SEEDS=200 FW_STEPS=20000 test-desk-simulator      more of it
 */
#include "tests/unit/desk/invariants.h"
#include "tests/unit/desk/office.h"

#include "base/audit.h"
#include "signaling/desk/state.h"

#include <gst/gst.h>
#include <string.h>

#define AREAS      3
#define APPLICANTS 3
#define HOMES      3
#define PEOPLE     (AREAS * (APPLICANTS + HOMES))
#define CALLS_KEPT 8 /* ids that late messages name */

struct person {
	char name[32]; /* of the account and of the window */
	bool home;
	char *token;
	uint64_t connection; /* 0: none */
};

struct world {
	struct office *office;
	uint64_t dice;
	struct person people[PEOPLE];
	char calls[CALLS_KEPT][FW_ID_SIZE];
	unsigned next_call;
	/* of this run of the server */
	GHashTable *peers; /* open: peer -> call */
	GHashTable *journals; /* open: call -> 1 */
	GHashTable *closing; /* CLOSE sent, CLOSED not yet: call -> 1 */
	GHashTable *jobs; /* running: job -> 1 */
	GHashTable *closed; /* connections that are over: nothing may be sent to them */
	GHashTable *leaving; /* those that close in this step */
	/* of this step */
	GHashTable *asked; /* connection -> GHashTable of ids not replied to */
	uint64_t digest; /* over everything that was sent */
	unsigned answered, replies, failures, restarts;
};

/* --- dice ----------------------------------------------------------------------------------------- */

static uint64_t roll(struct world *world, uint64_t sides)
{
	world->dice ^= world->dice << 13;
	world->dice ^= world->dice >> 7;
	world->dice ^= world->dice << 17;
	return (world->dice >> 11) % sides;
}

static struct person *anybody(struct world *world)
{
	return &world->people[roll(world, PEOPLE)];
}

static void digest(struct world *world, const void *bytes, size_t size)
{
	const uint8_t *byte = bytes;

	for (size_t i = 0; i < size; i++) {
		world->digest = (world->digest ^ byte[i]) * 1099511628211U;
	}
}

/* --- what the desk says ---------------------------------------------------------------------------- */

#define KEY(number) GSIZE_TO_POINTER((gsize)(number))

static void watch_send(struct world *world, const struct fw_desk_output *output)
{
	json_t *message = json_loads(output->send.text, JSON_REJECT_DUPLICATES, NULL);
	GHashTable *ids = g_hash_table_lookup(world->asked, KEY(output->send.connection));

	assert_false(g_hash_table_contains(world->closed, KEY(output->send.connection)));
	if (strcmp(text_at(message, "type"), "reply") == 0) {
		int64_t id = json_integer_value(at(message, "id"));

		assert_non_null(ids);
		assert_true(g_hash_table_remove(ids, KEY(id))); /* asked, and not answered before */
		world->replies++;
		if (json_is_string(at(message, "result.call.id"))) {
			g_strlcpy(world->calls[world->next_call++ % CALLS_KEPT],
				text_at(message, "result.call.id"), FW_ID_SIZE);
		}
	}
	digest(world, output->send.text, strlen(output->send.text));
	json_decref(message);
}

static void watch_media(struct world *world, const struct fw_media_command *command)
{
	const struct fw_call *call =
		g_hash_table_lookup(world->office->desk->calls_by_handle, &command->call);

	digest(world, &command->kind, sizeof(command->kind));
	digest(world, &command->peer, sizeof(command->peer));
	if (command->kind == FW_MEDIA_PEER_OPEN) {
		assert_true(
			g_hash_table_insert(world->peers, KEY(command->peer), KEY(command->call)));
		return;
	}
	assert_true(g_hash_table_contains(world->peers, KEY(command->peer)));
	if (command->kind == FW_MEDIA_PEER_CLOSE) {
		g_hash_table_remove(world->peers, KEY(command->peer));
	}
	if (command->kind == FW_MEDIA_PEER_GATE && call) {
		assert_int_equal(call->state, FW_CALL_ANSWERED); /* nothing is forwarded before */
	}
	if (command->kind == FW_MEDIA_PEER_RECORD) {
		assert_true(g_hash_table_contains(world->journals, KEY(command->call)));
	}
}

static void watch_recorder(struct world *world, const struct fw_recorder_command *command)
{
	void *key = KEY(command->call);

	switch (command->kind) {
	case FW_RECORDER_OPEN:
		assert_true(g_hash_table_insert(world->journals, key, key));
		break;
	case FW_RECORDER_CLOSE:
		assert_true(g_hash_table_remove(world->journals, key));
		assert_true(g_hash_table_insert(world->closing, key, key));
		break;
	case FW_RECORDER_PARTICIPANT:
	case FW_RECORDER_MARK:
		assert_true(g_hash_table_contains(world->journals, key));
		break;
	case FW_RECORDER_FORGET:
		break;
	}
}

static void watch(void *user, const struct fw_desk_output *output)
{
	struct world *world = user;

	digest(world, &output->kind, sizeof(output->kind));
	switch (output->kind) {
	case FW_OUT_CLIENT_SEND:
		watch_send(world, output);
		break;
	case FW_OUT_CLIENT_CLOSE:
		g_hash_table_add(world->closed, KEY(output->close.connection));
		break;
	case FW_OUT_MEDIA:
		watch_media(world, &output->media.command);
		break;
	case FW_OUT_RECORDER:
		watch_recorder(world, &output->recorder);
		break;
	case FW_OUT_JOB:
		if (output->job.kind == FW_JOB_START) { /* a FINISH may cross with the job's end */
			assert_true(g_hash_table_add(world->jobs, KEY(output->job.job)));
		}
		break;
	default:
		break;
	}
}

/* --- invariants ------------------------------------------------------------------------------------- */

static void check_replied(void *connection, void *ids, void *user)
{
	const struct world *world = user;

	/* A connection that was ended in this step need not be answered any more. */
	if (!g_hash_table_contains(world->closed, connection) &&
		!g_hash_table_contains(world->leaving, connection)) {
		assert_int_equal(g_hash_table_size(ids), 0);
	}
}

static void check(struct world *world)
{
	const struct fw_desk *desk = world->office->desk;

	invariants_check(world->office);
	assert_int_equal(g_hash_table_size(world->peers), g_hash_table_size(desk->peers));
	assert_true(fw_desk_next_wakeup_us(desk) > world->office->now_us);
}

/* --- steps -------------------------------------------------------------------------------------------- */

static void begin_run(struct world *world)
{
	g_hash_table_remove_all(world->peers);
	g_hash_table_remove_all(world->journals);
	g_hash_table_remove_all(world->closing);
	g_hash_table_remove_all(world->jobs);
	g_hash_table_remove_all(world->asked);
	g_hash_table_remove_all(world->leaving);
	for (int i = 0; i < PEOPLE; i++) {
		world->people[i].connection = 0;
	}
}

/* Sometimes the batch fails first: nothing may have changed. */
static void fail_first(struct world *world)
{
	struct office *office = world->office;
	unsigned before, after;
	uint64_t sum = fw_memory_sum(office->desk->memory, &before);

	fw_db_fail_nth(office->db, 1 + (unsigned)roll(world, 12), -28);
	if (office_try_step(office) < 0) {
		world->failures++;
		assert_int_equal(fw_memory_sum(office->desk->memory, &after), sum);
		assert_int_equal(after, before);
	}
	fw_db_fail_nth(office->db, 0, 0);
}

static void close_one(void *connection, void *value, void *closed)
{
	(void)value;
	g_hash_table_add(closed, connection);
}

static void step(struct world *world)
{
	if (roll(world, 20) == 0) {
		fail_first(world);
	}
	office_step(world->office);
	g_hash_table_foreach(world->asked, check_replied, world);
	g_hash_table_remove_all(world->asked);
	g_hash_table_foreach(world->leaving, close_one, world->closed);
	g_hash_table_remove_all(world->leaving);
	check(world);
	for (int i = 0; i < PEOPLE; i++) {
		struct person *person = &world->people[i];

		if (person->connection &&
			g_hash_table_contains(world->closed, KEY(person->connection))) {
			person->connection = 0;
		}
	}
	g_hash_table_remove_all(world->office->messages);
	g_hash_table_remove_all(world->office->answers);
}

static void restart(struct world *world, bool lose)
{
	struct office *office = world->office;

	if (lose) { /* what is waiting is committed, and nobody hears of it */
		office->lose_outputs = true;
		(void)office_try_step(office);
		office->lose_outputs = false;
	}
	begin_run(world);
	world->restarts++;
	office_restart(office);
	check(world);
}

static void ask(struct world *world, struct person *person, const char *method, const char *params)
{
	GHashTable *ids;
	int64_t id;

	if (!person->connection) {
		return;
	}
	id = office_queue(world->office, person->connection, method, params);
	ids = g_hash_table_lookup(world->asked, KEY(person->connection));
	if (!ids) {
		ids = g_hash_table_new(NULL, NULL);
		g_hash_table_insert(world->asked, KEY(person->connection), ids);
	}
	g_hash_table_add(ids, KEY(id));
}

/* --- what people do ------------------------------------------------------------------------------------- */

static void come(struct world *world, struct person *person)
{
	struct fw_desk_input input = {.kind = FW_IN_CLIENT_OPENED};
	g_autofree char *take = g_strdup_printf(
		"{\"window\":\"%s\",\"devices\":{\"face\":\"ok\",\"document\":\"ok\","
		"\"microphone\":\"ok\",\"speaker\":\"ok\"},\"codecs\":[\"VP8\"],\"takeover\":%s}",
		roll(world, 12) ? person->name : anybody(world)->name,
		roll(world, 4) ? "false" : "true");

	if (!person->token || roll(world, 30) == 0) {
		g_free(person->token);
		person->token = office_sign_in(world->office, person->name);
	}
	if (!person->connection || roll(world, 4) == 0) { /* a reload: the old one is still there */
		input.opened.connection = world->office->next_connection++;
		input.opened.token = g_strdup(person->token);
		g_array_append_val(world->office->inputs, input);
		person->connection = input.opened.connection;
	}
	ask(world, person, "window.take", take);
}

static void go(struct world *world, struct person *person)
{
	struct fw_desk_input input = {.kind = FW_IN_CLIENT_CLOSED};

	if (!person->connection) {
		return;
	}
	if (roll(world, 3) == 0) {
		ask(world, person, "window.release", "{}");
		return;
	}
	input.closed.connection = person->connection;
	g_array_append_val(world->office->inputs, input);
	g_hash_table_add(world->leaving, KEY(person->connection));
	person->connection = 0;
}

static void call_somebody(struct world *world, struct person *person)
{
	g_autofree char *area = office_area((unsigned)roll(world, AREAS));
	g_autofree char *params = g_strdup_printf(
		"{\"item\":\"item\",\"area\":\"%s\",\"citizen_informed\":true}", area);

	ask(world, person, "call.request", params);
}

static void talk(struct world *world, struct person *person)
{
	static const struct {
		const char *method, *more;
	} things[] = {
		{"call.answer", ""}, {"call.answer", ""}, {"call.answer", ""},
		{"call.refuse", ",\"reason\":\"not_our_matter\""},
		{"call.ring_ack", ",\"stage\":\"tone\""},
		{"call.ring_ack", ",\"stage\":\"delivered\""}, {"call.cancel", ""},
		{"call.hangup", ""},
		{"media.set", ",\"audio\":\"muted\",\"face\":\"on\",\"document\":\"lost\""},
		{"media.set", ",\"audio\":\"on\",\"face\":\"missing\",\"document\":\"on\""},
		{"chat.send", ",\"text\":\"你好\",\"key\":\"k1\""},
		{"chat.send", ",\"text\":\"再说一遍\",\"key\":\"k2\""}, {"rtc.reopen", ""},
		{"rtc.restart", ",\"connection\":\"c7\""},
		{"rtc.answer", ",\"connection\":\"c7\",\"revision\":1,\"sdp\":\"v=0\""},
		{"stats.report", ",\"connection\":\"c7\",\"up\":{},\"down\":{}"},
		{"call.answer", ",\"call\":\"twice the same key\""}, /* malformed */
	};
	size_t thing = roll(world, G_N_ELEMENTS(things));
	const char *call = world->calls[roll(world, CALLS_KEPT)];
	g_autofree char *params = g_strdup_printf("{\"call\":\"%s\"%s}",
		call[0] ? call : "00000000-0000-7000-8000-000000000000", things[thing].more);

	if (thing == G_N_ELEMENTS(things) - 1) {
		return; /* its reply has id 0: tests/unit/desk/test_message.c */
	}
	ask(world, person, things[thing].method, params);
	if (roll(world, 10) == 0) {
		ask(world, person, things[thing].method, params); /* and once more */
	}
}

/* Everybody with a window answers what rings there: so that calls come to something. */
static void answer_ring(struct world *world, struct person *person)
{
	const struct fw_place *place =
		fw_catalogue_place(world->office->desk->catalogue, person->name);
	const struct fw_window *window = fw_desk_window(world->office->desk, place);
	g_autofree char *params = NULL;

	if (window->part) {
		params = g_strdup_printf("{\"call\":\"%s\"}", window->part->call->id);
		ask(world, person, "call.answer", params);
	}
}

/* --- what happens by itself ------------------------------------------------------------------------------- */

static void *any_key(struct world *world, GHashTable *table)
{
	g_autofree void **keys = NULL;
	guint count;

	keys = g_hash_table_get_keys_as_array(table, &count);
	return count ? keys[roll(world, count)] : NULL;
}

static void media_event(struct world *world)
{
	static const enum fw_media_event_kind kinds[] = {FW_MEDIA_PEER_UP, FW_MEDIA_PEER_UP,
		FW_MEDIA_PEER_UP, FW_MEDIA_PEER_SILENT, FW_MEDIA_PEER_BACK, FW_MEDIA_PEER_LOST,
		FW_MEDIA_PEER_FAILED, FW_MEDIA_QUALITY, FW_MEDIA_TRACK};
	struct fw_desk_input input = {.kind = FW_IN_MEDIA};
	void *peer = any_key(world, world->peers);

	input.media.kind = kinds[roll(world, G_N_ELEMENTS(kinds))];
	input.media.peer = peer && roll(world, 10) ? GPOINTER_TO_SIZE(peer) : roll(world, 50);
	g_array_append_val(world->office->inputs, input);
}

static void recorder_event(struct world *world)
{
	static const enum fw_recorder_event_kind kinds[] = {FW_RECORDER_OPENED, FW_RECORDER_OPENED,
		FW_RECORDER_FAILED, FW_RECORDER_RECOVERED, FW_RECORDER_SPACE_LOW,
		FW_RECORDER_SPACE_OK};
	struct fw_desk_input input = {.kind = FW_IN_RECORDER};
	void *call = any_key(world, world->closing);

	input.recorder.at_us = world->office->now_us;
	if (call && roll(world, 2)) {
		input.recorder.kind = FW_RECORDER_CLOSED;
		g_hash_table_remove(world->closing, call);
	} else {
		call = any_key(world, world->journals);
		input.recorder.kind = kinds[roll(world, G_N_ELEMENTS(kinds))];
	}
	input.recorder.call = GPOINTER_TO_SIZE(call);
	g_array_append_val(world->office->inputs, input);
}

#define SHA "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static void job_event(struct world *world)
{
	struct fw_desk_input input = {.kind = FW_IN_JOB};
	void *job = any_key(world, world->jobs);

	if (!job) {
		return;
	}
	g_hash_table_remove(world->jobs, job);
	input.job.job = GPOINTER_TO_SIZE(job);
	input.job.kind = roll(world, 3) ? FW_JOB_DONE : FW_JOB_FAILED;
	input.job.failure = FW_JOB_FAILURE_EXIT;
	if (input.job.kind == FW_JOB_DONE) {
		input.job.result = g_strdup(
			"{\"state\":\"complete\",\"duration_us\":1,\"bytes\":1,\"sources\":[],"
			"\"manifest_bytes\":1,\"manifest_sha256\":\"" SHA "\"}");
	}
	g_array_append_val(world->office->inputs, input);
}

static void pass_time(struct world *world)
{
	static const int64_t most_us[] = {
		S / 100, S / 100, S / 10, S / 10, S, S, S, 10 * S, 10 * S, 90 * S};

	world->office->now_us +=
		(int64_t)roll(world, (uint64_t)most_us[roll(world, G_N_ELEMENTS(most_us))]);
	if (roll(world, 200) == 0) { /* somebody sets the clock */
		world->office->now_us += (int64_t)roll(world, 7200 * (uint64_t)S) - 3600 * S;
	}
}

static void act(struct world *world)
{
	struct person *person = anybody(world);
	uint64_t die = roll(world, 100);

	if (die < 25) {
		come(world, person);
	} else if (die < 30) {
		go(world, person);
	} else if (die < 45) {
		call_somebody(world, person);
	} else if (die < 60) {
		answer_ring(world, person);
	} else if (die < 75) {
		talk(world, person);
	} else if (die < 85) {
		media_event(world);
	} else if (die < 92) {
		recorder_event(world);
	} else if (die < 97) {
		job_event(world);
	} else if (die < 98) {
		g_autofree char *away = g_strdup_printf("{\"state\":\"away\",\"reason\":\"break\","
							"\"until_us\":%" G_GINT64_FORMAT "}",
			world->office->now_us + 900 * S);

		ask(world, person, "presence.set", away);
	} else {
		ask(world, person, "presence.set", "{\"state\":\"ready\"}");
	}
}

/* --- a life --------------------------------------------------------------------------------------------- */

static void open_world(struct world *world, uint64_t seed)
{
	memset(world, 0, sizeof(*world));
	world->office = office_create_large(AREAS, APPLICANTS, HOMES);
	world->office->setup.ring_group = (unsigned)(seed % 3);
	world->office->setup.overflow_us = (int64_t)(seed % 2) * 10 * S;
	world->office->setup.queue_us = 120 * S;
	office_restart(world->office);
	world->office->watch = watch;
	world->office->watch_user = world;
	world->dice = seed * 0x9e3779b97f4a7c15U + 1;
	world->digest = 14695981039346656037U;
	world->peers = g_hash_table_new(NULL, NULL);
	world->journals = g_hash_table_new(NULL, NULL);
	world->closing = g_hash_table_new(NULL, NULL);
	world->jobs = g_hash_table_new(NULL, NULL);
	world->closed = g_hash_table_new(NULL, NULL);
	world->leaving = g_hash_table_new(NULL, NULL);
	world->asked = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_hash_table_destroy);
	for (int i = 0; i < PEOPLE; i++) {
		struct person *person = &world->people[i];
		g_autofree char *area = office_area((unsigned)i / (APPLICANTS + HOMES));
		int number = i % (APPLICANTS + HOMES);

		person->home = number >= APPLICANTS;
		g_snprintf(person->name, sizeof(person->name), "%s-%c-%d", area,
			person->home ? 'h' : 'a', person->home ? number - APPLICANTS : number);
	}
}

static void close_world(struct world *world)
{
	for (int i = 0; i < PEOPLE; i++) {
		g_free(world->people[i].token);
	}
	g_hash_table_destroy(world->peers);
	g_hash_table_destroy(world->journals);
	g_hash_table_destroy(world->closing);
	g_hash_table_destroy(world->jobs);
	g_hash_table_destroy(world->closed);
	g_hash_table_destroy(world->leaving);
	g_hash_table_destroy(world->asked);
	office_destroy(world->office);
}

/* Everybody goes home: every call comes to its end, every peer and journal is closed. */
static void end_of_day(struct world *world)
{
	struct office *office = world->office;
	int64_t bad = 0;

	for (int i = 0; i < PEOPLE; i++) {
		if (world->people[i].connection) {
			struct fw_desk_input input = {.kind = FW_IN_CLIENT_CLOSED};

			input.closed.connection = world->people[i].connection;
			g_array_append_val(office->inputs, input);
			world->people[i].connection = 0;
		}
	}
	office_step(office);
	office_wait(office, 200 * S);
	check(world);
	assert_int_equal(g_hash_table_size(office->desk->calls), 0);
	assert_int_equal(g_hash_table_size(world->peers), 0);
	assert_int_equal(g_hash_table_size(world->journals), 0);
	assert_int_equal(fw_audit_verify(office->db, NULL, NULL, &bad), 0);
	/* Each call came to exactly one end. */
	assert_int_equal(
		fw_db_query_int(office->db,
			"SELECT COUNT(*) FROM (SELECT object_id FROM audit_log WHERE action"
			" IN ('call.ended', 'call.cancelled', 'call.refused',"
			" 'call.unanswered', 'call.interrupted') GROUP BY object_id"
			" HAVING COUNT(*) <> 1) AS twice",
			FW_DB_NO_VALUES, &bad),
		0);
	assert_int_equal(bad, 0);
	assert_int_equal(fw_db_query_int(office->db,
				 "SELECT COUNT(*) FROM call WHERE answered_us IS NOT NULL",
				 FW_DB_NO_VALUES, &bad),
		0);
	world->answered = (unsigned)bad;
}

static uint64_t live(uint64_t seed, unsigned steps, bool tell)
{
	struct world world;
	uint64_t sum;

	open_world(&world, seed);
	for (unsigned i = 0; i < steps; i++) {
		uint64_t actions = 1 + roll(&world, 6);

		while (actions-- > 0) {
			act(&world);
		}
		pass_time(&world);
		if (roll(&world, 150) == 0) {
			restart(&world, roll(&world, 2) != 0);
		} else {
			step(&world);
		}
	}
	end_of_day(&world);
	if (tell) {
		print_message("seed %" G_GUINT64_FORMAT ": %u calls answered, %u replies, %u failed"
			      " batches, %u restarts\n",
			seed, world.answered, world.replies, world.failures, world.restarts);
	}
	sum = world.digest;
	close_world(&world);
	return sum;
}

static unsigned from_environment(const char *name, unsigned otherwise)
{
	const char *text = g_getenv(name);

	return text ? (unsigned)strtoul(text, NULL, 10) : otherwise;
}

static void test_many_lives(void **state)
{
	unsigned seeds = from_environment("FW_SEEDS", 3);
	unsigned steps = from_environment("FW_STEPS", 800);

	(void)state;
	for (unsigned seed = 1; seed <= seeds; seed++) {
		(void)live(from_environment("FW_SEED", seed), steps, true);
	}
}

static void test_same_seed_same_life(void **state)
{
	(void)state;
	assert_int_equal(live(77, 300, false), live(77, 300, false));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many_lives),
		cmocka_unit_test(test_same_seed_same_life),
	};

	/* Memory for a disk: the life, not the disk, is under test, and a commit then costs microseconds. */
	if (g_file_test("/dev/shm", G_FILE_TEST_IS_DIR)) {
		g_setenv("TMPDIR", "/dev/shm", TRUE);
	}
	gst_init(NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
