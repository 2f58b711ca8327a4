/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads finished files back beside the finaliser: opens every seal and takes the SHA-256 of the plain
 * bytes. The file's head is written last, so this cannot be done on the way; it is most of what is
 * left at the end of a long call, and files are independent.
 *
 * Owner: the creator; store, recording and key are borrowed. Threads: its own, which see nothing but
 * the tasks; create, add, wait, destroy from one thread. Errors: those of recording.h.
 */
#ifndef FW_RECORDER_DIGESTER_H
#define FW_RECORDER_DIGESTER_H

#include "recorder/recording.h"

struct fw_digester;

struct fw_digest {
	char name[FW_RECORDING_NAME_MAX + 1]; /* in: of the file */
	int result; /* out */
	uint64_t bytes;
	uint8_t sha256[FW_SHA256_BYTES];
};

struct fw_digester_setup {
	struct fw_blob_store *store;
	const char *recording;
	const uint8_t *key;
	/* May be NULL. Each thread's first act: the sandbox; when it fails the thread does nothing else. */
	int (*enter)(void *user);
	void *enter_user;
};

int fw_digester_create(const struct fw_digester_setup *setup, struct fw_digester **ret_digester);
void fw_digester_destroy(struct fw_digester *digester);
FW_DEFINE_CLEANUP(struct fw_digester, fw_digester_destroy)

/* digest stays where it is until wait. */
int fw_digester_add(struct fw_digester *digester, struct fw_digest *digest);

/* Until all that were added are done. Answers the first error among them. */
int fw_digester_wait(struct fw_digester *digester);

#endif
