/* SPDX-License-Identifier: Apache-2.0 */
/* What a test peer sent of one track, before protection, so that it can answer a NACK (RFC 4585 6.2.1) for 500 ms.
 *
 * Owner: the creator.  Threads: the peer's.  Errors: -ENOENT not there (any more), or repeated a moment ago.
 */
#ifndef FW_TESTS_PEER_SENT_H
#define FW_TESTS_PEER_SENT_H

#include <glib.h>

struct test_sent;

struct test_sent *test_sent_new(void);
void test_sent_free(struct test_sent *sent);
/* bytes: up to 2048 */
void test_sent_keep(
	struct test_sent *sent, guint16 sequence, const guint8 *packet, gsize bytes, gint64 now_us);
/* Borrowed until the next one is kept. */
int test_sent_repeat(struct test_sent *sent, guint16 sequence, gint64 now_us,
	const guint8 **ret_packet, gsize *ret_bytes);

#endif
