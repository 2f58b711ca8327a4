/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <poll.h>

#include "base/mailbox.h"
#include "base/password.h"
#include "signaling/password_pool.h"

struct answer {
	uint64_t request;
	bool matches;
	bool hashed;
};

static void checked(void *user, uint64_t request, bool matches, char *hash)
{
	struct answer answer = {request, matches, hash != NULL};

	if (hash) {
		assert_int_equal(fw_password_verify(hash, "next"), 0);
		g_free(hash);
	}

	assert_int_equal(fw_mailbox_post(user, 0, &answer, sizeof(answer)), 0);
}

static void answers_every_check(void **state)
{
	/* In this order: the pool's threads post until the pool has ended. */
	fw_cleanup(fw_mailbox_destroy) struct fw_mailbox *answers = NULL;
	fw_cleanup(fw_password_pool_destroy) struct fw_password_pool *pool = NULL;
	char hash[FW_PASSWORD_HASH_SIZE];
	unsigned seen = 0;

	(void)state;
	assert_int_equal(fw_password_hash("right", hash), 0);
	assert_int_equal(fw_mailbox_create(NULL, &answers), 0);
	assert_int_equal(fw_password_pool_create(checked, answers, &pool), 0);
	for (uint64_t request = 1; request <= 6; request++) {
		assert_int_equal(fw_password_pool_check(pool, request,
					 g_strdup(request == 6 ? "no hash" : hash),
					 g_strdup(request % 2 ? "right" : "wrong"),
					 request <= 2 ? g_strdup("next") : NULL),
			0);
	}
	while (seen < 6) {
		struct pollfd ready = {.fd = fw_mailbox_fd(answers), .events = POLLIN};
		struct fw_message mail;

		assert_int_equal(poll(&ready, 1, 20000), 1);
		(void)fw_mailbox_take(answers);
		while (fw_mailbox_next(answers, &mail)) {
			const struct answer *answer = mail.body;

			assert_int_equal(answer->matches, answer->request % 2 == 1);
			assert_int_equal(answer->hashed, answer->request == 1);
			seen++;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_every_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
