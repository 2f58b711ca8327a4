/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <libavcodec/avcodec.h>

#include "recorder/opus.h"

#define RATE_HZ 48000

static void durations_are_those_of_the_rfc(void **state)
{
	static const struct {
		uint8_t bytes[2];
		size_t size;
		int r;
		int32_t duration_us;
	} cases[] = {
		{{0 << 3, 0}, 1, 0, 10000},
		{{3 << 3, 0}, 1, 0, 60000},
		{{12 << 3, 0}, 1, 0, 10000},
		{{15 << 3, 0}, 1, 0, 20000},
		{{16 << 3, 0}, 1, 0, 2500},
		{{31 << 3, 0}, 1, 0, 20000},
		{{31 << 3 | 4, 0}, 1, 0, 20000}, /* stereo */
		{{31 << 3 | 1, 0}, 1, 0, 40000},
		{{3 << 3 | 2, 0}, 1, 0, 120000},
		{{31 << 3 | 3, 6}, 2, 0, 120000},
		{{31 << 3 | 3, 7}, 2, -EBADMSG, 0}, /* over 120 ms */
		{{31 << 3 | 3, 0}, 2, -EBADMSG, 0}, /* no frame */
		{{31 << 3 | 3, 0}, 1, -EBADMSG, 0},
		{{0, 0}, 0, -EBADMSG, 0},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		int32_t duration_us = 0;

		assert_int_equal(fw_opus_duration_us(cases[i].bytes, cases[i].size, &duration_us),
			cases[i].r);
		assert_int_equal(duration_us, cases[i].duration_us);
	}
}

static void silence_fits_and_is_silent(void **state)
{
	const AVCodec *codec = avcodec_find_decoder(AV_CODEC_ID_OPUS);
	AVCodecContext *decoder = avcodec_alloc_context3(codec);
	AVPacket *packet = av_packet_alloc();
	AVFrame *frame = av_frame_alloc();
	uint8_t bytes[FW_OPUS_SILENCE_BYTES + AV_INPUT_BUFFER_PADDING_SIZE] = {0};
	int32_t told_us = 0;

	(void)state;
	assert_int_equal(fw_opus_silence(2499, bytes, &told_us), 0);
	decoder->sample_rate = RATE_HZ;
	av_channel_layout_default(&decoder->ch_layout, 2);
	assert_int_equal(avcodec_open2(decoder, codec, NULL), 0);
	for (int64_t room_us = 50000; room_us >= 2500; room_us -= 2500) {
		int32_t duration_us = 0;
		size_t size = fw_opus_silence(room_us, bytes, &told_us);

		assert_int_equal(size, FW_OPUS_SILENCE_BYTES);
		assert_true(told_us <= room_us);
		assert_true(room_us < 20000 ? told_us * 2 > room_us : told_us == 20000);
		assert_int_equal(fw_opus_duration_us(bytes, size, &duration_us), 0);
		assert_int_equal(duration_us, told_us);
		packet->data = bytes;
		packet->size = (int)size;
		assert_int_equal(avcodec_send_packet(decoder, packet), 0);
		assert_int_equal(avcodec_receive_frame(decoder, frame), 0);
		assert_int_equal(frame->nb_samples, (int64_t)told_us * RATE_HZ / 1000000);
		for (int i = 0; i < frame->nb_samples; i++) {
			assert_true(((const float *)frame->extended_data[0])[i] == 0.0f);
		}
	}
	av_frame_free(&frame);
	av_packet_free(&packet);
	avcodec_free_context(&decoder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(durations_are_those_of_the_rfc),
		cmocka_unit_test(silence_fits_and_is_silent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
