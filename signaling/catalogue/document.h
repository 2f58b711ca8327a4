/* SPDX-License-Identifier: Apache-2.0 */
/* A document: one version of an item as JSON, as it is edited, exported and imported (docs/PROTOCOL-CASES.md 8).
 *
 *     {"id","name","pinyin","department","demo","areas":[],"facts":{},"conditions":[],"form":[{..}],"materials":[{..}]}
 *
 * Checking names every fault with the path of the member it is in; a document without faults may be published.
 *
 * Owner: the caller's memory. Threads: pure. Errors: none that are not faults.
 */
#ifndef FW_SIGNALING_CATALOGUE_DOCUMENT_H
#define FW_SIGNALING_CATALOGUE_DOCUMENT_H

#include "signaling/catalogue/item_fields.h"

#include <jansson.h>

#define FW_ITEM_DOCUMENT_MAX_BYTES (128 * 1024)

struct fw_item_fault {
	const char *path; /* "materials[2].copies" */
	int material; /* index it lies in; -1: none */
	const char *value; /* as it stood there; "" where it is no text */
	const char *code, *text; /* constants */
};

typedef void fw_item_fault_fn(void *user, const struct fw_item_fault *fault);

/* What a document may refer to; a member that is NULL knows everything. */
struct fw_item_world {
	bool (*area)(void *user, const char *code);
	bool (*picture)(void *user, const char *sha256);
	void *user;
};

void fw_item_check(const json_t *document, const struct fw_item_world *world,
	fw_item_fault_fn *fault, void *user);

/* The known members alone, all of them (but "form" where there is none), in order, white space around texts gone, the initials filled in from the
 * name where they are empty. What is of the wrong kind becomes empty, so that what is read back always has the same
 * shape. A new reference. */
json_t *fw_item_normal(const json_t *document);

/* Of the text of a normal document. ret_sha256: 64 hex digits and the end. */
#define FW_ITEM_SHA256_SIZE 65
int fw_item_sha256(const char *text, char ret_sha256[FW_ITEM_SHA256_SIZE]);

/* Texts of members; "" where there are none. */
const char *fw_item_text(const json_t *object, const char *name);

#endif
