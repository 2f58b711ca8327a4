/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One participant of a recording: three tracks, the clocks of what he sent with, two sources.
 *
 * Owner: the finaliser. Threads: one. Errors: those of part.h.
 */
#ifndef FW_RECORDER_PARTICIPANT_H
#define FW_RECORDER_PARTICIPANT_H

#include "recorder/source.h"

struct fw_participant;

struct fw_participant *fw_participant_create(const struct fw_part_setup *setup, uint32_t number);
void fw_participant_destroy(struct fw_participant *participant);

uint32_t fw_participant_number(const struct fw_participant *participant);
void fw_participant_set_label(struct fw_participant *participant, const char *text, size_t size);

/* PACKET and SENDER_REPORT records of this participant. */
void fw_participant_packet(struct fw_participant *participant, const struct fw_record *record);
void fw_participant_report(struct fw_participant *participant, const struct fw_record *record);

/* newest_us: of all records. */
int fw_participant_advance(struct fw_participant *participant, int64_t newest_us);
/* over: the call ended then, and what is for a later time is left out. */
int fw_participant_finish(struct fw_participant *participant, int64_t ended_us, bool over);

/* Every packet that was put in is in one of the accounts. */
bool fw_participant_accounted(const struct fw_participant *participant);
/* The muxer refused something of it (fw_part_refused()). */
bool fw_participant_refused(const struct fw_participant *participant);
/*
 * Appends the manifest's entries: of parts with a file, and of parts of which nothing could be
 * written; adds up what the files hold.
 */
void fw_participant_sources(const struct fw_participant *participant, json_t *sources,
	json_t *unwritten, uint64_t *bytes, int64_t *longest_us);
json_t *fw_participant_json(const struct fw_participant *participant);

#endif
