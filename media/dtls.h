/* SPDX-License-Identifier: Apache-2.0 */
/* DTLS 1.2 for SRTP keys (RFC 5763, 5764) by OpenSSL. No sockets: datagrams go in and come out; time comes from OpenSSL's own clock.
 *
 * Owner: the creator; a context outlives its sessions.  Threads: a context and its sessions belong to one thread.
 * Errors: -EINVAL certificate or key, -EBADMSG the handshake failed (state FW_DTLS_FAILED), -ENOENT not known yet, -EIO OpenSSL failed.
 */
#ifndef FW_MEDIA_DTLS_H
#define FW_MEDIA_DTLS_H

#include "base/cleanup.h"
#include "media/messages.h"
#include "media/srtp.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Under every path's MTU: IPv6 minimum 1280 less headers, a tunnel's room left. */
#define FW_DTLS_DATAGRAM_MAX  1200
#define FW_DTLS_RECORD_HEADER 13 /* RFC 6347 4.1 */
#define FW_DTLS_TICK_US       50000 /* call fw_dtls_tick() this often during the handshake */

struct fw_dtls_context;
struct fw_dtls;

enum fw_dtls_state {
	FW_DTLS_HANDSHAKE,
	FW_DTLS_DONE,
	FW_DTLS_CLOSED, /* the peer said good-bye */
	FW_DTLS_FAILED,
};

/* First byte 20 ... 63, RFC 7983 7. */
static inline bool fw_dtls_is(const uint8_t *packet, size_t bytes)
{
	return bytes >= FW_DTLS_RECORD_HEADER && packet[0] >= 20 && packet[0] <= 63;
}

/* Bytes of the whole records at the start that fit into one datagram of max bytes; 0: none (cut short, or too long). Pure. */
size_t fw_dtls_split(const uint8_t *records, size_t bytes, size_t max);

/* only: the one SRTP profile to agree to; FW_SRTP_NONE: all, AEAD_AES_128_GCM first. */
int fw_dtls_context_create(const char *certificate_pem, const char *key_pem,
	enum fw_srtp_profile only, struct fw_dtls_context **ret_context);
void fw_dtls_context_destroy(struct fw_dtls_context *context);
FW_DEFINE_CLEANUP(struct fw_dtls_context, fw_dtls_context_destroy)

/* As client the first flight can be had from fw_dtls_output() at once. */
int fw_dtls_create(
	struct fw_dtls_context *context, enum fw_dtls_role role, struct fw_dtls **ret_dtls);
void fw_dtls_destroy(struct fw_dtls *dtls); /* sends nothing; NULL is fine */
FW_DEFINE_CLEANUP(struct fw_dtls, fw_dtls_destroy)

enum fw_dtls_state fw_dtls_state(const struct fw_dtls *dtls);
/* One datagram that came in. Take the output afterwards, also after an error (an alert). */
int fw_dtls_input(struct fw_dtls *dtls, const uint8_t *datagram, size_t bytes);
/* Sends a flight again when its time has come. */
int fw_dtls_tick(struct fw_dtls *dtls);
/* Once FW_DTLS_DONE, and something encrypted with the keys has come from the peer: so it is done too and needs no flight again. Lets go
 * of 50 kB; from here on there is no output any more, no keys and no fingerprint, only the peer's good-bye is still heard. */
void fw_dtls_settle(struct fw_dtls *dtls);
/* Queues the good-bye, unless settled. */
void fw_dtls_close(struct fw_dtls *dtls);
/* The next datagram to send; 0: none. */
size_t fw_dtls_output(struct fw_dtls *dtls, uint8_t ret_datagram[FW_DTLS_DATAGRAM_MAX]);

/* Once FW_DTLS_DONE. The peer's certificate is not checked in any other way than by this fingerprint. */
int fw_dtls_fingerprint(const struct fw_dtls *dtls, uint8_t ret_sha256[32]);
/* -ENOENT: the peer knows none of our SRTP profiles. Wipe the keys after use. */
int fw_dtls_srtp_keys(const struct fw_dtls *dtls, struct fw_srtp_keys *ret_keys);

#endif
