/* SPDX-License-Identifier: Apache-2.0 */
/* Calls of more than two, as their peers see them: each gets what every other sends, one is held, one joins late. */
#include "tests/unit/testing.h"

#include <gst/gst.h>

#include "tests/integration/studio.h"

#define CALL   78
#define SECOND 1000000
#define FACE   (1u << FW_TRACK_FACE)
#define BOTH   (FACE | 1u << FW_TRACK_DOCUMENT)
#define MOST   5

struct party {
	struct studio *studio;
	unsigned count;
	struct test_peer *peers[MOST];
};

static const struct test_peer_track_counts *down(
	const struct party *party, unsigned peer, unsigned source, enum fw_track track)
{
	unsigned slot = source < peer ? source : source - 1;

	return &test_peer_counts(party->peers[peer])->down[slot][track];
}

/* Slots in the order of the participants, oneself left out. */
static void show_all(struct party *party)
{
	for (unsigned peer = 0; peer < party->count; peer++) {
		for (unsigned source = 0; source < party->count; source++) {
			if (source != peer) {
				studio_show(party->studio, CALL, peer + 1,
					source < peer ? source : source - 1, source + 1);
			}
		}
	}
}

static void join(struct party *party)
{
	struct test_peer_options options = {.seed = 50 + party->count};
	uint64_t handle = party->count + 1;

	party->peers[party->count++] = studio_join(party->studio, CALL, handle, &options);
	studio_settle(party->peers, party->count);
	for (unsigned peer = 0; peer < party->count && party->count > 3; peer++) {
		studio_grow(party->studio, CALL, peer + 1, party->count - 1, party->peers[peer]);
	}
	studio_record(party->studio, CALL, handle, true);
	studio_gate(party->studio, CALL, handle, true);
	show_all(party);
}

static struct party make_party(unsigned count)
{
	struct party party = {.studio = studio_new(1)};

	while (party.count < count) {
		join(&party);
	}
	return party;
}

static void end_party(struct party *party)
{
	for (unsigned i = 0; i < party->count; i++) {
		assert_int_equal(test_peer_counts(party->peers[i])->unknown_ssrc, 0);
		assert_int_equal(test_peer_counts(party->peers[i])->bad_packets, 0);
		test_peer_free(party->peers[i]);
	}
	studio_free(party->studio);
}

/* Everybody gets all that everybody else sends. */
static void assert_flows(struct party *party)
{
	uint64_t before[MOST][MOST], sent[MOST];

	for (unsigned i = 0; i < party->count; i++) {
		sent[i] = test_peer_counts(party->peers[i])->sent[FW_TRACK_DOCUMENT];
		for (unsigned k = 0; k < party->count; k++) {
			before[i][k] = i == k ? 0 : down(party, i, k, FW_TRACK_DOCUMENT)->packets;
		}
	}
	studio_run(party->peers, party->count, BOTH, SECOND / 2);
	test_peers_run(party->peers, party->count, 100000, NULL, NULL);
	for (unsigned i = 0; i < party->count; i++) {
		for (unsigned k = 0; k < party->count; k++) {
			if (i != k) {
				assert_int_equal(down(party, i, k, FW_TRACK_DOCUMENT)->packets -
						before[i][k],
					test_peer_counts(party->peers[k])->sent[FW_TRACK_DOCUMENT] -
						sent[k]);
				assert_int_equal(down(party, i, k, FW_TRACK_DOCUMENT)->lost, 0);
				assert_int_equal(down(party, i, k, FW_TRACK_AUDIO)->lost, 0);
			}
		}
	}
}

static void three_see_each_other_and_two_more_join(void **state)
{
	struct party party = make_party(3);
	uint64_t plis;

	(void)state;
	test_peers_run(party.peers, party.count, 50000, NULL, NULL);
	assert_flows(&party);
	plis = test_peer_counts(party.peers[0])->plis_received;
	join(&party);
	test_peers_run(party.peers, party.count, 50000, NULL, NULL);
	assert_flows(&party);
	/* Who joins gets whole pictures at once. */
	assert_true(test_peer_counts(party.peers[0])->plis_received > plis);
	join(&party);
	test_peers_run(party.peers, party.count, 50000, NULL, NULL);
	assert_flows(&party);
	for (unsigned i = 1; i <= party.count; i++) {
		assert_true(studio_kept(party.studio).packets[i][FW_TRACK_FACE] > 0);
	}
	end_party(&party);
}

static void who_is_held_gets_and_gives_nothing(void **state)
{
	struct party party = make_party(3);
	struct studio_kept kept, later;
	uint64_t to_held, from_held, others;

	(void)state;
	test_peers_run(party.peers, party.count, 50000, NULL, NULL);
	assert_flows(&party);
	studio_hold(party.studio, CALL, 2, true);
	test_peers_run(party.peers, party.count, 50000, NULL, NULL);
	kept = studio_kept(party.studio);
	to_held = down(&party, 1, 0, FW_TRACK_FACE)->packets;
	from_held = down(&party, 0, 1, FW_TRACK_FACE)->packets;
	others = down(&party, 0, 2, FW_TRACK_FACE)->packets;
	studio_run(party.peers, party.count, BOTH, SECOND);
	later = studio_kept(party.studio);
	for (unsigned t = 0; t < FW_TRACK_COUNT; t++) {
		assert_int_equal(later.packets[2][t], kept.packets[2][t]);
		assert_true(later.packets[1][t] > kept.packets[1][t]);
	}
	assert_int_equal(down(&party, 1, 0, FW_TRACK_FACE)->packets, to_held);
	assert_int_equal(down(&party, 0, 1, FW_TRACK_FACE)->packets, from_held);
	assert_true(down(&party, 0, 2, FW_TRACK_FACE)->packets > others + 50);
	/* It stays connected, and its silence would be told. */
	test_peer_set_silent(party.peers[1], true);
	studio_run(party.peers, party.count, FACE, 3300000);
	assert_int_equal(studio_count(party.studio, FW_MEDIA_PEER_SILENT, 2), 1);
	test_peer_set_silent(party.peers[1], false);
	studio_run(party.peers, party.count, FACE, SECOND / 2);
	studio_hold(party.studio, CALL, 2, false);
	test_peers_run(party.peers, party.count, 50000, NULL, NULL);
	assert_flows(&party); /* one stream each, without a hole */
	end_party(&party);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_see_each_other_and_two_more_join),
		cmocka_unit_test(who_is_held_gets_and_gives_nothing),
	};

	gst_init(&argc, &argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
