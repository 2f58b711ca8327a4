/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/webm_reader.h"

#include <libavformat/avformat.h>
#include <string.h>

static const uint8_t cues_id[] = {0x1c, 0x53, 0xbb, 0x6b};
static const uint8_t cluster_id[] = {0x1f, 0x43, 0xb6, 0x75};

static bool cues_in_front(const char *path)
{
	g_autofree char *bytes = NULL;
	gsize size = 0;
	const char *cues, *cluster;

	g_assert(g_file_get_contents(path, &bytes, &size, NULL));
	cluster = memmem(bytes, size, cluster_id, sizeof(cluster_id));
	g_assert(cluster);
	/* The first mention is in the seek head, without its size and content. */
	cues = memmem(bytes, (size_t)(cluster - bytes), cues_id, sizeof(cues_id));
	cues = cues ? memmem(cues + 4, (size_t)(cluster - cues - 4), cues_id, sizeof(cues_id))
		    : NULL;
	return cues != NULL;
}

static void read_packets(AVFormatContext *format, struct webm *webm)
{
	AVPacket *packet = av_packet_alloc();

	while (av_read_frame(format, packet) >= 0) {
		const AVStream *stream = format->streams[packet->stream_index];
		struct webm_packet entry = {
			.video = stream->codecpar->codec_type == AVMEDIA_TYPE_VIDEO,
			.key = packet->flags & AV_PKT_FLAG_KEY,
			.time_us = av_rescale_q(packet->pts, stream->time_base, AV_TIME_BASE_Q),
			.size = (size_t)packet->size,
		};

		memcpy(entry.head, packet->data, MIN(entry.size, sizeof(entry.head)));
		g_array_append_val(webm->packets, entry);
		av_packet_unref(packet);
	}
	av_packet_free(&packet);
}

void webm_read(const char *path, struct webm *ret_webm)
{
	AVFormatContext *format = NULL;

	memset(ret_webm, 0, sizeof(*ret_webm));
	ret_webm->packets = g_array_new(FALSE, FALSE, sizeof(struct webm_packet));
	ret_webm->cues_in_front = cues_in_front(path);
	g_assert(avformat_open_input(&format, path, NULL, NULL) == 0);
	ret_webm->duration_us = format->duration > 0 ? format->duration : -1;
	for (unsigned i = 0; i < format->nb_streams; i++) {
		const AVCodecParameters *codec = format->streams[i]->codecpar;

		if (codec->codec_type == AVMEDIA_TYPE_VIDEO) {
			ret_webm->has_video = true;
			ret_webm->width_px = codec->width;
			ret_webm->height_px = codec->height;
		} else {
			ret_webm->has_audio = true;
		}
	}
	read_packets(format, ret_webm);
	ret_webm->seeks =
		avformat_seek_file(format, -1, 0, ret_webm->duration_us / 2, INT64_MAX, 0) >= 0;
	avformat_close_input(&format);
}

void webm_clear(struct webm *webm)
{
	g_array_unref(webm->packets);
}
