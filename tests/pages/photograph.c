/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/pages/photograph.h"

#include <math.h>
#include <string.h>

#include "tests/pages/paper.h"
#include "tests/pages/scene.h"

const char *photograph_class_name(enum photograph_class class)
{
	static const char *const names[CLASS_COUNT] = {"plain", "white", "wood", "folded", "table",
		"card", "picture", "coloured", "finger", "glare", "defocus", "motion", "white-wood",
		"receipt", "several", "curved", "lens", "dim", "hand", "beyond", "cut", "blank",
		"form"};

	return names[class];
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

/* A place on the paper, in the photograph. */
static struct fw_point project(
	const struct scene *scene, const struct fw_homography *map, double x, double y)
{
	struct fw_point flat = {scene->curve == 0 ? x : x + scene_bulge(scene, y), y};

	return scene_distorted(scene, fw_homography_map(map, flat));
}

static double fill_of(const struct scene *scene, GRand *random)
{
	switch (scene->class) {
	case CLASS_CARD:
		return g_rand_double_range(random, 0.25, 0.5);
	case CLASS_BEYOND:
		return g_rand_double_range(random, 1.08, 1.3);
	case CLASS_CUT:
		return g_rand_double_range(random, 0.75, 1.02);
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
	double aside = scene->class == CLASS_CUT ? 6 : 1;
	struct fw_point centre = {
		scene->width * (0.5 + aside * g_rand_double_range(random, -0.03, 0.03)),
		scene->height * (0.5 + aside * g_rand_double_range(random, -0.02, 0.02))};
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

/* Less than that of a corner is nothing to tell a person about. */
static bool is_beyond(const struct scene *scene, const struct fw_quad *corners)
{
	double slack = 0.002 * hypot(scene->width, scene->height);

	for (int i = 0; i < 4; i++) {
		const struct fw_point *p = &corners->corner[i];

		if (p->x < -slack || p->y < -slack || p->x > scene->width + slack ||
			p->y > scene->height + slack) {
			return true;
		}
	}
	return false;
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
	photograph->beyond = is_beyond(scene, &photograph->corners);
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
	scene->lens = scene->class == CLASS_LENS ? g_rand_double_range(random, -0.02, 0.04)
						 : g_rand_double_range(random, -0.003, 0.005);
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
	scene_lay_desk(scene);
}

bool photograph_is_white(enum photograph_class class)
{
	return class == CLASS_WHITE || class == CLASS_WHITE_WOOD;
}

static GRand *print_of(const struct photograph_order *order)
{
	return g_rand_new_with_seed(
		(order->print ? order->print : order->seed) * 64 + order->class + 7);
}

char *photograph_words(const struct photograph_order *order)
{
	GRand *print = print_of(order);
	struct paper paper = {0};

	paper_print(order->class, print, &paper);
	cairo_surface_destroy(paper.surface);
	g_rand_free(print);
	return g_string_free(paper.words, FALSE);
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
	GRand *print = print_of(order);
	int soft = order->class == CLASS_DEFOCUS ? g_rand_int_range(random, 3, 7) : 0;
	int motion = order->class == CLASS_MOTION ? g_rand_int_range(random, 7, 16) : 0;

	*ret_photograph = (struct photograph){0};
	set_scene(&scene, random, print, ret_photograph);
	ret_photograph->quarters = scene.quarters;
	ret_photograph->still = scene_expose(&scene, false, 1);
	for (int i = 0; i < 2; i++) {
		scene_blur(ret_photograph->still, soft, true);
		scene_blur(ret_photograph->still, soft, false);
	}
	scene_blur(ret_photograph->still, motion, order->seed % 2 == 0);
	scene_add_noise(ret_photograph->still, scene.noise, order->seed);
	if (order->with_desk) {
		ret_photograph->desk =
			scene_expose(&scene, true, g_rand_double_range(random, 0.9, 1.1));
		scene_add_noise(ret_photograph->desk, scene.noise, order->seed + 1);
	}
	scene_fini(&scene);
	g_rand_free(random);
	g_rand_free(print);
}

void photograph_fini_pictures(struct photograph *photograph)
{
	fw_image_destroy(photograph->still);
	fw_image_destroy(photograph->desk);
	photograph->still = photograph->desk = NULL;
}
