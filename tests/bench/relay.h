/* SPDX-License-Identifier: Apache-2.0 */
/* The least a server can do: recvmmsg, look up who it is for, sendmmsg. Printed beside the media worker, so that one sees what of its
 * time is the kernel's and what the machine can do at that moment.
 *
 * Owner: the bench.  Threads: its own.  Errors: abort.
 */
#ifndef FW_TESTS_BENCH_RELAY_H
#define FW_TESTS_BENCH_RELAY_H

#include <stdint.h>

struct relay;

/* segments: packets to one peer in one message (UDP_SEGMENT). Senders are paired in the order of their first packets. */
struct relay *relay_new(int segments, uint16_t *ret_port);
uint64_t relay_packets(const struct relay *relay); /* received so far */
void relay_free(struct relay *relay);

#endif
