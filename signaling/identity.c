/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/identity.h"

#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <string.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/file.h"

#define FW_LOG_TOPIC "identity"
#include "base/log.h"

#define PEM_MAX_BYTES (256 * 1024)
#define DAY_US        (INT64_C(86400) * FW_US_PER_S)

char **fw_identity_local_addresses(void)
{
	g_autoptr(GPtrArray) texts = g_ptr_array_new();
	struct ifaddrs *all = NULL;

	if (getifaddrs(&all) < 0) {
		all = NULL;
	}
	for (int loopback = 0; loopback <= 1; loopback++) {
		for (const struct ifaddrs *one = all; one; one = one->ifa_next) {
			char text[INET_ADDRSTRLEN];
			const struct sockaddr_in *address = (const void *)one->ifa_addr;

			if (!address || address->sin_family != AF_INET ||
				!(one->ifa_flags & IFF_UP) ||
				!!(one->ifa_flags & IFF_LOOPBACK) != loopback) {
				continue;
			}
			(void)inet_ntop(AF_INET, &address->sin_addr, text, sizeof(text));
			g_ptr_array_add(texts, g_strdup(text));
		}
	}
	if (all) {
		freeifaddrs(all);
	}
	g_ptr_array_add(texts, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&texts), FALSE);
}

/* What the certificate must be good for. */
static GPtrArray *wanted_names(const struct fw_config_server *config, char **addresses)
{
	GPtrArray *names = g_ptr_array_new();

	for (size_t i = 0; i < config->public_addresses.count; i++) {
		g_ptr_array_add(names, config->public_addresses.values[i]);
	}
	for (; *addresses; addresses++) {
		g_ptr_array_add(names, *addresses);
	}
	g_ptr_array_add(names, (void *)"localhost");
	g_ptr_array_add(names, (void *)"127.0.0.1");
	g_ptr_array_add(names, NULL);
	return names;
}

static bool is_good(const char *pem, const GPtrArray *names, int64_t now_us)
{
	struct fw_certificate_dates dates;

	if (fw_certificate_dates(pem, &dates) < 0 || dates.not_before_us > now_us ||
		dates.not_after_us < now_us + FW_IDENTITY_RENEW_DAYS * DAY_US) {
		return false;
	}
	for (size_t i = 0; names->pdata[i]; i++) {
		bool covers = false;

		if (fw_certificate_covers(pem, names->pdata[i], &covers) < 0 || !covers) {
			return false;
		}
	}
	return true;
}

static int make(struct fw_identity *identity, const struct fw_data_folder *folder,
	const GPtrArray *names, int64_t now_us)
{
	int r = fw_certificate_make("Farwindow", (const char *const *)names->pdata, now_us,
		FW_IDENTITY_DAYS, &identity->certificate_pem, &identity->key_pem);

	if (r < 0) {
		return r;
	}
	/* The key first: a certificate whose key is missing would be taken for a good one. */
	r = fw_file_replace(
		folder->private_key, identity->key_pem, strlen(identity->key_pem), 0600, 0);
	if (r < 0) {
		return r;
	}
	return fw_file_replace(folder->certificate, identity->certificate_pem,
		strlen(identity->certificate_pem), 0644, 0);
}

static void forget_pems(struct fw_identity *identity)
{
	if (identity->key_pem) {
		fw_wipe(identity->key_pem, strlen(identity->key_pem));
	}
	g_clear_pointer(&identity->key_pem, g_free);
	g_clear_pointer(&identity->certificate_pem, g_free);
}

static int load_own(struct fw_identity *identity, const struct fw_config_server *config,
	const struct fw_data_folder *folder, int64_t now_us, char **ret_problem)
{
	g_autoptr(GPtrArray) names = wanted_names(config, identity->addresses);
	int r;

	identity->self_signed = true;
	if (!fw_file_read(folder->certificate, PEM_MAX_BYTES, &identity->certificate_pem, NULL) &&
		!fw_file_read(folder->private_key, PEM_MAX_BYTES, &identity->key_pem, NULL) &&
		is_good(identity->certificate_pem, names, now_us)) {
		return 0;
	}
	forget_pems(identity);
	r = make(identity, folder, names, now_us);
	if (r < 0) {
		*ret_problem = g_strdup_printf(
			"cannot make a certificate in %s: %s", folder->folder, g_strerror(-r));
		return r;
	}
	fw_info("self-signed certificate made names=%u", names->len - 1);
	return 0;
}

static int load_configured(struct fw_identity *identity, const struct fw_config_server *config,
	int64_t now_us, char **ret_problem)
{
	const char *const files[] = {config->certificate_file, config->private_key_file};
	char **const texts[] = {&identity->certificate_pem, &identity->key_pem};
	struct fw_certificate_dates dates;
	int r;

	if (!config->private_key_file) {
		*ret_problem = g_strdup("certificate_file is set but private_key_file is not");
		return -EINVAL;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
		r = fw_file_read(files[i], PEM_MAX_BYTES, texts[i], NULL);
		if (r < 0) {
			*ret_problem =
				g_strdup_printf("cannot read %s: %s", files[i], g_strerror(-r));
			return r;
		}
	}
	r = fw_certificate_dates(identity->certificate_pem, &dates);
	if (r < 0) {
		*ret_problem = g_strdup_printf("%s is not a PEM certificate", files[0]);
		return r;
	}
	if (dates.not_after_us < now_us + FW_IDENTITY_RENEW_DAYS * DAY_US) {
		fw_warn("certificate nears its end or is past it file=%s days=%" G_GINT64_FORMAT,
			files[0], (dates.not_after_us - now_us) / DAY_US);
	}
	return 0;
}

int fw_identity_load(const struct fw_config_server *config, const struct fw_data_folder *folder,
	int64_t now_us, struct fw_identity **ret_identity, char **ret_problem)
{
	fw_cleanup(fw_identity_free) struct fw_identity *identity = g_new0(struct fw_identity, 1);
	int r;

	identity->addresses = fw_identity_local_addresses();
	r = config->certificate_file ? load_configured(identity, config, now_us, ret_problem)
				     : load_own(identity, config, folder, now_us, ret_problem);
	if (r < 0) {
		return r;
	}
	r = fw_certificate_fingerprint(identity->certificate_pem, identity->fingerprint);
	if (r < 0) {
		*ret_problem = g_strdup("the certificate cannot be read");
		return r;
	}
	*ret_identity = g_steal_pointer(&identity);
	return 0;
}

void fw_identity_free(struct fw_identity *identity)
{
	if (!identity) {
		return;
	}
	forget_pems(identity);
	g_strfreev(identity->addresses);
	g_free(identity);
}
