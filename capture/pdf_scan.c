/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/pdf_scan.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <glib.h>

#include "base/limits.h"
#include "capture/deflate.h"

#define NAME_MAX_BYTES 127 /* ISO 32000-1 annex C */
#define TAIL_BYTES     2048 /* where startxref must be */

enum name {
	NAME_OTHER,
	NAME_ENCRYPT,
	NAME_ACTIVE,
	NAME_OBJECT_STREAM,
	NAME_FLATE,
	NAME_PREDICTOR,
};

struct scan {
	size_t inflated; /* bytes so far, of all object streams */
	bool in_object_stream;
	bool object_stream, flate, predictor; /* said by the dictionary before a stream */
	enum fw_fault fault;
};

static enum name classify(const char *name)
{
	static const struct {
		const char *name;
		enum name means;
	} known[] = {
		{"Encrypt", NAME_ENCRYPT},
		{"JavaScript", NAME_ACTIVE},
		{"JS", NAME_ACTIVE},
		{"Launch", NAME_ACTIVE},
		{"SubmitForm", NAME_ACTIVE},
		{"ImportData", NAME_ACTIVE},
		{"XFA", NAME_ACTIVE},
		{"RichMedia", NAME_ACTIVE},
		{"EmbeddedFile", NAME_ACTIVE},
		{"EmbeddedFiles", NAME_ACTIVE},
		{"ObjStm", NAME_OBJECT_STREAM},
		{"FlateDecode", NAME_FLATE},
		{"Fl", NAME_FLATE},
		{"Predictor", NAME_PREDICTOR},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
		if (strcmp(known[i].name, name) == 0) {
			return known[i].means;
		}
	}
	return NAME_OTHER;
}

static bool is_regular(uint8_t byte)
{
	return byte > ' ' && byte != 0x7f && !strchr("()<>[]{}/%", byte);
}

/* The name behind the slash at `at`; returns where it ends. */
static size_t read_name(
	const uint8_t *bytes, size_t size, size_t at, char ret_name[NAME_MAX_BYTES + 1])
{
	size_t length = 0;

	for (at++; at < size && is_regular(bytes[at]); at++) {
		int byte = bytes[at];

		if (byte == '#' && at + 2 < size && g_ascii_isxdigit(bytes[at + 1]) &&
			g_ascii_isxdigit(bytes[at + 2])) {
			byte = g_ascii_xdigit_value(bytes[at + 1]) << 4 |
				g_ascii_xdigit_value(bytes[at + 2]);
			at += 2;
		}
		if (length < NAME_MAX_BYTES) {
			ret_name[length++] = (char)byte;
		}
	}
	ret_name[length] = '\0';
	return at;
}

static void take_name(struct scan *scan, enum name name)
{
	switch (name) {
	case NAME_ENCRYPT:
		scan->fault = FW_FAULT_PDF_ENCRYPTED;
		break;
	case NAME_ACTIVE:
		if (scan->fault == FW_FAULT_NONE) {
			scan->fault = FW_FAULT_PDF_ACTIVE;
		}
		break;
	case NAME_OBJECT_STREAM:
		scan->object_stream = true;
		break;
	case NAME_FLATE:
		scan->flate = true;
		break;
	case NAME_PREDICTOR:
		scan->predictor = true;
		break;
	case NAME_OTHER:
		break;
	}
}

static void scan_bytes(struct scan *scan, const uint8_t *bytes, size_t size);

static void scan_object_stream(struct scan *scan, const uint8_t *bytes, size_t size)
{
	g_autofree uint8_t *plain = NULL;
	size_t plain_size = 0, room = FW_CAPTURE_PDF_INFLATED_MAX_BYTES - scan->inflated;
	struct scan inner = {.in_object_stream = true};
	int r = scan->flate && !scan->predictor ? fw_inflate(bytes, size, room, &plain, &plain_size)
						: -EBADMSG;

	if (r < 0) {
		if (scan->fault == FW_FAULT_NONE) {
			scan->fault = FW_FAULT_DAMAGED;
		}
		return;
	}
	scan->inflated += plain_size;
	scan_bytes(&inner, plain, plain_size);
	if (inner.fault != FW_FAULT_NONE) {
		scan->fault = inner.fault;
	}
}

/* `at` stands on the word "stream"; returns where its body ends. */
static size_t pass_stream(struct scan *scan, const uint8_t *bytes, size_t size, size_t at)
{
	size_t start = at + strlen("stream");
	const uint8_t *end;

	start += start < size && bytes[start] == '\r';
	start += start < size && bytes[start] == '\n';
	end = start < size ? memmem(bytes + start, size - start, "endstream", 9) : NULL;
	at = end ? (size_t)(end - bytes) + 9 : size;
	if (scan->object_stream) {
		scan_object_stream(scan, bytes + MIN(start, size),
			(end ? (size_t)(end - bytes) : size) - start);
	}
	scan->object_stream = scan->flate = scan->predictor = false;
	return at;
}

static void scan_bytes(struct scan *scan, const uint8_t *bytes, size_t size)
{
	char name[NAME_MAX_BYTES + 1];
	size_t at = 0;

	while (at < size) {
		if (bytes[at] == '/') {
			at = read_name(bytes, size, at, name);
			take_name(scan, classify(name));
		} else if (!scan->in_object_stream && bytes[at] == 's' && size - at > 8 &&
			memcmp(bytes + at, "stream", 6) == 0 &&
			(bytes[at + 6] == '\r' || bytes[at + 6] == '\n')) {
			at = pass_stream(scan, bytes, size, at);
		} else {
			at++;
		}
	}
}

int fw_pdf_scan(const uint8_t *bytes, size_t size, enum fw_fault *ret_fault)
{
	struct scan scan = {0};
	size_t tail = MIN(size, TAIL_BYTES);

	if (!memmem(bytes + size - tail, tail, "startxref", 9)) {
		*ret_fault = FW_FAULT_TRUNCATED;
		return -EBADMSG;
	}
	scan_bytes(&scan, bytes, size);
	if (scan.fault != FW_FAULT_NONE) {
		*ret_fault = scan.fault;
		return -EBADMSG;
	}
	return 0;
}
