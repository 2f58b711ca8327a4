/* SPDX-License-Identifier: Apache-2.0 */
#include "recorder/picture.h"

#include "media/vp8.h"

#define SILENT_US         2000000 /* no picture for longer is a gap; media calls it stopped then, too */
#define PICTURE_MAX       (16 * 1024 * 1024) /* bytes; a 4K key frame has 1 */
#define LONG_PICTURE_IDS  0x7fff
#define SHORT_PICTURE_IDS 0x7f

struct fw_pictures {
	const struct fw_pictures_ops *ops;
	void *user;
	/* the picture that is being put together */
	bool open;
	bool broken;
	bool key;
	int64_t timestamp;
	int64_t time_us;
	uint16_t width_px;
	uint16_t height_px;
	int32_t picture_id;
	unsigned packets;
	GByteArray *bytes;
	/* the last whole one, also when it was dropped */
	int32_t last_picture_id;
	int64_t last_out_us; /* of the last picture given out; INT64_MIN: none */
	/* losses since then */
	bool needs_key;
	bool doubtful; /* numbers are missing before this packet; perhaps they were padding */
	uint64_t doubtful_lost;
	int64_t gap_from_us; /* INT64_MIN: no gap is open */
	int64_t gap_seen_us; /* how far the gap reaches at least */
	uint64_t gap_lost;
	uint64_t gap_discarded;
};

struct fw_pictures *fw_pictures_create(const struct fw_pictures_ops *ops, void *user)
{
	struct fw_pictures *pictures = g_new0(struct fw_pictures, 1);

	pictures->ops = ops;
	pictures->user = user;
	pictures->bytes = g_byte_array_new();
	pictures->last_picture_id = -1;
	pictures->last_out_us = INT64_MIN;
	pictures->gap_from_us = INT64_MIN;
	pictures->needs_key = true;
	return pictures;
}

void fw_pictures_destroy(struct fw_pictures *pictures)
{
	if (!pictures) {
		return;
	}
	g_byte_array_unref(pictures->bytes);
	g_free(pictures);
}

static struct fw_report_counts *counts(struct fw_pictures *pictures)
{
	return fw_report_counts(pictures->ops->report(pictures->user));
}

/* --- gaps ------------------------------------------------------------------------------------- */

static void open_gap(struct fw_pictures *pictures, int64_t time_us)
{
	if (pictures->gap_from_us == INT64_MIN) {
		pictures->gap_from_us =
			pictures->last_out_us == INT64_MIN ? time_us : pictures->last_out_us;
	}
	pictures->gap_seen_us = time_us;
}

static void lose(struct fw_pictures *pictures, uint64_t lost, int64_t time_us)
{
	open_gap(pictures, time_us);
	pictures->gap_lost += lost;
	counts(pictures)->lost += lost;
	pictures->needs_key = true;
}

static void discard(struct fw_pictures *pictures, unsigned packets, int64_t time_us)
{
	open_gap(pictures, time_us);
	pictures->gap_discarded += packets;
	counts(pictures)->discarded += packets;
	pictures->needs_key = true;
}

static void close_gap(struct fw_pictures *pictures, int64_t time_us)
{
	enum fw_cause otherwise =
		pictures->gap_lost > 0 ? FW_CAUSE_PACKET_LOSS : FW_CAUSE_NO_KEY_FRAME;
	uint64_t lost = pictures->gap_lost;

	if (pictures->gap_from_us != INT64_MIN) {
		fw_report_gap(pictures->ops->report(pictures->user), pictures->gap_from_us, time_us,
			pictures->ops->cause(
				pictures->user, pictures->gap_from_us, time_us, otherwise, lost),
			lost + pictures->gap_discarded);
	} else if (pictures->last_out_us != INT64_MIN &&
		time_us - pictures->last_out_us > SILENT_US) {
		fw_report_gap(pictures->ops->report(pictures->user), pictures->last_out_us, time_us,
			pictures->ops->cause(pictures->user, pictures->last_out_us, time_us,
				FW_CAUSE_SENDER_SILENT, 0),
			0);
	}
	pictures->gap_from_us = INT64_MIN;
	pictures->gap_lost = 0;
	pictures->gap_discarded = 0;
}

/* Numbers were missing, but the picture's own number goes on: the packets held padding. */
static void lost_padding(struct fw_pictures *pictures, int64_t time_us)
{
	fw_report_gap(pictures->ops->report(pictures->user), time_us, time_us, FW_CAUSE_PACKET_LOSS,
		pictures->doubtful_lost);
	counts(pictures)->lost += pictures->doubtful_lost;
}

/* --- pictures --------------------------------------------------------------------------------- */

static void give_out(struct fw_pictures *pictures)
{
	struct fw_frame *frame = fw_frame_new(pictures->bytes->data, pictures->bytes->len);

	frame->time_us = pictures->time_us;
	frame->key = pictures->key;
	frame->width_px = pictures->width_px;
	frame->height_px = pictures->height_px;
	close_gap(pictures, pictures->time_us);
	if (frame->key) {
		fw_report_size(pictures->ops->report(pictures->user), frame->time_us,
			frame->width_px, frame->height_px);
	}
	frame->packets = pictures->packets;
	pictures->needs_key = false;
	pictures->last_out_us = frame->time_us;
	pictures->ops->picture(pictures->user, frame);
}

static void end_picture(struct fw_pictures *pictures)
{
	if (!pictures->open) {
		return;
	}
	pictures->open = false;
	if (pictures->broken || (pictures->needs_key && !pictures->key) ||
		pictures->bytes->len == 0) {
		discard(pictures, pictures->packets, pictures->time_us);
	} else {
		give_out(pictures);
	}
	pictures->last_picture_id = pictures->broken ? -1 : pictures->picture_id;
	g_byte_array_set_size(pictures->bytes, 0);
}

static bool goes_on(const struct fw_pictures *pictures, const struct fw_vp8 *vp8)
{
	int32_t mask = vp8->picture_id_bits == 15 ? LONG_PICTURE_IDS : SHORT_PICTURE_IDS;

	return vp8->start_of_frame && vp8->picture_id >= 0 && pictures->last_picture_id >= 0 &&
		vp8->picture_id == ((pictures->last_picture_id + 1) & mask);
}

static void begin_picture(struct fw_pictures *pictures, const struct fw_stream_packet *packet,
	const struct fw_vp8 *vp8)
{
	if (pictures->doubtful && goes_on(pictures, vp8)) {
		lost_padding(pictures, packet->time_us);
	} else if (pictures->doubtful) {
		lose(pictures, pictures->doubtful_lost, packet->time_us);
	}
	pictures->doubtful = false;
	pictures->doubtful_lost = 0;
	pictures->open = true;
	pictures->broken = !vp8->start_of_frame;
	pictures->key = vp8->key_frame && vp8->width_px > 0 && vp8->height_px > 0;
	pictures->timestamp = packet->timestamp;
	pictures->time_us = packet->time_us;
	pictures->width_px = vp8->width_px;
	pictures->height_px = vp8->height_px;
	pictures->picture_id = vp8->picture_id;
	pictures->packets = 0;
}

static void take_loss(struct fw_pictures *pictures, const struct fw_stream_packet *packet)
{
	bool within = pictures->open && packet->timestamp == pictures->timestamp && packet->size > 0;

	if (packet->lost_before == 0) {
		return;
	}
	if (pictures->open) {
		/* Inside the picture, or its end is missing; only a marker would have closed it. */
		pictures->broken = true;
		lose(pictures, packet->lost_before, packet->time_us);
		if (!within) {
			end_picture(pictures);
		}
	} else {
		pictures->doubtful = true;
		pictures->doubtful_lost += packet->lost_before;
	}
}

static void begin_anew(struct fw_pictures *pictures)
{
	end_picture(pictures);
	pictures->needs_key = true;
	pictures->last_picture_id = -1;
}

void fw_pictures_put(struct fw_pictures *pictures, const struct fw_stream_packet *packet)
{
	struct fw_vp8 vp8;

	fw_report_ssrc(pictures->ops->report(pictures->user), packet->ssrc);
	if (packet->begins) {
		begin_anew(pictures);
	}
	take_loss(pictures, packet);
	if (packet->size == 0) {
		counts(pictures)->empty++;
		return;
	}
	if (pictures->open && packet->timestamp != pictures->timestamp) {
		end_picture(pictures);
	}
	if (fw_vp8_parse(packet->payload, packet->size, &vp8) < 0) {
		pictures->broken = true;
		discard(pictures, 1, packet->time_us);
		return;
	}
	if (!pictures->open) {
		begin_picture(pictures, packet, &vp8);
	}
	pictures->packets++;
	if (pictures->bytes->len + packet->size > PICTURE_MAX) {
		pictures->broken = true;
	} else if (!pictures->broken) {
		g_byte_array_append(pictures->bytes, packet->payload + vp8.descriptor_bytes,
			(guint)(packet->size - vp8.descriptor_bytes));
	}
	if (packet->marker) {
		end_picture(pictures);
	}
}

void fw_pictures_finish(struct fw_pictures *pictures)
{
	end_picture(pictures);
	if (pictures->doubtful) {
		lose(pictures, pictures->doubtful_lost, pictures->gap_seen_us);
		pictures->doubtful = false;
	}
	if (pictures->gap_from_us != INT64_MIN) {
		close_gap(pictures, pictures->gap_seen_us);
	}
}
