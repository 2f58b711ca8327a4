/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every bound of the system that is not configuration. Reaching one is an error code and a counter,
 * never a crash. Each line says what it bounds and why it is that large; add yours in its section.
 *
 * Threads: constants only. Errors: none.
 */
#ifndef FW_BASE_LIMITS_H
#define FW_BASE_LIMITS_H

/* --- text and messages --------------------------------------------------------------------- */
#define FW_MESSAGE_MAX_BYTES  65536 /* one WebSocket message, either way; an SDP fits with room */
#define FW_JSON_MAX_DEPTH     32 /* nesting of a client message, PROTOCOL.md; ours needs 6 */
#define FW_JSON_MEMBERS_MAX   256 /* of one object, each compared with those before; ours have 20 */
#define FW_SDP_MAX_BYTES      65536 /* Chromium's full offer is 8 KiB; 5 participants stay < 40 */
#define FW_CHAT_MAX_CHARS     2000 /* code points of one chat line */
#define FW_REASON_MAX_CHARS   500 /* refusal, download, excuse */
#define FW_NAME_MAX_CHARS     100 /* account, window, hall, item, device label */
#define FW_PASSWORD_MAX_BYTES 256 /* bounds the work of a sign-in */
#define FW_SEARCH_MAX_CHARS   100 /* a search word */
#define FW_ADDRESS_MAX_BYTES  64 /* "[ipv6%scope]:port" or a host name we bind to */
#define FW_PATH_MAX_BYTES     4096 /* PATH_MAX */

/* --- the desk ------------------------------------------------------------------------------- */
#define FW_WINDOWS_MAX           20000 /* of a city; the goal is 5,000 online on one desk */
#define FW_CONNECTIONS_MAX       8192 /* WebSockets at once */
#define FW_CALLS_MAX             2000 /* live at once on one server */
#define FW_CALL_PARTICIPANTS_MAX 5 /* requester, responder, up to three invited */
#define FW_CALL_ATTEMPTS_MAX     64 /* windows rung for one call */
#define FW_SESSIONS_MAX          20000 /* signed-in accounts */
#define FW_DESK_BATCH_MAX        1024 /* inputs per transaction: bounds the time to the first answer */
#define FW_PAGE_MAX_ROWS         200 /* rows of one list answer */

/* --- mailboxes and rings -------------------------------------------------------------------- */
#define FW_MAILBOX_MESSAGE_MAX_BYTES (256 * 1024) /* > FW_SDP_MAX_BYTES + its envelope */
#define FW_MAILBOX_MESSAGES          65536 /* waiting in one mailbox */
#define FW_MAILBOX_BYTES             (64 * 1024 * 1024)
#define FW_RING_BYTES                (16 * 1024 * 1024) /* about 4 s of 100 calls' packets */
#define FW_RING_RECORD_MAX_BYTES     65536

/* --- descriptors ---------------------------------------------------------------------------- */
#define FW_DESCRIPTORS_MAX \
	32768 /* sockets, journals, pipes; the network library keeps 16 bytes for each */

/* --- HTTP ----------------------------------------------------------------------------------- */
#define FW_HTTP_BODY_MAX_BYTES   (1024 * 1024) /* JSON bodies */
#define FW_HTTP_UPLOAD_MAX_BYTES (64 * 1024 * 1024) /* a 13 Mpx JPEG is 8 MiB, a TIFF 40 */
#define FW_PIECE_MAX_BYTES       (1024 * 1024) /* of an upload: what a broken line costs at most */
#define FW_IMPORT_MAX_BYTES      (8 * 1024 * 1024) /* a CSV file: 50,000 windows are 5 MiB */
#define FW_HTTP_RANGE_MAX_BYTES \
	(2 * 1024 * 1024) /* a Range answer ends: six connections per host */

/* --- media ---------------------------------------------------------------------------------- */
#define FW_PACKET_MAX_BYTES     1500 /* a datagram we take or make */
#define FW_MEDIA_WORKERS_MAX    64
#define FW_PEERS_PER_WORKER_MAX 2048
#define FW_TRACKS_PER_SOURCE    3 /* audio, face, document */
#define FW_NACK_HISTORY_MS      500

/* --- storage -------------------------------------------------------------------------------- */
#define FW_BLOB_BLOCK_BYTES       65536 /* plain bytes sealed as one */
#define FW_BLOB_MAX_BYTES         (INT64_C(1) << 40) /* 1 TiB: 16 M blocks, far under GCM's 2^32 */
#define FW_BLOB_CACHE_BLOCKS      4 /* plain blocks a writer holds */
#define FW_KEY_ID_MAX_BYTES       63 /* "recording/<uuid>" is 46 */
#define FW_DB_STATEMENTS_MAX      512 /* prepared and kept per connection */
#define FW_DB_CACHE_KIB           32768 /* pages of a writing connection: what a busy hour touches */
#define FW_AUDIT_DETAIL_MAX_BYTES 4096 /* ids and digests only */
#define FW_SEALED_TEXT_MAX_BYTES  65536 /* a case form; names and lines are far shorter */
#define FW_CONFIG_MAX_BYTES       (256 * 1024)
#define FW_CONFIG_LIST_MAX        64 /* values of a list key */

/* --- worker processes ----------------------------------------------------------------------- */
#define FW_SPAWN_FDS_MAX          16
#define FW_SPAWN_ARGUMENTS_MAX    32
#define FW_SPAWN_SECRET_MAX_BYTES 4096 /* fits any pipe without blocking */

/* --- captures -------------------------------------------------------------------------------- */
#define FW_CAPTURE_SIDE_MIN               64 /* pixels; nothing of a paper can be read below */
#define FW_CAPTURE_SIDE_MAX               20000
#define FW_CAPTURE_PIXELS_MAX             (64 * 1000 * 1000) /* 256 MB decoded; cameras make 5 to 21 Mpx */
#define FW_CAPTURE_PDF_INFLATED_MAX_BYTES (64 * 1024 * 1024) /* object streams of one file */

/* --- log ------------------------------------------------------------------------------------ */
#define FW_LOG_LINE_MAX_BYTES 2048

#endif
