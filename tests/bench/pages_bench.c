/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pages-bench [--variants N] [--seed N] [--class NAME]: photographs with known corners through the page
 * pipeline, in this process and on one core. One JSON line per figure, and a line for each page missed.
 * pages-bench --one FILE: makes a page of a file and prints the most memory that took, in kB.
 */
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <glib.h>

#include "capture/jpeg.h"
#include "capture/page.h"
#include "capture/still.h"
#include "tests/pages/photograph.h"

#define CORNER_SHARE 0.01 /* of the diagonal */
#define SKEW_DEGREES 0.5
#define RED          0.6 /* radians around red: coloured paper is saturated, too */

struct tally {
	unsigned hits, count;
};

/* One slot of a round. White papers, the hardest, come more often. */
static const struct slot {
	enum photograph_class class;
	bool again; /* the same print as the round's first of this class, photographed anew */
} slots[] = {{CLASS_PLAIN, false}, {CLASS_WHITE, false}, {CLASS_WOOD, false}, {CLASS_FOLDED, false},
	{CLASS_TABLE, false}, {CLASS_CARD, false}, {CLASS_WHITE_WOOD, false},
	{CLASS_PICTURE, false}, {CLASS_COLOURED, false}, {CLASS_FINGER, false},
	{CLASS_WHITE, false}, {CLASS_GLARE, false}, {CLASS_DEFOCUS, false}, {CLASS_MOTION, false},
	{CLASS_RECEIPT, false}, {CLASS_SEVERAL, false}, {CLASS_WHITE, false}, {CLASS_CURVED, false},
	{CLASS_LENS, false}, {CLASS_DIM, false}, {CLASS_HAND, false}, {CLASS_WHITE_WOOD, false},
	{CLASS_BEYOND, false}, {CLASS_BLANK, false}, {CLASS_PLAIN, true}, {CLASS_TABLE, true}};

struct totals {
	struct tally corners, white, white_desk, skew, blur, glare, finger, false_alarms;
	struct tally blank, blank_alarms, duplicate, duplicate_alarms, beyond;
	struct tally corners_of[CLASS_COUNT];
	unsigned cut;
	double hue_shift; /* worst */
	double make_ms[2], decode_ms[2]; /* 8, 13 Mpx */
	unsigned timed[2];
	double peak_mb[2];
	GArray *hashes; /* struct seen */
};

struct seen {
	unsigned print; /* what was on the paper */
	enum photograph_class class;
	uint64_t hash[FW_HASH_WORDS];
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

static bool contains(const struct fw_quad *outer, const struct fw_point *points, unsigned count)
{
	for (int i = 0; i < 4; i++) {
		struct fw_point a = outer->corner[i], b = outer->corner[(i + 1) % 4];

		for (unsigned k = 0; k < count; k++) {
			struct fw_point p = points[k];

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
			if (hypot(a, b) > 60 && fabs(angle) < RED) {
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

	add(class == CLASS_BLANK ? &totals->blank : &totals->blank_alarms, warns(facts, "blank"));
	switch (class) {
	case CLASS_DEFOCUS:
	case CLASS_MOTION:
		add(&totals->blur, blurred);
		break;
	case CLASS_GLARE:
		add(&totals->glare, glare);
		break;
	case CLASS_FINGER:
	case CLASS_HAND:
		add(&totals->finger, finger);
		break;
	default:
		add(&totals->false_alarms, blurred || glare || finger);
		break;
	}
}

/* Against all pages before: one is a duplicate exactly when the same was printed on it. */
static void judge_duplicate(
	struct totals *totals, const struct photograph_order *order, json_t *facts)
{
	struct seen seen = {
		.print = order->print ? order->print : order->seed, .class = order->class};
	bool again = false, found = false, alarm = false;

	g_assert(fw_hash_parse(json_string_value(json_object_get(facts, "hash")), seen.hash));
	if (order->class == CLASS_BLANK) {
		return; /* all alike, and told as blank */
	}
	for (guint i = 0; i < totals->hashes->len; i++) {
		const struct seen *one = &g_array_index(totals->hashes, struct seen, i);
		bool same = one->print == seen.print && one->class == seen.class;
		bool like = fw_hash_likeness(one->hash, seen.hash) >= FW_SAME_PAGE;

		again |= same;
		found |= same && like;
		alarm |= !same && like;
	}
	if (again) {
		add(&totals->duplicate, found);
	}
	add(&totals->duplicate_alarms, alarm);
	g_array_append_val(totals->hashes, seen);
}

struct judgement {
	double corners, skew; /* share of the diagonal, degrees */
	bool cut, corners_ok, skew_ok;
};

static void judge_place(struct totals *totals, const struct photograph_order *order,
	const struct photograph *photograph, json_t *facts, struct judgement *ret_judgement)
{
	struct fw_quad found = read_quad(facts, "corners"), crop = read_quad(facts, "crop");
	double diagonal = hypot(photograph->still->width, photograph->still->height);
	double width = json_number_value(json_object_get(facts, "page_width_px"));
	double height = json_number_value(json_object_get(facts, "page_height_px"));
	struct judgement judgement = {
		.corners = corner_error(&found, &photograph->corners) / diagonal,
		.skew = skew(&crop, &photograph->corners, width, height),
		.cut = !contains(&crop, photograph->content, PHOTOGRAPH_CONTENT)};

	judgement.corners_ok = judgement.corners <= CORNER_SHARE;
	judgement.skew_ok = judgement.skew <= SKEW_DEGREES;
	add(photograph_is_white(order->class) ? &totals->white : &totals->corners,
		judgement.corners_ok);
	add(&totals->corners_of[order->class], judgement.corners_ok);
	add(&totals->skew, judgement.skew_ok);
	totals->cut += judgement.cut;
	*ret_judgement = judgement;
}

static void tell(const struct photograph_order *order, const struct judgement *judgement,
	double shift, json_t *facts)
{
	g_autofree char *warnings = json_dumps(json_object_get(facts, "warnings"), JSON_COMPACT);

	fprintf(stderr,
		"missed class=%s seed=%u corners=%.2f%% skew=%.2f cut=%d hue=%.1f warnings=%s\n",
		photograph_class_name(order->class), order->seed, 100 * judgement->corners,
		judgement->skew, judgement->cut, shift, warnings);
}

static void judge(struct totals *totals, const struct photograph_order *order,
	const struct photograph *photograph, const struct fw_page *page)
{
	struct fw_quad crop = read_quad(page->facts, "crop");
	struct judgement judgement = {.corners_ok = true, .skew_ok = true};
	double shift = seal_shift(photograph, &crop, page);

	if (order->class == CLASS_BEYOND) { /* its corners are not to be seen */
		add(&totals->beyond, warns(page->facts, "beyond_frame"));
	} else {
		judge_place(totals, order, photograph, page->facts, &judgement);
	}
	totals->hue_shift = MAX(totals->hue_shift, shift);
	judge_warnings(totals, order->class, page->facts);
	judge_duplicate(totals, order, page->facts);
	if (!judgement.corners_ok || !judgement.skew_ok || judgement.cut || shift > 5) {
		tell(order, &judgement, shift, page->facts);
	}
}

/* Most memory of a process that makes a page of this file and nothing else. */
static double peak_mb(const uint8_t *still, size_t size)
{
	g_autofree char *path = g_build_filename(g_get_tmp_dir(), "pages-bench-XXXXXX", NULL);
	g_autofree char *output = NULL;
	int fd = g_mkstemp(path);
	char *arguments[] = {(char *)"/proc/self/exe", (char *)"--one", path, NULL};
	char own[4096] = "";
	ssize_t length = readlink("/proc/self/exe", own, sizeof(own) - 1);
	bool ran;

	g_assert(fd >= 0 && length > 0 && write(fd, still, size) == (ssize_t)size);
	arguments[0] = own;
	ran = g_spawn_sync(NULL, arguments, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &output,
		NULL, NULL, NULL);
	(void)close(fd);
	(void)unlink(path);
	return ran ? atof(output) / 1024 : 0;
}

static int make_one(const char *path)
{
	struct fw_page_request request = {0};
	struct fw_page page = {0};
	struct rusage usage;
	g_autofree char *still = NULL;

	if (!g_file_get_contents(path, &still, &request.still_size, NULL)) {
		return 2;
	}
	request.still = (const uint8_t *)still;
	g_assert(fw_page_make(&request, &page) == 0);
	fw_page_fini(&page);
	(void)getrusage(RUSAGE_SELF, &usage);
	printf("%ld\n", usage.ru_maxrss);
	return 0;
}

static void make_timed(struct totals *totals, struct fw_page_request *request, unsigned large,
	struct fw_page *page)
{
	struct fw_still bare = {0};
	enum fw_fault fault;
	double started = cpu_ms();

	g_assert(fw_still_read(request->still, request->still_size, &bare, &fault) == 0);
	totals->decode_ms[large] += cpu_ms() - started;
	fw_still_fini(&bare);
	started = cpu_ms();
	g_assert(fw_page_make(request, page) == 0);
	totals->make_ms[large] += cpu_ms() - started;
	totals->timed[large]++;
	if (totals->peak_mb[large] == 0) {
		totals->peak_mb[large] = peak_mb(request->still, request->still_size);
	}
}

/* Anew, with what the camera saw before the paper came. */
static void run_with_desk(struct totals *totals, const struct photograph *photograph,
	const struct fw_jpeg_options *camera, struct fw_page_request *request)
{
	double limit = CORNER_SHARE * hypot(photograph->still->width, photograph->still->height);
	g_autofree uint8_t *desk = NULL;
	struct fw_page page = {0};
	struct fw_quad found;

	g_assert(fw_jpeg_encode(photograph->desk, camera, &desk, &request->desk_size) == 0);
	request->desk = desk;
	g_assert(fw_page_make(request, &page) == 0);
	found = read_quad(page.facts, "corners");
	add(&totals->white_desk, corner_error(&found, &photograph->corners) <= limit);
	fw_page_fini(&page);
}

static void run(struct totals *totals, const struct slot *slot, unsigned round, unsigned seed)
{
	unsigned own = seed + 8 * round + (unsigned)(slot - slots) % 8 + (slot->again ? 500000 : 0);
	unsigned first = 0;

	while (slot->again && slots[first].class != slot->class) {
		first++;
	}
	const struct photograph_order order = {.class = slot->class,
		.seed = own,
		.print = slot->again ? seed + 8 * round + first % 8 : 0,
		.megapixels = own % 4 == 3 ? 13 : 8,
		.with_desk = photograph_is_white(slot->class)};
	const struct fw_jpeg_options camera = {
		.quality = order.class == CLASS_DIM ? 50 : 70 + own % 25};
	g_autofree uint8_t *still = NULL;
	struct fw_page_request request = {0};
	struct photograph photograph;
	struct fw_page page = {0};

	photograph_make(&order, &photograph);
	g_assert(fw_jpeg_encode(photograph.still, &camera, &still, &request.still_size) == 0);
	request.still = still;
	if (getenv("PAGES_BENCH_KEEP")) {
		g_autofree char *name = g_strdup_printf("%s/%s-%u.jpg", getenv("PAGES_BENCH_KEEP"),
			photograph_class_name(order.class), order.seed);

		(void)g_file_set_contents(name, (char *)still, (gssize)request.still_size, NULL);
	}
	make_timed(totals, &request, order.megapixels == 13, &page);
	judge(totals, &order, &photograph, &page);
	if (photograph.desk) {
		run_with_desk(totals, &photograph, &camera, &request);
	}
	fw_page_fini(&page);
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
			print("peak_mb", totals->peak_mb[i], "MB", sizes[i]);
		}
	}
}

static void print_totals(const struct totals *totals)
{
	print_share("corners_ok_pct", &totals->corners);
	print_share("corners_white_ok_pct", &totals->white);
	print_share("corners_white_desk_ok_pct", &totals->white_desk);
	print_share("skew_ok_pct", &totals->skew);
	print("content_cut_pages", totals->cut, "pages", "");
	print_share("beyond_recall_pct", &totals->beyond);
	print_share("blur_recall_pct", &totals->blur);
	print_share("glare_recall_pct", &totals->glare);
	print_share("finger_recall_pct", &totals->finger);
	print_share("false_alarm_pct", &totals->false_alarms);
	print_share("blank_recall_pct", &totals->blank);
	print_share("blank_false_alarm_pct", &totals->blank_alarms);
	print_share("duplicate_recall_pct", &totals->duplicate);
	print_share("duplicate_false_alarm_pct", &totals->duplicate_alarms);
	print("seal_hue_shift_deg", totals->hue_shift, "deg", "");
	print_times(totals);
}

static void run_all(struct totals *totals, unsigned variants, unsigned seed, const char *only)
{
	for (unsigned i = 0, done = 0; done < variants && i < variants * CLASS_COUNT; i++) {
		const struct slot *slot = &slots[i % G_N_ELEMENTS(slots)];

		if (!only || strcmp(only, photograph_class_name(slot->class)) == 0) {
			run(totals, slot, i / G_N_ELEMENTS(slots), seed);
			done++;
		}
	}
}

int main(int argc, char **argv)
{
	static const struct option known[] = {{"variants", required_argument, NULL, 'v'},
		{"seed", required_argument, NULL, 's'}, {"class", required_argument, NULL, 'c'},
		{"one", required_argument, NULL, 'o'}, {0}};
	unsigned variants = 10 * G_N_ELEMENTS(slots), seed = 70000;
	const char *only = NULL;
	struct totals totals = {.hashes = g_array_new(FALSE, FALSE, sizeof(struct seen))};
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (option == 'v') {
			variants = (unsigned)atoi(optarg);
		} else if (option == 's') {
			seed = (unsigned)atoi(optarg);
		} else if (option == 'c') {
			only = optarg;
		} else if (option == 'o') {
			return make_one(optarg);
		} else {
			return 2;
		}
	}
	run_all(&totals, variants, seed, only);
	print_totals(&totals);
	g_array_unref(totals.hashes);
	return 0;
}
