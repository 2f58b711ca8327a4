/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/turn.h"

#include <glib.h>
#include <jansson.h>
#include <string.h>

#include "base/crypto.h"

char *fw_turn_servers(const struct fw_turn *turn, const char *account, int64_t now_us)
{
	json_auto_t *servers = json_array();
	g_autofree char *user = NULL;
	g_autofree char *password = NULL;
	uint8_t mac[FW_SHA1_BYTES];
	json_t *urls;
	char *dumped;
	char *text;

	if (!turn) {
		return g_strdup("[]");
	}
	user = g_strdup_printf(
		"%" G_GINT64_FORMAT ":%s", (now_us + turn->lifetime_us) / 1000000, account);
	if (fw_hmac_sha1(turn->secret, strlen(turn->secret), user, strlen(user), mac) < 0) {
		return g_strdup("[]");
	}
	password = g_base64_encode(mac, sizeof(mac));
	urls = json_array();
	for (const char *const *url = turn->urls; *url; url++) {
		(void)json_array_append_new(urls, json_string(*url));
	}
	(void)json_array_append_new(servers,
		json_pack("{s:o,s:s,s:s}", "urls", urls, "username", user, "credential", password));
	dumped = json_dumps(servers, JSON_COMPACT);
	text = g_strdup(dumped);
	free(dumped);
	return text;
}
