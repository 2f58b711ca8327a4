/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "signaling/data_folder.h"
#include "signaling/identity.h"

#define NOW_US INT64_C(1790000000000000)
#define DAY_US (INT64_C(86400) * FW_US_PER_S)

static void is_locked_once(void **state)
{
	fw_cleanup(fw_data_folder_close) struct fw_data_folder *first = NULL;
	struct fw_data_folder *second = NULL;
	g_autofree char *problem = NULL;
	char *folder = testing_make_folder();

	(void)state;
	assert_int_equal(fw_data_folder_open(folder, &first, &problem), 0);
	assert_int_equal(fw_data_folder_open(folder, &second, &problem), -EBUSY);
	assert_non_null(strstr(problem, "another server"));
	assert_null(second);
	g_clear_pointer(&first, fw_data_folder_close);
	assert_int_equal(fw_data_folder_open(folder, &first, &problem), 0);
	testing_remove_folder(folder);
}

static struct fw_identity *load(
	const struct fw_config_server *config, const struct fw_data_folder *folder, int64_t now_us)
{
	struct fw_identity *identity = NULL;
	g_autofree char *problem = NULL;

	assert_int_equal(fw_identity_load(config, folder, now_us, &identity, &problem), 0);
	return identity;
}

static void renews_its_own_certificate(void **state)
{
	fw_cleanup(fw_data_folder_close) struct fw_data_folder *folder = NULL;
	char *names[] = {(char *)"video.example.cn", NULL};
	char *no_names[] = {NULL};
	struct fw_config_server config = {.public_addresses = {no_names, 0}};
	char *path = testing_make_folder();
	g_autofree char *problem = NULL;
	struct fw_identity *identity;
	g_autofree char *first = NULL;

	(void)state;
	assert_int_equal(fw_data_folder_open(path, &folder, &problem), 0);
	identity = load(&config, folder, NOW_US);
	assert_true(identity->self_signed);
	first = g_strdup(identity->fingerprint);
	fw_identity_free(identity);

	identity = load(&config, folder, NOW_US + DAY_US);
	assert_string_equal(identity->fingerprint, first); /* as long as it is good */
	fw_identity_free(identity);

	identity = load(&config, folder, NOW_US + (FW_IDENTITY_DAYS - 10) * DAY_US);
	assert_string_not_equal(identity->fingerprint, first); /* its end is near */
	g_free(first);
	first = g_strdup(identity->fingerprint);
	fw_identity_free(identity);

	config.public_addresses.values = names;
	config.public_addresses.count = 1;
	identity = load(&config, folder, NOW_US + (FW_IDENTITY_DAYS - 10) * DAY_US);
	assert_string_not_equal(identity->fingerprint, first); /* a name is missing in it */
	fw_identity_free(identity);
	testing_remove_folder(path);
}

static void says_what_is_wrong_with_a_configured_one(void **state)
{
	fw_cleanup(fw_data_folder_close) struct fw_data_folder *folder = NULL;
	char *no_names[] = {NULL};
	struct fw_config_server config = {.public_addresses = {no_names, 0}};
	char *path = testing_make_folder();
	struct fw_identity *identity = NULL;
	g_autofree char *problem = NULL;

	(void)state;
	assert_int_equal(fw_data_folder_open(path, &folder, &problem), 0);
	config.certificate_file = (char *)"/nonexistent/chain.pem";
	assert_int_equal(fw_identity_load(&config, folder, NOW_US, &identity, &problem), -EINVAL);
	assert_non_null(strstr(problem, "private_key_file"));
	g_clear_pointer(&problem, g_free);
	config.private_key_file = (char *)"/nonexistent/key.pem";
	assert_int_equal(fw_identity_load(&config, folder, NOW_US, &identity, &problem), -ENOENT);
	assert_non_null(strstr(problem, "/nonexistent/chain.pem"));
	testing_remove_folder(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_locked_once),
		cmocka_unit_test(renews_its_own_certificate),
		cmocka_unit_test(says_what_is_wrong_with_a_configured_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
