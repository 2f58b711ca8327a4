/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes as records to be cut up, as datagrams that a waiting server gets, and as the last words to one that has settled. */
#include "media/dtls.h"
#include "media/dtls_farewell.h"

#include "base/certificate.h"
#include <glib.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void split(const uint8_t *data, size_t size)
{
	size_t max = size ? data[0] * 8u : 0;
	size_t used = fw_dtls_split(data, size, max);

	if (used > size || used > max || (used > 0 && used < FW_DTLS_RECORD_HEADER)) {
		abort();
	}
}

static struct fw_dtls_context *context(void)
{
	static struct fw_dtls_context *made;
	static const char *const names[] = {"fuzz", NULL};
	g_autofree char *certificate = NULL, *key = NULL;

	if (!made &&
		(fw_certificate_make(
			 "fuzz", names, INT64_C(1790000000000000), 30, &certificate, &key) < 0 ||
			fw_dtls_context_create(certificate, key, FW_SRTP_NONE, &made) < 0)) {
		abort();
	}
	return made;
}

static void hear(const uint8_t *data, size_t size)
{
	static const uint16_t suites[] = {0xc02f, 0xc030, 0xcca9};

	for (unsigned i = 0; i < 3; i++) {
		struct fw_dtls_secret secret = {.suite = suites[i], .master = {1}};
		struct fw_dtls_farewell farewell;

		if (fw_dtls_farewell_init(&farewell, &secret) < 0 ||
			fw_dtls_farewell_hear(&farewell, data, size) != FW_DTLS_SAID_NOTHING) {
			abort(); /* nobody can guess a key */
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fw_cleanup(fw_dtls_destroy) struct fw_dtls *dtls = NULL;
	uint8_t datagram[FW_DTLS_DATAGRAM_MAX], fingerprint[32];
	struct fw_srtp_keys keys;

	split(data, size);
	hear(data, size);
	if (fw_dtls_create(context(), FW_DTLS_SERVER, &dtls) < 0) {
		abort();
	}
	/* Datagrams of at most 255 bytes, each behind its length; one of 0 stands for the whole rest. */
	for (size_t at = 0; at < size;) {
		size_t bytes = data[at++];

		bytes = bytes == 0 || bytes > size - at ? size - at : bytes;
		(void)fw_dtls_input(dtls, data + at, bytes);
		while (fw_dtls_output(dtls, datagram) > 0) {
		}
		at += bytes;
	}
	(void)fw_dtls_tick(dtls);
	if (fw_dtls_state(dtls) == FW_DTLS_DONE || fw_dtls_srtp_keys(dtls, &keys) == 0 ||
		fw_dtls_fingerprint(dtls, fingerprint) == 0) {
		abort(); /* nobody can guess a handshake */
	}
	return 0;
}
