/* SPDX-License-Identifier: Apache-2.0 */
/* ./dev bench media: how much one core of the media plane carries. The server (worker and recorder) is pinned to one core, the load to
 * another; one JSON line per figure.
 *
 *   media-bench [--calls N] [--profile gcm|cm] [--sink recorder|count|none] [--seconds N] [--relay plain|segments] [--folder DIR]
 *
 * What each figure means is in docs/BENCHMARKS.md.
 */
#include "tests/bench/figure.h"
#include "tests/bench/load.h"
#include "tests/bench/relay.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <glib.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/certificate.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/id.h"
#include "base/log.h"
#include "base/mailbox.h"
#include "media/media.h"
#include "recorder/recorder.h"

#define SERVER_CORE 0
#define LOAD_CORE   1

struct bench {
	unsigned calls, seconds;
	bool aes_cm;
	const char *sink;
	const char *relay; /* NULL: the media plane */
	const char *folder;
	char *certificate, *key; /* of the load's peers */
	uint8_t fingerprint[32];
	struct fw_mailbox *events;
	struct fw_recorder *recorder;
	struct fw_media *media;
	struct relay *relaying;
	_Atomic uint64_t ups;
	_Atomic uint64_t kept;
};

static void die(const char *what)
{
	(void)fprintf(stderr, "media-bench: %s\n", what);
	exit(1);
}

static void pin(int core)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(core, &set);
	if (sched_setaffinity(0, sizeof(set), &set) < 0) {
		(void)fprintf(stderr, "media-bench: core %d cannot be had, figures mix\n", core);
	}
}

static int64_t cpu_us(void)
{
	struct rusage usage;

	(void)getrusage(RUSAGE_SELF, &usage);
	return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * (int64_t)1000000 +
		usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static uint64_t resident_kb(void)
{
	g_autofree char *text = NULL;
	unsigned long pages = 0;

	if (!g_file_get_contents("/proc/self/statm", &text, NULL, NULL) ||
		sscanf(text, "%*u %lu", &pages) != 1) {
		return 0;
	}
	return pages * (unsigned long)sysconf(_SC_PAGESIZE) / 1024;
}

static void on_event(void *user, const struct fw_media_event *event)
{
	struct bench *bench = user;

	bench->ups += event->kind == FW_MEDIA_PEER_UP;
}

static void count_packet(void *user, unsigned worker, const struct fw_sink_packet *packet)
{
	(void)worker;
	((struct bench *)user)->kept += packet->rtp_bytes > 0;
}

static void count_report(void *user, unsigned worker, const struct fw_sink_sender_report *report)
{
	(void)user;
	(void)worker;
	(void)report;
}

static void make_certificate(struct bench *bench)
{
	static const char *const names[] = {"localhost", NULL};
	char text[FW_FINGERPRINT_SIZE];

	if (fw_certificate_make(
		    "bench", names, fw_clock_wall_us(), 30, &bench->certificate, &bench->key) < 0 ||
		fw_certificate_fingerprint(bench->certificate, text) < 0) {
		die("no certificate");
	}
	for (unsigned i = 0; i < 32; i++) {
		bench->fingerprint[i] = (uint8_t)strtoul(text + 3 * i, NULL, 16);
	}
}

static void start_recorder(struct bench *bench)
{
	struct fw_recorder_config config = {.journal_dir = bench->folder, .workers = 1};

	if (fw_mailbox_create(NULL, &bench->events) < 0 ||
		fw_recorder_create(&config, bench->events, 0, &bench->recorder) < 0) {
		die("no recorder");
	}
	for (unsigned call = 0; call < bench->calls; call++) {
		struct fw_recorder_command command = {.kind = FW_RECORDER_OPEN, .call = call + 1};
		uint8_t random[FW_ID_RANDOM_BYTES];

		fw_random_bytes(random, sizeof(random));
		fw_id_make(fw_clock_wall_us(), random, command.open.recording);
		g_strlcpy(command.open.call_id, command.open.recording, FW_ID_SIZE);
		command.open.segment = 1;
		command.open.started_us = fw_clock_wall_us();
		if (fw_recorder_post(bench->recorder, &command) < 0) {
			die("no recording");
		}
	}
}

static void start_media(struct bench *bench)
{
	static const char *const addresses[] = {"127.0.0.1", NULL};
	static const struct fw_sink_ops counting = {
		.packet = count_packet, .sender_report = count_report};
	struct fw_media_options options = {.workers = 1,
		.addresses = addresses,
		.certificate_pem = bench->certificate,
		.key_pem = bench->key,
		.event = on_event,
		.event_user = bench};

	if (strcmp(bench->sink, "recorder") == 0) {
		start_recorder(bench);
		options.sink = fw_recorder_sink();
		options.sink_user = bench->recorder;
	} else if (strcmp(bench->sink, "count") == 0) {
		options.sink = &counting;
		options.sink_user = bench;
	}
	if (fw_media_start(&options, &bench->media) < 0) {
		die("media does not start");
	}
}

static void post(struct bench *bench, const struct fw_media_command *command)
{
	while (fw_media_post(bench->media, 0, command) == -EOVERFLOW) {
		g_usleep(1000);
	}
}

static void open_peer(struct bench *bench, unsigned number)
{
	struct fw_media_command command = {
		.kind = FW_MEDIA_PEER_OPEN, .call = number / 2 + 1, .peer = number + 1};
	uint32_t base = load_ssrc_base(number);
	char ufrag[16], pwd[32];

	load_credentials(number, ufrag, pwd);
	g_strlcpy(command.open.ufrag, ufrag, sizeof(command.open.ufrag));
	g_strlcpy(command.open.pwd, pwd, sizeof(command.open.pwd));
	command.open.ssrc_base = base;
	post(bench, &command);

	command.kind = FW_MEDIA_PEER_REMOTE;
	memset(&command.remote, 0, sizeof(command.remote));
	command.remote.role = FW_DTLS_SERVER;
	memcpy(command.remote.fingerprint_sha256, bench->fingerprint, 32);
	command.remote.ext_mid = FW_EXT_MID;
	command.remote.ext_transport_cc = FW_EXT_TRANSPORT_CC;
	command.remote.nack = true;
	command.remote.slots = 1;
	for (unsigned t = 0; t < FW_TRACK_COUNT; t++) {
		(void)g_snprintf(command.remote.up[t].mid, FW_MID_MAX, "u%c", "afd"[t]);
		(void)g_snprintf(command.remote.down[0][t].mid, FW_MID_MAX, "1%c", "afd"[t]);
		command.remote.up[t].ssrc = t < 2 ? base + 100 + t : 0;
		command.remote.down[0][t].ssrc = base + t;
	}
	post(bench, &command);

	command.kind = FW_MEDIA_PEER_SHOW;
	command.show.slot = 0;
	command.show.source_peer = (number ^ 1) + 1;
	post(bench, &command);
	command.kind = FW_MEDIA_PEER_RECORD;
	command.record.on = true;
	command.record.participant = number % 2 + 1;
	post(bench, &command);
	command.kind = FW_MEDIA_PEER_GATE;
	command.gate.open = true;
	post(bench, &command);
}

/* The load in a process of its own; returns the pipe it tells about itself on. */
static int start_load(struct bench *bench, uint16_t port, pid_t *ret_child)
{
	struct load_plan plan = {.calls = bench->calls,
		.port = port,
		.bare = bench->relay != NULL,
		.aes_cm = bench->aes_cm,
		.warm_up_us = 1500000,
		.measure_us = (int64_t)bench->seconds * 1000000,
		.certificate_pem = bench->certificate,
		.key_pem = bench->key};
	int pipes[2];

	if (pipe(pipes) < 0) {
		die("no pipe");
	}
	*ret_child = fork();
	if (*ret_child == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		pin(LOAD_CORE);
		load_run(&plan, pipes[1]);
		_exit(0);
	}
	(void)close(pipes[1]);
	return pipes[0];
}

static uint64_t packets_in(struct bench *bench, struct fw_media_snapshot *ret_snapshot)
{
	if (bench->relaying) {
		return relay_packets(bench->relaying);
	}
	fw_media_snapshot(bench->media, 0, ret_snapshot);
	return ret_snapshot->value[FW_COUNT_RTP_IN];
}

static void await(int pipe, enum load_message wanted)
{
	char byte = 0;

	if (read(pipe, &byte, 1) != 1 || byte != (char)wanted) {
		die("the load has died");
	}
}

struct figures {
	double seconds, packets, core;
	double cpu_us, worker_us, recorder_us, disk_us;
	uint64_t memory_kb;
};

static void read_times(struct figures *figures)
{
	figures->cpu_us = (double)cpu_us();
	figures->worker_us = (double)figure_threads_cpu_us("fw-media");
	figures->recorder_us = (double)figure_threads_cpu_us("fw-recorder");
	figures->disk_us =
		(double)(figure_threads_cpu_us("fw-disk") + figure_threads_cpu_us("fw-sync"));
}

static const char *what(const struct bench *bench)
{
	if (!bench->relay) {
		return "worker";
	}
	return strcmp(bench->relay, "segments") == 0 ? "relay+segments" : "relay";
}

static void print_load(const struct bench *bench, const struct load_result *result, const char *more)
{
	uint64_t expected = result->received + result->lost;

	figure_print("media", "p50_added_delay_us", result->delay_p50_us, "us", more);
	figure_print("media", "p99_added_delay_us", result->delay_p99_us, "us", more);
	figure_print("media", "max_added_delay_us", result->delay_max_us, "us", more);
	figure_print("media", "loss_ppm",
		expected ? (double)result->lost * 1e6 / (double)expected : 0, "ppm", more);
	figure_print("media", "load_cpu", result->cpu_permille / 1000.0, "cores", more);
	figure_print("media", "load_behind_p99_us", result->behind_p99_us, "us", more);
	if (!bench->relay) {
		figure_print("media", "offer_to_first_packet_ms", result->first_packet_us / 1000.0,
			"ms", more);
		figure_print("media", "peers_up", result->up, "peers", more);
		figure_print("media", "unauthentic_packets", (double)result->bad, "packets", more);
	}
}

static void print_figures(
	const struct bench *bench, const struct figures *figures, const struct load_result *result)
{
	double us_per_packet = figures->packets > 0 ? figures->cpu_us / figures->packets : 0;
	g_autofree char *more = g_strdup_printf(
		"\"what\":\"%s\",\"profile\":\"%s\",\"sink\":\"%s\",\"calls\":%u,\"core\":%.2f",
		what(bench),
		bench->relay            ? "none"
			: bench->aes_cm ? "cm"
					: "gcm",
		bench->relay ? "none" : bench->sink, bench->calls, figures->core);

	figure_print("media", "us_per_packet", us_per_packet, "us", more);
	figure_print("media", "calls_per_core",
		us_per_packet > 0 ? 1e6 / us_per_packet / LOAD_PACKETS_PER_CALL : 0, "calls", more);
	figure_print("media", "packets_per_s", figures->packets / figures->seconds, "1/s", more);
	if (!bench->relay && figures->packets > 0) {
		figure_print("media", "worker_us_per_packet", figures->worker_us / figures->packets,
			"us", more);
		figure_print("media", "recorder_us_per_packet",
			figures->recorder_us / figures->packets, "us", more);
		figure_print("media", "disk_us_per_packet", figures->disk_us / figures->packets,
			"us", more);
		figure_print("media", "kb_per_call", (double)figures->memory_kb / bench->calls,
			"kB", more);
	}
	print_load(bench, result, more);
}

static void measure(struct bench *bench, int pipe, uint64_t memory_before_kb)
{
	struct fw_media_snapshot before, after;
	struct figures figures, begun;
	struct load_result result;
	uint64_t packets;
	int64_t begun_us;

	await(pipe, LOAD_MEASURING);
	packets = packets_in(bench, &before);
	read_times(&begun);
	begun_us = fw_clock_monotonic_us();
	await(pipe, LOAD_DONE);
	read_times(&figures);
	figures.packets = (double)(packets_in(bench, &after) - packets);
	figures.seconds = (double)(fw_clock_monotonic_us() - begun_us) / 1e6;
	figures.cpu_us -= begun.cpu_us;
	figures.worker_us -= begun.worker_us;
	figures.recorder_us -= begun.recorder_us;
	figures.disk_us -= begun.disk_us;
	figures.core = figures.cpu_us / 1e6 / figures.seconds;
	figures.memory_kb = resident_kb() - memory_before_kb;
	if (read(pipe, &result, sizeof(result)) != sizeof(result)) {
		die("the load has died");
	}
	print_figures(bench, &figures, &result);
	if (g_getenv("FW_BENCH_COUNTERS") && !bench->relay) {
		for (unsigned i = 0; i < FW_COUNT_MAX; i++) {
			(void)fprintf(stderr, "%s=%" G_GUINT64_FORMAT " ",
				fw_media_count_name((enum fw_media_count)i),
				after.value[i] - before.value[i]);
		}
		(void)fprintf(stderr,
			"history=%" G_GUINT64_FORMAT " batch_p99_us=%" G_GUINT64_FORMAT "\n",
			after.history_bytes, after.batch_p99_us);
	}
}

static void run(struct bench *bench)
{
	uint64_t memory_kb;
	struct fw_media_candidate candidate;
	pid_t child;
	int pipe;

	pin(SERVER_CORE);
	make_certificate(bench);
	if (bench->relay) {
		bench->relaying = relay_new(strcmp(bench->relay, "segments") == 0, &candidate.port);
	} else {
		start_media(bench);
		(void)fw_media_candidates(bench->media, 0, &candidate, 1);
	}
	memory_kb = resident_kb();
	for (unsigned i = 0; !bench->relay && i < 2 * bench->calls; i++) {
		open_peer(bench, i);
	}
	pipe = start_load(bench, candidate.port, &child);
	measure(bench, pipe, memory_kb);
	(void)waitpid(child, NULL, 0);
}

static void stop(struct bench *bench)
{
	if (bench->media) {
		fw_media_stop(bench->media);
	}
	if (bench->recorder) {
		fw_recorder_destroy(bench->recorder);
	}
	if (bench->events) {
		fw_mailbox_destroy(bench->events);
	}
	if (bench->relaying) {
		relay_free(bench->relaying);
	}
	g_free(bench->certificate);
	g_free(bench->key);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {{"calls", required_argument, NULL, 'c'},
		{"profile", required_argument, NULL, 'p'}, {"sink", required_argument, NULL, 's'},
		{"seconds", required_argument, NULL, 't'}, {"relay", required_argument, NULL, 'r'},
		{"folder", required_argument, NULL, 'f'}, {NULL, 0, NULL, 0}};
	static struct bench bench = {
		.calls = 100, .seconds = 5, .sink = "recorder", .folder = "bench-journals"};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'c':
			bench.calls = (unsigned)CLAMP(atoi(optarg), 1, 900);
			break;
		case 'p':
			bench.aes_cm = strcmp(optarg, "cm") == 0;
			break;
		case 's':
			bench.sink = optarg;
			break;
		case 't':
			bench.seconds = (unsigned)CLAMP(atoi(optarg), 1, 60);
			break;
		case 'r':
			bench.relay = optarg;
			break;
		case 'f':
			bench.folder = optarg;
			break;
		default:
			die("options: --calls N --profile gcm|cm --sink recorder|count|none "
			    "--seconds N --relay plain|segments --folder DIR");
		}
	}
	fw_log_set_level(FW_LOG_WARN);
	run(&bench);
	stop(&bench);
	return 0;
}
