/* SPDX-License-Identifier: Apache-2.0 */
/* The desk's live state: who is signed in, who sits where, which calls run.
 *
 * Durable facts are in the database as well; what is only here is bound to a connection or to this run of
 * the server (sockets, peers, presence). Everything that begins with struct fw_record is flat and changed
 * under the rules of memory.h: fw_memory_touch() first.
 *
 *     account 1 ── 0..1 session 1 ── 0..n client          (client: a WebSocket)
 *     account 1 ── 0..1 window  0..1 ── 0..1 client       (the account that holds it; the client that sits at it)
 *     window  1 ── 0..1 part  n ── 1 call                 (one live participation)
 *
 * Owner: the desk. Threads: the desk's. Errors: none.
 */
#ifndef FW_SIGNALING_DESK_STATE_H
#define FW_SIGNALING_DESK_STATE_H

#include "base/audit.h"
#include "base/crypto.h"
#include "base/id.h"
#include "base/limits.h"
#include "signaling/desk.h"
#include "signaling/desk/catalogue.h"
#include "signaling/desk/memory.h"
#include "signaling/desk/words.h"

#define FW_SESSION_CLIENTS_MAX \
	8 /* WebSockets of one session: a reload leaves the old one for up to 12 s */
#define FW_NOTE_SIZE  (200 * 4 + 1) /* PROTOCOL.md 2.2: 200 characters, UTF-8 */
#define FW_LABEL_SIZE (100 * 4 + 1)
#define FW_AWAY_SIZE  (FW_AWAY_CHARS * 4 + 1)
#define FW_CASE_SIZE  65

/* Wrong passwords for one name. */
struct fw_guesses {
	unsigned failures; /* since first_failure */
	unsigned checking; /* passwords being checked */
	int64_t first_failure, locked_until; /* desk time; 0: none */
};

/* A name nobody has, guessed at: it locks as an account does, so that the answers do not tell which
 * accounts there are. Forgotten when its failures are. */
struct fw_stranger {
	struct fw_record record;
	uint8_t name_sha256[FW_SHA256_BYTES];
	struct fw_guesses guesses;
};

struct fw_account {
	struct fw_record record;
	const struct fw_person *person;
	struct fw_session *session;
	struct fw_window *window; /* held */
	const struct fw_place *last_place;
	struct fw_guesses guesses;
};

struct fw_session {
	struct fw_record record;
	uint8_t token_sha256[FW_SHA256_BYTES];
	struct fw_account *account;
	struct fw_client *clients[FW_SESSION_CLIENTS_MAX];
	int64_t used, stored; /* desk time of the last use, and of what the database holds */
	int64_t created_us; /* wall clock */
	int64_t refused_since; /* desk time of the first of `refused` operations (refusals.h) */
	unsigned refused, forbidden;
	char remote[FW_ADDRESS_MAX_BYTES + 1];
};

struct fw_client {
	struct fw_record record;
	uint64_t connection; /* net's handle */
	struct fw_session *session;
	struct fw_window *window; /* sits at */
	char watched_case[FW_ID_SIZE]; /* empty: looks at none */
	struct fw_watcher *watcher; /* NULL: does not look at the wall */
	bool wants_directory; /* asked directory.targets since the last directory.changed */
	int64_t directory_round; /* in which it was told */
};

/* A window in service or not; one record per place, for the whole life of the desk. */
struct fw_window {
	struct fw_record record;
	const struct fw_place *place;
	struct fw_account *account; /* held by; NULL: free */
	struct fw_client *client; /* NULL while held: kept for the account until `kept_until` */
	struct fw_part *part; /* in a call, or rung */
	enum fw_presence presence; /* as last announced */
	enum fw_presence wish; /* READY or AWAY */
	enum fw_away_reason away_reason; /* of these three: while the wish is AWAY */
	char away_text[FW_AWAY_SIZE]; /* empty: none */
	int64_t away_until_us; /* wall clock, as its clerk expects it */
	int64_t since_us; /* of `presence`, wall clock */
	int64_t silent_us; /* wall clock: its last ring made no sound; 0: it did */
	int64_t expected_us; /* wall clock: it should be online since then; 0: need not. Kept while the wall is watched */
	int64_t flood_since; /* desk time of the first of `flood` requests without an answer */
	unsigned flood;
	bool flood_told;
	int64_t kept_until; /* desk time */
	uint8_t devices[FW_DEVICE_COUNT]; /* enum fw_device_state */
};

/* The server's side of one RTCPeerConnection, as the desk knows it (negotiation.c). */
struct fw_peer {
	uint64_t handle; /* 0: none */
	unsigned connection; /* "c17" */
	uint32_t revision; /* of the last offer */
	bool offered; /* the last offer is not answered yet */
	unsigned slots_offered; /* by the last offer */
	bool restart_wanted; /* one more offer as soon as it is */
	bool up, silent;
	unsigned failures; /* since it was up last */
	int64_t restarted; /* desk time */
	uint32_t ssrc_base;
	char ufrag[FW_ICE_UFRAG_MAX + 1];
	char pwd[FW_ICE_PWD_MAX + 1];
};

struct fw_quality {
	uint32_t rtt_ms, loss_up_permille, loss_down_permille, up_kbps, down_kbps;
};

struct fw_part {
	struct fw_record record;
	struct fw_call *call;
	unsigned participant; /* from 1 */
	enum fw_part_state state;
	struct fw_window *window; /* where it happens; keeps pointing there after the end */
	struct fw_account *account;
	enum fw_line line;
	int64_t lost_until; /* desk time; 0: not lost */
	uint8_t media[FW_TRACK_COUNT]; /* enum fw_media_state */
	char face_label[FW_LABEL_SIZE], document_label[FW_LABEL_SIZE];
	const char *refuse_reason; /* static word; NULL: not refused in this server run */
	char refuse_text[FW_NOTE_SIZE]; /* empty: none */
	int64_t stats; /* desk time of the last stats.report */
	int64_t drew; /* desk time of the last mark on a live picture */
	unsigned drawn; /* such marks in this server run */
	bool requester_side;
	unsigned invited_by; /* participant; 0: called, or calls itself */
	unsigned group; /* of windows invited together, unique in the call */
	bool transfer; /* the call is handed to this one when it answers */
	int64_t ring_until; /* desk time; of an invited one */
	struct fw_attempt *invitation; /* the proof of its ring; NULL: not invited, or not in this server run */
	unsigned held_by; /* participant; 0: not on hold (hold.h) */
	unsigned slot_count; /* slots.h */
	unsigned slots[FW_SLOTS_MAX]; /* participant shown; 0: nobody */
	struct fw_peer peer;
	struct fw_quality quality;
};

/* One window being tried for one call (attempts.h). */
struct fw_attempt {
	struct fw_record record;
	struct fw_attempt *next; /* of the call, older ones behind */
	struct fw_call *call;
	struct fw_window *window;
	struct fw_account *account; /* who sat there when it began or rang; NULL: nobody */
	enum fw_attempt_state state;
	unsigned round;
	unsigned participant; /* 0: did not ring */
	bool invited; /* an invitation's ring (invitations.h): in no list, never counted */
	bool on_duty, in_hours;
	enum fw_cause absent; /* why it cannot be rung, while absent */
	int64_t begun_us, rung_us, delivered_us, displayed_us, tone_us, silent_us,
		closed_us; /* wall clock; 0: not */
	int64_t since; /* desk time: of the ring, or of the beginning */
	int64_t silent_at; /* desk time by which a tone is expected; 0: none expected */
	enum fw_cause cause; /* of these three: once closed */
	enum fw_why_not why_not;
	bool countable;
};

struct fw_call {
	struct fw_record record;
	uint64_t handle; /* for media and recorder, unique in this server run */
	char id[FW_ID_SIZE];
	enum fw_call_state state;
	const struct fw_item *item;
	int64_t item_version;
	const struct fw_area *area;
	bool drill; /* a rehearsal: real in everything, counted in nothing */
	int64_t material; /* 0: none */
	char note[FW_NOTE_SIZE], case_number[FW_CASE_SIZE]; /* empty: none */
	bool keyed; /* `key` is there (secret.h) */
	uint8_t key[FW_AEAD_KEY_BYTES]; /* of its recording and its texts */
	int64_t requested_us, ringing_us, answered_us, ended_us; /* wall clock; 0: not yet */
	int64_t ring_until; /* desk time, of the running round or of the wait */
	int64_t quality_next; /* desk time */
	unsigned end_by; /* participant; 0: nobody */
	enum fw_end_reason end_reason;
	unsigned worker;
	enum fw_recording_state recording;
	enum fw_recorder_reason recording_reason; /* why it failed */
	int64_t recording_since_us;
	bool journal; /* the recorder was told OPEN */
	int64_t segment;
	int64_t markers, messages; /* numbers given so far */
	int64_t chat_bytes; /* of all messages, as render.h counts them */
	const struct fw_place *named; /* NULL: any window */
	int64_t asked; /* desk time of the request: its place in a queue */
	enum fw_queue_state queue;
	struct fw_call *queue_next; /* behind it, while it waits */
	int64_t queued_us; /* wall clock, when it waited first */
	unsigned queue_position, queue_wait_s; /* as told; wait 0: not known */
	unsigned round; /* of ringing; 0: none yet */
	struct fw_attempt *attempts; /* the latest first */
	unsigned attempt_count;
	unsigned part_count;
	struct fw_part *parts[1 + FW_CALL_ATTEMPTS_MAX]; /* [0] is the requester */
};

/* What is going on in a home area: who waits, and how long things took lately (queue.h). */
struct fw_load {
	struct fw_record record;
	char area[16]; /* its code */
	struct fw_call *first; /* who waits, oldest request first */
	bool stirred; /* to be looked at again in this batch */
	int64_t handling_us,
		answer_us; /* means of the last calls: talk, and request to answer; 0: not known */
};

/* A hall that rehearses (drill/drill.h). */
struct fw_drill {
	struct fw_record record;
	int64_t id;
	const struct fw_hall *hall;
	const struct fw_item *item; /* NULL: every item */
	int64_t until_us; /* wall clock, as planned */
	int64_t until; /* the same, desk time */
};

/* How a hall stands right now, as the wall shows it. */
struct fw_wall_counts {
	unsigned windows, ready, busy, away;
	unsigned expected; /* should be online */
	unsigned missing; /* and are not */
	unsigned overdue; /* away for longer than they said */
	unsigned silent; /* their last ring made no sound */
	unsigned faulty; /* without a device that a call needs */
	unsigned sms_failed, sms_uncertain;
	unsigned drill; /* number of the rehearsal that runs; 0: none */
};

struct fw_wall_hall {
	struct fw_record record;
	const struct fw_hall *hall;
	struct fw_wall_counts counts;
	unsigned sms_failed, sms_uncertain; /* as looked up last */
	uint64_t changed; /* fw_wall.change when `counts` changed last; 0: never counted */
};

enum fw_wall_part {
	FW_WALL_WINDOWS,
	FW_WALL_CALLS,
	FW_WALL_QUEUES,
	FW_WALL_ALARMS,
	FW_WALL_PARTS
};

/* A client that looks at the wall. */
struct fw_watcher {
	struct fw_record record;
	struct fw_client *client;
	const struct fw_hall *hall; /* whose windows it wants; NULL: none */
	uint64_t seen; /* fw_wall.change as told; 0: nothing yet */
	uint64_t sums[FW_WALL_PARTS]; /* of what it was sent last */
};

/* The wall as a whole (wall/wall.h). */
struct fw_wall {
	struct fw_record record;
	bool stirred; /* something is to be told */
	int64_t told, looked; /* desk time */
	uint64_t change; /* surveys taken */
	uint64_t tree; /* fw_catalogue.changes when the watchers were told of it */
};

/* A sign-in whose password is being checked. */
struct fw_sign_in {
	struct fw_record record;
	uint64_t request; /* net's handle */
	struct fw_account *account; /* NULL: nobody of that name */
	struct fw_stranger *stranger; /* then; NULL: not counted, there are too many */
	bool change; /* not a sign-in: the account changes its password */
	char remote[FW_ADDRESS_MAX_BYTES + 1];
};

/* The finaliser of one recording; the durable row is the table job. */
struct fw_job {
	struct fw_record record;
	uint64_t id;
	uint64_t call; /* handle, 0: the journal is closed (or of an earlier run) */
	char recording[FW_ID_SIZE];
	bool running;
	unsigned attempts;
	int64_t next; /* desk time, when waiting */
};

/* The outbox of short messages; its rows are in the database (sms/outbox.h). */
struct fw_outbox {
	struct fw_record record;
	int64_t next_id;
	unsigned handing; /* commands without an answer */
	int64_t clean; /* desk time: when numbers and words may be deleted next */
};

/* What the desk counts; a record, so that a failed batch counts nothing. */
struct fw_tally {
	struct fw_record record;
	uint64_t next_call, next_peer, next_job;
	bool no_words; /* nothing to read pages with: told once */
	unsigned next_connection;
	unsigned load[FW_MEDIA_WORKERS_MAX]; /* calls per worker */
	unsigned calls, checking;
	bool directory_dirty; /* changed since the round began */
	bool directory_telling; /* not everybody was told in this round yet */
	int64_t directory_round; /* when it began; desk time */
	int64_t duty_changes; /* desk time: when duty may change first that somebody was told of; 0: nobody was */
	bool space_low;
	struct fw_import *import; /* running; NULL: none */
	struct fw_item_import *item_import;
	struct fw_audit_head audit; /* the log's last row */
};

struct fw_desk {
	struct fw_desk_setup setup;
	struct fw_desk_media_setup media;
	struct fw_catalogue *catalogue;
	struct fw_calendar *calendar;
	struct fw_duty *duty; /* rosters read so far */
	struct fw_memory *memory;
	struct fw_tally *tally;
	struct fw_outbox *outbox;
	struct fw_wall *wall;
	GHashTable *accounts; /* id -> account */
	GHashTable *strangers; /* SHA-256 of the name -> stranger */
	GHashTable *sessions; /* token SHA-256 -> session */
	GHashTable *clients; /* connection -> client */
	GHashTable *calls; /* id -> call */
	GHashTable *calls_by_handle;
	GHashTable *peers; /* handle -> part, by fw_handle_key() */
	GHashTable *sign_ins; /* request -> sign_in */
	GHashTable *loads; /* code of the area -> load */
	GHashTable *jobs; /* id -> job */
	GHashTable *jobs_by_call; /* handle of the call -> job, by fw_handle_key() */
	GHashTable *drills; /* id of the hall -> drill, those that run */
	GHashTable *page_jobs; /* id -> page_job, cases/pages.h */
	GPtrArray *windows; /* struct fw_window * by place number */
	GPtrArray *watchers; /* struct fw_watcher * */
	GHashTable *wall_halls; /* id of the hall -> wall_hall */
	GArray *outputs; /* of the running batch */
	int64_t now_us; /* wall clock, for stamps */
	int64_t now; /* desk time, for deadlines: never goes back */
	int64_t ahead; /* desk time minus wall clock */
};

/* Key of the tables whose handle may change inside its record: the number itself, not its address. */
static inline void *fw_handle_key(uint64_t handle)
{
	G_STATIC_ASSERT(sizeof(void *) >= sizeof(uint64_t));
	return (void *)(uintptr_t)handle;
}

/* A deadline of the desk as wall clock time, for the screens. */
static inline int64_t fw_desk_wall_us(const struct fw_desk *desk, int64_t deadline)
{
	return deadline - desk->ahead;
}

static inline struct fw_window *fw_desk_window(
	const struct fw_desk *desk, const struct fw_place *place)
{
	return g_ptr_array_index(desk->windows, place->number);
}

#endif
