/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time is played: in ticks of 20 ms, of which each gives one batch, so that a batch holds what such an office sends
 * within 20 ms, in its proportions. What pages, media workers and recorder answer to an output goes onto a wheel of
 * ticks and comes from there as an input.
 *
 *     applicant's page:  call.request ................................ call.hangup
 *     each rung page:        ring_ack x 3, rtc.answer     one of them: call.answer after a second
 *     worker, recorder:      peer up ... opened, quality of each peer every 2 s, closed
 *     both in the call:      stats.report every 5 s
 */
#include "tests/bench/desk_office.h"

#include "tests/bench/figure.h"
#include "tests/unit/desk/office.h"

#include "base/clock.h"
#include "base/limits.h"

#include <string.h>
#include <time.h>

#define TICK_US     INT64_C(20000)
#define TICKS(s)    ((unsigned)((s)*S / TICK_US))
#define WHEEL       TICKS(16) /* longer than anything waits */
#define CALLS_PER_S 50
#define APPLICANTS  8 /* of an area of 20 windows */
#define HOMES       12 /* two talk, ten are rung */
#define RING        TICKS(1)
#define TALK        TICKS(12)
#define PING_S      20 /* a page whose line was quiet asks whether it lives */
#define AWAY_S      600 /* between two changes of a clerk's presence */

struct page {
	uint64_t connection;
	char call[FW_ID_SIZE]; /* empty: none */
	char link[16]; /* of its media, "c17" */
	bool away;
};

enum act_kind {
	ACT_DELIVERED,
	ACT_DISPLAYED,
	ACT_TONE,
	ACT_SDP,
	ACT_ANSWER,
	ACT_STATS,
	ACT_HANGUP,
	ACT_PEER_UP,
	ACT_QUALITY,
	ACT_OPENED,
	ACT_CLOSED,
};

struct act {
	enum act_kind kind;
	struct page *page; /* NULL: of a worker or the recorder */
	char call[FW_ID_SIZE];
	uint64_t handle; /* of a peer or a call */
	char *text; /* params; NULL: none yet */
};

struct play {
	struct office *office;
	GPtrArray *pages; /* area by area, its applicants first */
	GHashTable *by_connection; /* connection -> page */
	GHashTable *callers; /* id of a call that rings nowhere yet -> the applicant's page */
	GHashTable *peers; /* handles of those that are open */
	GArray *wheel[WHEEL]; /* struct act */
	GArray *outputs;
	unsigned areas, now, calls; /* ticks, calls begun */
	unsigned decided, requests, refused, batches;
	int64_t spent_us, spent_cpu_us;
};

static int64_t cpu_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (int64_t)now.tv_sec * S + now.tv_nsec / 1000;
}

/* --- the wheel ----------------------------------------------------------------------------------------- */

static void later(struct play *play, unsigned ticks, struct act act, const char *call)
{
	if (call) {
		g_strlcpy(act.call, call, sizeof(act.call));
	}
	g_array_append_val(play->wheel[(play->now + ticks) % WHEEL], act);
}

static void ask(struct play *play, const struct page *page, const char *method, const char *params)
{
	(void)office_queue(play->office, page->connection, method, params);
	play->requests++;
}

static void tell_media(struct play *play, enum fw_media_event_kind kind, uint64_t peer)
{
	struct fw_desk_input input = {.kind = FW_IN_MEDIA};

	input.media.kind = kind;
	input.media.peer = peer;
	if (kind == FW_MEDIA_QUALITY) {
		input.media.quality.rtt_ms = 12;
		input.media.quality.up_kbps = 2100;
		input.media.quality.down_kbps = 2000;
	}
	g_array_append_val(play->office->inputs, input);
}

static void tell_recorder(struct play *play, enum fw_recorder_event_kind kind, uint64_t call)
{
	struct fw_desk_input input = {.kind = FW_IN_RECORDER};

	input.recorder.kind = kind;
	input.recorder.call = call;
	input.recorder.at_us = OFFICE_START_US + play->now * TICK_US;
	input.recorder.opened.segment = 1;
	g_array_append_val(play->office->inputs, input);
}

/* As a page reports in a call of good quality. */
static char *stats_of(const struct page *page)
{
	static const char side[] =
		"{\"available_kbps\":5400,\"rtt_ms\":4,\"audio\":{\"kbps\":34,\"loss_pct\":0},"
		"\"face\":{\"kbps\":1450,\"loss_pct\":0.1,\"width\":1280,\"height\":720,\"fps\":30,"
		"\"limited\":\"none\"},\"document\":{\"kbps\":900,\"loss_pct\":0,\"width\":1920,"
		"\"height\":1080,\"fps\":10,\"limited\":\"none\"}}";

	return g_strdup_printf("{\"call\":\"%s\",\"connection\":\"%s\",\"up\":%s,\"down\":%s}",
		page->call, page->link, side, side);
}

static void acknowledge(struct play *play, const struct act *act, const char *stage)
{
	g_autofree char *params =
		g_strdup_printf("{\"call\":\"%s\",\"stage\":\"%s\"}", act->call, stage);

	ask(play, act->page, "call.ring_ack", params);
}

static void act_of_page(struct play *play, const struct act *act)
{
	g_autofree char *params = g_strdup_printf("{\"call\":\"%s\"}", act->call);
	g_autofree char *stats = NULL;

	switch (act->kind) {
	case ACT_DELIVERED:
		acknowledge(play, act, "delivered");
		break;
	case ACT_DISPLAYED:
		acknowledge(play, act, "displayed");
		break;
	case ACT_TONE:
		acknowledge(play, act, "tone");
		break;
	case ACT_SDP:
		ask(play, act->page, "rtc.answer", act->text);
		break;
	case ACT_ANSWER:
		ask(play, act->page, "call.answer", params);
		break;
	case ACT_STATS:
		stats = stats_of(act->page);
		ask(play, act->page, "stats.report", stats);
		later(play, TICKS(5), (struct act){ACT_STATS, act->page}, act->call);
		break;
	case ACT_HANGUP:
		ask(play, act->page, "call.hangup", params);
		break;
	default:
		break;
	}
}

static void act_of_server(struct play *play, const struct act *act)
{
	switch (act->kind) {
	case ACT_PEER_UP:
	case ACT_QUALITY:
		if (g_hash_table_contains(play->peers, GSIZE_TO_POINTER(act->handle))) {
			tell_media(play,
				act->kind == ACT_PEER_UP ? FW_MEDIA_PEER_UP : FW_MEDIA_QUALITY,
				act->handle);
			later(play, TICKS(2), (struct act){ACT_QUALITY, NULL, "", act->handle},
				NULL);
		}
		break;
	case ACT_OPENED:
		tell_recorder(play, FW_RECORDER_OPENED, act->handle);
		break;
	case ACT_CLOSED:
		tell_recorder(play, FW_RECORDER_CLOSED, act->handle);
		break;
	default:
		break;
	}
}

static void turn_wheel(struct play *play)
{
	GArray *due = play->wheel[play->now % WHEEL];

	for (guint i = 0; i < due->len; i++) {
		struct act *act = &g_array_index(due, struct act, i);

		if (!act->page) {
			act_of_server(play, act);
		} else if (strcmp(act->page->call, act->call) == 0) {
			act_of_page(play, act);
		}
		g_free(act->text);
	}
	g_array_set_size(due, 0);
}

/* --- what pages, workers and recorder do on an output --------------------------------------------------------- */

/* What stands behind `before` up to `end`; g_free. */
static char *part_of(const char *text, const char *before, char end)
{
	const char *from = strstr(text, before);

	g_assert(from);
	from += strlen(before);
	return g_strndup(from, (gsize)(strchr(from, end) - from));
}

/* An offer with its directions turned about is an answer. */
static char *answer_to(const char *sdp)
{
	g_autoptr(GString) answer = g_string_new(sdp);

	(void)g_string_replace(answer, "a=recvonly", "a=RECV", 0);
	(void)g_string_replace(answer, "a=sendonly", "a=recvonly", 0);
	(void)g_string_replace(answer, "a=RECV", "a=sendonly", 0);
	(void)g_string_replace(answer, "setup:actpass", "setup:active", 0);
	return g_string_free(g_steal_pointer(&answer), FALSE);
}

static void got_offer(struct play *play, struct page *page, const char *text)
{
	g_autofree char *call = part_of(text, "\"call\":\"", '"');
	g_autofree char *link = part_of(text, "\"connection\":\"", '"');
	g_autofree char *revision = part_of(text, "\"revision\":", ',');
	g_autofree char *offer = part_of(text, "\"sdp\":\"", '"');
	g_autofree char *peer = part_of(offer, "o=- ", ' ');
	g_autofree char *sdp = answer_to(offer);
	struct act act = {ACT_SDP, page};

	g_strlcpy(page->link, link, sizeof(page->link));
	act.text = g_strdup_printf(
		"{\"call\":\"%s\",\"connection\":\"%s\",\"revision\":%s,\"sdp\":\"%s\"}", call,
		link, revision, sdp);
	later(play, 2, act, call);
	later(play, 4, (struct act){ACT_PEER_UP, NULL, "", g_ascii_strtoull(peer, NULL, 10)}, NULL);
}

/* The first that rings will answer; from there on the call runs by the clock. */
static void got_ring(struct play *play, struct page *page, const char *text)
{
	g_autofree char *call = part_of(text, "\"call\":{\"id\":\"", '"');
	struct page *caller = g_hash_table_lookup(play->callers, call);

	g_strlcpy(page->call, call, sizeof(page->call));
	for (int kind = ACT_DELIVERED; kind <= ACT_TONE; kind++) {
		later(play, 1 + (unsigned)kind, (struct act){(enum act_kind)kind, page}, call);
	}
	if (caller) {
		(void)g_hash_table_remove(play->callers, call);
		later(play, RING, (struct act){ACT_ANSWER, page}, call);
		later(play, RING + TICKS(5), (struct act){ACT_STATS, caller}, call);
		later(play, RING + TICKS(5), (struct act){ACT_STATS, page}, call);
		later(play, RING + TALK, (struct act){ACT_HANGUP, caller}, call);
	}
}

static void got_state(struct page *page, const char *text)
{
	if (strstr(text, "\"state\":\"ended\"") || strstr(text, "\"own_part\":\"withdrawn\"")) {
		page->call[0] = '\0';
	}
}

static void got_reply(struct play *play, struct page *page, const char *text)
{
	if (strstr(text, "\"ok\":false")) {
		play->refused++;
	} else if (strstr(text, "\"own_part\":\"in\"") && !page->call[0]) {
		g_autofree char *call = part_of(text, "\"call\":{\"id\":\"", '"');

		g_strlcpy(page->call, call, sizeof(page->call));
		g_hash_table_insert(play->callers, g_steal_pointer(&call), page);
	}
}

static void got_text(struct play *play, const struct fw_desk_output *output)
{
	struct page *page =
		g_hash_table_lookup(play->by_connection, GSIZE_TO_POINTER(output->send.connection));
	const char *text = output->send.text;

	if (g_str_has_prefix(text, "{\"type\":\"reply\"")) {
		got_reply(play, page, text);
	} else if (g_str_has_prefix(text, "{\"type\":\"event\",\"event\":\"rtc.offer\"")) {
		got_offer(play, page, text);
	} else if (g_str_has_prefix(text, "{\"type\":\"event\",\"event\":\"call.incoming\"")) {
		got_ring(play, page, text);
	} else if (g_str_has_prefix(text, "{\"type\":\"event\",\"event\":\"call.state\"")) {
		got_state(page, text);
	}
}

static void got_output(struct play *play, struct fw_desk_output *output)
{
	switch (output->kind) {
	case FW_OUT_CLIENT_SEND:
		got_text(play, output);
		break;
	case FW_OUT_MEDIA:
		if (output->media.command.kind == FW_MEDIA_PEER_OPEN) {
			g_hash_table_add(play->peers, GSIZE_TO_POINTER(output->media.command.peer));
		} else if (output->media.command.kind == FW_MEDIA_PEER_CLOSE) {
			(void)g_hash_table_remove(
				play->peers, GSIZE_TO_POINTER(output->media.command.peer));
		}
		break;
	case FW_OUT_RECORDER:
		if (output->recorder.kind == FW_RECORDER_OPEN ||
			output->recorder.kind == FW_RECORDER_CLOSE) {
			later(play, 1,
				(struct act){output->recorder.kind == FW_RECORDER_OPEN ? ACT_OPENED
										       : ACT_CLOSED,
					NULL, "", output->recorder.call},
				NULL);
		}
		break;
	default:
		break;
	}
	fw_desk_output_clear(output);
}

/* --- a tick -------------------------------------------------------------------------------------------- */

static void decide(struct play *play)
{
	GArray *inputs = play->office->inputs;
	int64_t began_us = fw_clock_monotonic_us(), began_cpu_us = cpu_us();

	g_assert(inputs->len <= FW_DESK_BATCH_MAX);
	g_assert(fw_desk_step(play->office->desk, OFFICE_START_US + play->now * TICK_US,
			 (const struct fw_desk_input *)(void *)inputs->data, inputs->len,
			 play->outputs) == 0);
	play->spent_us += fw_clock_monotonic_us() - began_us;
	play->spent_cpu_us += cpu_us() - began_cpu_us;
	play->decided += inputs->len;
	play->batches++;
	for (guint i = 0; i < inputs->len; i++) {
		fw_desk_input_clear(&g_array_index(inputs, struct fw_desk_input, i));
	}
	g_array_set_size(inputs, 0);
	for (guint i = 0; i < play->outputs->len; i++) {
		got_output(play, &g_array_index(play->outputs, struct fw_desk_output, i));
	}
	g_array_set_size(play->outputs, 0);
}

/* In an area that was not rung for the longest time, by one who does not talk. */
static void begin_call(struct play *play)
{
	unsigned area = play->calls++ % play->areas;

	for (unsigned i = 0; i < APPLICANTS; i++) {
		struct page *page = g_ptr_array_index(play->pages, area * (APPLICANTS + HOMES) + i);

		if (!page->call[0] && !page->away) {
			g_autofree char *code = office_area(area);
			g_autofree char *params = g_strdup_printf(
				"{\"item\":\"item\",\"area\":\"%s\",\"citizen_informed\":true}",
				code);

			ask(play, page, "call.request", params);
			return;
		}
	}
}

/* Whose turn it is when each has one in so many seconds: the first and behind the last page. */
static void turn(const struct play *play, int64_t seconds, guint *ret_first, guint *ret_end)
{
	uint64_t tick = play->now, pages = play->pages->len, round = TICKS(seconds);

	*ret_first = (guint)(tick % round * pages / round);
	*ret_end = (guint)((tick % round + 1) * pages / round);
}

static void change_presence(struct play *play, struct page *page)
{
	g_autofree char *away = g_strdup_printf(
		"{\"state\":\"away\",\"reason\":\"break\",\"until_us\":%" G_GINT64_FORMAT "}",
		OFFICE_START_US + play->now * TICK_US + 3600 * S);

	if (!page->call[0]) {
		page->away = !page->away;
		ask(play, page, "presence.set", page->away ? away : "{\"state\":\"ready\"}");
	}
}

static void tick(struct play *play)
{
	guint first, end;

	play->now++;
	if (play->now % (TICKS(1) / CALLS_PER_S) == 0) {
		begin_call(play);
	}
	turn(play, PING_S, &first, &end);
	for (; first < end; first++) {
		ask(play, g_ptr_array_index(play->pages, first), "ping", NULL);
	}
	turn(play, AWAY_S, &first, &end);
	for (; first < end; first++) {
		change_presence(play, g_ptr_array_index(play->pages, first));
	}
	turn_wheel(play);
	decide(play);
}

/* --- the whole ------------------------------------------------------------------------------------------ */

static void come(struct play *play, const char *account)
{
	g_autofree char *take = g_strdup_printf(
		"{\"window\":\"%s\",\"devices\":{\"face\":\"ok\",\"document\":\"ok\","
		"\"microphone\":\"ok\",\"speaker\":\"ok\"},\"codecs\":[\"VP8\"]}",
		account);
	struct fw_desk_input opened = {.kind = FW_IN_CLIENT_OPENED};
	struct page *page = g_new0(struct page, 1);

	page->connection = play->office->next_connection++;
	opened.opened.connection = page->connection;
	opened.opened.token = office_large_token(account);
	g_array_append_val(play->office->inputs, opened);
	g_ptr_array_add(play->pages, page);
	g_hash_table_insert(play->by_connection, GSIZE_TO_POINTER(page->connection), page);
	ask(play, page, "window.take", take);
}

static void open_play(struct play *play, unsigned windows)
{
	play->areas = MAX(1, windows / (APPLICANTS + HOMES));
	play->office = office_create_large(play->areas, APPLICANTS, HOMES);
	play->pages = g_ptr_array_new_with_free_func(g_free);
	play->by_connection = g_hash_table_new(NULL, NULL);
	play->callers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	play->peers = g_hash_table_new(NULL, NULL);
	play->outputs = g_array_new(FALSE, FALSE, sizeof(struct fw_desk_output));
	for (unsigned i = 0; i < WHEEL; i++) {
		play->wheel[i] = g_array_new(FALSE, FALSE, sizeof(struct act));
	}
	for (unsigned i = 0; i < play->areas; i++) {
		g_autofree char *area = office_area(i);

		for (unsigned n = 0; n < APPLICANTS + HOMES; n++) {
			bool home = n >= APPLICANTS;
			g_autofree char *account = g_strdup_printf(
				"%s-%c-%u", area, home ? 'h' : 'a', home ? n - APPLICANTS : n);

			come(play, account);
		}
		decide(play);
	}
}

static void close_play(struct play *play)
{
	for (unsigned i = 0; i < WHEEL; i++) {
		for (guint n = 0; n < play->wheel[i]->len; n++) {
			g_free(g_array_index(play->wheel[i], struct act, n).text);
		}
		g_array_free(play->wheel[i], TRUE);
	}
	g_array_free(play->outputs, TRUE);
	g_hash_table_destroy(play->peers);
	g_hash_table_destroy(play->callers);
	g_hash_table_destroy(play->by_connection);
	g_ptr_array_free(play->pages, TRUE);
	office_destroy(play->office);
}

static void print(const struct play *play, unsigned ticks)
{
	g_autofree char *more = g_strdup_printf(
		"\"mix\":\"office\",\"windows\":%u,\"decisions\":%u,\"requests\":%u,\"calls\":%u,"
		"\"refused\":%u",
		play->pages->len, play->decided, play->requests, play->calls, play->refused);

	figure_print("desk", "decisions_per_s", play->decided * 1e6 / (double)play->spent_us, "1/s",
		more);
	figure_print("desk", "decisions_per_cpu_s",
		play->decided * 1e6 / (double)play->spent_cpu_us, "1/s", more);
	figure_print("desk", "batch_mean", (double)play->decided / play->batches, "decisions", more);
	figure_print("desk", "office_core", (double)play->spent_cpu_us / (ticks * (double)TICK_US),
		"cores", more);
}

void desk_office_measure(unsigned windows, unsigned seconds, unsigned ticks)
{
	struct play play = {0};
	unsigned done = 0;

	open_play(&play, windows);
	while (play.now < RING + TALK + TICKS(1)) { /* until as many end as begin */
		tick(&play);
	}
	play.decided = play.requests = play.refused = play.batches = play.calls = 0;
	play.spent_us = play.spent_cpu_us = 0;
	while (ticks > 0 ? done < ticks : play.spent_us < (int64_t)seconds * S) {
		tick(&play);
		done++;
	}
	print(&play, done);
	close_play(&play);
}
