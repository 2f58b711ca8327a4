/* SPDX-License-Identifier: Apache-2.0 */
/* What everybody may look up (PROTOCOL.md 3). Columns: signaling/operations.h. */
#ifndef FW_SIGNALING_OPERATIONS_DIRECTORY_H
#define FW_SIGNALING_OPERATIONS_DIRECTORY_H

/* clang-format off */
#define FW_OPERATIONS_DIRECTORY(X) \
	X(AREAS, GET, "/api/v1/areas", NOTHING, \
		DIRECTORY, NONE, fw_directory_read_operation) \
	X(WINDOWS, GET, "/api/v1/windows", NOTHING, \
		DIRECTORY, NONE, fw_directory_read_operation) \
	X(ITEMS, GET, "/api/v1/items", NOTHING, \
		DIRECTORY, NONE, fw_directory_read_operation) \
	X(ITEM, GET, "/api/v1/items/{item}", NOTHING, \
		DIRECTORY, NONE, fw_directory_read_operation)
/* clang-format on */

#endif
