/* SPDX-License-Identifier: Apache-2.0 */
/* What a settled session hears, from peers that are OpenSSL itself with each of the cipher suites. */
#include "tests/unit/testing.h"

#include <errno.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <string.h>

#include "base/certificate.h"
#include "media/dtls.h"
#include "media/dtls_farewell.h"

#define NOW_US INT64_C(1790000000000000)

static const char *const suites[] = {"ECDHE-ECDSA-AES128-GCM-SHA256",
	"ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305"};

static struct fw_dtls_context *context;
static char *certificate, *key;

static int set_up(void **state)
{
	const char *const names[] = {"localhost", NULL};

	(void)state;
	assert_int_equal(fw_certificate_make("test", names, NOW_US, 30, &certificate, &key), 0);
	assert_int_equal(fw_dtls_context_create(certificate, key, FW_SRTP_NONE, &context), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fw_dtls_context_destroy(context);
	g_free(certificate);
	g_free(key);
	return 0;
}

static int accept_any(int ok, X509_STORE_CTX *store)
{
	(void)ok;
	(void)store;
	return 1;
}

/* ---- a peer with one suite ---- */

static SSL *peer_new(bool server, const char *suite)
{
	SSL_CTX *ctx = SSL_CTX_new(DTLS_method());
	BIO *pem = BIO_new_mem_buf(certificate, -1), *key_pem = BIO_new_mem_buf(key, -1);
	X509 *own = PEM_read_bio_X509(pem, NULL, NULL, NULL);
	EVP_PKEY *own_key = PEM_read_bio_PrivateKey(key_pem, NULL, NULL, NULL);
	SSL *ssl;

	assert_int_equal(SSL_CTX_set_cipher_list(ctx, suite), 1);
	assert_int_equal(SSL_CTX_use_certificate(ctx, own), 1);
	assert_int_equal(SSL_CTX_use_PrivateKey(ctx, own_key), 1);
	assert_int_equal(SSL_CTX_set_tlsext_use_srtp(ctx, "SRTP_AEAD_AES_128_GCM"), 0);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, accept_any);
	ssl = SSL_new(ctx);
	SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
	SSL_set_options(ssl, SSL_OP_NO_QUERY_MTU);
	(void)DTLS_set_link_mtu(ssl, FW_DTLS_DATAGRAM_MAX);
	if (server) {
		SSL_set_accept_state(ssl);
	} else {
		SSL_set_connect_state(ssl);
	}
	X509_free(own);
	EVP_PKEY_free(own_key);
	BIO_free(pem);
	BIO_free(key_pem);
	SSL_CTX_free(ctx);
	return ssl;
}

/* What the peer has to say, in one piece. */
static size_t take(SSL *peer, uint8_t *room, size_t size)
{
	int bytes = BIO_read(SSL_get_wbio(peer), room, (int)size);

	return bytes > 0 ? (size_t)bytes : 0;
}

/* Handshakes with our side in the other role, and lets that settle. */
static struct fw_dtls *settled_with(SSL *peer)
{
	enum fw_dtls_role role = SSL_is_server(peer) ? FW_DTLS_CLIENT : FW_DTLS_SERVER;
	struct fw_dtls *dtls = NULL;
	uint8_t bytes[16384];
	size_t count;

	assert_int_equal(fw_dtls_create(context, role, &dtls), 0);
	for (unsigned i = 0; i < 10; i++) {
		(void)SSL_do_handshake(peer);
		if ((count = take(peer, bytes, sizeof(bytes))) > 0) {
			assert_int_equal(fw_dtls_input(dtls, bytes, count), 0);
		}
		while ((count = fw_dtls_output(dtls, bytes)) > 0) {
			assert_int_equal(BIO_write(SSL_get_rbio(peer), bytes, (int)count), count);
			(void)SSL_do_handshake(peer);
		}
	}
	assert_int_equal(SSL_is_init_finished(peer), 1);
	assert_int_equal(fw_dtls_state(dtls), FW_DTLS_DONE);
	fw_dtls_settle(dtls);
	return dtls;
}

/* ---- the tests ---- */

static void hears_the_good_bye(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2 * G_N_ELEMENTS(suites); i++) {
		SSL *peer = peer_new(i % 2, suites[i / 2]);
		fw_cleanup(fw_dtls_destroy) struct fw_dtls *dtls = settled_with(peer);
		struct fw_srtp_keys keys;
		uint8_t bytes[2048], forged[2048];
		size_t count;

		assert_int_equal(fw_dtls_srtp_keys(dtls, &keys), -ENOENT);
		assert_int_equal(fw_dtls_fingerprint(dtls, bytes), -ENOENT);
		assert_int_equal(fw_dtls_output(dtls, bytes), 0);
		assert_int_equal(fw_dtls_tick(dtls), 0);
		fw_dtls_settle(dtls); /* again changes nothing */

		assert_int_equal(SSL_write(peer, "text", 4), 4); /* before it, in the same datagram */
		(void)SSL_shutdown(peer);
		count = take(peer, bytes, sizeof(bytes));
		assert_true(count > 2 * FW_DTLS_RECORD_HEADER + 16);
		for (size_t at = 0; at < 8 * count; at++) {
			memcpy(forged, bytes, count);
			forged[at / 8] ^= (uint8_t)(1 << at % 8);
			if (at / 8 >= (size_t)FW_DTLS_RECORD_HEADER + bytes[12]) {
				assert_int_equal(fw_dtls_input(dtls, forged, count), 0);
				assert_int_equal(fw_dtls_state(dtls), FW_DTLS_DONE);
			}
		}
		for (size_t cut = 0; cut < count; cut++) {
			assert_int_equal(fw_dtls_input(dtls, bytes, cut), 0);
			assert_int_equal(fw_dtls_state(dtls), FW_DTLS_DONE);
		}
		assert_int_equal(fw_dtls_input(dtls, bytes, count), 0);
		assert_int_equal(fw_dtls_state(dtls), FW_DTLS_CLOSED);
		assert_int_equal(fw_dtls_input(dtls, bytes, count), -EBADMSG);
		SSL_free(peer);
	}
}

/* An alert as the peer of `farewell` seals it (AES-128-GCM). */
static size_t seal(
	const struct fw_dtls_farewell *farewell, uint8_t level, uint8_t what, uint8_t *room)
{
	const uint8_t head[] = {21, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 7, 0, 26};
	const uint8_t aad[] = {0, 1, 0, 0, 0, 0, 0, 7, 21, 0xfe, 0xfd, 0, 2};
	uint8_t nonce[12] = {0}, alert[] = {level, what};
	EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
	int done;

	memcpy(room, head, sizeof(head));
	memset(room + 13, 0xab, 8);
	memcpy(nonce, farewell->iv, 4);
	memcpy(nonce + 4, room + 13, 8);
	assert_int_equal(
		EVP_EncryptInit_ex2(cipher, EVP_aes_128_gcm(), farewell->key, nonce, NULL), 1);
	assert_int_equal(EVP_EncryptUpdate(cipher, NULL, &done, aad, sizeof(aad)), 1);
	assert_int_equal(EVP_EncryptUpdate(cipher, room + 21, &done, alert, 2), 1);
	assert_int_equal(EVP_EncryptFinal_ex(cipher, room + 23, &done), 1);
	assert_int_equal(EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, 16, room + 23), 1);
	EVP_CIPHER_CTX_free(cipher);
	return 39;
}

static void tells_the_alerts_apart(void **state)
{
	struct fw_dtls_secret secret = {.suite = 0xc02b, .peer_is_client = true, .master = {7}};
	struct fw_dtls_farewell farewell, other;
	uint8_t record[64];
	size_t count;

	(void)state;
	assert_int_equal(fw_dtls_farewell_init(&farewell, &secret), 0);
	count = seal(&farewell, 2, 80, record); /* internal_error */
	assert_int_equal(fw_dtls_farewell_hear(&farewell, record, count), FW_DTLS_SAID_FATAL);
	count = seal(&farewell, 1, 100, record); /* no_renegotiation, a warning */
	assert_int_equal(fw_dtls_farewell_hear(&farewell, record, count), FW_DTLS_SAID_NOTHING);
	count = seal(&farewell, 1, 0, record);
	assert_int_equal(fw_dtls_farewell_hear(&farewell, record, count), FW_DTLS_SAID_GOOD_BYE);
	/* Our own words, sent back to us, are not the peer's. */
	secret.peer_is_client = false;
	assert_int_equal(fw_dtls_farewell_init(&other, &secret), 0);
	assert_int_equal(fw_dtls_farewell_hear(&other, record, count), FW_DTLS_SAID_NOTHING);
	/* Nor are words of before the keys, or of another kind. */
	record[4] = 0;
	assert_int_equal(fw_dtls_farewell_hear(&farewell, record, count), FW_DTLS_SAID_NOTHING);
	record[4] = 1;
	record[0] = 23;
	assert_int_equal(fw_dtls_farewell_hear(&farewell, record, count), FW_DTLS_SAID_NOTHING);
}

static void knows_its_suites_only(void **state)
{
	const struct fw_dtls_secret secret = {.suite = 0x002f};
	struct fw_dtls_farewell farewell;

	(void)state;
	assert_int_equal(fw_dtls_farewell_init(&farewell, &secret), -ENOTSUP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hears_the_good_bye),
		cmocka_unit_test(tells_the_alerts_apart),
		cmocka_unit_test(knows_its_suites_only),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
