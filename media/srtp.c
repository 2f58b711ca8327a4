/* SPDX-License-Identifier: Apache-2.0 */
#include "media/srtp.h"
#include "media/srtp_cipher.h"

#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <srtp2/srtp.h>
#include <stdbool.h>
#include <string.h>

#define PACKET_MIN 12 /* a header; libsrtp looks at nothing shorter */

/* A receiving stream is made by its first authentic packet. What libsrtp does not do is to bound their number, and it forgets
 * the rollover counter of a stream that is removed: without it the stream is deaf after 65536 packets. */
struct stream {
	uint32_t ssrc;
	uint32_t used; /* value of clock at the last packet */
};

struct parted {
	uint32_t ssrc;
	uint32_t roc;
};

struct fw_srtp {
	srtp_t rx, tx;
	uint32_t clock;
	unsigned stream_count;
	unsigned parted_count;
	unsigned parted_next;
	struct stream streams[FW_SRTP_STREAMS_MAX];
	struct parted parted[FW_SRTP_STREAMS_MAX];
	struct fw_srtp_keys keys;
};

static const struct {
	const char *name;
	uint8_t key_bytes, salt_bytes;
} profiles[] = {
	[FW_SRTP_NONE] = {"none", 0, 0},
	[FW_SRTP_AEAD_AES_128_GCM] = {"SRTP_AEAD_AES_128_GCM", 16, 12},
	[FW_SRTP_AEAD_AES_256_GCM] = {"SRTP_AEAD_AES_256_GCM", 32, 12},
	[FW_SRTP_AES128_CM_HMAC_SHA1_80] = {"SRTP_AES128_CM_HMAC_SHA1_80", 16, 14},
};

const char *fw_srtp_profile_name(enum fw_srtp_profile profile)
{
	return profiles[profile].name;
}

size_t fw_srtp_key_bytes(enum fw_srtp_profile profile)
{
	return profiles[profile].key_bytes;
}

size_t fw_srtp_salt_bytes(enum fw_srtp_profile profile)
{
	return profiles[profile].salt_bytes;
}

int fw_srtp_init(void)
{
	int r;

	if (srtp_init() != srtp_err_status_ok) {
		return -EIO;
	}
	r = fw_srtp_cipher_install();
	if (r < 0) {
		fw_srtp_fini();
	}
	return r;
}

void fw_srtp_fini(void)
{
	(void)srtp_shutdown();
	fw_srtp_cipher_remove();
}

static void fill_policy(const struct fw_srtp_keys *keys, srtp_policy_t *ret_policy)
{
	memset(ret_policy, 0, sizeof(*ret_policy));
	switch (keys->profile) {
	case FW_SRTP_AEAD_AES_128_GCM:
		srtp_crypto_policy_set_aes_gcm_128_16_auth(&ret_policy->rtp);
		srtp_crypto_policy_set_aes_gcm_128_16_auth(&ret_policy->rtcp);
		break;
	case FW_SRTP_AEAD_AES_256_GCM:
		srtp_crypto_policy_set_aes_gcm_256_16_auth(&ret_policy->rtp);
		srtp_crypto_policy_set_aes_gcm_256_16_auth(&ret_policy->rtcp);
		break;
	case FW_SRTP_AES128_CM_HMAC_SHA1_80:
	case FW_SRTP_NONE:
		srtp_crypto_policy_set_rtp_default(&ret_policy->rtp);
		srtp_crypto_policy_set_rtcp_default(&ret_policy->rtcp);
		break;
	}
	ret_policy->window_size = FW_SRTP_WINDOW;
}

int fw_srtp_create(const struct fw_srtp_keys *keys, struct fw_srtp **ret_srtp)
{
	fw_cleanup(fw_srtp_destroy) struct fw_srtp *srtp = NULL;
	srtp_policy_t policy;

	if (keys->profile == FW_SRTP_NONE || keys->profile > FW_SRTP_AES128_CM_HMAC_SHA1_80) {
		return -EINVAL;
	}
	srtp = g_new0(struct fw_srtp, 1);
	srtp->keys = *keys;
	fill_policy(&srtp->keys, &policy);
	policy.ssrc.type = ssrc_any_inbound;
	policy.key = srtp->keys.remote;
	if (srtp_create(&srtp->rx, &policy) != srtp_err_status_ok) {
		return -EIO;
	}
	policy.ssrc.type = ssrc_any_outbound;
	policy.key = srtp->keys.local;
	if (srtp_create(&srtp->tx, &policy) != srtp_err_status_ok) {
		return -EIO;
	}
	*ret_srtp = g_steal_pointer(&srtp);
	return 0;
}

void fw_srtp_destroy(struct fw_srtp *srtp)
{
	if (!srtp) {
		return;
	}
	if (srtp->rx) {
		(void)srtp_dealloc(srtp->rx);
	}
	if (srtp->tx) {
		(void)srtp_dealloc(srtp->tx);
	}
	explicit_bzero(srtp, sizeof(*srtp));
	g_free(srtp);
}

bool fw_srtp_heard(const struct fw_srtp *srtp)
{
	return srtp->stream_count > 0;
}

static int error_of(srtp_err_status_t status)
{
	switch (status) {
	case srtp_err_status_ok:
		return 0;
	case srtp_err_status_auth_fail:
		return -EACCES;
	case srtp_err_status_replay_fail:
	case srtp_err_status_replay_old:
	case srtp_err_status_pkt_idx_old:
		return -EALREADY;
	case srtp_err_status_bad_param:
	case srtp_err_status_parse_err:
		return -EBADMSG;
	default:
		return -EIO;
	}
}

static struct stream *find_stream(struct fw_srtp *srtp, uint32_t ssrc)
{
	for (unsigned i = 0; i < srtp->stream_count; i++) {
		if (srtp->streams[i].ssrc == ssrc) {
			return &srtp->streams[i];
		}
	}
	return NULL;
}

/* Where to note a parted stream: its earlier entry, else a free one, else the oldest. */
static struct parted *parted_place(struct fw_srtp *srtp, uint32_t ssrc)
{
	struct parted *place;

	for (unsigned i = 0; i < srtp->parted_count; i++) {
		if (srtp->parted[i].ssrc == ssrc) {
			return &srtp->parted[i];
		}
	}
	place = &srtp->parted[srtp->parted_next];
	srtp->parted_next = (srtp->parted_next + 1) % FW_SRTP_STREAMS_MAX;
	srtp->parted_count = MIN(srtp->parted_count + 1, FW_SRTP_STREAMS_MAX);
	return place;
}

/* Makes room for one more stream; the parting one's rollover counter is kept. */
static void part_with_oldest(struct fw_srtp *srtp)
{
	unsigned oldest = 0;
	uint32_t ssrc, roc;

	for (unsigned i = 1; i < srtp->stream_count; i++) {
		if (srtp->clock - srtp->streams[i].used > srtp->clock - srtp->streams[oldest].used) {
			oldest = i;
		}
	}
	ssrc = srtp->streams[oldest].ssrc;
	if (srtp_get_stream_roc(srtp->rx, ssrc, &roc) == srtp_err_status_ok) {
		*parted_place(srtp, ssrc) = (struct parted){ssrc, roc};
	}
	/* This one function wants network byte order; given the other it finds nothing and the stream leaks. */
	(void)srtp_remove_stream(srtp->rx, htonl(ssrc));
	srtp->streams[oldest] = srtp->streams[--srtp->stream_count];
}

static void note_stream(struct fw_srtp *srtp, uint32_t ssrc)
{
	if (srtp->stream_count == FW_SRTP_STREAMS_MAX) {
		part_with_oldest(srtp);
	}
	srtp->streams[srtp->stream_count++] = (struct stream){ssrc, srtp->clock};
}

/* A stream that once gave way comes back: it is added by name, so that its counter can be set before its first packet. */
static bool readmit(struct fw_srtp *srtp, uint32_t ssrc)
{
	srtp_policy_t policy;

	for (unsigned i = 0; i < srtp->parted_count; i++) {
		if (srtp->parted[i].ssrc != ssrc) {
			continue;
		}
		fill_policy(&srtp->keys, &policy);
		policy.ssrc.type = ssrc_specific;
		policy.ssrc.value = ssrc;
		policy.key = srtp->keys.remote;
		if (srtp_add_stream(srtp->rx, &policy) != srtp_err_status_ok) {
			return false;
		}
		(void)srtp_set_stream_roc(srtp->rx, ssrc, srtp->parted[i].roc);
		return true;
	}
	return false;
}

static int unprotect(struct fw_srtp *srtp, uint8_t *packet, size_t *bytes, uint32_t ssrc,
	srtp_err_status_t (*function)(srtp_t, void *, int *))
{
	struct stream *stream = find_stream(srtp, ssrc);
	bool readmitted = !stream && srtp->parted_count && readmit(srtp, ssrc);
	int length = (int)*bytes;
	srtp_err_status_t status = function(srtp->rx, packet, &length);

	if (status != srtp_err_status_ok) {
		if (readmitted) {
			(void)srtp_remove_stream(srtp->rx, htonl(ssrc));
		}
		return error_of(status);
	}
	srtp->clock++;
	if (stream) {
		stream->used = srtp->clock;
	} else {
		note_stream(srtp, ssrc);
	}
	*bytes = (size_t)length;
	return 0;
}

static uint32_t read_32(const uint8_t *bytes)
{
	uint32_t value;

	memcpy(&value, bytes, sizeof(value));
	return ntohl(value);
}

int fw_srtp_unprotect_rtp(struct fw_srtp *srtp, uint8_t *packet, size_t *bytes)
{
	if (*bytes < PACKET_MIN || *bytes > UINT16_MAX) {
		return -EBADMSG;
	}
	return unprotect(srtp, packet, bytes, read_32(packet + 8), srtp_unprotect);
}

int fw_srtp_unprotect_rtcp(struct fw_srtp *srtp, uint8_t *packet, size_t *bytes)
{
	if (*bytes < PACKET_MIN || *bytes > UINT16_MAX) {
		return -EBADMSG;
	}
	return unprotect(srtp, packet, bytes, read_32(packet + 4), srtp_unprotect_rtcp);
}

int fw_srtp_protect_rtp(struct fw_srtp *srtp, uint8_t *packet, size_t *bytes)
{
	int length = (int)*bytes;
	int r = error_of(srtp_protect(srtp->tx, packet, &length));

	if (r == 0) {
		*bytes = (size_t)length;
	}
	return r;
}

int fw_srtp_protect_rtcp(struct fw_srtp *srtp, uint8_t *packet, size_t *bytes)
{
	int length = (int)*bytes;
	int r = error_of(srtp_protect_rtcp(srtp->tx, packet, &length));

	if (r == 0) {
		*bytes = (size_t)length;
	}
	return r;
}
