/* SPDX-License-Identifier: Apache-2.0 */
#include "media/udp.h"

#include <errno.h>
#include <glib.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>
#include <unistd.h>

#define QUEUE_PACKETS 512 /* one batch read, forwarded to several receivers */
#define SEGMENTS_MAX  64 /* UDP_MAX_SEGMENTS of older kernels */
#define RUN_BYTES_MAX 65000 /* of one UDP message */
#define COPIES_BYTES  (QUEUE_PACKETS * 256)
#define CONTROL_BYTES CMSG_SPACE(sizeof(uint16_t))
#define NAME_BYTES    sizeof(struct sockaddr_in6)

/* Packets to one peer that follow one another and are of one size (the last may be shorter). */
struct run {
	struct sockaddr_storage to;
	socklen_t to_bytes;
	uint16_t segment;
	uint16_t count;
	uint32_t bytes;
	uint16_t first, last; /* packets */
	bool closed; /* a shorter packet was the last that fits */
};

struct queued {
	const uint8_t *packet;
	uint16_t bytes;
	uint16_t next;
};

struct fw_udp {
	int fd;
	uint16_t port;
	sa_family_t family;
	bool segmentation; /* the kernel takes UDP_SEGMENT */
	struct fw_media_counters *counters;
	uint64_t flushes; /* 64 bits: a target that slept must never seem to be of this flush */
	unsigned packet_count, run_count;
	size_t copies_used;
	struct queued packets[QUEUE_PACKETS];
	struct run runs[QUEUE_PACKETS];
	struct mmsghdr out[QUEUE_PACKETS];
	struct iovec out_parts[QUEUE_PACKETS];
	uint8_t control[QUEUE_PACKETS][CONTROL_BYTES] __attribute__((aligned(16)));
	uint8_t copies[COPIES_BYTES] __attribute__((aligned(16)));
	struct mmsghdr in[FW_UDP_BATCH];
	struct iovec in_parts[FW_UDP_BATCH];
	struct sockaddr_storage from[FW_UDP_BATCH];
	uint8_t received[FW_UDP_BATCH][FW_UDP_PACKET_MAX + 64] __attribute__((aligned(64)));
};

static void set_buffer(int fd, int force, int plain)
{
	int bytes = FW_UDP_BUFFER_BYTES;

	/* Beyond net.core.[rw]mem_max only with CAP_NET_ADMIN; else what is allowed. */
	if (setsockopt(fd, SOL_SOCKET, force, &bytes, sizeof(bytes)) < 0) {
		(void)setsockopt(fd, SOL_SOCKET, plain, &bytes, sizeof(bytes));
	}
}

static void prepare_receive(struct fw_udp *udp)
{
	for (unsigned i = 0; i < FW_UDP_BATCH; i++) {
		udp->in_parts[i].iov_base = udp->received[i];
		udp->in_parts[i].iov_len = FW_UDP_PACKET_MAX;
		udp->in[i].msg_hdr.msg_name = &udp->from[i];
		udp->in[i].msg_hdr.msg_namelen = NAME_BYTES;
		udp->in[i].msg_hdr.msg_iov = &udp->in_parts[i];
		udp->in[i].msg_hdr.msg_iovlen = 1;
	}
}

int fw_udp_open(const struct sockaddr_storage *local, struct fw_media_counters *counters,
	struct fw_udp **ret_udp)
{
	struct sockaddr_storage bound;
	socklen_t bound_bytes = sizeof(bound);
	struct fw_udp *udp;
	int on = 1;
	fw_autoclose int fd = socket(local->ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0) {
		return -errno;
	}
	set_buffer(fd, SO_RCVBUFFORCE, SO_RCVBUF);
	set_buffer(fd, SO_SNDBUFFORCE, SO_SNDBUF);
	if ((local->ss_family == AF_INET6 &&
		    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) < 0) ||
		bind(fd, (const struct sockaddr *)local, NAME_BYTES) < 0 ||
		getsockname(fd, (struct sockaddr *)&bound, &bound_bytes) < 0) {
		return -errno;
	}
	udp = g_new0(struct fw_udp, 1);
	udp->fd = fw_steal_fd(&fd);
	udp->family = local->ss_family;
	udp->port = ntohs(udp->family == AF_INET6 ? ((struct sockaddr_in6 *)&bound)->sin6_port
						  : ((struct sockaddr_in *)&bound)->sin_port);
	udp->segmentation = true;
	udp->counters = counters;
	udp->flushes = 1;
	prepare_receive(udp);
	*ret_udp = udp;
	return 0;
}

void fw_udp_close(struct fw_udp *udp)
{
	(void)close(udp->fd);
	g_free(udp);
}

int fw_udp_fd(const struct fw_udp *udp)
{
	return udp->fd;
}

uint16_t fw_udp_port(const struct fw_udp *udp)
{
	return udp->port;
}

sa_family_t fw_udp_family(const struct fw_udp *udp)
{
	return udp->family;
}

size_t fw_udp_receive(struct fw_udp *udp, struct fw_udp_packet ret_packets[FW_UDP_BATCH])
{
	int count = recvmmsg(udp->fd, udp->in, FW_UDP_BATCH, MSG_DONTWAIT, NULL);

	fw_count(udp->counters, FW_COUNT_RECEIVE_CALLS);
	if (count <= 0) {
		return 0;
	}
	for (int i = 0; i < count; i++) {
		bool cut = udp->in[i].msg_hdr.msg_flags & MSG_TRUNC;

		ret_packets[i].packet = udp->received[i];
		ret_packets[i].bytes = cut ? FW_UDP_PACKET_MAX + 1 : udp->in[i].msg_len;
		ret_packets[i].from = &udp->from[i];
		udp->in[i].msg_hdr.msg_namelen = NAME_BYTES;
	}
	return (size_t)count;
}

static bool joins(const struct fw_udp *udp, const struct fw_udp_target *target, size_t bytes)
{
	const struct run *run;

	if (target->flush != udp->flushes) {
		return false; /* nothing queued for it since the last flush */
	}
	run = &udp->runs[target->run];
	return udp->segmentation && !run->closed && bytes <= run->segment && bytes > 0 &&
		run->count < SEGMENTS_MAX && run->bytes + bytes <= RUN_BYTES_MAX;
}

static void begin_run(struct fw_udp *udp, struct fw_udp_target *target, uint16_t bytes)
{
	struct run *run = &udp->runs[udp->run_count];

	memcpy(&run->to, &target->to, NAME_BYTES);
	run->to_bytes = target->to_bytes;
	run->segment = bytes;
	run->count = 0;
	run->bytes = 0;
	run->closed = false;
	run->first = (uint16_t)udp->packet_count;
	target->flush = udp->flushes;
	target->run = udp->run_count++;
}

void fw_udp_send(
	struct fw_udp *udp, struct fw_udp_target *target, const uint8_t *packet, size_t bytes)
{
	struct run *run;

	if (udp->packet_count == QUEUE_PACKETS) {
		fw_udp_flush(udp);
	}
	if (!joins(udp, target, bytes)) {
		begin_run(udp, target, (uint16_t)bytes);
	}
	run = &udp->runs[target->run];
	udp->packets[udp->packet_count] = (struct queued){packet, (uint16_t)bytes, 0};
	if (run->count) {
		udp->packets[run->last].next = (uint16_t)udp->packet_count;
	}
	run->last = (uint16_t)udp->packet_count++;
	run->count++;
	run->bytes += (uint32_t)bytes;
	run->closed = bytes < run->segment;
}

void fw_udp_send_copy(
	struct fw_udp *udp, struct fw_udp_target *target, const uint8_t *packet, size_t bytes)
{
	size_t room = (bytes + 7) & ~(size_t)7;
	uint8_t *copy;

	if (udp->copies_used + room > COPIES_BYTES || udp->packet_count == QUEUE_PACKETS) {
		fw_udp_flush(udp);
	}
	copy = udp->copies + udp->copies_used;
	memcpy(copy, packet, bytes);
	udp->copies_used += room;
	fw_udp_send(udp, target, copy, bytes);
}

/* Messages out[0 ... run_count - 1] from the runs; the parts of a run lie side by side. */
static void fill_messages(struct fw_udp *udp)
{
	struct iovec *part = udp->out_parts;

	for (unsigned i = 0; i < udp->run_count; i++) {
		struct run *run = &udp->runs[i];
		struct msghdr *message = &udp->out[i].msg_hdr;
		uint16_t at = run->first;

		message->msg_name = &run->to;
		message->msg_namelen = run->to_bytes;
		message->msg_iov = part;
		message->msg_iovlen = run->count;
		for (unsigned n = 0; n < run->count; n++, at = udp->packets[at].next) {
			*part++ = (struct iovec){(uint8_t *)(uintptr_t)udp->packets[at].packet,
				udp->packets[at].bytes};
		}
		message->msg_control = NULL;
		message->msg_controllen = 0;
		if (run->count > 1) {
			struct cmsghdr *control = (struct cmsghdr *)udp->control[i];

			control->cmsg_level = SOL_UDP;
			control->cmsg_type = UDP_SEGMENT;
			control->cmsg_len = CMSG_LEN(sizeof(uint16_t));
			memcpy(CMSG_DATA(control), &run->segment, sizeof(uint16_t));
			message->msg_control = control;
			message->msg_controllen = CONTROL_BYTES;
		}
	}
}

/* A run the kernel would not take as one message, packet by packet. */
static void send_singly(struct fw_udp *udp, const struct msghdr *whole)
{
	for (size_t i = 0; i < whole->msg_iovlen; i++) {
		struct msghdr single = *whole;
		ssize_t sent;

		single.msg_iov = &whole->msg_iov[i];
		single.msg_iovlen = 1;
		single.msg_control = NULL;
		single.msg_controllen = 0;
		sent = sendmsg(udp->fd, &single, MSG_DONTWAIT);
		fw_count(udp->counters, FW_COUNT_SEND_CALLS);
		fw_count(udp->counters, sent >= 0 ? FW_COUNT_DATAGRAMS_OUT : FW_DROP_SEND_ERROR);
	}
}

/* The first message not sent: what to do about it. Nothing here is worth waiting for. */
static void give_up(struct fw_udp *udp, const struct msghdr *message)
{
	if (errno == EAGAIN || errno == ENOBUFS) {
		fw_count_add(udp->counters, FW_DROP_SEND_FULL, message->msg_iovlen);
	} else if (message->msg_iovlen > 1) {
		/* EIO: this device's driver cannot checksum what it cuts; EINVAL: no such option. Both
		 * are lasting. Others (a smaller MTU) concern this peer. */
		udp->segmentation = errno != EIO && errno != EINVAL && errno != ENOPROTOOPT;
		send_singly(udp, message);
	} else {
		fw_count(udp->counters, FW_DROP_SEND_ERROR);
	}
}

void fw_udp_flush(struct fw_udp *udp)
{
	unsigned done = 0;

	if (udp->run_count == 0) {
		return;
	}
	fill_messages(udp);
	while (done < udp->run_count) {
		int sent = sendmmsg(udp->fd, udp->out + done, udp->run_count - done, MSG_DONTWAIT);

		fw_count(udp->counters, FW_COUNT_SEND_CALLS);
		if (sent <= 0) {
			give_up(udp, &udp->out[done].msg_hdr);
			done++;
			continue;
		}
		for (int i = 0; i < sent; i++) {
			fw_count_add(udp->counters, FW_COUNT_DATAGRAMS_OUT,
				udp->runs[done + (unsigned)i].count);
		}
		done += (unsigned)sent;
	}
	udp->flushes++;
	udp->packet_count = 0;
	udp->run_count = 0;
	udp->copies_used = 0;
}
