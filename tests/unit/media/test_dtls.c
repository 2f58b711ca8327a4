/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <string.h>

#include "base/certificate.h"
#include "media/dtls.h"

#define NOW_US INT64_C(1790000000000000)

static struct fw_dtls_context *contexts[2];
static uint8_t fingerprints[2][32];

static void read_fingerprint(const char *pem, uint8_t ret_bytes[32])
{
	char text[FW_FINGERPRINT_SIZE];

	assert_int_equal(fw_certificate_fingerprint(pem, text), 0);
	for (unsigned i = 0; i < 32; i++) {
		ret_bytes[i] = (uint8_t)strtoul(text + 3 * i, NULL, 16);
	}
}

static int make_contexts(void **state)
{
	const char *const names[] = {"localhost", NULL};

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		g_autofree char *certificate = NULL, *key = NULL;

		assert_int_equal(
			fw_certificate_make("test", names, NOW_US, 30, &certificate, &key), 0);
		assert_int_equal(
			fw_dtls_context_create(certificate, key, FW_SRTP_NONE, &contexts[i]), 0);
		read_fingerprint(certificate, fingerprints[i]);
	}
	return 0;
}

static int free_contexts(void **state)
{
	(void)state;
	fw_dtls_context_destroy(contexts[0]);
	fw_dtls_context_destroy(contexts[1]);
	return 0;
}

/* Everything that one has to say goes to the other; at most limit datagrams. Returns how many. */
static unsigned carry(struct fw_dtls *from, struct fw_dtls *to, unsigned limit)
{
	uint8_t datagram[FW_DTLS_DATAGRAM_MAX];
	unsigned count = 0;
	size_t bytes;

	while (count < limit && (bytes = fw_dtls_output(from, datagram)) > 0) {
		assert_true(fw_dtls_is(datagram, bytes));
		assert_int_equal(fw_dtls_input(to, datagram, bytes), 0);
		count++;
	}
	return count;
}

static void shake(struct fw_dtls *client, struct fw_dtls *server)
{
	for (unsigned i = 0; i < 10; i++) {
		(void)carry(client, server, 100);
		(void)carry(server, client, 100);
	}
}

static void agrees_on_keys(void **state)
{
	fw_cleanup(fw_dtls_destroy) struct fw_dtls *server = NULL, *client = NULL;
	struct fw_srtp_keys a, b;
	uint8_t seen[32];

	(void)state;
	assert_int_equal(fw_dtls_create(contexts[0], FW_DTLS_SERVER, &server), 0);
	assert_int_equal(fw_dtls_create(contexts[1], FW_DTLS_CLIENT, &client), 0);
	assert_int_equal(fw_dtls_srtp_keys(server, &a), -ENOENT);
	shake(client, server);
	assert_int_equal(fw_dtls_state(server), FW_DTLS_DONE);
	assert_int_equal(fw_dtls_state(client), FW_DTLS_DONE);
	assert_int_equal(fw_dtls_fingerprint(server, seen), 0);
	assert_memory_equal(seen, fingerprints[1], 32);
	assert_int_equal(fw_dtls_fingerprint(client, seen), 0);
	assert_memory_equal(seen, fingerprints[0], 32);
	assert_int_equal(fw_dtls_srtp_keys(server, &a), 0);
	assert_int_equal(fw_dtls_srtp_keys(client, &b), 0);
	assert_int_equal(a.profile, FW_SRTP_AEAD_AES_128_GCM);
	assert_int_equal(b.profile, FW_SRTP_AEAD_AES_128_GCM);
	assert_memory_equal(a.local, b.remote, FW_SRTP_KEY_MAX);
	assert_memory_equal(a.remote, b.local, FW_SRTP_KEY_MAX);
	assert_memory_not_equal(a.local, a.remote, 28);
}

static void survives_lost_flights(void **state)
{
	fw_cleanup(fw_dtls_destroy) struct fw_dtls *server = NULL, *client = NULL;
	uint8_t lost[FW_DTLS_DATAGRAM_MAX];

	(void)state;
	assert_int_equal(fw_dtls_create(contexts[0], FW_DTLS_SERVER, &server), 0);
	assert_int_equal(fw_dtls_create(contexts[1], FW_DTLS_CLIENT, &client), 0);
	assert_true(fw_dtls_output(client, lost) > 0);
	assert_int_equal(fw_dtls_tick(client), 0);
	assert_int_equal(fw_dtls_output(client, lost), 0); /* not yet */
	g_usleep(210000); /* OpenSSL reads its own clock */
	assert_int_equal(fw_dtls_tick(client), 0);
	shake(client, server);
	assert_int_equal(fw_dtls_state(server), FW_DTLS_DONE);
	assert_int_equal(fw_dtls_state(client), FW_DTLS_DONE);
}

/* The server's last flight is lost: the client asks again when the server is done already. */
static void repeats_its_last_flight(void **state)
{
	fw_cleanup(fw_dtls_destroy) struct fw_dtls *server = NULL, *client = NULL;
	uint8_t lost[FW_DTLS_DATAGRAM_MAX];

	(void)state;
	assert_int_equal(fw_dtls_create(contexts[0], FW_DTLS_SERVER, &server), 0);
	assert_int_equal(fw_dtls_create(contexts[1], FW_DTLS_CLIENT, &client), 0);
	(void)carry(client, server, 100);
	(void)carry(server, client, 100);
	(void)carry(client, server, 100);
	assert_int_equal(fw_dtls_state(server), FW_DTLS_DONE);
	while (fw_dtls_output(server, lost) > 0) {
	}
	g_usleep(210000);
	assert_int_equal(fw_dtls_tick(client), 0);
	shake(client, server);
	assert_int_equal(fw_dtls_state(client), FW_DTLS_DONE);
}

static void says_good_bye(void **state)
{
	fw_cleanup(fw_dtls_destroy) struct fw_dtls *server = NULL, *client = NULL;

	(void)state;
	assert_int_equal(fw_dtls_create(contexts[0], FW_DTLS_SERVER, &server), 0);
	assert_int_equal(fw_dtls_create(contexts[1], FW_DTLS_CLIENT, &client), 0);
	shake(client, server);
	fw_dtls_close(client);
	assert_int_equal(carry(client, server, 100), 1);
	assert_int_equal(fw_dtls_state(server), FW_DTLS_CLOSED);
	assert_int_equal(fw_dtls_input(server, (const uint8_t *)"\x16", 1), -EBADMSG);
}

static void ignores_garbage(void **state)
{
	fw_cleanup(fw_dtls_destroy) struct fw_dtls *server = NULL, *client = NULL;
	uint8_t garbage[100];

	(void)state;
	assert_int_equal(fw_dtls_create(contexts[0], FW_DTLS_SERVER, &server), 0);
	assert_int_equal(fw_dtls_create(contexts[1], FW_DTLS_CLIENT, &client), 0);
	for (unsigned i = 0; i < 200; i++) {
		for (size_t n = 0; n < sizeof(garbage); n++) {
			garbage[n] = (uint8_t)(n * i + 7 * i);
		}
		garbage[0] = (uint8_t)(20 + i % 4);
		garbage[1] = 0xfe;
		garbage[2] = 0xfd;
		(void)fw_dtls_input(server, garbage, sizeof(garbage));
		if (fw_dtls_state(server) != FW_DTLS_HANDSHAKE) {
			return; /* a well-formed alert may end it: nothing is authenticated yet */
		}
	}
	shake(client, server);
	assert_int_equal(fw_dtls_state(server), FW_DTLS_DONE);
}

static void bad_certificates_are_refused(void **state)
{
	struct fw_dtls_context *context = NULL;

	(void)state;
	assert_int_equal(fw_dtls_context_create("no", "no", FW_SRTP_NONE, &context), -EINVAL);
	assert_null(context);
}

static void cuts_between_records(void **state)
{
	uint8_t records[3 * (FW_DTLS_RECORD_HEADER + 100)] = {0};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		records[i * 113 + 12] = 100;
	}
	assert_int_equal(fw_dtls_split(records, sizeof(records), 1200), 339);
	assert_int_equal(fw_dtls_split(records, sizeof(records), 300), 226);
	assert_int_equal(fw_dtls_split(records, sizeof(records), 112), 0);
	assert_int_equal(fw_dtls_split(records, 200, 1200), 113);
	assert_int_equal(fw_dtls_split(records, 12, 1200), 0);
	assert_int_equal(fw_dtls_split(records, 0, 1200), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_on_keys),
		cmocka_unit_test(survives_lost_flights),
		cmocka_unit_test(repeats_its_last_flight),
		cmocka_unit_test(says_good_bye),
		cmocka_unit_test(ignores_garbage),
		cmocka_unit_test(bad_certificates_are_refused),
		cmocka_unit_test(cuts_between_records),
	};

	return cmocka_run_group_tests(tests, make_contexts, free_contexts);
}
