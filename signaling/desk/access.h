/* SPDX-License-Identifier: Apache-2.0 */
/* What an HTTP question may reach: the scope of a read, one call, one recording and its files.
 *
 * Threads: the desk's. Errors: 0, a code of codes.h (refused), negative errno of the database.
 */
#ifndef FW_SIGNALING_DESK_ACCESS_H
#define FW_SIGNALING_DESK_ACCESS_H

#include "signaling/desk/codes.h"
#include "signaling/desk/state.h"

#include <jansson.h>

#define FW_ACCESS_US \
	(INT64_C(8) * 3600 * 1000000) /* a working day: replay and download end by themselves */
#define FW_ACCESS_AREAS_MAX    8 /* areas of one account that count for a scope */
#define FW_RECORDING_FILE_SIZE 65 /* FW_RECORDING_NAME_MAX and its end */
#define FW_SOURCE_ANSWER_BYTES FW_HTTP_RANGE_MAX_BYTES /* PROTOCOL.md 3 */

struct fw_http_question {
	uint64_t request;
	enum fw_operation operation;
	json_t *params;
	GBytes *bytes; /* borrowed; of an operation that takes bytes */
	int64_t range_from, range_to;
	struct fw_session *session; /* NULL only where anybody may ask */
	const char *remote; /* address it came from; may be NULL */
	char **extra; /* what a refusal says more: raw JSON members, becomes the asker's */
};

/* Table of http.c: may the person ask this at all? */
bool fw_http_allowed(const struct fw_person *person, enum fw_operation operation);

/* Hands the question to a reader: the account, and the areas in which it has the right (FW_RIGHT_COUNT: none are named). */
int fw_access_read(
	struct fw_desk *desk, const struct fw_http_question *question, enum fw_right right);

/* The call of the question, if the account took part in it or has `right` where either side of it lies: the area
 * called, the window that called, a window that was tried (for a recording: that answered).
 * *ret_call points into the question. */
int fw_access_call(struct fw_desk *desk, const struct fw_http_question *question,
	enum fw_right right, const char **ret_call);
/* The same for its recording, which is finalised; else not_ready. */
int fw_access_recording(
	struct fw_desk *desk, const struct fw_http_question *question, const char **ret_call);

/* A view or a download of one recording by this account, logged. Codes: not_found, the recording is purged. */
int fw_access_grant(struct fw_desk *desk, const struct fw_http_question *question, const char *kind,
	const char *call, const char *reason, char ret_id[FW_ID_SIZE], int64_t *ret_expires_us);
/* The grant named by the parameter `field` is of this account and call, and lasts. */
int fw_access_granted(struct fw_desk *desk, const struct fw_http_question *question,
	const char *field, const char *kind, const char *call);
/* The call of the download named by the parameter `download`. */
int fw_access_download(
	struct fw_desk *desk, const struct fw_http_question *question, char ret_call[FW_ID_SIZE]);

bool fw_access_reason_ok(const char *reason);

/* The recording's file of that name, or of the source of that id in the manifest. */
int fw_access_file_name(struct fw_desk *desk, const char *call, const char *name,
	char ret_name[FW_RECORDING_FILE_SIZE]);
/* What the audit log says of the manifest, to hold it against: 64 hex digits. */
int fw_access_manifest_sha256(
	struct fw_desk *desk, const char *call, char ret_sha256[FW_RECORDING_FILE_SIZE]);
/* Hands the file of the question's call to a reader. */
int fw_access_file(struct fw_desk *desk, const struct fw_http_question *question, const char *name);

#endif
