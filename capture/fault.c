/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/fault.h"

#include <assert.h>

const char *fw_fault_name(enum fw_fault fault)
{
	static const char *const names[FW_FAULT_COUNT] = {
		[FW_FAULT_NONE] = "none",
		[FW_FAULT_EMPTY] = "empty",
		[FW_FAULT_NOT_A_PICTURE] = "not_a_picture",
		[FW_FAULT_UNSUPPORTED] = "unsupported",
		[FW_FAULT_ANIMATED] = "animated",
		[FW_FAULT_TOO_LARGE] = "too_large",
		[FW_FAULT_TOO_SMALL] = "too_small",
		[FW_FAULT_TRUNCATED] = "truncated",
		[FW_FAULT_DAMAGED] = "damaged",
		[FW_FAULT_PDF_ENCRYPTED] = "pdf_encrypted",
		[FW_FAULT_PDF_ACTIVE] = "pdf_active",
	};

	assert(fault < FW_FAULT_COUNT);
	return names[fault];
}
