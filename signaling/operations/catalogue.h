/* SPDX-License-Identifier: Apache-2.0 */
/* The catalogue of items: versions, drafts, files (PROTOCOL-CASES.md 8). Columns: signaling/operations.h. */
#ifndef FW_SIGNALING_OPERATIONS_CATALOGUE_H
#define FW_SIGNALING_OPERATIONS_CATALOGUE_H

/* clang-format off */
#define FW_OPERATIONS_CATALOGUE(X) \
	X(CATALOGUE, GET, "/api/v1/catalogue/items", NOTHING, \
		DIRECTORY, NONE, fw_catalogue_read_operation) \
	X(CATALOGUE_ITEM, GET, "/api/v1/catalogue/items/{item}", NOTHING, \
		DIRECTORY, NONE, fw_catalogue_read_operation) \
	X(CATALOGUE_VERSION, GET, "/api/v1/catalogue/items/{item}/versions/{version}", NOTHING, \
		DIRECTORY, NONE, fw_catalogue_read_operation) \
	X(CATALOGUE_DRAFT, GET, "/api/v1/catalogue/items/{item}/draft", NOTHING, \
		ITEM_EDIT, NONE, fw_catalogue_read_operation) \
	X(CATALOGUE_DRAFT_SAVE, PUT, "/api/v1/catalogue/items/{item}/draft", JSON, \
		ITEM_EDIT, NONE, fw_catalogue_save_operation) \
	X(CATALOGUE_DRAFT_DISCARD, POST, "/api/v1/catalogue/items/{item}/draft/discard", JSON, \
		ITEM_EDIT, NONE, fw_catalogue_discard_operation) \
	X(CATALOGUE_PUBLISH, POST, "/api/v1/catalogue/items/{item}/publish", JSON, \
		ITEM_EDIT, NONE, fw_catalogue_publish_operation) \
	X(CATALOGUE_WITHDRAW, POST, "/api/v1/catalogue/items/{item}/withdraw", JSON, \
		ITEM_EDIT, NONE, fw_catalogue_withdraw_operation) \
	X(CATALOGUE_EXPORT, GET, "/api/v1/catalogue/export", NOTHING, \
		ITEM_EDIT, NONE, fw_catalogue_read_operation) \
	X(CATALOGUE_IMPORT, POST, "/api/v1/catalogue/import", FILE, \
		ITEM_EDIT, NONE, fw_catalogue_import_operation) \
	X(CATALOGUE_PICTURE_STORE, POST, "/api/v1/catalogue/pictures", BYTES, \
		ITEM_EDIT, NONE, fw_catalogue_picture_operation) \
	X(CATALOGUE_PICTURE, GET, "/api/v1/catalogue/pictures/{picture}", NOTHING, \
		DIRECTORY, NONE, fw_catalogue_read_operation)
/* clang-format on */

#endif
