/* SPDX-License-Identifier: Apache-2.0 */
/* Statistics of calls (PROTOCOL-OFFICE.md). Columns: signaling/operations.h. */
#ifndef FW_SIGNALING_OPERATIONS_FIGURES_H
#define FW_SIGNALING_OPERATIONS_FIGURES_H

/* clang-format off */
#define FW_OPERATIONS_FIGURES(X) \
	X(FIGURES, GET, "/api/v1/figures", NOTHING, \
		FIGURES, NONE, fw_figures_read_operation)
/* clang-format on */

#endif
