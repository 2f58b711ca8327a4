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

/*
 * In a worker process's main file: the leak checker stops all threads from a helper of its own, for which the
 * worker's system-call filter has no room; the process would never end. What leaks in a worker's modules is found
 * by their unit tests, which run without the filter.
 */
#if FW_SANITIZED
#define FW_WORKER_WITHOUT_LEAK_CHECK \
	int __lsan_is_turned_off(void); \
	int __lsan_is_turned_off(void) \
	{ \
		return 1; \
	}
#else
#define FW_WORKER_WITHOUT_LEAK_CHECK
#endif

#endif
