/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The muxer writes Cues into a space reserved in front. Its size is fixed when the file begins, so
 * the number of entries is bounded here: only frames marked as key get an entry, and the fuller the
 * space, the further apart they must be. Such a frame loses its mark, nothing else; with a key frame
 * every 3 s a call of four hours keeps all of them.
 */
#include "recorder/webm_writer.h"

#include <errno.h>
#include <glib.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/channel_layout.h>
#include <libavutil/opt.h>
#include <string.h>

#define FW_LOG_TOPIC "webm"
#include "base/log.h"

#define CUES_BYTES        131072
#define CUE_BYTES         26 /* of one entry at most: times and positions below 2^40 */
#define CUES_MAX          (CUES_BYTES / CUE_BYTES)
#define CLUSTER_MS        "1000" /* a killed file loses no more, a seek reads no more */
#define AUDIO_CLUSTER_MS  "5000" /* audio alone gets one entry per cluster */
#define IO_BYTES          65536
#define OPUS_HEAD_BYTES   19 /* RFC 7845 5.1 */
#define OPUS_RATE_HZ      48000
#define OPUS_CHANNELS     2
#define OPUS_SEEK_SAMPLES 3840 /* 80 ms, RFC 7845 4.6 */
#define MS_US             1000

#if LIBAVFORMAT_VERSION_MAJOR >= 61
typedef const uint8_t *io_bytes;
#else
typedef uint8_t *io_bytes;
#endif

struct fw_webm {
	struct fw_blob_writer *blob;
	AVFormatContext *format;
	uint64_t position;
	int failed; /* the blob's error: libav would give back its own */
	unsigned tracks;
	bool has_video;
	bool is_video[FW_WEBM_TRACKS_MAX];
	int64_t last_ms[FW_WEBM_TRACKS_MAX];
	unsigned cues;
	int64_t last_cue_ms;
	AVPacket *packet;
};

void fw_webm_warm_up(void)
{
	av_log_set_level(AV_LOG_ERROR);
	(void)av_guess_format("webm", NULL, NULL);
}

/* --- input and output ------------------------------------------------------------------------- */

static int io_write(void *user, io_bytes bytes, int size)
{
	struct fw_webm *webm = user;
	int r = fw_blob_write(webm->blob, webm->position, bytes, (size_t)size);

	if (r < 0) {
		webm->failed = r;
		return AVERROR(-r);
	}
	webm->position += (uint64_t)size;
	return size;
}

static int64_t io_seek(void *user, int64_t offset, int whence)
{
	struct fw_webm *webm = user;
	int64_t size = (int64_t)fw_blob_writer_size(webm->blob);

	switch (whence & ~AVSEEK_FORCE) {
	case AVSEEK_SIZE:
		return size;
	case SEEK_SET:
		break;
	case SEEK_CUR:
		offset += (int64_t)webm->position;
		break;
	case SEEK_END:
		offset += size;
		break;
	default:
		return AVERROR(EINVAL);
	}
	if (offset < 0 || offset > size) {
		return AVERROR(EINVAL);
	}
	webm->position = (uint64_t)offset;
	return offset;
}

static int open_io(struct fw_webm *webm)
{
	uint8_t *buffer = av_malloc(IO_BYTES);

	g_assert(buffer);
	webm->format->pb = avio_alloc_context(buffer, IO_BYTES, 1, webm, NULL, io_write, io_seek);
	g_assert(webm->format->pb);
	webm->format->flags |= AVFMT_FLAG_CUSTOM_IO;
	return 0;
}

static int answer(const struct fw_webm *webm, int r)
{
	if (r >= 0) {
		return 0;
	}
	fw_error("libavformat error=%d", r);
	if (webm->failed < 0) {
		return webm->failed;
	}
	return r == AVERROR(ENOMEM) ? -ENOMEM : -EPROTO; /* memory comes back, a refusal stays */
}

/* --- head ------------------------------------------------------------------------------------- */

static void describe_opus(AVCodecParameters *codec)
{
	static const uint8_t head[OPUS_HEAD_BYTES] = {'O', 'p', 'u', 's', 'H', 'e', 'a', 'd', 1,
		OPUS_CHANNELS, 0, 0, /* no pre-skip: RTP has none */
		OPUS_RATE_HZ & 0xff, OPUS_RATE_HZ >> 8, 0, 0, 0, 0, 0};

	codec->codec_type = AVMEDIA_TYPE_AUDIO;
	codec->codec_id = AV_CODEC_ID_OPUS;
	codec->sample_rate = OPUS_RATE_HZ;
	codec->seek_preroll = OPUS_SEEK_SAMPLES;
	av_channel_layout_default(&codec->ch_layout, OPUS_CHANNELS);
	codec->extradata = av_mallocz(sizeof(head) + AV_INPUT_BUFFER_PADDING_SIZE);
	g_assert(codec->extradata);
	memcpy(codec->extradata, head, sizeof(head));
	codec->extradata_size = sizeof(head);
}

static void add_track(struct fw_webm *webm, const struct fw_webm_track *track)
{
	AVStream *stream = avformat_new_stream(webm->format, NULL);

	g_assert(stream);
	stream->time_base = (AVRational){1, 1000};
	webm->last_ms[webm->tracks] = -1;
	webm->is_video[webm->tracks] = track->codec == FW_WEBM_VP8;
	webm->tracks++;
	if (track->codec == FW_WEBM_OPUS) {
		describe_opus(stream->codecpar);
		return;
	}
	webm->has_video = true;
	stream->codecpar->codec_type = AVMEDIA_TYPE_VIDEO;
	stream->codecpar->codec_id = AV_CODEC_ID_VP8;
	stream->codecpar->width = track->width_px;
	stream->codecpar->height = track->height_px;
}

static int write_head(struct fw_webm *webm)
{
	AVDictionary *options = NULL;
	AVDictionaryEntry *left;
	int r;

	(void)av_dict_set_int(&options, "reserve_index_space", CUES_BYTES, 0);
	(void)av_dict_set(
		&options, "cluster_time_limit", webm->has_video ? CLUSTER_MS : AUDIO_CLUSTER_MS, 0);
	r = avformat_write_header(webm->format, &options);
	left = av_dict_get(options, "", NULL, AV_DICT_IGNORE_SUFFIX);
	if (r >= 0 && left) {
		/* Silently ignored by the library: then no file would be what we promise. */
		fw_error("option unknown to libavformat name=%s", left->key);
		av_dict_free(&options);
		return -EIO;
	}
	av_dict_free(&options);
	return answer(webm, r);
}

int fw_webm_create(struct fw_blob_writer *blob, const struct fw_webm_track *tracks, unsigned count,
	struct fw_webm **ret_webm)
{
	fw_cleanup(fw_webm_destroy) struct fw_webm *webm = NULL;
	int r;

	if (count == 0 || count > FW_WEBM_TRACKS_MAX) {
		return -EINVAL;
	}
	webm = g_new0(struct fw_webm, 1);
	webm->blob = blob;
	webm->last_cue_ms = INT64_MIN / 2;
	webm->packet = av_packet_alloc();
	g_assert(webm->packet);
	r = avformat_alloc_output_context2(&webm->format, NULL, "webm", NULL);
	if (r < 0) {
		return -EIO;
	}
	webm->format->flags |= AVFMT_FLAG_BITEXACT; /* no random ids, no clock, no library version */
	for (unsigned i = 0; i < count; i++) {
		add_track(webm, &tracks[i]);
	}
	r = open_io(webm);
	if (r == 0) {
		r = write_head(webm);
	}
	if (r < 0) {
		return r;
	}
	*ret_webm = g_steal_pointer(&webm);
	return 0;
}

/* --- frames ----------------------------------------------------------------------------------- */

/* How far apart entries must be with so many of them written. */
static int64_t cue_distance_ms(unsigned cues)
{
	if (cues < CUES_MAX / 2) {
		return 1000;
	}
	if (cues < CUES_MAX / 4 * 3) {
		return 4000;
	}
	return cues < CUES_MAX - 1 ? 60000 : INT64_MAX;
}

static bool gets_cue(struct fw_webm *webm, const struct fw_webm_frame *frame, int64_t time_ms)
{
	if (!frame->key) {
		return false;
	}
	if (webm->cues > 0 && time_ms - webm->last_cue_ms < cue_distance_ms(webm->cues)) {
		return false;
	}
	webm->cues++;
	webm->last_cue_ms = time_ms;
	return true;
}

int fw_webm_write(struct fw_webm *webm, const struct fw_webm_frame *frame)
{
	AVPacket *packet = webm->packet;
	int64_t time_ms = frame->time_us / MS_US;
	int64_t end_ms = (frame->time_us + frame->duration_us) / MS_US;
	bool audio;

	if (frame->track >= webm->tracks || frame->size > INT32_MAX) {
		return -EINVAL;
	}
	if (time_ms < webm->last_ms[frame->track]) {
		return -EPROTO;
	}
	audio = !webm->is_video[frame->track];
	webm->last_ms[frame->track] = time_ms;
	packet->data = (uint8_t *)frame->bytes; /* not changed: the muxer copies */
	packet->size = (int)frame->size;
	packet->stream_index = (int)frame->track;
	packet->pts = time_ms;
	packet->dts = time_ms;
	packet->duration = end_ms - time_ms;
	packet->flags = 0;
	/* Audio keeps its marks: beside video it gets no entries, alone one per cluster. */
	if (audio || gets_cue(webm, frame, time_ms)) {
		packet->flags = AV_PKT_FLAG_KEY;
	}
	return answer(webm, av_write_frame(webm->format, packet));
}

int fw_webm_finish(struct fw_webm *webm)
{
	int r = av_write_trailer(webm->format);

	if (r >= 0) {
		avio_flush(webm->format->pb);
		r = webm->format->pb->error;
	}
	return answer(webm, r);
}

void fw_webm_destroy(struct fw_webm *webm)
{
	if (!webm) {
		return;
	}
	if (webm->format) {
		if (webm->format->pb) {
			av_freep(&webm->format->pb->buffer);
			avio_context_free(&webm->format->pb);
		}
		avformat_free_context(webm->format);
	}
	av_packet_free(&webm->packet);
	g_free(webm);
}
