/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Configuration: one INI-like file, read once at start into one constant struct.
 *
 *     # comment
 *     [server]
 *     listen = 0.0.0.0
 *     public_addresses = 192.0.2.10, video.example.cn
 *
 * One `key = value` per line, lists separated by commas, no quoting, no continuation. An unknown
 * section or key, a value out of range and a key given twice are refused with `file:line: message`.
 * Relative paths are taken from the configuration file's folder. To add a key: a field here, a line
 * in the table of config.c, a line in docs/CONFIGURATION.md.
 *
 * Owner: main; each module receives only its own part. Threads: constant after loading, any.
 * Errors: -EBADMSG with the text of the first fault, -errno when the file cannot be read.
 */
#ifndef FW_BASE_CONFIG_H
#define FW_BASE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"

/* A list: `values` is NULL-terminated and never NULL. */
struct fw_config_list {
	char **values;
	size_t count;
};

/* [server] */
struct fw_config_server {
	char *listen; /* IP address to bind; default 127.0.0.1 */
	uint32_t port; /* HTTPS and WSS; default 8443 */
	struct fw_config_list public_addresses; /* IP or DNS names users type; for the certificate */
	char *data_dir; /* database, keys, blobs, journals; default data */
	char *web_dir; /* the built web client; default web-client/dist */
	char *certificate_file; /* PEM chain; NULL: self-signed in data_dir */
	char *private_key_file; /* PEM; NULL: self-signed in data_dir */
	uint32_t log_level; /* enum fw_log_level; error, warn, info, debug */
	uint32_t readers; /* read-only database threads; default 2 */
};

/* [media] */
struct fw_config_media {
	uint32_t workers; /* 0 (default): one per core */
	uint32_t udp_base_port; /* worker n listens on base + n; default 20000 */
	uint32_t tcp_base_port; /* the same for ICE-TCP; 0: none; default 20000 */
	struct fw_config_list addresses; /* IP addresses offered; empty: every local one */
};

/* [recorder] */
struct fw_config_recorder {
	uint32_t min_free_mib; /* below this no new recording is promised; default 1024 */
	uint32_t queue_mib; /* of what waits for a slow disk; default 256 */
	uint32_t finalisers; /* finaliser processes at once, one follows each call; default 32 */
};

/* [calls] */
struct fw_config_calls {
	uint32_t ring_time_s; /* one window rings this long; default 30 */
	uint32_t overflow_s; /* the same while others could be rung after; 0: ring_time_s; default 0 */
	uint32_t ring_group; /* windows of a hall rung at once; 0: all; default 0 */
	uint32_t queue_s; /* a call waits at most this long for a busy window; default 1800 */
	uint32_t flood_calls,
		flood_s; /* requests of one window without an answer in that time; 10, 300 */
	uint32_t patience_s; /* a caller who gives up earlier counts against nobody; default 10 */
	uint32_t rejoin_s; /* a lost side may come back within; default 60 */
};

/* [papers] */
struct fw_config_papers {
	bool pdf_a; /* joined pages as PDF/A-2b; default true */
	bool read_words; /* what is printed on pages is read, to be searched; default true */
};

/* [demo] */
struct fw_config_demo {
	bool enabled; /* fill an empty database with the demo office; default false */
	uint32_t load_pairs; /* pairs of windows for load tests, 0 (default) to 2000 */
};

/* [turn] */
struct fw_config_turn {
	struct fw_config_list urls; /* turn:host:port?transport=udp ...; empty: no TURN */
	char *secret_file; /* coturn's static-auth-secret, one line; NULL: none */
	uint32_t lifetime_s; /* of a credential, longer than a day's work; default 86400 */
};

/* In the order of the choices. */
enum fw_sms_gateway {
	FW_SMS_GATEWAY_NONE,
	FW_SMS_GATEWAY_FILE,
	FW_SMS_GATEWAY_HTTP,
};
enum fw_sms_signature {
	FW_SMS_SIGNATURE_NONE,
	FW_SMS_SIGNATURE_HMAC_SHA256,
};

/* [sms]; what the texts mean is checked by signaling/sms/sms_config.h */
struct fw_config_sms {
	uint32_t gateway; /* enum fw_sms_gateway; none (default), file, http */
	char *url; /* of http: where a message is posted; NULL: none */
	char *content_type; /* default application/json */
	struct fw_config_list headers; /* "Name: value" with {key}, {at} and {signature} */
	char *body; /* template with {key}, {phone}, {text} and {at} */
	uint32_t signature; /* enum fw_sms_signature; none (default), hmac-sha256 */
	char *secret_file; /* of the signature, one line; NULL: none */
	char *signature_header; /* default X-Signature */
	char *signed_text; /* template, also with {body}; default {at}.{body} */
	char *result_field, *result_value; /* of a JSON answer; NULL: every 2xx is a yes */
	bool idempotent; /* the same key twice is one message there; default false */
	char *query_url; /* with {key}; NULL: it cannot be asked */
	char *query_field; /* of its JSON answer; default state */
	char *ca_file; /* PEM; NULL: the system's */
	uint32_t answer_s; /* how long an answer may take; default 10 */
	uint32_t parallel; /* requests at once; default 8 */
	uint32_t quiet_from_min, quiet_to_min; /* minutes of the day; default 21:00 to 08:00 */
	uint32_t keep_days; /* numbers and words; default 180 */
	char *unanswered_text, *silent_ring_text; /* templates */
	char *receipt_secret_file; /* one line; NULL: receipts are refused */
};

struct fw_config {
	struct fw_config_server server;
	struct fw_config_media media;
	struct fw_config_recorder recorder;
	struct fw_config_calls calls;
	struct fw_config_papers papers;
	struct fw_config_demo demo;
	struct fw_config_turn turn;
	struct fw_config_sms sms;
};

/* ret_error is set on failure only: "file:line: message" or "file: message"; g_free it. */
int fw_config_load(const char *path, const struct fw_config **ret_config, char **ret_error);

/* The same from memory; name stands in messages, folder is where relative paths start. */
int fw_config_parse(const char *name, const char *folder, const char *text, size_t size,
	const struct fw_config **ret_config, char **ret_error);

void fw_config_free(const struct fw_config *config);
FW_DEFINE_CLEANUP(const struct fw_config, fw_config_free)

#endif
