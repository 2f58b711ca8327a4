/* SPDX-License-Identifier: Apache-2.0 */
/* What the desk tells the thread that speaks with the short-message gateway, and what it hears back.
 *
 *     desk ──fw_gateway_command──▶ mailbox ──▶ gateway thread ──▶ HTTP(S), or a file
 *     desk ◀──fw_gateway_event──── mailbox ◀──────┘
 *
 * Exactly one event per command, unless the server ends before: then the desk takes the result as unclear.
 *
 * Owner: whoever holds the struct; flat, no pointers. A command carries a person's number: wipe it.
 * Threads: commands are made by the desk, events by the gateway thread. Errors: none here.
 */
#ifndef FW_SIGNALING_SMS_GATEWAY_H
#define FW_SIGNALING_SMS_GATEWAY_H

#include <stdint.h>

#define FW_SMS_KEY_SIZE   129
#define FW_SMS_PHONE_SIZE 21 /* E.164: 15 digits; a leading + and room */
#define FW_SMS_TEXT_CHARS 500 /* one long message of any gateway */
#define FW_SMS_TEXT_SIZE  (FW_SMS_TEXT_CHARS * 4 + 1)
#define FW_SMS_ERROR_SIZE 65

enum fw_gateway_step {
	FW_GATEWAY_SEND,
	FW_GATEWAY_ASK, /* has it got this key? */
};

struct fw_gateway_command {
	int64_t sms, try;
	enum fw_gateway_step step;
	int64_t at_us; /* for the signature */
	char key[FW_SMS_KEY_SIZE]; /* the same at every try of one round */
	char phone[FW_SMS_PHONE_SIZE];
	char text[FW_SMS_TEXT_SIZE];
};

enum fw_gateway_result {
	FW_GATEWAY_ACCEPTED,
	FW_GATEWAY_DELIVERED, /* ASK: it arrived already */
	FW_GATEWAY_REFUSED, /* for good; of ASK: it could not be delivered */
	FW_GATEWAY_LATER, /* certainly not taken, may be tried again; of ASK: it is not known there */
	FW_GATEWAY_UNCLEAR, /* no answer, or one that says nothing */
};

struct fw_gateway_event {
	int64_t sms, try;
	enum fw_gateway_step step;
	enum fw_gateway_result result;
	char error[FW_SMS_ERROR_SIZE]; /* a word for the screen ("http 500", "time_out"); empty: none */
};

#endif
