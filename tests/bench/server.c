/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/server.h"

#include <arpa/inet.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define SERVER_CORE 0
#define LOAD_CORE   1

static void pin(int core)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(core, &set);
	if (sched_setaffinity(0, sizeof(set), &set) < 0) {
		(void)fprintf(stderr, "bench: no core %d, figures are of shared cores\n", core);
	}
}

static uint16_t free_port(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	g_assert(bind(fd, (struct sockaddr *)&address, size) == 0);
	g_assert(getsockname(fd, (struct sockaddr *)&address, &size) == 0);
	(void)close(fd);
	return ntohs(address.sin_port);
}

static void wait_for_it(const struct server *server)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(server->port)};

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	for (;;) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);
		int r = connect(fd, (struct sockaddr *)&address, sizeof(address));

		(void)close(fd);
		if (r == 0) {
			return;
		}
		if (waitpid(server->pid, NULL, WNOHANG) != 0) {
			(void)fprintf(stderr, "bench: the server ended\n");
			exit(1);
		}
		g_usleep(50000);
	}
}

void server_start(struct server *server, const char *program, unsigned ring_group, bool pinned)
{
	g_autofree char *config = g_build_filename(server->folder, "farwindow.conf", NULL);
	g_autofree char *log = g_build_filename(server->folder, "server.log", NULL);
	g_autofree char *text = NULL;

	server->port = free_port();
	text = g_strdup_printf("[server]\nlisten = 127.0.0.1\nport = %u\ndata_dir = %s/data\n"
			       "web_dir = %s\nlog_level = warn\n[media]\nworkers = 1\n"
			       "addresses = 127.0.0.1\nudp_base_port = %u\ntcp_base_port = %u\n"
			       "[calls]\nring_group = %u\n",
		server->port, server->folder, server->folder, free_port(), free_port(), ring_group);
	g_assert(g_file_set_contents(config, text, -1, NULL));
	server->pid = fork();
	if (server->pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (pinned) {
			pin(SERVER_CORE);
		}
		g_assert(freopen(log, "w", stderr) && freopen(log, "a", stdout));
		(void)execl(program, "farwindow", "--config", config, NULL);
		_exit(127);
	}
	if (pinned) {
		pin(LOAD_CORE);
	}
	wait_for_it(server);
}

double server_number(const char *text, const char *name)
{
	const char *found = text ? strstr(text, name) : NULL;

	return found ? strtod(found + strlen(name), NULL) : 0;
}

double server_resident_kb(const struct server *server)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/status", (int)server->pid);
	g_autofree char *text = NULL;

	(void)g_file_get_contents(path, &text, NULL, NULL);
	return server_number(text, "VmRSS:");
}

double server_cpu_s(const struct server *server)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/stat", (int)server->pid);
	g_autofree char *text = NULL;
	unsigned long user = 0, system = 0;

	if (g_file_get_contents(path, &text, NULL, NULL)) {
		(void)sscanf(strrchr(text, ')') + 1,
			" %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
	}
	return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

GPid server_curl(const struct server *server, const char *token, const char *path,
	const char *const *more, int *ret_output)
{
	g_autofree char *cookie = g_strdup_printf("fw_session=%s", token);
	g_autofree char *url = g_strdup_printf("https://127.0.0.1:%u%s", server->port, path);
	g_autoptr(GPtrArray) arguments = g_ptr_array_new();
	const char *const fixed[] = {"curl", "-sk", "--max-time", "300", "-b", cookie, url};
	GPid child;

	for (size_t i = 0; i < G_N_ELEMENTS(fixed); i++) {
		g_ptr_array_add(arguments, (char *)fixed[i]);
	}
	for (size_t i = 0; more && more[i]; i++) {
		g_ptr_array_add(arguments, (char *)more[i]);
	}
	g_ptr_array_add(arguments, NULL);
	if (!g_spawn_async_with_pipes(NULL, (char **)arguments->pdata, NULL,
		    G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &child, NULL,
		    ret_output, NULL, NULL)) {
		(void)fprintf(stderr, "bench: curl is not there\n");
		exit(1);
	}
	return child;
}

char *server_read(int fd)
{
	g_autoptr(GString) text = g_string_new(NULL);
	char bytes[4096];
	ssize_t n;

	while ((n = read(fd, bytes, sizeof(bytes))) > 0) {
		g_string_append_len(text, bytes, n);
	}
	(void)close(fd);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

char *server_health(const struct server *server)
{
	int output;
	GPid child = server_curl(server, "", "/api/v1/health", NULL, &output);
	char *text = server_read(output);

	(void)waitpid(child, NULL, 0);
	return text;
}

void server_stop(const struct server *server)
{
	(void)kill(server->pid, SIGTERM);
	(void)waitpid(server->pid, NULL, 0);
}
