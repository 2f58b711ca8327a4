/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scope cleanup for our own untypedef'd structs, in the manner of g_autoptr.
 *
 * Beside the destroy function:      FW_DEFINE_CLEANUP(struct fw_db, fw_db_close)
 * Where it is held:                 fw_cleanup(fw_db_close) struct fw_db *db = NULL;
 * Handing it on to someone else:    *ret_db = g_steal_pointer(&db);
 *
 * Threads: any. Errors: none.
 */
#ifndef FW_BASE_CLEANUP_H
#define FW_BASE_CLEANUP_H

#include <unistd.h>

#define FW_DEFINE_CLEANUP(type, destroy) \
	static inline void destroy##_at(type **object) \
	{ \
		if (*object) { \
			destroy(*object); \
		} \
	}

#define fw_cleanup(destroy) __attribute__((cleanup(destroy##_at)))

static inline void fw_close_at(int *fd)
{
	if (*fd >= 0) {
		(void)close(*fd);
	}
}

/* A descriptor closed at the end of its scope; give it a value at once (-1 for none). */
#define fw_autoclose __attribute__((cleanup(fw_close_at)))

/* Takes the descriptor out of an fw_autoclose variable: the caller owns it from now on. */
static inline int fw_steal_fd(int *fd)
{
	int stolen = *fd;

	*fd = -1;
	return stolen;
}

#endif
