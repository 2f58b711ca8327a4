/* SPDX-License-Identifier: Apache-2.0 */
/* Is an object of fields.h as it must be: forms, references, trees without cycles, hours that do not overlap, and may
 * this administrator have it so. Everything wrong with it is named: where (line, field), what (code, sentence).
 *
 * Owner: the caller's memory. Threads: the desk's. Errors: negative errno of the database.
 */
#ifndef FW_SIGNALING_DIRECTORY_CHECK_H
#define FW_SIGNALING_DIRECTORY_CHECK_H

#include "signaling/desk/codes.h"
#include "signaling/desk/json_write.h"
#include "signaling/desk/state.h"
#include "signaling/directory/fields.h"

#define FW_FAULTS_MAX 1000 /* named; a file with more is not worth reading on */

struct fw_fault {
	unsigned line; /* of the file; 0: none */
	const char *field; /* NULL: the whole row */
	char *value; /* owned; as it stood there */
	const char *code, *text; /* constants */
};

struct fw_check {
	struct fw_desk *desk;
	const struct fw_person *by;
	GHashTable *file; /* id -> struct fw_kept, all of one kind: may be referred to; NULL: none */
	GArray *faults; /* struct fw_fault */
};

void fw_check_init(struct fw_check *check, struct fw_desk *desk, const struct fw_person *by);
void fw_check_clear(struct fw_check *check);
static inline void fw_check_clear_at(struct fw_check *check)
{
	fw_check_clear(check);
}

void fw_check_fault(struct fw_check *check, unsigned line, const char *field, const char *value,
	const char *code, const char *text);
/* Adds what is wrong with it. It is complete (fw_kept_complete()). */
int fw_check_one(struct fw_check *check, const struct fw_kept *kept);
/* May the administrator touch the object as it is? */
int fw_check_may(struct fw_check *check, const struct fw_kept *kept);

/* Refuses the question with all that is wrong; 0. */
int fw_check_refuse(const struct fw_check *check, uint64_t request);
/* "faults":[{"line","field","value","code","text"}] */
void fw_check_render(const struct fw_check *check, struct fw_json *json);

#endif
