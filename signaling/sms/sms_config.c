/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/sms/sms_config.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/file.h"
#include "base/limits.h"
#include "signaling/sms/request.h"
#include "signaling/sms/template.h"
#include "signaling/sms/words.h"

#define DAY_US INT64_C(86400000000)

/* One line; the end of the line does not belong to it. */
static int read_secret(const char *key, const char *path, char **ret_secret, char **ret_problem)
{
	g_autofree char *text = NULL;
	int r = fw_file_read(path, FW_SMS_SECRET_MAX_BYTES, &text, NULL);

	if (r < 0) {
		*ret_problem = g_strdup_printf("sms.%s: %s: %s", key, path, g_strerror(-r));
		return r;
	}
	text[strcspn(text, "\r\n")] = '\0';
	if (!text[0]) {
		*ret_problem = g_strdup_printf("sms.%s: %s: empty", key, path);
		return -EBADMSG;
	}
	*ret_secret = g_steal_pointer(&text);
	return 0;
}

static int check_text(const char *key, const char *text, char **ret_problem)
{
	g_autofree char *problem = NULL;

	if (g_utf8_strlen(text, -1) > FW_SMS_TEMPLATE_CHARS) {
		*ret_problem = g_strdup_printf(
			"sms.%s: longer than %d characters", key, FW_SMS_TEMPLATE_CHARS);
		return -EBADMSG;
	}
	if (fw_template_check(text, fw_sms_places, &problem) < 0) {
		*ret_problem = g_strdup_printf("sms.%s: %s", key, problem);
		return -EBADMSG;
	}
	return 0;
}

static int check_gateway(const struct fw_config_sms *rules, char **ret_problem)
{
	if (rules->gateway != FW_SMS_GATEWAY_HTTP) {
		return 0;
	}
	if ((rules->signature == FW_SMS_SIGNATURE_HMAC_SHA256) != (rules->secret_file != NULL)) {
		*ret_problem = g_strdup(
			"sms.secret_file: given with signature = hmac-sha256, and only then");
		return -EBADMSG;
	}
	return fw_sms_rules_check(rules, ret_problem);
}

int fw_sms_config_init(
	struct fw_sms_config *config, const struct fw_config_sms *rules, char **ret_problem)
{
	bool file = rules->gateway == FW_SMS_GATEWAY_FILE;
	bool http = rules->gateway == FW_SMS_GATEWAY_HTTP;
	int r;

	*config = (struct fw_sms_config){
		.desk = {.gateway = rules->gateway != FW_SMS_GATEWAY_NONE,
			.idempotent = http && rules->idempotent,
			.can_ask = file || (http && rules->query_url),
			.quiet_from_min = rules->quiet_from_min,
			.quiet_to_min = rules->quiet_to_min,
			.keep_us = rules->keep_days * DAY_US,
			.unanswered_text = rules->unanswered_text,
			.silent_ring_text = rules->silent_ring_text},
	};
	if ((r = check_gateway(rules, ret_problem)) < 0 ||
		(r = check_text("unanswered_text", rules->unanswered_text, ret_problem)) < 0 ||
		(r = check_text("silent_ring_text", rules->silent_ring_text, ret_problem)) < 0) {
		return r;
	}
	if (http && rules->secret_file) {
		r = read_secret("secret_file", rules->secret_file, &config->secret, ret_problem);
	}
	if (r == 0 && rules->receipt_secret_file) {
		r = read_secret("receipt_secret_file", rules->receipt_secret_file,
			&config->receipt_secret, ret_problem);
	}
	config->desk.receipt_secret = config->receipt_secret;
	if (r < 0) {
		fw_sms_config_fini(config);
	}
	return r;
}

static void free_secret(char **secret)
{
	if (*secret) {
		fw_wipe(*secret, strlen(*secret));
	}
	g_clear_pointer(secret, g_free);
}

void fw_sms_config_fini(struct fw_sms_config *config)
{
	free_secret(&config->secret);
	free_secret(&config->receipt_secret);
}
