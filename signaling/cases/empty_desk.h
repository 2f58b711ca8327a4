/* SPDX-License-Identifier: Apache-2.0 */
/* The empty desk under a window's document camera: learnt by its clerk, subtracted from every page taken there
 * (docs/PROTOCOL-CASES.md 6, docs/adr/0060).
 *
 *     picture ──▶ row `writing`, key of its own ──on the disk──▶ `kept`, the one before it of the same kind forgotten
 *                                               └──not──▶ row gone
 *
 * Owner: the desk. Threads: the desk's. Errors: 0, a code of codes.h, negative errno (the batch fails).
 */
#ifndef FW_SIGNALING_CASES_EMPTY_DESK_H
#define FW_SIGNALING_CASES_EMPTY_DESK_H

#include "signaling/desk/state.h"

#define FW_EMPTY_DESKS_MAX 4 /* of one window: cameras, heads and sizes; the oldest makes room */

/* The picture of a learnt desk was written, or not. */
int fw_empty_desk_written(struct fw_desk *desk, const struct fw_upload_event *event);

/* The key of a kept one; -ENOENT: it was forgotten meanwhile. */
int fw_empty_desk_key(struct fw_desk *desk, const char *id, uint8_t ret_key[FW_AEAD_KEY_BYTES]);

/* What a page of this file says of the desk that was learnt for it; NULL: nothing. */
int fw_empty_desk_found(struct fw_desk *desk, const char *file, const char *found);

/* All of a window, which is closed. */
int fw_empty_desks_forget(struct fw_desk *desk, const char *window);

/* What an earlier run left half written is dropped: nobody was told of it. */
int fw_empty_desks_load(struct fw_desk *desk);

#endif
