/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server's parts, shared by its three files: server.c starts and ends them, server_stores.c opens
 * what is on the disk, server_traffic.c carries what goes into and comes out of the desk.
 *
 * Owner: main. Threads: built and taken down by main's; between, only the traffic's functions run, on
 * the threads they are called on. Errors: as server.h.
 */
#ifndef FW_SIGNALING_SERVER_PRIVATE_H
#define FW_SIGNALING_SERVER_PRIVATE_H

#include "base/audit_anchor.h"
#include "base/db.h"
#include "base/db_checkpointer.h"
#include "base/keystore.h"
#include "media/media.h"
#include "recorder/recorder.h"
#include "signaling/desk_thread.h"
#include "signaling/jobs.h"
#include "signaling/net/net.h"
#include "signaling/password_pool.h"
#include "signaling/reader_pool.h"
#include "signaling/server.h"
#include "signaling/sms/gateway_thread.h"
#include "signaling/sms/sms_config.h"
#include "signaling/turn.h"

struct fw_server {
	const struct fw_server_setup *setup;
	struct fw_db *db;
	struct fw_db_checkpointer *checkpointer;
	struct fw_keystore *keystore;
	struct fw_audit_anchor *anchor;
	struct fw_mailbox *mailbox; /* to the desk */
	struct fw_recorder *recorder;
	struct fw_jobs *jobs;
	struct fw_sms_config sms;
	struct fw_gateway *gateway; /* NULL: none is configured */
	struct fw_media *media;
	struct fw_static_files *files;
	GBytes *openapi;
	struct fw_net *net;
	struct fw_password_pool *passwords;
	struct fw_reader_pool *readers;
	struct fw_uploads *uploads;
	struct fw_desk_thread *desk;

	/* What offers and `hello` are made of. */
	struct fw_desk_media_setup offers;
	struct fw_desk_setup desk_setup;
	char **addresses;
	struct fw_turn turn;
	char *turn_secret;
	uint16_t udp_ports[FW_MEDIA_WORKERS_MAX], tcp_ports[FW_MEDIA_WORKERS_MAX];
};

/* "what: errno's text" as the problem; returns error. */
int fw_server_fail(char **ret_problem, int error, const char *what);

/* server_stores.c, in this order. */
int fw_server_open_database(struct fw_server *server, char **ret_problem);
int fw_server_fill_demo(struct fw_server *server, char **ret_problem);
int fw_server_open_keys(struct fw_server *server, char **ret_problem);
int fw_server_open_anchor(struct fw_server *server, char **ret_problem);
int fw_server_read_turn(struct fw_server *server, char **ret_problem);

/* server_traffic.c. user is the server. */
extern const struct fw_net_ops fw_server_net_ops;
void fw_server_on_media_event(void *user, const struct fw_media_event *event);
void fw_server_on_upload_done(void *user, const struct fw_upload_event *event);
void fw_server_on_password_checked(void *user, uint64_t request, bool matches, char *hash);
void fw_server_on_output(void *user, struct fw_desk_output *output);

#endif
