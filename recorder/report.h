/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The account of one track in one file: every packet that came is written, empty, a duplicate or
 * discarded; every packet that did not come is lost; what is discarded or lost lies in a named gap.
 *
 * Owner: the part of a source it belongs to. Threads: one. Errors: none. Times: wall clock, UTC.
 */
#ifndef FW_RECORDER_REPORT_H
#define FW_RECORDER_REPORT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "recorder/causes.h"

struct fw_report;

struct fw_report_counts {
	uint64_t written;
	uint64_t empty; /* padding only: nothing to write */
	uint64_t duplicate;
	uint64_t discarded; /* came, but could not be used */
	uint64_t lost; /* never came */
};

struct fw_report *fw_report_create(enum fw_track track);
void fw_report_destroy(struct fw_report *report);
enum fw_track fw_report_track(const struct fw_report *report);

struct fw_report_counts *fw_report_counts(struct fw_report *report);
void fw_report_ssrc(struct fw_report *report, uint32_t ssrc);

/* packets: discarded and lost ones of this gap. Neighbours of the same cause become one. */
void fw_report_gap(struct fw_report *report, int64_t from_us, int64_t to_us, enum fw_cause cause,
	uint64_t packets);
void fw_report_fill(struct fw_report *report, int64_t from_us, int64_t to_us);
void fw_report_size(
	struct fw_report *report, int64_t from_us, uint16_t width_px, uint16_t height_px);

/* Packets that came: the finaliser holds the sum of all files against what the journal had. */
uint64_t fw_report_received(const struct fw_report *report);
/* Whether the gaps hold exactly what was discarded or lost. */
bool fw_report_accounted(const struct fw_report *report);
json_t *fw_report_json(const struct fw_report *report);

#endif
