/* SPDX-License-Identifier: Apache-2.0 */
/* Chat in a call: stored, numbered, told to everybody who is in; a repeat with the same key changes nothing.
 *
 * Threads: the desk's. Errors: as clients.h.
 */
#ifndef FW_SIGNALING_DESK_CHAT_H
#define FW_SIGNALING_DESK_CHAT_H

#include "signaling/desk/clients.h"

#define FW_CHAT_MESSAGES_MAX 1000 /* of one call */

fw_method_handler fw_chat_send_method;

#endif
