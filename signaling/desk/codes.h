/* SPDX-License-Identifier: Apache-2.0 */
/* Codes of refusals: stable names for programs, a Chinese sentence for people (PROTOCOL.md 1 and 2).
 *
 * A handler of the desk returns 0 (done, the answer is written), one of these (refused, nothing changed)
 * or a negative errno (the batch fails).
 * Threads: constants. Errors: none.
 */
#ifndef FW_SIGNALING_DESK_CODES_H
#define FW_SIGNALING_DESK_CODES_H

enum fw_code {
	FW_CODE_OK,
	FW_CODE_MALFORMED,
	FW_CODE_UNKNOWN_METHOD,
	FW_CODE_TOO_LARGE,
	FW_CODE_NOT_AT_WINDOW,
	FW_CODE_FORBIDDEN,
	FW_CODE_NOT_FOUND,
	FW_CODE_WRONG_STATE,
	FW_CODE_TOO_MANY,
	FW_CODE_INTERNAL,
	FW_CODE_WINDOW_OCCUPIED,
	FW_CODE_NO_WINDOW_READY,
	FW_CODE_ITEM_NOT_SERVED,
	FW_CODE_CITIZEN_NOT_INFORMED,
	FW_CODE_OWN_WINDOW_BUSY,
	FW_CODE_BAD_SDP,
	FW_CODE_STALE,
	FW_CODE_DRILL_RUNNING, /* HTTP too */
	FW_CODE_BAD_CREDENTIALS, /* from here on HTTP only */
	FW_CODE_ACCOUNT_LOCKED,
	FW_CODE_ACCOUNT_CLOSED,
	FW_CODE_NOT_SIGNED_IN,
	FW_CODE_NOT_READY,
	FW_CODE_WRONG_OFFSET,
	FW_CODE_DIGEST_MISMATCH,
	FW_CODE_BUSY,
	FW_CODE_UNSUPPORTED_MEDIA,
	FW_CODE_UNUSABLE_FILE, /* with the fault (docs/CAPTURE.md) */
	FW_CODE_FILE_TOO_LARGE,
	FW_CODE_CHANGED,
	FW_CODE_BAD_NUMBER,
	FW_CODE_BAD_FORM, /* with the field */
	FW_CODE_INCOMPLETE,
	FW_CODE_ALREADY_ASKED,
	FW_CODE_NOT_DUE,
	FW_CODE_PASSWORD_CHANGE_REQUIRED, /* WebSocket too */
	FW_CODE_PASSWORD_WEAK,
	FW_CODE_FAULTY, /* with the list of faults */
	FW_CODE_IMPORT_RUNNING,
	FW_CODE_NO_PHONE,
	FW_CODE_COUNT
};

const char *fw_code_name(enum fw_code code);
const char *fw_code_text(enum fw_code code);
int fw_code_status(enum fw_code code); /* of an HTTP answer */

#endif
