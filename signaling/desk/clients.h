/* SPDX-License-Identifier: Apache-2.0 */
/* Connections: a WebSocket belongs to a session; its requests find their methods here.
 *
 * Threads: the desk's. Errors: 0, negative errno (the batch fails).
 */
#ifndef FW_SIGNALING_DESK_CLIENTS_H
#define FW_SIGNALING_DESK_CLIENTS_H

#include "signaling/desk/json_write.h"
#include "signaling/desk/message.h"
#include "signaling/desk/state.h"

enum { /* close codes, PROTOCOL.md 2 */
	FW_CLOSE_ABUSE = 4000,
	FW_CLOSE_SESSION_ENDED = 4001,
	FW_CLOSE_NOT_SIGNED_IN = 4003,
	FW_CLOSE_WINDOW_TAKEN = 4009,
};

/* What a method answers. On success it writes members of `result`; refusing, it may say more. */
struct fw_answer {
	struct fw_json result;
	char text[FW_WHY_SIZE]; /* empty: the code's own text */
	char extra[64]; /* raw members of `error`; empty: none */
};

/* 0: `answer->result` is the result; a code: refused and nothing changed; negative errno: the batch fails. */
typedef int fw_method_handler(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_answer *answer);

int fw_client_opened(struct fw_desk *desk, uint64_t connection, const char *token);
int fw_client_received(
	struct fw_desk *desk, uint64_t connection, const char *text, size_t text_bytes);
int fw_client_closed(struct fw_desk *desk, uint64_t connection);

/* The desk itself ends the connection; its window is kept for the account. */
int fw_client_end(struct fw_desk *desk, struct fw_client *client, int code);

#endif
