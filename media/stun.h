/* SPDX-License-Identifier: Apache-2.0 */
/* Answers connectivity checks as an ICE-lite agent (RFC 8445 2.5, RFC 8489) by libnice's STUN library. Pure: bytes in, bytes out.
 *
 * Owner: the creator.  Threads: one at a time.
 * Errors: -EBADMSG no STUN message or a broken one, -ENOENT unknown user, -EACCES integrity, -EPROTO nothing that we answer,
 * -EISCONN role conflict (the reply says so; it is not a valid check).
 */
#ifndef FW_MEDIA_STUN_H
#define FW_MEDIA_STUN_H

#include "base/cleanup.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define FW_STUN_REPLY_MAX 256 /* ours are under 110 bytes: mapped address, integrity, fingerprint */

struct fw_stun;

void fw_stun_create(struct fw_stun **ret_stun);
void fw_stun_destroy(struct fw_stun *stun);
FW_DEFINE_CLEANUP(struct fw_stun, fw_stun_destroy)

/* Finds who uses this fragment (ours: USERNAME up to the colon). The password is borrowed until the check is answered; NULL: nobody. */
typedef const char *(*fw_stun_lookup)(
	void *user, const char *ufrag, size_t ufrag_bytes, void **ret_peer);

struct fw_stun_check {
	void *peer; /* as the lookup gave it */
	bool use_candidate;
	uint32_t priority; /* of the peer's candidate, RFC 8445 7.1.1 */
};

/* First byte 0 ... 3, RFC 7983 7. */
static inline bool fw_stun_is(const uint8_t *packet, size_t bytes)
{
	return bytes >= 20 && packet[0] <= 3;
}

/* *ret_reply_bytes is set in every case; what is not 0 is to be sent back, also with an error. ret_reply: FW_STUN_REPLY_MAX. */
int fw_stun_answer(struct fw_stun *stun, const uint8_t *packet, size_t bytes,
	const struct sockaddr_storage *from, fw_stun_lookup lookup, void *user, uint8_t *ret_reply,
	size_t *ret_reply_bytes, struct fw_stun_check *ret_check);

#endif
