/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pages-bench [--variants N] [--seed N] [--class NAME] [--threads N]: photographs with known corners
 * through the page pipeline, one to a core. One JSON line per figure, and a line on standard error for
 * each page missed. Without a seed: one set that the pipeline was tuned on, one that it never saw.
 * pages-bench --one FILE: makes a page of a file and prints the most memory that took, in kB.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <glib.h>

#include "capture/still.h"
#include "tests/bench/pages_judge.h"

#define ROUNDS        5
#define TUNED_SEED    10000
#define HELD_OUT_SEED 170000
#define EVERY         10 /* outcomes to a line of progress */
#define DECODE_EVERY  4

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
	{CLASS_RECEIPT, false}, {CLASS_SEVERAL, false}, {CLASS_CURVED, false}, {CLASS_LENS, false},
	{CLASS_DIM, false}, {CLASS_HAND, false}, {CLASS_WHITE_WOOD, false}, {CLASS_BEYOND, false},
	{CLASS_CUT, false}, {CLASS_BLANK, false}, {CLASS_PLAIN, true}, {CLASS_TABLE, true}};

struct totals {
	struct tally corners, white, white_desk, skew, blur, glare, finger, false_alarms;
	struct tally blank, blank_alarms, duplicate, duplicate_alarms, beyond, beyond_alarms;
	unsigned cut;
	double beyond_skew; /* sum, degrees */
	struct tally orientation, turn;
	double hue_shift, own_hue_shift; /* worst */
	double make_ms[2], decode_ms[2]; /* 8, 13 Mpx */
	unsigned made[2], decoded[2];
	double peak_mb[2];
	GArray *hashes; /* struct seen */
};

struct seen {
	unsigned print; /* what was on the paper */
	enum photograph_class class;
	uint64_t hash[FW_HASH_WORDS];
};

/* One run of the bench: threads fill outcomes, each its own. */
struct bench {
	struct outcome *outcomes;
	unsigned count;
	int done; /* atomic */
	const char *keep;
};

static double cpu_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* --- one page ---------------------------------------------------------------------------------- */

/* Most memory of a process that makes a page of this file and nothing else. */
static double peak_mb(const uint8_t *still, size_t size)
{
	g_autofree char *path = g_build_filename(g_get_tmp_dir(), "pages-bench-XXXXXX", NULL);
	g_autofree char *output = NULL;
	int fd = g_mkstemp(path);
	char own[4096] = "";
	char *arguments[] = {own, (char *)"--one", path, NULL};
	ssize_t length = readlink("/proc/self/exe", own, sizeof(own) - 1);
	bool ran;

	g_assert(fd >= 0 && length > 0 && write(fd, still, size) == (ssize_t)size);
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
	g_autofree char *still = NULL, *status = NULL;
	const char *peak;

	if (!g_file_get_contents(path, &still, &request.still_size, NULL)) {
		return 2;
	}
	request.still = (const uint8_t *)still;
	g_assert(fw_page_make(&request, &page) == 0);
	fw_page_fini(&page);
	/* What getrusage() knows is of the process that this one was forked from, too. */
	g_assert(g_file_get_contents("/proc/self/status", &status, NULL, NULL));
	peak = strstr(status, "VmHWM:");
	printf("%ld\n", peak ? atol(peak + strlen("VmHWM:")) : 0);
	return 0;
}

static void make(struct outcome *outcome, const struct shot *shot, unsigned place)
{
	struct fw_page_request request = {.still = shot->still, .still_size = shot->still_size};
	struct fw_page page = {0};
	double started = cpu_ms();

	g_assert(fw_page_make(&request, &page) == 0);
	outcome->make_ms = cpu_ms() - started;
	outcome_judge(outcome, shot, &page);
	fw_page_fini(&page);
	if (place % DECODE_EVERY == 0) {
		struct fw_still bare = {0};
		enum fw_fault fault;

		started = cpu_ms();
		g_assert(fw_still_read(request.still, request.still_size, &bare, &fault) == 0);
		outcome->decode_ms = cpu_ms() - started;
		fw_still_fini(&bare);
	}
	if (place < 4) { /* one of each size is enough */
		outcome->peak_mb = peak_mb(request.still, request.still_size);
	}
	if (shot->desk) {
		request.desk = shot->desk;
		request.desk_size = shot->desk_size;
		g_assert(fw_page_make(&request, &page) == 0);
		outcome_judge_with_desk(outcome, shot, &page);
		fw_page_fini(&page);
	}
}

static void work(gpointer data, gpointer user)
{
	struct bench *bench = user;
	struct outcome *outcome = data;
	struct shot shot;
	int done;

	shot_take(&outcome->order, bench->keep, &shot);
	make(outcome, &shot, (unsigned)(outcome - bench->outcomes));
	shot_fini(&shot);
	done = g_atomic_int_add(&bench->done, 1) + 1;
	if (done % EVERY == 0) {
		fprintf(stderr, "%d of %u pages\n", done, bench->count);
	}
}

/* --- figures ----------------------------------------------------------------------------------- */

static void add(struct tally *tally, bool hit)
{
	tally->hits += hit;
	tally->count++;
}

/* What the page has to be warned of, and of nothing else of these; NULL: of none of them. */
static const char *wanted_warning(const struct outcome *outcome)
{
	switch (outcome->order.class) {
	case CLASS_DEFOCUS:
	case CLASS_MOTION:
		return "blurred";
	case CLASS_GLARE:
		return "glare";
	case CLASS_FINGER:
	case CLASS_HAND:
		return "finger";
	default:
		return NULL;
	}
}

static bool warns_rightly(const struct outcome *outcome)
{
	const char *wanted = wanted_warning(outcome);

	return wanted ? outcome_warns(outcome, wanted)
		      : !outcome_warns(outcome, "blurred") && !outcome_warns(outcome, "glare") &&
			!outcome_warns(outcome, "finger");
}

static bool reads_rightly(const struct outcome *outcome)
{
	return !outcome->printed || outcome->lying == outcome_warns(outcome, "sideways");
}

static void add_warnings(struct totals *totals, const struct outcome *outcome)
{
	const char *wanted = wanted_warning(outcome);
	bool right = warns_rightly(outcome);

	add(outcome->order.class == CLASS_BLANK ? &totals->blank : &totals->blank_alarms,
		outcome_warns(outcome, "blank"));
	add(outcome->beyond ? &totals->beyond : &totals->beyond_alarms,
		outcome_warns(outcome, "beyond_frame"));
	if (!wanted) {
		add(&totals->false_alarms, !right);
	} else {
		add(strcmp(wanted, "blurred") == 0             ? &totals->blur
				: strcmp(wanted, "glare") == 0 ? &totals->glare
							       : &totals->finger,
			right);
	}
}

/* Against all pages before: one is a duplicate exactly when the same was printed on it. */
static void add_duplicate(struct totals *totals, const struct outcome *outcome)
{
	const struct photograph_order *order = &outcome->order;
	const char *hash = json_string_value(json_object_get(outcome->facts, "hash"));
	struct seen seen = {
		.print = order->print ? order->print : order->seed, .class = order->class};
	bool again = false, found = false, alarm = false;

	g_assert(fw_hash_parse(hash, seen.hash));
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

static void add_place(struct totals *totals, const struct outcome *outcome)
{
	bool white = photograph_is_white(outcome->order.class);

	totals->cut += outcome->cut;
	if (outcome->beyond) { /* its corners are not to be seen */
		totals->beyond_skew += outcome->skew;
		return;
	}
	add(white ? &totals->white : &totals->corners, outcome->exact);
	add(&totals->skew, outcome->straight);
	if (outcome->desk_known) {
		add(&totals->white_desk, outcome->desk_exact);
	}
}

/* Told to lie sideways exactly when it does; and what is suggested then. */
static void add_reading(struct totals *totals, const struct outcome *outcome)
{
	if (outcome->printed) {
		add(&totals->orientation, reads_rightly(outcome));
	}
	if (outcome->printed && outcome->lying) {
		add(&totals->turn, outcome->mended);
	}
}

static void add_costs(struct totals *totals, const struct outcome *outcome)
{
	unsigned large = outcome->order.megapixels == 13;

	totals->make_ms[large] += outcome->make_ms;
	totals->made[large]++;
	totals->decode_ms[large] += outcome->decode_ms;
	totals->decoded[large] += outcome->decode_ms > 0;
	totals->peak_mb[large] = MAX(totals->peak_mb[large], outcome->peak_mb);
}

static void tell_missed(const struct outcome *outcome)
{
	g_autofree char *warnings =
		json_dumps(json_object_get(outcome->facts, "warnings"), JSON_COMPACT);
	g_autofree char *measures =
		json_dumps(json_object_get(outcome->facts, "measures"), JSON_COMPACT);
	bool missed = !outcome->beyond && (!outcome->exact || !outcome->straight);
	bool silent = outcome->beyond != outcome_warns(outcome, "beyond_frame");

	if (missed || silent || outcome->cut || outcome->hue_shift > 5 || !warns_rightly(outcome) ||
		!reads_rightly(outcome) || (outcome->desk_known && !outcome->desk_exact)) {
		fprintf(stderr,
			"missed class=%s seed=%u beyond=%d corners=%.2f%% skew=%.2f cut=%d desk=%d"
			" hue=%.1f warnings=%s measures=%s\n",
			photograph_class_name(outcome->order.class), outcome->order.seed,
			outcome->beyond, 100 * outcome->corners, outcome->skew, outcome->cut,
			outcome->desk_known ? outcome->desk_exact : -1, outcome->hue_shift,
			warnings, measures);
	}
}

/* --- printing ---------------------------------------------------------------------------------- */

static const char *set_name;

static void print(const char *figure, double value, const char *unit, const char *more)
{
	printf("{\"bench\":\"pages\",\"figure\":\"%s\",\"value\":%.2f,\"unit\":\"%s\",\"set\":\"%"
	       "s\""
	       "%s}\n",
		figure, value, unit, set_name, more);
	(void)fflush(stdout);
}

static void print_share(const char *figure, const struct tally *tally)
{
	g_autofree char *more = g_strdup_printf(",\"variants\":%u", tally->count);

	if (tally->count > 0) {
		print(figure, 100.0 * tally->hits / tally->count, "%", more);
	}
}

static void print_times(const struct totals *totals)
{
	static const char *const sizes[] = {",\"mpx\":8", ",\"mpx\":13"};

	for (unsigned i = 0; i < 2; i++) {
		if (totals->made[i] > 0) {
			print("ms_per_page", totals->make_ms[i] / totals->made[i], "ms", sizes[i]);
		}
		if (totals->decoded[i] > 0) {
			print("bare_decode_ms", totals->decode_ms[i] / totals->decoded[i], "ms",
				sizes[i]);
		}
		if (totals->peak_mb[i] > 0) {
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
	print_share("beyond_false_alarm_pct", &totals->beyond_alarms);
	if (totals->beyond.count > 0) {
		print("beyond_skew_deg", totals->beyond_skew / totals->beyond.count, "deg", "");
	}
	print_share("blur_recall_pct", &totals->blur);
	print_share("glare_recall_pct", &totals->glare);
	print_share("finger_recall_pct", &totals->finger);
	print_share("false_alarm_pct", &totals->false_alarms);
	print_share("blank_recall_pct", &totals->blank);
	print_share("blank_false_alarm_pct", &totals->blank_alarms);
	print_share("duplicate_recall_pct", &totals->duplicate);
	print_share("duplicate_false_alarm_pct", &totals->duplicate_alarms);
	print_share("orientation_ok_pct", &totals->orientation);
	print_share("suggested_turn_ok_pct", &totals->turn);
	print("seal_hue_shift_deg", totals->hue_shift, "deg", "");
	print("seal_hue_own_shift_deg", totals->own_hue_shift, "deg", "");
	print_times(totals);
}

/* --- a run ------------------------------------------------------------------------------------- */

static struct photograph_order order_of(const struct slot *slot, unsigned round, unsigned seed)
{
	unsigned own = seed + 8 * round + (unsigned)(slot - slots) % 8 + (slot->again ? 500000 : 0);
	unsigned first = 0;

	while (slot->again && slots[first].class != slot->class) {
		first++;
	}
	return (struct photograph_order){.class = slot->class,
		.seed = own,
		.print = slot->again ? seed + 8 * round + first % 8 : 0,
		.megapixels = own % 4 == 3 ? 13 : 8,
		.with_desk = photograph_is_white(slot->class)};
}

static void set_orders(struct bench *bench, unsigned seed, const char *only)
{
	unsigned done = 0;

	for (unsigned i = 0; done < bench->count && i < bench->count * G_N_ELEMENTS(slots); i++) {
		const struct slot *slot = &slots[i % G_N_ELEMENTS(slots)];

		if (!only || strcmp(only, photograph_class_name(slot->class)) == 0) {
			bench->outcomes[done++].order =
				order_of(slot, i / G_N_ELEMENTS(slots), seed);
		}
	}
	bench->count = done;
}

static void run(unsigned variants, unsigned seed, const char *only, int threads)
{
	struct totals totals = {.hashes = g_array_new(FALSE, FALSE, sizeof(struct seen))};
	struct bench bench = {.outcomes = g_new0(struct outcome, variants),
		.count = variants,
		.keep = getenv("PAGES_BENCH_KEEP")};
	GThreadPool *pool = g_thread_pool_new(work, &bench, threads, TRUE, NULL);

	set_orders(&bench, seed, only);
	for (unsigned i = 0; i < bench.count; i++) {
		g_thread_pool_push(pool, &bench.outcomes[i], NULL);
	}
	g_thread_pool_free(pool, FALSE, TRUE);
	for (unsigned i = 0; i < bench.count; i++) {
		struct outcome *outcome = &bench.outcomes[i];

		add_place(&totals, outcome);
		add_warnings(&totals, outcome);
		add_duplicate(&totals, outcome);
		add_reading(&totals, outcome);
		add_costs(&totals, outcome);
		totals.hue_shift = MAX(totals.hue_shift, outcome->hue_shift);
		totals.own_hue_shift = MAX(totals.own_hue_shift, outcome->own_hue_shift);
		tell_missed(outcome);
		outcome_fini(outcome);
	}
	print_totals(&totals);
	g_array_unref(totals.hashes);
	g_free(bench.outcomes);
}

int main(int argc, char **argv)
{
	static const struct option known[] = {{"variants", required_argument, NULL, 'v'},
		{"seed", required_argument, NULL, 's'}, {"class", required_argument, NULL, 'c'},
		{"threads", required_argument, NULL, 't'}, {"one", required_argument, NULL, 'o'},
		{0}};
	unsigned variants = ROUNDS * G_N_ELEMENTS(slots), seed = 0;
	int threads = (int)g_get_num_processors();
	const char *only = NULL;
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (option == 'v') {
			variants = (unsigned)atoi(optarg);
		} else if (option == 's') {
			seed = (unsigned)atoi(optarg);
		} else if (option == 'c') {
			only = optarg;
		} else if (option == 't') {
			threads = MAX(atoi(optarg), 1);
		} else if (option == 'o') {
			return make_one(optarg);
		} else {
			return 2;
		}
	}
	if (seed != 0) {
		set_name = "own";
		run(variants, seed, only, threads);
		return 0;
	}
	set_name = "tuned";
	run(variants, TUNED_SEED, only, threads);
	set_name = "held_out";
	run(variants, HELD_OUT_SEED, only, threads);
	return 0;
}
