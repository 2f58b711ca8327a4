/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sandbox: what a worker process does to itself before it touches foreign bytes. A system-call
 * filter (libseccomp) with an allow-list per profile; anything else kills the process with SIGSYS.
 * No profile allows sockets, exec, new processes, ptrace or changing privileges. Opening a file
 * outside the given folder is refused by Landlock where the kernel has it.
 *
 * Threads: call once, before the first thread is made. Errors: -EINVAL unknown profile, -errno of
 * the kernel. There is no way back.
 */
#ifndef FW_BASE_SANDBOX_H
#define FW_BASE_SANDBOX_H

enum fw_sandbox_profile {
	FW_SANDBOX_COMPUTE, /* inherited descriptors only: read, write, memory, clocks, exit */
	FW_SANDBOX_FILES, /* also open, stat, rename, unlink, fsync, make folders: the finaliser */
};

/*
 * folder: for FW_SANDBOX_FILES the only tree that may be opened or changed; may be NULL for no such
 * bound. Load libraries, fonts and OpenSSL (fw_crypto_warm_up) before.
 */
int fw_sandbox_enter(enum fw_sandbox_profile profile, const char *folder);

#endif
