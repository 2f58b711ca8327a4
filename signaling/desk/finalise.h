/* SPDX-License-Identifier: Apache-2.0 */
/* Finaliser jobs: one durable row per recording; started at the answer to follow the call, finished when the
 * journal is closed, tried again with growing pauses when the worker process fails, then parked. While the call
 * goes on a job is never parked, and its end gives all attempts back. A parked job's recording has failed; the
 * journal is kept, and a person may have it tried again (docs/PROTOCOL.md, recording.work).
 *
 *     running --> done
 *        ^  \--> waiting --> running ...   \--> parked (FW_FINALISE_ATTEMPTS_MAX failures, or nothing to work on)
 *        \------------- retry ---------------------/
 *
 * Threads: the desk's. Errors: 0, errno of the database.
 */
#ifndef FW_SIGNALING_DESK_FINALISE_H
#define FW_SIGNALING_DESK_FINALISE_H

#include "signaling/desk/state.h"

#define FW_FINALISE_ATTEMPTS_MAX 6

/* A row and a following worker for a call whose journal was opened; after a restart, for the row there is. */
int fw_finalise_start(
	struct fw_desk *desk, struct fw_call *call, const uint8_t key[FW_AEAD_KEY_BYTES]);
/* The journal of the call (handle) does not grow any more. */
int fw_finalise_finish(struct fw_desk *desk, uint64_t call);

/* Once more, now, with all attempts; -ENOENT: no job of the recording waits or is parked. */
int fw_finalise_retry(struct fw_desk *desk, const char *recording);

/* What a failed attempt is called in recording.work.error. */
const char *fw_finalise_error_code(const char *error);

/* Jobs of an earlier run; those of calls that go on are left to fw_finalise_start(). */
int fw_finalise_load(struct fw_desk *desk);

int fw_finalise_event(struct fw_desk *desk, const struct fw_job_event *event);
int fw_finalise_due(struct fw_desk *desk, struct fw_job *job);

#endif
