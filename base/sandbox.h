/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sandbox: what a worker process does to itself before it touches foreign bytes. A system-call
 * filter (libseccomp) with an allow-list per profile; anything else kills the process with SIGSYS.
 * No profile allows sockets, exec, new processes, ptrace or changing privileges. Opening a file
 * outside the given folders is refused by Landlock where the kernel has it.
 *
 * Threads: holds for the calling thread and what it starts later (which the filter forbids): a process
 * that needs threads makes them before, and each enters by itself. Errors: -EINVAL unknown profile, -errno of
 * the kernel. There is no way back.
 */
#ifndef FW_BASE_SANDBOX_H
#define FW_BASE_SANDBOX_H

enum fw_sandbox_profile {
	FW_SANDBOX_COMPUTE, /* inherited descriptors only: read, write, memory, clocks, exit */
	FW_SANDBOX_FILES, /* also open, stat, rename, unlink, fsync, make folders: the finaliser */
};

/*
 * For FW_SANDBOX_FILES: the only tree in which files may be made and changed, and another one that
 * may be read. Each may be NULL; both NULL: no such bound. Load libraries, fonts and OpenSSL
 * (fw_crypto_warm_up) before.
 */
int fw_sandbox_enter(enum fw_sandbox_profile profile, const char *folder, const char *read_folder);

#endif
