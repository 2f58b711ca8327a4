/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows are the outbox; memory holds only how many commands are out and when to look again. A row is read,
 * its state is moved along sms_state.c by one function, set(), and written back with its deed.
 */
#include "signaling/sms/outbox.h"

#include "base/db.h"
#include "base/log.h"
#include "base/text.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"
#include "signaling/sms/outbox_content.h"
#include "signaling/sms/outbox_row.h"
#include "signaling/sms/settings.h"

#include <errno.h>
#include <string.h>

#define FW_LOG_TOPIC "sms"

#define S               INT64_C(1000000)
#define MINUTE_US       (60 * S)
#define DAY_US          (INT64_C(86400) * S)
#define EAST_US         (INT64_C(28800) * S) /* Asia/Shanghai, no summer time since 1991 */
#define CLEAN_EVERY_US  (3600 * S)
#define KEY_ROUND_CHARS 8 /* "#2" and so on */

/* Pause before the n-th command of a round. */
static const int64_t pauses[FW_SMS_TRIES_MAX] = {0, 5 * S, 15 * S, 60 * S, 180 * S, 600 * S,
	1200 * S, 1800 * S, 3600 * S, 3600 * S, 3600 * S, 3600 * S};

static const struct fw_sms_settings no_gateway;

static const struct fw_sms_settings *settings(const struct fw_desk *desk)
{
	return desk->setup.sms ? desk->setup.sms : &no_gateway;
}

static void look_at(struct fw_desk *desk, int64_t wall_us)
{
	fw_memory_remind(desk->memory, desk->outbox, wall_us + desk->ahead);
}

/* --- one row moves on ------------------------------------------------------------------------- */

/* `error` NULL: none. Counts what is out, stores, writes the deed. */
static int set(struct fw_desk *desk, const struct fw_account *account, struct fw_sms_row *row,
	enum fw_sms_happening happening, const char *error)
{
	enum fw_sms_state before = row->state;
	int r = fw_sms_next_state(before, happening, &row->state);

	if (r < 0) {
		return r;
	}
	fw_memory_touch(desk->memory, desk->outbox);
	if (before == FW_SMS_HANDING) {
		desk->outbox->handing--;
	}
	if (row->state == FW_SMS_HANDING) {
		desk->outbox->handing++;
	}
	g_strlcpy(row->error, error ? error : "", sizeof(row->error));
	fw_info("sms=%" G_GINT64_FORMAT " kind=%s %s->%s reason=%s", row->id,
		fw_sms_kinds[row->kind], fw_sms_states[before], fw_sms_states[row->state],
		error ? error : "none");
	return fw_sms_row_store(desk, account, row);
}

static int wait_until(struct fw_desk *desk, struct fw_sms_row *row, enum fw_sms_happening happening,
	int64_t at_us, const char *error)
{
	int r;

	row->next_us = at_us;
	r = set(desk, NULL, row, happening, error);
	if (r >= 0) {
		look_at(desk, at_us);
	}
	return r;
}

/* The end of the quiet hours `now_us` lies in; 0: it lies in none. */
static int64_t quiet_end_us(const struct fw_sms_settings *with, int64_t now_us)
{
	int64_t midnight_us = (now_us + EAST_US) / DAY_US * DAY_US - EAST_US;
	int64_t from_us = midnight_us + with->quiet_from_min * MINUTE_US;
	int64_t to_us = midnight_us + with->quiet_to_min * MINUTE_US;

	if (from_us < to_us) {
		return now_us >= from_us && now_us < to_us ? to_us : 0;
	}
	if (from_us > to_us) { /* over midnight */
		return now_us < to_us ? to_us : now_us >= from_us ? to_us + DAY_US : 0;
	}
	return 0;
}

static int emit(struct fw_desk *desk, const struct fw_sms_row *row)
{
	struct fw_desk_output output = {.kind = FW_OUT_SMS};
	struct fw_gateway_command *command = g_new0(struct fw_gateway_command, 1);
	int r;

	command->sms = row->id;
	r = fw_sms_content_read(desk, command);
	if (r < 0) {
		g_free(command);
		return r;
	}
	command->try = row->tries;
	command->step = row->ask ? FW_GATEWAY_ASK : FW_GATEWAY_SEND;
	command->at_us = desk->now_us;
	fw_sms_row_gateway_key(row, command->key);
	output.sms = command;
	g_array_append_val(desk->outputs, output);
	return 0;
}

/* A row whose time has come. */
static int hand(struct fw_desk *desk, struct fw_sms_row *row)
{
	int64_t quiet_us = row->kind == FW_SMS_SILENT_RING || row->ask
		? 0
		: quiet_end_us(settings(desk), desk->now_us);
	int r;

	if (!settings(desk)->gateway) {
		return set(
			desk, NULL, row, row->unclear ? FW_SMS_DOUBT : FW_SMS_REFUSE, "no_gateway");
	}
	if (quiet_us) {
		return wait_until(desk, row, FW_SMS_HOLD, quiet_us, "quiet");
	}
	row->tries++;
	r = emit(desk, row);
	if (r == -ENOENT) { /* its words were deleted: it waited longer than they are kept */
		return set(desk, NULL, row, row->unclear ? FW_SMS_DOUBT : FW_SMS_REFUSE, "too_old");
	}
	return r < 0 ? r : set(desk, NULL, row, FW_SMS_HAND, NULL);
}

/* --- results ----------------------------------------------------------------------------------- */

/* Not taken, or not known to be: once more after a pause, or an end. */
static int again(struct fw_desk *desk, struct fw_sms_row *row, const char *error)
{
	if (row->tries < FW_SMS_TRIES_MAX) {
		return wait_until(desk, row, FW_SMS_RETRY, desk->now_us + pauses[row->tries], error);
	}
	return set(desk, NULL, row, row->unclear ? FW_SMS_DOUBT : FW_SMS_REFUSE, error);
}

static int unclear(struct fw_desk *desk, struct fw_sms_row *row, const char *error)
{
	const struct fw_sms_settings *with = settings(desk);

	row->unclear = true;
	if (!with->can_ask && !with->idempotent) {
		return set(desk, NULL, row, FW_SMS_DOUBT, error);
	}
	row->ask = with->can_ask;
	return again(desk, row, error);
}

static int later(struct fw_desk *desk, struct fw_sms_row *row, const char *error)
{
	if (row->ask) { /* the gateway does not know the key: what was unclear is settled */
		row->ask = false;
		row->unclear = false;
	}
	return again(desk, row, error);
}

static int result(struct fw_desk *desk, struct fw_sms_row *row, const struct fw_gateway_event *event)
{
	const char *error = event->error[0] ? event->error : NULL;

	switch (event->result) {
	case FW_GATEWAY_ACCEPTED:
		return set(desk, NULL, row, FW_SMS_ACCEPT, NULL);
	case FW_GATEWAY_DELIVERED:
		return set(desk, NULL, row, FW_SMS_DELIVER, NULL);
	case FW_GATEWAY_REFUSED: /* of a repetition it says nothing about the first */
		return set(desk, NULL, row,
			row->unclear && !row->ask ? FW_SMS_DOUBT : FW_SMS_REFUSE, error);
	case FW_GATEWAY_LATER:
		return later(desk, row, error);
	case FW_GATEWAY_UNCLEAR:
		break;
	}
	return unclear(desk, row, error);
}

int fw_outbox_event(struct fw_desk *desk, const struct fw_gateway_event *event)
{
	struct fw_sms_row row;
	int r = fw_sms_row_read(desk, event->sms, &row);

	if (r < 0) {
		return r == -ENOENT ? 0 : r;
	}
	if (row.state != FW_SMS_HANDING || row.tries != event->try) {
		return 0; /* of a command that was given up: a receipt, or an earlier run */
	}
	r = result(desk, &row, event);
	look_at(desk, desk->now_us); /* room for one more */
	return r;
}

int fw_outbox_receipt(struct fw_desk *desk, const char *key, bool delivered)
{
	struct fw_sms_row row;
	int64_t round;
	int r = fw_sms_row_of_gateway_key(desk, key, &row, &round);
	enum fw_sms_state next;

	if (r < 0) {
		return r == -ENOENT ? 0 : r;
	}
	if (!delivered && (round != row.round || row.state == FW_SMS_WAITING)) {
		return 1; /* an earlier round failed: a later one is on its way */
	}
	if (fw_sms_next_state(row.state, delivered ? FW_SMS_DELIVER : FW_SMS_REFUSE, &next) < 0) {
		return 1; /* said before */
	}
	row.unclear = false;
	r = set(desk, NULL, &row, delivered ? FW_SMS_DELIVER : FW_SMS_REFUSE,
		delivered ? NULL : "receipt");
	return r < 0 ? r : 1;
}

/* --- putting in ---------------------------------------------------------------------------------- */

bool fw_sms_phone_ok(const char *phone)
{
	size_t digits;

	if (!phone) {
		return false;
	}
	phone += *phone == '+';
	digits = strspn(phone, "0123456789");
	return digits >= 3 && digits <= 15 && !phone[digits];
}

static int store_content(struct fw_desk *desk, int64_t id, const struct fw_sms *sms)
{
	int r = fw_sms_content_store(desk, id, sms->phone, sms->text);

	if (r >= 0 && settings(desk)->keep_us) {
		look_at(desk, desk->now_us + settings(desk)->keep_us);
	}
	return r;
}

int fw_sms_exists(struct fw_desk *desk, const char *key)
{
	int64_t id;
	int r = fw_db_query_int(desk->setup.db, "SELECT id FROM sms WHERE key = ?1",
		FW_DB_VALUES(fw_db_text(key)), &id);

	return r == -ENOENT ? 0 : r < 0 ? r : 1;
}

int fw_sms_queue(struct fw_desk *desk, const struct fw_sms *sms)
{
	struct fw_sms_row row = {.kind = sms->kind, .state = FW_SMS_QUEUED, .round = 1};
	bool usable =
		fw_sms_phone_ok(sms->phone) && fw_text_is_typed(sms->text, FW_SMS_TEXT_CHARS, true);
	int r = fw_sms_exists(desk, sms->key);

	if (r != 0) {
		return MIN(r, 0);
	}
	if (fw_text_copy(sms->key, row.key, sizeof(row.key) - KEY_ROUND_CHARS) < 0) {
		return -EINVAL;
	}
	fw_memory_touch(desk->memory, desk->outbox);
	row.id = desk->outbox->next_id++;
	row.next_us = desk->now_us;
	r = fw_sms_row_add(desk, &row, sms);
	if (r >= 0) {
		r = usable ? store_content(desk, row.id, sms)
			   : set(desk, NULL, &row, FW_SMS_REFUSE,
				     fw_sms_phone_ok(sms->phone) ? "no_text" : "no_phone");
	}
	if (r == -ENOKEY) { /* no message stops a call */
		r = set(desk, NULL, &row, FW_SMS_REFUSE, "no_key");
	}
	if (r >= 0) {
		look_at(desk, desk->now_us);
	}
	return r;
}

int fw_outbox_by_hand(struct fw_desk *desk, const struct fw_account *account, int64_t sms,
	enum fw_sms_happening happening)
{
	struct fw_sms_row row;
	const struct fw_area *area;
	enum fw_sms_state next;
	int r = fw_sms_row_read(desk, sms, &row);

	if (r < 0) {
		return r == -ENOENT ? FW_CODE_NOT_FOUND : r;
	}
	area = fw_catalogue_area(desk->catalogue, row.area);
	if (!area || !fw_person_may(account->person, FW_RIGHT_SMS, area)) {
		return FW_CODE_FORBIDDEN;
	}
	if (fw_sms_next_state(row.state, happening, &next) < 0 ||
		(happening == FW_SMS_CANCEL && row.state == FW_SMS_WAITING && row.unclear)) {
		return FW_CODE_WRONG_STATE; /* the gateway may have it: nobody can take it back */
	}
	if (happening == FW_SMS_RESEND) {
		row.round++;
		row.tries = 0;
		row.ask = false;
		row.unclear = false;
		row.next_us = desk->now_us;
		look_at(desk, desk->now_us);
	}
	return set(desk, account, &row, happening, "by_hand");
}

/* --- time ------------------------------------------------------------------------------------------ */

static int clean(struct fw_desk *desk)
{
	int64_t keep_us = settings(desk)->keep_us;
	int64_t oldest_us;
	int r;

	if (!keep_us || desk->outbox->clean > desk->now) {
		return 0;
	}
	fw_memory_touch(desk->memory, desk->outbox);
	desk->outbox->clean = desk->now + CLEAN_EVERY_US;
	r = fw_sms_content_forget(desk, desk->now_us - keep_us, &oldest_us);
	if (r >= 0 && oldest_us != INT64_MAX) {
		fw_memory_remind(desk->memory, desk->outbox,
			MAX(desk->outbox->clean, oldest_us + keep_us + desk->ahead));
	}
	return r;
}

int fw_outbox_due(struct fw_desk *desk)
{
	int r = clean(desk);

	while (r >= 0 && desk->outbox->handing < FW_SMS_HANDING_MAX) {
		struct fw_sms_row row;

		r = fw_sms_row_next(desk, &row);
		if (r < 0) {
			return r == -ENOENT ? 0 : r;
		}
		if (row.next_us > desk->now_us) {
			look_at(desk, row.next_us);
			return 0;
		}
		r = hand(desk, &row);
	}
	return r;
}

static int settle_broken(struct fw_desk *desk)
{
	struct fw_sms_row row;
	int r;

	while ((r = fw_sms_row_handing(desk, &row)) >= 0) {
		r = unclear(desk, &row, "restart");
		if (r < 0) {
			return r;
		}
	}
	return r == -ENOENT ? 0 : r;
}

int fw_outbox_load(struct fw_desk *desk)
{
	int64_t count;
	int r;

	desk->outbox = fw_memory_add(desk->memory, FW_RECORD_OUTBOX, sizeof(*desk->outbox));
	if ((r = fw_db_query_int(desk->setup.db, "SELECT COALESCE(MAX(id), 0) + 1 FROM sms",
		     FW_DB_NO_VALUES, &desk->outbox->next_id)) < 0 ||
		(r = fw_db_query_int(desk->setup.db,
			 "SELECT COUNT(*) FROM sms WHERE state = 'handing'", FW_DB_NO_VALUES,
			 &count)) < 0) {
		return r;
	}
	desk->outbox->handing = (unsigned)count;
	desk->outbox->clean = desk->now;
	look_at(desk, desk->now_us);
	return settle_broken(desk);
}
