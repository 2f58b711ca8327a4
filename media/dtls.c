/* SPDX-License-Identifier: Apache-2.0 */
#include "media/dtls.h"
#include "media/dtls_farewell.h"

#include <errno.h>
#include <glib.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <string.h>

/* A lost flight costs 0.2 s, not the 1 s of RFC 6347: lines here are short. */
#define RETRY_FIRST_US 200000
#define RETRY_MOST_US  2000000
#define EXPORTER       "EXTRACTOR-dtls_srtp" /* RFC 5764 4.2 */

/* handshake -> done -> closed
 *     |          |
 *     +-> failed <+   (failed and closed are final) */
struct fw_dtls {
	SSL *ssl; /* owns both BIO; NULL: settled */
	struct fw_dtls_farewell farewell; /* when settled */
	BIO *in, *out;
	enum fw_dtls_state state;
};

struct fw_dtls_context {
	SSL_CTX *ssl;
};

size_t fw_dtls_split(const uint8_t *records, size_t bytes, size_t max)
{
	size_t used = 0;

	while (bytes - used >= FW_DTLS_RECORD_HEADER) {
		size_t record = FW_DTLS_RECORD_HEADER +
			(size_t)(records[used + 11] << 8 | records[used + 12]);

		if (record > bytes - used || used + record > max) {
			break;
		}
		used += record;
	}
	return used;
}

static int accept_any(int ok, X509_STORE_CTX *store)
{
	(void)ok;
	(void)store;
	return 1; /* self-signed by custom; the fingerprint decides (RFC 8122) */
}

static int use_certificate(SSL_CTX *ssl, const char *certificate_pem, const char *key_pem)
{
	BIO *bio = BIO_new_mem_buf(certificate_pem, -1);
	X509 *certificate = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
	EVP_PKEY *key;
	int r = -EINVAL;

	BIO_free(bio);
	bio = BIO_new_mem_buf(key_pem, -1);
	key = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL) : NULL;
	BIO_free(bio);
	if (certificate && key && SSL_CTX_use_certificate(ssl, certificate) == 1 &&
		SSL_CTX_use_PrivateKey(ssl, key) == 1) {
		r = 0;
	}
	X509_free(certificate);
	EVP_PKEY_free(key);
	return r;
}

int fw_dtls_context_create(const char *certificate_pem, const char *key_pem,
	enum fw_srtp_profile only, struct fw_dtls_context **ret_context)
{
	static const char *const offers[] = {
		/* OpenSSL's names */
		[FW_SRTP_NONE] =
			"SRTP_AEAD_AES_128_GCM:SRTP_AEAD_AES_256_GCM:SRTP_AES128_CM_SHA1_80",
		[FW_SRTP_AEAD_AES_128_GCM] = "SRTP_AEAD_AES_128_GCM",
		[FW_SRTP_AEAD_AES_256_GCM] = "SRTP_AEAD_AES_256_GCM",
		[FW_SRTP_AES128_CM_HMAC_SHA1_80] = "SRTP_AES128_CM_SHA1_80",
	};
	fw_cleanup(fw_dtls_context_destroy) struct fw_dtls_context *context = NULL;
	int r;

	context = g_new0(struct fw_dtls_context, 1);
	context->ssl = SSL_CTX_new(DTLS_method());
	if (!context->ssl || SSL_CTX_set_min_proto_version(context->ssl, DTLS1_2_VERSION) != 1 ||
		SSL_CTX_set_cipher_list(context->ssl, "ECDHE+AESGCM:ECDHE+CHACHA20") != 1 ||
		/* 0 is success here */
		SSL_CTX_set_tlsext_use_srtp(context->ssl, offers[only]) != 0) {
		return -EIO;
	}
	r = use_certificate(context->ssl, certificate_pem, key_pem);
	if (r < 0) {
		ERR_clear_error();
		return r;
	}
	SSL_CTX_set_verify(
		context->ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, accept_any);
	SSL_CTX_set_session_cache_mode(context->ssl, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_options(context->ssl, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
	SSL_CTX_set_read_ahead(context->ssl, 1);
	*ret_context = g_steal_pointer(&context);
	return 0;
}

void fw_dtls_context_destroy(struct fw_dtls_context *context)
{
	SSL_CTX_free(context->ssl);
	g_free(context);
}

static unsigned int next_retry_us(SSL *ssl, unsigned int last_us)
{
	(void)ssl;
	return last_us == 0 ? RETRY_FIRST_US : MIN(2 * last_us, RETRY_MOST_US);
}

/* After the handshake the 33 kB of record buffers are hardly ever needed; OpenSSL does not take them back by itself before it writes. */
static bool take_buffers(struct fw_dtls *dtls)
{
	return SSL_alloc_buffers(dtls->ssl) == 1;
}

static void release_buffers(struct fw_dtls *dtls)
{
	(void)SSL_free_buffers(dtls->ssl); /* does nothing while they are in use */
}

/* Goes on with the handshake, or after it hears out what the peer repeats or says in farewell. */
static int proceed(struct fw_dtls *dtls)
{
	uint8_t unused[256];
	int result, error;

	if (dtls->state == FW_DTLS_HANDSHAKE) {
		result = SSL_do_handshake(dtls->ssl);
		if (result == 1) {
			dtls->state = FW_DTLS_DONE;
			release_buffers(dtls);
			return 0;
		}
	} else if (!take_buffers(dtls)) {
		return -EIO;
	} else {
		do {
			result = SSL_read(dtls->ssl, unused, sizeof(unused));
		} while (result > 0);
	}
	error = SSL_get_error(dtls->ssl, result);
	ERR_clear_error();
	if (dtls->state == FW_DTLS_DONE) {
		release_buffers(dtls);
	}
	if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
		return 0;
	}
	if (error == SSL_ERROR_ZERO_RETURN) {
		dtls->state = FW_DTLS_CLOSED;
		return 0;
	}
	dtls->state = FW_DTLS_FAILED;
	return -EBADMSG;
}

int fw_dtls_create(
	struct fw_dtls_context *context, enum fw_dtls_role role, struct fw_dtls **ret_dtls)
{
	fw_cleanup(fw_dtls_destroy) struct fw_dtls *dtls = NULL;

	dtls = g_new0(struct fw_dtls, 1);
	dtls->ssl = SSL_new(context->ssl);
	dtls->in = BIO_new(BIO_s_mem());
	dtls->out = BIO_new(BIO_s_mem());
	if (!dtls->ssl || !dtls->in || !dtls->out) {
		BIO_free(dtls->in);
		BIO_free(dtls->out);
		return -EIO;
	}
	(void)BIO_set_mem_eof_return(dtls->in, -1);
	(void)BIO_set_mem_eof_return(dtls->out, -1);
	SSL_set_bio(dtls->ssl, dtls->in, dtls->out);
	SSL_set_options(dtls->ssl, SSL_OP_NO_QUERY_MTU);
	(void)DTLS_set_link_mtu(dtls->ssl, FW_DTLS_DATAGRAM_MAX);
	DTLS_set_timer_cb(dtls->ssl, next_retry_us);
	if (role == FW_DTLS_SERVER) {
		SSL_set_accept_state(dtls->ssl);
	} else {
		SSL_set_connect_state(dtls->ssl);
		if (proceed(dtls) < 0) {
			return -EIO;
		}
	}
	*ret_dtls = g_steal_pointer(&dtls);
	return 0;
}

void fw_dtls_destroy(struct fw_dtls *dtls)
{
	if (!dtls) {
		return;
	}
	SSL_free(dtls->ssl);
	OPENSSL_cleanse(dtls, sizeof(*dtls));
	g_free(dtls);
}

enum fw_dtls_state fw_dtls_state(const struct fw_dtls *dtls)
{
	return dtls->state;
}

void fw_dtls_settle(struct fw_dtls *dtls)
{
	struct fw_dtls_secret secret = {0};
	const SSL_SESSION *session;

	if (dtls->state != FW_DTLS_DONE || !dtls->ssl) {
		return;
	}
	session = SSL_get_session(dtls->ssl);
	secret.suite = SSL_CIPHER_get_protocol_id(SSL_get_current_cipher(dtls->ssl));
	secret.peer_is_client = SSL_is_server(dtls->ssl);
	if (SSL_SESSION_get_master_key(session, secret.master, FW_DTLS_MASTER_BYTES) ==
			FW_DTLS_MASTER_BYTES &&
		SSL_get_client_random(dtls->ssl, secret.client_random, FW_DTLS_RANDOM_BYTES) ==
			FW_DTLS_RANDOM_BYTES &&
		SSL_get_server_random(dtls->ssl, secret.server_random, FW_DTLS_RANDOM_BYTES) ==
			FW_DTLS_RANDOM_BYTES &&
		fw_dtls_farewell_init(&dtls->farewell, &secret) == 0) {
		SSL_free(dtls->ssl);
		dtls->ssl = NULL;
		dtls->in = dtls->out = NULL;
	}
	OPENSSL_cleanse(&secret, sizeof(secret));
}

static int hear(struct fw_dtls *dtls, const uint8_t *datagram, size_t bytes)
{
	switch (fw_dtls_farewell_hear(&dtls->farewell, datagram, bytes)) {
	case FW_DTLS_SAID_GOOD_BYE:
		dtls->state = FW_DTLS_CLOSED;
		return 0;
	case FW_DTLS_SAID_FATAL:
		dtls->state = FW_DTLS_FAILED;
		return -EBADMSG;
	case FW_DTLS_SAID_NOTHING:
		break;
	}
	return 0;
}

int fw_dtls_input(struct fw_dtls *dtls, const uint8_t *datagram, size_t bytes)
{
	if (dtls->state == FW_DTLS_FAILED || dtls->state == FW_DTLS_CLOSED) {
		return -EBADMSG;
	}
	if (!dtls->ssl) {
		return hear(dtls, datagram, bytes);
	}
	/* What an earlier datagram left unread (it was broken) must not run into this one. */
	(void)BIO_reset(dtls->in);
	if (bytes == 0 || bytes > INT16_MAX ||
		BIO_write(dtls->in, datagram, (int)bytes) != (int)bytes) {
		return -EBADMSG;
	}
	return proceed(dtls);
}

int fw_dtls_tick(struct fw_dtls *dtls)
{
	struct timeval left;

	if (dtls->state != FW_DTLS_HANDSHAKE || DTLSv1_get_timeout(dtls->ssl, &left) != 1 ||
		left.tv_sec > 0 || left.tv_usec > 0) {
		return 0;
	}
	if (DTLSv1_handle_timeout(dtls->ssl) < 0) {
		ERR_clear_error();
		dtls->state = FW_DTLS_FAILED;
		return -EBADMSG;
	}
	return 0;
}

void fw_dtls_close(struct fw_dtls *dtls)
{
	if (dtls->state == FW_DTLS_DONE && dtls->ssl && take_buffers(dtls)) {
		(void)SSL_shutdown(dtls->ssl);
		ERR_clear_error();
	}
}

size_t fw_dtls_output(struct fw_dtls *dtls, uint8_t ret_datagram[FW_DTLS_DATAGRAM_MAX])
{
	char *waiting;
	long bytes = dtls->out ? BIO_get_mem_data(dtls->out, &waiting) : 0;
	size_t take;

	if (bytes <= 0) {
		return 0;
	}
	/* The BIO has lost where one datagram ended, so we cut between records. */
	take = fw_dtls_split((const uint8_t *)waiting, (size_t)bytes, FW_DTLS_DATAGRAM_MAX);
	if (take == 0) {
		(void)BIO_reset(dtls->out);
		return 0;
	}
	return BIO_read(dtls->out, ret_datagram, (int)take) == (int)take ? take : 0;
}

int fw_dtls_fingerprint(const struct fw_dtls *dtls, uint8_t ret_sha256[32])
{
	X509 *certificate = dtls->ssl ? SSL_get1_peer_certificate(dtls->ssl) : NULL;
	unsigned bytes = 0;
	int r = -ENOENT;

	if (certificate) {
		r = X509_digest(certificate, EVP_sha256(), ret_sha256, &bytes) == 1 && bytes == 32
			? 0
			: -EIO;
	}
	X509_free(certificate);
	return r;
}

static enum fw_srtp_profile profile_of(const SSL *ssl)
{
	/* OpenSSL's getter lacks const. */
	const SRTP_PROTECTION_PROFILE *chosen = SSL_get_selected_srtp_profile((SSL *)(uintptr_t)ssl);

	switch (chosen ? chosen->id : 0) {
	case SRTP_AEAD_AES_128_GCM:
		return FW_SRTP_AEAD_AES_128_GCM;
	case SRTP_AEAD_AES_256_GCM:
		return FW_SRTP_AEAD_AES_256_GCM;
	case SRTP_AES128_CM_SHA1_80:
		return FW_SRTP_AES128_CM_HMAC_SHA1_80;
	default:
		return FW_SRTP_NONE;
	}
}

int fw_dtls_srtp_keys(const struct fw_dtls *dtls, struct fw_srtp_keys *ret_keys)
{
	enum fw_srtp_profile profile = dtls->ssl ? profile_of(dtls->ssl) : FW_SRTP_NONE;
	size_t key = fw_srtp_key_bytes(profile), salt = fw_srtp_salt_bytes(profile);
	uint8_t exported[2 * FW_SRTP_KEY_MAX]; /* client key, server key, client salt, server salt */
	uint8_t *client, *server;

	if (dtls->state != FW_DTLS_DONE || profile == FW_SRTP_NONE) {
		return -ENOENT;
	}
	if (SSL_export_keying_material(dtls->ssl, exported, 2 * (key + salt), EXPORTER,
		    strlen(EXPORTER), NULL, 0, 0) != 1) {
		ERR_clear_error();
		return -EIO;
	}
	memset(ret_keys, 0, sizeof(*ret_keys));
	ret_keys->profile = profile;
	client = SSL_is_server(dtls->ssl) ? ret_keys->remote : ret_keys->local;
	server = SSL_is_server(dtls->ssl) ? ret_keys->local : ret_keys->remote;
	memcpy(client, exported, key);
	memcpy(client + key, exported + 2 * key, salt);
	memcpy(server, exported + key, key);
	memcpy(server + key, exported + 2 * key + salt, salt);
	OPENSSL_cleanse(exported, sizeof(exported));
	return 0;
}
