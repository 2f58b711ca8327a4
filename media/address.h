/* SPDX-License-Identifier: Apache-2.0 */
/* Where a packet came from, as a key: remote address and port, and the local socket. And a map from such keys.
 *
 * Owner: values; a map belongs to its creator and holds borrowed pointers.  Threads: one at a time.  Errors: none.
 */
#ifndef FW_MEDIA_ADDRESS_H
#define FW_MEDIA_ADDRESS_H

#include "base/cleanup.h"
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

struct fw_address {
	uint8_t ip[16]; /* IPv4 as ::ffff:a.b.c.d */
	uint16_t port; /* host order */
	uint16_t socket; /* index of the worker's local socket */
	uint32_t connection; /* TCP: its number, 0 for UDP; an address may come back in another connection */
};

struct fw_address fw_address_of(
	const struct sockaddr_storage *from, uint16_t socket, uint32_t connection);
/* The address as the family of the local socket wants it. */
socklen_t fw_address_put(
	const struct fw_address *address, sa_family_t family, struct sockaddr_storage *ret_to);

static inline int fw_address_equal(const struct fw_address *a, const struct fw_address *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

struct fw_address_map;

void fw_address_map_create(struct fw_address_map **ret_map);
void fw_address_map_destroy(struct fw_address_map *map);
FW_DEFINE_CLEANUP(struct fw_address_map, fw_address_map_destroy)

/* Replaces what was there. */
void fw_address_map_put(struct fw_address_map *map, const struct fw_address *address, void *value);
void *fw_address_map_get(
	const struct fw_address_map *map, const struct fw_address *address); /* NULL: not there */
void fw_address_map_prefetch(const struct fw_address_map *map, const struct fw_address *address);
void fw_address_map_remove(struct fw_address_map *map, const struct fw_address *address);

#endif
