/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why an uploaded file cannot become a page. Each fault has one name on the wire (docs/CAPTURE.md)
 * from which the client makes its message; a fault is never the program's failure.
 *
 * Threads: any. Errors: none.
 */
#ifndef FW_CAPTURE_FAULT_H
#define FW_CAPTURE_FAULT_H

enum fw_fault {
	FW_FAULT_NONE,
	FW_FAULT_EMPTY, /* zero bytes */
	FW_FAULT_NOT_A_PICTURE, /* neither a picture nor a PDF, whatever its name says */
	FW_FAULT_UNSUPPORTED, /* a picture of a kind that is not taken: GIF, WebP, TIFF, BMP, HEIF ... */
	FW_FAULT_ANIMATED,
	FW_FAULT_TOO_LARGE, /* more pixels than FW_CAPTURE_PIXELS_MAX, told by the header */
	FW_FAULT_TOO_SMALL, /* a side under FW_CAPTURE_SIDE_MIN */
	FW_FAULT_TRUNCATED,
	FW_FAULT_DAMAGED,
	FW_FAULT_PDF_ENCRYPTED,
	FW_FAULT_PDF_ACTIVE, /* scripts, launching, forms that send, embedded media */
	FW_FAULT_COUNT,
};

/* "truncated", "pdf_active" ...; "none" for FW_FAULT_NONE. */
const char *fw_fault_name(enum fw_fault fault);

#endif
