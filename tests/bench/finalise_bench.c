/* SPDX-License-Identifier: Apache-2.0 */
/*
 * finalise_bench: a call of two windows at the rates of a real one (720p at 1.6 Mbit/s, 30 pictures a
 * second, Opus at 40 kbit/s each way) is written into a journal as fast as the disk takes it, while
 * farwindow-finalise follows. When that has caught up, the journal is closed: `ready_ms` is the time
 * from there to the printed result, every file committed and read back. `cold_ms` is the same work
 * without having followed, `ready_cpu_ms` the processor time of the first. One JSON object per line.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/figure.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/spawn.h"
#include "recorder/journal.h"
#include "tests/support/talker.h"

#define RECORDING  "017f22e2-79b0-7000-98c4-dc0c0c07398f"
#define START_US   INT64_C(1795312979000000)
#define S          FW_US_PER_S
#define SYNC_US    (S / 2) /* as the recorder does */
#define FLUSH_US   (S / 2) /* of call time: then it seals what it has */
#define QUIET_MS   600 /* a follower that used no processor for so long has caught up */
#define RESULT_MAX 65536

static const uint8_t key[FW_AEAD_KEY_BYTES] = {9};

struct writing {
	int folder;
	int fd;
	int64_t end;
	struct fw_journal_sealer *sealer;
	size_t used;
	int64_t flushed_us; /* call time */
	int64_t synced_us; /* monotonic */
	uint8_t plain[FW_JOURNAL_BLOCK_BYTES];
	uint8_t block[FW_JOURNAL_SEALED_BYTES];
};

static void must(int r, const char *what)
{
	if (r < 0) {
		fprintf(stderr, "finalise_bench: %s: %s\n", what, g_strerror(-r));
		exit(1);
	}
}

static void seal(struct writing *writing, bool last)
{
	size_t size = writing->used + FW_JOURNAL_OVERHEAD_BYTES;
	int64_t now_us = fw_clock_monotonic_us();

	must(fw_journal_seal(writing->sealer, writing->plain, writing->used, last, writing->block),
		"seal");
	must(fw_file_write_all(writing->fd, writing->block, size, writing->end), "write");
	writing->end += (int64_t)size;
	writing->used = 0;
	if (now_us - writing->synced_us > SYNC_US) {
		must(syncfs(writing->folder) < 0 ? -errno : 0, "syncfs");
		writing->synced_us = now_us;
	}
}

static void put(void *user, const struct fw_record *record)
{
	struct writing *writing = user;
	size_t size = 0;

	if (writing->used + FW_RECORD_MAX_BYTES > sizeof(writing->plain) ||
		record->at_us - writing->flushed_us > FLUSH_US) {
		seal(writing, false);
		writing->flushed_us = record->at_us;
	}
	must(fw_record_encode(record, writing->plain + writing->used,
		     sizeof(writing->plain) - writing->used, &size),
		"record");
	writing->used += size;
}

static void open_journal(struct writing *writing, const char *journals)
{
	g_autofree char *folder = g_build_filename(journals, RECORDING, NULL);
	const struct fw_record record = {.kind = FW_RECORD_SEGMENT,
		.track = FW_TRACK_COUNT,
		.at_us = START_US,
		.segment = {.started_us = START_US, .call_id = RECORDING}};
	uint8_t header[FW_JOURNAL_HEADER_BYTES];

	must(fw_file_make_folders(folder, 0700), "folder");
	writing->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	writing->fd = openat(writing->folder, "0001.fwj", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	must(writing->fd < 0 ? -errno : 0, "journal");
	must(fw_journal_sealer_create(RECORDING, 1, key, START_US, header, &writing->sealer),
		"seal");
	must(fw_file_write_all(writing->fd, header, sizeof(header), 0), "write");
	writing->end = sizeof(header);
	writing->flushed_us = START_US;
	put(writing, &record);
}

static void write_call(struct writing *writing, unsigned minutes)
{
	struct talker talkers[2];

	for (uint32_t i = 0; i < 2; i++) {
		talker_init(&talkers[i], i + 1, START_US, i, put, writing);
	}
	for (int64_t at_us = 0; at_us < minutes * 60 * S; at_us += S / 10) {
		for (int i = 0; i < 2; i++) {
			talker_run(&talkers[i], START_US + at_us, START_US + at_us + S / 10);
		}
	}
	seal(writing, false);
	must(syncfs(writing->folder) < 0 ? -errno : 0, "syncfs");
	for (int i = 0; i < 2; i++) {
		talker_fini(&talkers[i]);
	}
}

static void close_journal(struct writing *writing, unsigned minutes)
{
	const struct fw_record record = {.kind = FW_RECORD_CLOSE,
		.track = FW_TRACK_COUNT,
		.at_us = START_US + minutes * 60 * S};

	put(writing, &record);
	seal(writing, true);
	must(fdatasync(writing->fd) < 0 ? -errno : 0, "fdatasync");
	fw_journal_sealer_destroy(writing->sealer);
	(void)close(writing->fd);
	(void)close(writing->folder);
}

/* --- the worker process ----------------------------------------------------------------------- */

struct worker {
	struct fw_process *process;
	int in, out;
};

static void start_worker(struct worker *worker, const char *program, const char *folder, bool follow)
{
	g_autofree char *journals = g_build_filename(folder, "journals", NULL);
	g_autofree char *blobs = g_build_filename(folder, "blobs", NULL);
	const char *arguments[] = {"--journals", journals, "--blobs", blobs, "--recording",
		RECORDING, follow ? "--follow" : NULL, NULL};
	int in[2], out[2], secret = -1;

	must(pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0 ? -errno : 0, "pipe");
	must(fw_spawn_secret(key, sizeof(key), &secret), "secret");
	must(fw_spawn(&(struct fw_spawn_options){.program = program,
			      .arguments = arguments,
			      .fds = (const struct fw_spawn_fd[]){{in[0], 0}, {out[1], 1},
				      {secret, 3}},
			      .fd_count = 3},
		     &worker->process),
		program);
	(void)close(in[0]);
	(void)close(out[1]);
	(void)close(secret);
	worker->in = in[1];
	worker->out = out[0];
}

/* Processor time of the process in clock ticks, and whether it sleeps. */
static unsigned long long ticks(const struct worker *worker, char *ret_state)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/stat", fw_process_pid(worker->process));
	g_autofree char *text = NULL;
	unsigned long long user = 0, kernel = 0;
	const char *rest;

	if (!g_file_get_contents(path, &text, NULL, NULL) || !(rest = strrchr(text, ')'))) {
		must(-ESRCH, "the worker ended early");
		return 0;
	}
	/* proc(5): state, ten more, then utime and stime. */
	(void)sscanf(rest + 1, " %c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %llu %llu", ret_state,
		&user, &kernel);
	return user + kernel;
}

/* The recorder goes on syncing meanwhile, as it does every half second while calls run. */
static unsigned long long wait_until_caught_up(const struct worker *worker, int folder)
{
	unsigned long long before = 0, now = 0;
	int quiet_ms = 0;
	char state = 'R';

	while (quiet_ms < QUIET_MS) {
		g_usleep(50000);
		now = ticks(worker, &state);
		quiet_ms = now == before && state == 'S' ? quiet_ms + 50 : 0;
		before = now;
		must(syncfs(folder) < 0 ? -errno : 0, "syncfs");
	}
	return now;
}

static void take_result(struct worker *worker)
{
	g_autofree char *text = g_malloc(RESULT_MAX);
	size_t size = 0;
	struct fw_process_exit end;
	json_t *result;
	ssize_t n;

	(void)close(worker->in);
	while ((n = read(worker->out, text + size, RESULT_MAX - size)) > 0) {
		size += (size_t)n;
	}
	while (fw_process_reap(worker->process, &end) == -EAGAIN) {
		g_usleep(100);
	}
	result = json_loadb(text, size, 0, NULL);
	if (end.code != 0 || !json_is_true(json_object_get(result, "accounted")) ||
		strcmp(json_string_value(json_object_get(result, "state")), "complete") != 0) {
		must(-EBADMSG, "the worker's result");
	}
	json_decref(result);
	(void)close(worker->out);
	fw_process_destroy(worker->process);
}

static void print(const char *figure, double value, const char *unit, unsigned minutes)
{
	g_autofree char *more = g_strdup_printf("\"minutes\":%u", minutes);

	figure_print("finalise", figure, value, unit, more);
}

/* Processor time of all workers that have ended. */
static double children_ms(void)
{
	struct rusage usage;

	must(getrusage(RUSAGE_CHILDREN, &usage) < 0 ? -errno : 0, "getrusage");
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 +
		(double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
}

static double since_ms(int64_t from_us)
{
	return (double)(fw_clock_monotonic_us() - from_us) / 1000;
}

static void measure(const char *program, const char *folder, unsigned minutes)
{
	g_autofree char *journals = g_build_filename(folder, "journals", NULL);
	g_autofree struct writing *writing = g_new0(struct writing, 1);
	struct worker worker;
	double used_ms, before_ms = children_ms();
	int64_t from_us;

	open_journal(writing, journals);
	start_worker(&worker, program, folder, true);
	write_call(writing, minutes);
	used_ms = (double)wait_until_caught_up(&worker, writing->folder) * 1000 /
		(double)sysconf(_SC_CLK_TCK);
	from_us = fw_clock_monotonic_us();
	close_journal(writing, minutes);
	take_result(&worker);
	print("ready_ms", since_ms(from_us), "ms", minutes);
	print("ready_cpu_ms", children_ms() - before_ms - used_ms, "ms", minutes);
	print("follow_cpu_percent", used_ms / (minutes * 600), "%", minutes);

	from_us = fw_clock_monotonic_us();
	start_worker(&worker, program, folder, false);
	take_result(&worker);
	print("cold_ms", since_ms(from_us), "ms", minutes);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

int main(int argc, char **argv)
{
	static const struct option known[] = {
		{"finalise", required_argument, NULL, 'p'},
		{"minutes", required_argument, NULL, 'm'},
		{"folder", required_argument, NULL, 'f'},
		{0},
	};
	unsigned minutes[16] = {10, 60};
	size_t count = 0;
	const char *program = NULL, *parent = g_get_tmp_dir();
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (option == 'p') {
			program = optarg;
		} else if (option == 'f') {
			parent = optarg;
		} else if (option == 'm' && count < G_N_ELEMENTS(minutes) && atoi(optarg) > 0) {
			minutes[count++] = (unsigned)atoi(optarg);
		} else {
			return 2;
		}
	}
	if (!program) {
		fprintf(stderr,
			"usage: finalise_bench --finalise PROGRAM [--minutes N]... [--folder F]\n");
		return 2;
	}
	for (size_t i = 0; i < (count ? count : 2); i++) {
		g_autofree char *folder = g_build_filename(parent, "fw-bench-XXXXXX", NULL);

		must(g_mkdtemp(folder) ? 0 : -errno, "folder");
		measure(program, folder, minutes[i]);
		(void)nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	}
	return 0;
}
