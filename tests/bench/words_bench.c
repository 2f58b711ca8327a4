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

#include "capture/still.h"
#include "capture/word_reader.h"
#include "tests/bench/figure.h"
#include "tests/bench/pages_judge.h"

#define SEED       600000
#define VARIANTS   48
#define PIECE      4 /* characters, as one searches for a name or a word */
#define READ_BADLY 0.8

static const enum photograph_class classes[] = {CLASS_PLAIN, CLASS_WHITE, CLASS_TABLE, CLASS_CARD,
	CLASS_WOOD, CLASS_FOLDED, CLASS_COLOURED, CLASS_RECEIPT, CLASS_CURVED, CLASS_LENS,
	CLASS_DIM, CLASS_SEVERAL};

struct result {
	struct photograph_order order;
	unsigned pieces, found; /* of what is printed */
	unsigned wanted_turn, turn;
	bool sure;
	double ms;
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
	fw_page_words_clear(&read.words);
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
		results[i].order =
			(struct photograph_order){.class = classes[i % G_N_ELEMENTS(classes)],
				.seed = seed + i,
				.megapixels = i % 4 == 3 ? 13 : 8};
		g_thread_pool_push(pool, &results[i], NULL);
	}
	g_thread_pool_free(pool, FALSE, TRUE);
	print(results, variants);
	return 0;
}
