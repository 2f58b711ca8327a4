/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The data folder: what lies where in it, and the lock that keeps a second server out.
 *
 * Owner: main. Threads: constant after opening, any. Errors: -EBUSY another server uses it, -errno;
 * ret_problem is then one sentence for people (g_free).
 */
#ifndef FW_SIGNALING_DATA_FOLDER_H
#define FW_SIGNALING_DATA_FOLDER_H

#include "base/cleanup.h"

/* Absolute paths. */
struct fw_data_folder {
	char *folder;
	char *database;
	char *journals;
	char *blobs;
	char *keys;
	char *master_key;
	char *audit_anchor; /* base/audit_anchor.h */
	char *messages; /* of the file gateway, sms/gateway_file.h */
	char *certificate; /* self-signed, PEM */
	char *private_key;
	int lock; /* held as long as this is open; the kernel lets go when the process ends */
};

/* Made (0700) when missing. */
int fw_data_folder_open(const char *folder, struct fw_data_folder **ret_folder, char **ret_problem);

/* The same paths of a folder that may be in use, without lock; nothing is made. */
struct fw_data_folder *fw_data_folder_look(const char *folder);
void fw_data_folder_close(struct fw_data_folder *folder);
FW_DEFINE_CLEANUP(struct fw_data_folder, fw_data_folder_close)

#endif
