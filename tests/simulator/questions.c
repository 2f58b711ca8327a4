/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/simulator/questions.h"

#include "tests/simulator/server.h"

#include <string.h>

#define MS           INT64_C(1000)
#define KEY(request) ((void *)(uintptr_t)(request))

struct question {
	server_answered *answered;
	void *who;
};

struct asking {
	enum fw_operation operation;
	char *token, *params;
	struct question question;
};

static void unanswered(struct sim *sim, void *question_void, uint64_t number, const char *text)
{
	struct question *question = question_void;

	(void)number;
	(void)text;
	question->answered(sim, question->who, 0, NULL, NULL);
	g_free(question);
}

static void no_answer(struct sim *sim, const struct question *question)
{
	sim_later(sim, dice_between(&sim->dice, 100 * MS, 3000 * MS), unanswered,
		g_memdup2(question, sizeof(*question)), 0, NULL);
}

static void arrive(struct sim *sim, void *asking_void, uint64_t run, const char *text)
{
	struct asking *asking = asking_void;
	struct server *server = sim->server;
	struct fw_desk_input input = {.kind = FW_IN_HTTP_REQUEST};

	(void)text;
	if (!server->desk || server->run != run) {
		no_answer(sim, &asking->question);
		g_free(asking->token);
		g_free(asking->params);
		g_free(asking);
		return;
	}
	input.http.request = server->next_request++;
	input.http.operation = asking->operation;
	input.http.token = asking->token;
	input.http.remote = g_strdup("192.0.2.9");
	input.http.params = asking->params;
	input.http.range_from = -1;
	input.http.range_to = -1;
	g_hash_table_insert(server->asked, KEY(input.http.request),
		g_memdup2(&asking->question, sizeof(asking->question)));
	server_give(sim, &input);
	g_free(asking);
}

void server_ask(struct sim *sim, enum fw_operation operation, const char *token, const char *params,
	server_answered *answered, void *who)
{
	struct asking *asking = g_new0(struct asking, 1);

	asking->operation = operation;
	asking->token = g_strdup(token);
	asking->params = g_strdup(params ? params : "{}");
	asking->question = (struct question){answered, who};
	sim_later(sim, dice_between(&sim->dice, 1 * MS, 40 * MS), arrive, asking, sim->server->run,
		NULL);
}

struct answer {
	struct question question;
	int status;
	char *body, *token;
};

static void hand_back(struct sim *sim, void *answer_void, uint64_t number, const char *text)
{
	struct answer *answer = answer_void;

	(void)number;
	(void)text;
	answer->question.answered(
		sim, answer->question.who, answer->status, answer->body, answer->token);
	g_free(answer->body);
	g_free(answer->token);
	g_free(answer);
}

/* "fw_session=TOKEN; ..." */
static char *token_of(const char *cookie)
{
	const char *value = cookie ? strchr(cookie, '=') : NULL;

	return value ? g_strndup(value + 1, strcspn(value + 1, ";")) : NULL;
}

void question_answer(
	struct sim *sim, uint64_t request, int status, const char *body, const char *cookie)
{
	struct question *question = g_hash_table_lookup(sim->server->asked, KEY(request));
	struct answer *back;

	demand(sim, question, "one answer to each HTTP request", "request=%" G_GUINT64_FORMAT,
		request);
	back = g_new0(struct answer, 1);
	back->question = *question;
	back->status = status;
	back->body = g_strdup(body);
	back->token = token_of(cookie);
	g_hash_table_remove(sim->server->asked, KEY(request));
	sim_later(sim, dice_between(&sim->dice, 1 * MS, 40 * MS), hand_back, back, 0, NULL);
}

static void lose(void *request, void *question, void *sim)
{
	(void)request;
	no_answer(sim, question);
}

void questions_lose(struct sim *sim)
{
	g_hash_table_foreach(sim->server->asked, lose, sim);
	g_hash_table_remove_all(sim->server->asked);
}
