/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/peer/sent.h"
#include <errno.h>
#include <string.h>

#define PACKETS       512 /* a power of two: a packet's place is its number modulo this */
#define BYTES         (512 * 1024)
#define KEEP_US       500000
#define REPEAT_MIN_US 10000 /* asked for again sooner: the first repeat is still under way */

struct entry {
	guint64 position; /* in the stream of all bytes ever kept; modulo BYTES the place in data */
	gint64 sent_us;
	gint64 repeated_us; /* G_MININT64: never */
	gsize bytes; /* 0: free */
	guint16 sequence;
};

struct test_sent {
	guint64 written; /* end of the stream; what lies more than BYTES before it is overwritten */
	struct entry entries[PACKETS];
	guint8 data[BYTES];
};

struct test_sent *test_sent_new(void)
{
	/* Zeroed by the kernel: pages are touched only as they fill. */
	return g_new0(struct test_sent, 1);
}

void test_sent_free(struct test_sent *sent)
{
	g_free(sent);
}

void test_sent_keep(
	struct test_sent *sent, guint16 sequence, const guint8 *packet, gsize bytes, gint64 now_us)
{
	gsize to_end = BYTES - sent->written % BYTES;

	g_assert(bytes > 0 && bytes <= 2048);
	if (to_end < bytes) {
		sent->written += to_end;
	}
	memcpy(sent->data + sent->written % BYTES, packet, bytes);
	sent->entries[sequence % PACKETS] = (struct entry){
		.position = sent->written,
		.sent_us = now_us,
		.repeated_us = G_MININT64,
		.bytes = bytes,
		.sequence = sequence,
	};
	sent->written += bytes;
}

int test_sent_repeat(struct test_sent *sent, guint16 sequence, gint64 now_us,
	const guint8 **ret_packet, gsize *ret_bytes)
{
	struct entry *entry = &sent->entries[sequence % PACKETS];

	if (entry->bytes == 0 || entry->sequence != sequence ||
		sent->written - entry->position > BYTES || now_us - entry->sent_us > KEEP_US) {
		return -ENOENT;
	}
	if (entry->repeated_us != G_MININT64 && now_us - entry->repeated_us < REPEAT_MIN_US) {
		return -ENOENT;
	}
	entry->repeated_us = now_us;
	*ret_packet = sent->data + entry->position % BYTES;
	*ret_bytes = entry->bytes;
	return 0;
}
