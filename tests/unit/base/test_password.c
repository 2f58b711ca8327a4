/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <string.h>

#include "base/limits.h"
#include "base/password.h"

static void verifies_what_was_hashed(void **state)
{
	char hash[FW_PASSWORD_HASH_SIZE], again[FW_PASSWORD_HASH_SIZE];

	(void)state;
	assert_int_equal(fw_password_hash("演示-password", hash), 0);
	assert_int_equal(strncmp(hash, "$argon2id$", 10), 0);
	assert_int_equal(fw_password_verify(hash, "演示-password"), 0);
	assert_int_equal(fw_password_verify(hash, "演示-Password"), -EACCES);
	assert_int_equal(fw_password_verify(hash, ""), -EACCES);
	assert_int_equal(fw_password_hash("演示-password", again), 0);
	assert_string_not_equal(hash, again);
}

static void verifies_a_published_password(void **state)
{
	char hash[FW_PASSWORD_HASH_SIZE];

	(void)state;
	assert_int_equal(fw_password_hash_published("demo-load", hash), 0);
	assert_int_equal(fw_password_verify(hash, "demo-load"), 0);
	assert_int_equal(fw_password_verify(hash, "demo-loaf"), -EACCES);
}

static void refuses_what_is_not_a_hash(void **state)
{
	(void)state;
	assert_int_equal(fw_password_verify("", "x"), -EBADMSG);
	assert_int_equal(fw_password_verify("plain", "x"), -EBADMSG);
	assert_int_equal(fw_password_verify("$argon2id$v=19$m=1", "x"), -EBADMSG);
}

static void refuses_endless_passwords(void **state)
{
	g_autofree char *password = g_strnfill(FW_PASSWORD_MAX_BYTES + 1, 'x');
	char hash[FW_PASSWORD_HASH_SIZE] = "untouched";

	(void)state;
	assert_int_equal(fw_password_hash(password, hash), -EOVERFLOW);
	assert_string_equal(hash, "untouched");
	assert_int_equal(fw_password_verify(hash, password), -EOVERFLOW);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verifies_what_was_hashed),
		cmocka_unit_test(verifies_a_published_password),
		cmocka_unit_test(refuses_what_is_not_a_hash),
		cmocka_unit_test(refuses_endless_passwords),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
