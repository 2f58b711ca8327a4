/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks a data folder without a server: what was recorded and written down is still there, unchanged.
 *
 *     database     the engine's own check of the file
 *     audit log    every row of the chain, and that it reaches the anchor (base/audit_anchor.h)
 *     recordings   every one the audit log calls finalised: key, manifest by the digest in the log,
 *                  each file by the digests in the manifest
 *     blobs        every other one in the store: all seals when its key is there, else its digests
 *
 * Reads only, also beside a running server. Without the master key recordings cannot be opened and
 * the anchor cannot be trusted: that is said, and counted as a fault.
 *
 * Threads: any. Errors: -errno when the folder cannot be looked at at all.
 */
#ifndef FW_SIGNALING_VERIFY_VERIFY_H
#define FW_SIGNALING_VERIFY_VERIFY_H

#include <stdio.h>

/* Prints one line per part and per fault (the first of each file). ret_faults: how many. */
int fw_verify_folder(const char *data_folder, FILE *out, unsigned *ret_faults);

#endif
