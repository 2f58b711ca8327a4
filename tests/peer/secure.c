/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/peer/secure.h"
#include "media/bytes.h"
#include <assert.h>
#include <errno.h>
#include <glib.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <srtp2/srtp.h>
#include <string.h>

#define MTU                 1200
#define RECORD_HEADER_BYTES 13 /* RFC 6347 4.1; its last two are the length */
#define KEY_BYTES           16 /* both profiles have AES-128 */
#define SALT_BYTES_GCM      12 /* RFC 7714 12 */
#define SALT_BYTES_CM       14 /* RFC 3711 5.2 */

struct test_secure {
	bool server;
	void (*send)(void *user, const uint8_t *bytes, size_t count);
	void *user;
	SSL_CTX *context;
	SSL *ssl;
	BIO *in, *out; /* owned by ssl */
	X509 *certificate;
	uint8_t expected[32];
	bool up, failed;
	srtp_t receive, transmit;
};

static X509 *make_certificate(EVP_PKEY *key)
{
	X509 *certificate = X509_new();
	X509_NAME *name = NULL;

	assert(certificate != NULL);
	(void)X509_set_version(certificate, 2);
	(void)ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
	(void)X509_gmtime_adj(X509_getm_notBefore(certificate), -86400);
	(void)X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
	(void)X509_set_pubkey(certificate, key);
	name = X509_get_subject_name(certificate);
	(void)X509_NAME_add_entry_by_txt(
		name, "CN", MBSTRING_ASC, (const unsigned char *)"test-peer", -1, -1, 0);
	(void)X509_set_issuer_name(certificate, name);
	assert(X509_sign(certificate, key, EVP_sha256()) > 0);
	return certificate;
}

/* The fingerprint is compared afterwards; no chain is wanted. */
static int accept_any(int ok, X509_STORE_CTX *store)
{
	(void)ok;
	(void)store;
	return 1;
}

struct test_secure *test_secure_new(bool server, bool aes_cm,
	void (*send)(void *user, const uint8_t *bytes, size_t count), void *user)
{
	struct test_secure *secure = g_new0(struct test_secure, 1);
	EVP_PKEY *key = EVP_EC_gen("P-256");
	const char *profiles =
		aes_cm ? "SRTP_AES128_CM_SHA1_80" : "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80";

	/* Fails when the library is in use already (also by media workers in this process, which must
	 * be first); if it is truly unusable, making a session says so. */
	(void)srtp_init();
	secure->server = server;
	secure->send = send;
	secure->user = user;
	secure->certificate = make_certificate(key);
	secure->context = SSL_CTX_new(DTLS_method());
	(void)SSL_CTX_set_min_proto_version(secure->context, DTLS1_2_VERSION);
	(void)SSL_CTX_use_certificate(secure->context, secure->certificate);
	(void)SSL_CTX_use_PrivateKey(secure->context, key);
	EVP_PKEY_free(key);
	SSL_CTX_set_verify(
		secure->context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, accept_any);
	assert(SSL_CTX_set_tlsext_use_srtp(secure->context, profiles) == 0); /* 0 is success here */
	secure->ssl = SSL_new(secure->context);
	secure->in = BIO_new(BIO_s_mem());
	secure->out = BIO_new(BIO_s_mem());
	(void)BIO_set_mem_eof_return(secure->in, -1);
	(void)BIO_set_mem_eof_return(secure->out, -1);
	SSL_set_bio(secure->ssl, secure->in, secure->out);
	(void)SSL_set_options(secure->ssl, SSL_OP_NO_QUERY_MTU);
	(void)DTLS_set_link_mtu(secure->ssl, MTU);
	if (server) {
		SSL_set_accept_state(secure->ssl);
	} else {
		SSL_set_connect_state(secure->ssl);
	}
	return secure;
}

void test_secure_free(struct test_secure *secure)
{
	if (secure == NULL) {
		return;
	}
	if (secure->up) {
		(void)srtp_dealloc(secure->receive);
		(void)srtp_dealloc(secure->transmit);
	}
	SSL_free(secure->ssl);
	SSL_CTX_free(secure->context);
	X509_free(secure->certificate);
	g_free(secure);
}

void test_secure_fingerprint(const struct test_secure *secure, uint8_t ret_sha256[32])
{
	(void)X509_digest(secure->certificate, EVP_sha256(), ret_sha256, NULL);
}

void test_secure_expect(struct test_secure *secure, const uint8_t sha256[32])
{
	memcpy(secure->expected, sha256, sizeof secure->expected);
}

/* A memory BIO loses the borders of datagrams: each DTLS record goes out as a datagram of its own.
 */
static void flush_records(struct test_secure *secure)
{
	uint8_t record[2048];

	while (BIO_read(secure->out, record, RECORD_HEADER_BYTES) == RECORD_HEADER_BYTES) {
		int length = fw_get16(record + RECORD_HEADER_BYTES - 2);
		assert(length <= (int)sizeof record - RECORD_HEADER_BYTES);
		assert(BIO_read(secure->out, record + RECORD_HEADER_BYTES, length) == length);
		secure->send(secure->user, record, (size_t)(RECORD_HEADER_BYTES + length));
	}
}

static srtp_t make_session(
	bool gcm, bool inbound, const uint8_t *key, const uint8_t *salt, size_t salt_bytes)
{
	uint8_t master[KEY_BYTES + SALT_BYTES_CM];
	srtp_policy_t policy = {.window_size = 1024, .allow_repeat_tx = 1, .key = master};
	srtp_t session = NULL;

	memcpy(master, key, KEY_BYTES);
	memcpy(master + KEY_BYTES, salt, salt_bytes);
	if (gcm) {
		srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
		srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
	} else {
		srtp_crypto_policy_set_rtp_default(&policy.rtp);
		srtp_crypto_policy_set_rtcp_default(&policy.rtcp);
	}
	policy.ssrc.type = inbound ? ssrc_any_inbound : ssrc_any_outbound;
	assert(srtp_create(&session, &policy) == srtp_err_status_ok);
	return session;
}

static int finish(struct test_secure *secure)
{
	const SRTP_PROTECTION_PROFILE *profile = SSL_get_selected_srtp_profile(secure->ssl);
	X509 *certificate = SSL_get1_peer_certificate(secure->ssl);
	uint8_t digest[32] = {0}, material[2 * (KEY_BYTES + SALT_BYTES_CM)];
	bool gcm = profile != NULL && profile->id == SRTP_AEAD_AES_128_GCM;
	size_t salt_bytes = gcm ? SALT_BYTES_GCM : SALT_BYTES_CM;
	const uint8_t *client_salt = material + 2 * KEY_BYTES,
		      *server_salt = client_salt + salt_bytes;

	if (certificate != NULL) {
		(void)X509_digest(certificate, EVP_sha256(), digest, NULL);
	}
	X509_free(certificate);
	if (profile == NULL || memcmp(digest, secure->expected, sizeof digest) != 0 ||
		SSL_export_keying_material(secure->ssl, material, 2 * (KEY_BYTES + salt_bytes),
			"EXTRACTOR-dtls_srtp", 19, NULL, 0, 0) != 1) {
		return -EPROTO;
	}
	/* client key, server key, client salt, server salt (RFC 5764 4.2) */
	secure->transmit = make_session(gcm, false, material + (secure->server ? KEY_BYTES : 0),
		secure->server ? server_salt : client_salt, salt_bytes);
	secure->receive = make_session(gcm, true, material + (secure->server ? 0 : KEY_BYTES),
		secure->server ? client_salt : server_salt, salt_bytes);
	secure->up = true;
	return 1;
}

int test_secure_step(struct test_secure *secure, const uint8_t *bytes, size_t count)
{
	int r = 0;

	if (secure->failed) {
		return -EPROTO;
	}
	ERR_clear_error();
	if (bytes != NULL) {
		(void)BIO_write(secure->in, bytes, (int)count);
	} else {
		(void)DTLSv1_handle_timeout(secure->ssl);
	}
	if (secure->up) {
		uint8_t sink[2048];
		(void)SSL_read(secure->ssl, sink, sizeof sink);
		flush_records(secure);
		return 1;
	}
	r = SSL_do_handshake(secure->ssl);
	flush_records(secure);
	if (r == 1) {
		r = finish(secure);
	} else {
		int error = SSL_get_error(secure->ssl, r);
		r = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? 0 : -EPROTO;
	}
	secure->failed = r < 0;
	return r;
}

void test_secure_close(struct test_secure *secure)
{
	(void)SSL_shutdown(secure->ssl);
	flush_records(secure);
}

const char *test_secure_profile(const struct test_secure *secure)
{
	return secure->up ? SSL_get_selected_srtp_profile(secure->ssl)->name : NULL;
}

int test_secure_protect(struct test_secure *secure, uint8_t *packet, size_t *bytes, bool rtcp)
{
	int length = (int)*bytes;
	srtp_err_status_t status = srtp_err_status_fail;

	if (!secure->up) {
		return -ENOTCONN;
	}
	status = rtcp ? srtp_protect_rtcp(secure->transmit, packet, &length)
		      : srtp_protect(secure->transmit, packet, &length);
	*bytes = (size_t)length;
	return status == srtp_err_status_ok ? 0 : -EBADMSG;
}

int test_secure_unprotect(struct test_secure *secure, uint8_t *packet, size_t *bytes, bool rtcp)
{
	int length = (int)*bytes;
	srtp_err_status_t status = srtp_err_status_fail;

	if (!secure->up) {
		return -ENOTCONN;
	}
	status = rtcp ? srtp_unprotect_rtcp(secure->receive, packet, &length)
		      : srtp_unprotect(secure->receive, packet, &length);
	*bytes = (size_t)length;
	return status == srtp_err_status_ok ? 0 : -EBADMSG;
}
