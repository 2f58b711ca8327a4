/* SPDX-License-Identifier: Apache-2.0 */
#include "media/address.h"

#include <arpa/inet.h>
#include <glib.h>
#include <netinet/in.h>

#define CAPACITY_MIN 64 /* a power of two, as every capacity */

/* Open addressing, linear probing, at most half full; removal shifts back, so that there are no graves to step over. */
struct entry {
	struct fw_address address;
	void *value; /* NULL: free */
};

struct fw_address_map {
	struct entry *entries;
	size_t capacity;
	size_t count;
	uint64_t seed; /* so that nobody outside can choose addresses that collide */
};

struct fw_address fw_address_of(
	const struct sockaddr_storage *from, uint16_t socket, uint32_t connection)
{
	struct fw_address address = {.socket = socket, .connection = connection};

	if (from->ss_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)from;

		memcpy(address.ip, &in6->sin6_addr, sizeof(address.ip));
		address.port = ntohs(in6->sin6_port);
	} else {
		const struct sockaddr_in *in = (const struct sockaddr_in *)from;

		address.ip[10] = address.ip[11] = 0xff;
		memcpy(address.ip + 12, &in->sin_addr, 4);
		address.port = ntohs(in->sin_port);
	}
	return address;
}

socklen_t fw_address_put(
	const struct fw_address *address, sa_family_t family, struct sockaddr_storage *ret_to)
{
	memset(ret_to, 0, sizeof(*ret_to));
	if (family == AF_INET6) {
		struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)ret_to;

		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(address->port);
		memcpy(&in6->sin6_addr, address->ip, sizeof(address->ip));
		return sizeof(*in6);
	}
	struct sockaddr_in *in = (struct sockaddr_in *)ret_to;

	in->sin_family = AF_INET;
	in->sin_port = htons(address->port);
	memcpy(&in->sin_addr, address->ip + 12, 4);
	return sizeof(*in);
}

void fw_address_map_create(struct fw_address_map **ret_map)
{
	struct fw_address_map *map = g_new0(struct fw_address_map, 1);

	map->capacity = CAPACITY_MIN;
	map->entries = g_new0(struct entry, map->capacity);
	map->seed = (uint64_t)g_random_int() << 32 | g_random_int();
	*ret_map = map;
}

void fw_address_map_destroy(struct fw_address_map *map)
{
	g_free(map->entries);
	g_free(map);
}

static size_t home_of(const struct fw_address_map *map, const struct fw_address *address)
{
	uint64_t words[3], hash = map->seed;

	G_STATIC_ASSERT(sizeof(words) == sizeof(*address));
	memcpy(words, address, sizeof(words));
	for (unsigned i = 0; i < G_N_ELEMENTS(words); i++) {
		hash = (hash ^ words[i]) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 32;
	}
	return (size_t)hash & (map->capacity - 1);
}

static struct entry *place_of(const struct fw_address_map *map, const struct fw_address *address)
{
	size_t at = home_of(map, address);

	while (map->entries[at].value && !fw_address_equal(&map->entries[at].address, address)) {
		at = (at + 1) & (map->capacity - 1);
	}
	return &map->entries[at];
}

static void grow(struct fw_address_map *map)
{
	struct entry *old = map->entries;
	size_t old_capacity = map->capacity;

	map->capacity *= 2;
	map->entries = g_new0(struct entry, map->capacity);
	for (size_t i = 0; i < old_capacity; i++) {
		if (old[i].value) {
			*place_of(map, &old[i].address) = old[i];
		}
	}
	g_free(old);
}

void fw_address_map_put(struct fw_address_map *map, const struct fw_address *address, void *value)
{
	struct entry *entry;

	if (map->count * 2 >= map->capacity) {
		grow(map);
	}
	entry = place_of(map, address);
	map->count += !entry->value;
	*entry = (struct entry){*address, value};
}

void *fw_address_map_get(const struct fw_address_map *map, const struct fw_address *address)
{
	return place_of(map, address)->value;
}

void fw_address_map_prefetch(const struct fw_address_map *map, const struct fw_address *address)
{
	__builtin_prefetch(&map->entries[home_of(map, address)]);
}

void fw_address_map_remove(struct fw_address_map *map, const struct fw_address *address)
{
	struct entry *hole = place_of(map, address);
	size_t mask = map->capacity - 1;
	size_t at, free_at;

	if (!hole->value) {
		return;
	}
	map->count--;
	free_at = (size_t)(hole - map->entries);
	for (at = (free_at + 1) & mask; map->entries[at].value; at = (at + 1) & mask) {
		size_t home = home_of(map, &map->entries[at].address);

		/* It may move into the hole unless its home lies between the hole and itself. */
		if (((at - home) & mask) >= ((at - free_at) & mask)) {
			map->entries[free_at] = map->entries[at];
			free_at = at;
		}
	}
	map->entries[free_at].value = NULL;
}
