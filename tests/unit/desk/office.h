/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An office for tests: the real desk on a real database in a temporary folder, with time and randomness in the
 * test's hand. Outputs are kept apart by who gets them; passwords are answered by the driver.
 *
 * Threads: the test's. Errors: what must not fail aborts the test.
 */
#ifndef FW_TESTS_UNIT_DESK_OFFICE_H
#define FW_TESTS_UNIT_DESK_OFFICE_H

#include "tests/unit/testing.h"

#include "base/db.h"
#include "base/keystore.h"
#include "signaling/desk.h"

#include <jansson.h>

#define OFFICE_START_US INT64_C(1795312800000000)
#define S               INT64_C(1000000)

struct office {
	char *folder;
	struct fw_db *db;
	struct fw_keystore *keystore;
	struct fw_desk *desk;
	struct fw_desk_setup setup;
	struct fw_desk_media_setup media;
	int64_t now_us;
	uint64_t random; /* state */
	uint64_t next_connection, next_request;
	int64_t next_id; /* of requests */
	GArray *inputs; /* waiting for the next step */
	GHashTable *messages; /* connection -> GQueue of json_t: replies and events in order */
	GHashTable *closed; /* connection -> close code */
	GHashTable *answers; /* request -> struct office_answer */
	GArray *media_commands; /* struct fw_media_command */
	GArray *recorder_commands; /* struct fw_recorder_command */
	GArray *job_commands; /* struct fw_job_command, with their lists */
	GArray *upload_commands; /* struct fw_upload_command, with their bytes */
	GArray *sms_commands; /* struct fw_gateway_command */
	GPtrArray *reads; /* struct fw_desk_output * of kind READ and FILE */
	bool wrong_passwords; /* the driver says no */
	void (*watch)(void *user, const struct fw_desk_output *output); /* sees each output first */
	void *watch_user;
	bool lose_outputs; /* the server dies between commit and output */
};

struct office_answer {
	int status;
	json_t *body; /* may be NULL */
	char *cookie;
};

struct office *office_create(void);
/*
 * An office of many areas, each with a hall of applicant windows "AREA-a-N" and home windows "AREA-h-N", and an
 * account of the same name for each; one item "item" is served everywhere. Areas: office_area(0) ...
 */
struct office *office_create_large(unsigned areas, unsigned applicants, unsigned homes);
/* Such an office in an empty database, for a desk or a server of the caller's. */
void office_fill_large(struct fw_db *db, unsigned areas, unsigned applicants, unsigned homes);
/* One more account of it, with a session. */
void office_add_account(struct fw_db *db, const char *id, const char *role, const char *area);
/* A case of clerk1's for fanglei-jungong at 441523, with its key, of which only the database knows. */
void office_add_case(struct office *office, const char *id, const char *state);
/* g_free */
char *office_area(unsigned number);
/* The cookie of a session that each account of a large office has from the start; g_free. */
char *office_large_token(const char *account);
void office_destroy(struct office *office);
/* The server is gone and comes again; nobody is connected any more. */
void office_restart(struct office *office);

int office_try_step(struct office *office);
void office_step(struct office *office);
/* Time passes in steps as the desk asks to be woken. */
void office_wait(struct office *office, int64_t us);

/* POST /session; the token of the cookie (g_free), or NULL: see the answer. */
char *office_sign_in(struct office *office, const char *account);
struct office_answer *office_http(
	struct office *office, enum fw_operation operation, const char *token, const char *params);
/* A read, carried out: the body, or NULL with *ret_status. json_decref. */
json_t *office_read(struct office *office, enum fw_operation operation, const char *token,
	const char *params, int *ret_status);

uint64_t office_connect(struct office *office, const char *token);
/* Signed in, connected, at the window. */
uint64_t office_sit(struct office *office, const char *account, const char *window);
void office_hang(struct office *office, uint64_t connection); /* the socket is gone */
/* Queues a request without a step; its id. params: JSON, may be NULL. */
int64_t office_queue(
	struct office *office, uint64_t connection, const char *method, const char *params);
/* Request and step: its reply, json_decref. */
json_t *office_ask(struct office *office, uint64_t connection, const char *method,
	const char *format, ...) G_GNUC_PRINTF(4, 5);
/* The same, which must succeed; the result, json_decref. */
json_t *office_do(struct office *office, uint64_t connection, const char *method,
	const char *format, ...) G_GNUC_PRINTF(4, 5);
/* The same, which must be refused with this code. */
void office_refused(struct office *office, uint64_t connection, const char *code,
	const char *method, const char *format, ...) G_GNUC_PRINTF(5, 6);
/* The reply to a queued request; it must be there. json_decref. */
json_t *office_reply(struct office *office, uint64_t connection, int64_t id);
/* The next event of that name, earlier ones of other names stay; NULL: none. json_decref its data. */
json_t *office_event(struct office *office, uint64_t connection, const char *event);
/* The last event of that name; all of that name are gone afterwards. */
json_t *office_last(struct office *office, uint64_t connection, const char *event);
void office_forget_events(struct office *office, uint64_t connection);
int office_close_code(struct office *office, uint64_t connection); /* 0: open */

/* A call from window 441521-01-3 to area 441523, ringing; its id (g_free). */
char *office_call(struct office *office, uint64_t requester);
void office_media(struct office *office, enum fw_media_event_kind kind, uint64_t peer);
void office_recorder(struct office *office, enum fw_recorder_event_kind kind, uint64_t call);
/* The first job that was given out ends; result: NULL, it says none. */
void office_job(struct office *office, enum fw_job_event_kind kind, const char *result);
/* What a finaliser says of a recording of one source. */
#define OFFICE_SHA256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define OFFICE_FINALISED \
	"{\"state\":\"complete\",\"duration_us\":5000000,\"bytes\":120,\"sources\":[" \
	"{\"id\":\"1-person-1\",\"file\":\"1-person-1.webm\",\"bytes\":100,\"sha256\":" \
	"\"" OFFICE_SHA256 "\"}],\"manifest_sha256\":\"" OFFICE_SHA256 "\",\"manifest_bytes\":20}"
/* The peer opened last, or nothing. */
uint64_t office_last_peer(const struct office *office);

/* The number that a question to the database answers. */
int64_t office_count(struct office *office, const char *sql);

/* A member by path "a.b.0.c"; NULL: not there. Borrowed. */
const json_t *at(const json_t *json, const char *path);
const char *text_at(const json_t *json, const char *path);

#endif
