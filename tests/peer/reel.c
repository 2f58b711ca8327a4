/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/peer/reel.h"
#include <assert.h>
#include <libavcodec/avcodec.h>
#include <libavutil/channel_layout.h>
#include <libavutil/opt.h>
#include <math.h>
#include <string.h>

#define TONE_HZ       1000
#define SOUND_RATE    48000
#define SOUND_SAMPLES (SOUND_RATE / (1000000 / TEST_SOUND_FRAME_US))
#define DARK          40 /* luma */
#define WHITE         235

static AVCodecContext *open_video(unsigned width_px, unsigned height_px, unsigned fps, unsigned kbps)
{
	const AVCodec *codec = avcodec_find_encoder_by_name("libvpx");
	AVCodecContext *context = avcodec_alloc_context3(codec);

	assert(codec != NULL && context != NULL);
	context->width = (int)width_px;
	context->height = (int)height_px;
	context->time_base = (AVRational){1, (int)fps};
	context->framerate = (AVRational){(int)fps, 1};
	context->pix_fmt = AV_PIX_FMT_YUV420P;
	context->bit_rate = (int64_t)kbps * 1000;
	context->gop_size = 100000; /* key frames only where asked for */
	context->thread_count = 1;
	(void)av_opt_set(context->priv_data, "deadline", "realtime", 0);
	(void)av_opt_set(context->priv_data, "cpu-used", "8", 0);
	(void)av_opt_set(context->priv_data, "lag-in-frames", "0", 0);
	(void)av_opt_set(context->priv_data, "error-resilient", "default", 0);
	assert(avcodec_open2(context, codec, NULL) == 0);
	return context;
}

/* A bar that goes round once per cycle, and a strip of noise so that the encoder has its rate to
 * spend. */
static void draw(AVFrame *frame, unsigned number, unsigned count, unsigned fps)
{
	bool flash = (uint64_t)number * 1000000 < (uint64_t)fps * TEST_FLASH_US;
	guint32 random = number * 77777 + 1;

	for (int y = 0; y < frame->height; y++) {
		uint8_t *line = frame->data[0] + (ptrdiff_t)y * frame->linesize[0];
		memset(line, flash ? WHITE : DARK, (size_t)frame->width);
		for (int x = 0; x < frame->width && !flash && y >= frame->height * 3 / 4; x++) {
			random = random * 1664525 + 1013904223;
			line[x] = (uint8_t)(DARK + (random >> 27));
		}
		if (!flash) {
			memset(line + (size_t)frame->width * number / count * 15 / 16, 120,
				(size_t)frame->width / 16);
		}
	}
	for (int plane = 1; plane < 3; plane++) {
		memset(frame->data[plane], 128,
			(size_t)frame->linesize[plane] * (size_t)frame->height / 2);
	}
}

static GBytes *encode(AVCodecContext *context, AVFrame *frame)
{
	AVPacket *packet = av_packet_alloc();
	GBytes *bytes = NULL;

	assert(avcodec_send_frame(context, frame) == 0);
	assert(avcodec_receive_packet(context, packet) == 0);
	bytes = g_bytes_new(packet->data, (gsize)packet->size);
	av_packet_free(&packet);
	return bytes;
}

static GBytes **encode_cycle(const struct test_reel *reel, unsigned kbps, bool all_keys)
{
	AVCodecContext *context = open_video(reel->width_px, reel->height_px, reel->fps, kbps);
	AVFrame *frame = av_frame_alloc();
	GBytes **pictures = g_new0(GBytes *, reel->picture_count);

	frame->format = AV_PIX_FMT_YUV420P;
	frame->width = (int)reel->width_px;
	frame->height = (int)reel->height_px;
	assert(av_frame_get_buffer(frame, 0) == 0);
	for (unsigned i = 0; i < reel->picture_count; i++) {
		assert(av_frame_make_writable(frame) == 0);
		draw(frame, i, reel->picture_count, reel->fps);
		frame->pts = i;
		frame->pict_type = all_keys || i == 0 ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
		pictures[i] = encode(context, frame);
	}
	av_frame_free(&frame);
	avcodec_free_context(&context);
	return pictures;
}

struct test_reel *test_reel_new(unsigned width_px, unsigned height_px, unsigned fps, unsigned kbps)
{
	struct test_reel *reel = g_new0(struct test_reel, 1);

	av_log_set_level(AV_LOG_ERROR);
	reel->width_px = width_px;
	reel->height_px = height_px;
	reel->fps = fps;
	reel->picture_count = fps * (TEST_CYCLE_US / 1000000);
	reel->pictures = encode_cycle(reel, kbps, false);
	reel->keys = encode_cycle(reel, kbps, true);
	return reel;
}

void test_reel_free(struct test_reel *reel)
{
	if (reel == NULL) {
		return;
	}
	for (unsigned i = 0; i < reel->picture_count; i++) {
		g_bytes_unref(reel->pictures[i]);
		g_bytes_unref(reel->keys[i]);
	}
	g_free(reel->pictures);
	g_free(reel->keys);
	g_free(reel);
}

static AVCodecContext *open_sound(void)
{
	const AVCodec *codec = avcodec_find_encoder_by_name("libopus");
	AVCodecContext *context = avcodec_alloc_context3(codec);

	assert(codec != NULL && context != NULL);
	context->sample_rate = SOUND_RATE;
	context->sample_fmt = AV_SAMPLE_FMT_S16;
	context->ch_layout = (AVChannelLayout)AV_CHANNEL_LAYOUT_MONO;
	context->bit_rate = 32000;
	context->time_base = (AVRational){1, SOUND_RATE};
	(void)av_opt_set(context->priv_data, "frame_duration", "20", 0);
	/* CELT only: its silent frames need no memory of the ones before, so that a muted show may jump
	 * among them without a click. */
	(void)av_opt_set(context->priv_data, "application", "lowdelay", 0);
	assert(avcodec_open2(context, codec, NULL) == 0 && context->frame_size == SOUND_SAMPLES);
	return context;
}

/* The encoder looks ahead (6.5 ms): what it is fed is early by that, so that the tone comes out on
 * time. */
static void fill_sound(AVFrame *frame, unsigned number, int lookahead)
{
	int16_t *samples = (int16_t *)frame->data[0];

	for (int i = 0; i < SOUND_SAMPLES; i++) {
		int64_t at = ((int64_t)number * SOUND_SAMPLES + i + lookahead) %
			(SOUND_SAMPLES * TEST_SOUND_FRAMES);
		bool tone = at * 1000000 < (int64_t)TEST_FLASH_US * SOUND_RATE;
		samples[i] =
			(int16_t)(tone ? 16000 * sin(2 * G_PI * TONE_HZ * (double)at / SOUND_RATE)
				       : 0);
	}
}

static gpointer make_sound(gpointer unused)
{
	AVCodecContext *context = open_sound();
	AVFrame *frame = av_frame_alloc();
	GBytes **frames = g_new0(GBytes *, TEST_SOUND_FRAMES);

	(void)unused;
	frame->format = AV_SAMPLE_FMT_S16;
	frame->nb_samples = SOUND_SAMPLES;
	frame->sample_rate = SOUND_RATE;
	frame->ch_layout = (AVChannelLayout)AV_CHANNEL_LAYOUT_MONO;
	assert(av_frame_get_buffer(frame, 0) == 0);
	/* Twice round, the second is kept: it follows its own end. */
	for (unsigned i = 0; i < 2 * TEST_SOUND_FRAMES; i++) {
		assert(av_frame_make_writable(frame) == 0);
		fill_sound(frame, i, context->initial_padding);
		frame->pts = (int64_t)i * SOUND_SAMPLES;
		g_clear_pointer(&frames[i % TEST_SOUND_FRAMES], g_bytes_unref);
		frames[i % TEST_SOUND_FRAMES] = encode(context, frame);
	}
	av_frame_free(&frame);
	avcodec_free_context(&context);
	return frames;
}

GBytes *const *test_sound(void)
{
	static GOnce once = G_ONCE_INIT;

	return g_once(&once, make_sound, NULL);
}
