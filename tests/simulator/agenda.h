/* SPDX-License-Identifier: Apache-2.0 */
/* What is going to happen in the simulated world, in the order of its time; of equal times in the order of entry.
 *
 * Owner: the simulation. Threads: one. Errors: none.
 */
#ifndef FW_TESTS_SIMULATOR_AGENDA_H
#define FW_TESTS_SIMULATOR_AGENDA_H

#include <stdint.h>

struct agenda;
struct sim;

/* `text` is the entry's own and freed after the call; may be NULL. */
typedef void agenda_act(struct sim *sim, void *who, uint64_t number, const char *text);

struct agenda *agenda_create(void);
void agenda_destroy(struct agenda *agenda);

/* text: taken over (g_free), may be NULL. */
void agenda_add(struct agenda *agenda, int64_t at_us, agenda_act *act, void *who, uint64_t number,
	char *text);
/* INT64_MAX: nothing. */
int64_t agenda_next_us(const struct agenda *agenda);
/* Does the first entry. */
void agenda_do(struct agenda *agenda, struct sim *sim);

#endif
