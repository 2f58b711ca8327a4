/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/pages/shot.h"

#include <math.h>
#include <string.h>

#include <glib.h>

#include "capture/jpeg.h"

#define RED       0.6 /* radians around red: coloured paper is saturated, too */
#define SEAL      120 /* pixels around the seal's centre that are looked at */
#define EXIF_SIZE 36
#define TURN_AT   28 /* in the EXIF segment: the value of the orientation */

double shot_hue_around(const struct fw_image *image, struct fw_point place, int reach)
{
	double sine = 0, cosine = 0;

	for (int y = (int)place.y - reach; y < (int)place.y + reach; y++) {
		for (int x = (int)place.x - reach; x < (int)place.x + reach; x++) {
			const uint8_t *at;
			double angle, a, b;

			if (x < 0 || y < 0 || x >= (int)image->width || y >= (int)image->height) {
				continue;
			}
			at = fw_image_row(image, (unsigned)y) + (size_t)x * FW_COLOUR;
			a = at[0] - (at[1] + at[2]) / 2.0;
			b = sqrt(3) / 2 * (at[1] - at[2]);
			angle = atan2(b, a);
			if (hypot(a, b) > 60 && fabs(angle) < RED) {
				sine += sin(angle);
				cosine += cos(angle);
			}
		}
	}
	return sine == 0 && cosine == 0 ? SHOT_NO_HUE : atan2(sine, cosine) * 180 / M_PI;
}

/* The JPEG of the picture as a sensor lies that has to be turned by that orientation. */
static void encode(const struct fw_image *upright, unsigned quality, unsigned orientation,
	uint8_t **ret_bytes, size_t *ret_size)
{
	static const uint8_t exif[EXIF_SIZE + 1] = "\xff\xe1\x00\x22"
						   "Exif\0\0"
						   "II*\0\x08\0\0\0"
						   "\x01\0"
						   "\x12\x01\x03\0\x01\0\0\0\x01\0\0\0"
						   "\0\0\0\0";
	const struct fw_jpeg_options options = {.quality = quality};
	unsigned back = orientation == 6 ? 8 : orientation == 8 ? 6 : orientation;
	fw_cleanup(fw_image_destroy) struct fw_image *lying = fw_image_orient(upright, back);
	g_autofree uint8_t *bytes = NULL;
	size_t size;

	g_assert(fw_jpeg_encode(lying, &options, &bytes, &size) == 0);
	*ret_bytes = g_malloc(size + EXIF_SIZE);
	*ret_size = size + EXIF_SIZE;
	memcpy(*ret_bytes, bytes, 2); /* start of image */
	memcpy(*ret_bytes + 2, exif, EXIF_SIZE);
	(*ret_bytes)[2 + TURN_AT] = (uint8_t)orientation;
	memcpy(*ret_bytes + 2 + EXIF_SIZE, bytes + 2, size - 2);
}

static void take(const struct photograph_order *order, struct shot *shot)
{
	static const unsigned orientations[] = {1, 1, 6, 1, 3, 1, 8};
	unsigned orientation = orientations[order->seed % G_N_ELEMENTS(orientations)];
	unsigned quality = order->class == CLASS_DIM ? 50 : 70 + order->seed % 25;
	struct photograph *made = &shot->truth;

	photograph_make(order, made);
	encode(made->still, quality, orientation, &shot->still, &shot->still_size);
	if (made->desk) {
		encode(made->desk, quality, orientation, &shot->desk, &shot->desk_size);
	}
	shot->width = made->still->width;
	shot->height = made->still->height;
	shot->seal_hue =
		made->seal.x < 0 ? SHOT_NO_HUE : shot_hue_around(made->still, made->seal, SEAL);
	photograph_fini_pictures(made);
}

static bool read_part(const char *name, const char *ending, uint8_t **ret_bytes, size_t *ret_size)
{
	g_autofree char *path = g_strconcat(name, ending, NULL);

	return g_file_get_contents(path, (char **)ret_bytes, ret_size, NULL);
}

static void write_part(const char *name, const char *ending, const void *bytes, size_t size)
{
	g_autofree char *path = g_strconcat(name, ending, NULL);

	g_assert(g_file_set_contents(path, bytes, (gssize)size, NULL));
}

static bool read_kept(const char *name, const struct photograph_order *order, struct shot *shot)
{
	g_autofree uint8_t *known = NULL;
	size_t size;

	if (!read_part(name, ".truth", &known, &size) || size != sizeof(*shot)) {
		return false;
	}
	memcpy(shot, known, sizeof(*shot));
	shot->still = shot->desk = NULL;
	return read_part(name, ".jpg", &shot->still, &shot->still_size) &&
		(!order->with_desk || read_part(name, "-desk.jpg", &shot->desk, &shot->desk_size));
}

void shot_take(const struct photograph_order *order, const char *keep, struct shot *ret_shot)
{
	g_autofree char *name = keep
		? g_strdup_printf("%s/%s-%u", keep, photograph_class_name(order->class), order->seed)
		: NULL;

	*ret_shot = (struct shot){0};
	if (name && read_kept(name, order, ret_shot)) {
		return;
	}
	shot_fini(ret_shot);
	take(order, ret_shot);
	if (name) {
		write_part(name, ".jpg", ret_shot->still, ret_shot->still_size);
		if (ret_shot->desk) {
			write_part(name, "-desk.jpg", ret_shot->desk, ret_shot->desk_size);
		}
		write_part(name, ".truth", ret_shot, sizeof(*ret_shot));
	}
}

void shot_fini(struct shot *shot)
{
	g_free(shot->still);
	g_free(shot->desk);
	*shot = (struct shot){0};
}
