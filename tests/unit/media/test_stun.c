/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <stun/usages/ice.h>

#include "media/stun.h"

static const uint16_t known[] = {STUN_ATTRIBUTE_USERNAME, STUN_ATTRIBUTE_MESSAGE_INTEGRITY,
	STUN_ATTRIBUTE_PRIORITY, STUN_ATTRIBUTE_USE_CANDIDATE, STUN_ATTRIBUTE_ERROR_CODE,
	STUN_ATTRIBUTE_XOR_MAPPED_ADDRESS, STUN_ATTRIBUTE_FINGERPRINT,
	STUN_ATTRIBUTE_ICE_CONTROLLED, STUN_ATTRIBUTE_ICE_CONTROLLING, 0};

struct peer {
	struct fw_stun *stun;
	StunAgent client;
	uint8_t request[512];
	size_t request_bytes;
	uint8_t reply[FW_STUN_REPLY_MAX];
	size_t reply_bytes;
	struct fw_stun_check check;
	struct sockaddr_storage from;
};

static const char *lookup(void *user, const char *ufrag, size_t bytes, void **ret_peer)
{
	if (bytes != 4 || memcmp(ufrag, "here", 4) != 0) {
		return NULL;
	}
	*ret_peer = user;
	return "a-password-of-22-chars";
}

static int setup(void **state)
{
	struct peer *peer = g_new0(struct peer, 1);
	struct sockaddr_in *in = (struct sockaddr_in *)&peer->from;

	fw_stun_create(&peer->stun);
	in->sin_family = AF_INET;
	in->sin_port = htons(4321);
	in->sin_addr.s_addr = htonl(0x7f000001);
	stun_agent_init(&peer->client, known, STUN_COMPATIBILITY_RFC5389,
		STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS | STUN_AGENT_USAGE_USE_FINGERPRINT);
	*state = peer;
	return 0;
}

static int teardown(void **state)
{
	struct peer *peer = *state;

	fw_stun_destroy(peer->stun);
	g_free(peer);
	return 0;
}

static void make_check(
	struct peer *peer, const char *user, const char *password, bool nominate, bool controlling)
{
	StunMessage message;

	peer->request_bytes = stun_usage_ice_conncheck_create(&peer->client, &message,
		peer->request, sizeof(peer->request), (const uint8_t *)user, strlen(user),
		(const uint8_t *)password, strlen(password), nominate, controlling, 12345, 99, NULL,
		STUN_USAGE_ICE_COMPATIBILITY_RFC5245);
	assert_true(peer->request_bytes > 20);
}

static int answer(struct peer *peer)
{
	return fw_stun_answer(peer->stun, peer->request, peer->request_bytes, &peer->from, lookup,
		peer, peer->reply, &peer->reply_bytes, &peer->check);
}

static void answers_a_check(void **state)
{
	struct peer *peer = *state;
	struct sockaddr_storage mapped;
	socklen_t mapped_bytes = sizeof(mapped);
	StunMessage message;

	make_check(peer, "here:there", "a-password-of-22-chars", true, true);
	assert_int_equal(answer(peer), 0);
	assert_ptr_equal(peer->check.peer, peer);
	assert_true(peer->check.use_candidate);
	assert_int_equal(peer->check.priority, 12345);
	assert_true(peer->reply_bytes > 0);
	assert_int_equal(stun_agent_validate(&peer->client, &message, peer->reply,
				 peer->reply_bytes, NULL, NULL),
		STUN_VALIDATION_SUCCESS);
	assert_int_equal(stun_usage_ice_conncheck_process(&message, &mapped, &mapped_bytes,
				 STUN_USAGE_ICE_COMPATIBILITY_RFC5245),
		STUN_USAGE_ICE_RETURN_SUCCESS);
	assert_int_equal(((struct sockaddr_in *)&mapped)->sin_port, htons(4321));

	make_check(peer, "here:there", "a-password-of-22-chars", false, true);
	assert_int_equal(answer(peer), 0);
	assert_false(peer->check.use_candidate);
}

static void says_nothing_to_strangers(void **state)
{
	struct peer *peer = *state;

	make_check(peer, "here:there", "another-password-22-ch", true, true);
	assert_int_equal(answer(peer), -EACCES);
	assert_int_equal(peer->reply_bytes, 0);
	make_check(peer, "nobody:there", "a-password-of-22-chars", true, true);
	assert_int_equal(answer(peer), -ENOENT);
	assert_int_equal(peer->reply_bytes, 0);
	make_check(peer, "here", "a-password-of-22-chars", true, true);
	assert_int_equal(answer(peer), -ENOENT);
	assert_int_equal(peer->reply_bytes, 0);
	/* MESSAGE-INTEGRITY left out: header, then USERNAME only */
	make_check(peer, "here:there", "a-password-of-22-chars", true, true);
	peer->request_bytes = 20;
	memset(peer->request + 2, 0, 2);
	assert_true(answer(peer) < 0);
	assert_int_equal(peer->reply_bytes, 0);
}

static void every_cut_and_every_flip_is_refused(void **state)
{
	struct peer *peer = *state;
	size_t whole;

	make_check(peer, "here:there", "a-password-of-22-chars", true, true);
	whole = peer->request_bytes;
	for (peer->request_bytes = 0; peer->request_bytes < whole; peer->request_bytes++) {
		assert_true(answer(peer) < 0);
		assert_int_equal(peer->reply_bytes, 0);
	}
	peer->request_bytes = whole;
	for (size_t i = 0; i < whole; i++) {
		peer->request[i] ^= 0x04;
		assert_true(answer(peer) < 0);
		peer->request[i] ^= 0x04;
	}
	assert_int_equal(answer(peer), 0);
}

static void a_controlled_peer_is_told(void **state)
{
	struct peer *peer = *state;
	StunMessage message;

	make_check(peer, "here:there", "a-password-of-22-chars", false, false);
	assert_int_equal(answer(peer), -EISCONN);
	assert_true(peer->reply_bytes > 0);
	assert_int_equal(stun_agent_validate(&peer->client, &message, peer->reply,
				 peer->reply_bytes, NULL, NULL),
		STUN_VALIDATION_SUCCESS);
	assert_int_equal(stun_message_get_class(&message), STUN_ERROR);
}

static void a_response_is_not_answered(void **state)
{
	struct peer *peer = *state;

	make_check(peer, "here:there", "a-password-of-22-chars", true, true);
	assert_int_equal(answer(peer), 0);
	memcpy(peer->request, peer->reply, peer->reply_bytes);
	peer->request_bytes = peer->reply_bytes;
	assert_true(answer(peer) < 0);
	assert_int_equal(peer->reply_bytes, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(answers_a_check, setup, teardown),
		cmocka_unit_test_setup_teardown(says_nothing_to_strangers, setup, teardown),
		cmocka_unit_test_setup_teardown(every_cut_and_every_flip_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(a_controlled_peer_is_told, setup, teardown),
		cmocka_unit_test_setup_teardown(a_response_is_not_answered, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
