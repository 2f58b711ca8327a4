/* SPDX-License-Identifier: Apache-2.0 */
/* What people write, sealed by the desk before it reaches the database (signaling/sealed_text.h).
 *
 * The key of a call is the one of its recording. It is made by the first text or by the answer, whichever comes
 * first, and stays in the call's record, so that a line of the chat costs no file.
 *
 * Threads: the desk's. Errors: 0, errno of the keystore, -EBADMSG a seal does not hold.
 */
#ifndef FW_SIGNALING_DESK_SECRET_H
#define FW_SIGNALING_DESK_SECRET_H

#include "signaling/desk/state.h"
#include "signaling/sealed_text.h"

/* text NULL: NULL. */
int fw_secret_seal(struct fw_desk *desk, const uint8_t key[FW_AEAD_KEY_BYTES],
	const struct fw_sealed_at *where, const char *text, GBytes **ret_sealed);

/* A key by its id, made if there is none and `create`; on disk before the batch's commit. */
int fw_secret_key(
	struct fw_desk *desk, const char *id, bool create, uint8_t ret_key[FW_AEAD_KEY_BYTES]);

/* The data key of a running call: made if there is none, borrowed from its record. */
int fw_secret_of_call(struct fw_desk *desk, struct fw_call *call, const uint8_t **ret_key);

/* Of the row `number` (0: the call's own) of a running call. A disk that takes no key stops no call: the text is not
 * kept then (NULL), and the log says so. */
int fw_secret_seal_of_call(struct fw_desk *desk, struct fw_call *call, const char *table,
	const char *column, int64_t number, const char *text, GBytes **ret_sealed);
/* NULL: the column is NULL, or the key is gone. */
int fw_secret_column_of_call(struct fw_desk *desk, struct fw_call *call, const char *table,
	const char *column, int64_t number, struct fw_statement *row, int at, char **ret_text);

#endif
