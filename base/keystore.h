/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keystore: AES-256 data keys - one per recording, per case, per learnt empty desk, per month of the
 * ledger's texts, per day of short messages - wrapped by the master key, each in a small file of its own outside the
 * database. Erasing that file is the purge: what the key sealed is gone, also from older copies of
 * blobs and database. Therefore keep keys out of ordinary backups.
 *
 * Key ids: "recording/<uuid>", "case/<uuid>", "desk/<uuid>", "ledger/<YYYYMM>", "sms/<YYYYMMDD>".
 * Files: FOLDER/recording/<uuid>.key, mode 0600:
 * "FWKEY1\n" 0x00, nonce (12), wrapped key and tag (48), AAD = the id. The master key file, mode
 * 0600, is 64 hex digits and a newline; it is made once, durable before anything is wrapped by it.
 *
 * Owner: whoever opened it. Threads: one at a time. Errors: -ENOENT no such key (or erased),
 * -EEXIST the key exists already, -EBADMSG file changed or wrong master key, -EINVAL not a key id,
 * -ENOKEY the master key file is missing, -EPERM the master key file is readable by others.
 */
#ifndef FW_BASE_KEYSTORE_H
#define FW_BASE_KEYSTORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/crypto.h"

struct fw_keystore;

enum fw_keystore_mode {
	FW_KEYSTORE_CREATE, /* makes the master key and the folder when neither exists yet */
	FW_KEYSTORE_EXISTING, /* changes nothing on disk at opening */
};

/*
 * -ENOKEY when the master key is missing though keys exist (a new one could not open them), or in
 * mode EXISTING.
 */
int fw_keystore_open(const char *master_key_file, const char *folder, enum fw_keystore_mode mode,
	struct fw_keystore **ret_keystore);
void fw_keystore_close(struct fw_keystore *keystore);
FW_DEFINE_CLEANUP(struct fw_keystore, fw_keystore_close)

/* True for a key id as above. */
bool fw_keystore_id_valid(const char *id);

/* Makes, stores (durable on return) and returns a new data key. Wipe your copy after use. */
int fw_keystore_create_key(
	struct fw_keystore *keystore, const char *id, uint8_t ret_key[FW_AEAD_KEY_BYTES]);

/* The same, durable only when fw_keystore_sync() has returned: one wait for all keys of a batch. */
int fw_keystore_add_key(
	struct fw_keystore *keystore, const char *id, uint8_t ret_key[FW_AEAD_KEY_BYTES]);
/* Fine when nothing was added. */
int fw_keystore_sync(struct fw_keystore *keystore);

int fw_keystore_load_key(
	struct fw_keystore *keystore, const char *id, uint8_t ret_key[FW_AEAD_KEY_BYTES]);

/* Overwrites, unlinks, makes it durable. Erasing what is not there is success. */
int fw_keystore_erase_key(struct fw_keystore *keystore, const char *id);

/* A key for another use, HMAC-SHA-256 of purpose under the master key; e.g. "audit-head". */
int fw_keystore_derive(
	struct fw_keystore *keystore, const char *purpose, uint8_t ret_key[FW_SHA256_BYTES]);

#endif
