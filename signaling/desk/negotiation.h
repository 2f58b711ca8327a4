/* SPDX-License-Identifier: Apache-2.0 */
/* Peers: the server's side of a participant's RTCPeerConnection, its offers and answers (PROTOCOL.md 2.4).
 *
 *     renew --> offered <--> answered      at most one offer is out; a restart wanted meanwhile follows the answer
 *       ^          |            |
 *       +----------+------------+          reopen, return of a window, a peer that failed
 *
 * Threads: the desk's. Errors: as clients.h.
 */
#ifndef FW_SIGNALING_DESK_NEGOTIATION_H
#define FW_SIGNALING_DESK_NEGOTIATION_H

#include "signaling/desk/clients.h"

#define FW_RESTART_US        INT64_C(2000000) /* PROTOCOL.md 2.2: rtc.restart at most one in 2 s */
#define FW_PEER_FAILURES_MAX 3 /* in a row, then only rtc.reopen begins a new one */

fw_method_handler fw_rtc_answer_method, fw_rtc_restart_method, fw_rtc_reopen_method;

/* Closes the peer there may be and offers a new one, if a client is there to get it. */
int fw_peer_renew(struct fw_desk *desk, struct fw_part *part);
void fw_peer_close(struct fw_desk *desk, struct fw_part *part);

/* `connection` is this part's living peer. NULL is not. */
bool fw_peer_is(const struct fw_part *part, const char *connection);
/* The client has come back with its connection: it may not have got the last offer. */
void fw_peer_tell_again(struct fw_desk *desk, struct fw_part *part);

/* Offers again when there are more slots than the last offer had; after the answer to it, if that is still out. */
int fw_peer_offer_more(struct fw_desk *desk, struct fw_part *part);

/* In an answered call: gate open, recorded, shown to the others and the others to it. */
void fw_peer_join(struct fw_desk *desk, struct fw_part *part);
/* The gate as the part's hold wants it. */
void fw_peer_gate(struct fw_desk *desk, const struct fw_part *part);

int fw_peer_event(struct fw_desk *desk, const struct fw_media_event *event);

#endif
