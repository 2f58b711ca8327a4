/* SPDX-License-Identifier: Apache-2.0 */
/* First letters of the pinyin of a Chinese name, as clerks type them to find an item.
 *
 * The 3755 common characters of GB 2312 stand in the order of their pinyin, so the letter follows from the
 * code. Rarer ones stand in the order of their radicals and are left out; a character of several readings
 * gets that of its code. Therefore what a person wrote comes first, this only fills what was left empty.
 *
 * Threads: pure. Errors: none.
 */
#ifndef FW_SIGNALING_CASES_PINYIN_H
#define FW_SIGNALING_CASES_PINYIN_H

/* Lower-case letters and digits; may be empty. g_free. */
char *fw_pinyin_initials(const char *name);

#endif
