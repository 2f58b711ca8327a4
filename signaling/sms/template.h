/* SPDX-License-Identifier: Apache-2.0 */
/* Texts with places to fill: `{name}`, small letters and underscores; every other brace stands for itself, so
 * that JSON needs no escapes. What may stand in a template is checked once, at the start.
 *
 * Owner: the caller's. Threads: pure. Errors: -EBADMSG an unknown place (named in *ret_problem, g_free).
 */
#ifndef FW_SIGNALING_SMS_TEMPLATE_H
#define FW_SIGNALING_SMS_TEMPLATE_H

#include <stddef.h>

enum fw_template_escape {
	FW_TEMPLATE_PLAIN,
	FW_TEMPLATE_JSON, /* as inside of a JSON string */
	FW_TEMPLATE_URI, /* percent-encoded: forms and URLs */
};

struct fw_template_value {
	const char *name;
	const char *value; /* NULL: empty */
};

/* names: those that may be used, NULL-terminated. */
int fw_template_check(const char *text, const char *const *names, char **ret_problem);

/* The text with its places filled (g_free); a place without a value stays empty. */
char *fw_template_fill(const char *text, const struct fw_template_value *values, size_t count,
	enum fw_template_escape escape);

#endif
