/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paper: a sheet for a citizen as PDF, A4, by Pango and cairo, with a QR code by libqrencode. What stands
 * on it is one JSON object, so that the same content always makes the same sheet again:
 *     {"title","number","to","lead":[text],"rows":[{"name","text"}],"tail":[text],"sign":[text],"code"}
 * all but `title` may be missing. Long lists go on over further pages.
 *
 * Owner: the caller unrefs *ret_pdf. Threads: any; each makes its own fonts. Errors: -EBADMSG not such an
 * object, -EIO the library failed.
 */
#ifndef FW_SIGNALING_CASES_PAPER_H
#define FW_SIGNALING_CASES_PAPER_H

#include <glib.h>

int fw_paper_render(const char *content, GBytes **ret_pdf);

#endif
