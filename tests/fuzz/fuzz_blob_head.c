/* SPDX-License-Identifier: Apache-2.0 */
/* A blob's head: what is accepted names a file size that cannot overflow, and proper ids. */
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "base/blob_format.h"
#include "base/keystore.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fw_blob_info info;

	if (fw_blob_parse_head(data, size, &info) == 0) {
		g_assert(fw_id_valid(info.blob_id));
		g_assert(fw_keystore_id_valid(info.key_id));
		g_assert(info.block_count == fw_blob_block_count(info.plain_size));
		g_assert(fw_blob_file_size(info.plain_size) > info.plain_size);
		g_assert(fw_blob_block_offset(info.block_count - 1) <
			fw_blob_file_size(info.plain_size));
	}
	return 0;
}
