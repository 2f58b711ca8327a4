/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <string.h>

#include "base/crypto.h"
#include "base/text.h"

static void unhex(const char *text, void *bytes, size_t size)
{
	assert_int_equal(fw_text_hex_decode(text, bytes, size), 0);
}

static void seals_the_known_vector(void **state)
{
	/* McGrew and Viega, The Galois/Counter Mode of Operation, test case 16. */
	fw_cleanup(fw_aead_destroy) struct fw_aead *aead = NULL;
	uint8_t key[32], nonce[12], aad[20], plain[60], expected[76], sealed[76], opened[60];

	(void)state;
	unhex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", key, 32);
	unhex("cafebabefacedbaddecaf888", nonce, 12);
	unhex("feedfacedeadbeeffeedfacedeadbeefabaddad2", aad, 20);
	unhex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
	      "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
		plain, 60);
	unhex("522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
	      "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
	      "76fc6ece0f4e1768cddf8853bb2d551b",
		expected, 76);
	assert_int_equal(fw_aead_create(key, &aead), 0);
	assert_int_equal(fw_aead_seal(aead, nonce, aad, 20, plain, 60, sealed), 0);
	assert_memory_equal(sealed, expected, 76);
	assert_int_equal(fw_aead_open(aead, nonce, aad, 20, sealed, 76, opened), 0);
	assert_memory_equal(opened, plain, 60);
	/* In place, and again with the same context. */
	memcpy(sealed, plain, 60);
	assert_int_equal(fw_aead_seal(aead, nonce, aad, 20, sealed, 60, sealed), 0);
	assert_memory_equal(sealed, expected, 76);
	assert_int_equal(fw_aead_open(aead, nonce, aad, 20, sealed, 76, sealed), 0);
	assert_memory_equal(sealed, plain, 60);
}

static void any_change_is_noticed(void **state)
{
	fw_cleanup(fw_aead_destroy) struct fw_aead *aead = NULL;
	fw_cleanup(fw_aead_destroy) struct fw_aead *other = NULL;
	uint8_t key[32] = {1}, nonce[12] = {2}, wrong_nonce[12] = {3}, sealed[5 + 16], opened[5];
	static const uint8_t zeros[5];

	(void)state;
	assert_int_equal(fw_aead_create(key, &aead), 0);
	key[31] ^= 1;
	assert_int_equal(fw_aead_create(key, &other), 0);
	assert_int_equal(fw_aead_seal(aead, nonce, "aad", 3, "plain", 5, sealed), 0);
	for (size_t i = 0; i < sizeof(sealed); i++) {
		sealed[i] ^= 0x10;
		memset(opened, 0xff, sizeof(opened));
		assert_int_equal(fw_aead_open(aead, nonce, "aad", 3, sealed, sizeof(sealed), opened),
			-EBADMSG);
		assert_memory_equal(opened, zeros, sizeof(zeros));
		sealed[i] ^= 0x10;
	}
	assert_int_equal(
		fw_aead_open(other, nonce, "aad", 3, sealed, sizeof(sealed), opened), -EBADMSG);
	assert_int_equal(fw_aead_open(aead, wrong_nonce, "aad", 3, sealed, sizeof(sealed), opened),
		-EBADMSG);
	assert_int_equal(
		fw_aead_open(aead, nonce, "aax", 3, sealed, sizeof(sealed), opened), -EBADMSG);
	assert_int_equal(
		fw_aead_open(aead, nonce, NULL, 0, sealed, sizeof(sealed), opened), -EBADMSG);
	assert_int_equal(fw_aead_open(aead, nonce, "aad", 3, sealed, 15, opened), -EINVAL);
	assert_int_equal(fw_aead_open(aead, nonce, "aad", 3, sealed, sizeof(sealed), opened), 0);
	assert_memory_equal(opened, "plain", 5);
}

static void seals_nothing(void **state)
{
	fw_cleanup(fw_aead_destroy) struct fw_aead *aead = NULL;
	uint8_t key[32] = {1}, nonce[12] = {2}, tag[16], nothing[1];

	(void)state;
	assert_int_equal(fw_aead_create(key, &aead), 0);
	assert_int_equal(fw_aead_seal(aead, nonce, "head", 4, NULL, 0, tag), 0);
	assert_int_equal(fw_aead_open(aead, nonce, "head", 4, tag, 16, nothing), 0);
	assert_int_equal(fw_aead_open(aead, nonce, "heaD", 4, tag, 16, nothing), -EBADMSG);
}

static void digests_match_the_standard(void **state)
{
	/* FIPS 180-4 example "abc". */
	static const char abc[] =
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
	fw_cleanup(fw_sha256_destroy) struct fw_sha256 *running = NULL;
	uint8_t expected[32], digest[32];

	(void)state;
	unhex(abc, expected, 32);
	assert_int_equal(fw_sha256("abc", 3, digest), 0);
	assert_memory_equal(digest, expected, 32);
	assert_int_equal(fw_sha256_create(&running), 0);
	for (int round = 0; round < 2; round++) {
		assert_int_equal(fw_sha256_update(running, "ab", 2), 0);
		assert_int_equal(fw_sha256_update(running, "c", 1), 0);
		assert_int_equal(fw_sha256_finish(running, digest), 0);
		assert_memory_equal(digest, expected, 32);
	}
}

static void macs_match_the_rfcs(void **state)
{
	uint8_t expected[32], mac[32];

	(void)state;
	/* RFC 4231 4.3 and RFC 2202 3, test case 2. */
	unhex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", expected, 32);
	assert_int_equal(fw_hmac_sha256("Jefe", 4, "what do ya want for nothing?", 28, mac), 0);
	assert_memory_equal(mac, expected, 32);
	unhex("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79", expected, 20);
	assert_int_equal(fw_hmac_sha1("Jefe", 4, "what do ya want for nothing?", 28, mac), 0);
	assert_memory_equal(mac, expected, 20);
}

static void compares_and_wipes(void **state)
{
	uint8_t first[32], second[32], zeros[32] = {0};

	(void)state;
	assert_int_equal(fw_crypto_warm_up(), 0);
	fw_random_bytes(first, sizeof(first));
	fw_random_bytes(second, sizeof(second));
	assert_memory_not_equal(first, second, sizeof(first));
	assert_false(fw_equal_constant_time(first, second, sizeof(first)));
	memcpy(second, first, sizeof(first));
	assert_true(fw_equal_constant_time(first, second, sizeof(first)));
	fw_wipe(first, sizeof(first));
	assert_memory_equal(first, zeros, sizeof(first));
	fw_wipe(NULL, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seals_the_known_vector),
		cmocka_unit_test(any_change_is_noticed),
		cmocka_unit_test(seals_nothing),
		cmocka_unit_test(digests_match_the_standard),
		cmocka_unit_test(macs_match_the_rfcs),
		cmocka_unit_test(compares_and_wipes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
