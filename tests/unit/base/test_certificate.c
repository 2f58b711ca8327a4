/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <string.h>

#include "base/certificate.h"
#include "base/clock.h"

#define NOW INT64_C(1795312979000000)
#define DAY (INT64_C(86400) * FW_US_PER_S)

static void covers_its_names(void **state)
{
	static const char *const names[] = {
		"localhost", "video.example.cn", "127.0.0.1", "192.0.2.10", "2001:db8::1", NULL};
	static const char *const strangers[] = {
		"example.cn", "xvideo.example.cn", "127.0.0.2", "2001:db8::2", "Farwindow", NULL};
	g_autofree char *certificate = NULL;
	g_autofree char *key = NULL;
	bool covers = false;

	(void)state;
	assert_int_equal(
		fw_certificate_make("Farwindow 远窗", names, NOW, 30, &certificate, &key), 0);
	assert_true(g_str_has_prefix(certificate, "-----BEGIN CERTIFICATE-----\n"));
	assert_true(g_str_has_prefix(key, "-----BEGIN PRIVATE KEY-----\n"));
	for (size_t i = 0; names[i]; i++) {
		assert_int_equal(fw_certificate_covers(certificate, names[i], &covers), 0);
		assert_true(covers);
	}
	for (size_t i = 0; strangers[i]; i++) {
		assert_int_equal(fw_certificate_covers(certificate, strangers[i], &covers), 0);
		assert_false(covers);
	}
}

static void knows_its_dates(void **state)
{
	static const char *const names[] = {"localhost", NULL};
	g_autofree char *certificate = NULL;
	g_autofree char *key = NULL;
	struct fw_certificate_dates dates = {0};

	(void)state;
	assert_int_equal(fw_certificate_make("x", names, NOW, 30, &certificate, &key), 0);
	assert_int_equal(fw_certificate_dates(certificate, &dates), 0);
	assert_true(dates.not_before_us == NOW - DAY);
	assert_true(dates.not_after_us == NOW + 30 * DAY);
}

static void fingerprints_differ(void **state)
{
	static const char *const names[] = {"localhost", NULL};
	g_autofree char *first = NULL;
	g_autofree char *second = NULL;
	g_autofree char *first_key = NULL;
	g_autofree char *second_key = NULL;
	char first_print[FW_FINGERPRINT_SIZE], second_print[FW_FINGERPRINT_SIZE];

	(void)state;
	assert_int_equal(fw_certificate_make("x", names, NOW, 30, &first, &first_key), 0);
	assert_int_equal(fw_certificate_make("x", names, NOW, 30, &second, &second_key), 0);
	assert_int_equal(fw_certificate_fingerprint(first, first_print), 0);
	assert_int_equal(fw_certificate_fingerprint(second, second_print), 0);
	assert_int_equal(strlen(first_print), 95);
	assert_int_equal(strspn(first_print, "0123456789ABCDEF:"), 95);
	assert_string_not_equal(first_print, second_print);
}

/* Made with openssl req; its fingerprint by `openssl x509 -fingerprint -sha256`. */
static void fingerprint_is_that_of_openssl(void **state)
{
	static const char pem[] =
		"-----BEGIN CERTIFICATE-----\n"
		"MIIBczCCARmgAwIBAgIUaYKLaY//myjP4naKvHYDRqSYavswCgYIKoZIzj0EAwIw\n"
		"DzENMAsGA1UEAwwEdGVzdDAeFw0yNjExMjIwMjM1MjZaFw0zNjExMTkwMjM1MjZa\n"
		"MA8xDTALBgNVBAMMBHRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASs1+B/\n"
		"5kxJTHE90RWtmS681k6LN31d1fWR0xFdW2eCTinYJLp6TSyn+IpfCl8ecGZDAOfk\n"
		"gOe0B7cQMlct+ViLo1MwUTAdBgNVHQ4EFgQUpoP9WMzhY1PHo8py1ymBXy624r4w\n"
		"HwYDVR0jBBgwFoAUpoP9WMzhY1PHo8py1ymBXy624r4wDwYDVR0TAQH/BAUwAwEB\n"
		"/zAKBggqhkjOPQQDAgNIADBFAiEA/Ix40U+kUHEbBXvIolJcOPlnEWE0EHe0F+X7\n"
		"7kkD1Z8CIFxuTSpH3hiG4nvtyAmwcNXgXvv3E3B/x8SedHY/Tuds\n"
		"-----END CERTIFICATE-----\n";
	char text[FW_FINGERPRINT_SIZE];

	(void)state;
	assert_int_equal(fw_certificate_fingerprint(pem, text), 0);
	assert_string_equal(text,
		"82:39:D3:3E:F4:9D:C8:6A:0A:E1:35:F5:BF:66:0F:80:98:15:5F:12:BF:B3:E1:99:D5:D7:BB:"
		"D6:72:65:E1:FD");
}

static void refuses_bad_names(void **state)
{
	static const char *const bad[][2] = {{NULL}, {"", NULL}, {"a b", NULL}, {"a,DNS:evil", NULL},
		{"a\nb", NULL}, {"-a", NULL}, {"远窗", NULL}, {"1.2.3.4/8", NULL}};
	static const char *const good[] = {"localhost", NULL};
	g_autofree char *certificate = NULL;
	g_autofree char *key = NULL;
	g_autofree char *long_name = g_strnfill(65, 'x');

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		assert_int_equal(
			fw_certificate_make("x", bad[i], NOW, 1, &certificate, &key), -EINVAL);
	}
	assert_int_equal(fw_certificate_make("", good, NOW, 1, &certificate, &key), -EINVAL);
	assert_int_equal(fw_certificate_make(long_name, good, NOW, 1, &certificate, &key), -EINVAL);
	assert_int_equal(fw_certificate_make("x", good, NOW, 0, &certificate, &key), -EINVAL);
	assert_null(certificate);
}

static void refuses_what_is_not_a_certificate(void **state)
{
	struct fw_certificate_dates dates;
	char text[FW_FINGERPRINT_SIZE];
	bool covers;

	(void)state;
	assert_int_equal(fw_certificate_fingerprint("", text), -EBADMSG);
	assert_int_equal(
		fw_certificate_dates("-----BEGIN CERTIFICATE-----\nAAAA\n", &dates), -EBADMSG);
	assert_int_equal(fw_certificate_covers("nothing", "localhost", &covers), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(covers_its_names),
		cmocka_unit_test(knows_its_dates),
		cmocka_unit_test(fingerprints_differ),
		cmocka_unit_test(fingerprint_is_that_of_openssl),
		cmocka_unit_test(refuses_bad_names),
		cmocka_unit_test(refuses_what_is_not_a_certificate),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
