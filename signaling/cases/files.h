/* SPDX-License-Identifier: Apache-2.0 */
/* Files of a case: who may add one, and what it means that one is there.
 *
 * Threads: the desk's. Errors: 0, a code of codes.h (refused), negative errno (the batch fails).
 */
#ifndef FW_SIGNALING_CASES_FILES_H
#define FW_SIGNALING_CASES_FILES_H

#include "base/sealed.h"
#include "signaling/cases/case_row.h"
#include "signaling/desk/codes.h"
#include "signaling/desk/state.h"

/* A file that is about to be filed, or just was. */
struct fw_case_file {
	const char *id;
	const char *case_id;
	int64_t material; /* 0: of the case as a whole */
	const char *kind; /* "original", "capture" */
	const char *blob; /* with the original bytes; NULL: of the same id */
	const char *name;
	int64_t rotation;
	int64_t bytes;
	const char *sha256; /* hex */
	const char *media_type; /* by its first bytes; NULL: not known yet */
};

/* What a file is, by its first bytes: "image/jpeg", "image/png", "application/pdf"; NULL: nothing that is filed. */
const char *fw_case_media_type(const void *bytes, size_t size);

/* The name, sealed for its place under the key of the case. g_free. */
int fw_case_file_seal_name(struct fw_desk *desk, const struct fw_sealed_place *place,
	const char *case_id, const char *name, void **ret_sealed, size_t *ret_size);

/* May this account add such a file to the case as it stands? */
int fw_case_file_check(
	struct fw_desk *desk, const struct fw_account *account, const struct fw_case_file *file);

/* The original is on the disk under the key of the case: it belongs to the case from here on. */
int fw_case_file_add(
	struct fw_desk *desk, const struct fw_account *account, const struct fw_case_file *file);

/* The file of the question's path, if it is an id; else NULL. */
const char *fw_case_file_param(const struct fw_http_question *question);
/* The question's file is filed in the question's case, which is not over, and the account works on either side of it.
 * ret_material may be NULL; 0: of the case as a whole. */
int fw_case_file_filed(struct fw_desk *desk, const struct fw_http_question *question,
	struct fw_case *ret_case, int64_t *ret_material);

#endif
