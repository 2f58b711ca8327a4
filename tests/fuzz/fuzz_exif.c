/* SPDX-License-Identifier: Apache-2.0 */
/* EXIF from anywhere: an orientation that exists, whatever the bytes say. */
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "capture/exif.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fw_exif exif;

	if (fw_exif_parse(data, size, &exif) == 0) {
		g_assert(exif.orientation >= 1 && exif.orientation <= 8);
	}
	return 0;
}
