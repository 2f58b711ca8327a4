/* SPDX-License-Identifier: Apache-2.0 */
/* A UDP socket that reads and writes in batches: recvmmsg, and sendmmsg in which packets of one size to one peer travel as one
 * message that the kernel cuts up (UDP_SEGMENT, linux/udp.h).
 *
 * Owner: the creator.  Threads: one.
 * Errors: negative errno of the socket calls in open; later failures are counted (FW_DROP_SEND_FULL, FW_DROP_SEND_ERROR).
 */
#ifndef FW_MEDIA_UDP_H
#define FW_MEDIA_UDP_H

#include "base/cleanup.h"
#include "media/counters.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define FW_UDP_BATCH 64 /* packets per system call: beyond it nothing more was gained */
/* No path carries larger ones unfragmented; browsers stay under 1250. */
#define FW_UDP_PACKET_MAX   1600
#define FW_UDP_BUFFER_BYTES (8 << 20) /* of the socket: the default loses a burst of key frames */

struct fw_udp;

/* Packets read. bytes > FW_UDP_PACKET_MAX marks one that was too long and is cut. */
struct fw_udp_packet {
	uint8_t *packet;
	size_t bytes;
	const struct sockaddr_storage *from;
};

/* Where packets go, and which run of the send queue they may join. Zeroed by the owner, then set by fw_udp_target_set(). */
struct fw_udp_target {
	struct sockaddr_storage to;
	socklen_t to_bytes;
	uint64_t flush;
	uint32_t run;
};

/* local: address and port (0: any). Its port is at fw_udp_port() then. */
int fw_udp_open(const struct sockaddr_storage *local, struct fw_media_counters *counters,
	struct fw_udp **ret_udp);
void fw_udp_close(struct fw_udp *udp);
FW_DEFINE_CLEANUP(struct fw_udp, fw_udp_close)
int fw_udp_fd(const struct fw_udp *udp);
uint16_t fw_udp_port(const struct fw_udp *udp);
sa_family_t fw_udp_family(const struct fw_udp *udp);

/* Reads what is there, at most FW_UDP_BATCH packets, borrowed until the next call; each has FW_UDP_PACKET_MAX bytes of room. */
size_t fw_udp_receive(struct fw_udp *udp, struct fw_udp_packet ret_packets[FW_UDP_BATCH]);

/* Queues a packet that stays where it is until the flush. Packets to one target keep their order. */
void fw_udp_send(
	struct fw_udp *udp, struct fw_udp_target *target, const uint8_t *packet, size_t bytes);
/* Queues a copy, for the few packets that are not kept. bytes <= FW_UDP_PACKET_MAX. */
void fw_udp_send_copy(
	struct fw_udp *udp, struct fw_udp_target *target, const uint8_t *packet, size_t bytes);
void fw_udp_flush(struct fw_udp *udp);

#endif
