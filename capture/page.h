/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page pipeline: the bytes of a still in, a straightened page, its thumbnail and its facts out.
 * Nothing of a file's metadata gets into what is derived: images are encoded anew.
 *
 * Owner: the creator. Threads: one, pure. Errors: -EBADMSG the file cannot become a page (facts hold
 * the fault), -EIO of a library.
 */
#ifndef FW_CAPTURE_PAGE_H
#define FW_CAPTURE_PAGE_H

#include <jansson.h>

#include "capture/format.h"
#include "capture/image.h"
#include "capture/quality.h"

struct fw_bytes {
	uint8_t *bytes; /* owned, g_free; NULL: not made */
	size_t size;
};

struct fw_page_request {
	const uint8_t *still;
	size_t still_size;
	const uint8_t *desk; /* a still of the empty desk; may be NULL */
	size_t desk_size;
	unsigned turn; /* 0, 90, 180, 270: degrees clockwise, after EXIF */
	enum fw_format format; /* FW_FORMAT_UNKNOWN: guess */
	bool grey, mono; /* wanted, too */
	/* Called once, from within fw_page_make(), with the thumbnail of the page as a reduced picture shows it, long before the page
	 * is made. Not for every file, and what it shows is not exact. May be NULL. */
	void (*seen)(void *user, const struct fw_bytes *thumbnail);
	void *seen_user;
};

struct fw_page {
	struct fw_bytes page, thumbnail, grey; /* JPEG; none of them for a PDF */
	struct fw_bytes mono; /* black and white, PNG */
	json_t *facts; /* docs/CAPTURE.md "facts"; set on -EBADMSG, too */
};

int fw_page_make(const struct fw_page_request *request, struct fw_page *ret_page);
void fw_page_fini(struct fw_page *page);

#endif
