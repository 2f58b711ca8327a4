/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that enters and leaves the desk: tagged structs. The desk is a function of (state, now, inputs); nothing else reaches it.
 *
 * Owner: whoever holds the struct owns its strings (g_malloc); fw_desk_input_clear() / fw_desk_output_clear() free them.
 * Threads: inputs are made by the net, media, recorder, jobs and password threads, outputs by the desk thread; each crosses one mailbox once.
 * Errors: none here; bad content of a client's text is answered by the desk.
 *
 * Rule: outputs of a batch leave the desk only after the batch's transaction is committed.
 */
#ifndef FW_SIGNALING_DESK_IO_H
#define FW_SIGNALING_DESK_IO_H

#include "base/limits.h"
#include "media/messages.h"
#include "recorder/recorder.h" /* struct fw_recorder_command, struct fw_recorder_event */
#include "signaling/jobs.h" /* struct fw_job_command, struct fw_job_event */
#include "signaling/operations.h"
#include "signaling/sms/gateway.h"
#include "signaling/uploads.h" /* struct fw_upload_command, struct fw_upload_event */

#define FW_SESSION_TOKEN_BYTES \
	32 /* random; the cookie holds it base64url, the database its SHA-256 only */

enum fw_desk_input_kind {
	FW_IN_CLIENT_OPENED, /* a WebSocket, upgraded; token from its cookie, may be empty */
	FW_IN_CLIENT_MESSAGE,
	FW_IN_CLIENT_CLOSED,
	FW_IN_HTTP_REQUEST,
	FW_IN_PASSWORD_CHECKED,
	FW_IN_MEDIA,
	FW_IN_RECORDER,
	FW_IN_JOB,
	FW_IN_SMS,
	FW_IN_UPLOAD,
};

struct fw_desk_input {
	enum fw_desk_input_kind kind;
	union {
		struct {
			uint64_t connection; /* net's handle, never used again */
			char *token; /* cookie value as received, bounded; may be NULL */
			char *remote; /* address, for the audit log */
		} opened;
		struct {
			uint64_t connection;
			char *text; /* UTF-8 checked, at most FW_LIMIT_MESSAGE_BYTES; NULL: the message was too large and was thrown away */
			size_t text_bytes;
		} message;
		struct {
			uint64_t connection;
		} closed;
		struct {
			uint64_t request; /* net's handle */
			enum fw_operation operation;
			char *token; /* may be NULL */
			char *remote;
			char *params; /* JSON object: path parameters, query and body members side by side; strings from the query stay strings */
			GBytes *bytes; /* body of an operation that takes bytes, at most FW_PIECE_MAX_BYTES; else NULL */
			int64_t range_from,
				range_to; /* bytes, inclusive; -1: not given (RFC 9110 14.2: one range only) */
		} http;
		struct {
			uint64_t request;
			bool matches;
			char *hash; /* of the new password, when one was asked for and the old one matches; else NULL */
		} password;
		struct fw_media_event media;
		struct fw_recorder_event recorder;
		struct fw_job_event job; /* with its result text: owned */
		struct fw_gateway_event sms;
		struct fw_upload_event upload;
	};
};

enum fw_desk_output_kind {
	FW_OUT_CLIENT_SEND,
	FW_OUT_CLIENT_CLOSE, /* after what was sent before */
	FW_OUT_HTTP_REPLY,
	FW_OUT_READ, /* a long read, for a read-only connection; that thread answers the request */
	FW_OUT_FILE, /* a range of a recording's file, for the same pool */
	FW_OUT_BLOB, /* a sealed file of a case, whole or a range, for the same pool */
	FW_OUT_CHECK_PASSWORD,
	FW_OUT_MEDIA,
	FW_OUT_RECORDER,
	FW_OUT_JOB,
	FW_OUT_SMS,
	FW_OUT_UPLOAD,
};

struct fw_desk_output {
	enum fw_desk_output_kind kind;
	union {
		struct {
			uint64_t connection;
			char *text;
		} send;
		struct {
			uint64_t connection;
			int code; /* WebSocket close code, PROTOCOL.md 2 */
		} close;
		struct {
			uint64_t request;
			int status;
			char *body; /* JSON, or NULL for 204 */
			char *set_cookie; /* whole Set-Cookie value, or NULL */
		} http;
		struct {
			uint64_t request;
			enum fw_operation operation;
			char *params; /* checked JSON with the scope the desk allows: {"query":{...},"scope":{"areas":[...],"account":...}} */
		} read;
		struct {
			uint64_t request;
			enum fw_operation operation; /* RECORDING_MANIFEST, RECORDING_SOURCE, DOWNLOAD_FILE, RECORDING_VERIFY */
			char recording[37]; /* UUID */
			char *name; /* file of the recording; of VERIFY: the manifest's SHA-256 in the audit log, hex */
			int64_t range_from, range_to; /* as asked; -1 as above */
			int64_t most_bytes; /* cap of one answer, 0: none */
			bool attachment;
		} file;
		struct {
			uint64_t request;
			char key[FW_KEY_ID_MAX_BYTES + 1]; /* "case/<uuid>" */
			char blob[FW_ID_SIZE];
			const char *media_type; /* a constant */
			char *name; /* of a download; NULL: shown in the page */
			int64_t range_from, range_to; /* as asked; -1 as above */
			char *paper; /* personal: what a sheet is made of that is not there yet (cases/paper.h); NULL: not one */
		} blob;
		struct {
			uint64_t request;
			char *hash; /* argon2id text of the account, or of nobody (so that the time tells nothing) */
			char *password; /* wiped by who frees it */
			char *next; /* to be hashed if the password matches; NULL: only checked */
		} check;
		struct {
			unsigned worker;
			struct fw_media_command command;
		} media;
		struct fw_recorder_command recorder;
		struct fw_job_command job; /* with its list: owned */
		struct fw_gateway_command *sms; /* owned: a person's number and words, wiped by who frees it */
		struct fw_upload_command upload; /* with its bytes: owned */
	};
};

void fw_desk_input_clear(struct fw_desk_input *input);
void fw_desk_output_clear(struct fw_desk_output *output);

#endif
