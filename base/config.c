/* SPDX-License-Identifier: Apache-2.0 */
#include "base/config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <glib.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"

enum kind {
	TEXT,
	PATH, /* made absolute */
	ADDRESS, /* one IP address */
	NUMBER,
	BOOLEAN,
	CLOCK, /* "21:30", stored as minutes of the day */
	CHOICE, /* one of `choices`, stored as its index */
	TEXTS,
	ADDRESSES,
};

struct key {
	const char *section;
	const char *name;
	enum kind kind;
	size_t offset;
	const char *standard; /* the value when the file has none; NULL: NULL or an empty list */
	uint32_t min, max; /* NUMBER */
	const char *choices; /* CHOICE: separated by blanks */
};

#define AT(part, field) offsetof(struct fw_config, part.field)

/* In the order of enum fw_log_level. */
#define LOG_LEVELS "error warn info debug"

#define SMS_BODY "{\"phone\":\"{phone}\",\"text\":\"{text}\",\"key\":\"{key}\"}"
#define SMS_UNANSWERED \
	"【远窗】{hall}{window}：{time}，{requester}就“{item}" \
	"”发起的远程协助未及时接听，请查明原因并回应。"
#define SMS_SILENT_RING \
	"【远窗】{hall}{window}：{time}，{requester}正在呼叫（“{item}" \
	"”），但本窗口电脑没有响铃声，请立即查看。"

static const struct key keys[] = {
	{"server", "listen", ADDRESS, AT(server, listen), "127.0.0.1"},
	{"server", "port", NUMBER, AT(server, port), "8443", 1, 65535},
	{"server", "public_addresses", TEXTS, AT(server, public_addresses)},
	{"server", "data_dir", PATH, AT(server, data_dir), "data"},
	{"server", "web_dir", PATH, AT(server, web_dir), "web-client/dist"},
	{"server", "certificate_file", PATH, AT(server, certificate_file)},
	{"server", "private_key_file", PATH, AT(server, private_key_file)},
	{"server", "log_level", CHOICE, AT(server, log_level), "info", .choices = LOG_LEVELS},
	{"server", "readers", NUMBER, AT(server, readers), "2", 1, 64},
	{"media", "workers", NUMBER, AT(media, workers), "0", 0, FW_MEDIA_WORKERS_MAX},
	{"media", "udp_base_port", NUMBER, AT(media, udp_base_port), "20000", 1024, 65000},
	{"media", "tcp_base_port", NUMBER, AT(media, tcp_base_port), "20000", 0, 65000},
	{"media", "addresses", ADDRESSES, AT(media, addresses)},
	{"recorder", "min_free_mib", NUMBER, AT(recorder, min_free_mib), "1024", 1, 1 << 30},
	{"recorder", "queue_mib", NUMBER, AT(recorder, queue_mib), "256", 16, 16384},
	{"recorder", "finalisers", NUMBER, AT(recorder, finalisers), "32", 1, 1024},
	{"calls", "ring_time_s", NUMBER, AT(calls, ring_time_s), "30", 5, 600},
	{"calls", "overflow_s", NUMBER, AT(calls, overflow_s), "0", 0, 600},
	{"calls", "ring_group", NUMBER, AT(calls, ring_group), "0", 0, 64},
	{"calls", "queue_s", NUMBER, AT(calls, queue_s), "1800", 10, 14400},
	{"calls", "flood_calls", NUMBER, AT(calls, flood_calls), "10", 1, 1000},
	{"calls", "flood_s", NUMBER, AT(calls, flood_s), "300", 1, 86400},
	{"calls", "patience_s", NUMBER, AT(calls, patience_s), "10", 0, 600},
	{"calls", "rejoin_s", NUMBER, AT(calls, rejoin_s), "60", 5, 600},
	{"papers", "pdf_a", BOOLEAN, AT(papers, pdf_a), "true"},
	{"papers", "read_words", BOOLEAN, AT(papers, read_words), "true"},
	{"demo", "enabled", BOOLEAN, AT(demo, enabled), "false"},
	{"demo", "load_pairs", NUMBER, AT(demo, load_pairs), "0", 0, 2000},
	{"turn", "urls", TEXTS, AT(turn, urls)},
	{"turn", "secret_file", PATH, AT(turn, secret_file)},
	{"turn", "lifetime_s", NUMBER, AT(turn, lifetime_s), "86400", 3600, 604800},
	{"sms", "gateway", CHOICE, AT(sms, gateway), "none", .choices = "none file http"},
	{"sms", "url", TEXT, AT(sms, url)},
	{"sms", "content_type", TEXT, AT(sms, content_type), "application/json"},
	{"sms", "headers", TEXTS, AT(sms, headers)},
	{"sms", "body", TEXT, AT(sms, body), SMS_BODY},
	{"sms", "signature", CHOICE, AT(sms, signature), "none", .choices = "none hmac-sha256"},
	{"sms", "secret_file", PATH, AT(sms, secret_file)},
	{"sms", "signature_header", TEXT, AT(sms, signature_header), "X-Signature"},
	{"sms", "signed_text", TEXT, AT(sms, signed_text), "{at}.{body}"},
	{"sms", "result_field", TEXT, AT(sms, result_field)},
	{"sms", "result_value", TEXT, AT(sms, result_value)},
	{"sms", "idempotent", BOOLEAN, AT(sms, idempotent), "false"},
	{"sms", "query_url", TEXT, AT(sms, query_url)},
	{"sms", "query_field", TEXT, AT(sms, query_field), "state"},
	{"sms", "ca_file", PATH, AT(sms, ca_file)},
	{"sms", "answer_s", NUMBER, AT(sms, answer_s), "10", 1, 60},
	{"sms", "parallel", NUMBER, AT(sms, parallel), "8", 1, 64},
	{"sms", "quiet_from", CLOCK, AT(sms, quiet_from_min), "21:00"},
	{"sms", "quiet_to", CLOCK, AT(sms, quiet_to_min), "08:00"},
	{"sms", "keep_days", NUMBER, AT(sms, keep_days), "180", 1, 3650},
	{"sms", "unanswered_text", TEXT, AT(sms, unanswered_text), SMS_UNANSWERED},
	{"sms", "silent_ring_text", TEXT, AT(sms, silent_ring_text), SMS_SILENT_RING},
	{"sms", "receipt_secret_file", PATH, AT(sms, receipt_secret_file)},
};

struct parser {
	const char *name;
	const char *folder;
	unsigned line; /* from 1; 0 while defaults are set */
	struct fw_config *config;
	unsigned given_on[G_N_ELEMENTS(keys)]; /* line of each key; 0: not given */
	char *error;
};

static int fault(struct parser *parser, const char *format, ...) G_GNUC_PRINTF(2, 3);

static int fault(struct parser *parser, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	parser->error = g_strdup_printf("%s:%u: %s", parser->name, parser->line, text);
	return -EBADMSG;
}

/* --- values ----------------------------------------------------------------------------------- */

static bool is_ip_address(const char *text)
{
	uint8_t bytes[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, text, bytes) == 1 || inet_pton(AF_INET6, text, bytes) == 1;
}

static int set_number(struct parser *parser, const struct key *key, const char *value)
{
	uint32_t *field = (uint32_t *)(void *)((char *)parser->config + key->offset);
	uint64_t number;

	if (!g_ascii_string_to_unsigned(value, 10, key->min, key->max, &number, NULL)) {
		return fault(parser, "%s: \"%s\" is not a number from %u to %u", key->name, value,
			key->min, key->max);
	}
	*field = (uint32_t)number;
	return 0;
}

static int set_boolean(struct parser *parser, const struct key *key, const char *value)
{
	bool *field = (bool *)(void *)((char *)parser->config + key->offset);

	if (strcmp(value, "true") != 0 && strcmp(value, "false") != 0) {
		return fault(parser, "%s: \"%s\" is neither true nor false", key->name, value);
	}
	*field = value[0] == 't';
	return 0;
}

static int set_clock(struct parser *parser, const struct key *key, const char *value)
{
	uint32_t *field = (uint32_t *)(void *)((char *)parser->config + key->offset);
	bool shaped = strlen(value) == 5 && value[2] == ':';

	for (int i = 0; shaped && i < 5; i++) {
		shaped = i == 2 || g_ascii_isdigit(value[i]);
	}
	if (shaped) {
		int hour = g_ascii_digit_value(value[0]) * 10 + g_ascii_digit_value(value[1]);
		int minute = g_ascii_digit_value(value[3]) * 10 + g_ascii_digit_value(value[4]);

		if (hour < 24 && minute < 60) {
			*field = (uint32_t)(hour * 60 + minute);
			return 0;
		}
	}
	return fault(parser, "%s: \"%s\" is not a time of day such as 08:30", key->name, value);
}

static int set_choice(struct parser *parser, const struct key *key, const char *value)
{
	uint32_t *field = (uint32_t *)(void *)((char *)parser->config + key->offset);
	g_auto(GStrv) choices = g_strsplit(key->choices, " ", -1);

	for (uint32_t i = 0; choices[i]; i++) {
		if (strcmp(choices[i], value) == 0) {
			*field = i;
			return 0;
		}
	}
	return fault(parser, "%s: \"%s\" is not one of: %s", key->name, value, key->choices);
}

static int set_text(struct parser *parser, const struct key *key, const char *value)
{
	char **field = (char **)(void *)((char *)parser->config + key->offset);

	if (key->kind == ADDRESS && !is_ip_address(value)) {
		return fault(parser, "%s: \"%s\" is not an IP address", key->name, value);
	}
	if (strlen(value) >= FW_PATH_MAX_BYTES) {
		return fault(parser, "%s: too long", key->name);
	}
	g_free(*field);
	*field = key->kind == PATH ? g_canonicalize_filename(value, parser->folder)
				   : g_strdup(value);
	return 0;
}

static int set_list(struct parser *parser, const struct key *key, const char *value)
{
	struct fw_config_list *field = (void *)((char *)parser->config + key->offset);
	g_auto(GStrv) values = g_strsplit(value, ",", FW_CONFIG_LIST_MAX + 1);
	size_t count = g_strv_length(values);

	if (count > FW_CONFIG_LIST_MAX) {
		return fault(parser, "%s: more than %d values", key->name, FW_CONFIG_LIST_MAX);
	}
	for (size_t i = 0; i < count; i++) {
		g_strstrip(values[i]);
		if (!*values[i]) {
			return fault(parser, "%s: an empty value in the list", key->name);
		}
		if (key->kind == ADDRESSES && !is_ip_address(values[i])) {
			return fault(
				parser, "%s: \"%s\" is not an IP address", key->name, values[i]);
		}
	}
	g_strfreev(field->values);
	field->values = g_steal_pointer(&values);
	field->count = count;
	return 0;
}

static int set_value(struct parser *parser, const struct key *key, const char *value)
{
	switch (key->kind) {
	case NUMBER:
		return set_number(parser, key, value);
	case BOOLEAN:
		return set_boolean(parser, key, value);
	case CLOCK:
		return set_clock(parser, key, value);
	case CHOICE:
		return set_choice(parser, key, value);
	case TEXTS:
	case ADDRESSES:
		return set_list(parser, key, value);
	default:
		return set_text(parser, key, value);
	}
}

static void set_defaults(struct parser *parser)
{
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		if (keys[i].standard) {
			int result = set_value(parser, &keys[i], keys[i].standard);

			g_assert(result == 0);
		} else if (keys[i].kind == TEXTS || keys[i].kind == ADDRESSES) {
			struct fw_config_list *field =
				(void *)((char *)parser->config + keys[i].offset);

			field->values = g_new0(char *, 1);
		}
	}
}

/* --- lines ------------------------------------------------------------------------------------ */

static int parse_section(struct parser *parser, char *line, const char **section)
{
	size_t length = strlen(line);

	if (line[length - 1] != ']') {
		return fault(parser, "a section is written [name]");
	}
	line[length - 1] = '\0';
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		if (strcmp(keys[i].section, line + 1) == 0) {
			*section = keys[i].section;
			return 0;
		}
	}
	return fault(parser, "unknown section [%s]", line + 1);
}

static int parse_pair(struct parser *parser, char *line, const char *section)
{
	char *equals = strchr(line, '=');

	if (!equals) {
		return fault(parser, "neither `key = value` nor [section]: \"%s\"", line);
	}
	*equals = '\0';
	g_strstrip(line);
	g_strstrip(equals + 1);
	if (!section) {
		return fault(parser, "%s stands before any [section]", line);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		if (strcmp(keys[i].section, section) != 0 || strcmp(keys[i].name, line) != 0) {
			continue;
		}
		if (parser->given_on[i]) {
			return fault(parser, "%s was given on line %u already", line,
				parser->given_on[i]);
		}
		parser->given_on[i] = parser->line;
		if (!equals[1]) {
			return fault(parser, "%s has no value", line);
		}
		return set_value(parser, &keys[i], equals + 1);
	}
	return fault(parser, "unknown key %s in [%s]", line, section);
}

static int parse_lines(struct parser *parser, char *text)
{
	const char *section = NULL;
	char *next = text;
	int result = 0;

	while (next && result == 0) {
		char *line = next;

		next = strchr(line, '\n');
		if (next) {
			*next++ = '\0';
		}
		parser->line++;
		g_strstrip(line);
		if (!*line || *line == '#' || *line == ';') {
			continue;
		}
		result = *line == '[' ? parse_section(parser, line, &section)
				      : parse_pair(parser, line, section);
	}
	return result;
}

/* Rules over more than one key; told at the line of the key that can be mended. */
static int check_together(struct parser *parser)
{
	const struct fw_config_server *server = &parser->config->server;

	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		bool is_half = (keys[i].offset == AT(server, certificate_file) &&
				       !server->private_key_file) ||
			(keys[i].offset == AT(server, private_key_file) && !server->certificate_file);

		if (is_half && parser->given_on[i]) {
			parser->line = parser->given_on[i];
			return fault(
				parser, "certificate_file and private_key_file are given together or not at all");
		}
	}
	return 0;
}

int fw_config_parse(const char *name, const char *folder, const char *text, size_t size,
	const struct fw_config **ret_config, char **ret_error)
{
	g_autofree char *copy = NULL;
	struct parser parser = {
		.name = name, .folder = folder, .config = g_new0(struct fw_config, 1)};
	int result;

	set_defaults(&parser);
	if (size > FW_CONFIG_MAX_BYTES || !fw_text_is_utf8(text, size)) {
		parser.line = 1;
		result = fault(&parser, "too long or not UTF-8 text");
	} else {
		copy = g_strndup(text, size);
		result = parse_lines(&parser, copy);
	}
	if (result == 0) {
		result = check_together(&parser);
	}
	if (result < 0) {
		fw_config_free(parser.config);
		*ret_error = parser.error;
		return result;
	}
	*ret_config = parser.config;
	return 0;
}

int fw_config_load(const char *path, const struct fw_config **ret_config, char **ret_error)
{
	g_autofree char *absolute = g_canonicalize_filename(path, NULL);
	g_autofree char *folder = g_path_get_dirname(absolute);
	g_autofree char *text = NULL;
	size_t size = 0;
	int result = fw_file_read(path, FW_CONFIG_MAX_BYTES, &text, &size);

	if (result < 0) {
		*ret_error = g_strdup_printf("%s: %s", path, g_strerror(-result));
		return result;
	}
	return fw_config_parse(path, folder, text, size, ret_config, ret_error);
}

void fw_config_free(const struct fw_config *config)
{
	if (!config) {
		return;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		void *field = (char *)config + keys[i].offset;

		switch (keys[i].kind) {
		case TEXT:
		case PATH:
		case ADDRESS:
			g_free(*(char **)field);
			break;
		case TEXTS:
		case ADDRESSES:
			g_strfreev(((struct fw_config_list *)field)->values);
			break;
		default:
			break;
		}
	}
	g_free((void *)config);
}
