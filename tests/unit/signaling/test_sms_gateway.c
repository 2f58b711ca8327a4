/* SPDX-License-Identifier: Apache-2.0 */
/* The gateway thread: the file it writes, and a gateway on a socket of this process that fails in every way. */
#include "tests/unit/testing.h"

#include "base/mailbox.h"
#include "signaling/sms/gateway_file.h"
#include "signaling/sms/gateway_thread.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENT 5

static struct fw_gateway_command command_of(enum fw_gateway_step step, const char *key)
{
	struct fw_gateway_command command = {.sms = 1, .try = 1, .step = step, .at_us = 9000000};

	g_strlcpy(command.key, key, sizeof(command.key));
	g_strlcpy(command.phone, "13800138000", sizeof(command.phone));
	g_strlcpy(command.text, "文本", sizeof(command.text));
	return command;
}

static struct fw_gateway_event next_event(struct fw_mailbox *box)
{
	struct pollfd ready = {.fd = fw_mailbox_fd(box), .events = POLLIN};
	struct fw_gateway_event event;
	struct fw_message message;

	assert_int_equal(poll(&ready, 1, 30000), 1);
	assert_true(fw_mailbox_take(box) == 1);
	assert_true(fw_mailbox_next(box, &message));
	assert_int_equal(message.type, EVENT);
	memcpy(&event, message.body, sizeof(event));
	return event;
}

/* --- the file --------------------------------------------------------------------------------------- */

static void test_file(void **state)
{
	char *folder = testing_make_folder();
	g_autofree char *path = g_build_filename(folder, "sms.jsonl", NULL);
	g_autofree char *text = NULL;
	struct fw_gateway_command first = command_of(FW_GATEWAY_SEND, "a/1");
	struct fw_gateway_command second = command_of(FW_GATEWAY_SEND, "a/2");

	(void)state;
	assert_int_equal(fw_gateway_file_has(path, "a/1"), 0);
	assert_int_equal(fw_gateway_file_append(path, &first), 0);
	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	assert_string_equal(
		text, "{\"at_us\":9000000,\"key\":\"a/1\",\"phone\":\"13800138000\",\"text\":\"文本\"}\n");
	/* Power failed in the middle of the next line. */
	assert_true(g_file_set_contents(path, "{\"at_us\":9000000,\"key\":\"a/2\",\"ph", -1, NULL));
	assert_int_equal(fw_gateway_file_has(path, "a/2"), 0);
	assert_int_equal(fw_gateway_file_append(path, &second), 0);
	assert_int_equal(fw_gateway_file_has(path, "a/2"), 1);
	testing_remove_folder(folder);
}

static void test_file_thread(void **state)
{
	char *folder = testing_make_folder();
	g_autofree char *path = g_build_filename(folder, "sms.jsonl", NULL);
	g_autofree char *nowhere = g_build_filename(folder, "none", "sms.jsonl", NULL);
	const struct fw_config_sms rules = {.gateway = FW_SMS_GATEWAY_FILE, .parallel = 1};
	struct fw_gateway_setup setup = {.rules = &rules, .file = path};
	struct fw_gateway_command send = command_of(FW_GATEWAY_SEND, "a/1");
	struct fw_gateway_command ask = command_of(FW_GATEWAY_ASK, "a/1");
	struct fw_mailbox *events;
	struct fw_gateway *gateway;

	(void)state;
	assert_int_equal(fw_mailbox_create(NULL, &events), 0);
	assert_int_equal(fw_gateway_create(&setup, events, EVENT, &gateway), 0);
	assert_int_equal(fw_gateway_post(gateway, &ask), 0);
	assert_int_equal(next_event(events).result, FW_GATEWAY_LATER);
	assert_int_equal(fw_gateway_post(gateway, &send), 0);
	assert_int_equal(next_event(events).result, FW_GATEWAY_ACCEPTED);
	assert_int_equal(fw_gateway_post(gateway, &ask), 0);
	assert_int_equal(next_event(events).result, FW_GATEWAY_ACCEPTED);
	fw_gateway_destroy(gateway);
	setup.file = nowhere;
	assert_int_equal(fw_gateway_create(&setup, events, EVENT, &gateway), 0);
	assert_int_equal(fw_gateway_post(gateway, &send), 0);
	assert_int_equal(next_event(events).result, FW_GATEWAY_UNCLEAR);
	fw_gateway_destroy(gateway);
	fw_mailbox_destroy(events);
	testing_remove_folder(folder);
}

/* --- HTTP --------------------------------------------------------------------------------------------- */

/* Answers one connection after the other with the next text; an empty one: never, until `release`. */
struct server {
	int fd, release[2];
	const char *const *answers;
	pthread_t thread;
	GString *seen;
};

static void *serve(void *user)
{
	struct server *server = user;

	for (size_t i = 0; server->answers[i]; i++) {
		int fd = accept(server->fd, NULL, NULL);
		char bytes[4096];
		ssize_t n = fd < 0 ? 0 : recv(fd, bytes, sizeof(bytes), 0);

		g_string_append_len(server->seen, bytes, MAX(n, 0));
		if (!server->answers[i][0]) { /* has it, and says nothing */
			struct pollfd ready = {.fd = server->release[0], .events = POLLIN};

			(void)poll(&ready, 1, -1);
		} else {
			(void)send(fd, server->answers[i], strlen(server->answers[i]), MSG_NOSIGNAL);
		}
		(void)close(fd);
	}
	return NULL;
}

static uint16_t start_server(struct server *server, const char *const *answers)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t size = sizeof(address);

	server->answers = answers;
	server->seen = g_string_new(NULL);
	assert_int_equal(pipe(server->release), 0);
	server->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(server->fd, (struct sockaddr *)(void *)&address, sizeof(address)), 0);
	assert_int_equal(listen(server->fd, 8), 0);
	assert_int_equal(getsockname(server->fd, (struct sockaddr *)(void *)&address, &size), 0);
	assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
	return ntohs(address.sin_port);
}

static void stop_server(struct server *server)
{
	(void)close(server->release[1]);
	assert_int_equal(pthread_join(server->thread, NULL), 0);
	(void)close(server->release[0]);
	(void)close(server->fd);
	g_string_free(server->seen, TRUE);
}

static const struct fw_config *rules_for(uint16_t port)
{
	g_autofree char *text = g_strdup_printf(
		"[sms]\ngateway = http\nurl = http://127.0.0.1:%u/send\nanswer_s = 1\n", port);
	const struct fw_config *config = NULL;
	g_autofree char *error = NULL;

	assert_int_equal(fw_config_parse("f", "/", text, strlen(text), &config, &error), 0);
	return config;
}

static void test_http(void **state)
{
	static const char *const answers[] = {
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
		"HTTP/1.1 500 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
		"HTTP/1.1 400 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
		"HTTP/1.1 302 No\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n"
		"Connection: close\r\n\r\n",
		"nonsense\r\n\r\n", "", /* accepted, and no answer in time */
		NULL};
	static const enum fw_gateway_result results[] = {FW_GATEWAY_ACCEPTED, FW_GATEWAY_UNCLEAR,
		FW_GATEWAY_REFUSED, FW_GATEWAY_UNCLEAR, FW_GATEWAY_UNCLEAR, FW_GATEWAY_UNCLEAR};
	static const char *const errors[] = {
		"", "http 500", "http 400", "http 302", "broken", "time_out"};
	struct fw_gateway_command send = command_of(FW_GATEWAY_SEND, "a/1");
	struct server server;
	fw_cleanup(fw_config_free) const struct fw_config *config =
		rules_for(start_server(&server, answers));
	struct fw_gateway_setup setup = {.rules = &config->sms};
	struct fw_mailbox *events;
	struct fw_gateway *gateway;

	(void)state;
	assert_int_equal(fw_mailbox_create(NULL, &events), 0);
	assert_int_equal(fw_gateway_create(&setup, events, EVENT, &gateway), 0);
	for (size_t i = 0; answers[i]; i++) {
		struct fw_gateway_event event;

		send.try = (int64_t)i;
		assert_int_equal(fw_gateway_post(gateway, &send), 0);
		event = next_event(events);
		assert_int_equal(event.try, i);
		assert_int_equal(event.result, results[i]);
		assert_string_equal(event.error, errors[i]);
	}
	fw_gateway_destroy(gateway);
	assert_true(g_str_has_prefix(server.seen->str, "POST /send HTTP/1.1\r\n"));
	assert_non_null(strstr(
		server.seen->str, "{\"phone\":\"13800138000\",\"text\":\"文本\",\"key\":\"a/1\"}"));
	stop_server(&server);
	fw_mailbox_destroy(events);
}

static void test_nobody_there(void **state)
{
	static const char *const answers[] = {NULL};
	struct fw_gateway_command send = command_of(FW_GATEWAY_SEND, "a/1");
	struct server server;
	fw_cleanup(fw_config_free) const struct fw_config *config =
		rules_for(start_server(&server, answers));
	struct fw_gateway_setup setup = {.rules = &config->sms};
	struct fw_mailbox *events;
	struct fw_gateway *gateway;
	struct fw_gateway_event event;

	(void)state;
	stop_server(&server); /* its port is free again */
	assert_int_equal(fw_mailbox_create(NULL, &events), 0);
	assert_int_equal(fw_gateway_create(&setup, events, EVENT, &gateway), 0);
	assert_int_equal(fw_gateway_post(gateway, &send), 0);
	event = next_event(events);
	assert_int_equal(event.result, FW_GATEWAY_LATER);
	assert_string_equal(event.error, "no_connection");
	/* Ended with one on its way: no event, no wait. */
	fw_gateway_destroy(gateway);
	fw_mailbox_destroy(events);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_file_thread),
		cmocka_unit_test(test_http),
		cmocka_unit_test(test_nobody_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
