/* SPDX-License-Identifier: Apache-2.0 */
/* The outbox against a gateway that fails at every step: what it was given, and what becomes of the message. */
#include "tests/unit/desk/office.h"

#include "signaling/desk/codes.h"
#include "signaling/desk/memory.h"
#include "signaling/desk/state.h"
#include "signaling/sms/outbox.h"
#include "signaling/sms/settings.h"

#include <errno.h>
#include <string.h>

#define H (3600 * S)

static const struct fw_sms_settings plain = {.gateway = true};
static const struct fw_sms_settings keyed = {.gateway = true, .idempotent = true};
static const struct fw_sms_settings asked = {.gateway = true, .can_ask = true};

static const char number[] = "13800138000";

static struct office *office_with(const struct fw_sms_settings *settings)
{
	struct office *office = office_create();

	office->setup.sms = settings;
	office_restart(office);
	return office;
}

static int queue(struct office *office, enum fw_sms_kind kind, const char *key, const char *phone)
{
	const struct fw_sms sms = {.kind = kind,
		.key = key,
		.phone = phone,
		.text = "请尽快处理",
		.area = "441523",
		.window = "441523-01-1",
		.subject_kind = "call",
		.subject_id = "c1"};
	int r;

	assert_int_equal(fw_db_begin(office->db), 0);
	r = fw_sms_queue(office->desk, &sms);
	assert_int_equal(fw_db_commit(office->db), 0);
	fw_memory_commit(office->desk->memory);
	return r;
}

static struct fw_gateway_command *command(struct office *office, guint number_of)
{
	assert_true(office->sms_commands->len > number_of);
	return &g_array_index(office->sms_commands, struct fw_gateway_command, number_of);
}

static void answer(
	struct office *office, const struct fw_gateway_command *to, enum fw_gateway_result result)
{
	struct fw_desk_input input = {.kind = FW_IN_SMS};

	input.sms = (struct fw_gateway_event){
		.sms = to->sms, .try = to->try, .step = to->step, .result = result};
	g_array_append_val(office->inputs, input);
	office_step(office);
}

static void assert_state(struct office *office, const char *key, const char *state)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;

	assert_int_equal(fw_db_query(office->db, "SELECT state FROM sms WHERE key = ?1",
				 FW_DB_VALUES(fw_db_text(key)), &rows),
		0);
	assert_int_equal(fw_db_step(rows), 1);
	assert_string_equal(fw_db_column_text(rows, 0), state);
}

static int by_hand(struct office *office, const char *account, enum fw_sms_happening happening)
{
	struct fw_account *who = g_hash_table_lookup(office->desk->accounts, account);
	int r;

	assert_int_equal(fw_db_begin(office->db), 0);
	r = fw_outbox_by_hand(office->desk, who, 1, happening);
	assert_int_equal(fw_db_commit(office->db), 0);
	fw_memory_commit(office->desk->memory);
	office_step(office);
	return r;
}

static int receipt(struct office *office, const char *key, bool delivered)
{
	int r;

	assert_int_equal(fw_db_begin(office->db), 0);
	r = fw_outbox_receipt(office->desk, key, delivered);
	assert_int_equal(fw_db_commit(office->db), 0);
	fw_memory_commit(office->desk->memory);
	return r;
}

static guint sends(const struct office *office)
{
	guint count = 0;

	for (guint i = 0; i < office->sms_commands->len; i++) {
		count += g_array_index(office->sms_commands, struct fw_gateway_command, i).step ==
			FW_GATEWAY_SEND;
	}
	return count;
}

/* --- the straight way ----------------------------------------------------------------------------- */

static void test_one_key_one_message(void **state)
{
	struct office *office = office_with(&plain);

	(void)state;
	assert_int_equal(queue(office, FW_SMS_UNANSWERED, "a/1", number), 0);
	assert_int_equal(queue(office, FW_SMS_UNANSWERED, "a/1", number), 0);
	office_step(office);
	assert_int_equal(office->sms_commands->len, 1);
	assert_string_equal(command(office, 0)->key, "a/1");
	assert_string_equal(command(office, 0)->phone, number);
	assert_string_equal(command(office, 0)->text, "请尽快处理");
	assert_state(office, "a/1", "handing");
	answer(office, command(office, 0), FW_GATEWAY_ACCEPTED);
	assert_state(office, "a/1", "handed");
	answer(office, command(office, 0), FW_GATEWAY_UNCLEAR); /* an answer comes once */
	assert_state(office, "a/1", "handed");
	assert_int_equal(receipt(office, "a/1", true), 1);
	assert_int_equal(receipt(office, "a/1", true), 1);
	assert_int_equal(receipt(office, "a/1", false), 1);
	assert_state(office, "a/1", "delivered");
	assert_int_equal(receipt(office, "a/2", true), 0);
	assert_int_equal(queue(office, FW_SMS_UNANSWERED, "a/1", number), 0);
	office_wait(office, 24 * H);
	assert_int_equal(office->sms_commands->len, 1);
	office_destroy(office);
}

static void test_no_number_no_gateway(void **state)
{
	struct office *office = office_create();

	(void)state;
	assert_int_equal(queue(office, FW_SMS_UNANSWERED, "a/1", NULL), 0);
	assert_int_equal(queue(office, FW_SMS_UNANSWERED, "a/2", "12a45"), 0);
	assert_int_equal(queue(office, FW_SMS_UNANSWERED, "a/3", number), 0);
	office_step(office);
	assert_int_equal(office->sms_commands->len, 0);
	assert_state(office, "a/1", "failed");
	assert_state(office, "a/2", "failed");
	assert_state(office, "a/3", "failed");
	office_destroy(office);
}

static void test_limit_in_hand(void **state)
{
	struct office *office = office_with(&plain);

	(void)state;
	for (unsigned i = 0; i < FW_SMS_HANDING_MAX + 3; i++) {
		g_autofree char *key = g_strdup_printf("a/%u", i);

		assert_int_equal(queue(office, FW_SMS_UNANSWERED, key, number), 0);
	}
	office_step(office);
	assert_int_equal(office->sms_commands->len, FW_SMS_HANDING_MAX);
	answer(office, command(office, 0), FW_GATEWAY_ACCEPTED);
	answer(office, command(office, 1), FW_GATEWAY_REFUSED);
	answer(office, command(office, 2), FW_GATEWAY_UNCLEAR);
	assert_int_equal(office->sms_commands->len, FW_SMS_HANDING_MAX + 3);
	office_destroy(office);
}

/* --- a gateway that fails --------------------------------------------------------------------------- */

static void test_refused_for_now(void **state)
{
	struct office *office = office_with(&plain);

	(void)state;
	assert_int_equal(queue(office, FW_SMS_UNANSWERED, "a/1", number), 0);
	office_step(office);
	answer(office, command(office, 0), FW_GATEWAY_LATER);
	assert_state(office, "a/1", "waiting");
	office_wait(office, 4 * S);
	assert_int_equal(office->sms_commands->len, 1);
	office_wait(office, S);
	assert_int_equal(office->sms_commands->len, 2);
	for (guint i = 1; i < FW_SMS_TRIES_MAX; i++) {
		answer(office, command(office, i), FW_GATEWAY_LATER);
		office_wait(office, H);
	}
	assert_int_equal(office->sms_commands->len, FW_SMS_TRIES_MAX);
	assert_state(office, "a/1", "failed"); /* never taken: certainly not sent */
	assert_int_equal(by_hand(office, "supervisor1", FW_SMS_RESEND), 0);
	assert_int_equal(office->sms_commands->len, FW_SMS_TRIES_MAX + 1);
	assert_string_equal(command(office, FW_SMS_TRIES_MAX)->key, "a/1#2");
	office_destroy(office);
}

/* It neither honours keys nor answers questions: an unclear result stays unclear until a person decides. */
static void test_unclear_stays(void **state)
{
	struct office *office = office_with(&plain);

	(void)state;
	assert_int_equal(queue(office, FW_SMS_UNANSWERED, "a/1", number), 0);
	office_step(office);
	answer(office, command(office, 0), FW_GATEWAY_UNCLEAR);
	assert_state(office, "a/1", "uncertain");
	office_wait(office, 24 * H);
	office_restart(office);
	office_wait(office, 24 * H);
	assert_int_equal(office->sms_commands->len, 0); /* the restart forgot the first */
	assert_state(office, "a/1", "uncertain");
	assert_int_equal(by_hand(office, "auditor1", FW_SMS_RESEND), FW_CODE_FORBIDDEN);
	assert_int_equal(by_hand(office, "supervisor1", FW_SMS_RESEND), 0);
	assert_int_equal(office->sms_commands->len, 1);
	assert_string_equal(command(office, 0)->key, "a/1#2");
	assert_int_equal(by_hand(office, "supervisor1", FW_SMS_RESEND), FW_CODE_WRONG_STATE);
	/* The first one arrived after all. */
	assert_int_equal(receipt(office, "a/1", true), 1);
	assert_state(office, "a/1", "delivered");
	office_destroy(office);
}

static void test_unclear_under_one_key(void **state)
{
	struct office *office = office_with(&keyed);

	(void)state;
	assert_int_equal(queue(office, FW_SMS_UNANSWERED, "a/1", number), 0);
	office_step(office);
	answer(office, command(office, 0), FW_GATEWAY_UNCLEAR);
	office_wait(office, 5 * S);
	assert_string_equal(command(office, 1)->key, "a/1");
	answer(office, command(office, 1), FW_GATEWAY_ACCEPTED);
	assert_state(office, "a/1", "handed");
	/* Refused at the repetition: nobody knows what became of the first. */
	assert_int_equal(queue(office, FW_SMS_UNANSWERED, "a/2", number), 0);
	office_step(office);
	answer(office, command(office, 2), FW_GATEWAY_UNCLEAR);
	office_wait(office, 5 * S);
	answer(office, command(office, 3), FW_GATEWAY_REFUSED);
	assert_state(office, "a/2", "uncertain");
	office_destroy(office);
}

static void test_unclear_is_asked(void **state)
{
	struct office *office = office_with(&asked);

	(void)state;
	assert_int_equal(queue(office, FW_SMS_UNANSWERED, "a/1", number), 0);
	office_step(office);
	answer(office, command(office, 0), FW_GATEWAY_UNCLEAR);
	office_wait(office, 5 * S);
	assert_int_equal(command(office, 1)->step, FW_GATEWAY_ASK);
	answer(office, command(office, 1), FW_GATEWAY_UNCLEAR); /* no answer to the question either */
	office_wait(office, 15 * S);
	assert_int_equal(command(office, 2)->step, FW_GATEWAY_ASK);
	answer(office, command(office, 2), FW_GATEWAY_LATER); /* it has not got it */
	office_wait(office, 60 * S);
	assert_int_equal(command(office, 3)->step, FW_GATEWAY_SEND);
	answer(office, command(office, 3), FW_GATEWAY_UNCLEAR);
	office_wait(office, 180 * S);
	answer(office, command(office, 4), FW_GATEWAY_ACCEPTED); /* it has */
	assert_state(office, "a/1", "handed");
	assert_int_equal(sends(office), 2);
	office_destroy(office);
}

/* --- a server that dies ----------------------------------------------------------------------------- */

static void test_dies_between_command_and_answer(void **state)
{
	static const struct {
		const struct fw_sms_settings *settings;
		const char *after;
	} cases[] = {{&plain, "uncertain"}, {&keyed, "waiting"}, {&asked, "waiting"}};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		for (int lost = 0; lost < 2; lost++) {
			struct office *office = office_with(cases[i].settings);

			assert_int_equal(queue(office, FW_SMS_UNANSWERED, "a/1", number), 0);
			office->lose_outputs = lost; /* died before the command left, or after */
			office_step(office);
			office->lose_outputs = false;
			office_restart(office);
			assert_state(office, "a/1", cases[i].after);
			office_wait(office, 5 * S);
			assert_int_equal(office->sms_commands->len, i == 0 ? 0 : 1);
			office_destroy(office);
		}
	}
}

static void test_failed_batches(void **state)
{
	(void)state;
	for (unsigned nth = 1; nth < 100; nth++) {
		struct office *office = office_with(&keyed);
		struct fw_desk_input input = {.kind = FW_IN_SMS};
		uint64_t before;
		unsigned records;
		int r;

		assert_int_equal(queue(office, FW_SMS_UNANSWERED, "a/1", number), 0);
		office_step(office);
		input.sms =
			(struct fw_gateway_event){.sms = 1, .try = 1, .result = FW_GATEWAY_UNCLEAR};
		g_array_append_val(office->inputs, input);
		before = fw_memory_sum(office->desk->memory, &records);
		fw_db_fail_nth(office->db, nth, -ENOSPC);
		r = office_try_step(office);
		fw_db_fail_nth(office->db, 0, 0);
		if (r < 0) {
			assert_true(before == fw_memory_sum(office->desk->memory, &records));
			assert_state(office, "a/1", "handing");
			office_step(office);
		}
		assert_state(office, "a/1", "waiting");
		office_destroy(office);
		if (r == 0) {
			return;
		}
	}
	fail();
}

/* --- quiet hours, and what must go -------------------------------------------------------------------- */

static void test_quiet_hours(void **state)
{
	/* 21:00 to 8:00; the office's clock starts at 10:00 in Shanghai (2026-11-22T02:00Z). */
	struct fw_sms_settings quiet = {
		.gateway = true, .quiet_from_min = 21 * 60, .quiet_to_min = 8 * 60};
	struct office *office = office_with(&quiet);
	int64_t day_us = 24 * H, east_us = 8 * H;
	int64_t at_us = (office->now_us + east_us) / day_us * day_us + 22 * H - east_us;

	(void)state;
	office_wait(office, at_us - office->now_us);
	assert_int_equal(queue(office, FW_SMS_UNANSWERED, "a/1", number), 0);
	assert_int_equal(queue(office, FW_SMS_SILENT_RING, "a/2", number), 0);
	office_step(office);
	assert_int_equal(office->sms_commands->len, 1); /* a silent ring is told at once */
	assert_string_equal(command(office, 0)->key, "a/2");
	assert_state(office, "a/1", "waiting");
	office_wait(office, 10 * H - 1);
	assert_int_equal(office->sms_commands->len, 1);
	office_wait(office, 1);
	assert_string_equal(command(office, 1)->key, "a/1");
	office_destroy(office);
}

static bool day_has_key(struct office *office, const char *day)
{
	g_autofree char *name = g_strdup_printf("%s.key", day);
	g_autofree char *path = g_build_filename(office->folder, "keys", "sms", name, NULL);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

/* A disk that takes no key: the message is shown as failed, and what wanted it goes on. */
static void test_no_key(void **state)
{
	struct office *office = office_with(&plain);

	(void)state;
	testing_remove_folder(g_build_filename(office->folder, "keys", "sms", NULL));
	assert_int_equal(queue(office, FW_SMS_UNANSWERED, "a/1", number), 0);
	office_step(office);
	assert_state(office, "a/1", "failed");
	assert_int_equal(office->sms_commands->len, 0);
	office_destroy(office);
}

static void test_words_are_deleted(void **state)
{
	struct fw_sms_settings short_memory = {.gateway = true, .keep_us = 48 * H};
	struct office *office = office_with(&short_memory);
	int64_t count;

	(void)state;
	assert_int_equal(queue(office, FW_SMS_UNANSWERED, "a/1", number), 0);
	office_step(office);
	answer(office, command(office, 0), FW_GATEWAY_UNCLEAR);
	office_wait(office, 47 * H);
	assert_int_equal(fw_db_query_int(office->db, "SELECT COUNT(*) FROM sms_content",
				 FW_DB_NO_VALUES, &count),
		0);
	assert_int_equal(count, 1);
	office_wait(office, 2 * H);
	assert_int_equal(fw_db_query_int(office->db, "SELECT COUNT(*) FROM sms_content",
				 FW_DB_NO_VALUES, &count),
		0);
	assert_int_equal(count, 0);
	assert_int_equal(by_hand(office, "supervisor1", FW_SMS_RESEND), 0);
	assert_state(office, "a/1", "failed"); /* nothing left to send */
	office_wait(office, 12 * H); /* its day was 22 November: not wholly over */
	assert_true(day_has_key(office, "20261122"));
	office_wait(office, 2 * H);
	assert_false(day_has_key(office, "20261122"));
	/* Nothing of it was ever in the log. */
	assert_int_equal(fw_db_query_int(office->db,
				 "SELECT COUNT(*) FROM audit_log WHERE detail LIKE '%13800138000%'"
				 " OR detail LIKE '%请尽快%'",
				 FW_DB_NO_VALUES, &count),
		0);
	assert_int_equal(count, 0);
	office_destroy(office);
}

static void test_withdrawn_before_it_left(void **state)
{
	struct fw_sms_settings quiet = {.gateway = true, .quiet_from_min = 0, .quiet_to_min = 1439};
	struct office *office = office_with(&quiet);

	(void)state;
	assert_int_equal(queue(office, FW_SMS_UNANSWERED, "a/1", number), 0);
	office_step(office);
	assert_state(office, "a/1", "waiting");
	assert_int_equal(by_hand(office, "supervisor1", FW_SMS_CANCEL), 0);
	assert_state(office, "a/1", "cancelled");
	assert_int_equal(receipt(office, "a/1", true), 1);
	assert_state(office, "a/1", "cancelled");
	office_wait(office, 48 * H);
	assert_int_equal(office->sms_commands->len, 0);
	office_destroy(office);
}

/* --- the table ------------------------------------------------------------------------------------------ */

static void test_no_way_sends_twice(void **state)
{
	enum fw_sms_state next;

	(void)state;
	for (int happening = 0; happening < FW_SMS_HAPPENING_COUNT; happening++) {
		assert_true(fw_sms_next_state(FW_SMS_DELIVERED, happening, &next) < 0);
		assert_true(fw_sms_next_state(FW_SMS_CANCELLED, happening, &next) < 0);
		if (fw_sms_next_state(FW_SMS_UNCERTAIN, happening, &next) == 0) {
			assert_true(next != FW_SMS_QUEUED || happening == FW_SMS_RESEND);
			assert_true(next != FW_SMS_HANDING && next != FW_SMS_WAITING);
		}
		if (fw_sms_next_state(FW_SMS_HANDED, happening, &next) == 0) {
			assert_true(next == FW_SMS_DELIVERED || next == FW_SMS_FAILED);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_key_one_message),
		cmocka_unit_test(test_no_number_no_gateway),
		cmocka_unit_test(test_limit_in_hand),
		cmocka_unit_test(test_refused_for_now),
		cmocka_unit_test(test_unclear_stays),
		cmocka_unit_test(test_unclear_under_one_key),
		cmocka_unit_test(test_unclear_is_asked),
		cmocka_unit_test(test_dies_between_command_and_answer),
		cmocka_unit_test(test_failed_batches),
		cmocka_unit_test(test_quiet_hours),
		cmocka_unit_test(test_words_are_deleted),
		cmocka_unit_test(test_no_key),
		cmocka_unit_test(test_withdrawn_before_it_left),
		cmocka_unit_test(test_no_way_sends_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
