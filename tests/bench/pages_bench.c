/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pages-bench [--variants N] [--seed N] [--class NAME]: photographs with known corners through the page
 * pipeline, in this process and on one core. One JSON line per figure, and a line for each page missed.
 */
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <glib.h>

#include "capture/jpeg.h"
#include "capture/page.h"
#include "capture/still.h"
#include "tests/pages/photograph.h"

#define CORNER_SHARE 0.01 /* of the diagonal */
#define SKEW_DEGREES 0.5

struct tally {
	unsigned hits, count;
};

struct totals {
	struct tally corners, white, white_desk, skew, blur, glare, finger, false_alarms;
	unsigned cut;
	double hue_shift; /* worst */
	double make_ms[2], decode_ms[2]; /* 8, 13 Mpx */
	unsigned timed[2];
};

static double cpu_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void add(struct tally *tally, bool hit)
{
	tally->hits += hit;
	tally->count++;
}

static void print(const char *figure, double value, const char *unit, const char *more)
{
	printf("{\"bench\":\"pages\",\"figure\":\"%s\",\"value\":%.2f,\"unit\":\"%s\"%s}\n", figure,
		value, unit, more);
	(void)fflush(stdout);
}

static void print_share(const char *figure, const struct tally *tally)
{
	g_autofree char *more = g_strdup_printf(",\"variants\":%u", tally->count);

	if (tally->count > 0) {
		print(figure, 100.0 * tally->hits / tally->count, "%", more);
	}
}

static struct fw_quad read_quad(json_t *facts, const char *name)
{
	struct fw_quad quad = {0};

	for (size_t i = 0; i < 4; i++) {
		json_t *corner = json_array_get(json_object_get(facts, name), i);

		quad.corner[i].x = json_number_value(json_array_get(corner, 0));
		quad.corner[i].y = json_number_value(json_array_get(corner, 1));
	}
	return quad;
}

static bool warns(json_t *facts, const char *name)
{
	json_t *list = json_object_get(facts, "warnings");

	for (size_t i = 0; i < json_array_size(list); i++) {
		if (strcmp(json_string_value(json_array_get(list, i)), name) == 0) {
			return true;
		}
	}
	return false;
}

/* The found corner that belongs to the first true one. */
static unsigned offset_of(const struct fw_quad *found, const struct fw_quad *truth)
{
	unsigned best = 0;

	for (unsigned i = 1; i < 4; i++) {
		best = fw_point_distance(found->corner[i], truth->corner[0]) <
				fw_point_distance(found->corner[best], truth->corner[0])
			? i
			: best;
	}
	return best;
}

static double corner_error(const struct fw_quad *found, const struct fw_quad *truth)
{
	unsigned offset = offset_of(found, truth);
	double worst = 0;

	for (unsigned i = 0; i < 4; i++) {
		double off = fw_point_distance(found->corner[(i + offset) % 4], truth->corner[i]);

		worst = MAX(worst, off);
	}
	return worst;
}

/* Angle that the true upper and left sides have on the straightened page, the greater one. */
static double skew(
	const struct fw_quad *crop, const struct fw_quad *truth, double width, double height)
{
	const struct fw_quad flat = {{{0, 0}, {width, 0}, {width, height}, {0, height}}};
	struct fw_homography map;
	double worst = 0;

	if (!fw_homography_between(crop, &flat, &map)) {
		return 90;
	}
	for (int i = 0; i < 4; i++) {
		struct fw_point a = fw_homography_map(&map, truth->corner[i]);
		struct fw_point b = fw_homography_map(&map, truth->corner[(i + 1) % 4]);
		double angle = fabs(remainder(atan2(b.y - a.y, b.x - a.x), M_PI / 2)) * 180 / M_PI;

		worst = MAX(worst, angle);
	}
	return worst;
}

static bool contains(const struct fw_quad *outer, const struct fw_quad *inner)
{
	for (int i = 0; i < 4; i++) {
		struct fw_point a = outer->corner[i], b = outer->corner[(i + 1) % 4];

		for (int k = 0; k < 4; k++) {
			struct fw_point p = inner->corner[k];

			if ((b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x) < 0) {
				return false;
			}
		}
	}
	return true;
}

/* Mean hue of the saturated red around a place; -1: none there. */
static double hue_around(const struct fw_image *image, struct fw_point place, int reach)
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
			if (hypot(a, b) > 60) {
				sine += sin(angle);
				cosine += cos(angle);
			}
		}
	}
	return sine == 0 && cosine == 0 ? -1 : atan2(sine, cosine) * 180 / M_PI;
}

/* Against the still as the sensor saw it: what the pipeline itself does to the colour. */
static double seal_shift(
	const struct photograph *photograph, const struct fw_quad *crop, const struct fw_page *page)
{
	struct fw_content content;
	fw_cleanup(fw_image_destroy) struct fw_image *image = NULL;
	enum fw_fault fault;
	struct fw_homography map;
	double before, after;

	fw_content_tell(page->page.bytes, page->page.size, &content);
	const struct fw_quad flat = {{{0, 0}, {content.width_px, 0},
		{content.width_px, content.height_px}, {0, content.height_px}}};

	if (photograph->seal.x < 0 || !fw_homography_between(crop, &flat, &map) ||
		fw_jpeg_decode(page->page.bytes, page->page.size, &content, &image, &fault) < 0) {
		return 0;
	}
	before = hue_around(photograph->still, photograph->seal, 120);
	after = hue_around(image, fw_homography_map(&map, photograph->seal), 120);
	return before == -1 || after == -1 ? 0 : fabs(remainder(after - before, 360));
}

static void judge_warnings(struct totals *totals, enum photograph_class class, json_t *facts)
{
	bool blurred = warns(facts, "blurred"), glare = warns(facts, "glare"),
	     finger = warns(facts, "finger");

	switch (class) {
	case CLASS_DEFOCUS:
	case CLASS_MOTION:
		add(&totals->blur, blurred);
		break;
	case CLASS_GLARE:
		add(&totals->glare, glare);
		break;
	case CLASS_FINGER:
		add(&totals->finger, finger);
		break;
	default:
		add(&totals->false_alarms, blurred || glare || finger);
		break;
	}
}

static double judge(struct totals *totals, enum photograph_class class,
	const struct photograph *photograph, const struct fw_page *page)
{
	struct fw_quad found = read_quad(page->facts, "corners"),
		       crop = read_quad(page->facts, "crop");
	double diagonal = hypot(photograph->still->width, photograph->still->height);
	double error = corner_error(&found, &photograph->corners) / diagonal;
	double width = json_number_value(json_object_get(page->facts, "page_width_px"));
	double height = json_number_value(json_object_get(page->facts, "page_height_px"));
	double shift = seal_shift(photograph, &crop, page);

	add(class == CLASS_WHITE ? &totals->white : &totals->corners, error <= CORNER_SHARE);
	add(&totals->skew, skew(&crop, &photograph->corners, width, height) <= SKEW_DEGREES);
	totals->cut += !contains(&crop, &photograph->content);
	totals->hue_shift = MAX(totals->hue_shift, shift);
	judge_warnings(totals, class, page->facts);
	return error;
}

static void run(struct totals *totals, enum photograph_class class, unsigned seed)
{
	unsigned large = seed % 4 == 3;
	const struct fw_jpeg_options camera = {.quality = 70 + seed % 25};
	g_autofree uint8_t *still = NULL, *desk = NULL;
	struct fw_page_request request = {0};
	struct photograph photograph;
	struct fw_page page = {0}, with_desk = {0};
	struct fw_still bare = {0};
	enum fw_fault fault;
	double started, error;

	photograph_make(class, seed, large ? 13 : 8, &photograph);
	g_assert(fw_jpeg_encode(photograph.still, &camera, &still, &request.still_size) == 0);
	request.still = still;
	started = cpu_ms();
	g_assert(fw_still_read(still, request.still_size, &bare, &fault) == 0);
	totals->decode_ms[large] += cpu_ms() - started;
	fw_still_fini(&bare);
	started = cpu_ms();
	g_assert(fw_page_make(&request, &page) == 0);
	totals->make_ms[large] += cpu_ms() - started;
	totals->timed[large]++;
	error = judge(totals, class, &photograph, &page);
	if (error > CORNER_SHARE) {
		g_autofree char *warnings =
			json_dumps(json_object_get(page.facts, "warnings"), JSON_COMPACT);

		fprintf(stderr, "missed class=%s seed=%u error=%.2f%% warnings=%s\n",
			photograph_class_name(class), seed, 100 * error, warnings);
	}
	if (class == CLASS_WHITE) {
		struct fw_quad found;

		g_assert(fw_jpeg_encode(photograph.desk, &camera, &desk, &request.desk_size) == 0);
		request.desk = desk;
		g_assert(fw_page_make(&request, &with_desk) == 0);
		found = read_quad(with_desk.facts, "corners");
		add(&totals->white_desk,
			corner_error(&found, &photograph.corners) <= CORNER_SHARE *
					hypot(photograph.still->width, photograph.still->height));
	}
	fw_page_fini(&page);
	fw_page_fini(&with_desk);
	photograph_fini(&photograph);
}

static void print_times(const struct totals *totals)
{
	static const char *const sizes[] = {",\"mpx\":8", ",\"mpx\":13"};

	for (unsigned i = 0; i < 2; i++) {
		if (totals->timed[i] > 0) {
			print("ms_per_page", totals->make_ms[i] / totals->timed[i], "ms", sizes[i]);
			print("bare_decode_ms", totals->decode_ms[i] / totals->timed[i], "ms",
				sizes[i]);
		}
	}
}

static void print_totals(const struct totals *totals)
{
	struct rusage usage;

	(void)getrusage(RUSAGE_SELF, &usage);
	print_share("corners_ok_pct", &totals->corners);
	print_share("corners_white_ok_pct", &totals->white);
	print_share("corners_white_desk_ok_pct", &totals->white_desk);
	print_share("skew_ok_pct", &totals->skew);
	print("content_cut_pages", totals->cut, "pages", "");
	print_share("blur_recall_pct", &totals->blur);
	print_share("glare_recall_pct", &totals->glare);
	print_share("finger_recall_pct", &totals->finger);
	print_share("false_alarm_pct", &totals->false_alarms);
	print("seal_hue_shift_deg", totals->hue_shift, "deg", "");
	print_times(totals);
	print("bench_peak_mb", (double)usage.ru_maxrss / 1024, "MB", ",\"with\":\"the generator\"");
}

int main(int argc, char **argv)
{
	static const struct option known[] = {{"variants", required_argument, NULL, 'v'},
		{"seed", required_argument, NULL, 's'}, {"class", required_argument, NULL, 'c'},
		{0}};
	unsigned variants = 240, seed = 1000;
	const char *only = NULL;
	struct totals totals = {0};
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (option == 'v') {
			variants = (unsigned)atoi(optarg);
		} else if (option == 's') {
			seed = (unsigned)atoi(optarg);
		} else if (option == 'c') {
			only = optarg;
		} else {
			return 2;
		}
	}
	for (unsigned i = 0, done = 0; done < variants && i < variants * CLASS_COUNT; i++) {
		enum photograph_class class = (enum photograph_class)(i % CLASS_COUNT);

		if (!only || strcmp(only, photograph_class_name(class)) == 0) {
			run(&totals, class, seed + i / CLASS_COUNT);
			done++;
		}
	}
	print_totals(&totals);
	return 0;
}
