/* SPDX-License-Identifier: Apache-2.0 */
/* Uploads of the desk: which piece of which file comes next, and when it is filed (docs/PROTOCOL-CASES.md, uploads).
 * The bytes are written by signaling/uploads.h; a reply leaves only when what it promises is on the disk.
 *
 * Threads: the desk's. Errors: 0, a code of codes.h (refused), negative errno (the batch fails).
 */
#ifndef FW_SIGNALING_CASES_UPLOADS_H
#define FW_SIGNALING_CASES_UPLOADS_H

#include "signaling/desk/access.h"
#include "signaling/desk/http.h"

#define FW_UPLOAD_KEPT_US \
	(INT64_C(7) * 86400 * 1000000) /* an open upload that nobody goes on with */
#define FW_UPLOADS_OPEN_MAX 64 /* of one account */

/* A piece or a file was written, or not. */
int fw_upload_event_input(struct fw_desk *desk, const struct fw_upload_event *event);

/* The page of a file was made, or could not be: it is filed now, or refused for `fault` (NULL: none). `request` waits
 * for that; 0: nobody. -ENOENT: the file is in no upload that is being checked. */
int fw_upload_checked(struct fw_desk *desk, const char *file, const char *fault, uint64_t request);

/* What an earlier run left unfinished goes on. */
int fw_uploads_load(struct fw_desk *desk);

#endif
