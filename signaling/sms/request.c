/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an answer means for a message (ASK in brackets):
 *     nothing left the machine            later
 *     no answer, 408, 5xx, 3xx, too long  unclear
 *     429                                 later          (unclear)
 *     409 where keys are honoured         accepted: it has this key
 *     404                                 refused        (later: it does not know the key)
 *     other 4xx                           refused        (unclear: the question was wrong, not the message)
 *     2xx                                 accepted, if the named field says so; else refused, or unclear
 *                                         when it cannot be read (state in the field query_field)
 */
#include "signaling/sms/request.h"

#include <errno.h>
#include <glib.h>
#include <jansson.h>
#include <string.h>

#include "base/crypto.h"
#include "base/text.h"
#include "signaling/sms/template.h"

static const char *const in_url[] = {"key", NULL};
static const char *const in_body[] = {"key", "phone", "text", "at", NULL};
static const char *const in_signed[] = {"key", "phone", "text", "at", "body", NULL};
static const char *const in_headers[] = {"key", "at", "signature", NULL};

/* --- the rules --------------------------------------------------------------------------------- */

static int check_url(const char *name, const char *url, char **ret_problem)
{
	g_autofree char *problem = NULL;

	if (!g_str_has_prefix(url, "https://") && !g_str_has_prefix(url, "http://")) {
		*ret_problem = g_strdup_printf("sms.%s: neither https:// nor http://", name);
		return -EBADMSG;
	}
	if (fw_template_check(url, in_url, &problem) < 0) {
		*ret_problem = g_strdup_printf("sms.%s: %s", name, problem);
		return -EBADMSG;
	}
	return 0;
}

static int check_template(
	const char *name, const char *text, const char *const *names, char **ret_problem)
{
	g_autofree char *problem = NULL;

	if (fw_template_check(text, names, &problem) < 0) {
		*ret_problem = g_strdup_printf("sms.%s: %s", name, problem);
		return -EBADMSG;
	}
	return 0;
}

static int check_headers(const struct fw_config_sms *rules, char **ret_problem)
{
	for (size_t i = 0; i < rules->headers.count; i++) {
		const char *colon = strchr(rules->headers.values[i], ':');

		if (!colon || colon == rules->headers.values[i]) {
			*ret_problem = g_strdup("sms.headers: written Name: value");
			return -EBADMSG;
		}
		if (check_template("headers", rules->headers.values[i], in_headers, ret_problem) <
			0) {
			return -EBADMSG;
		}
	}
	return 0;
}

int fw_sms_rules_check(const struct fw_config_sms *rules, char **ret_problem)
{
	int r;

	if (!rules->url) {
		*ret_problem = g_strdup("sms.url: needed for gateway = http");
		return -EBADMSG;
	}
	if ((r = check_url("url", rules->url, ret_problem)) < 0 ||
		(r = rules->query_url ? check_url("query_url", rules->query_url, ret_problem) : 0) <
			0 ||
		(r = check_headers(rules, ret_problem)) < 0 ||
		(r = check_template("body", rules->body, in_body, ret_problem)) < 0 ||
		(r = check_template("signed_text", rules->signed_text, in_signed, ret_problem)) < 0) {
		return r;
	}
	if (rules->query_url && !strstr(rules->query_url, "{key}")) {
		*ret_problem = g_strdup("sms.query_url: has no {key}");
		return -EBADMSG;
	}
	return 0;
}

/* --- the request ------------------------------------------------------------------------------- */

static void sign(const char *secret, const char *text, char ret_hex[2 * FW_SHA256_BYTES + 1])
{
	uint8_t mac[FW_SHA256_BYTES];

	if (fw_hmac_sha256(secret, strlen(secret), text, strlen(text), mac) < 0) {
		memset(mac, 0, sizeof(mac)); /* the gateway refuses it */
	}
	fw_text_hex_encode(mac, sizeof(mac), ret_hex);
}

static char **make_headers(const struct fw_config_sms *rules, bool with_body, bool is_signed,
	const struct fw_template_value *values, size_t count, const char *signature)
{
	GPtrArray *headers = g_ptr_array_new();

	for (size_t i = 0; i < rules->headers.count; i++) {
		g_ptr_array_add(headers,
			fw_template_fill(rules->headers.values[i], values, count, FW_TEMPLATE_PLAIN));
	}
	if (with_body) {
		g_ptr_array_add(headers, g_strdup_printf("Content-Type: %s", rules->content_type));
	}
	if (is_signed) {
		g_ptr_array_add(
			headers, g_strdup_printf("%s: %s", rules->signature_header, signature));
	}
	g_ptr_array_add(headers, NULL);
	return (char **)g_ptr_array_free(headers, FALSE);
}

void fw_sms_request_make(const struct fw_config_sms *rules, const char *secret,
	const struct fw_gateway_command *command, struct fw_sms_request *ret_request)
{
	bool send = command->step == FW_GATEWAY_SEND;
	char signature[2 * FW_SHA256_BYTES + 1] = "";
	g_autofree char *at = g_strdup_printf("%" G_GINT64_FORMAT, command->at_us / 1000000);
	g_autofree char *text = NULL;
	struct fw_template_value values[] = {
		{"key", command->key},
		{"at", at},
		{"phone", send ? command->phone : NULL},
		{"text", send ? command->text : NULL},
		{"body", NULL},
		{"signature", signature},
	};
	bool json = strstr(rules->content_type, "json") != NULL;

	ret_request->url =
		fw_template_fill(send ? rules->url : rules->query_url, values, 1, FW_TEMPLATE_URI);
	ret_request->body = send
		? fw_template_fill(rules->body, values, 4, json ? FW_TEMPLATE_JSON : FW_TEMPLATE_URI)
		: NULL;
	if (secret) {
		values[4].value = ret_request->body;
		text = fw_template_fill(rules->signed_text, values, 5, FW_TEMPLATE_PLAIN);
		sign(secret, text, signature);
		fw_wipe(text, strlen(text));
		values[4].value = NULL;
	}
	ret_request->headers =
		make_headers(rules, send, secret != NULL, values, G_N_ELEMENTS(values), signature);
}

void fw_sms_request_clear(struct fw_sms_request *request)
{
	if (request->body) {
		fw_wipe(request->body, strlen(request->body));
	}
	g_free(request->body);
	g_free(request->url);
	g_strfreev(request->headers);
	memset(request, 0, sizeof(*request));
}

/* --- the answer -------------------------------------------------------------------------------- */

/* The member of the JSON object as text; NULL: not there. g_free. */
static char *member(const char *body, const char *path)
{
	json_auto_t *root = body ? json_loads(body, JSON_REJECT_DUPLICATES, NULL) : NULL;
	g_auto(GStrv) names = g_strsplit(path, ".", 8);
	const json_t *value = root;

	for (size_t i = 0; names[i]; i++) {
		value = json_object_get(value, names[i]);
	}
	if (json_is_string(value)) {
		return g_strdup(json_string_value(value));
	}
	if (json_is_integer(value)) {
		return g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
	}
	return json_is_boolean(value) ? g_strdup(json_is_true(value) ? "true" : "false") : NULL;
}

/* What a 2xx answer to SEND says. */
static enum fw_gateway_result read_sent(
	const struct fw_config_sms *rules, const struct fw_sms_answer *answer)
{
	g_autofree char *value = NULL;

	if (!rules->result_field) {
		return FW_GATEWAY_ACCEPTED;
	}
	value = member(answer->body, rules->result_field);
	if (!value) {
		return FW_GATEWAY_UNCLEAR;
	}
	return g_strcmp0(value, rules->result_value) == 0 ? FW_GATEWAY_ACCEPTED : FW_GATEWAY_REFUSED;
}

static enum fw_gateway_result read_asked(
	const struct fw_config_sms *rules, const struct fw_sms_answer *answer)
{
	g_autofree char *value = member(answer->body, rules->query_field);

	if (!value) {
		return FW_GATEWAY_UNCLEAR;
	}
	if (strcmp(value, "accepted") == 0) {
		return FW_GATEWAY_ACCEPTED;
	}
	if (strcmp(value, "delivered") == 0) {
		return FW_GATEWAY_DELIVERED;
	}
	if (strcmp(value, "unknown") == 0) {
		return FW_GATEWAY_LATER;
	}
	return strcmp(value, "failed") == 0 ? FW_GATEWAY_REFUSED : FW_GATEWAY_UNCLEAR;
}

static enum fw_gateway_result read_status(const struct fw_config_sms *rules,
	enum fw_gateway_step step, const struct fw_sms_answer *answer)
{
	bool send = step == FW_GATEWAY_SEND;
	int status = answer->status;

	if (status == 0 && !answer->sent) {
		return send ? FW_GATEWAY_LATER : FW_GATEWAY_UNCLEAR;
	}
	if (status < 200 || (status >= 300 && status < 400) || status >= 500 || status == 408) {
		return FW_GATEWAY_UNCLEAR;
	}
	if (status < 300) {
		return send ? read_sent(rules, answer) : read_asked(rules, answer);
	}
	if (!send) {
		return status == 404 ? FW_GATEWAY_LATER : FW_GATEWAY_UNCLEAR;
	}
	if (status == 429) {
		return FW_GATEWAY_LATER;
	}
	return status == 409 && rules->idempotent ? FW_GATEWAY_ACCEPTED : FW_GATEWAY_REFUSED;
}

void fw_sms_answer_read(const struct fw_config_sms *rules, const struct fw_gateway_command *command,
	const struct fw_sms_answer *answer, struct fw_gateway_event *ret_event)
{
	*ret_event = (struct fw_gateway_event){
		.sms = command->sms, .try = command->try, .step = command->step};
	ret_event->result = read_status(rules, command->step, answer);
	if (ret_event->result == FW_GATEWAY_ACCEPTED || ret_event->result == FW_GATEWAY_DELIVERED) {
		return;
	}
	if (answer->status) {
		g_snprintf(ret_event->error, sizeof(ret_event->error), "http %d", answer->status);
	} else {
		g_strlcpy(ret_event->error, answer->error ? answer->error : "no_answer",
			sizeof(ret_event->error));
	}
}
