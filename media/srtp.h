/* SPDX-License-Identifier: Apache-2.0 */
/* SRTP and SRTCP (RFC 3711, 7714) of one peer, both directions: libsrtp with the ciphers of srtp_cipher.h.
 *
 * Owner: the creator.  Threads: init and fini from one thread while there is no session; a session belongs to one thread.
 * Errors: -EACCES the packet is not authentic, -EALREADY it was seen (or protected) before or is too old to tell, -EBADMSG it is no (S)RTP packet,
 * -EINVAL keys or profile, -EIO the library failed.
 */
#ifndef FW_MEDIA_SRTP_H
#define FW_MEDIA_SRTP_H

#include "base/cleanup.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fw_srtp_profile {
	FW_SRTP_NONE,
	FW_SRTP_AEAD_AES_128_GCM, /* RFC 7714 14.2 */
	FW_SRTP_AEAD_AES_256_GCM,
	FW_SRTP_AES128_CM_HMAC_SHA1_80, /* RFC 5764 4.1.2 */
};

#define FW_SRTP_KEY_MAX     46 /* AES-256 key and 14 octets of salt */
#define FW_SRTP_TRAILER_MAX 20 /* what protecting adds: tag 16, SRTCP index 4 */
/* Packets of replay window: 500 ms at 9 Mbit/s, so that a repeat is still taken. */
#define FW_SRTP_WINDOW 512
/* SSRCs of a peer at once; the one unused longest gives way, its rollover counter is kept. */
#define FW_SRTP_STREAMS_MAX 16

struct fw_srtp_keys {
	enum fw_srtp_profile profile;
	uint8_t local[FW_SRTP_KEY_MAX]; /* key, then salt: what we send with */
	uint8_t remote[FW_SRTP_KEY_MAX];
};

struct fw_srtp;

/* Once per process, before the first session. May be called again after as many fini. */
int fw_srtp_init(void);
void fw_srtp_fini(void);

/* "SRTP_AEAD_AES_128_GCM": IANA's name. */
const char *fw_srtp_profile_name(enum fw_srtp_profile profile);
size_t fw_srtp_key_bytes(enum fw_srtp_profile profile); /* without the salt */
size_t fw_srtp_salt_bytes(enum fw_srtp_profile profile);

int fw_srtp_create(const struct fw_srtp_keys *keys, struct fw_srtp **ret_srtp);
void fw_srtp_destroy(struct fw_srtp *srtp); /* wipes the keys; NULL is fine */
FW_DEFINE_CLEANUP(struct fw_srtp, fw_srtp_destroy)

/* Something authentic came from the peer. */
bool fw_srtp_heard(const struct fw_srtp *srtp);

/* All in place; *bytes: length before and after. Protecting needs FW_SRTP_TRAILER_MAX bytes of room behind the packet.
 * A sequence number is protected once only: two packets under one nonce give the key of authentication away (RFC 7714 8.1). */
int fw_srtp_protect_rtp(struct fw_srtp *srtp, uint8_t *packet, size_t *bytes);
int fw_srtp_unprotect_rtp(struct fw_srtp *srtp, uint8_t *packet, size_t *bytes);
int fw_srtp_protect_rtcp(struct fw_srtp *srtp, uint8_t *packet, size_t *bytes);
int fw_srtp_unprotect_rtcp(struct fw_srtp *srtp, uint8_t *packet, size_t *bytes);

#endif
