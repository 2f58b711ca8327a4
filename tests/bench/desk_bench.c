/* SPDX-License-Identifier: Apache-2.0 */
/*
 * desk_bench: the desk alone, on a real database, one thread, everybody online.
 *
 *   calls     pairs of windows call, ring, answer, mute, chat and hang up as fast as the desk decides; one input of
 *             each pair per round, batches of at most FW_DESK_BATCH_MAX, each batch one durable transaction
 *   presence  the same with presence.set alone
 *   office    what a busy office sends (desk_office.c)
 *   ring      inputs arrive by the clock at --rate; from a call.request's arrival to the commit that lets the ring out
 *
 * A decision is one request of a client, answered; of `office` also what the server's other parts report. One JSON
 * line per figure (docs/BENCHMARKS.md).
 *     desk-bench [--windows 5000] [--seconds 5] [--rate 1000] [--folder .] [--only calls] [--rounds 24]
 */
#include "tests/bench/desk_office.h"
#include "tests/bench/figure.h"
#include "tests/unit/desk/office.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "signaling/desk/state.h"

#include <getopt.h>
#include <gst/gst.h>
#include <string.h>
#include <time.h>

#define HOMES 10 /* windows of each kind in an area */

struct pair {
	uint64_t applicant, home; /* connections */
	char area[16], window[32]; /* of the home side */
	char call[FW_ID_SIZE]; /* empty: none runs */
	unsigned stage; /* of `stages` */
};

struct bench {
	struct office *office;
	GArray *pairs; /* struct pair */
	GHashTable *by_connection; /* applicant -> pair */
	unsigned decided, refused;
	unsigned rounds; /* 0: as many as the seconds hold */
	int64_t began_us;
};

static int64_t cpu_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (int64_t)now.tv_sec * S + now.tv_nsec / 1000;
}

/* --- steps ---------------------------------------------------------------------------------------- */

static void take_output(struct bench *bench, struct fw_desk_output *output)
{
	struct pair *pair;
	const char *id;

	if (output->kind == FW_OUT_CLIENT_SEND &&
		g_str_has_prefix(output->send.text, "{\"type\":\"reply\"")) {
		bench->decided++;
		bench->refused += strstr(output->send.text, "\"ok\":false") != NULL;
		pair = g_hash_table_lookup(
			bench->by_connection, GSIZE_TO_POINTER(output->send.connection));
		id = strstr(output->send.text, "\"call\":{\"id\":\"");
		if (pair && id) {
			g_strlcpy(pair->call, id + 14, FW_ID_SIZE);
		}
	}
	fw_desk_output_clear(output);
}

/* Decides what is waiting, in batches. */
static void decide(struct bench *bench, GArray *outputs)
{
	struct office *office = bench->office;
	GArray *inputs = office->inputs;

	office->inputs = g_array_new(FALSE, TRUE, sizeof(struct fw_desk_input));
	for (guint at = 0; at < inputs->len; at += FW_DESK_BATCH_MAX) {
		int r = fw_desk_step(office->desk,
			OFFICE_START_US + fw_clock_monotonic_us() - bench->began_us,
			&g_array_index(inputs, struct fw_desk_input, at),
			MIN(inputs->len - at, FW_DESK_BATCH_MAX), outputs);

		g_assert(r == 0);
	}
	for (guint i = 0; i < inputs->len; i++) {
		fw_desk_input_clear(&g_array_index(inputs, struct fw_desk_input, i));
	}
	g_array_free(inputs, TRUE);
	for (guint i = 0; i < outputs->len; i++) {
		take_output(bench, &g_array_index(outputs, struct fw_desk_output, i));
	}
	g_array_set_size(outputs, 0);
}

static void ask(struct bench *bench, uint64_t connection, const char *method, const char *params)
{
	(void)office_queue(bench->office, connection, method, params);
}

/* --- everybody comes to work ------------------------------------------------------------------------ */

static uint64_t come(struct bench *bench, const char *account)
{
	g_autofree char *take = g_strdup_printf(
		"{\"window\":\"%s\",\"devices\":{\"face\":\"ok\",\"document\":\"ok\","
		"\"microphone\":\"ok\",\"speaker\":\"ok\"},\"codecs\":[\"VP8\"]}",
		account);
	struct fw_desk_input opened = {.kind = FW_IN_CLIENT_OPENED};

	opened.opened.connection = bench->office->next_connection++;
	opened.opened.token = office_large_token(account);
	g_array_append_val(bench->office->inputs, opened);
	ask(bench, opened.opened.connection, "window.take", take);
	return opened.opened.connection;
}

static void open_office(struct bench *bench, unsigned windows, GArray *outputs)
{
	unsigned areas = MAX(1, windows / (2 * HOMES));

	bench->office = office_create_large(areas, HOMES, HOMES);
	bench->pairs = g_array_new(FALSE, TRUE, sizeof(struct pair));
	bench->by_connection = g_hash_table_new(NULL, NULL);
	for (unsigned i = 0; i < areas; i++) {
		g_autofree char *area = office_area(i);

		for (unsigned n = 0; n < HOMES; n++) {
			g_autofree char *applicant = g_strdup_printf("%s-a-%u", area, n);
			struct pair pair = {0};

			g_strlcpy(pair.area, area, sizeof(pair.area));
			g_snprintf(pair.window, sizeof(pair.window), "%s-h-%u", area, n);
			pair.applicant = come(bench, applicant);
			pair.home = come(bench, pair.window);
			g_array_append_val(bench->pairs, pair);
		}
	}
	for (guint i = 0; i < bench->pairs->len; i++) {
		struct pair *pair = &g_array_index(bench->pairs, struct pair, i);

		g_hash_table_insert(bench->by_connection, GSIZE_TO_POINTER(pair->applicant), pair);
	}
	decide(bench, outputs);
	g_assert(bench->refused == 0);
}

/* --- calls -------------------------------------------------------------------------------------------- */

static const struct {
	const char *method, *more;
	bool home;
} stages[] = {
	{"call.request", NULL, false},
	{"call.ring_ack", ",\"stage\":\"tone\"", true},
	{"call.answer", "", true},
	{"media.set", ",\"audio\":\"muted\",\"face\":\"on\",\"document\":\"on\"", true},
	{"chat.send", ",\"text\":\"请把资质证翻到第二页。\",\"key\":\"k\"", true},
	{"call.hangup", "", false},
};

static void next_stage(struct bench *bench, struct pair *pair)
{
	unsigned stage = pair->stage++ % G_N_ELEMENTS(stages);
	g_autofree char *params = NULL;

	if (stage == 0) {
		params = g_strdup_printf("{\"item\":\"item\",\"area\":\"%s\",\"window\":\"%s\","
					 "\"citizen_informed\":true}",
			pair->area, pair->window);
	} else {
		params = g_strdup_printf("{\"call\":\"%s\"%s}", pair->call, stages[stage].more);
	}
	ask(bench, stages[stage].home ? pair->home : pair->applicant, stages[stage].method, params);
}

static void presence(struct bench *bench, struct pair *pair)
{
	g_autofree char *away = g_strdup_printf(
		"{\"state\":\"away\",\"reason\":\"break\",\"until_us\":%" G_GINT64_FORMAT "}",
		bench->office->now_us + 3600 * S);

	ask(bench, pair->applicant, "presence.set",
		pair->stage++ % 2 ? "{\"state\":\"ready\"}" : away);
}

static void measure(struct bench *bench, const char *name, unsigned seconds, unsigned live,
	void (*act)(struct bench *bench, struct pair *pair), GArray *outputs)
{
	int64_t spent_us = 0, spent_cpu_us = 0;
	unsigned batches = 0;

	bench->decided = 0;
	bench->refused = 0;
	for (guint i = 0; i < bench->pairs->len; i++) {
		g_array_index(bench->pairs, struct pair, i).stage = 0;
	}
	for (unsigned round = 0;
		bench->rounds > 0 ? round < bench->rounds : spent_us < (int64_t)seconds * S;
		round++) {
		int64_t began_us, began_cpu_us;

		for (guint i = 0; i < MIN(live, bench->pairs->len); i++) {
			act(bench, &g_array_index(bench->pairs, struct pair, i));
		}
		batches += (bench->office->inputs->len + FW_DESK_BATCH_MAX - 1) / FW_DESK_BATCH_MAX;
		began_us = fw_clock_monotonic_us();
		began_cpu_us = cpu_us();
		decide(bench, outputs);
		spent_us += fw_clock_monotonic_us() - began_us;
		spent_cpu_us += cpu_us() - began_cpu_us;
	}
	{
		g_autofree char *more = g_strdup_printf(
			"\"what\":\"%s\",\"windows\":%u,\"decisions\":%u,\"refused\":%u", name,
			bench->pairs->len * 2, bench->decided, bench->refused);

		figure_print("desk", "decisions_per_s", bench->decided * 1e6 / (double)spent_us,
			"1/s", more);
		figure_print("desk", "decisions_per_cpu_s",
			bench->decided * 1e6 / (double)spent_cpu_us, "1/s", more);
		figure_print(
			"desk", "batch_mean", (double)bench->decided / batches, "decisions", more);
	}
}

/* Every pair has to be free again. */
static void finish_calls(struct bench *bench, GArray *outputs)
{
	while (g_array_index(bench->pairs, struct pair, 0).stage % G_N_ELEMENTS(stages) != 0) {
		for (guint i = 0; i < MIN(FW_CALLS_MAX, bench->pairs->len); i++) {
			next_stage(bench, &g_array_index(bench->pairs, struct pair, i));
		}
		decide(bench, outputs);
	}
}

static void everybody_ready(struct bench *bench, GArray *outputs)
{
	for (guint i = 0; i < bench->pairs->len; i++) {
		ask(bench, g_array_index(bench->pairs, struct pair, i).applicant, "presence.set",
			"{\"state\":\"ready\"}");
	}
	decide(bench, outputs);
}

/* --- the ring ----------------------------------------------------------------------------------------- */

static int by_value(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return a < b ? -1 : a > b;
}

static void print_ring(GArray *latencies, unsigned windows, unsigned rate)
{
	g_autofree char *more =
		g_strdup_printf("\"what\":\"ring\",\"windows\":%u,\"rate\":%u,\"rings\":%u",
			windows, rate, latencies->len);

	g_array_sort(latencies, by_value);
	for (unsigned i = 0; latencies->len > 0 && i < 3; i++) {
		static const char *const names[] = {
			"commit_p50_ms", "commit_p99_ms", "commit_max_ms"};
		const guint at[] = {
			latencies->len / 2, latencies->len * 99 / 100, latencies->len - 1};

		figure_print("desk", names[i],
			(double)g_array_index(latencies, int64_t, at[i]) / 1e3, "ms", more);
	}
}

static void measure_ring(struct bench *bench, unsigned seconds, unsigned rate, GArray *outputs)
{
	g_autoptr(GArray) latencies = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_autoptr(GArray) waiting = g_array_new(FALSE, FALSE, sizeof(int64_t));
	int64_t began_us = fw_clock_monotonic_us(), interval_us = S / rate, arrival_us = began_us;
	guint next = 0, live = MIN(bench->pairs->len, FW_CALLS_MAX / 2);

	for (guint i = 0; i < bench->pairs->len; i++) {
		g_array_index(bench->pairs, struct pair, i).stage = 0;
	}
	while (arrival_us < began_us + (int64_t)seconds * S) {
		int64_t now_us = fw_clock_monotonic_us();

		for (; arrival_us <= now_us; arrival_us += interval_us) {
			struct pair *pair = &g_array_index(bench->pairs, struct pair, next);

			if (pair->stage % G_N_ELEMENTS(stages) == 0) {
				g_array_append_val(waiting, arrival_us);
			}
			next_stage(bench, pair);
			next = (next + 1) % live;
		}
		if (bench->office->inputs->len == 0) {
			g_usleep((gulong)MAX(1, arrival_us - now_us));
			continue;
		}
		decide(bench, outputs);
		now_us = fw_clock_monotonic_us();
		for (guint i = 0; i < waiting->len; i++) {
			int64_t took_us = now_us - g_array_index(waiting, int64_t, i);

			g_array_append_val(latencies, took_us);
		}
		g_array_set_size(waiting, 0);
	}
	print_ring(latencies, bench->pairs->len * 2, rate);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {{"windows", required_argument, NULL, 'w'},
		{"seconds", required_argument, NULL, 's'}, {"rate", required_argument, NULL, 'r'},
		{"folder", required_argument, NULL, 'f'}, {"only", required_argument, NULL, 'o'},
		{"rounds", required_argument, NULL, 'n'}, {0}};
	g_autoptr(GArray) outputs = g_array_new(FALSE, FALSE, sizeof(struct fw_desk_output));
	unsigned windows = 5000, seconds = 5, rate = 1000;
	const char *only = NULL;
	struct bench bench = {0};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'w':
			windows = (unsigned)strtoul(optarg, NULL, 10);
			break;
		case 's':
			seconds = (unsigned)strtoul(optarg, NULL, 10);
			break;
		case 'r':
			rate = (unsigned)strtoul(optarg, NULL, 10);
			break;
		case 'f':
			g_setenv("TMPDIR", optarg, TRUE);
			break;
		case 'o':
			only = optarg;
			break;
		case 'n':
			bench.rounds = (unsigned)strtoul(optarg, NULL, 10);
			break;
		default:
			return 2;
		}
	}
	fw_log_set_level(FW_LOG_WARN);
	gst_init(NULL, NULL);
	bench.began_us = fw_clock_monotonic_us();
	open_office(&bench, windows, outputs);
	if (!only || strcmp(only, "calls") == 0) {
		measure(&bench, "calls", seconds, FW_CALLS_MAX, next_stage, outputs);
		finish_calls(&bench, outputs);
	}
	if (!only || strcmp(only, "presence") == 0) {
		measure(&bench, "presence", seconds, bench.pairs->len, presence, outputs);
		everybody_ready(&bench, outputs);
	}
	if (!only || strcmp(only, "office") == 0) {
		desk_office_measure(windows, seconds, bench.rounds);
	}
	if (!only || strcmp(only, "ring") == 0) {
		measure_ring(&bench, seconds, rate, outputs);
	}
	g_hash_table_destroy(bench.by_connection);
	g_array_free(bench.pairs, TRUE);
	office_destroy(bench.office);
	return 0;
}
