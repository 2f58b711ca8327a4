/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one participant sent, as it is replayed: the person (audio and face) or the document. It
 * becomes one file, and a further part each time a track appears that the file does not have.
 *
 * Owner: the finaliser. Threads: one. Errors: those of part.h.
 */
#ifndef FW_RECORDER_SOURCE_H
#define FW_RECORDER_SOURCE_H

#include "recorder/part.h"

struct fw_source;

struct fw_source *fw_source_create(
	const struct fw_part_setup *setup, uint32_t participant, enum fw_source_kind kind);
void fw_source_destroy(struct fw_source *source);

/* The part to which what is handed in now belongs. */
struct fw_part *fw_source_part(struct fw_source *source);

/* Takes the frame. */
void fw_source_put(struct fw_source *source, bool video, struct fw_frame *frame);

/* Nothing for a time before this comes any more: writes what there is. */
int fw_source_advance(struct fw_source *source, int64_t time_us);

/* What was handed in for this time or later is left out: the call was over. Before fw_source_finish(). */
void fw_source_cut(struct fw_source *source, int64_t ended_us);

/* ended_us: of the recording. */
int fw_source_finish(struct fw_source *source, int64_t ended_us);

/* All parts, struct fw_part; borrowed. */
const GPtrArray *fw_source_parts(const struct fw_source *source);

#endif
