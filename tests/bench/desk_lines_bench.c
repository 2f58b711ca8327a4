/* SPDX-License-Identifier: Apache-2.0 */
/*
 * desk_lines_bench: the whole server, thousands of windows signed in over TLS WebSockets, calls by the clock.
 *
 *     database ready-made (sessions too) -> server -> all lines open, all windows taken -> calls
 *     -> calls beside an import of the organisation
 *
 * A call is asked for by item and area, rings at all windows of the area that are ready (--group: at so many), is
 * acknowledged by each of them as a page does, answered by one after THINK_US, ended after --talk. There is no media.
 * Every WATCHING-th window has a call panel open and asks again who is ready whenever that changed; one supervisor
 * looks at the wall. One JSON line per figure (docs/BENCHMARKS.md).
 *     desk-lines-bench [--windows 5000] [--seconds 20] [--rate 50] [--talk 5] [--group 0] [--import 20000] [--pin 0]
 *                      [--folder F] [--server PROGRAM]
 */
#include "tests/bench/figure.h"
#include "tests/bench/lines.h"
#include "tests/bench/server.h"
#include "tests/unit/desk/office.h"

#include "base/clock.h"

#include <getopt.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define KIND_WINDOWS 10 /* windows of each kind in an area */
#define AREA_WINDOWS (2 * KIND_WINDOWS)
#define THINK_US     (1 * S) /* from ring to answer */
#define WATCHING     20
#define WALL_GAP_US  (S / 5) /* messages closer together are of one update */
#define OPEN_US      (300 * S) /* for everybody to come; then it is given up */

struct options {
	unsigned windows, seconds, rate, talk_s, group, import, pin;
	const char *folder, *server;
};

struct call {
	char id[FW_ID_SIZE];
	int64_t due_us; /* the next step of the one who answers */
	unsigned home; /* line */
};

struct bench {
	struct options options;
	char *folder;
	unsigned windows, supervisor; /* lines: windows first */
	struct server server;
	struct lines *lines;
	unsigned opened, taken, closed, refused, next_request;
	int64_t *asked_us; /* per line, of its last call.request */
	GHashTable *calls; /* id -> struct call */
	GQueue thinking, talking; /* struct call *, the earliest due first */
	GArray *rings; /* int64_t: from request to ring */
	GArray *wall_gaps; /* int64_t: from one update of the wall to the next */
	unsigned requests;
	int64_t wall_asked_us, wall_first_us, wall_told_us;
	uint64_t wall_bytes, wall_first_bytes;
};

static void die(const char *what)
{
	(void)fprintf(stderr, "desk-lines-bench: %s\n", what);
	exit(1);
}

/* --- the office ------------------------------------------------------------------------------------ */

static bool is_home(unsigned line)
{
	return line % AREA_WINDOWS >= KIND_WINDOWS;
}

/* The window's and its account's id. g_free */
static char *name_of(const struct bench *bench, unsigned line)
{
	g_autofree char *area = office_area(line / AREA_WINDOWS);

	if (line == bench->supervisor) {
		return g_strdup("supervisor");
	}
	return g_strdup_printf("%s-%c-%u", area, is_home(line) ? 'h' : 'a', line % KIND_WINDOWS);
}

/* The line of the window whose id begins here. */
static unsigned line_of(const char *window)
{
	unsigned area = 0, number = 0;
	char kind = 'a';

	if (sscanf(window, "%u-%c-%u", &area, &kind, &number) != 3) {
		die("a window that is none of ours");
	}
	return (area - 110101) * AREA_WINDOWS + (kind == 'h' ? KIND_WINDOWS : 0) + number;
}

static void run_sql(struct fw_db *db, const char *sql)
{
	assert_int_equal(fw_db_run(db, sql, FW_DB_NO_VALUES, NULL), 0);
}

static void fill(const struct bench *bench)
{
	g_autofree char *data = g_build_filename(bench->folder, "data", NULL);
	g_autofree char *path = g_build_filename(data, "farwindow.db", NULL);
	g_autofree char *used = g_strdup_printf("UPDATE session SET created_us = %" G_GINT64_FORMAT
						", used_us = %" G_GINT64_FORMAT,
		fw_clock_wall_us(), fw_clock_wall_us());
	struct fw_db *db;

	g_assert(g_mkdir_with_parents(data, 0700) == 0);
	assert_int_equal(fw_db_open(path, FW_DB_READ_WRITE, 0, &db), 0);
	office_fill_large(db, bench->windows / AREA_WINDOWS, KIND_WINDOWS, KIND_WINDOWS);
	office_add_account(db, "supervisor", "supervisor", "110000");
	office_add_account(db, "administrator", "administrator", "110000");
	run_sql(db, used);
	fw_db_close(db);
}

/* --- what the windows do ------------------------------------------------------------------------------ */

static void ask(struct bench *bench, unsigned line, const char *method, const char *params)
{
	g_autofree char *text =
		g_strdup_printf("{\"type\":\"request\",\"id\":%u,\"method\":\"%s\",\"params\":%s}",
			++bench->next_request, method, params);

	lines_send(bench->lines, line, text);
}

static void ask_of_call(
	struct bench *bench, unsigned line, const char *method, const char *call, const char *more)
{
	g_autofree char *params = g_strdup_printf("{\"call\":\"%s\"%s}", call, more);

	ask(bench, line, method, params);
}

static void ask_who_is_ready(struct bench *bench, unsigned line)
{
	g_autofree char *area = office_area(
		(line / AREA_WINDOWS + 1) * AREA_WINDOWS < bench->windows ? line / AREA_WINDOWS + 1
									  : 0);
	g_autofree char *params = g_strdup_printf("{\"item\":\"item\",\"area\":\"%s\"}", area);

	ask(bench, line, "directory.targets", params);
}

static void request_call(struct bench *bench, unsigned line)
{
	g_autofree char *area = office_area(line / AREA_WINDOWS);
	g_autofree char *params = g_strdup_printf(
		"{\"item\":\"item\",\"area\":\"%s\",\"citizen_informed\":true}", area);

	bench->asked_us[line] = fw_clock_monotonic_us();
	bench->requests++;
	ask(bench, line, "call.request", params);
}

/* --- what comes ---------------------------------------------------------------------------------------- */

static void on_opened(void *user, unsigned line)
{
	struct bench *bench = user;
	g_autofree char *window = name_of(bench, line);
	g_autofree char *take = g_strdup_printf(
		"{\"window\":\"%s\",\"devices\":{\"face\":\"ok\",\"document\":\"ok\","
		"\"microphone\":\"ok\",\"speaker\":\"ok\"},\"codecs\":[\"VP8\",\"H264\"]}",
		window);

	bench->opened++;
	if (line != bench->supervisor) {
		ask(bench, line, "window.take", take);
	}
}

static void on_closed(void *user, unsigned line, const char *why)
{
	struct bench *bench = user;

	if (bench->closed++ == 0) {
		(void)fprintf(stderr, "desk-lines-bench: line %u: %s\n", line, why);
	}
}

static void on_incoming(struct bench *bench, unsigned line, const char *text)
{
	static const char *const stages[] = {
		",\"stage\":\"delivered\"", ",\"stage\":\"displayed\"", ",\"stage\":\"tone\""};
	const char *id = strstr(text, "\"call\":{\"id\":\"");
	const char *caller = strstr(text, "\"window\":{\"id\":\""); /* the requester comes first */
	int64_t now_us = fw_clock_monotonic_us(), took_us;
	struct call *call;
	char name[FW_ID_SIZE];

	if (!id || !caller) {
		die("a ring without call or caller");
	}
	g_strlcpy(name, id + 14, sizeof(name));
	took_us = now_us - bench->asked_us[line_of(caller + 16)];
	g_array_append_val(bench->rings, took_us);
	for (size_t i = 0; i < G_N_ELEMENTS(stages); i++) {
		ask_of_call(bench, line, "call.ring_ack", name, stages[i]);
	}
	if (g_hash_table_contains(bench->calls, name)) {
		return;
	}
	call = g_new0(struct call, 1);
	memcpy(call->id, name, sizeof(call->id));
	call->due_us = now_us + THINK_US;
	call->home = line;
	g_hash_table_insert(bench->calls, call->id, call);
	g_queue_push_tail(&bench->thinking, call);
}

static void on_wall(struct bench *bench, const char *event, size_t size)
{
	int64_t now_us = fw_clock_monotonic_us(), gap_us = now_us - bench->wall_told_us;

	if (bench->wall_told_us && gap_us > WALL_GAP_US) {
		g_array_append_val(bench->wall_gaps, gap_us);
	}
	bench->wall_told_us = now_us;
	bench->wall_bytes += size;
	if (g_str_has_prefix(event, "wall.alarms\"") && !bench->wall_first_us) {
		bench->wall_first_us = now_us - bench->wall_asked_us;
		bench->wall_first_bytes = bench->wall_bytes;
	}
}

static void on_text(void *user, unsigned line, const char *text, size_t size)
{
	static const char event_head[] = "{\"type\":\"event\",\"event\":\"";
	struct bench *bench = user;
	const char *event = text + sizeof(event_head) - 1;

	if (!g_str_has_prefix(text, event_head)) {
		if (strstr(text, "\"ok\":false")) {
			if (bench->refused++ == 0) {
				(void)fprintf(stderr, "desk-lines-bench: refused: %s\n", text);
			}
		} else if (strstr(text, "\"result\":{\"window\":")) {
			bench->taken++;
		}
	} else if (g_str_has_prefix(event, "call.incoming\"")) {
		on_incoming(bench, line, text);
	} else if (g_str_has_prefix(event, "directory.changed\"")) {
		ask_who_is_ready(bench, line);
	} else if (g_str_has_prefix(event, "wall.")) {
		on_wall(bench, event, size);
	}
}

static const struct lines_ops ops = {.opened = on_opened, .text = on_text, .closed = on_closed};

/* --- phases --------------------------------------------------------------------------------------------- */

/* The next step of every call for which it is time. */
static void go_on(struct bench *bench, int64_t now_us)
{
	struct call *call;

	while ((call = g_queue_peek_head(&bench->thinking)) && call->due_us <= now_us) {
		(void)g_queue_pop_head(&bench->thinking);
		ask_of_call(bench, call->home, "call.answer", call->id, "");
		call->due_us = now_us + bench->options.talk_s * S;
		g_queue_push_tail(&bench->talking, call);
	}
	while ((call = g_queue_peek_head(&bench->talking)) && call->due_us <= now_us) {
		(void)g_queue_pop_head(&bench->talking);
		ask_of_call(bench, call->home, "call.hangup", call->id, "");
		g_hash_table_remove(bench->calls, call->id);
	}
}

/* All windows sign in. */
static void open_lines(struct bench *bench)
{
	int64_t give_up_us = fw_clock_monotonic_us() + OPEN_US;

	bench->lines = lines_create(bench->windows + 1, bench->server.port, &ops, bench);
	for (unsigned line = 0; line <= bench->windows; line++) {
		g_autofree char *name = name_of(bench, line);
		g_autofree char *token = office_large_token(name);

		lines_open(bench->lines, line, token);
	}
	while (bench->taken < bench->windows || bench->opened <= bench->windows) {
		lines_turn(bench->lines, 100);
		if (bench->closed || bench->refused || fw_clock_monotonic_us() > give_up_us) {
			die("not everybody could sign in");
		}
	}
}

static void settle(struct bench *bench, int64_t for_us)
{
	int64_t until_us = fw_clock_monotonic_us() + for_us;

	while (fw_clock_monotonic_us() < until_us) {
		lines_turn(bench->lines, 20);
	}
}

static void watch(struct bench *bench)
{
	int64_t give_up_us = fw_clock_monotonic_us() + OPEN_US;

	for (unsigned line = 0; line < bench->windows; line += WATCHING) {
		ask_who_is_ready(bench, line);
	}
	bench->wall_asked_us = fw_clock_monotonic_us();
	ask(bench, bench->supervisor, "wall.watch", "{\"hall\":\"110101\"}");
	while (!bench->wall_first_us && fw_clock_monotonic_us() < give_up_us) {
		lines_turn(bench->lines, 20);
	}
}

/* Calls by the clock, for so long, or until the child has ended. */
static void call_for(struct bench *bench, int64_t for_us, GPid child)
{
	unsigned areas = bench->windows / AREA_WINDOWS;
	int64_t began_us = fw_clock_monotonic_us(), interval_us = S / bench->options.rate;
	int64_t next_us = began_us;

	for (;;) {
		int64_t now_us = fw_clock_monotonic_us();

		if (child ? waitpid(child, NULL, WNOHANG) != 0 : now_us - began_us >= for_us) {
			return;
		}
		for (; next_us <= now_us; next_us += interval_us) {
			unsigned n = bench->requests;

			request_call(bench, n % areas * AREA_WINDOWS + n / areas % KIND_WINDOWS);
		}
		go_on(bench, now_us);
		lines_turn(bench->lines, 2);
	}
}

static void finish_calls(struct bench *bench)
{
	while (g_hash_table_size(bench->calls) > 0) {
		go_on(bench, fw_clock_monotonic_us());
		lines_turn(bench->lines, 20);
	}
	settle(bench, 1 * S);
}

/* --- figures --------------------------------------------------------------------------------------------- */

static int by_value(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return a < b ? -1 : a > b;
}

/* NAME_p50_ms, NAME_p99_ms, NAME_max_ms; empties the list. */
static void print_times(GArray *times, const char *name, const char *more)
{
	static const char *const ends[] = {"p50_ms", "p99_ms", "max_ms"};
	const guint at[] = {times->len / 2, times->len * 99 / 100, times->len - 1};

	g_array_sort(times, by_value);
	for (unsigned i = 0; times->len > 0 && i < G_N_ELEMENTS(ends); i++) {
		g_autofree char *figure = g_strdup_printf("%s_%s", name, ends[i]);

		figure_print("desk", figure, (double)g_array_index(times, int64_t, at[i]) / 1e3,
			"ms", more);
	}
	g_array_set_size(times, 0);
}

static double load_cpu_s(void)
{
	struct rusage usage;

	(void)getrusage(RUSAGE_SELF, &usage);
	return (double)usage.ru_utime.tv_sec + (double)usage.ru_stime.tv_sec +
		(double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* Calls and what they took; `child` as call_for(). */
static void measure(struct bench *bench, const char *what, GPid child)
{
	g_autofree char *before = server_health(&bench->server), *after = NULL, *more = NULL;
	double server_s = server_cpu_s(&bench->server), load_s = load_cpu_s(), took_s, batches;
	int64_t began_us = fw_clock_monotonic_us();
	uint64_t wall_bytes = bench->wall_bytes;
	unsigned requests = bench->requests;

	call_for(bench, bench->options.seconds * S, child);
	took_s = (double)(fw_clock_monotonic_us() - began_us) / 1e6;
	server_s = server_cpu_s(&bench->server) - server_s;
	load_s = load_cpu_s() - load_s;
	after = server_health(&bench->server);
	batches = server_number(after, "\"batches\":") - server_number(before, "\"batches\":");
	more = g_strdup_printf("\"what\":\"%s\",\"windows\":%u,\"rate\":%u,\"calls\":%u,"
			       "\"rings\":%u,\"refused\":%u,\"closed\":%u,\"server_cpu\":%.2f,"
			       "\"load_cpu\":%.2f",
		what, bench->windows, bench->options.rate, bench->requests - requests,
		bench->rings->len, bench->refused, bench->closed, server_s / took_s,
		load_s / took_s);
	print_times(bench->rings, "ring", more);
	print_times(bench->wall_gaps, "wall_gap", more);
	figure_print("desk", "batch_mean",
		(server_number(after, "\"inputs\":") - server_number(before, "\"inputs\":")) /
			batches,
		"inputs", more);
	figure_print("desk", "longest_step_ms", server_number(after, "\"longest_step_us\":") / 1e3,
		"ms", more);
	figure_print("desk", "wall_kb_per_s",
		(double)(bench->wall_bytes - wall_bytes) / 1e3 / took_s, "kB/s", more);
}

/* A file of windows that are new, in the halls that are there. */
static char *import_file(const struct bench *bench)
{
	g_autofree char *path = g_build_filename(bench->folder, "windows.csv", NULL);
	g_autoptr(GString) text = g_string_new("id,name,hall,applicant,home\n");

	for (unsigned i = 0; i < bench->options.import; i++) {
		g_autofree char *hall = office_area(i % (bench->windows / AREA_WINDOWS));

		g_string_append_printf(text, "%s-n-%u,新窗口%u,%s,1,0\n", hall, i, i, hall);
	}
	g_assert(g_file_set_contents(path, text->str, (gssize)text->len, NULL));
	return g_steal_pointer(&path);
}

static void import(struct bench *bench)
{
	g_autofree char *token = office_large_token("administrator");
	g_autofree char *path = import_file(bench);
	g_autofree char *data = g_strdup_printf("@%s", path);
	g_autofree char *answer = NULL, *more = NULL;
	const char *const arguments[] = {"-H", "Content-Type: application/octet-stream", "-H",
		"Expect:", "--data-binary", data, NULL};
	int64_t began_us = fw_clock_monotonic_us();
	int output;
	GPid child = server_curl(&bench->server, token,
		"/api/v1/organisation/windows/import?apply=1", arguments, &output);

	measure(bench, "import", child);
	answer = server_read(output);
	if (!strstr(answer, "\"applied\":true")) {
		(void)fprintf(stderr, "desk-lines-bench: import: %.200s\n", answer);
		die("the file was not taken in");
	}
	more = g_strdup_printf("\"windows\":%u,\"rows\":%u,\"rate\":%u", bench->windows,
		bench->options.import, bench->options.rate);
	figure_print(
		"desk", "import_s", (double)(fw_clock_monotonic_us() - began_us) / 1e6, "s", more);
}

static void run(struct bench *bench)
{
	g_autofree char *more = g_strdup_printf("\"windows\":%u", bench->windows);
	double before_kb, opened_s;

	before_kb = server_resident_kb(&bench->server);
	opened_s = (double)fw_clock_monotonic_us() / 1e6;
	open_lines(bench);
	opened_s = (double)fw_clock_monotonic_us() / 1e6 - opened_s;
	settle(bench, 2 * S);
	figure_print("desk", "sign_in_s", opened_s, "s", more);
	figure_print("desk", "kb_per_window",
		(server_resident_kb(&bench->server) - before_kb) / bench->windows, "kB", more);
	watch(bench);
	figure_print("desk", "wall_first_ms", (double)bench->wall_first_us / 1e3, "ms", more);
	figure_print("desk", "wall_first_kb", (double)bench->wall_first_bytes / 1e3, "kB", more);
	measure(bench, "lines", 0);
	finish_calls(bench);
	figure_print("desk", "kb_per_window_used",
		(server_resident_kb(&bench->server) - before_kb) / bench->windows, "kB", more);
	if (bench->options.import) {
		import(bench);
		finish_calls(bench);
	}
}

/* --- main -------------------------------------------------------------------------------------------------- */

static unsigned number(const char *text)
{
	return (unsigned)strtoul(text, NULL, 10);
}

static struct options read_options(int argc, char **argv)
{
	static const struct option names[] = {{"windows", required_argument, NULL, 'w'},
		{"seconds", required_argument, NULL, 's'}, {"rate", required_argument, NULL, 'r'},
		{"talk", required_argument, NULL, 't'}, {"group", required_argument, NULL, 'g'},
		{"import", required_argument, NULL, 'i'}, {"folder", required_argument, NULL, 'f'},
		{"pin", required_argument, NULL, 'p'}, {"server", required_argument, NULL, 'x'},
		{0}};
	struct options options = {.windows = 5000,
		.seconds = 20,
		.rate = 50,
		.talk_s = 5,
		.import = 20000,
		.server = "build/signaling/farwindow"};
	int option;

	while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
		unsigned *place = option == 'w' ? &options.windows
			: option == 's'         ? &options.seconds
			: option == 'r'         ? &options.rate
			: option == 't'         ? &options.talk_s
			: option == 'g'         ? &options.group
			: option == 'i'         ? &options.import
			: option == 'p'         ? &options.pin
						: NULL;

		if (place) {
			*place = number(optarg);
		} else if (option == 'f') {
			options.folder = optarg;
		} else if (option == 'x') {
			options.server = optarg;
		} else {
			exit(2);
		}
	}
	return options;
}

/* Each line is a descriptor here and one in the server, which inherits the limit. */
static void raise_descriptor_limit(unsigned lines)
{
	struct rlimit limit;

	(void)getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_max < lines + 1024) {
		die("too few descriptors are granted (ulimit -Hn)");
	}
}

int main(int argc, char **argv)
{
	struct bench bench = {.options = read_options(argc, argv)};

	if (bench.options.folder) {
		g_setenv("TMPDIR", bench.options.folder, TRUE);
	}
	(void)signal(SIGPIPE, SIG_IGN);
	bench.windows = MAX(1, bench.options.windows / AREA_WINDOWS) * AREA_WINDOWS;
	bench.supervisor = bench.windows;
	raise_descriptor_limit(bench.windows);
	bench.folder = testing_make_folder();
	bench.asked_us = g_new0(int64_t, bench.windows + 1);
	bench.calls = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
	bench.rings = g_array_new(FALSE, FALSE, sizeof(int64_t));
	bench.wall_gaps = g_array_new(FALSE, FALSE, sizeof(int64_t));
	fill(&bench);
	bench.server.folder = bench.folder;
	server_start(&bench.server, bench.options.server, bench.options.group, bench.options.pin);
	run(&bench);
	lines_destroy(bench.lines);
	server_stop(&bench.server);
	testing_remove_folder(bench.folder);
	g_hash_table_destroy(bench.calls);
	g_array_free(bench.rings, TRUE);
	g_array_free(bench.wall_gaps, TRUE);
	g_free(bench.asked_us);
	return 0;
}
