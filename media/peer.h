/* SPDX-License-Identifier: Apache-2.0 */
/* A peer: the server's side of one RTCPeerConnection. Internal to media/.
 *
 * Owner: the worker.  Threads: the worker's.  Errors: none reach the caller; what fails is counted or becomes an event.
 *
 *   peer.c      life, commands, quality          peer_path.c   ICE-lite: addresses and which of them is used
 *   peer_dtls.c handshake, keys, fingerprint     up.c          packets from the peer
 *   forward.c   packets to its receivers         feedback.c    RTCP to the peer; feedback_in.c RTCP from it
 */
#ifndef FW_MEDIA_PEER_H
#define FW_MEDIA_PEER_H

#include "media/estimator.h"
#include "media/history.h"
#include "media/messages.h"
#include "media/nack.h"
#include "media/rtcp.h"
#include "media/rtp.h"
#include "media/srtp.h"
#include "media/stun.h"
#include "media/twcc.h"
#include "media/worker.h"

#define FW_PEER_PATHS_MAX      8 /* validated addresses: IPv4, IPv6, TCP, and a change of network */
#define FW_PEER_RECEIVERS_MAX  16 /* slots of others that show this peer */
#define FW_PEER_SILENT_US      3000000
#define FW_PEER_LOST_US        30000000 /* RFC 7675 5.1 */
#define FW_PEER_PATH_SILENT_US 500000 /* then SRTP from elsewhere moves the peer there */
#define FW_PEER_QUALITY_US     2000000
#define FW_PEER_FLOW_US        2000000 /* a track with nothing for so long has stopped */
#define FW_PEER_KEY_REQUEST_US 300000 /* at most one request for a key frame per track in it */
#define FW_PEER_KEY_PERIOD_US  2600000 /* while recorded: so early that it comes within 3 s */
#define FW_PEER_KEY_AGAIN_US   1000000 /* a request or its answer may have been lost */
#define FW_PEER_REPORT_US      500000 /* receiver reports and REMB */
#define FW_DOWN_HEADER_MAX     44 /* 12, extension head 4, MID 17, transport-wide number 3, padded */

struct fw_path {
	struct fw_address address;
	struct fw_peer *peer;
	struct fw_udp *udp; /* one of the two */
	struct fw_connection *connection;
	uint32_t priority; /* of the peer's candidate */
	int64_t checked_us, nominated_us;
	struct fw_udp_target target;
};

struct fw_credential {
	struct fw_peer *peer;
	char ufrag[FW_ICE_UFRAG_MAX + 1];
	char pwd[FW_ICE_PWD_MAX + 1];
};

/* One track from the peer. */
struct fw_up {
	struct fw_peer *peer;
	enum fw_track track;
	bool accepted; /* by the answer */
	bool known; /* ssrc is */
	bool flowing; /* as last told to the desk */
	uint32_t ssrc;
	uint32_t declared_ssrc; /* 0: none */
	uint32_t epoch; /* numbering starts anew for receivers */
	uint32_t clock_hz;
	uint8_t payload_type;
	char mid[FW_MID_MAX + 1];
	int64_t last_us; /* newest packet */
	/* receiver report, RFC 3550 6.4.1 and A.8 */
	int64_t first_number;
	uint64_t received;
	uint64_t expected_before, received_before;
	uint32_t transit, jitter_16; /* jitter in sixteenths of RTP time */
	uint32_t sr_middle;
	int64_t sr_us;
	/* key frames */
	bool key_wanted;
	int64_t key_us, key_asked_us;
	uint64_t given_up; /* of nack, when last looked at */
	/* since the last quality event */
	uint64_t quality_expected, quality_given_up;
	struct fw_nack_receiver nack;
};

/* One track to the peer. */
struct fw_down {
	bool enabled;
	bool started;
	uint8_t header_bytes;
	uint8_t transport_cc_at; /* in header; 0: not negotiated */
	uint32_t ssrc;
	const struct fw_up *source; /* whose numbers the offsets are for; compared, not followed */
	uint32_t source_epoch, source_ssrc;
	int64_t number_offset, first_number; /* out = in + offset; older than first is dropped */
	uint32_t timestamp_offset;
	int64_t last_number; /* sent, highest */
	uint32_t last_timestamp;
	int64_t last_us;
	uint64_t packets, octets;
	struct fw_history *history;
	/* reports about it */
	uint32_t sr_middle;
	int64_t sr_us;
	int32_t reported_lost, quality_lost;
	uint32_t reported_highest, quality_highest;
	bool reported;
	uint8_t header[FW_DOWN_HEADER_MAX];
};

struct fw_slot {
	uint64_t source_handle; /* 0: nobody */
	struct fw_peer *source; /* NULL: nobody, or not here yet */
	struct fw_down down[FW_TRACK_COUNT];
};

struct fw_receiver {
	struct fw_peer *peer;
	unsigned slot;
};

/* waiting -> securing -> keyed -> up; and from each of them to ended, which is final. */
enum fw_peer_state {
	FW_PEER_WAITING, /* no DTLS yet */
	FW_PEER_SECURING, /* handshake */
	FW_PEER_KEYED, /* keys are there, the answer with the fingerprint is not */
	FW_PEER_UP,
	FW_PEER_ENDED, /* forgotten at the end of the worker's turn */
};

struct fw_peer {
	/* packet path */
	struct fw_worker *worker;
	enum fw_peer_state state;
	bool gate; /* open and not held: media passes, both ways */
	bool joined; /* open, held or not: its silence is told */
	bool record;
	bool attended; /* in the worker's attention list */
	uint8_t ext_mid, ext_transport_cc;
	bool answers_nack;
	uint32_t participant;
	struct fw_srtp *srtp;
	struct fw_path *selected;
	int64_t heard_us; /* anything authenticated */
	int64_t selected_heard_us; /* the same, from the selected address */
	unsigned receiver_count;
	struct fw_receiver receivers[FW_PEER_RECEIVERS_MAX];
	uint64_t call, handle;
	uint32_t ssrc_base;
	struct fw_up up[FW_TRACK_COUNT];
	struct fw_slot slots[FW_SLOTS_MAX];
	struct fw_twcc_receiver twcc_in;
	struct fw_twcc_sender twcc_out;

	/* life */
	/* [1]: from before the ICE restart, good until [0] is used; may be empty */
	struct fw_credential credentials[2];
	unsigned path_count;
	struct fw_path *paths[FW_PEER_PATHS_MAX];
	struct fw_dtls *dtls;
	struct fw_srtp_keys keys; /* while keyed */
	bool answered;
	bool silent; /* as last told to the desk */
	struct fw_media_remote remote;
	unsigned bucket;
	int64_t opened_us, checked_us, secured_us; /* checked: first check, 0: none */

	/* rates and quality */
	struct fw_estimator estimator;
	uint32_t round_trip_us;
	uint32_t remb_kbps; /* as last sent */
	int64_t report_us, quality_us;
	uint64_t up_bytes, down_bytes; /* since the last quality event */
};

/* Asks for the memory that a packet from the peer will need. */
static inline void fw_peer_prefetch(const struct fw_peer *peer)
{
	__builtin_prefetch(peer, 1);
	__builtin_prefetch((const char *)peer + 64, 1);
	for (unsigned t = 0; t < FW_TRACK_DOCUMENT; t++) {
		__builtin_prefetch(&peer->up[t], 1);
		__builtin_prefetch(&peer->up[t].last_us, 1);
		__builtin_prefetch(&peer->up[t].nack, 1);
	}
	__builtin_prefetch(&peer->twcc_in, 1);
}

/* ---- peer.c ---- */
struct fw_peer *fw_peer_create(struct fw_worker *worker, const struct fw_media_command *open);
void fw_peer_destroy(struct fw_peer *peer);
void fw_peer_command(struct fw_peer *peer, const struct fw_media_command *command);
void fw_peer_set_state(struct fw_peer *peer, enum fw_peer_state state, const char *reason);
void fw_peer_fail(struct fw_peer *peer, enum fw_media_failure failure);
/* source NULL: nobody */
void fw_peer_link(struct fw_peer *peer, unsigned slot, struct fw_peer *source);
/* Its turn: every FW_TWCC_PERIOD_US. */
void fw_peer_turn(struct fw_peer *peer);
/* Something authentic came from path: media, or a check. */
void fw_peer_heard(struct fw_peer *peer, struct fw_path *path, bool media);

/* ---- peer_path.c ---- */
void fw_peer_check(struct fw_worker *worker, const struct fw_source *source, const uint8_t *packet,
	size_t bytes);
void fw_peer_select(struct fw_peer *peer, struct fw_path *path);
void fw_path_destroy(struct fw_path *path);
/* packet stays where it is until the flush. */
void fw_path_send(struct fw_path *path, const uint8_t *packet, size_t bytes);
void fw_path_send_copy(struct fw_path *path, const uint8_t *packet, size_t bytes);

/* ---- peer_dtls.c ---- */
void fw_peer_dtls_in(
	struct fw_peer *peer, struct fw_path *path, const uint8_t *packet, size_t bytes);
/* Something it waits for may be there: the answer, an address. */
void fw_peer_dtls_proceed(struct fw_peer *peer);
void fw_peer_dtls_tick(struct fw_peer *peer);

/* ---- up.c ---- */
void fw_up_packet(struct fw_peer *peer, struct fw_path *path, uint8_t *packet, size_t bytes);
/* Asks the peer for a key frame, now or as soon as the limit allows. */
void fw_up_want_key_frame(struct fw_up *up);
/* Receiver report about the track; false: nothing came yet. */
bool fw_up_report(struct fw_up *up, struct fw_rtcp_report *ret_report);

/* ---- forward.c ---- */
void fw_down_prepare(struct fw_peer *peer, unsigned slot, enum fw_track track);
void fw_forward(struct fw_up *up, const struct fw_rtp *rtp, int64_t number);
void fw_forward_report(struct fw_up *up, const struct fw_rtcp_sender_info *info);
void fw_down_repeat(struct fw_peer *peer, struct fw_down *down, uint16_t sequence);

/* ---- feedback.c, feedback_in.c ---- */
void fw_peer_feedback(struct fw_peer *peer); /* reports, REMB, transport-wide */
void fw_peer_urgent(struct fw_peer *peer); /* NACK, PLI; true in attended while more will be due */
void fw_peer_send_rtcp(struct fw_peer *peer, struct fw_rtcp_writer *writer);
void fw_peer_rtcp_in(struct fw_peer *peer, struct fw_path *path, uint8_t *packet, size_t bytes);

#endif
