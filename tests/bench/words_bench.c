/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words-bench [--variants N] [--seed N] [--threads N]: photographed pages of known words through the page pipeline and the word
 * reader, one to a core. One JSON line per figure, a line on standard error for each page read badly.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <glib.h>

#include "capture/likeness.h"
#include "capture/still.h"
#include "capture/word_reader.h"
#include "capture/words_likeness.h"
#include "tests/bench/figure.h"
#include "tests/bench/pages_judge.h"

#define SEED       600000
#define VARIANTS   57
#define PIECE      4 /* characters, as one searches for a name or a word */
#define READ_BADLY 0.8

/* One slot of a round. Forms come more often: a case holds several that hardly differ. */
static const struct slot {
	enum photograph_class class;
	bool again; /* the same print as the round's first of this class, photographed anew */
} slots[] = {{CLASS_PLAIN, false}, {CLASS_WHITE, false}, {CLASS_TABLE, false}, {CLASS_CARD, false},
	{CLASS_WOOD, false}, {CLASS_FOLDED, false}, {CLASS_COLOURED, false}, {CLASS_RECEIPT, false},
	{CLASS_CURVED, false}, {CLASS_LENS, false}, {CLASS_DIM, false}, {CLASS_SEVERAL, false},
	{CLASS_FORM, false}, {CLASS_FORM, false}, {CLASS_FORM, true}, {CLASS_PLAIN, true},
	{CLASS_TABLE, true}, {CLASS_CARD, true}, {CLASS_RECEIPT, true}};

struct result {
	struct photograph_order order;
	unsigned pieces, found; /* of what is printed */
	unsigned wanted_turn, turn;
	bool sure;
	double ms;
	uint64_t hash[FW_HASH_WORDS];
	struct fw_page_words words;
};

static double cpu_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* How much of the words is found by pieces of them. */
static void judge_words(struct result *result, const struct fw_page_words *words)
{
	g_autofree char *printed = photograph_words(&result->order);
	g_auto(GStrv) lines = g_strsplit_set(printed, "\n", -1);

	for (unsigned i = 0; lines[i]; i++) {
		g_autofree char *line = fw_words_fold(lines[i]);
		glong length = g_utf8_strlen(line, -1);

		for (glong k = 0; k + PIECE <= length; k += PIECE) {
			g_autofree char *piece = g_utf8_substring(line, k, k + PIECE);

			result->pieces++;
			result->found += fw_page_words_hold(words, piece);
		}
	}
}

static void read_page(struct result *result, const struct fw_page *page, unsigned quarters)
{
	struct fw_word_reader *reader;
	struct fw_words_read read;
	struct fw_still made = {0};
	enum fw_fault fault;
	unsigned dpi =
		(unsigned)json_integer_value(json_object_get(page->facts, "dpi")); /* null: 0 */
	double started;

	g_assert(fw_still_read(page->page.bytes, page->page.size, &made, &fault) == 0);
	g_assert(fw_word_reader_create(&reader) == 0);
	started = cpu_ms();
	g_assert(fw_word_reader_read(reader, made.image, dpi, &read) == 0);
	result->ms = cpu_ms() - started;
	result->wanted_turn = (4 - quarters) % 4 * 90;
	result->turn = read.words.turn;
	result->sure = read.sure;
	judge_words(result, &read.words);
	result->words = read.words;
	fw_word_reader_destroy(reader);
	fw_still_fini(&made);
}

static void work(gpointer data, gpointer user)
{
	struct result *result = data;
	struct fw_page_request request = {0};
	struct fw_page page = {0};
	struct shot shot;

	(void)user;
	shot_take(&result->order, getenv("PAGES_BENCH_KEEP"), &shot);
	request.still = shot.still;
	request.still_size = shot.still_size;
	g_assert(fw_page_make(&request, &page) == 0);
	g_assert(fw_hash_parse(json_string_value(json_object_get(page.facts, "hash")), result->hash));
	read_page(result, &page, outcome_quarters(&shot, page.facts));
	fw_page_fini(&page);
	shot_fini(&shot);
	if (result->found < READ_BADLY * result->pieces || result->turn != result->wanted_turn) {
		fprintf(stderr, "read badly class=%s seed=%u turn=%u of %u sure=%d found=%u of %u\n",
			photograph_class_name(result->order.class), result->order.seed, result->turn,
			result->wanted_turn, result->sure, result->found, result->pieces);
	}
}

static void print_share(const char *figure, unsigned hits, unsigned count)
{
	g_autofree char *more = g_strdup_printf("\"count\":%u", count);

	figure_print("words", figure, count ? 100.0 * hits / count : 0, "%", more);
}

static bool same_print(const struct photograph_order *left, const struct photograph_order *right)
{
	return left->class == right->class &&
		(left->print ? left->print : left->seed) ==
		(right->print ? right->print : right->seed);
}

struct duplicates {
	unsigned again, count; /* pages whose print was there before; all */
	unsigned found[2], alarms[2]; /* by where they have ink; once they were read too */
};

/* Against all pages before, as a case would hold them. */
static void add_page(struct duplicates *all, const struct result *results, unsigned at)
{
	bool again = false, found[2] = {false}, alarm[2] = {false};

	for (unsigned i = 0; i < at; i++) {
		const struct result *one = &results[i], *page = &results[at];
		bool like = fw_hash_likeness(one->hash, page->hash) >= FW_SAME_PAGE;
		bool still = like && !fw_page_words_differ(&one->words, &page->words);
		bool same = same_print(&one->order, &page->order);

		again |= same;
		found[0] |= same && like;
		found[1] |= same && still;
		alarm[0] |= !same && like;
		alarm[1] |= !same && still;
		if (like && still != same) {
			fprintf(stderr, "%s class=%s seed=%u of class=%s seed=%u\n",
				same ? "told apart" : "not told apart",
				photograph_class_name(page->order.class), page->order.seed,
				photograph_class_name(one->order.class), one->order.seed);
		}
	}
	all->again += again;
	all->count++;
	for (unsigned i = 0; i < 2; i++) {
		all->found[i] += found[i];
		all->alarms[i] += alarm[i];
	}
}

static void print_duplicates(const struct result *results, unsigned count)
{
	struct duplicates all = {0};

	for (unsigned i = 0; i < count; i++) {
		add_page(&all, results, i);
	}
	print_share("duplicate_recall_pct", all.found[0], all.again);
	print_share("duplicate_false_alarm_pct", all.alarms[0], all.count);
	print_share("duplicate_recall_read_pct", all.found[1], all.again);
	print_share("duplicate_false_alarm_read_pct", all.alarms[1], all.count);
}

static void print(const struct result *results, unsigned count)
{
	unsigned pieces = 0, found = 0, sure = 0, right = 0, over = 0, over_told = 0, alarms = 0;
	double ms = 0;

	for (unsigned i = 0; i < count; i++) {
		const struct result *one = &results[i];
		bool told = one->sure && one->turn == 180;

		pieces += one->pieces;
		found += one->found;
		sure += one->sure;
		right += one->sure && one->turn == one->wanted_turn;
		over += one->wanted_turn == 180;
		over_told += one->wanted_turn == 180 && told;
		alarms += one->wanted_turn != 180 && told;
		ms += one->ms;
	}
	print_share("ocr_recall_pct", found, pieces);
	print_share("turn_sure_pct", sure, count);
	print_share("turn_right_pct", right, sure);
	print_share("upside_down_recall_pct", over_told, over);
	print_share("upside_down_false_alarm_pct", alarms, count - over);
	figure_print("words", "ms_per_page", ms / count, "ms", NULL);
}

static struct photograph_order order_of(unsigned i, unsigned seed)
{
	const struct slot *slot = &slots[i % G_N_ELEMENTS(slots)];
	unsigned first = 0;

	while (slot->again && slots[first].class != slot->class) {
		first++;
	}
	return (struct photograph_order){.class = slot->class,
		.seed = seed + i,
		.print = slot->again ? seed + i - i % (unsigned)G_N_ELEMENTS(slots) + first : 0,
		.megapixels = i % 4 == 3 ? 13 : 8};
}

int main(int argc, char **argv)
{
	static const struct option known[] = {{"variants", required_argument, NULL, 'v'},
		{"seed", required_argument, NULL, 's'}, {"threads", required_argument, NULL, 't'},
		{0}};
	unsigned variants = VARIANTS, seed = SEED;
	int threads = (int)g_get_num_processors(), option;
	g_autofree struct result *results = NULL;
	GThreadPool *pool;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (option == 'v') {
			variants = (unsigned)CLAMP(atoi(optarg), 1, 10000);
		} else if (option == 's') {
			seed = (unsigned)atoi(optarg);
		} else if (option == 't') {
			threads = CLAMP(atoi(optarg), 1, 64);
		} else {
			return 2;
		}
	}
	results = g_new0(struct result, variants);
	pool = g_thread_pool_new(work, NULL, threads, TRUE, NULL);
	for (unsigned i = 0; i < variants; i++) {
		results[i].order = order_of(i, seed);
		g_thread_pool_push(pool, &results[i], NULL);
	}
	g_thread_pool_free(pool, FALSE, TRUE);
	print(results, variants);
	print_duplicates(results, variants);
	for (unsigned i = 0; i < variants; i++) {
		fw_page_words_clear(&results[i].words);
	}
	return 0;
}
