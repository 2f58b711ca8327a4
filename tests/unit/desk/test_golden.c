/* SPDX-License-Identifier: Apache-2.0 */
/* The golden messages (tests/golden/): every request parses, and what the desk renders has the shape of its file. */
#include "tests/unit/desk/office.h"

#include "signaling/desk/message.h"

#include <dirent.h>
#include <gst/gst.h>
#include <string.h>

static json_t *golden(const char *name)
{
	g_autofree char *path = g_build_filename(g_getenv("FW_GOLDEN"), name, NULL);
	json_t *json = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);

	if (!json) {
		fail_msg("%s cannot be read", path);
	}
	return json;
}

/* --- shapes ------------------------------------------------------------------------------------- */

/* Members that are there only in some states. */
static bool is_optional(const char *key)
{
	static const char *const keys[] = {"face_label", "document_label", "lost_until_us",
		"since_us", "reason", "refused", "invited_by", "transfer", "held_by", "queue",
		"away", NULL};

	return g_strv_contains(keys, key);
}

static void same_shape(const json_t *wanted, const json_t *got, const char *where);

static void same_members(const json_t *wanted, const json_t *got, const char *where)
{
	const char *key;
	json_t *value;

	json_object_foreach ((json_t *)wanted, key, value) {
		g_autofree char *path = g_strdup_printf("%s.%s", where, key);
		const json_t *other = json_object_get(got, key);

		if (!other && !is_optional(key)) {
			fail_msg("%s is missing", path);
		}
		if (other) {
			same_shape(value, other, path);
		}
	}
	json_object_foreach ((json_t *)got, key, value) {
		if (!json_object_get(wanted, key) && !is_optional(key)) {
			fail_msg("%s.%s is not in the golden file", where, key);
		}
	}
}

static void same_shape(const json_t *wanted, const json_t *got, const char *where)
{
	if (json_is_null(wanted) || json_is_null(got) || g_str_has_suffix(where, ".detail")) {
		return; /* the detail of a deed is the deed's own */
	}
	if (json_is_number(wanted)                ? !json_is_number(got)
			: json_is_boolean(wanted) ? !json_is_boolean(got)
						  : json_typeof(wanted) != json_typeof(got)) {
		fail_msg("%s is of another type", where);
	}
	if (json_is_object(wanted)) {
		same_members(wanted, got, where);
	} else if (json_is_array(wanted) && json_array_size(wanted) > 0) {
		for (size_t i = 0; i < json_array_size(got); i++) {
			same_shape(json_array_get(wanted, 0), json_array_get(got, i), where);
		}
	}
}

static void expect_shape(const char *name, const char *member, json_t *got)
{
	json_t *file = golden(name);

	assert_non_null(got);
	same_shape(member ? json_object_get(file, member) : file, got, name);
	json_decref(file);
	json_decref(got);
}

/* --- requests ------------------------------------------------------------------------------------- */

static void check_request(const char *name)
{
	json_t *file = golden(name);
	g_autofree char *text = json_dumps(file, 0);
	struct fw_client_message message;
	g_autofree char *prefix = NULL;

	if (fw_client_message_parse(text, strlen(text), &message) != FW_CODE_OK) {
		fail_msg("%s: %s", name, message.why);
	}
	prefix = g_strdup_printf("request.%s.", fw_method_name(message.method));
	assert_true(g_str_has_prefix(name, prefix));
	fw_client_message_clear(&message);
	json_decref(file);
}

static void test_requests(void **state)
{
	DIR *folder = opendir(g_getenv("FW_GOLDEN"));
	bool seen[FW_METHOD_COUNT] = {false};
	const struct dirent *entry;

	(void)state;
	assert_non_null(folder);
	while ((entry = readdir(folder))) {
		if (!g_str_has_prefix(entry->d_name, "request.")) {
			continue;
		}
		check_request(entry->d_name);
		for (int i = 0; i < FW_METHOD_COUNT; i++) {
			g_autofree char *name = g_strdup_printf(
				"request.%s.json", fw_method_name((enum fw_method)i));

			seen[i] = seen[i] || strcmp(name, entry->d_name) == 0;
		}
	}
	(void)closedir(folder);
	for (int i = 0; i < FW_METHOD_COUNT; i++) {
		if (!seen[i]) {
			fail_msg("no golden request of %s", fw_method_name((enum fw_method)i));
		}
	}
}

/* --- events and replies ----------------------------------------------------------------------------- */

static json_t *answer_of_golden(struct office *office, uint64_t connection, const char *call)
{
	json_t *file = golden("request.rtc.answer.json"), *offer, *params;
	g_autofree char *text = NULL;
	json_t *reply;

	offer = office_event(office, connection, "rtc.offer");
	params = json_object_get(file, "params");
	json_object_set_new(params, "call", json_string(call));
	json_object_set(params, "connection", json_object_get(offer, "connection"));
	json_object_set(params, "revision", json_object_get(offer, "revision"));
	text = json_dumps(params, JSON_COMPACT);
	reply = office_ask(office, connection, "rtc.answer", "%s", text);
	json_decref(offer);
	json_decref(file);
	return reply;
}

static void ringing(struct office *office, uint64_t clerk, uint64_t home, const char *call)
{
	json_t *data;

	expect_shape(
		"event.call.incoming.json", "data", office_event(office, home, "call.incoming"));
	data = office_event(office, home, "rtc.offer");
	expect_shape("event.rtc.offer.json", "data", data);
	expect_shape("reply.call.ring_ack.json", NULL,
		office_ask(office, home, "call.ring_ack",
			"{\"call\":\"%s\",\"stage\":\"displayed\"}", call));
	office_wait(office, 2 * S);
	expect_shape("event.ring.silent.json", "data", office_event(office, home, "ring.silent"));
	expect_shape("reply.rtc.answer.json", NULL, answer_of_golden(office, clerk, call));
	office_media(office, FW_MEDIA_PEER_UP, office_last_peer(office) - 1);
	expect_shape(
		"event.call.state.ringing.json", "data", office_last(office, clerk, "call.state"));
}

static void talking(struct office *office, uint64_t clerk, uint64_t home, const char *call)
{
	uint64_t peer = office_last_peer(office);

	expect_shape("reply.call.answer.json", NULL,
		office_ask(office, home, "call.answer", "{\"call\":\"%s\"}", call));
	expect_shape("reply.chat.send.json", NULL,
		office_ask(office, home, "chat.send",
			"{\"call\":\"%s\",\"text\":\"好\",\"key\":\"k\"}", call));
	expect_shape("event.chat.message.json", "data", office_event(office, clerk, "chat.message"));
	expect_shape("reply.media.set.json", NULL,
		office_ask(office, home, "media.set",
			"{\"call\":\"%s\",\"audio\":\"on\",\"face\":\"on\",\"document\":\"on\"}",
			call));
	expect_shape("event.call.state.json", "data", office_last(office, clerk, "call.state"));
	office_media(office, FW_MEDIA_PEER_UP, peer);
	office_media(office, FW_MEDIA_PEER_SILENT, peer);
	expect_shape("event.call.state.lost.json", "data", office_last(office, clerk, "call.state"));
	office_media(office, FW_MEDIA_PEER_BACK, peer);
	office_wait(office, 2 * S);
	expect_shape("event.call.quality.json", "data", office_last(office, clerk, "call.quality"));
	expect_shape("reply.rtc.reopen.json", NULL,
		office_ask(office, clerk, "rtc.reopen", "{\"call\":\"%s\"}", call));
	expect_shape("event.rtc.closed.json", "data", office_event(office, clerk, "rtc.closed"));
	expect_shape("reply.call.hangup.json", NULL,
		office_ask(office, home, "call.hangup", "{\"call\":\"%s\"}", call));
	expect_shape(
		"event.call.state.ended.json", "data", office_last(office, clerk, "call.state"));
}

static void test_a_call(void **state)
{
	struct office *office = office_create();
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t home = office_sit(office, "home1", "441523-01-1");
	uint64_t home2 = office_sit(office, "home2", "441523-01-2");
	json_t *reply;
	g_autofree char *call = NULL;

	(void)state;
	expect_shape("event.hello.json", "data", office_event(office, clerk, "hello"));
	expect_shape("event.presence.changed.json", "data",
		office_event(office, clerk, "presence.changed"));
	expect_shape("reply.directory.targets.json", NULL,
		office_ask(office, clerk, "directory.targets",
			"{\"item\":\"fanglei-jungong\",\"area\":\"441523\"}"));
	reply = office_ask(office, clerk, "call.request",
		"{\"item\":\"fanglei-jungong\",\"area\":\"441523\",\"material\":3,"
		"\"note\":\"资质证看不清\",\"citizen_informed\":true}");
	call = g_strdup(text_at(reply, "result.call.id"));
	expect_shape("reply.call.request.json", NULL, reply);
	expect_shape(
		"event.rtc.offer.nobody.json", "data", office_event(office, clerk, "rtc.offer"));
	expect_shape("reply.call.request.own_window_busy.json", NULL,
		office_ask(office, clerk, "call.request",
			"{\"item\":\"fanglei-jungong\",\"area\":\"441523\","
			"\"citizen_informed\":true}"));
	expect_shape("reply.rtc.reopen.json", NULL,
		office_ask(office, clerk, "rtc.reopen", "{\"call\":\"%s\"}", call));
	ringing(office, clerk, home, call);
	talking(office, clerk, home, call);
	expect_shape("event.call.state.withdrawn.json", "data",
		office_last(office, home2, "call.state"));
	expect_shape("reply.window.release.json", NULL,
		office_ask(office, clerk, "window.release", "{}"));
	office_destroy(office);
}

static void test_a_party(void **state)
{
	struct office *office = office_create();
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t home = office_sit(office, "home1", "441523-01-1"), third;
	g_autofree char *call = office_call(office, clerk);

	(void)state;
	json_decref(answer_of_golden(office, clerk, call));
	json_decref(office_do(office, home, "call.answer", "{\"call\":\"%s\"}", call));
	third = office_sit(office, "home2", "441523-01-2");
	expect_shape("reply.call.invite.json", NULL,
		office_ask(office, home, "call.invite",
			"{\"call\":\"%s\",\"window\":\"441523-01-2\"}", call));
	expect_shape("reply.call.take_back.json", NULL,
		office_ask(office, home, "call.take_back", "{\"call\":\"%s\",\"participant\":3}",
			call));
	json_decref(office_last(office, third, "call.incoming"));
	expect_shape("reply.call.transfer.json", NULL,
		office_ask(office, home, "call.transfer",
			"{\"call\":\"%s\",\"window\":\"441523-01-2\"}", call));
	expect_shape("event.call.incoming.invited.json", "data",
		office_event(office, third, "call.incoming"));
	json_decref(office_do(
		office, home, "call.take_back", "{\"call\":\"%s\",\"participant\":4}", call));
	json_decref(office_do(
		office, home, "call.invite", "{\"call\":\"%s\",\"window\":\"441523-01-2\"}", call));
	json_decref(office_do(office, third, "call.answer", "{\"call\":\"%s\"}", call));
	expect_shape("event.rtc.offer.party.json", "data", office_event(office, clerk, "rtc.offer"));
	expect_shape("reply.call.hold.json", NULL,
		office_ask(office, home, "call.hold",
			"{\"call\":\"%s\",\"on\":true,\"participant\":1}", call));
	expect_shape(
		"event.call.state.party.json", "data", office_last(office, clerk, "call.state"));
	office_destroy(office);
}

/* The wall of a county in which a call runs, one window is away and another call waits. */
static void test_the_wall(void **state)
{
	static const char *const events[] = {
		"wall.halls", "wall.windows", "wall.calls", "wall.queues", "wall.alarms"};
	struct office *office = office_create();
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t clerk2 = office_sit(office, "clerk2", "441581-01-2");
	uint64_t home = office_sit(office, "home1", "441523-01-1");
	uint64_t home2 = office_sit(office, "home2", "441523-01-2"), county;
	g_autofree char *token = office_sign_in(office, "supervisor2");
	g_autofree char *call = office_call(office, clerk);

	(void)state;
	json_decref(office_do(office, home, "call.answer", "{\"call\":\"%s\"}", call));
	json_decref(office_do(office, home2, "presence.set",
		"{\"state\":\"away\",\"reason\":\"lunch\",\"until_us\":%" G_GINT64_FORMAT "}",
		office->now_us + 60 * S));
	json_decref(office_do(office, clerk2, "call.request",
		"{\"item\":\"fanglei-jungong\",\"area\":\"441523\",\"citizen_informed\":true}"));
	office_wait(office, 70 * S);
	county = office_connect(office, token);
	expect_shape("reply.wall.watch.json", NULL,
		office_ask(office, county, "wall.watch", "{\"hall\":\"441523-01\"}"));
	for (size_t i = 0; i < G_N_ELEMENTS(events); i++) {
		g_autofree char *file = g_strdup_printf("event.%s.json", events[i]);
		json_t *data = office_event(office, county, events[i]);

		assert_true(json_array_size(at(data, "rows")) > 0);
		expect_shape(file, "data", data);
	}
	office_destroy(office);
}

static void test_refusals(void **state)
{
	struct office *office = office_create();
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3"), home;
	uint64_t home2 = office_sit(office, "home2", "441523-01-2");
	g_autofree char *call = NULL;
	json_t *data;

	(void)state;
	expect_shape("reply.call.request.no_window_ready.json", NULL,
		office_ask(office, home2, "call.request",
			"{\"item\":\"fanglei-jungong\",\"area\":\"441523\","
			"\"window\":\"441523-01-2\",\"citizen_informed\":true}"));
	office_hang(office, home2);
	expect_shape("reply.call.request.nobody_there.json", NULL,
		office_ask(office, clerk, "call.request",
			"{\"item\":\"fanglei-jungong\",\"area\":\"441523\","
			"\"citizen_informed\":true}"));
	expect_shape("reply.call.request.citizen_not_informed.json", NULL,
		office_ask(office, clerk, "call.request",
			"{\"item\":\"fanglei-jungong\",\"area\":\"441523\"}"));
	expect_shape(
		"reply.unknown_method.json", NULL, office_ask(office, clerk, "coffee.make", "{}"));
	home = office_sit(office, "home1", "441523-01-1");
	call = office_call(office, clerk);
	expect_shape("reply.call.refuse.json", NULL,
		office_ask(office, home, "call.refuse",
			"{\"call\":\"%s\",\"reason\":\"other\",\"text\":\"停电\"}", call));
	data = office_last(office, clerk, "call.state");
	assert_string_equal(text_at(data, "call.participants.1.refused.text"), "停电");
	expect_shape("event.call.state.refused.json", "data", data);
	office_destroy(office);
}

/* A queue of two at one window, and a flood. */
static void test_waiting(void **state)
{
	static const char request[] = "{\"item\":\"fanglei-jungong\",\"area\":\"441523\","
				      "\"window\":\"441523-01-1\",\"citizen_informed\":true}";
	struct office *office = office_create();
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t clerk2 = office_sit(office, "clerk2", "441581-01-2");
	uint64_t home2 = office_sit(office, "home2", "441523-01-2");
	uint64_t home = office_sit(office, "home1", "441523-01-1");
	g_autofree char *call = office_call(office, clerk);
	json_t *reply;

	(void)state;
	json_decref(office_do(office, home, "call.answer", "{\"call\":\"%s\"}", call));
	expect_shape("reply.call.request.queued.json", NULL,
		office_ask(office, clerk2, "call.request", "%s", request));
	expect_shape("reply.directory.targets.json", NULL,
		office_ask(office, clerk, "directory.targets",
			"{\"item\":\"fanglei-jungong\",\"area\":\"441523\"}"));
	json_decref(office_ask(office, home2, "call.request", "%s", request));
	json_decref(office_do(office, clerk2, "window.release", "{}"));
	expect_shape("event.call.queue.json", "data", office_last(office, home2, "call.queue"));
	json_decref(office_do(office, clerk, "call.hangup", "{\"call\":\"%s\"}", call));
	json_decref(office_do(office, home, "window.release", "{}"));
	reply = office_ask(office, home2, "call.request", "%s", request);
	while (json_is_true(at(reply, "ok"))) {
		json_decref(reply);
		reply = office_ask(office, home2, "call.request", "%s", request);
	}
	expect_shape("reply.call.request.too_many.json", NULL, reply);
	office_destroy(office);
}

static void test_http(void **state)
{
	static const struct {
		enum fw_operation operation;
		const char *params, *file;
	} reads[] = {
		{FW_OP_AREAS, "{}", "http.areas.get.reply.json"},
		{FW_OP_WINDOWS, "{\"area\":\"441523\"}", "http.windows.get.reply.json"},
		{FW_OP_ITEMS, "{\"q\":\"flzz\"}", "http.items.get.reply.json"},
		{FW_OP_ITEM, "{\"item\":\"fanglei-jungong\"}", "http.item.get.reply.json"},
		{FW_OP_TODAY, "{}", "http.today.get.reply.json"},
		{FW_OP_CALLS, "{}", "http.calls.get.reply.json"},
	};
	struct office *office = office_create();
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t home = office_sit(office, "home1", "441523-01-1");
	g_autofree char *call = office_call(office, clerk);
	g_autofree char *token = NULL, *auditor = NULL, *params = NULL;
	int status;

	(void)state;
	json_decref(office_do(office, home, "call.answer", "{\"call\":\"%s\"}", call));
	json_decref(office_do(office, home, "call.hangup", "{\"call\":\"%s\"}", call));
	token = office_sign_in(office, "clerk1");
	expect_shape("http.session.post.reply.json", NULL,
		json_incref(office_http(office, FW_OP_SESSION_GET, token, NULL)->body));
	expect_shape("http.session.post.reply.taken_over.json", NULL,
		json_incref(office_http(office, FW_OP_SESSION_CREATE, NULL,
			"{\"account\":\"clerk1\",\"password\":\"demo-clerk1\"}")
				    ->body));
	g_free(token);
	token = office_sign_in(office, "clerk1");
	for (size_t i = 0; i < G_N_ELEMENTS(reads); i++) {
		json_t *body =
			office_read(office, reads[i].operation, token, reads[i].params, &status);

		assert_int_equal(status, 200);
		expect_shape(reads[i].file, NULL, body);
	}
	params = g_strdup_printf("{\"call\":\"%s\"}", call);
	expect_shape("http.call.get.reply.json", NULL,
		office_read(office, FW_OP_CALL, token, params, &status));
	auditor = office_sign_in(office, "auditor1");
	expect_shape("http.audit.get.reply.json", NULL,
		office_read(office, FW_OP_AUDIT, auditor, "{}", &status));
	office_destroy(office);
}

/* A call that rings out and is excused, and what each list says of it. */
static void test_supervision(void **state)
{
	static const struct {
		enum fw_operation operation;
		const char *params, *file;
	} reads[] = {
		{FW_OP_LEDGER, "{\"month\":\"202611\"}", "http.ledger.get.reply.json"},
		{FW_OP_LEDGER_ROW, "{\"row\":\"1\"}", "http.ledger_row.get.reply.json"},
		{FW_OP_ESCALATIONS, "{}", "http.escalations.get.reply.json"},
		{FW_OP_MIRROR, "{\"month\":\"202611\"}", "http.mirror.get.reply.json"},
		{FW_OP_FIGURES, "{\"by\":\"window\",\"period\":\"day\"}",
			"http.figures.get.reply.json"},
		{FW_OP_SMS, "{}", "http.sms.get.reply.json"},
		{FW_OP_DRILLS, "{}", "http.drills.get.reply.json"},
	};
	struct office *office = office_create();
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t home = office_sit(office, "home1", "441523-01-1");
	g_autofree char *call = office_call(office, clerk);
	g_autofree char *city = NULL, *params = NULL;
	json_t *verdict = golden("http.verdict.post.request.json"), *wish;
	char *text;
	int status;

	(void)state;
	json_decref(office_do(
		office, home, "call.ring_ack", "{\"call\":\"%s\",\"stage\":\"tone\"}", call));
	office_wait(office, 200 * S);
	city = office_sign_in(office, "supervisor1");
	json_object_set_new(verdict, "row", json_string("1"));
	text = json_dumps(verdict, JSON_COMPACT);
	params = g_strdup(text);
	free(text);
	json_decref(verdict);
	assert_int_equal(office_http(office, FW_OP_LEDGER_VERDICT, city, params)->status, 204);
	g_free(params);
	wish = golden("http.drills.post.request.json");
	text = json_dumps(wish, JSON_COMPACT);
	params = g_strdup(text);
	free(text);
	json_decref(wish);
	assert_int_equal(office_http(office, FW_OP_DRILL_BEGIN, city, params)->status, 201);
	expect_shape(
		"event.drill.changed.json", "data", office_event(office, home, "drill.changed"));
	for (size_t i = 0; i < G_N_ELEMENTS(reads); i++) {
		json_t *body =
			office_read(office, reads[i].operation, city, reads[i].params, &status);

		assert_int_equal(status, 200);
		expect_shape(reads[i].file, NULL, body);
	}
	office_destroy(office);
}

/* An item with a draft beside its version, and a fault in its guide that was answered. */
static void test_catalogue(void **state)
{
	static const struct {
		enum fw_operation operation;
		const char *params, *file;
	} reads[] = {
		{FW_OP_CATALOGUE, "{\"q\":\"flzz\"}", "http.catalogue.get.reply.json"},
		{FW_OP_CATALOGUE_ITEM, "{\"item\":\"fanglei-jungong\"}",
			"http.catalogue_item.get.reply.json"},
		{FW_OP_CATALOGUE_VERSION, "{\"item\":\"fanglei-jungong\",\"version\":\"2\"}",
			"http.catalogue_version.get.reply.json"},
		{FW_OP_CATALOGUE_DRAFT, "{\"item\":\"fanglei-jungong\"}",
			"http.catalogue_draft.get.reply.json"},
		{FW_OP_GUIDE_FAULTS, "{\"list\":\"answer\"}", "http.guide_faults.get.reply.json"},
	};
	struct office *office = office_create();
	g_autofree char *admin = office_sign_in(office, "admin1");
	g_autofree char *clerk = office_sign_in(office, "clerk1");
	g_autofree char *fault = NULL, *answer = NULL;
	json_t *file = golden("http.catalogue_version.get.reply.json");
	json_t *save = json_pack("{s:s, s:i, s:O}", "item", "fanglei-jungong", "revision", 0,
		"document", json_object_get(file, "document"));
	char *text = json_dumps(save, JSON_COMPACT);
	int status;

	(void)state;
	assert_int_equal(office_http(office, FW_OP_CATALOGUE_DRAFT_SAVE, admin, text)->status, 200);
	assert_int_equal(office_http(office, FW_OP_CATALOGUE_PUBLISH, admin,
				 "{\"item\":\"fanglei-jungong\",\"revision\":1}")
				 ->status,
		200);
	free(text);
	json_object_set_new(json_object_get(save, "document"), "name", json_string(""));
	text = json_dumps(save, JSON_COMPACT);
	assert_int_equal(office_http(office, FW_OP_CATALOGUE_DRAFT_SAVE, admin, text)->status, 200);
	free(text);
	fault = g_strdup(text_at(office_http(office, FW_OP_GUIDE_FAULT_REPORT, clerk,
					 "{\"item\":\"fanglei-jungong\",\"area\":\"441523\","
					 "\"material\":3,\"review_point\":1,\"text\":\"x\"}")
					 ->body,
		"fault"));
	answer = g_strdup_printf("{\"fault\":\"%s\",\"action\":\"answer\",\"text\":\"x\","
				 "\"outcome\":\"corrected\"}",
		fault);
	assert_int_equal(office_http(office, FW_OP_GUIDE_FAULT_ACT, admin, answer)->status, 204);
	for (size_t i = 0; i < G_N_ELEMENTS(reads); i++) {
		expect_shape(reads[i].file, NULL,
			office_read(office, reads[i].operation, admin, reads[i].params, &status));
	}
	expect_shape("http.guide_fault.get.reply.json", NULL,
		office_read(office, FW_OP_GUIDE_FAULT, clerk, answer, &status));
	json_decref(save);
	json_decref(file);
	office_destroy(office);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_a_call),
		cmocka_unit_test(test_a_party),
		cmocka_unit_test(test_the_wall),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_waiting),
		cmocka_unit_test(test_http),
		cmocka_unit_test(test_supervision),
		cmocka_unit_test(test_catalogue),
	};

	gst_init(NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
