/* SPDX-License-Identifier: Apache-2.0 */
/* What of a case is personal: sealed under the case's data key before it reaches the database, found again
 * by keyed digests.
 *
 * Owner: the caller; close wipes. Threads: the desk's. Errors: -ENOENT the key is erased (the case is
 * purged), -EBADMSG a seal does not hold, errno of the keystore.
 */
#ifndef FW_SIGNALING_CASES_CASE_SECRET_H
#define FW_SIGNALING_CASES_CASE_SECRET_H

#include "base/crypto.h"
#include "base/db.h"
#include "signaling/desk/state.h"

struct fw_case_secret {
	char id[FW_ID_SIZE]; /* of the case */
	uint8_t key[FW_AEAD_KEY_BYTES];
};

/* create: a new case; on disk before the batch's commit. */
int fw_case_secret_open(
	struct fw_desk *desk, const char *id, bool create, struct fw_case_secret *ret_secret);
void fw_case_secret_close(struct fw_case_secret *secret);

/* A sealed value to bind: the bytes live until clear. */
struct fw_case_sealed {
	void *bytes;
	size_t size;
};
void fw_case_sealed_clear(struct fw_case_sealed *sealed);
struct fw_db_value fw_case_sealed_value(const struct fw_case_sealed *sealed);

/* Seals text for `table`.`column` of the row named by the case's id and `number` (0: none). text NULL: NULL. */
int fw_case_seal(struct fw_desk *desk, const struct fw_case_secret *secret, const char *table,
	const char *column, int64_t number, const char *text, struct fw_case_sealed *ret_sealed);
/* The same back from a column; NULL in the database is NULL here. fw_sealed_free(). */
int fw_case_unseal(const struct fw_case_secret *secret, const char *table, const char *column,
	int64_t number, struct fw_statement *row, int at, char **ret_text);

/* What a name or number is found by: HMAC under a key of the whole server, white space left out. */
int fw_case_digest(struct fw_desk *desk, const char *text, uint8_t ret_digest[FW_SHA256_BYTES]);

#endif
