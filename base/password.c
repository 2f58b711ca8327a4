/* SPDX-License-Identifier: Apache-2.0 */
#include "base/password.h"

#include <errno.h>
#include <string.h>

#include <sodium.h>

#include "base/limits.h"

_Static_assert(FW_PASSWORD_HASH_SIZE >= crypto_pwhash_STRBYTES, "a stored hash fits");

static int prepare(const char *password)
{
	if (strlen(password) > FW_PASSWORD_MAX_BYTES) {
		return -EOVERFLOW;
	}
	return sodium_init() < 0 ? -EIO : 0; /* cheap when it has run before; thread-safe */
}

static int hash_at(const char *password, unsigned long long operations, size_t memory,
	char ret_hash[FW_PASSWORD_HASH_SIZE])
{
	char hash[crypto_pwhash_STRBYTES];
	int result = prepare(password);

	if (result < 0) {
		return result;
	}
	if (crypto_pwhash_str_alg(hash, password, strlen(password), operations, memory,
		    crypto_pwhash_ALG_ARGON2ID13) != 0) {
		return -ENOMEM;
	}
	memcpy(ret_hash, hash, sizeof(hash));
	return 0;
}

int fw_password_hash(const char *password, char ret_hash[FW_PASSWORD_HASH_SIZE])
{
	return hash_at(password, crypto_pwhash_OPSLIMIT_INTERACTIVE,
		crypto_pwhash_MEMLIMIT_INTERACTIVE, ret_hash);
}

int fw_password_hash_published(const char *password, char ret_hash[FW_PASSWORD_HASH_SIZE])
{
	return hash_at(password, crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN, ret_hash);
}

int fw_password_verify(const char *hash, const char *password)
{
	int result = prepare(password);

	if (result < 0) {
		return result;
	}
	/* Answers -1 with EINVAL for what is not one of its texts. */
	if (crypto_pwhash_str_needs_rehash(hash, crypto_pwhash_OPSLIMIT_INTERACTIVE,
		    crypto_pwhash_MEMLIMIT_INTERACTIVE) < 0) {
		return -EBADMSG;
	}
	errno = 0;
	if (crypto_pwhash_str_verify(hash, password, strlen(password)) != 0) {
		return errno == ENOMEM ? -ENOMEM : -EACCES;
	}
	return 0;
}
