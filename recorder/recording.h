/* SPDX-License-Identifier: Apache-2.0 */
/* A finished recording: its files and its manifest in the blob store, for replay, download and checking (docs/RECORDING.md).
 *
 * File names are those of the manifest ("1-person-1.webm") and "manifest.json"; the blob ids follow from recording and name, so
 * that a retried finaliser replaces what an earlier run left and no table is needed to find a file.
 *
 * Owner: the opener; the store outlives what was opened from it. Threads: an object belongs to one thread at a time.
 * Errors: -ENOENT no such recording or file, -EBADMSG changed bytes or the wrong key, -EINVAL bad uuid or name.
 */
#ifndef FW_RECORDER_RECORDING_H
#define FW_RECORDER_RECORDING_H

#include "base/blob.h"
#include <jansson.h>
#include <stdbool.h>

#define FW_RECORDING_MANIFEST           "manifest.json"
#define FW_RECORDING_NAME_MAX           64 /* bytes of a file name without its end */
#define FW_RECORDING_MANIFEST_MAX_BYTES (16 * 1024 * 1024) /* gaps are joined long before */

struct fw_recording_file;

/* The blob id of a recording's file: SHA-256 of "recording/name", shaped as a UUID version 8 (RFC 9562 5.8). */
int fw_recording_blob_id(const char *recording, const char *name, char ret_id[FW_ID_SIZE]);

int fw_recording_open(struct fw_blob_store *store, const char *recording,
	const uint8_t key[FW_AEAD_KEY_BYTES], const char *name, struct fw_recording_file **ret_file);
void fw_recording_close(struct fw_recording_file *file);
FW_DEFINE_CLEANUP(struct fw_recording_file, fw_recording_close)

uint64_t fw_recording_size(const struct fw_recording_file *file);

/* Like pread: ret_size is short only at the end, 0 beyond it. */
int fw_recording_read(struct fw_recording_file *file, uint64_t offset, void *ret_bytes, size_t size,
	size_t *ret_size);

/* SHA-256 of the whole plain file; every seal is opened on the way. */
int fw_recording_digest(struct fw_recording_file *file, uint8_t ret_digest[FW_SHA256_BYTES]);

/* The manifest, parsed; json_decref. */
int fw_recording_manifest(struct fw_blob_store *store, const char *recording,
	const uint8_t key[FW_AEAD_KEY_BYTES], json_t **ret_manifest);

/* Reads every file of the manifest and holds size, SHA-256 and sealed digest against it. manifest_sha256 (64 hex digits, from
 * the audit log; may be NULL) is held against the manifest itself. *ret_report: {"ok":bool,"checked":[{"name","ok"}]}, json_decref;
 * a changed file is a report, not an error. */
int fw_recording_verify(struct fw_blob_store *store, const char *recording,
	const uint8_t key[FW_AEAD_KEY_BYTES], const char *manifest_sha256, json_t **ret_report);

/* Erases all files of a recording; success when there is none. The key's end is the real purge (base/keystore.h). */
int fw_recording_erase(
	struct fw_blob_store *store, const char *recording, const uint8_t key[FW_AEAD_KEY_BYTES]);

#endif
