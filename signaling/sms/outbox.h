/* SPDX-License-Identifier: Apache-2.0 */
/* The outbox of short messages: queued in the desk's transaction, handed to the gateway after its commit, each
 * accounted for. The states and their order: sms_state.c; the rows: schema/0007_sms.sql.
 *
 * Exactly once: one row per key, ever. A try whose result is unclear (time-out, 5xx, a server that died between
 * command and answer) is repeated under the same key where the gateway honours it, or settled by asking the
 * gateway; where it can do neither the message becomes `uncertain` and only a person has it sent again.
 *
 * Every change is a deed `sms.STATE` that holds the row; numbers and words of people are never in the log.
 *
 * Threads: the desk's. Errors: 0, a code of codes.h where said, negative errno (the batch fails).
 */
#ifndef FW_SIGNALING_SMS_OUTBOX_H
#define FW_SIGNALING_SMS_OUTBOX_H

#include "signaling/desk/state.h"
#include "signaling/sms/gateway.h"
#include "signaling/sms/sms_state.h"

#define FW_SMS_HANDING_MAX 64 /* commands without an answer; further messages stay queued */
#define FW_SMS_TRIES_MAX   12 /* commands of one round, about five hours */

/* One message; everything is copied. */
struct fw_sms {
	enum fw_sms_kind kind;
	const char *key; /* what makes it this message and no other, at most FW_SMS_KEY_SIZE - 9 bytes of ASCII */
	const char *phone; /* NULL or unusable: the row is there, failed with `no_phone` */
	const char *text; /* at most FW_SMS_TEXT_CHARS; never logged */
	const char *area; /* code; whose supervisors see it */
	const char *window; /* whose responsible person it goes to; NULL: a citizen */
	const char *subject_kind, *subject_id; /* what it is about: "attempt", "case" ... */
};

/* Queued; a key that was queued before changes nothing. */
int fw_sms_queue(struct fw_desk *desk, const struct fw_sms *sms);
/* Is there a message of that key, in whatever state? 1, 0. */
int fw_sms_exists(struct fw_desk *desk, const char *key);

/* Digits as a gateway takes them: 3 to 15, and a leading + at most. */
bool fw_sms_phone_ok(const char *phone);

/* At the start: what was being handed when the server died has an unclear result. */
int fw_outbox_load(struct fw_desk *desk);
int fw_outbox_due(struct fw_desk *desk);
int fw_outbox_event(struct fw_desk *desk, const struct fw_gateway_event *event);

/* By hand: FW_SMS_RESEND or FW_SMS_CANCEL; codes not_found, forbidden (another area), wrong_state. */
int fw_outbox_by_hand(struct fw_desk *desk, const struct fw_account *account, int64_t sms,
	enum fw_sms_happening happening);
/* A delivery receipt; key as the gateway knows it. 1: known (a repeated one too), 0: no such message. */
int fw_outbox_receipt(struct fw_desk *desk, const char *key, bool delivered);

#endif
