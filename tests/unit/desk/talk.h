/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two windows that talk, in the office of the tests, and what became of it.
 *
 * Owner: the test's memory; a talk's call is g_free'd by the test. Threads, errors: as office.h.
 */
#ifndef FW_TESTS_UNIT_DESK_TALK_H
#define FW_TESTS_UNIT_DESK_TALK_H

#include "tests/unit/desk/office.h"

/* Two windows in an answered call, both peers up, recorded. */
struct talk {
	uint64_t requester, responder;
	char *call;
	uint64_t peers[2], handle;
};

struct talk talk_begin(struct office *office);
/* A request that names the call alone, which must succeed. */
void talk_say(struct office *office, uint64_t connection, const char *method, const char *call);
/* The last call.state of a connection has this state and own part. */
void talk_expect_state(
	struct office *office, uint64_t connection, const char *state, const char *own_part);
unsigned talk_count_media(const struct office *office, enum fw_media_command_kind kind);
unsigned talk_count_recorder(const struct office *office, enum fw_recorder_command_kind kind);

#endif
