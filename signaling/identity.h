/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server's identity towards browsers: the configured certificate, or a self-signed one in the
 * data folder that names every local address and is made anew when those change or it nears its end.
 *
 * Owner: main. Threads: constant after loading, any. Errors: -errno, -EBADMSG; ret_problem is then
 * one sentence for people (g_free).
 */
#ifndef FW_SIGNALING_IDENTITY_H
#define FW_SIGNALING_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/certificate.h"
#include "base/cleanup.h"
#include "base/config.h"
#include "signaling/data_folder.h"

/* Browsers refuse longer ones from 2020 on (825 days: macOS also for self-signed). */
#define FW_IDENTITY_DAYS       397
#define FW_IDENTITY_RENEW_DAYS 30

struct fw_identity {
	char *certificate_pem;
	char *key_pem; /* wiped at the end */
	bool self_signed;
	char **addresses; /* of this machine, numeric IPv4, loopback last; NULL-terminated */
	char fingerprint[FW_FINGERPRINT_SIZE];
};

int fw_identity_load(const struct fw_config_server *config, const struct fw_data_folder *folder,
	int64_t now_us, struct fw_identity **ret_identity, char **ret_problem);
void fw_identity_free(struct fw_identity *identity);
FW_DEFINE_CLEANUP(struct fw_identity, fw_identity_free)

/* The numeric IPv4 addresses of this machine's interfaces that are up, loopback last; g_strfreev. */
char **fw_identity_local_addresses(void);

#endif
