/* SPDX-License-Identifier: Apache-2.0 */
/* The robot window's line to the server: signing in over HTTPS, then requests, replies and events
 * on the WebSocket (docs/PROTOCOL.md 1, 2). A lost line is opened again by itself, with a new
 * sign-in, after 1 to 10 s.
 *
 * Owner: robot_office.c.  Threads: the default main context's.  Errors: logged; the caller sees
 * only opened and closed.
 */
#ifndef FW_DEMO_ROBOT_LINK_H
#define FW_DEMO_ROBOT_LINK_H

#include <jansson.h>
#include <stdbool.h>

struct fw_robot_link;

struct fw_robot_link_options {
	const char *server; /* https://host:port */
	const char *account;
	const char *password;
	/* What the server's certificate must be: one with this SHA-256 ("AB:CD:..."), else the one
	 * in this PEM file (read at each connection, it may not be there yet), else any that the
	 * system trusts. */
	const char *fingerprint;
	const char *certificate_file;
};

struct fw_robot_link_ops {
	void (*opened)(void *user);
	void (*closed)(void *user); /* replies still awaited will not come */
	void (*event)(void *user, const char *event, const json_t *data);
};

/* body: result, or error with code and text. */
typedef void (*fw_robot_reply)(void *user, bool ok, const json_t *body);

/* options and ops are borrowed for the link's life. */
struct fw_robot_link *fw_robot_link_new(const struct fw_robot_link_options *options,
	const struct fw_robot_link_ops *ops, void *user);
void fw_robot_link_free(struct fw_robot_link *link);

/* Takes params. reply may be NULL; refusals are logged in any case. Without a line the request is
 * dropped. */
void fw_robot_link_request(
	struct fw_robot_link *link, const char *method, json_t *params, fw_robot_reply reply);

#endif
