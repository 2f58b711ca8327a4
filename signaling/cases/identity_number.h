/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers by which people and bodies are known, checked by their own check characters, and how they are
 * shown: GB 11643-1999 for natural persons, GB 32100-2015 for organisations.
 *
 * Threads: pure. Errors: false, or a text that shows nothing.
 */
#ifndef FW_SIGNALING_CASES_IDENTITY_NUMBER_H
#define FW_SIGNALING_CASES_IDENTITY_NUMBER_H

#include <stdbool.h>

#define FW_IDENTITY_NUMBER_MAX_CHARS 64 /* of a passport or another document too */

/* 18 characters: address code, a day of birth that exists, sequence, check character (ISO 7064 MOD 11-2);
 * 'x' counts as 'X'. */
bool fw_identity_number_is_person(const char *number);

/* 18 characters of the standard's alphabet (no I O Z S V), body code with its own check character
 * (GB 11714), and the last one by MOD 31. */
bool fw_identity_number_is_organisation(const char *number);

/* "441521********1234" of 18 characters or more, of a shorter one at most half. g_free. */
char *fw_mask_number(const char *number);
/* "张*", "欧阳*" keeps the first character only: "欧*". A body of more than four characters keeps its first and
 * last two: "海丰****公司". g_free. */
char *fw_mask_name(const char *name, bool organisation);
/* "138****5678". g_free. */
char *fw_mask_phone(const char *phone);

#endif
