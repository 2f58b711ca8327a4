/* SPDX-License-Identifier: Apache-2.0 */
#include "media/vp8.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fw_vp8 vp8;

	if (fw_vp8_parse(data, size, &vp8) == 0 && vp8.descriptor_bytes >= size) {
		abort();
	}
	return 0;
}
