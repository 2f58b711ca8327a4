/* SPDX-License-Identifier: Apache-2.0 */
/* A media plane on loopback with test peers around it, and what the desk would say to it.
 *
 * Owner: the caller.  Threads: the caller's; events and the sink come from the workers' threads and are kept under a lock.
 * Errors: what cannot be set up aborts the test.
 */
#ifndef FW_TESTS_INTEGRATION_STUDIO_H
#define FW_TESTS_INTEGRATION_STUDIO_H

#include "media/media.h"
#include "tests/peer/peer.h"

#define STUDIO_EVENTS_MAX 4096

struct studio;

struct studio_kept { /* what the sink got */
	uint64_t packets[8][FW_TRACK_COUNT]; /* by participant */
	uint64_t sender_reports[8];
	uint64_t bad; /* not RTP, or of an odd participant */
};

struct studio *studio_new(unsigned workers);
/* NULL when the machine has no such address. */
struct studio *studio_new_at(unsigned workers, const char *address);
void studio_free(struct studio *studio);
struct fw_media *studio_media(struct studio *studio);

/* Opens a peer of the call, makes the offer, has it answered and passes the answer on. peer: its handle, also the participant. */
struct test_peer *studio_join(struct studio *studio, uint64_t call, uint64_t peer,
	const struct test_peer_options *options);
/* The two halves of it for peers of another kind: the offer (g_free), later the answer. */
char *studio_offer(struct studio *studio, uint64_t call, uint64_t peer);
void studio_answer(struct studio *studio, uint64_t call, uint64_t peer, const char *answer_sdp);
/* Offers again with new ICE credentials. */
void studio_restart_ice(
	struct studio *studio, uint64_t call, uint64_t peer, struct test_peer *client);
/* Offers again with more slots. */
void studio_grow(struct studio *studio, uint64_t call, uint64_t peer, unsigned slots,
	struct test_peer *client);
void studio_post(struct studio *studio, const struct fw_media_command *command);
void studio_gate(struct studio *studio, uint64_t call, uint64_t peer, bool open);
void studio_hold(struct studio *studio, uint64_t call, uint64_t peer, bool held);
void studio_show(
	struct studio *studio, uint64_t call, uint64_t peer, unsigned slot, uint64_t source);
void studio_record(struct studio *studio, uint64_t call, uint64_t peer, bool on);
void studio_close(struct studio *studio, uint64_t call, uint64_t peer);

/* Copies what has come so far; returns how many events. */
size_t studio_events(struct studio *studio, struct fw_media_event *ret_events, size_t max);
unsigned studio_count(struct studio *studio, enum fw_media_event_kind kind, uint64_t peer);
struct studio_kept studio_kept(struct studio *studio);
uint64_t studio_counter(struct studio *studio, enum fw_media_count which); /* of all workers */

/* Runs the peers for so long while each of them sends: sound every 20 ms, and per track of tracks (bits) a burst of six packets every
 * 33 ms, face and document. */
void studio_run(struct test_peer *const *peers, size_t count, unsigned tracks, int64_t duration_us);
/* Runs the peers until all are up or failed; at most 5 s. */
void studio_settle(struct test_peer *const *peers, size_t count);

#endif
