/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A call of two windows and a third beside them, in the office of the tests, and what the desk told the others of it.
 *
 * Owner: the test's memory; a party's call is g_free'd by the test. Threads, errors: as office.h.
 */
#ifndef FW_TESTS_UNIT_DESK_PARTY_H
#define FW_TESTS_UNIT_DESK_PARTY_H

#include "tests/unit/desk/talk.h"

struct party {
	uint64_t clerk, home, third;
	char *call;
	uint64_t peers[3]; /* the third's: from the invitation on */
};

/* The first two talk; the third sits at its window. */
struct party party_begin(struct office *office);
/* All three talk. */
struct party party_begin_three(struct office *office);
/* The home window invites the third, or hands the call on to it. */
void party_invite(struct office *office, struct party *party);
void party_transfer(struct office *office, struct party *party);
/* Answers the offer that came; returns how many slots it had, 0: there was none. */
size_t party_answer_offer(struct office *office, uint64_t connection, const char *call);

/* By the last call.state of this connection: states of call and participant, and by whom it is held. */
void party_expect(struct office *office, uint64_t connection, const char *state,
	unsigned participant, const char *part, int held_by);
unsigned party_count_gates(const struct office *office, uint64_t peer, bool held);
unsigned party_count_marks(const struct office *office, enum fw_mark mark, unsigned participant);
/* The source that the slot of a peer shows by the last word about it. */
uint64_t party_shown(const struct office *office, uint64_t peer, unsigned slot);

#endif
