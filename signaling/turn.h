/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time-limited credentials for coturn (use-auth-secret, draft-uberti-behave-turn-rest-00): the user
 * name is the end of its life and the account, the password an HMAC-SHA-1 of it.
 *
 * Owner: main. Threads: any, pure functions. Errors: none.
 */
#ifndef FW_SIGNALING_TURN_H
#define FW_SIGNALING_TURN_H

#include <stdint.h>

struct fw_turn {
	const char *const *urls; /* NULL-terminated: "turn:host:port?transport=udp" */
	const char *secret; /* coturn's static-auth-secret */
	int64_t lifetime_us;
};

/*
 * The `ice_servers` of `hello` for one account: a JSON array as RTCConfiguration.iceServers wants it,
 * "[]" when turn is NULL. g_free.
 */
char *fw_turn_servers(const struct fw_turn *turn, const char *account, int64_t now_us);

#endif
