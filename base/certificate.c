/* SPDX-License-Identifier: Apache-2.0 */
#include "base/certificate.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <glib.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/clock.h"
#include "base/crypto.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIO, BIO_free_all)

#define SECONDS_PER_DAY 86400
#define COMMON_NAME_MAX 64 /* RFC 5280 A.1, ub-common-name */
#define DNS_NAME_MAX    253

static bool is_ip_address(const char *name)
{
	uint8_t bytes[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, name, bytes) == 1 || inet_pton(AF_INET6, name, bytes) == 1;
}

/* Strict, because the name goes into a text that OpenSSL parses. */
static bool is_dns_name(const char *name)
{
	size_t length = strlen(name);

	if (length == 0 || length > DNS_NAME_MAX || name[0] == '.' || name[0] == '-') {
		return false;
	}
	return strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") ==
		length;
}

static int alternative_names(const char *const *names, char **ret_text)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (; *names; names++) {
		bool address = is_ip_address(*names);

		if (!address && !is_dns_name(*names)) {
			return -EINVAL;
		}
		g_string_append_printf(
			text, "%s%s:%s", text->len ? "," : "", address ? "IP" : "DNS", *names);
	}
	if (text->len == 0) {
		return -EINVAL;
	}
	*ret_text = g_string_free(g_steal_pointer(&text), FALSE);
	return 0;
}

static bool add_extension(X509 *certificate, int nid, const char *value)
{
	X509V3_CTX context;
	X509_EXTENSION *extension;
	bool added;

	X509V3_set_ctx_nodb(&context);
	X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	added = extension && X509_add_ext(certificate, extension, -1) == 1;
	X509_EXTENSION_free(extension);
	return added;
}

static bool set_serial(X509 *certificate)
{
	uint8_t bytes[16];
	BIGNUM *number;
	bool set;

	fw_random_bytes(bytes, sizeof(bytes));
	bytes[0] &= 0x7f; /* positive, RFC 5280 4.1.2.2 */
	bytes[0] |= 0x01;
	number = BN_bin2bn(bytes, sizeof(bytes), NULL);
	set = number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
	BN_free(number);
	return set;
}

static bool set_dates(X509 *certificate, int64_t now_us, unsigned days)
{
	time_t now = (time_t)(now_us / FW_US_PER_S);

	return ASN1_TIME_adj(X509_getm_notBefore(certificate), now, -1, 0) &&
		ASN1_TIME_adj(X509_getm_notAfter(certificate), now, (int)days, 0);
}

static bool set_names(X509 *certificate, const char *common_name)
{
	X509_NAME *name = X509_get_subject_name(certificate);

	return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
		       (const unsigned char *)common_name, -1, -1, 0) == 1 &&
		X509_set_issuer_name(certificate, name) == 1;
}

/* BIO_get_mem_data() as a new text. */
static char *bio_text(BIO *bio)
{
	char *bytes = NULL;
	long size = BIO_get_mem_data(bio, &bytes);

	return size > 0 ? g_strndup(bytes, (size_t)size) : NULL;
}

static bool write_pem(X509 *certificate, EVP_PKEY *key, char **ret_certificate, char **ret_key)
{
	g_autoptr(BIO) certificate_bio = BIO_new(BIO_s_mem());
	g_autoptr(BIO) key_bio = BIO_new(BIO_s_secmem());
	g_autofree char *certificate_pem = NULL;
	char *key_pem;

	if (!certificate_bio || !key_bio || PEM_write_bio_X509(certificate_bio, certificate) != 1 ||
		PEM_write_bio_PrivateKey(key_bio, key, NULL, NULL, 0, NULL, NULL) != 1) {
		return false;
	}
	certificate_pem = bio_text(certificate_bio);
	key_pem = bio_text(key_bio);
	if (!certificate_pem || !key_pem) {
		g_free(key_pem);
		return false;
	}
	*ret_certificate = g_steal_pointer(&certificate_pem);
	*ret_key = key_pem;
	return true;
}

int fw_certificate_make(const char *common_name, const char *const *names, int64_t now_us,
	unsigned days, char **ret_certificate_pem, char **ret_key_pem)
{
	g_autoptr(EVP_PKEY) key = NULL;
	g_autoptr(X509) certificate = NULL;
	g_autofree char *alternatives = NULL;
	int result = alternative_names(names, &alternatives);

	if (result < 0) {
		return result;
	}
	if (!*common_name || strlen(common_name) > COMMON_NAME_MAX || days == 0 || days > 36500) {
		return -EINVAL;
	}
	key = EVP_EC_gen("P-256");
	certificate = X509_new();
	/* CA:FALSE, because Firefox refuses a CA certificate as a server's own. */
	if (!key || !certificate || X509_set_version(certificate, X509_VERSION_3) != 1 ||
		!set_serial(certificate) || !set_dates(certificate, now_us, days) ||
		!set_names(certificate, common_name) || X509_set_pubkey(certificate, key) != 1 ||
		!add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE") ||
		!add_extension(certificate, NID_key_usage, "critical,digitalSignature") ||
		!add_extension(certificate, NID_ext_key_usage, "serverAuth,clientAuth") ||
		!add_extension(certificate, NID_subject_alt_name, alternatives) ||
		!add_extension(certificate, NID_subject_key_identifier, "hash") ||
		X509_sign(certificate, key, EVP_sha256()) == 0 ||
		!write_pem(certificate, key, ret_certificate_pem, ret_key_pem)) {
		return -EIO;
	}
	return 0;
}

static int read_pem(const char *certificate_pem, X509 **ret_certificate)
{
	g_autoptr(BIO) bio = BIO_new_mem_buf(certificate_pem, -1);
	X509 *certificate = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;

	if (!certificate) {
		return -EBADMSG;
	}
	*ret_certificate = certificate;
	return 0;
}

int fw_certificate_fingerprint(const char *certificate_pem, char ret_text[FW_FINGERPRINT_SIZE])
{
	g_autoptr(X509) certificate = NULL;
	uint8_t digest[FW_SHA256_BYTES];
	int result = read_pem(certificate_pem, &certificate);

	if (result < 0) {
		return result;
	}
	if (X509_digest(certificate, EVP_sha256(), digest, NULL) != 1) {
		return -EIO;
	}
	for (size_t i = 0; i < sizeof(digest); i++) {
		(void)snprintf(ret_text + 3 * i, 4, "%02X%s", digest[i],
			i + 1 < sizeof(digest) ? ":" : "");
	}
	return 0;
}

static int time_of(const ASN1_TIME *time, int64_t *ret_time_us)
{
	struct tm parts;

	if (ASN1_TIME_to_tm(time, &parts) != 1) {
		return -EBADMSG;
	}
	*ret_time_us = (int64_t)timegm(&parts) * FW_US_PER_S;
	return 0;
}

int fw_certificate_dates(const char *certificate_pem, struct fw_certificate_dates *ret_dates)
{
	g_autoptr(X509) certificate = NULL;
	struct fw_certificate_dates dates;
	int result = read_pem(certificate_pem, &certificate);

	if (result == 0) {
		result = time_of(X509_get0_notBefore(certificate), &dates.not_before_us);
	}
	if (result == 0) {
		result = time_of(X509_get0_notAfter(certificate), &dates.not_after_us);
	}
	if (result == 0) {
		*ret_dates = dates;
	}
	return result;
}

int fw_certificate_covers(const char *certificate_pem, const char *name, bool *ret_covers)
{
	g_autoptr(X509) certificate = NULL;
	int result = read_pem(certificate_pem, &certificate);
	int matches;

	if (result < 0) {
		return result;
	}
	matches = is_ip_address(name)
		? X509_check_ip_asc(certificate, name, 0)
		: X509_check_host(certificate, name, 0, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, NULL);
	if (matches < 0) {
		return -EINVAL;
	}
	*ret_covers = matches == 1;
	return 0;
}
