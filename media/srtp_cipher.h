/* SPDX-License-Identifier: Apache-2.0 */
/* AES-CM, AES-GCM and HMAC-SHA1 of OpenSSL inside the packaged libsrtp, whose own (NSS) are four times slower, take a lock and
 * hold ten times the memory. libsrtp 2.5 to 2.7 share the interface used here.
 *
 * Owner: the process.  Threads: install and remove from one thread while there is no session; the ciphers then run on any.
 * Errors: -EIO OpenSSL has not got an algorithm, or libsrtp's self-test of a replacement failed.
 */
#ifndef FW_MEDIA_SRTP_CIPHER_H
#define FW_MEDIA_SRTP_CIPHER_H

/* Once after every srtp_init() (before it, srtp_init() fails), before the first session. */
int fw_srtp_cipher_install(void);
/* After srtp_shutdown(). */
void fw_srtp_cipher_remove(void);

#endif
