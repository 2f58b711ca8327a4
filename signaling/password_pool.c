/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/password_pool.h"

#include <errno.h>
#include <glib.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>

#include "base/crypto.h"
#include "base/mailbox.h"
#include "base/password.h"

#define FW_LOG_TOPIC "password"
#include "base/log.h"

enum mail {
	MAIL_CHECK,
	MAIL_STOP,
};

struct check {
	uint64_t request;
	char *hash;
	char *password;
	char *next; /* may be NULL */
};

struct checker {
	struct fw_password_pool *pool;
	struct fw_mailbox *mailbox;
	pthread_t thread;
	bool started;
};

struct fw_password_pool {
	struct checker checkers[FW_PASSWORD_THREADS];
	fw_password_checked *checked;
	void *user;
};

static void check_clear(struct check *check)
{
	char **secrets[] = {&check->password, &check->next};

	for (size_t i = 0; i < G_N_ELEMENTS(secrets); i++) {
		if (*secrets[i]) {
			fw_wipe(*secrets[i], strlen(*secrets[i]));
		}
		g_clear_pointer(secrets[i], g_free);
	}
	g_clear_pointer(&check->hash, g_free);
}

static void run_check(struct checker *checker, struct check *check)
{
	int r = fw_password_verify(check->hash, check->password);
	char hash[FW_PASSWORD_HASH_SIZE];
	bool hashed = false;

	if (r == 0 && check->next) {
		r = fw_password_hash(check->next, hash);
		hashed = r == 0;
	}
	if (r < 0 && r != -EACCES) {
		fw_error("password not checked error=%s", g_strerror(-r));
	}
	check_clear(check);
	checker->pool->checked(
		checker->pool->user, check->request, r == 0, hashed ? g_strdup(hash) : NULL);
}

static void *run(void *user)
{
	struct checker *checker = user;
	bool stopping = false;

	(void)pthread_setname_np(pthread_self(), "password");
	while (!stopping) {
		struct pollfd ready = {.fd = fw_mailbox_fd(checker->mailbox), .events = POLLIN};
		struct fw_message mail;

		(void)poll(&ready, 1, -1);
		(void)fw_mailbox_take(checker->mailbox);
		while (fw_mailbox_next(checker->mailbox, &mail)) {
			struct check check;

			if (mail.type == MAIL_STOP) {
				stopping = true;
				continue;
			}
			memcpy(&check, mail.body, sizeof(check));
			if (stopping) {
				check_clear(&check);
			} else {
				run_check(checker, &check);
			}
		}
	}
	return NULL;
}

int fw_password_pool_create(
	fw_password_checked *checked, void *user, struct fw_password_pool **ret_pool)
{
	fw_cleanup(fw_password_pool_destroy) struct fw_password_pool *pool =
		g_new0(struct fw_password_pool, 1);
	struct fw_mailbox_options options = {.max_messages = FW_PASSWORD_WAITING_MAX};

	pool->checked = checked;
	pool->user = user;
	for (unsigned i = 0; i < FW_PASSWORD_THREADS; i++) {
		struct checker *checker = &pool->checkers[i];
		int r;

		checker->pool = pool;
		r = fw_mailbox_create(&options, &checker->mailbox);
		if (r < 0) {
			return r;
		}
		r = -pthread_create(&checker->thread, NULL, run, checker);
		if (r < 0) {
			return r;
		}
		checker->started = true;
	}
	*ret_pool = g_steal_pointer(&pool);
	return 0;
}

void fw_password_pool_destroy(struct fw_password_pool *pool)
{
	if (!pool) {
		return;
	}
	for (unsigned i = 0; i < FW_PASSWORD_THREADS; i++) {
		struct checker *checker = &pool->checkers[i];

		if (checker->started) {
			/* A full mailbox empties by itself: try until there is room. */
			while (fw_mailbox_post(checker->mailbox, MAIL_STOP, NULL, 0) == -EOVERFLOW) {
				g_usleep(10000);
			}
			(void)pthread_join(checker->thread, NULL);
		}
		g_clear_pointer(&checker->mailbox, fw_mailbox_destroy);
	}
	g_free(pool);
}

int fw_password_pool_check(
	struct fw_password_pool *pool, uint64_t request, char *hash, char *password, char *next)
{
	struct check check = {request, hash, password, next};
	struct checker *checker = &pool->checkers[request % FW_PASSWORD_THREADS];
	int r = fw_mailbox_post(checker->mailbox, MAIL_CHECK, &check, sizeof(check));

	if (r < 0) {
		check_clear(&check);
	}
	return r;
}
