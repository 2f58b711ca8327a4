/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/sms/gateway_http.h"

#include <curl/curl.h>
#include <errno.h>
#include <glib.h>
#include <string.h>

#include "base/crypto.h"

#define FW_LOG_TOPIC "sms"
#include "base/log.h"

#define WORK_MS 1000

struct exchange {
	void *tag;
	CURL *easy;
	struct curl_slist *headers;
	struct fw_sms_request request;
	GString *body;
	bool too_long;
};

struct fw_sms_http {
	const struct fw_config_sms *rules;
	CURLM *multi;
	GPtrArray *exchanges; /* those that are out */
	struct exchange *last; /* what the answer taken last points into */
};

static void exchange_free(void *pointer)
{
	struct exchange *exchange = pointer;

	if (!exchange) {
		return;
	}
	curl_easy_cleanup(exchange->easy);
	curl_slist_free_all(exchange->headers);
	fw_sms_request_clear(&exchange->request);
	g_string_free(exchange->body, TRUE);
	g_free(exchange);
}

int fw_sms_http_create(const struct fw_config_sms *rules, struct fw_sms_http **ret_http)
{
	struct fw_sms_http *http;
	CURLM *multi;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		return -EIO;
	}
	multi = curl_multi_init();
	if (!multi) {
		return -EIO;
	}
	http = g_new0(struct fw_sms_http, 1);
	http->rules = rules;
	http->multi = multi;
	http->exchanges = g_ptr_array_new();
	*ret_http = http;
	return 0;
}

void fw_sms_http_destroy(struct fw_sms_http *http)
{
	if (!http) {
		return;
	}
	for (guint i = 0; i < http->exchanges->len; i++) {
		struct exchange *exchange = g_ptr_array_index(http->exchanges, i);

		(void)curl_multi_remove_handle(http->multi, exchange->easy);
		exchange_free(exchange);
	}
	exchange_free(http->last);
	g_ptr_array_free(http->exchanges, TRUE);
	(void)curl_multi_cleanup(http->multi);
	g_free(http);
}

static size_t take_bytes(char *bytes, size_t size, size_t count, void *user)
{
	struct exchange *exchange = user;

	if (exchange->body->len + size * count > FW_SMS_ANSWER_MAX_BYTES) {
		exchange->too_long = true;
		return 0; /* ends the transfer */
	}
	g_string_append_len(exchange->body, bytes, (gssize)(size * count));
	return size * count;
}

/* One option of the library; the first that fails is remembered. */
#define SET(option, value) \
	(result = result == CURLE_OK ? curl_easy_setopt(easy, option, value) : result)

static CURLcode set_options(const struct fw_sms_http *http, struct exchange *exchange)
{
	const struct fw_config_sms *rules = http->rules;
	CURL *easy = exchange->easy;
	CURLcode result = CURLE_OK;

	SET(CURLOPT_URL, exchange->request.url);
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_PROXY, ""); /* nothing from the environment */
	SET(CURLOPT_TIMEOUT, (long)rules->answer_s);
	SET(CURLOPT_HTTPHEADER, exchange->headers);
	SET(CURLOPT_USERAGENT, "farwindow/" FW_VERSION);
	SET(CURLOPT_WRITEFUNCTION, take_bytes);
	SET(CURLOPT_WRITEDATA, exchange);
	SET(CURLOPT_PRIVATE, exchange);
	if (exchange->request.body) {
		SET(CURLOPT_POSTFIELDSIZE, (long)strlen(exchange->request.body));
		SET(CURLOPT_POSTFIELDS, exchange->request.body);
	}
	if (rules->ca_file) {
		SET(CURLOPT_CAINFO, rules->ca_file);
	}
	return result;
}

int fw_sms_http_start(struct fw_sms_http *http, void *tag, struct fw_sms_request *request)
{
	struct exchange *exchange = g_new0(struct exchange, 1);

	exchange->tag = tag;
	exchange->request = *request;
	memset(request, 0, sizeof(*request));
	exchange->body = g_string_new(NULL);
	exchange->easy = curl_easy_init();
	for (size_t i = 0; exchange->request.headers[i]; i++) {
		exchange->headers =
			curl_slist_append(exchange->headers, exchange->request.headers[i]);
	}
	/* No waiting for "100 Continue": the bodies are small. */
	exchange->headers = curl_slist_append(exchange->headers, "Expect:");
	if (!exchange->easy || set_options(http, exchange) != CURLE_OK ||
		curl_multi_add_handle(http->multi, exchange->easy) != CURLM_OK) {
		exchange_free(exchange);
		return -EIO;
	}
	g_ptr_array_add(http->exchanges, exchange);
	return 0;
}

int fw_sms_http_work(struct fw_sms_http *http, int fd)
{
	struct curl_waitfd extra = {.fd = fd, .events = CURL_WAIT_POLLIN};
	int running;

	if (curl_multi_perform(http->multi, &running) != CURLM_OK) {
		return -EIO;
	}
	if (running == (int)http->exchanges->len &&
		curl_multi_poll(http->multi, &extra, 1, WORK_MS, NULL) != CURLM_OK) {
		return -EIO;
	}
	return curl_multi_perform(http->multi, &running) == CURLM_OK ? 0 : -EIO;
}

static const char *error_word(const struct exchange *exchange, CURLcode result)
{
	if (exchange->too_long) {
		return "too_long";
	}
	switch (result) {
	case CURLE_OPERATION_TIMEDOUT:
		return "time_out";
	case CURLE_COULDNT_RESOLVE_HOST:
		return "no_such_host";
	case CURLE_COULDNT_CONNECT:
		return "no_connection";
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CONNECT_ERROR:
		return "bad_certificate";
	default:
		return "broken";
	}
}

static void read_answer(
	const struct exchange *exchange, CURLcode result, struct fw_sms_answer *ret_answer)
{
	long status = 0, request_bytes = 0;

	*ret_answer = (struct fw_sms_answer){0};
	(void)curl_easy_getinfo(exchange->easy, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(exchange->easy, CURLINFO_REQUEST_SIZE, &request_bytes);
	ret_answer->sent = request_bytes > 0;
	if (result == CURLE_OK) {
		ret_answer->status = (int)status;
		ret_answer->body = exchange->body->str;
		return;
	}
	ret_answer->error = error_word(exchange, result);
	fw_debug("gateway did not answer error=%s", curl_easy_strerror(result));
}

void *fw_sms_http_next(struct fw_sms_http *http, struct fw_sms_answer *ret_answer)
{
	const CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(http->multi, &left)) != NULL) {
		struct exchange *exchange;
		char *private = NULL;

		if (message->msg != CURLMSG_DONE) {
			continue;
		}
		(void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private);
		exchange = (struct exchange *)(void *)private;
		read_answer(exchange, message->data.result, ret_answer);
		(void)curl_multi_remove_handle(http->multi, exchange->easy);
		g_ptr_array_remove_fast(http->exchanges, exchange);
		exchange_free(http->last);
		http->last = exchange;
		return exchange->tag;
	}
	return NULL;
}
