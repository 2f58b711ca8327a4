/* SPDX-License-Identifier: Apache-2.0 */
/* What the desk and the media workers say to each other: plain structs, no pointers, so that a worker can one day live on another machine.
 *
 * Owner: values, copied through bounded mailboxes.  Threads: commands desk -> worker, events worker -> desk.
 * Errors: a command that names an unknown peer is ignored and counted; it may have crossed with that peer's end.
 *
 * A *peer* is one RTCPeerConnection's server side. A *slot* is one "other participant" of a peer: three downward tracks.
 * The desk chooses worker, handles and credentials; the worker decides nothing but which packets are good.
 */
#ifndef FW_MEDIA_MESSAGES_H
#define FW_MEDIA_MESSAGES_H

#include <stdbool.h>
#include <stdint.h>

#define FW_SLOTS_MAX 4 /* other participants of one call: five participants, domain "call" */
#define FW_MID_MAX \
	16 /* bytes of a mid without its end: the one-byte header extension holds 16, RFC 8285 4.2 */
#define FW_ICE_UFRAG_MAX 32
#define FW_ICE_PWD_MAX   48

#define FW_PT_OPUS \
	111 /* payload types of our offers (dynamic, RFC 3551 3); an answer may not change them */
#define FW_PT_VP8           96
#define FW_EXT_TRANSPORT_CC 3 /* header extension ids of our offers */
#define FW_EXT_MID          4

enum fw_track {
	FW_TRACK_AUDIO,
	FW_TRACK_FACE,
	FW_TRACK_DOCUMENT,
	FW_TRACK_COUNT
};

enum fw_dtls_role {
	FW_DTLS_SERVER, /* the peer answered setup:active */
	FW_DTLS_CLIENT, /* the peer answered setup:passive */
};

enum fw_media_command_kind {
	FW_MEDIA_PEER_OPEN,
	FW_MEDIA_PEER_REMOTE, /* the peer's answer, checked; DTLS keys count only from here on */
	FW_MEDIA_PEER_ICE, /* new local credentials (ICE restart); old ones stay good until the new are used */
	FW_MEDIA_PEER_CLOSE,
	FW_MEDIA_PEER_GATE, /* open: the peer's packets are forwarded, and recorded where asked; held: neither, and it is sent nothing */
	FW_MEDIA_PEER_SHOW, /* slot of peer shows another peer, or nobody */
	FW_MEDIA_PEER_RECORD,
};

struct fw_media_up {
	char mid[FW_MID_MAX + 1]; /* empty: this track was refused by the answer */
	uint32_t ssrc; /* from a=ssrc; 0: not named, learn it from the MID extension or the payload type */
};

struct fw_media_down {
	char mid[FW_MID_MAX + 1]; /* empty: refused by the answer, send nothing */
	uint32_t ssrc; /* ours, constant for this slot and track */
};

struct fw_media_remote { /* what the peer's answer says */
	enum fw_dtls_role role;
	uint8_t fingerprint_sha256[32];
	uint8_t ext_mid; /* 0: not negotiated */
	uint8_t ext_transport_cc;
	bool nack; /* the peer answers NACK with retransmissions */
	struct fw_media_up up[FW_TRACK_COUNT];
	uint8_t slots;
	struct fw_media_down down[FW_SLOTS_MAX][FW_TRACK_COUNT];
};

struct fw_media_command {
	enum fw_media_command_kind kind;
	uint64_t call; /* desk's handle of the call, unique in this server run */
	uint64_t peer; /* desk's handle of the peer, unique in this server run */
	union {
		struct {
			char ufrag[FW_ICE_UFRAG_MAX + 1];
			char pwd[FW_ICE_PWD_MAX + 1];
			uint32_t ssrc_base; /* down ssrc of slot s, track t: ssrc_base + 3 s + t; also the sender ssrc of our RTCP is ssrc_base + 15 */
		} open; /* and PEER_ICE (ssrc_base unused) */
		struct fw_media_remote remote;
		struct {
			bool open;
			bool held; /* the call goes on without the peer, which stays connected */
		} gate;
		struct {
			uint8_t slot; /* 0 ... FW_SLOTS_MAX - 1 (slot 1 of the protocol is index 0) */
			uint64_t source_peer; /* 0: nobody */
		} show;
		struct {
			bool on;
			uint32_t participant; /* named in the recording */
		} record;
	};
};

enum fw_media_event_kind {
	FW_MEDIA_PEER_UP, /* DTLS done, fingerprint matches: media may flow */
	FW_MEDIA_PEER_FAILED, /* fingerprint mismatch, DTLS error or good-bye, no common SRTP profile */
	FW_MEDIA_PEER_SILENT, /* nothing authenticated for 3 s; a warning for the screens */
	FW_MEDIA_PEER_BACK, /* authenticated packets again after SILENT */
	FW_MEDIA_PEER_LOST, /* nothing authenticated for 30 s (RFC 7675 5.1): the worker has forgotten the peer */
	FW_MEDIA_TRACK, /* a track began, stopped (nothing for 2 s) or came back */
	FW_MEDIA_QUALITY, /* every 2 s per peer that is up */
};

enum fw_media_failure {
	FW_MEDIA_FAILURE_NONE,
	FW_MEDIA_FAILURE_FINGERPRINT,
	FW_MEDIA_FAILURE_DTLS,
	FW_MEDIA_FAILURE_PROFILE,
	FW_MEDIA_FAILURE_NO_CHECK, /* no connectivity check within 30 s of PEER_OPEN */
	FW_MEDIA_FAILURE_LIMIT, /* the worker is full */
	FW_MEDIA_FAILURE_CLOSED, /* the peer was up and said good-bye (DTLS close_notify) */
};

struct fw_media_event {
	enum fw_media_event_kind kind;
	uint32_t worker;
	uint64_t call;
	uint64_t peer;
	int64_t at_us; /* wall clock, UTC */
	union {
		struct {
			enum fw_media_failure failure;
		} failed;
		struct {
			char profile[32]; /* SRTP protection profile, IANA name */
			bool tcp;
		} up;
		struct {
			enum fw_track track;
			bool flowing;
		} track;
		struct {
			uint32_t rtt_ms; /* 0: not known */
			uint32_t loss_up_permille; /* of packets from the peer, after retransmission */
			uint32_t loss_down_permille; /* as the peer reports */
			uint32_t up_kbps, down_kbps;
			uint32_t estimate_kbps; /* what the path to the peer can take; 0: not known */
		} quality;
	};
};

#endif
