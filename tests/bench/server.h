/* SPDX-License-Identifier: Apache-2.0 */
/* The real server as a bench's other process: started on a folder of its own, looked at from outside, asked over HTTP.
 *
 * Owner: the bench; the server ends with it.  Threads: one.  Errors: without a server or curl the bench ends.
 */
#ifndef FW_TESTS_BENCH_SERVER_H
#define FW_TESTS_BENCH_SERVER_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct server {
	const char *folder; /* with the folder "data" in it; borrowed */
	pid_t pid;
	uint16_t port; /* HTTPS, of 127.0.0.1 */
};

/* Until it takes connections. pinned: it has one core for itself, and the caller from now on another. */
void server_start(struct server *server, const char *program, unsigned ring_group, bool pinned);
void server_stop(const struct server *server);

double server_resident_kb(const struct server *server);
double server_cpu_s(
	const struct server *server); /* user and system, its worker processes not counted */

/* curl in a process of its own. token: of the cookie; more: further arguments, NULL at the end; may be NULL. */
GPid server_curl(const struct server *server, const char *token, const char *path,
	const char *const *more, int *ret_output);
/* All that comes until the end; closes it. g_free */
char *server_read(int fd);
/* GET /health. g_free */
char *server_health(const struct server *server);
/* The number behind this name in a text such as the health's; 0: not there. text may be NULL. */
double server_number(const char *text, const char *name);

#endif
