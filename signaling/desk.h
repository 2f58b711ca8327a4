/* SPDX-License-Identifier: Apache-2.0 */
/* The desk: every business decision, alone, in one deterministic step function with one transaction per batch.
 *
 * Owner: created and destroyed by main (or by the simulator).  Threads: one thread, the creator's.
 * Errors: negative errno from create (database) and step (a transaction that could not be committed: the batch had no effect; the caller gives it again or ends the server).
 */
#ifndef FW_SIGNALING_DESK_H
#define FW_SIGNALING_DESK_H

#include "signaling/desk_io.h"

struct fw_audit_anchor;
struct fw_db;
struct fw_keystore;
struct fw_sms_settings;
struct fw_turn;
struct fw_desk;

struct fw_desk_setup {
	struct fw_db *db; /* borrowed; the desk is its only user while it lives */
	struct fw_keystore *keystore; /* borrowed: keys of new recordings */
	void (*random)(void *user, void *ret_bytes,
		size_t n); /* injected, so that a run can be repeated */
	void *random_user;
	unsigned workers; /* media workers */
	const struct fw_desk_media_setup *media; /* borrowed: what offers are made of */
	int64_t ring_us; /* default ring time of a hall */
	int64_t overflow_us; /* the same while others could be rung after; 0: ring_us */
	unsigned ring_group; /* windows of a hall rung at once, its default; 0: all */
	int64_t queue_us; /* a call waits at most this long for a busy window */
	unsigned flood_calls; /* requests of one window without an answer ... */
	int64_t flood_us; /* ... in this time */
	int64_t patience_us; /* a caller who gives up earlier counts against nobody; default of a hall */
	int64_t rejoin_us; /* how long a lost participant may come back */
	bool archive; /* joined pages are PDF/A-2b */
	bool read_words; /* what is printed on pages is read */
	const char *server_version;
	const struct fw_sms_settings *sms; /* borrowed; NULL: no gateway, messages fail at once */
	struct fw_audit_anchor *
		anchor; /* borrowed, may be NULL: the desk's thread keeps it after each batch; the desk itself does not use it */
};

/* What every offer names: the process certificate and, per worker, where its sockets can be reached. */
struct fw_desk_media_setup {
	uint8_t fingerprint_sha256[32];
	const char *const *addresses; /* numeric IPv4, NULL-terminated, best first */
	const uint16_t *udp_ports, *tcp_ports; /* one per worker; 0: none */
	const struct fw_turn *turn; /* for `hello`; NULL: none */
};

/* Reads the state the database holds; calls that were answered wait for both sides from `now_us` on. Outputs of this come with the first step. */
int fw_desk_create(const struct fw_desk_setup *setup, int64_t now_us, struct fw_desk **ret_desk);

/* Handles the batch in one transaction, with what `now_us` (wall clock, UTC) made due, commits, and appends the outputs.
 * `inputs` are borrowed. `outputs` is a GArray of struct fw_desk_output; its elements belong to the caller afterwards. */
int fw_desk_step(struct fw_desk *desk, int64_t now_us, const struct fw_desk_input *inputs,
	size_t n_inputs, GArray *outputs);

/* When a step is due even without input; INT64_MAX: never. */
int64_t fw_desk_next_wakeup_us(const struct fw_desk *desk);

void fw_desk_destroy(struct fw_desk *desk);

#endif
