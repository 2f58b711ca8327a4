/* SPDX-License-Identifier: Apache-2.0 */
#define FW_LOG_TOPIC "media"
#include "media/media.h"
#include "base/log.h"
#include "media/srtp.h"
#include "media/worker.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

struct member {
	struct fw_worker *worker;
	pthread_t thread;
	bool running;
};

struct fw_media {
	unsigned count; /* of workers made */
	bool srtp; /* the library is initialised */
	size_t address_count;
	char addresses[FW_MEDIA_ADDRESSES_MAX][FW_MEDIA_ADDRESS_TEXT];
	/* What to listen on: the addresses one by one, or one wildcard per family. */
	size_t local_count;
	struct sockaddr_storage locals[FW_MEDIA_ADDRESSES_MAX];
	size_t listener_of[FW_MEDIA_ADDRESSES_MAX]; /* address -> local */
	struct member members[FW_MEDIA_WORKERS_MAX];
};

/* ---- addresses ---- */

static int parse_address(const char *text, struct sockaddr_storage *ret_address)
{
	struct sockaddr_in *in = (struct sockaddr_in *)ret_address;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)ret_address;

	memset(ret_address, 0, sizeof(*ret_address));
	if (inet_pton(AF_INET, text, &in->sin_addr) == 1) {
		in->sin_family = AF_INET;
		return 0;
	}
	if (inet_pton(AF_INET6, text, &in6->sin6_addr) == 1) {
		in6->sin6_family = AF_INET6;
		return 0;
	}
	return -EINVAL;
}

static int add_address(struct fw_media *media, const char *text)
{
	struct sockaddr_storage parsed;
	int r = parse_address(text, &parsed);

	if (r < 0 || media->address_count == FW_MEDIA_ADDRESSES_MAX) {
		return r < 0 ? r : -EINVAL;
	}
	g_strlcpy(media->addresses[media->address_count++], text, FW_MEDIA_ADDRESS_TEXT);
	return 0;
}

/* An address that a peer elsewhere can use: of an interface that is up, and no link-local one, which would need a scope. */
static bool offerable(
	const struct ifaddrs *entry, bool loopback, char ret_text[FW_MEDIA_ADDRESS_TEXT])
{
	const void *bytes;

	if (!entry->ifa_addr || !(entry->ifa_flags & IFF_UP) ||
		loopback != !!(entry->ifa_flags & IFF_LOOPBACK)) {
		return false;
	}
	if (entry->ifa_addr->sa_family == AF_INET) {
		bytes = &((const struct sockaddr_in *)entry->ifa_addr)->sin_addr;
	} else if (entry->ifa_addr->sa_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)entry->ifa_addr;

		if (IN6_IS_ADDR_LINKLOCAL(&in6->sin6_addr)) {
			return false;
		}
		bytes = &in6->sin6_addr;
	} else {
		return false;
	}
	return inet_ntop(entry->ifa_addr->sa_family, bytes, ret_text, FW_MEDIA_ADDRESS_TEXT) != NULL;
}

static int add_local_addresses(struct fw_media *media)
{
	struct ifaddrs *all;
	char text[FW_MEDIA_ADDRESS_TEXT];

	if (getifaddrs(&all) < 0) {
		return -errno;
	}
	for (int loopback = 0; loopback <= 1 && media->address_count == 0; loopback++) {
		for (const struct ifaddrs *entry = all; entry; entry = entry->ifa_next) {
			if (media->address_count < FW_MEDIA_ADDRESSES_MAX &&
				offerable(entry, loopback, text)) {
				(void)add_address(media, text);
			}
		}
	}
	freeifaddrs(all);
	return media->address_count ? 0 : -EADDRNOTAVAIL;
}

static bool is_local(const struct sockaddr_storage *address)
{
	fw_autoclose int fd = socket(address->ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	return fd >= 0 &&
		(bind(fd, (const struct sockaddr *)address, sizeof(struct sockaddr_in6)) == 0 ||
			errno != EADDRNOTAVAIL);
}

/* One socket per address, so that answers leave from where the question came to; but if one address of a family is not ours (address
 * translation in front of us), one socket for all addresses of that family. */
static void choose_locals(struct fw_media *media)
{
	struct sockaddr_storage parsed[FW_MEDIA_ADDRESSES_MAX];
	bool wildcard[2] = {false, false}; /* IPv4, IPv6 */
	size_t wildcard_at[2] = {SIZE_MAX, SIZE_MAX};

	for (size_t i = 0; i < media->address_count; i++) {
		(void)parse_address(media->addresses[i], &parsed[i]);
		if (!is_local(&parsed[i])) {
			wildcard[parsed[i].ss_family == AF_INET6] = true;
		}
	}
	for (size_t i = 0; i < media->address_count; i++) {
		int family = parsed[i].ss_family == AF_INET6;

		if (wildcard[family] && wildcard_at[family] != SIZE_MAX) {
			media->listener_of[i] = wildcard_at[family];
			continue;
		}
		if (wildcard[family]) {
			wildcard_at[family] = media->local_count;
			memset(&parsed[i], 0, sizeof(parsed[i]));
			parsed[i].ss_family = family ? AF_INET6 : AF_INET;
		}
		media->listener_of[i] = media->local_count;
		media->locals[media->local_count++] = parsed[i];
	}
}

/* ---- workers ---- */

static unsigned usable_cores(void)
{
	cpu_set_t cores;

	return sched_getaffinity(0, sizeof(cores), &cores) == 0 ? (unsigned)MAX(CPU_COUNT(&cores), 1)
								: 1;
}

static uint16_t port_of(uint16_t base, unsigned worker)
{
	return base ? (uint16_t)(base + worker) : 0;
}

static int add_worker(struct fw_media *media, const struct fw_media_options *options)
{
	struct sockaddr_storage locals[FW_MEDIA_ADDRESSES_MAX];
	struct fw_worker_options worker_options = {
		.number = media->count,
		.locals = locals,
		.local_count = media->local_count,
		.tcp = options->tcp,
		.tcp_port = port_of(options->tcp_base_port, media->count),
		.certificate_pem = options->certificate_pem,
		.key_pem = options->key_pem,
		.up_kbps_max =
			options->up_kbps_max ? options->up_kbps_max : FW_MEDIA_UP_KBPS_DEFAULT,
		.peers_max = options->peers_max ? options->peers_max : FW_MEDIA_PEERS_MAX_DEFAULT,
		.sink = options->sink,
		.sink_user = options->sink_user,
		.event = options->event,
		.event_user = options->event_user,
	};
	uint16_t port = htons(port_of(options->udp_base_port, media->count));
	int r;

	for (size_t i = 0; i < media->local_count; i++) {
		locals[i] = media->locals[i];
		if (locals[i].ss_family == AF_INET6) {
			((struct sockaddr_in6 *)&locals[i])->sin6_port = port;
		} else {
			((struct sockaddr_in *)&locals[i])->sin_port = port;
		}
	}
	r = fw_worker_create(&worker_options, &media->members[media->count].worker);
	if (r == 0) {
		media->count++;
	}
	return r;
}

static int start_threads(struct fw_media *media)
{
	sigset_t all, before;
	int r = 0;

	/* Signals are the main thread's. */
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	for (unsigned i = 0; r == 0 && i < media->count; i++) {
		struct member *member = &media->members[i];
		char name[16];

		r = -pthread_create(&member->thread, NULL, fw_worker_run, member->worker);
		if (r == 0) {
			member->running = true;
			(void)g_snprintf(name, sizeof(name), "fw-media-%u", i);
			(void)pthread_setname_np(member->thread, name);
		}
	}
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return r;
}

int fw_media_start(const struct fw_media_options *options, struct fw_media **ret_media)
{
	fw_cleanup(fw_media_stop) struct fw_media *media = NULL;
	unsigned workers = options->workers ? options->workers : usable_cores();
	int r = 0;

	if (!options->certificate_pem || !options->key_pem || !options->event) {
		return -EINVAL;
	}
	workers = MIN(workers, FW_MEDIA_WORKERS_MAX);
	if (options->udp_base_port + workers > UINT16_MAX ||
		options->tcp_base_port + workers > UINT16_MAX) {
		return -EINVAL;
	}
	media = g_new0(struct fw_media, 1);
	if (options->addresses && options->addresses[0]) {
		for (size_t i = 0; r == 0 && options->addresses[i]; i++) {
			r = add_address(media, options->addresses[i]);
		}
	} else {
		r = add_local_addresses(media);
	}
	if (r == 0) {
		choose_locals(media);
		r = fw_srtp_init();
		media->srtp = r == 0;
	}
	while (r == 0 && media->count < workers) {
		r = add_worker(media, options);
	}
	if (r == 0) {
		r = start_threads(media);
	}
	if (r < 0) {
		return r;
	}
	fw_info("workers started workers=%u addresses=%zu sockets=%zu", media->count,
		media->address_count, media->local_count);
	*ret_media = g_steal_pointer(&media);
	return 0;
}

void fw_media_stop(struct fw_media *media)
{
	for (unsigned i = 0; i < media->count; i++) {
		if (media->members[i].running) {
			fw_worker_stop(media->members[i].worker);
			(void)pthread_join(media->members[i].thread, NULL);
		}
		fw_worker_destroy(media->members[i].worker);
	}
	if (media->srtp) {
		fw_srtp_fini();
	}
	g_free(media);
}

unsigned fw_media_workers(const struct fw_media *media)
{
	return media->count;
}

size_t fw_media_candidates(const struct fw_media *media, unsigned worker,
	struct fw_media_candidate *ret_candidates, size_t max)
{
	const struct fw_worker *of = media->members[worker].worker;
	size_t count = 0;

	for (int tcp = 0; tcp <= of->options.tcp; tcp++) {
		for (size_t i = 0; i < media->address_count; i++, count++) {
			const struct fw_listener *listener = &of->listeners[media->listener_of[i]];

			if (count < max) {
				g_strlcpy(ret_candidates[count].address, media->addresses[i],
					FW_MEDIA_ADDRESS_TEXT);
				ret_candidates[count].port =
					tcp ? listener->tcp_port : listener->udp_port;
				ret_candidates[count].tcp = tcp;
			}
		}
	}
	return count;
}

int fw_media_post(struct fw_media *media, unsigned worker, const struct fw_media_command *command)
{
	return worker < media->count ? fw_worker_post(media->members[worker].worker, command)
				     : -EINVAL;
}

void fw_media_snapshot(
	const struct fw_media *media, unsigned worker, struct fw_media_snapshot *ret_snapshot)
{
	const struct fw_worker *of = media->members[worker].worker;

	for (unsigned i = 0; i < FW_COUNT_MAX; i++) {
		ret_snapshot->value[i] = fw_count_get(&of->counters, (enum fw_media_count)i);
	}
	ret_snapshot->peers = atomic_load_explicit(&of->peer_count, memory_order_relaxed);
	ret_snapshot->calls = atomic_load_explicit(&of->call_count, memory_order_relaxed);
	ret_snapshot->history_bytes = atomic_load_explicit(&of->history_bytes, memory_order_relaxed);
	ret_snapshot->batch_p99_us = atomic_load_explicit(&of->delay_p99_us, memory_order_relaxed);
}
