/* SPDX-License-Identifier: Apache-2.0 */
/* The server of the simulation: the desk, its database and keys; what enters it and what leaves it; its dying and
 * coming again. A crash loses what waits in its mailbox, or the outputs of a batch that is committed already, all of
 * them or the later ones.
 *
 * Owner: the simulation. Threads: one. Errors: sim_demand().
 */
#ifndef FW_TESTS_SIMULATOR_SERVER_H
#define FW_TESTS_SIMULATOR_SERVER_H

#include "signaling/desk.h"
#include "signaling/sms/settings.h"
#include "tests/simulator/sim.h"

/* status 0: the server died meanwhile. body may be NULL. cookie: the token it sets, or NULL. */
typedef void server_answered(
	struct sim *sim, void *who, int status, const char *body, const char *token);

struct server {
	char *folder;
	struct fw_db *db;
	struct fw_keystore *keystore;
	struct fw_desk *desk; /* NULL: the server is down */
	struct fw_desk_setup setup;
	struct fw_desk_media_setup media;
	struct fw_sms_settings sms;
	GArray *inputs; /* struct fw_desk_input, for the next step */
	unsigned run; /* counts starts */
	uint64_t next_connection, next_request;
	int64_t steady_us; /* wall clock: since then neither a start nor a set clock */
	unsigned set_step; /* of the last set clock */
	uint64_t digest; /* over everything that was sent */
	bool dying; /* the next step with something to do is the last */
	GHashTable *lines; /* connection -> struct line of this run that the desk was told of */
	GPtrArray *all_lines; /* of all runs, owned */
	GHashTable *asked; /* HTTP request -> struct question, of this run */
	GHashTable *due; /* of this step: "connection id" of requests that want a reply */
};

void server_create(struct sim *sim);
void server_destroy(struct sim *sim);
/* The program ends with a fault: the files are removed, unless FW_SIM_KEEP is set. */
void server_leave(const struct sim *sim);

/* Taken over, for the next step. */
void server_give(struct sim *sim, const struct fw_desk_input *input);
bool server_is_up(const struct sim *sim);
/* World time of the desk's next wake-up; INT64_MAX: none, or it is down. */
int64_t server_wakeup_us(const struct sim *sim);
void server_step(struct sim *sim);
/* The server's clock is set. */
void server_clock_set(struct sim *sim);

/* An HTTP request, on its way (questions.c); `answered` comes later, exactly once. params: copied. */
void server_ask(struct sim *sim, enum fw_operation operation, const char *token, const char *params,
	server_answered *answered, void *who);

#endif
