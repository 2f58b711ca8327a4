/* SPDX-License-Identifier: Apache-2.0 */
/* A version of an item in its tables: written once from a document, read back as one.
 *
 * Threads: the connection's. Errors: negative errno of the database; -EEXIST the version is there; -EINVAL it refers
 * to an area that is not there; -ENOENT no such version.
 */
#ifndef FW_SIGNALING_CATALOGUE_ITEM_ROWS_H
#define FW_SIGNALING_CATALOGUE_ITEM_ROWS_H

#include "signaling/catalogue/document.h"

struct fw_db;

struct fw_item_publication {
	int64_t version, at_us; /* at_us 0: it came with the installation */
	const char *by; /* account; NULL: it came with the installation */
	const char *sha256; /* NULL: not from a document */
};

/* Of a normal document without faults, in the open transaction; from now on it is the current version. */
int fw_item_store(
	struct fw_db *db, const json_t *document, const struct fw_item_publication *publication);

/* A normal document; json_decref. */
int fw_item_load(struct fw_db *db, const char *item, int64_t version, json_t **ret_document);

#endif
