/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls made up packet by packet, finalised, and the files read back as a player would.
 *
 * Owner: finalised_set_up and finalised_tear_down, for cmocka. Threads: the test's. Errors: fail the test.
 */
#ifndef FW_TESTS_UNIT_RECORDER_FINALISED_H
#define FW_TESTS_UNIT_RECORDER_FINALISED_H

#include "tests/unit/testing.h"

#include "recorder/finaliser.h"
#include "recorder/recording.h"
#include "tests/support/talker.h"

#define RECORDING "017f22e2-79b0-7000-98c4-dc0c0c07398f"
#define CALL      "017f22e2-79b0-7000-98c4-dc0c0c073990"
#define START_US  INT64_C(1795312979000000)
#define S         INT64_C(1000000)
#define SKEW_US   80000 /* sound against picture, the goal */

extern const uint8_t finalised_key[FW_AEAD_KEY_BYTES];

struct finalised {
	char *folder;
	struct fw_blob_store *store;
	struct talker talker;
	GPtrArray *records; /* GBytes of encoded records, in the order of their times */
	json_t *manifest;
	json_t *result;
};

struct finalised_seen {
	int64_t least_us, most_us; /* how far from their true times, over all packets */
	unsigned audio, video, keys, silence;
};

int finalised_set_up(void **state);
int finalised_tear_down(void **state);
/* A record of the call; the user of a talker is the struct finalised. */
void finalised_collect(void *user, const struct fw_record *record);
void finalised_collect_segment(
	struct finalised *fixture, int64_t at_us, enum fw_segment_reason reason);
/* Makes the files; 0 or the first error. end_us 0: the server was killed. */
int finalised_try(struct finalised *fixture, int64_t end_us);
/* The same without an error; the manifest must account for every packet. */
void finalised_finish(struct finalised *fixture, int64_t end_us);

/* Of the manifest; a test fails where there is none. Borrowed. */
json_t *finalised_source(struct finalised *fixture, const char *id);
json_t *finalised_track(struct finalised *fixture, const char *id, const char *name);
int64_t finalised_number(const json_t *object, const char *name);
int64_t finalised_packets(
	struct finalised *fixture, const char *id, const char *name, const char *which);
/* Sum of the lengths of the gaps of a cause; cause NULL: of the fills. */
int64_t finalised_total_us(
	struct finalised *fixture, const char *id, const char *name, const char *cause);
bool finalised_has_cause(
	struct finalised *fixture, const char *id, const char *name, const char *cause);

/* Reads the file back and holds every packet against the time that is written in it. */
struct finalised_seen finalised_check_file(struct finalised *fixture, const char *id);
void finalised_check_skew(const struct finalised_seen *seen);

#endif
