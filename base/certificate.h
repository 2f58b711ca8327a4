/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates: a self-signed P-256 one for HTTPS and DTLS, its fingerprint, its dates and names.
 *
 * Threads: any. Errors: -EINVAL a name is neither a DNS name nor an IP address, or no names;
 * -EBADMSG the PEM text is not a certificate; -EIO OpenSSL failed.
 */
#ifndef FW_BASE_CERTIFICATE_H
#define FW_BASE_CERTIFICATE_H

#include <stdbool.h>
#include <stdint.h>

/* "AB:CD:...": 32 bytes as upper-case hex with colons (RFC 8122 5) and the final NUL. */
#define FW_FINGERPRINT_SIZE 96

struct fw_certificate_dates {
	int64_t not_before_us;
	int64_t not_after_us;
};

/*
 * A new key and a certificate signed by it. common_name: what a certificate viewer shows, at most
 * 64 bytes. names: NULL-terminated, each a DNS name or an IP address (SubjectAltName, RFC 5280
 * 4.2.1.6). Valid from one day before now_us for the given days. Both texts are newly allocated PEM;
 * wipe the key before g_free.
 */
int fw_certificate_make(const char *common_name, const char *const *names, int64_t now_us,
	unsigned days, char **ret_certificate_pem, char **ret_key_pem);

/* SHA-256 over the DER form of the first certificate. */
int fw_certificate_fingerprint(const char *certificate_pem, char ret_text[FW_FINGERPRINT_SIZE]);

int fw_certificate_dates(const char *certificate_pem, struct fw_certificate_dates *ret_dates);

/* Whether the certificate is for this DNS name or IP address. */
int fw_certificate_covers(const char *certificate_pem, const char *name, bool *ret_covers);

#endif
