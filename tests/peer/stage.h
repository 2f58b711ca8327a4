/* SPDX-License-Identifier: Apache-2.0 */
/* A media plane in this process with test peers at it, as the desk would set them up: for tests of
 * the workers alone.
 *
 * Owner: the caller.  Threads: the caller's; the workers have their own, events are counted under a
 * lock.  Errors: they abort the test.
 */
#ifndef FW_TESTS_PEER_STAGE_H
#define FW_TESTS_PEER_STAGE_H

#include "media/media.h"
#include "tests/peer/peer.h"
#include <glib.h>

struct test_stage;

#define TEST_STAGE_EVENTS (FW_MEDIA_QUALITY + 1)

/* sink may be NULL. One worker on 127.0.0.1 with UDP and TCP, on free ports. */
struct test_stage *test_stage_new(const struct fw_sink_ops *sink, void *sink_user);
void test_stage_free(struct test_stage *stage);
struct fw_media *test_stage_media(struct test_stage *stage);

/* Opens the peer at the worker, makes the offer, lets the test peer answer and gives the answer to
 * the worker. Handles are the caller's choice; the call is number 1. */
struct test_peer *test_stage_join(
	struct test_stage *stage, uint64_t handle, const struct test_peer_options *options);
void test_stage_gate(struct test_stage *stage, uint64_t handle, bool open);
void test_stage_show(struct test_stage *stage, uint64_t handle, uint8_t slot, uint64_t source);
void test_stage_record(struct test_stage *stage, uint64_t handle, uint32_t participant);
void test_stage_close(struct test_stage *stage, uint64_t handle);
/* New ICE credentials; ret_answer of the peer is not needed by the worker. */
void test_stage_restart_ice(struct test_stage *stage, uint64_t handle, struct test_peer *peer);

/* How many events of a kind came for a handle; the failure of the last FAILED. */
unsigned test_stage_events(
	struct test_stage *stage, uint64_t handle, enum fw_media_event_kind kind);
enum fw_media_failure test_stage_failure(struct test_stage *stage, uint64_t handle);
/* The last quality event's fields. */
struct fw_media_event test_stage_quality(struct test_stage *stage, uint64_t handle);

#endif
