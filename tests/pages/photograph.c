/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/pages/photograph.h"

#include <math.h>
#include <string.h>

#include "tests/pages/paper.h"

struct light {
	double across, down; /* fall of brightness over the frame */
	double corners; /* how much darker they are */
	double spot_x, spot_y, spot_radius, spot_gain; /* glare, in shares of the frame's width */
};

struct desk {
	double colour[3];
	double grain, speckle;
	double edge_y; /* of the desk, share of the height; > 1: none */
	double cable_x; /* share of the width; < 0: none */
	double phase;
};

struct scene {
	enum photograph_class class;
	unsigned width, height;
	unsigned quarters; /* turns clockwise in which the paper lies */
	struct desk desk;
	struct light light;
	struct paper paper;
	struct fw_homography to_paper;
	double paper_level, shadow, fold, noise;
	double lens; /* of the distance from the middle, at the corners; > 0: barrel */
	double curve; /* how far the sides bulge, of the paper's height */
	bool creased; /* bulges to a crease in the middle, not to an arc */
	double finger_x, finger_y, finger_size; /* on the paper, shares; y < 0: none */
	double other_x, other_y, other_angle; /* another sheet, in the frame; x < 0: none */
	unsigned seed;
};

const char *photograph_class_name(enum photograph_class class)
{
	static const char *const names[CLASS_COUNT] = {"plain", "white", "wood", "folded", "table",
		"card", "picture", "coloured", "finger", "glare", "defocus", "motion", "white-wood",
		"receipt", "several", "curved", "lens", "dim", "hand", "beyond", "blank"};

	return names[class];
}

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

static void set_desk(struct scene *scene, GRand *random)
{
	static const double dark[][3] = {{60, 62, 66}, {112, 74, 48}, {40, 70, 52}, {120, 122, 126},
		{30, 30, 32}, {150, 132, 108}};
	static const double pale[][3] = {
		{214, 212, 206}, {222, 222, 224}, {204, 208, 212}, {226, 220, 208}};
	static const double dull[] = {44, 42, 40};
	bool white = photograph_is_white(scene->class);
	bool wood = scene->class == CLASS_WOOD || scene->class == CLASS_WHITE_WOOD;
	const double *colour =
		white ? pale[g_rand_int_range(random, 0, 4)] : dark[g_rand_int_range(random, 0, 6)];
	struct desk *desk = &scene->desk;

	colour = scene->class == CLASS_DIM ? dull : colour;
	memcpy(desk->colour, colour, sizeof(desk->colour));
	desk->speckle = g_rand_double_range(random, 0, white ? 3 : 10);
	desk->grain = wood ? g_rand_double_range(random, white ? 2 : 8, white ? 7 : 26) : 0;
	desk->edge_y = scene->class == CLASS_WOOD ? g_rand_double_range(random, 0.9, 1.0) : 2;
	desk->cable_x = scene->class == CLASS_WOOD ? g_rand_double_range(random, 0.02, 0.98) : -1;
	desk->phase = g_rand_double_range(random, 0, 100);
}

static void desk_colour(const struct scene *scene, double x, double y, double ret_colour[3])
{
	const struct desk *desk = &scene->desk;
	double scale = 3264.0 / MAX(scene->width, scene->height), px = x * scale, py = y * scale;
	double level = desk->speckle * noise_at(px / 9, py / 9, scene->seed) +
		desk->speckle * 0.6 * noise_at(px / 130, py / 130, scene->seed + 1);

	if (desk->grain > 0) {
		double warped = py + 60 * noise_at(px / 900, py / 300, scene->seed + 2);

		level += desk->grain *
			noise_at(px / 700, warped / 14 + desk->phase, scene->seed + 3);
	}
	if (y > desk->edge_y * scene->height) {
		level -= 60;
	}
	if (desk->cable_x >= 0) {
		double off = px - desk->cable_x * 3264 - 120 * sin(py / 700 + desk->phase);

		level = fabs(off) < 22 ? -desk->colour[0] + 40 + 20 * (off / 22) : level;
	}
	for (int c = 0; c < 3; c++) {
		ret_colour[c] = desk->colour[c] + level;
	}
}

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

/* Where the light that reaches the sensor there would have arrived without the lens' distortion. */
static struct fw_point undistorted(const struct scene *scene, double x, double y)
{
	double dx = x - scene->width / 2.0, dy = y - scene->height / 2.0;
	double square = scene->width * (double)scene->width + scene->height * (double)scene->height;
	double stretch = 1 + scene->lens * 4 * (dx * dx + dy * dy) / square;

	return (struct fw_point){
		scene->width / 2.0 + dx * stretch, scene->height / 2.0 + dy * stretch};
}

static struct fw_point distorted(const struct scene *scene, struct fw_point point)
{
	struct fw_point at = point;

	for (int i = 0; i < 8 && scene->lens != 0; i++) {
		struct fw_point there = undistorted(scene, at.x, at.y);

		at.x += point.x - there.x;
		at.y += point.y - there.y;
	}
	return at;
}

/* How far a curved paper's print is moved sideways there, in pixels of the paper. */
static double bulge(const struct scene *scene, double y)
{
	double height = cairo_image_surface_get_height(scene->paper.surface);
	double share = CLAMP(y / height, 0, 1);

	return scene->curve * height *
		(scene->creased ? 1 - fabs(2 * share - 1) : sin(M_PI * share));
}

static struct fw_point on_paper(const struct scene *scene, double x, double y)
{
	struct fw_point p = scene->lens == 0 ? (struct fw_point){x, y} : undistorted(scene, x, y);

	p = fw_homography_map(&scene->to_paper, p);
	p.x -= scene->curve == 0 ? 0 : bulge(scene, p.y);
	return p;
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
	double dark = empty ? 0 : scene->shadow * exp(-MAX(-under, 0) / 7);

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

static void colour_at(
	const struct scene *scene, double x, double y, bool empty, double ret_colour[3])
{
	struct fw_point p = on_paper(scene, x, y);
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

/* Box blur in one direction, three times: close to a Gaussian of that width. */
static void blur(struct fw_image *image, int radius, bool across)
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

struct strip {
	const struct scene *scene;
	struct fw_image *image;
	unsigned top, bottom;
	bool empty;
	double gain;
};

static void *expose_strip(void *user)
{
	const struct strip *strip = user;

	for (unsigned y = strip->top; y < strip->bottom; y++) {
		uint8_t *to = fw_image_row(strip->image, y);

		for (unsigned x = 0; x < strip->image->width; x++, to += FW_COLOUR) {
			double colour[3];

			colour_at(strip->scene, x + 0.5, y + 0.5, strip->empty, colour);
			for (int c = 0; c < 3; c++) {
				to[c] = (uint8_t)CLAMP(colour[c] * strip->gain, 0, 255);
			}
		}
	}
	return NULL;
}

/* Half by a thread of its own: drawing takes longer than what is measured. */
static struct fw_image *expose(const struct scene *scene, bool empty, double gain)
{
	struct fw_image *image = fw_image_create(scene->width, scene->height, FW_COLOUR);
	struct strip upper = {scene, image, 0, image->height / 2, empty, gain};
	struct strip lower = {scene, image, image->height / 2, image->height, empty, gain};
	GThread *thread = g_thread_new("expose", expose_strip, &upper);

	(void)expose_strip(&lower);
	(void)g_thread_join(thread);
	return image;
}

static void add_noise(struct fw_image *image, double amount, unsigned seed)
{
	uint64_t state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;

	for (size_t i = 0; i < image->stride * image->height; i++) {
		state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		double sum = (double)(state >> 33 & 0xff) + (double)(state >> 41 & 0xff) +
			(double)(state >> 49 & 0xff) - 382.5;

		image->pixels[i] = (uint8_t)CLAMP(image->pixels[i] + sum / 128 * amount, 0, 255);
	}
}

/* --- a scene ----------------------------------------------------------------------------------- */

/* A place on the paper, in the photograph. */
static struct fw_point project(
	const struct scene *scene, const struct fw_homography *map, double x, double y)
{
	struct fw_point flat = {scene->curve == 0 ? x : x + bulge(scene, y), y};

	return distorted(scene, fw_homography_map(map, flat));
}

static double fill_of(const struct scene *scene, GRand *random)
{
	switch (scene->class) {
	case CLASS_CARD:
		return g_rand_double_range(random, 0.25, 0.5);
	case CLASS_BEYOND:
		return g_rand_double_range(random, 1.08, 1.3);
	case CLASS_SEVERAL:
		return g_rand_double_range(random, 0.6, 0.75);
	default:
		return g_rand_double_range(random, 0.72, 0.9);
	}
}

static void place_corners(struct scene *scene, GRand *random, struct fw_quad *ret_corners)
{
	double width = cairo_image_surface_get_width(scene->paper.surface);
	double height = cairo_image_surface_get_height(scene->paper.surface);
	bool lying = scene->quarters % 2 == 1;
	double angle = g_rand_double_range(random, -8, 8) * M_PI / 180 + scene->quarters * M_PI / 2;
	double across = lying ? height : width, down = lying ? width : height;
	double size = fill_of(scene, random) * MIN(scene->width / across, scene->height / down);
	struct fw_point centre = {scene->width * g_rand_double_range(random, 0.47, 0.53),
		scene->height * g_rand_double_range(random, 0.48, 0.52)};
	double tilt = 0.012 * MIN(1, size * MAX(width, height) * 2 / (scene->width + scene->height));
	const struct fw_quad flat = {{{0, 0}, {width, 0}, {width, height}, {0, height}}};

	for (int i = 0; i < 4; i++) {
		double x = (flat.corner[i].x - width / 2) * size,
		       y = (flat.corner[i].y - height / 2) * size;

		ret_corners->corner[i] =
			(struct fw_point){centre.x + x * cos(angle) - y * sin(angle) +
					g_rand_double_range(random, -1, 1) * tilt * scene->width,
				centre.y + x * sin(angle) + y * cos(angle) +
					g_rand_double_range(random, -1, 1) * tilt * scene->height};
	}
	if (scene->class == CLASS_SEVERAL) {
		scene->other_x = g_rand_boolean(random) ? 0.1 : 0.9;
		scene->other_y = g_rand_double_range(random, 0.3, 0.7);
		scene->other_angle = g_rand_double_range(random, -0.4, 0.4);
	}
}

static void place_paper(struct scene *scene, GRand *random, struct photograph *photograph)
{
	double width = cairo_image_surface_get_width(scene->paper.surface);
	double height = cairo_image_surface_get_height(scene->paper.surface);
	const struct fw_quad flat = {{{0, 0}, {width, 0}, {width, height}, {0, height}}};
	double margin = scene->paper.margin * width;
	struct fw_quad straight;
	struct fw_homography to_frame;

	place_corners(scene, random, &straight);
	g_assert(fw_homography_between(&straight, &flat, &scene->to_paper));
	g_assert(fw_homography_between(&flat, &straight, &to_frame));
	for (int i = 0; i < 4; i++) {
		photograph->corners.corner[i] =
			project(scene, &to_frame, flat.corner[i].x, flat.corner[i].y);
	}
	for (int i = 0; i < PHOTOGRAPH_CONTENT; i++) {
		double share = i % (PHOTOGRAPH_CONTENT / 4) / (PHOTOGRAPH_CONTENT / 4.0);
		double u[] = {share, 1, 1 - share, 0}, v[] = {0, share, 1, 1 - share};
		int side = i / (PHOTOGRAPH_CONTENT / 4);

		photograph->content[i] =
			project(scene, &to_frame, margin + u[side] * (width - 2 * margin),
				margin + v[side] * (height - 2 * margin));
	}
	photograph->seal = scene->paper.seal_x < 0
		? (struct fw_point){-1, -1}
		: project(scene, &to_frame, scene->paper.seal_x * width,
			  scene->paper.seal_y * height);
}

static void set_glare(struct scene *scene, GRand *random, const struct photograph *photograph)
{
	int corner = g_rand_int_range(random, 0, 4) * (PHOTOGRAPH_CONTENT / 4);
	struct fw_point spot = photograph->content[corner];
	struct fw_point middle = {scene->width / 2.0, scene->height / 2.0};
	double mix = g_rand_double_range(random, 0.3, 0.9);

	scene->light.spot_x = (spot.x * mix + middle.x * (1 - mix)) / scene->width;
	scene->light.spot_y = (spot.y * mix + middle.y * (1 - mix)) / scene->width;
	scene->light.spot_radius = g_rand_double_range(random, 0.04, 0.1);
	scene->light.spot_gain = g_rand_double_range(random, 90, 200);
}

static void set_light(struct scene *scene, GRand *random)
{
	bool dim = scene->class == CLASS_DIM;

	scene->light = (struct light){.across = g_rand_double_range(random, -0.25, 0.25),
		.down = g_rand_double_range(random, -0.2, 0.2),
		.spot_radius = 1};
	scene->paper_level = g_rand_double_range(random, 0.78, 0.9);
	scene->shadow = g_rand_double_range(random, 0.06, 0.3);
	scene->noise = g_rand_double_range(random, 1, 5);
	if (dim) {
		scene->light.across *= 2.5;
		scene->light.corners = g_rand_double_range(random, 0.2, 0.6);
		scene->paper_level = g_rand_double_range(random, 0.36, 0.5);
		scene->noise += 3;
	}
}

static void set_scene(
	struct scene *scene, GRand *random, GRand *print, struct photograph *photograph)
{
	set_desk(scene, random);
	set_light(scene, random);
	scene->quarters = (unsigned)g_rand_int_range(random, 0, 4);
	scene->finger_y = -1;
	scene->finger_size = 1;
	scene->other_x = -1;
	scene->fold = scene->class == CLASS_FOLDED ? g_rand_double_range(random, 0.06, 0.16) : 0;
	if (scene->class == CLASS_LENS) {
		scene->lens = g_rand_double_range(random, -0.02, 0.04);
	}
	if (scene->class == CLASS_CURVED) {
		scene->curve = g_rand_double_range(random, -0.012, 0.012);
		scene->creased = g_rand_boolean(random);
	}
	paper_print(scene->class, print, &scene->paper);
	place_paper(scene, random, photograph);
	if (scene->class == CLASS_FINGER || scene->class == CLASS_HAND) {
		scene->finger_x = g_rand_boolean(random) ? 0.07 : 0.93;
		scene->finger_y = g_rand_double_range(random, 0.3, 0.8);
		scene->finger_size = scene->class == CLASS_HAND ? 2.6 : 1;
	}
	if (scene->class == CLASS_GLARE) {
		set_glare(scene, random, photograph);
	}
}

bool photograph_is_white(enum photograph_class class)
{
	return class == CLASS_WHITE || class == CLASS_WHITE_WOOD;
}

void photograph_make(const struct photograph_order *order, struct photograph *ret_photograph)
{
	bool portrait = order->seed % 5 == 4;
	unsigned longer = order->megapixels == 13 ? 4160 : 3264, shorter = longer / 4 * 3;
	struct scene scene = {.class = order->class,
		.seed = order->seed,
		.width = portrait ? shorter : longer,
		.height = portrait ? longer : shorter};
	GRand *random = g_rand_new_with_seed(order->seed * 64 + order->class);
	GRand *print = g_rand_new_with_seed(
		(order->print ? order->print : order->seed) * 64 + order->class + 7);
	int soft = order->class == CLASS_DEFOCUS ? g_rand_int_range(random, 3, 7) : 0;
	int motion = order->class == CLASS_MOTION ? g_rand_int_range(random, 7, 16) : 0;

	*ret_photograph = (struct photograph){0};
	set_scene(&scene, random, print, ret_photograph);
	ret_photograph->quarters = scene.quarters;
	ret_photograph->still = expose(&scene, false, 1);
	for (int i = 0; i < 2; i++) {
		blur(ret_photograph->still, soft, true);
		blur(ret_photograph->still, soft, false);
	}
	blur(ret_photograph->still, motion, order->seed % 2 == 0);
	add_noise(ret_photograph->still, scene.noise, order->seed);
	if (order->with_desk) {
		ret_photograph->desk = expose(&scene, true, g_rand_double_range(random, 0.9, 1.1));
		add_noise(ret_photograph->desk, scene.noise, order->seed + 1);
	}
	cairo_surface_destroy(scene.paper.surface);
	g_rand_free(random);
	g_rand_free(print);
}

void photograph_fini(struct photograph *photograph)
{
	fw_image_destroy(photograph->still);
	fw_image_destroy(photograph->desk);
	*photograph = (struct photograph){0};
}
