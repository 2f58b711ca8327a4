/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of threads, and what the kernel's scheduler is told about the calling one.
 *
 * Threads: each concerns the caller alone. Errors: none; where the kernel does not know a wish, it is not granted.
 */
#ifndef FW_BASE_THREAD_H
#define FW_BASE_THREAD_H

/* At most 15 bytes. */
void fw_thread_set_name(const char *name);

/*
 * Work that has seconds of room: behind those that move packets, and it never takes the processor from a running thread just because
 * it woke up, so that what is passed between such threads is done in runs.
 */
void fw_thread_set_background(void);

#endif
