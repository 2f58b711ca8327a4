/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks through an uploaded PDF (ISO 32000-1) for what must not enter a case: encryption, scripts,
 * programs to launch, forms that send, embedded files and media. Names are found with their #xx
 * escapes resolved, also inside compressed object streams. Nothing is rendered.
 *
 * Threads: any, pure. Errors: -EBADMSG with *ret_fault TRUNCATED, DAMAGED (an object stream that
 * cannot be looked into), PDF_ENCRYPTED or PDF_ACTIVE.
 */
#ifndef FW_CAPTURE_PDF_SCAN_H
#define FW_CAPTURE_PDF_SCAN_H

#include <stddef.h>
#include <stdint.h>

#include "capture/fault.h"

int fw_pdf_scan(const uint8_t *bytes, size_t size, enum fw_fault *ret_fault);

#endif
