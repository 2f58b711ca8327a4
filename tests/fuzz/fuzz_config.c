/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration file: whatever it holds, there is either a configuration or a message. */
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "base/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct fw_config *config = NULL;
	g_autofree char *error = NULL;
	int result = fw_config_parse("fuzz", "/folder", (const char *)data, size, &config, &error);

	g_assert((result == 0) == (config != NULL));
	g_assert((result < 0) == (error != NULL));
	fw_config_free(config);
	return 0;
}
