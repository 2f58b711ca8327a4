/* SPDX-License-Identifier: Apache-2.0 */
/* Faults found in documents, kept to be told: in which item, at which line of a file, at which path.
 *
 * Owner: the caller's memory; init, then clear. Threads: one at a time. Errors: none; what is beyond the limit is
 * counted, not kept.
 */
#ifndef FW_SIGNALING_CATALOGUE_FAULT_LIST_H
#define FW_SIGNALING_CATALOGUE_FAULT_LIST_H

#include "base/cleanup.h"
#include "signaling/catalogue/document.h"
#include "signaling/desk/json_write.h"

#include <glib.h>

#define FW_FAULT_LIST_MAX 500 /* named; a file with more is not worth reading on */

struct fw_fault_list {
	GArray *rows;
	guint count; /* all, named or not */
	/* What the next ones are about. */
	const char *item; /* NULL: none; copied */
	unsigned line; /* 0: none */
};

void fw_fault_list_init(struct fw_fault_list *list);
void fw_fault_list_clear(struct fw_fault_list *list);
static inline void fw_fault_list_clear_at(struct fw_fault_list *list)
{
	fw_fault_list_clear(list);
}

void fw_fault_list_add(struct fw_fault_list *list, const char *path, const char *value,
	const char *code, const char *text);
/* Only the first `count` ever happened. */
void fw_fault_list_cut(struct fw_fault_list *list, guint count);
/* fw_item_fault_fn; user: the list. */
void fw_fault_list_take(void *user, const struct fw_item_fault *fault);

/* `field` is the path or the column. "faults":[{"item" (if any),"line","field","value","code","text"}],"fault_count" */
void fw_fault_list_render(const struct fw_fault_list *list, struct fw_json *json);

#endif
