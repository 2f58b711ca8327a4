/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <glib.h>

#include "base/clock.h"
#include "base/file.h"
#include "signaling/demo_office.h"
#include "signaling/demo_week.h"
#include "signaling/schema.h"
#include "signaling/server_private.h"

#define FW_LOG_TOPIC "server"
#include "base/log.h"

#define DB_BUSY_MS       5000
#define SECRET_MAX_BYTES 4096

int fw_server_open_database(struct fw_server *server, char **ret_problem)
{
	const struct fw_data_folder *folder = server->setup->folder;
	int r = fw_db_open(folder->database, FW_DB_READ_WRITE, DB_BUSY_MS, &server->db);

	if (r == 0) {
		r = fw_schema_apply(server->db);
	}
	if (r == -ENOTSUP) {
		*ret_problem = g_strdup_printf(
			"%s was written by a newer version of this program", folder->database);
		return r;
	}
	return r < 0 ? fw_server_fail(ret_problem, r, folder->database) : 0;
}

static int add_load_pairs(struct fw_server *server, char **ret_problem)
{
	unsigned pairs = server->setup->config->demo.load_pairs;
	int r = pairs ? fw_demo_office_add_pairs(server->db, pairs) : 0;

	if (r < 0) {
		*ret_problem = g_strdup_printf("cannot add load_pairs: %s",
			r == -ENOENT ? "this is not the demo office" : g_strerror(-r));
		return r;
	}
	if (pairs) {
		fw_info("windows for load tests pairs=%u", pairs);
	}
	return 0;
}

int fw_server_fill_demo(struct fw_server *server, char **ret_problem)
{
	g_autofree char *error = NULL;
	bool filled = false;
	int r;

	if (!server->setup->config->demo.enabled) {
		return 0;
	}
	r = fw_demo_office_fill(server->db, &filled, &error);
	if (r < 0) {
		*ret_problem = g_strdup_printf(
			"cannot fill the demo office: %s", error ? error : g_strerror(-r));
		return r;
	}
	if (filled) {
		fw_info("demo office filled");
	}
	r = fw_demo_week_fill(server->db, fw_clock_wall_us());
	if (r < 0) {
		return fw_server_fail(ret_problem, r, "roster of the demo office");
	}
	return add_load_pairs(server, ret_problem);
}

int fw_server_open_keys(struct fw_server *server, char **ret_problem)
{
	const struct fw_data_folder *folder = server->setup->folder;
	int r = fw_keystore_open(
		folder->master_key, folder->keys, FW_KEYSTORE_CREATE, &server->keystore);
	if (r == -ENOKEY) {
		*ret_problem = g_strdup_printf(
			"%s is missing, but there are keys in %s that only it can open",
			folder->master_key, folder->keys);
		return r;
	}
	return r < 0 ? fw_server_fail(ret_problem, r, folder->master_key) : 0;
}

int fw_server_open_anchor(struct fw_server *server, char **ret_problem)
{
	const char *path = server->setup->folder->audit_anchor;
	uint8_t key[FW_SHA256_BYTES];
	int r = fw_keystore_derive(server->keystore, FW_AUDIT_ANCHOR_PURPOSE, key);

	if (r == 0) {
		r = fw_audit_anchor_open(path, key, server->db, &server->anchor);
	}
	fw_wipe(key, sizeof(key));
	return r < 0 ? fw_server_fail(ret_problem, r, path) : 0;
}

int fw_server_read_turn(struct fw_server *server, char **ret_problem)
{
	const struct fw_config_turn *config = &server->setup->config->turn;
	int r;

	if (!config->urls.count) {
		return 0;
	}
	if (!config->secret_file) {
		*ret_problem = g_strdup("turn.urls is set but turn.secret_file is not");
		return -EINVAL;
	}
	r = fw_file_read(config->secret_file, SECRET_MAX_BYTES, &server->turn_secret, NULL);
	if (r < 0) {
		return fw_server_fail(ret_problem, r, config->secret_file);
	}
	(void)g_strstrip(server->turn_secret);
	server->turn = (struct fw_turn){
		.urls = (const char *const *)config->urls.values,
		.secret = server->turn_secret,
		.lifetime_us = config->lifetime_s * FW_US_PER_S,
	};
	server->offers.turn = &server->turn;
	return 0;
}
