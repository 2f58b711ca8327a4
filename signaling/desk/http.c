/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/http.h"

#include "signaling/desk/access.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/message.h"
#include "signaling/desk/refusals.h"
#include "signaling/desk/sessions.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

static const struct operation {
	fw_operation_handler *handler;
	enum fw_right right; /* in the role's own area */
	enum fw_right or_right; /* this one is enough as well; FW_RIGHT_NONE: none */
	const char *name; /* "GET /api/v1/cases/{case}" */
} operations[FW_OP_COUNT] = {
#define OPERATION(name, method, path, takes, right, or_right, handler) \
	[FW_OP_##name] = {handler, FW_RIGHT_##right, FW_RIGHT_##or_right, #method " " path},
	FW_OPERATIONS(OPERATION)
#undef OPERATION
};

bool fw_http_allowed(const struct fw_person *person, enum fw_operation operation)
{
	return fw_person_may(person, operations[operation].right, NULL) ||
		(operations[operation].or_right != FW_RIGHT_NONE &&
			fw_person_may(person, operations[operation].or_right, NULL));
}

static int answer(struct fw_desk *desk, struct fw_http_question *question, const char *token)
{
	const struct operation *operation = &operations[question->operation];
	int r;

	if (operation->right == FW_RIGHT_ANYBODY) {
		return operation->handler(desk, question);
	}
	r = fw_session_find(desk, token, &question->session);
	if (r < 0) {
		return r;
	}
	if (!question->session) {
		return FW_CODE_NOT_SIGNED_IN;
	}
	if (question->session->account->person->must_change_password &&
		question->operation != FW_OP_SESSION_GET &&
		question->operation != FW_OP_SESSION_DELETE &&
		question->operation != FW_OP_PASSWORD) {
		return FW_CODE_PASSWORD_CHANGE_REQUIRED;
	}
	if (!fw_http_allowed(question->session->account->person, question->operation)) {
		return FW_CODE_FORBIDDEN;
	}
	return operation->handler(desk, question);
}

/* --- refusals ------------------------------------------------------------------------------------- */

#define NAME_SIZE 16 /* of a parameter of a path */

/* The next "{name}" of a path; *path goes on behind it. */
static bool next_parameter(const char **path, char ret_name[NAME_SIZE])
{
	const char *open = strchr(*path, '{');
	size_t size = open ? strcspn(open + 1, "}") : 0;

	if (!open || size >= NAME_SIZE) {
		return false;
	}
	memcpy(ret_name, open + 1, size);
	ret_name[size] = '\0';
	*path = open + 1 + size;
	return true;
}

/* What the path names: its first parameter is the object, but where it says of which kind the next one is. */
static int note(struct fw_desk *desk, const struct fw_http_question *question, enum fw_code code)
{
	struct fw_refusal refusal = {
		.code = code,
		.operation = operations[question->operation].name,
		.window = question->session->account->window,
	};
	const char *path = refusal.operation;
	char kind[NAME_SIZE], id[NAME_SIZE];

	if (next_parameter(&path, kind)) {
		const char *sent = json_string_value(json_object_get(question->params, kind));
		bool told = strcmp(kind, "kind") == 0 && next_parameter(&path, id);

		refusal.object_kind = told ? sent : kind;
		refusal.object_id =
			told ? json_string_value(json_object_get(question->params, id)) : sent;
	}
	return fw_refusal_note(desk, question->session, &refusal);
}

int fw_http_request(struct fw_desk *desk, uint64_t request, enum fw_operation operation,
	const char *token, const char *remote, const char *params_json, GBytes *bytes,
	int64_t range_from, int64_t range_to)
{
	g_autofree char *extra = NULL;
	struct fw_http_question question = {
		.request = request,
		.remote = remote,
		.extra = &extra,
		.operation = operation,
		.bytes = bytes,
		.range_from = range_from,
		.range_to = range_to,
	};
	int r;

	question.params = json_loads(params_json ? params_json : "{}", JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(question.params) || operation < 0 || operation >= FW_OP_COUNT) {
		r = FW_CODE_MALFORMED;
	} else {
		r = answer(desk, &question, token);
	}
	if (r > 0) {
		fw_http_refuse(desk, request, (enum fw_code)r, extra);
		r = question.session ? note(desk, &question, (enum fw_code)r) : 0;
	}
	json_decref(question.params);
	return r;
}
