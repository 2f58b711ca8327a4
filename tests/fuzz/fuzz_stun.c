/* SPDX-License-Identifier: Apache-2.0 */
#include "media/stun.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *lookup(void *user, const char *ufrag, size_t bytes, void **ret_peer)
{
	*ret_peer = user;
	return bytes == 4 && memcmp(ufrag, "here", 4) == 0 ? "a-password-of-22-chars" : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fw_stun *stun;
	struct sockaddr_storage from = {.ss_family = size % 2 ? AF_INET : AF_INET6};
	uint8_t reply[FW_STUN_REPLY_MAX];
	size_t reply_bytes = 1;
	struct fw_stun_check check = {0};
	int r;

	if (!stun) {
		fw_stun_create(&stun);
	}
	r = fw_stun_answer(stun, data, size, &from, lookup, &check, reply, &reply_bytes, &check);
	if (reply_bytes > sizeof(reply) || (r == 0 && (!check.peer || reply_bytes == 0))) {
		abort();
	}
	return 0;
}
