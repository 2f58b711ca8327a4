/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server as a whole: makes every part, connects them, ends them in order.
 *
 *   start: desk's mailbox ▶ database ▶ keystore ▶ audit anchor ▶ net (port bound) ▶ recorder ▶ jobs ▶ media
 *          ▶ short-message gateway ▶ password and reader pools ▶ desk ▶ net's thread: whoever
 *          connects finds a ready desk
 *   stop:  net's thread (clients get 1012) ▶ desk ▶ media ▶ recorder ▶ jobs ▶ gateway ▶ pools ▶ net ▶ mailbox ▶
 *          anchor ▶ keystore ▶ database: each part outlives those that call it
 *
 * Owner: main. Threads: start and stop from main's. Errors: -errno; ret_problem is then one sentence
 * for people (g_free).
 */
#ifndef FW_SIGNALING_SERVER_H
#define FW_SIGNALING_SERVER_H

#include "base/cleanup.h"
#include "base/config.h"
#include "signaling/data_folder.h"
#include "signaling/identity.h"

struct fw_server;

struct fw_server_setup {
	const struct fw_config *config; /* borrowed, as all of these, until stop */
	const struct fw_data_folder *folder;
	const struct fw_identity *identity;
	const char *program_folder; /* where the worker programs are, or near it */
};

int fw_server_start(
	const struct fw_server_setup *setup, struct fw_server **ret_server, char **ret_problem);
void fw_server_stop(struct fw_server *server);
FW_DEFINE_CLEANUP(struct fw_server, fw_server_stop)

#endif
