/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/simulator/line.h"

#include "tests/simulator/clerk.h"
#include "tests/simulator/server.h"

#include <string.h>

#define MS INT64_C(1000)

/* What pages of the simulation look at; everything else is thrown away where it arrives. */
static bool matters(const char *text)
{
	static const char *const heads[] = {
		"{\"type\":\"reply\"",
		"{\"type\":\"event\",\"event\":\"call.incoming\"",
		"{\"type\":\"event\",\"event\":\"call.state\"",
		"{\"type\":\"event\",\"event\":\"session.ended\"",
		"{\"type\":\"event\",\"event\":\"drill.changed\"",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(heads); i++) {
		if (g_str_has_prefix(text, heads[i])) {
			return true;
		}
	}
	return false;
}

static bool leads_somewhere(const struct sim *sim, const struct line *line)
{
	return server_is_up(sim) && line->run == sim->server->run && !line->over;
}

/* --- upwards -------------------------------------------------------------------------------------- */

static void arrives_open(struct sim *sim, void *line_void, uint64_t number, const char *token)
{
	struct line *line = line_void;
	struct fw_desk_input input = {.kind = FW_IN_CLIENT_OPENED};

	(void)number;
	if (!leads_somewhere(sim, line)) {
		return;
	}
	line->told = true;
	g_hash_table_insert(sim->server->lines, (void *)(uintptr_t)line->connection, line);
	input.opened.connection = line->connection;
	input.opened.token = g_strdup(token);
	input.opened.remote = g_strdup("192.0.2.9");
	server_give(sim, &input);
}

static void arrives_up(struct sim *sim, void *line_void, uint64_t number, const char *text)
{
	struct line *line = line_void;
	struct fw_desk_input input = {.kind = FW_IN_CLIENT_MESSAGE};

	(void)number;
	if (line->cut || !line->told || !leads_somewhere(sim, line)) {
		return;
	}
	input.message.connection = line->connection;
	input.message.text = g_strdup(text);
	input.message.text_bytes = strlen(text);
	server_give(sim, &input);
}

static void arrives_close(struct sim *sim, void *line_void, uint64_t number, const char *text)
{
	struct line *line = line_void;
	struct fw_desk_input input = {.kind = FW_IN_CLIENT_CLOSED};

	(void)number;
	(void)text;
	if (!line->told || !leads_somewhere(sim, line)) {
		return;
	}
	line->over = true;
	line->told_at = sim->counts.steps;
	input.closed.connection = line->connection;
	server_give(sim, &input);
}

static int64_t later(struct sim *sim, int64_t *last_us, int64_t latency_us)
{
	*last_us = MAX(*last_us + 1, sim->now_us + latency_us);
	return *last_us;
}

static int64_t latency(struct sim *sim, const struct line *line)
{
	int64_t us = dice_between(&sim->dice, 1 * MS, 30 * MS);

	return line->slow && dice_chance(&sim->dice, 100)
		? us + dice_between(&sim->dice, 500 * MS, 20000 * MS)
		: us;
}

struct line *line_open(struct sim *sim, struct clerk *clerk, const char *token)
{
	struct server *server = sim->server;
	struct line *line;

	if (!server->desk) {
		return NULL;
	}
	line = g_new0(struct line, 1);
	g_ptr_array_add(server->all_lines, line);
	line->connection = server->next_connection++;
	line->run = server->run;
	line->clerk = clerk;
	line->next_id = 1;
	line->slow = dice_chance(&sim->dice, 80);
	agenda_add(sim->agenda, later(sim, &line->up_us, latency(sim, line)), arrives_open, line, 0,
		g_strdup(token));
	return line;
}

static void send_one(struct sim *sim, struct line *line, const char *method, const char *params)
{
	agenda_add(sim->agenda, later(sim, &line->up_us, latency(sim, line)), arrives_up, line, 0,
		g_strdup_printf("{\"type\":\"request\",\"id\":%" G_GUINT64_FORMAT
				",\"method\":\"%s\",\"params\":%s}",
			line->next_id++, method, params));
}

void line_ask(struct sim *sim, struct line *line, const char *method, char *params, bool twice)
{
	if (line && !line->cut) {
		sim->counts.requests++;
		send_one(sim, line, method, params);
		if (twice) {
			sim->counts.repeated++;
			send_one(sim, line, method, params);
		}
	}
	g_free(params);
}

void line_close(struct sim *sim, struct line *line, bool silently)
{
	int64_t us = silently ? dice_between(&sim->dice, 3 * TOWN_SECOND, 25 * TOWN_SECOND)
			      : latency(sim, line);

	line->cut = line->cut || silently;
	line->clerk = NULL;
	agenda_add(sim->agenda, later(sim, &line->up_us, us), arrives_close, line, 0, NULL);
}

/* --- downwards ------------------------------------------------------------------------------------ */

static void arrives_down(struct sim *sim, void *line_void, uint64_t number, const char *text)
{
	struct line *line = line_void;

	(void)number;
	if (line->clerk && !line->cut && line->run == sim->server->run) {
		clerk_hears(sim, line->clerk, line, text);
	}
}

static void arrives_end(struct sim *sim, void *line_void, uint64_t code, const char *text)
{
	struct line *line = line_void;

	(void)text;
	if (line->clerk && !line->cut) {
		clerk_loses_line(sim, line->clerk, line, (int)code);
	}
}

void line_down(struct sim *sim, struct line *line, const char *text)
{
	if (line->clerk && !line->cut && matters(text)) {
		agenda_add(sim->agenda, later(sim, &line->down_us, latency(sim, line)),
			arrives_down, line, 0, g_strdup(text));
	}
}

void line_ended(struct sim *sim, struct line *line, int code)
{
	agenda_add(sim->agenda, later(sim, &line->down_us, latency(sim, line)), arrives_end, line,
		(uint64_t)code, NULL);
}
