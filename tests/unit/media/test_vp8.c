/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <string.h>

#include "media/vp8.h"

/* RFC 7741 4.6.1 and 4.6.3 give the descriptors; the frame is a key frame of 640x480. */
#define KEY_FRAME 0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0xe0, 0x01

static void key_frame_without_extension(void **state)
{
	static const uint8_t payload[] = {0x10, KEY_FRAME};
	struct fw_vp8 vp8;

	(void)state;
	assert_int_equal(fw_vp8_parse(payload, sizeof payload, &vp8), 0);
	assert_true(vp8.start_of_frame);
	assert_true(vp8.key_frame);
	assert_int_equal(vp8.width_px, 640);
	assert_int_equal(vp8.height_px, 480);
	assert_int_equal(vp8.descriptor_bytes, 1);
	assert_int_equal(vp8.picture_id, -1);
	assert_int_equal(vp8.temporal_layer, -1);
}

static void all_fields_of_the_extension(void **state)
{
	static const uint8_t payload[] = {
		0x90 | 0x20, 0xf0, 0x92, 0x34, 0x56, 0x60 | 0x07, KEY_FRAME};
	struct fw_vp8 vp8;

	(void)state;
	assert_int_equal(fw_vp8_parse(payload, sizeof payload, &vp8), 0);
	assert_true(vp8.non_reference);
	assert_int_equal(vp8.picture_id, 0x1234);
	assert_int_equal(vp8.picture_id_bits, 15);
	assert_int_equal(vp8.tl0_picture_index, 0x56);
	assert_int_equal(vp8.temporal_layer, 1);
	assert_true(vp8.layer_sync);
	assert_int_equal(vp8.key_index, 7);
	assert_int_equal(vp8.descriptor_bytes, 6);
	assert_int_equal(vp8.width_px, 640);
}

static void short_picture_id_and_inter_frame(void **state)
{
	static const uint8_t payload[] = {0x90, 0x80, 0x11, 0x31, 2, 3};
	static const uint8_t middle[] = {0x80, 0x80, 0x11, 0x30, 2, 3};
	static const uint8_t partition[] = {0x12, 0x10, 2, 3};
	struct fw_vp8 vp8;

	(void)state;
	assert_int_equal(fw_vp8_parse(payload, sizeof payload, &vp8), 0);
	assert_int_equal(vp8.picture_id, 0x11);
	assert_int_equal(vp8.picture_id_bits, 7);
	assert_true(vp8.start_of_frame);
	assert_false(vp8.key_frame);
	/* without S, or in another partition, the first byte is no frame tag */
	assert_int_equal(fw_vp8_parse(middle, sizeof middle, &vp8), 0);
	assert_false(vp8.start_of_frame);
	assert_false(vp8.key_frame);
	assert_int_equal(fw_vp8_parse(partition, sizeof partition, &vp8), 0);
	assert_false(vp8.start_of_frame);
	assert_int_equal(vp8.partition, 2);
}

static void every_cut(void **state)
{
	static const uint8_t payload[] = {0x90, 0xf0, 0x92, 0x34, 0x56, 0x67, KEY_FRAME};
	struct fw_vp8 vp8;

	(void)state;
	for (size_t cut = 0; cut < sizeof payload; cut++) {
		g_autofree uint8_t *copy = g_memdup2(payload, cut);
		assert_int_equal(fw_vp8_parse(copy, cut, &vp8), cut <= 6 ? -EBADMSG : 0);
		if (cut > 6) {
			assert_true(vp8.key_frame);
			assert_int_equal(vp8.width_px, 0); /* not all there */
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(key_frame_without_extension),
		cmocka_unit_test(all_fields_of_the_extension),
		cmocka_unit_test(short_picture_id_and_inter_frame),
		cmocka_unit_test(every_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
