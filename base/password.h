/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Passwords: argon2id with libsodium's interactive cost (about 70 ms and 64 MiB): call it off the
 * desk's thread, few at once.
 *
 * Threads: any. Errors: -EACCES wrong password, -EBADMSG not a stored hash, -EOVERFLOW longer than
 * FW_PASSWORD_MAX_BYTES, -ENOMEM the 64 MiB could not be had, -EIO libsodium cannot start.
 */
#ifndef FW_BASE_PASSWORD_H
#define FW_BASE_PASSWORD_H

#define FW_PASSWORD_HASH_SIZE 128 /* crypto_pwhash_STRBYTES, NUL included */

/* ret_hash: a self-describing text ("$argon2id$...") with its own salt. */
int fw_password_hash(const char *password, char ret_hash[FW_PASSWORD_HASH_SIZE]);

/* The same at libsodium's least cost (8 KiB, well under a millisecond): only for passwords that are printed in a
 * document anyway. fw_password_verify() takes both; the cost stands in the text. */
int fw_password_hash_published(const char *password, char ret_hash[FW_PASSWORD_HASH_SIZE]);

/* 0 when the password is the hashed one. */
int fw_password_verify(const char *hash, const char *password);

#endif
