/* SPDX-License-Identifier: Apache-2.0 */
/* Thousands of clients of farwindow.v1 in one thread: TLS, the upgrade, masked text frames out, text frames in, the server's pings answered.
 * Only what a load needs of RFC 6455: messages in one frame, no extensions.
 *
 *     lines_open(lines, i, cookie)   ──▶ ops->opened    at most LINES_OPENING handshakes at once, the others wait
 *     lines_send(lines, i, text)
 *     lines_turn(lines, timeout_ms)  ──▶ ops->text      whatever has come
 *
 * Owner: the creator; a text that is handed out lasts as long as the call.  Threads: one.
 * Errors: a line that fails ends in ops->closed, once; sending on it does nothing.
 */
#ifndef FW_TESTS_BENCH_LINES_H
#define FW_TESTS_BENCH_LINES_H

#include <stddef.h>
#include <stdint.h>

#define LINES_OPENING 32 /* the server's thread takes the handshakes one after the other anyhow */

struct lines;

struct lines_ops {
	void (*opened)(void *user, unsigned line);
	/* NUL-terminated. */
	void (*text)(void *user, unsigned line, const char *text, size_t size);
	void (*closed)(void *user, unsigned line, const char *why);
};

/* count: lines are 0 .. count - 1; port: of 127.0.0.1. */
struct lines *lines_create(unsigned count, uint16_t port, const struct lines_ops *ops, void *user);
/* Cuts all that are open without a word. */
void lines_destroy(struct lines *lines);

void lines_open(struct lines *lines, unsigned line, const char *cookie);
void lines_send(struct lines *lines, unsigned line, const char *text);
/* Waits for at most so long, then does all that can be done now. */
void lines_turn(struct lines *lines, int timeout_ms);

#endif
