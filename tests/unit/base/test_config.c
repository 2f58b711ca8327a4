/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <string.h>

#include "base/config.h"
#include "base/log.h"

static const struct fw_config *parse(const char *text)
{
	const struct fw_config *config = NULL;
	g_autofree char *error = NULL;

	assert_int_equal(
		fw_config_parse("f.conf", "/etc/farwindow", text, strlen(text), &config, &error), 0);
	assert_non_null(config);
	assert_null(error);
	return config;
}

static void assert_refused(const char *text, const char *expected)
{
	const struct fw_config *config = NULL;
	g_autofree char *error = NULL;

	assert_int_equal(
		fw_config_parse("f.conf", "/etc", text, strlen(text), &config, &error), -EBADMSG);
	assert_null(config);
	assert_string_equal(error, expected);
}

static void an_empty_file_gives_defaults(void **state)
{
	fw_cleanup(fw_config_free) const struct fw_config *config = parse("");

	(void)state;
	assert_string_equal(config->server.listen, "127.0.0.1");
	assert_int_equal(config->server.port, 8443);
	assert_int_equal(config->server.public_addresses.count, 0);
	assert_non_null(config->server.public_addresses.values);
	assert_null(config->server.public_addresses.values[0]);
	assert_string_equal(config->server.data_dir, "/etc/farwindow/data");
	assert_null(config->server.certificate_file);
	assert_int_equal(config->server.log_level, FW_LOG_INFO);
	assert_int_equal(config->media.workers, 0);
	assert_int_equal(config->media.udp_base_port, 20000);
	assert_int_equal(config->calls.ring_time_s, 30);
	assert_int_equal(config->calls.rejoin_s, 60);
	assert_false(config->demo.enabled);
}

static void values_are_read(void **state)
{
	fw_cleanup(fw_config_free) const struct fw_config *config =
		parse("# 远窗\n"
		      "[server]\r\n"
		      "listen=::1\n"
		      "  port =  443 \n"
		      "public_addresses = 192.0.2.1 , video.example.cn\n"
		      "data_dir = ../var\n"
		      "web_dir = /srv/web\n"
		      "certificate_file = c.pem\n"
		      "private_key_file = k.pem\n"
		      "log_level = debug\n"
		      "; another comment\n"
		      "\n"
		      "[media]\n"
		      "addresses = 192.0.2.1,2001:db8::1\n"
		      "[demo]\n"
		      "enabled = true\n"
		      "load_pairs = 2000\n"
		      "[calls]\n"
		      "ring_time_s = 600");

	(void)state;
	assert_string_equal(config->server.listen, "::1");
	assert_int_equal(config->server.port, 443);
	assert_int_equal(config->server.public_addresses.count, 2);
	assert_string_equal(config->server.public_addresses.values[0], "192.0.2.1");
	assert_string_equal(config->server.public_addresses.values[1], "video.example.cn");
	assert_string_equal(config->server.data_dir, "/etc/var");
	assert_string_equal(config->server.web_dir, "/srv/web");
	assert_string_equal(config->server.certificate_file, "/etc/farwindow/c.pem");
	assert_int_equal(config->server.log_level, FW_LOG_DEBUG);
	assert_int_equal(config->media.addresses.count, 2);
	assert_true(config->demo.enabled);
	assert_int_equal(config->demo.load_pairs, 2000);
	assert_int_equal(config->calls.ring_time_s, 600);
}

static void faults_name_file_and_line(void **state)
{
	(void)state;
	assert_refused("\n[sever]\n", "f.conf:2: unknown section [sever]");
	assert_refused("[server\n", "f.conf:1: a section is written [name]");
	assert_refused("port = 1\n", "f.conf:1: port stands before any [section]");
	assert_refused("[server]\nprot = 1\n", "f.conf:2: unknown key prot in [server]");
	assert_refused("[media]\nport = 1\n", "f.conf:2: unknown key port in [media]");
	assert_refused(
		"[server]\nport\n", "f.conf:2: neither `key = value` nor [section]: \"port\"");
	assert_refused("[server]\nport =\n", "f.conf:2: port has no value");
	assert_refused("[server]\nport = 1\n[server]\nport = 2\n",
		"f.conf:4: port was given on line 2 already");
	assert_refused("[server]\nport = 65536\n",
		"f.conf:2: port: \"65536\" is not a number from 1 to 65535");
	assert_refused("[server]\nport = 0x50\n",
		"f.conf:2: port: \"0x50\" is not a number from 1 to 65535");
	assert_refused(
		"[server]\nport = -1\n", "f.conf:2: port: \"-1\" is not a number from 1 to 65535");
	assert_refused("[calls]\nring_time_s = 4\n",
		"f.conf:2: ring_time_s: \"4\" is not a number from 5 to 600");
	assert_refused("[server]\nlisten = localhost\n",
		"f.conf:2: listen: \"localhost\" is not an IP address");
	assert_refused("[media]\naddresses = 192.0.2.1, x\n",
		"f.conf:2: addresses: \"x\" is not an IP address");
	assert_refused("[media]\naddresses = 192.0.2.1,,192.0.2.2\n",
		"f.conf:2: addresses: an empty value in the list");
	assert_refused(
		"[demo]\nenabled = yes\n", "f.conf:2: enabled: \"yes\" is neither true nor false");
	assert_refused("[server]\nlog_level = loud\n",
		"f.conf:2: log_level: \"loud\" is not one of: error warn info debug");
	assert_refused("[server]\nport = 1\ncertificate_file = c.pem\n",
		"f.conf:3: certificate_file and private_key_file are given together or not at all");
	assert_refused("[server]\nlisten = \xff\n", "f.conf:1: too long or not UTF-8 text");
}

static void lists_and_files_are_bounded(void **state)
{
	g_autoptr(GString) list = g_string_new("[server]\npublic_addresses = a");
	g_autofree char *huge = g_strnfill(300 * 1024, '#');
	g_autofree char *path = g_strnfill(5000, 'p');
	g_autofree char *line = g_strconcat("[server]\nweb_dir = ", path, NULL);

	(void)state;
	for (int i = 0; i < 64; i++) {
		g_string_append(list, ",a");
	}
	assert_refused(list->str, "f.conf:2: public_addresses: more than 64 values");
	assert_refused(huge, "f.conf:1: too long or not UTF-8 text");
	assert_refused(line, "f.conf:2: web_dir: too long");
}

static void files_are_loaded(void **state)
{
	char *folder = testing_make_folder();
	g_autofree char *path = g_build_filename(folder, "farwindow.conf", NULL);
	g_autofree char *data = g_build_filename(folder, "data", NULL);
	g_autofree char *missing = g_build_filename(folder, "missing.conf", NULL);
	fw_cleanup(fw_config_free) const struct fw_config *config = NULL;
	g_autofree char *error = NULL;

	(void)state;
	assert_int_equal(fw_config_load(missing, &config, &error), -ENOENT);
	assert_true(g_str_has_prefix(error, missing));
	assert_true(g_file_set_contents(path, "[server]\nport = 9\n", -1, NULL));
	assert_int_equal(fw_config_load(path, &config, &error), 0);
	assert_int_equal(config->server.port, 9);
	assert_string_equal(config->server.data_dir, data);
	testing_remove_folder(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_file_gives_defaults),
		cmocka_unit_test(values_are_read),
		cmocka_unit_test(faults_name_file_and_line),
		cmocka_unit_test(lists_and_files_are_bounded),
		cmocka_unit_test(files_are_loaded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
