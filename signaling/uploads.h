/* SPDX-License-Identifier: Apache-2.0 */
/* Uploads: the thread that writes pieces of files for the desk, and seals the files made of them (upload_store.h).
 *
 *     desk ──fw_upload_command──▶ mailbox ──▶ uploads thread ──▶ blob store
 *     desk ◀──fw_upload_event──── (desk's mailbox) ◀─┘            one event per PIECE, SEAL and KEEP, none of ERASE and DISCARD
 *
 * What is allowed, which piece comes next and when a file counts as filed is the desk's decision (signaling/cases/uploads.h);
 * this thread keeps nothing over a restart.
 *
 * Owner: main; the events' receiver outlives it. Threads: create, destroy from one, post from any; `done` runs on the thread.
 * Errors: -EOVERFLOW the mailbox is full; everything about a command is its event.
 */
#ifndef FW_SIGNALING_UPLOADS_H
#define FW_SIGNALING_UPLOADS_H

#include <glib.h>

#include "base/cleanup.h"
#include "base/crypto.h"
#include "base/id.h"
#include "base/limits.h"

struct fw_uploads;

enum fw_upload_command_kind {
	FW_UPLOAD_PIECE, /* write one piece */
	FW_UPLOAD_SEAL, /* make the file of all pieces and hold it against its promise */
	FW_UPLOAD_ERASE, /* the pieces are not needed any more */
	FW_UPLOAD_DISCARD, /* the file is not wanted */
	FW_UPLOAD_KEEP, /* write a file that came whole, in one piece */
};

struct fw_upload_command {
	enum fw_upload_command_kind kind;
	char upload[FW_ID_SIZE];
	char key[FW_KEY_ID_MAX_BYTES + 1]; /* "case/<uuid>", "desk/<uuid>" */
	uint64_t request; /* who waits for the answer, 0: nobody; comes back in the event */
	unsigned piece; /* of PIECE: its number; else how many there are */
	GBytes *bytes; /* of PIECE and KEEP; taken over */
	char file[FW_ID_SIZE]; /* of SEAL, DISCARD and KEEP: blob id */
	uint64_t size; /* of SEAL: as promised */
	uint8_t sha256[FW_SHA256_BYTES];
};

struct fw_upload_event {
	enum fw_upload_command_kind kind;
	char upload[FW_ID_SIZE];
	uint64_t request;
	unsigned piece;
	size_t bytes; /* of PIECE */
	int result; /* 0, or negative errno of upload_store.h */
};

typedef void fw_upload_done(void *user, const struct fw_upload_event *event);

struct fw_uploads_setup {
	const char *blobs; /* folder of the blob store */
	const char *master_key, *keys; /* as for fw_keystore_open() */
	fw_upload_done *done;
	void *user;
};

int fw_uploads_create(const struct fw_uploads_setup *setup, struct fw_uploads **ret_uploads);
void fw_uploads_destroy(struct fw_uploads *uploads);
FW_DEFINE_CLEANUP(struct fw_uploads, fw_uploads_destroy)

/* Takes command->bytes over on success. */
int fw_uploads_post(struct fw_uploads *uploads, const struct fw_upload_command *command);

#endif
