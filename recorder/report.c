/* SPDX-License-Identifier: Apache-2.0 */
#include "recorder/report.h"

#define JOIN_US   500000 /* gaps of one cause that are closer are one: a bad line is one story */
#define GAPS_MAX  4096 /* of one track; beyond it they are joined from ever further apart */
#define SIZES_MAX 4096 /* changes of picture size; later ones are not listed */

struct gap {
	int64_t from_us;
	int64_t to_us;
	enum fw_cause cause; /* FW_CAUSE_COUNT: a fill */
	uint64_t packets;
};

struct size {
	int64_t from_us;
	uint16_t width_px;
	uint16_t height_px;
};

struct fw_report {
	enum fw_track track;
	struct fw_report_counts counts;
	GArray *ssrcs;
	GArray *gaps;
	GArray *fills;
	GArray *sizes;
};

struct fw_report *fw_report_create(enum fw_track track)
{
	struct fw_report *report = g_new0(struct fw_report, 1);

	report->track = track;
	report->ssrcs = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	report->gaps = g_array_new(FALSE, FALSE, sizeof(struct gap));
	report->fills = g_array_new(FALSE, FALSE, sizeof(struct gap));
	report->sizes = g_array_new(FALSE, FALSE, sizeof(struct size));
	return report;
}

void fw_report_destroy(struct fw_report *report)
{
	if (!report) {
		return;
	}
	g_array_unref(report->ssrcs);
	g_array_unref(report->gaps);
	g_array_unref(report->fills);
	g_array_unref(report->sizes);
	g_free(report);
}

struct fw_report_counts *fw_report_counts(struct fw_report *report)
{
	return &report->counts;
}

void fw_report_ssrc(struct fw_report *report, uint32_t ssrc)
{
	for (unsigned i = 0; i < report->ssrcs->len; i++) {
		if (g_array_index(report->ssrcs, uint32_t, i) == ssrc) {
			return;
		}
	}
	g_array_append_val(report->ssrcs, ssrc);
}

/* Joins with the last of the same cause that is near; only the newest few can be. */
static void add(GArray *gaps, const struct gap *gap)
{
	int64_t join_us = (int64_t)JOIN_US << MIN(gaps->len / GAPS_MAX, 30u);

	for (unsigned i = 0; i < 4 && i < gaps->len; i++) {
		struct gap *before = &g_array_index(gaps, struct gap, gaps->len - 1 - i);

		if (before->cause == gap->cause && gap->from_us - before->to_us <= join_us &&
			before->from_us - gap->to_us <= join_us) {
			before->from_us = MIN(before->from_us, gap->from_us);
			before->to_us = MAX(before->to_us, gap->to_us);
			before->packets += gap->packets;
			return;
		}
	}
	g_array_append_val(gaps, *gap);
}

void fw_report_gap(struct fw_report *report, int64_t from_us, int64_t to_us, enum fw_cause cause,
	uint64_t packets)
{
	const struct gap gap = {
		.from_us = from_us, .to_us = MAX(from_us, to_us), .cause = cause, .packets = packets};

	add(report->gaps, &gap);
}

void fw_report_fill(struct fw_report *report, int64_t from_us, int64_t to_us)
{
	struct gap *before = report->fills->len > 0
		? &g_array_index(report->fills, struct gap, report->fills->len - 1)
		: NULL;
	const struct gap fill = {.from_us = from_us, .to_us = to_us, .cause = FW_CAUSE_COUNT};

	/* A fill says that this stretch is not the sender's: only what touches is joined. */
	if (before && (from_us <= before->to_us || report->fills->len >= GAPS_MAX)) {
		before->to_us = MAX(before->to_us, to_us);
		return;
	}
	g_array_append_val(report->fills, fill);
}

void fw_report_size(struct fw_report *report, int64_t from_us, uint16_t width_px, uint16_t height_px)
{
	const struct size size = {.from_us = from_us, .width_px = width_px, .height_px = height_px};
	const struct size *last = report->sizes->len > 0
		? &g_array_index(report->sizes, struct size, report->sizes->len - 1)
		: NULL;

	if (last && last->width_px == width_px && last->height_px == height_px) {
		return;
	}
	if (report->sizes->len < SIZES_MAX) {
		g_array_append_val(report->sizes, size);
	}
}

enum fw_track fw_report_track(const struct fw_report *report)
{
	return report->track;
}

uint64_t fw_report_received(const struct fw_report *report)
{
	const struct fw_report_counts *counts = &report->counts;

	return counts->written + counts->empty + counts->duplicate + counts->discarded;
}

bool fw_report_accounted(const struct fw_report *report)
{
	uint64_t in_gaps = 0;

	for (unsigned i = 0; i < report->gaps->len; i++) {
		in_gaps += g_array_index(report->gaps, struct gap, i).packets;
	}
	return in_gaps == report->counts.discarded + report->counts.lost;
}

static json_t *gaps_json(const GArray *gaps, bool named)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < gaps->len; i++) {
		const struct gap *gap = &g_array_index(gaps, struct gap, i);
		json_t *entry = json_pack("{s:I,s:I}", "from_us", (json_int_t)gap->from_us, "to_us",
			(json_int_t)gap->to_us);

		if (named) {
			json_object_set_new(entry, "cause", json_string(fw_cause_name(gap->cause)));
			json_object_set_new(
				entry, "packets", json_integer((json_int_t)gap->packets));
		}
		json_array_append_new(list, entry);
	}
	return list;
}

static json_t *sizes_json(const GArray *sizes)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < sizes->len; i++) {
		const struct size *size = &g_array_index(sizes, struct size, i);

		json_array_append_new(list,
			json_pack("{s:I,s:i,s:i}", "from_us", (json_int_t)size->from_us, "width",
				size->width_px, "height", size->height_px));
	}
	return list;
}

json_t *fw_report_json(const struct fw_report *report)
{
	static const char *const tracks[] = {"audio", "face", "document"};
	const struct fw_report_counts *counts = &report->counts;
	json_t *ssrcs = json_array();
	json_t *packets = json_pack("{s:I,s:I,s:I,s:I,s:I,s:I}", "received",
		(json_int_t)fw_report_received(report), "written", (json_int_t)counts->written,
		"empty", (json_int_t)counts->empty, "duplicate", (json_int_t)counts->duplicate,
		"discarded", (json_int_t)counts->discarded, "lost", (json_int_t)counts->lost);

	for (unsigned i = 0; i < report->ssrcs->len; i++) {
		json_array_append_new(
			ssrcs, json_integer(g_array_index(report->ssrcs, uint32_t, i)));
	}
	return json_pack("{s:s,s:s,s:o,s:o,s:o,s:o,s:o}", "track", tracks[report->track], "codec",
		report->track == FW_TRACK_AUDIO ? "opus" : "vp8", "ssrcs", ssrcs, "packets",
		packets, "gaps", gaps_json(report->gaps, true), "fills",
		gaps_json(report->fills, false), "sizes", sizes_json(report->sizes));
}
