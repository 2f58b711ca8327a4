/* SPDX-License-Identifier: Apache-2.0 */
/* farwindow-test-peer: a test peer driven over standard input and output, one JSON object per line;
 * the driver does the signalling.
 *
 * Options (argv): --passive --tcp --aes-cm --no-extensions --no-ssrc --no-nack --wrong-fingerprint
 * --wrong-ice-password --seed N
 *   --face WIDTHxHEIGHTxFPSxKBPS --document ... (what is sent; none without) --no-audio
 * --video-delay-ms N In:  {"op":"offer","sdp":"..."}                    ->
 * {"event":"answer","sdp":"..."}
 *      {"op":"play"}                                  begins to send, as a browser's replaceTrack
 * at the answer
 *      {"op":"mute","track":"audio","on":true}        {"op":"hole","track":"audio","ms":10000}
 *      {"op":"loss","up_permille":20,"down_permille":0}
 *      {"op":"key_frame","slot":1,"track":"face"}     asks for one
 *      {"op":"silent","on":true}                      no packet leaves, not even a check
 *      {"op":"good_bye"}                              DTLS close_notify, as a browser's close()
 *      {"op":"bad","kind":"raw"|"replay"|"oversized"|"foreign_ssrc"|"rtp_before_keys"}
 *      {"op":"stats"}                                 -> {"event":"stats",...}
 * Out also:
 * {"event":"state","state":"checking"|"securing"|"up"|"failed","profile":...,"after_us":...,"reason":...}
 *      {"event":"first","slot":1,"track":"face","after_us":...} for each track's first packet
 * Ends at the end of standard input.
 */
#include "tests/peer/reel.h"
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const TRACKS[FW_TRACK_COUNT] = {"audio", "face", "document"};
static const char *const STATES[] = {"new", "checking", "securing", "up", "failed"};

struct program {
	struct test_peer_options options;
	struct test_show_options media;
	struct test_reel *face, *document;
	bool no_audio;
	struct test_peer *peer;
	struct test_show *show;
	GString *in;
	bool ended;
	bool seen[FW_SLOTS_MAX][FW_TRACK_COUNT];
};

static void say(json_t *object)
{
	g_autofree char *line = json_dumps(object, JSON_COMPACT);

	json_decref(object);
	puts(line);
	(void)fflush(stdout);
}

static void changed(void *user, enum test_peer_state state)
{
	struct program *program = user;
	const char *profile = test_peer_profile(program->peer),
		   *reason = test_peer_failure(program->peer);

	say(json_pack("{s:s,s:s,s:s?,s:I,s:s?}", "event", "state", "state", STATES[state],
		"profile", profile, "after_us",
		(json_int_t)(test_now_us() - test_peer_counts(program->peer)->offered_us), "reason",
		reason));
}

static void received(void *user, unsigned slot, enum fw_track track, const struct fw_rtp *rtp,
	int64_t arrival_us)
{
	struct program *program = user;

	(void)rtp;
	if (!program->seen[slot][track]) {
		program->seen[slot][track] = true;
		say(json_pack("{s:s,s:i,s:s,s:I}", "event", "first", "slot", (int)slot + 1, "track",
			TRACKS[track], "after_us",
			(json_int_t)(arrival_us - test_peer_counts(program->peer)->offered_us)));
	}
}

static void key_frame_wanted(void *user, enum fw_track track)
{
	struct program *program = user;

	if (program->show != NULL) {
		test_show_key_frame(program->show, track);
	}
}

static int track_of(const json_t *request, enum fw_track *ret_track)
{
	const char *name = json_string_value(json_object_get(request, "track"));

	for (unsigned track = 0; track < FW_TRACK_COUNT; track++) {
		if (g_strcmp0(name, TRACKS[track]) == 0) {
			*ret_track = (enum fw_track)track;
			return 0;
		}
	}
	return -EINVAL;
}

static void say_stats(const struct program *program)
{
	const struct test_peer_counts *counts = test_peer_counts(program->peer);
	json_t *down = json_array(), *sent = json_object();

	for (unsigned track = 0; track < FW_TRACK_COUNT; track++) {
		json_object_set_new(
			sent, TRACKS[track], json_integer((json_int_t)counts->sent[track]));
	}
	for (unsigned slot = 0; slot < FW_SLOTS_MAX; slot++) {
		for (unsigned track = 0; track < FW_TRACK_COUNT; track++) {
			const struct test_peer_track_counts *one = &counts->down[slot][track];
			if (one->packets > 0) {
				json_array_append_new(down,
					json_pack("{s:i,s:s,s:I,s:I,s:I,s:I,s:I}", "slot",
						(int)slot + 1, "track", TRACKS[track], "packets",
						(json_int_t)one->packets, "bytes",
						(json_int_t)one->bytes, "lost", (json_int_t)one->lost,
						"recovered", (json_int_t)one->recovered,
						"sender_reports", (json_int_t)one->sender_reports));
			}
		}
	}
	say(json_pack("{s:s,s:o,s:o,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I}", "event", "stats",
		"sent", sent, "down", down, "resent", (json_int_t)counts->resent, "nacks",
		(json_int_t)counts->nacks_received, "plis", (json_int_t)counts->plis_received,
		"rembs", (json_int_t)counts->rembs_received, "remb_bps",
		(json_int_t)counts->remb_bps, "feedbacks", (json_int_t)counts->feedbacks_received,
		"reports", (json_int_t)counts->reports_received, "unknown_ssrc",
		(json_int_t)counts->unknown_ssrc, "bad_packets", (json_int_t)counts->bad_packets,
		"round_trip_us", (json_int_t)counts->round_trip_us));
}

static int take_offer(struct program *program, const json_t *request)
{
	const char *sdp = json_string_value(json_object_get(request, "sdp"));
	g_autofree char *answer = NULL;
	int r = sdp == NULL ? -EINVAL : test_peer_offer(program->peer, sdp, &answer);

	if (r == 0) {
		say(json_pack("{s:s,s:s}", "event", "answer", "sdp", answer));
	}
	return r;
}

static int do_bad(struct program *program, const json_t *request)
{
	static const uint8_t rtp_in_the_clear[64] = {0x80, 96, 0, 1};
	const char *kind = json_string_value(json_object_get(request, "kind"));

	if (g_strcmp0(kind, "raw") == 0 || g_strcmp0(kind, "rtp_before_keys") == 0) {
		return test_peer_send_raw(program->peer, rtp_in_the_clear, sizeof rtp_in_the_clear);
	}
	if (g_strcmp0(kind, "replay") == 0) {
		return test_peer_replay(program->peer);
	}
	if (g_strcmp0(kind, "oversized") == 0) {
		return test_peer_send_foreign(program->peer,
			test_peer_ssrc(program->peer, FW_TRACK_FACE), FW_PT_VP8, 8000);
	}
	if (g_strcmp0(kind, "foreign_ssrc") == 0) {
		return test_peer_send_foreign(program->peer, 0x0badf00d, FW_PT_VP8, 500);
	}
	return -EINVAL;
}

static int do_track(struct program *program, const char *op, const json_t *request)
{
	enum fw_track track = FW_TRACK_AUDIO;

	if (program->show == NULL || track_of(request, &track) < 0) {
		return -EINVAL;
	}
	if (strcmp(op, "mute") == 0) {
		test_show_mute(program->show, track, json_is_true(json_object_get(request, "on")));
	} else {
		test_show_hole(program->show, track,
			json_integer_value(json_object_get(request, "ms")) * 1000);
	}
	return 0;
}

static int do_request(struct program *program, const json_t *request)
{
	const char *op = json_string_value(json_object_get(request, "op"));
	enum fw_track track = FW_TRACK_FACE;

	if (g_strcmp0(op, "offer") == 0) {
		return take_offer(program, request);
	} else if (g_strcmp0(op, "play") == 0 && program->show == NULL) {
		program->show = test_show_new(program->peer, &program->media);
	} else if (g_strcmp0(op, "mute") == 0 || g_strcmp0(op, "hole") == 0) {
		return do_track(program, op, request);
	} else if (g_strcmp0(op, "loss") == 0) {
		test_peer_set_loss(program->peer,
			(unsigned)json_integer_value(json_object_get(request, "up_permille")),
			(unsigned)json_integer_value(json_object_get(request, "down_permille")));
	} else if (g_strcmp0(op, "key_frame") == 0 && track_of(request, &track) == 0) {
		unsigned slot = (unsigned)json_integer_value(json_object_get(request, "slot"));
		return slot >= 1 && slot <= FW_SLOTS_MAX
			? test_peer_ask_key_frame(program->peer, slot - 1, track)
			: -EINVAL;
	} else if (g_strcmp0(op, "good_bye") == 0) {
		test_peer_say_good_bye(program->peer);
	} else if (g_strcmp0(op, "silent") == 0) {
		test_peer_set_silent(program->peer, json_is_true(json_object_get(request, "on")));
	} else if (g_strcmp0(op, "bad") == 0) {
		return do_bad(program, request);
	} else if (g_strcmp0(op, "stats") == 0) {
		say_stats(program);
	} else {
		return -EINVAL;
	}
	return 0;
}

static void do_line(struct program *program, const char *line)
{
	json_t *request = json_loads(line, 0, NULL);
	int r = request == NULL ? -EBADMSG : do_request(program, request);

	json_decref(request);
	if (r < 0) {
		say(json_pack("{s:s,s:s}", "event", "error", "text", g_strerror(-r)));
	}
}

/* Looks at standard input between the peer's steps. */
static bool read_input(void *user)
{
	struct program *program = user;
	char bytes[65536];
	ssize_t count = 0;
	char *end = NULL;

	while ((count = read(STDIN_FILENO, bytes, sizeof bytes)) > 0) {
		g_string_append_len(program->in, bytes, count);
	}
	program->ended = count == 0;
	while ((end = memchr(program->in->str, '\n', program->in->len)) != NULL) {
		*end = '\0';
		do_line(program, program->in->str);
		g_string_erase(program->in, 0, end + 1 - program->in->str);
	}
	return program->ended;
}

static gboolean set_reel(const char *option, const char *value, gpointer user, GError **error)
{
	struct program *program = user;
	unsigned width_px = 0, height_px = 0, fps = 0, kbps = 0;

	if (sscanf(value, "%ux%ux%ux%u", &width_px, &height_px, &fps, &kbps) != 4 || fps == 0 ||
		width_px < 32) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			"%s wants WIDTHxHEIGHTxFPSxKBPS", option);
		return FALSE;
	}
	*(strcmp(option, "--face") == 0 ? &program->face : &program->document) =
		test_reel_new(width_px, height_px, fps, kbps);
	return TRUE;
}

static int parse_options(struct program *program, int argc, char **argv)
{
	int seed = (int)getpid(), delay_ms = 0;
	gboolean passive = FALSE, tcp = FALSE, aes_cm = FALSE, no_extensions = FALSE,
		 no_ssrc = FALSE, no_nack = FALSE, fingerprint = FALSE, password = FALSE,
		 no_audio = FALSE;
	const GOptionEntry entries[] = {{"passive", 0, 0, G_OPTION_ARG_NONE, &passive, NULL, NULL},
		{"tcp", 0, 0, G_OPTION_ARG_NONE, &tcp, NULL, NULL},
		{"aes-cm", 0, 0, G_OPTION_ARG_NONE, &aes_cm, NULL, NULL},
		{"no-extensions", 0, 0, G_OPTION_ARG_NONE, &no_extensions, NULL, NULL},
		{"no-ssrc", 0, 0, G_OPTION_ARG_NONE, &no_ssrc, NULL, NULL},
		{"no-nack", 0, 0, G_OPTION_ARG_NONE, &no_nack, NULL, NULL},
		{"wrong-fingerprint", 0, 0, G_OPTION_ARG_NONE, &fingerprint, NULL, NULL},
		{"wrong-ice-password", 0, 0, G_OPTION_ARG_NONE, &password, NULL, NULL},
		{"no-audio", 0, 0, G_OPTION_ARG_NONE, &no_audio, NULL, NULL},
		{"seed", 0, 0, G_OPTION_ARG_INT, &seed, NULL, NULL},
		{"video-delay-ms", 0, 0, G_OPTION_ARG_INT, &delay_ms, NULL, NULL},
		{"face", 0, 0, G_OPTION_ARG_CALLBACK, set_reel, NULL, NULL},
		{"document", 0, 0, G_OPTION_ARG_CALLBACK, set_reel, NULL, NULL}, {NULL}};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	GOptionGroup *group = g_option_group_new("peer", "", "", program, NULL);
	g_autoptr(GError) error = NULL;

	g_option_group_add_entries(group, entries);
	g_option_context_set_main_group(context, group);
	if (!g_option_context_parse(context, &argc, &argv, &error)) {
		fprintf(stderr, "%s\n", error->message);
		return -EINVAL;
	}
	program->options = (struct test_peer_options){.passive = passive,
		.tcp = tcp,
		.aes_cm = aes_cm,
		.no_extensions = no_extensions,
		.no_ssrc = no_ssrc,
		.no_nack = no_nack,
		.wrong_fingerprint = fingerprint,
		.wrong_ice_password = password,
		.seed = (uint32_t)seed,
		.user = program,
		.changed = changed,
		.rtp = received,
		.key_frame_wanted = key_frame_wanted};
	program->media = (struct test_show_options){.face = program->face,
		.document = program->document,
		.audio = !no_audio,
		.video_delay_us = (int64_t)delay_ms * 1000};
	return 0;
}

int main(int argc, char **argv)
{
	struct program program = {.in = g_string_new(NULL)};

	if (parse_options(&program, argc, argv) < 0) {
		return EXIT_FAILURE;
	}
	(void)fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK);
	program.peer = test_peer_new(&program.options);
	while (!program.ended) {
		test_peers_run(&program.peer, 1, 1000000, read_input, &program);
	}
	test_show_free(program.show);
	test_peer_free(program.peer);
	test_reel_free(program.face);
	test_reel_free(program.document);
	g_string_free(program.in, TRUE);
	return EXIT_SUCCESS;
}
