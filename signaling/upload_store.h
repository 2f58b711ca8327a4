/* SPDX-License-Identifier: Apache-2.0 */
/* The pieces of an upload on the disk, and the file made of them: sealed blobs under the key of the case.
 *
 *     put piece 0, 1, 2 ... (each durable on return)  ─▶  seal: the whole file as one blob, held against the promised SHA-256
 *                                                     └▶  erase the pieces, once the desk has filed the file
 *
 * Blob ids of pieces follow from upload and number, so a piece that is sent again replaces itself and nothing is left behind.
 *
 * Owner: the caller; store and keystore are borrowed. Threads: pure but for the disk; one at a time per upload.
 * Errors: -ENOENT no such key (or piece), -EILSEQ the bytes are not those that were promised (size or SHA-256),
 * -EINVAL bad id or number, -EOVERFLOW over a bound, and those of base/blob.h.
 */
#ifndef FW_SIGNALING_UPLOAD_STORE_H
#define FW_SIGNALING_UPLOAD_STORE_H

#include <stdint.h>

#include "base/blob.h"

struct fw_keystore;

#define FW_UPLOAD_PIECES_MAX (FW_HTTP_UPLOAD_MAX_BYTES / FW_PIECE_MAX_BYTES)

struct fw_upload_place {
	struct fw_blob_store *store;
	struct fw_keystore *keystore;
	const char *key; /* "case/<uuid>", "desk/<uuid>" */
	const char *upload; /* UUID */
};

int fw_upload_put(
	const struct fw_upload_place *place, unsigned piece, const void *bytes, size_t size);

/* Makes the blob `file` of bytes that are whole. */
int fw_upload_keep(
	const struct fw_upload_place *place, const char *file, const void *bytes, size_t size);

/* Makes the blob `file` of the pieces 0 .. pieces-1; a repeated call replaces what an interrupted one left. */
int fw_upload_seal(const struct fw_upload_place *place, unsigned pieces, const char *file,
	uint64_t size, const uint8_t sha256[FW_SHA256_BYTES]);

/* Success when there is nothing. */
int fw_upload_erase(const struct fw_upload_place *place, unsigned pieces);

#endif
