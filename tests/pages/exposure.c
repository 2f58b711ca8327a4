/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <string.h>

#include "tests/pages/scene.h"

#define SHADOW_REACH 60 /* pixels of the paper; further away nothing is left of it */
#define SPAN         8 /* pixels between two exact projections */
#define GRAINS       65536 /* of noise, drawn once */

/* Smooth noise from hashed lattice points, -1..1. */
static double lattice(int x, int y, unsigned seed)
{
	uint32_t h = (uint32_t)x * 374761393u + (uint32_t)y * 668265263u + seed * 2246822519u;

	h = (h ^ h >> 13) * 1274126177u;
	return (double)((h ^ h >> 16) & 0xffff) / 32768 - 1;
}

static double noise_at(double x, double y, unsigned seed)
{
	int column = (int)(x + 4096) - 4096, row = (int)(y + 4096) - 4096; /* floor(), faster */
	double u = x - column, v = y - row;
	double a = lattice(column, row, seed), b = lattice(column + 1, row, seed);
	double c = lattice(column, row + 1, seed), d = lattice(column + 1, row + 1, seed);

	u = u * u * (3 - 2 * u);
	v = v * v * (3 - 2 * v);
	return (a + (b - a) * u) * (1 - v) + (c + (d - c) * u) * v;
}

/* --- geometry ---------------------------------------------------------------------------------- */

/* Where the light that reaches the sensor there would have arrived without the lens' distortion. */
struct fw_point scene_undistorted(const struct scene *scene, double x, double y)
{
	double dx = x - scene->width / 2.0, dy = y - scene->height / 2.0;
	double square = scene->width * (double)scene->width + scene->height * (double)scene->height;
	double stretch = 1 + scene->lens * 4 * (dx * dx + dy * dy) / square;

	return (struct fw_point){
		scene->width / 2.0 + dx * stretch, scene->height / 2.0 + dy * stretch};
}

struct fw_point scene_distorted(const struct scene *scene, struct fw_point point)
{
	struct fw_point at = point;

	for (int i = 0; i < 8 && scene->lens != 0; i++) {
		struct fw_point there = scene_undistorted(scene, at.x, at.y);

		at.x += point.x - there.x;
		at.y += point.y - there.y;
	}
	return at;
}

/* How far a curved paper's print is moved sideways there, in pixels of the paper. */
double scene_bulge(const struct scene *scene, double y)
{
	double height = cairo_image_surface_get_height(scene->paper.surface);
	double share = CLAMP(y / height, 0, 1);

	return scene->curve * height *
		(scene->creased ? 1 - fabs(2 * share - 1) : sin(M_PI * share));
}
static struct fw_point on_paper(const struct scene *scene, double x, double y)
{
	struct fw_point p =
		scene->lens == 0 ? (struct fw_point){x, y} : scene_undistorted(scene, x, y);

	p = fw_homography_map(&scene->to_paper, p);
	p.x -= scene->curve == 0 ? 0 : scene_bulge(scene, p.y);
	return p;
}

/* Signed distance to the paper's border in its own pixels; > 0 inside. Beyond the fold is outside. */
static double border(const struct scene *scene, double x, double y)
{
	double width = cairo_image_surface_get_width(scene->paper.surface);
	double height = cairo_image_surface_get_height(scene->paper.surface);
	double distance = MIN(MIN(x, width - x), MIN(y, height - y));

	if (scene->fold > 0) {
		distance =
			MIN(distance, ((width - x) + (height - y) - scene->fold * width) / M_SQRT2);
	}
	return distance;
}

/* --- the desk ---------------------------------------------------------------------------------- */

/* Texture is the same for both sizes of picture: px and py are pixels of one of 8 Mpx. */
static double ground(const struct scene *scene, double px, double py)
{
	const struct desk *desk = &scene->desk;
	double level = desk->speckle * noise_at(px / 9, py / 9, scene->seed) +
		desk->speckle * 0.6 * noise_at(px / 130, py / 130, scene->seed + 1);

	if (desk->grain > 0) {
		double warped = py + 60 * noise_at(px / 900, py / 300, scene->seed + 2);

		level += desk->grain *
			noise_at(px / 700, warped / 14 + desk->phase, scene->seed + 3);
	}
	return level;
}

static double texture_scale(const struct scene *scene)
{
	return 3264.0 / MAX(scene->width, scene->height);
}

void scene_lay_desk(struct scene *scene)
{
	unsigned columns = scene->width / GROUND + 2, rows = scene->height / GROUND + 2;
	double scale = texture_scale(scene) * GROUND;

	scene->desk.columns = columns;
	scene->desk.level = g_new(float, (size_t)columns *rows);
	for (unsigned v = 0; v < rows; v++) {
		for (unsigned u = 0; u < columns; u++) {
			scene->desk.level[v * columns + u] =
				(float)ground(scene, u * scale, v * scale);
		}
	}
}

void scene_fini(struct scene *scene)
{
	g_free(scene->desk.level);
	cairo_surface_destroy(scene->paper.surface);
	g_string_free(scene->paper.words, TRUE);
}

static void desk_colour(const struct scene *scene, double x, double y, double ret_colour[3])
{
	const struct desk *desk = &scene->desk;
	unsigned column = (unsigned)x / GROUND, row = (unsigned)y / GROUND;
	double u = x / GROUND - column, v = y / GROUND - row;
	const float *at = desk->level + (size_t)row * desk->columns + column;
	double level = (at[0] * (1 - u) + at[1] * u) * (1 - v) +
		(at[desk->columns] * (1 - u) + at[desk->columns + 1] * u) * v;

	if (y > desk->edge_y * scene->height) {
		level -= 60;
	}
	if (desk->cable_x >= 0) {
		double scale = texture_scale(scene);
		double off =
			x * scale - desk->cable_x * 3264 - 120 * sin(y * scale / 700 + desk->phase);

		level = fabs(off) < 22 ? -desk->colour[0] + 40 + 20 * (off / 22) : level;
	}
	for (int c = 0; c < 3; c++) {
		ret_colour[c] = desk->colour[c] + level;
	}
}

/* --- what lies on it --------------------------------------------------------------------------- */

static void paper_colour(const struct scene *scene, double x, double y, double ret_colour[3])
{
	int width = cairo_image_surface_get_width(scene->paper.surface);
	int height = cairo_image_surface_get_height(scene->paper.surface);
	int stride = cairo_image_surface_get_stride(scene->paper.surface);
	const uint8_t *pixels = cairo_image_surface_get_data(scene->paper.surface);
	double u = CLAMP(x - 0.5, 0, width - 1.001), v = CLAMP(y - 0.5, 0, height - 1.001);
	int column = (int)u, row = (int)v;

	u -= column;
	v -= row;
	for (int c = 0; c < 3; c++) {
		const uint8_t *at = pixels + row * stride + column * 4 + (2 - c);
		double above = at[0] * (1 - u) + at[4] * u;
		double below = at[stride] * (1 - u) + at[stride + 4] * u;

		ret_colour[c] = (above * (1 - v) + below * v) * scene->paper_level;
	}
}

static bool finger_colour(const struct scene *scene, double u, double v, double ret_colour[3])
{
	double dx = (u - scene->finger_x) / (0.055 * scene->finger_size);
	double dy = (v - scene->finger_y) / (0.04 * scene->finger_size);
	double inside = scene->finger_x < 0.5 ? MIN(dx, 0) : MAX(dx, 0);
	double reach = dx * dx * (inside * dx > 0 ? 0.0 : 1.0) + dy * dy;

	if (scene->finger_y < 0 || reach > 1) {
		return false;
	}
	ret_colour[0] = 205 - 50 * reach;
	ret_colour[1] = 150 - 50 * reach;
	ret_colour[2] = 125 - 48 * reach;
	return true;
}

/* Another sheet of half the size, under the page; its shadow is that of a sheet on a desk. */
static void add_other(const struct scene *scene, double x, double y, double ret_colour[3])
{
	double size = 0.5 * MIN(scene->width, scene->height);
	double dx = x - scene->other_x * scene->width, dy = y - scene->other_y * scene->height;
	double u = (dx * cos(scene->other_angle) + dy * sin(scene->other_angle)) / size;
	double v = (dy * cos(scene->other_angle) - dx * sin(scene->other_angle)) / size;
	double out = MAX(fabs(u) - 0.5, fabs(v) - 0.7);
	double level = out < 0 ? 238 * scene->paper_level : -scene->shadow * exp(-out * 120);

	if (out < 0 && fabs(u) < 0.4 && fabs(v) < 0.6 && (int)(v * 40 + 80) % 2 == 0 &&
		noise_at(u * 120, floor(v * 40), scene->seed) > -0.2) {
		level *= 0.3;
	}
	for (int c = 0; c < 3; c++) {
		ret_colour[c] = out < 0 ? level : ret_colour[c] * (1 + level);
	}
}

static void under_paper(const struct scene *scene, double x, double y, struct fw_point p,
	bool empty, double ret_colour[3])
{
	double under = border(scene, p.x - 4, p.y - 5); /* the paper lies a hair above the desk */
	double dark = empty || under < -SHADOW_REACH ? 0 : scene->shadow * exp(-MAX(-under, 0) / 7);

	desk_colour(scene, x, y, ret_colour);
	if (!empty && scene->other_x >= 0) {
		add_other(scene, x, y, ret_colour);
	}
	for (int c = 0; c < 3; c++) {
		ret_colour[c] *= 1 - dark;
	}
}

static void shine(const struct scene *scene, double x, double y, bool empty, double colour[3])
{
	double nx = x / scene->width - 0.5, ny = y / scene->height - 0.5;
	double light = 1 + scene->light.across * nx + scene->light.down * ny -
		scene->light.corners * 2 * (nx * nx + ny * ny);
	double gain = 0;

	if (!empty && scene->light.spot_gain > 0) {
		double spot = hypot(x - scene->light.spot_x * scene->width,
				      y - scene->light.spot_y * scene->width) /
			(scene->light.spot_radius * scene->width);

		gain = scene->light.spot_gain * exp(-spot * spot * spot * spot);
	}
	for (int c = 0; c < 3; c++) {
		colour[c] = colour[c] * light + gain;
	}
}

static void colour_at(const struct scene *scene, double x, double y, struct fw_point p, bool empty,
	double ret_colour[3])
{
	double distance = border(scene, p.x, p.y);
	double cover = empty ? 0 : CLAMP(distance + 0.5, 0, 1), desk[3] = {0}, paper[3] = {0};
	double width = cairo_image_surface_get_width(scene->paper.surface);
	double height = cairo_image_surface_get_height(scene->paper.surface);

	if (cover < 1) {
		under_paper(scene, x, y, p, empty, desk);
	}
	if (cover > 0) {
		paper_colour(scene, p.x, p.y, paper);
	}
	for (int c = 0; c < 3; c++) {
		paper[c] *= scene->creased && p.y > height / 2 ? 0.93 : 1;
		ret_colour[c] = desk[c] * (1 - cover) + paper[c] * cover;
	}
	if (!empty) {
		(void)finger_colour(scene, p.x / width, p.y / height, ret_colour);
	}
	shine(scene, x, y, empty, ret_colour);
}

/* --- lens and sensor --------------------------------------------------------------------------- */

void scene_blur(struct fw_image *image, int radius, bool across)
{
	unsigned count = across ? image->width : image->height,
		 lines = across ? image->height : image->width;
	size_t step = across ? FW_COLOUR : image->stride, next = across ? image->stride : FW_COLOUR;
	g_autofree uint8_t *line = g_malloc(count * 3);

	for (unsigned i = 0; i < lines && radius > 0; i++) {
		uint8_t *start = image->pixels + i * next;

		for (unsigned k = 0; k < count; k++) {
			memcpy(line + k * 3, start + k * step, 3);
		}
		for (unsigned c = 0; c < 3; c++) {
			int sum = 0, size = 2 * radius + 1;

			for (int k = -radius; k <= radius; k++) {
				sum += line[CLAMP(k, 0, (int)count - 1) * 3 + (int)c];
			}
			for (int k = 0; k < (int)count; k++) {
				start[(size_t)k * step + c] = (uint8_t)((sum + radius) / size);
				sum += line[MIN(k + radius + 1, (int)count - 1) * 3 + (int)c];
				sum -= line[MAX(k - radius, 0) * 3 + (int)c];
			}
		}
	}
}

struct fw_image *scene_expose(const struct scene *scene, bool empty, double gain)
{
	struct fw_image *image = fw_image_create(scene->width, scene->height, FW_COLOUR);

	for (unsigned y = 0; y < image->height; y++) {
		uint8_t *to = fw_image_row(image, y);

		struct fw_point next = on_paper(scene, 0.5, y + 0.5), p = next, step = {0, 0};

		for (unsigned x = 0; x < image->width; x++, to += FW_COLOUR) {
			double colour[3];

			if (x % SPAN == 0) {
				p = next;
				next = on_paper(scene, x + SPAN + 0.5, y + 0.5);
				step = (struct fw_point){
					(next.x - p.x) / SPAN, (next.y - p.y) / SPAN};
			}
			colour_at(scene, x + 0.5, y + 0.5, p, empty, colour);
			for (int c = 0; c < 3; c++) {
				to[c] = (uint8_t)CLAMP(colour[c] * gain, 0, 255);
			}
			p.x += step.x;
			p.y += step.y;
		}
	}
	return image;
}

/* Nearly normal, of standard deviation 32. */
static const int8_t *grains(void)
{
	static int8_t drawn[GRAINS + 4];
	static gsize done;

	if (g_once_init_enter(&done)) {
		GRand *random = g_rand_new_with_seed(7);

		for (int i = 0; i < GRAINS + 4; i++) {
			double sum = 0;

			for (int k = 0; k < 4; k++) {
				sum += g_rand_double_range(random, -1, 1);
			}
			drawn[i] = (int8_t)lrint(CLAMP(sum * 27.7, -127, 127));
		}
		g_rand_free(random);
		g_once_init_leave(&done, 1);
	}
	return drawn;
}

void scene_add_noise(struct fw_image *image, double amount, unsigned seed)
{
	const int8_t *grain = grains();
	GRand *random = g_rand_new_with_seed(seed);
	int gain[256];

	for (int i = 0; i < 256; i++) { /* shot noise on that of the amplifier; 1024 is one */
		gain[i] = (int)(amount / 32 * 1024 * sqrt(0.3 + 0.7 * i / 160));
	}
	for (unsigned y = 0; y < image->height; y++) {
		uint8_t *to = fw_image_row(image, y);
		unsigned at = g_rand_int(random), own = g_rand_int(random);

		for (unsigned x = 0; x < image->width; x++, to += FW_COLOUR) {
			int both = grain[(at + x) % GRAINS];

			for (unsigned c = 0; c < 3; c++) {
				int noise = 7 * both + 4 * grain[(own + 3 * x + c) % GRAINS];
				int level = to[c] + ((noise * gain[to[c]]) >> 13);

				to[c] = (uint8_t)CLAMP(level, 0, 255);
			}
		}
	}
	g_rand_free(random);
}
