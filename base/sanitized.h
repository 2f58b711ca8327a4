/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether this is a build with address or thread sanitizer, by gcc or clang. Such a program needs
 * more address space and more system calls than the limits of worker processes leave it.
 */
#ifndef FW_BASE_SANITIZED_H
#define FW_BASE_SANITIZED_H

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) /* gcc */
#define FW_SANITIZED 1
#elif defined(__has_feature) /* clang */
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define FW_SANITIZED 1
#endif
#endif

#ifndef FW_SANITIZED
#define FW_SANITIZED 0
#endif

#endif
