/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/directory/history.h"

#include "base/log.h"
#include "signaling/desk/access.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/http.h"
#include "signaling/desk/json_write.h"
#include "signaling/directory/check.h"

#include <string.h>

#define FW_LOG_TOPIC "organisation"

#define VALUE_MAX_BYTES 400 /* of longer ones only that they changed */

const char *const fw_history_objects[FW_KEPT_KINDS] = {"area", "body", "hall", "window", "account"};

/* --- writing -------------------------------------------------------------------------------------- */

/* What may have to be forgotten does not stand in the log. */
static bool is_personal(enum fw_kept_kind kind, const struct fw_field *field)
{
	return field->type == FW_FIELD_PHONE ||
		(kind == FW_KEPT_ACCOUNT && strcmp(field->name, "name") == 0);
}

static void render_field(struct fw_json *json, enum fw_kept_kind kind, const struct fw_field *field,
	const char *from, const char *to)
{
	fw_json_open(json, NULL, '{');
	fw_json_text(json, "field", field->name);
	if (!is_personal(kind, field) && strlen(from) <= VALUE_MAX_BYTES &&
		strlen(to) <= VALUE_MAX_BYTES) {
		fw_json_text(json, "from", from);
		fw_json_text(json, "to", to);
	}
	fw_json_close(json, '}');
}

static void render_changes(
	struct fw_json *json, const struct fw_kept *before, const struct fw_kept *after)
{
	const struct fw_kind *kind = fw_kept_kind(after->kind);

	fw_json_open(json, "changed", '[');
	for (unsigned i = 0; i < kind->count; i++) {
		if (strcmp(before->texts[i], after->texts[i]) != 0) {
			render_field(json, after->kind, &kind->fields[i], before->texts[i],
				after->texts[i]);
		}
	}
	fw_json_close(json, ']');
}

bool fw_history_differs(const struct fw_kept *before, const struct fw_kept *after)
{
	for (unsigned i = 0; i < fw_kept_kind(after->kind)->count; i++) {
		if (strcmp(before->texts[i], after->texts[i]) != 0) {
			return true;
		}
	}
	return false;
}

int fw_history_log(
	struct fw_desk *desk, const struct fw_kept *kept, const struct fw_history *history)
{
	const char *kind = fw_history_objects[kept->kind], *id = kept->texts[0];
	g_autofree char *action = g_strdup_printf("%s.%s", kind, history->what), *detail = NULL;
	struct fw_json json;

	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	if (history->imported) {
		fw_json_bool(&json, "imported", true);
	}
	if (history->before) {
		render_changes(&json, history->before, kept);
	}
	fw_json_close(&json, '}');
	detail = fw_json_steal(&json);
	fw_info("organisation changed kind=%s id=%s what=%s", kind, id, history->what);
	return fw_deed(desk, history->by, NULL, action, kind, id, detail);
}

/* --- asking --------------------------------------------------------------------------------------- */

int fw_kept_history_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	fw_cleanup(fw_check_clear) struct fw_check check;
	fw_cleanup(fw_kept_clear) struct fw_kept kept = {0};
	const char *kind_name = json_string_value(json_object_get(question->params, "kind"));
	const char *id = json_string_value(json_object_get(question->params, "id"));
	enum fw_kept_kind kind;
	int r;

	fw_check_init(&check, desk, question->session->account->person);
	if (!kind_name || !fw_kept_kind_from_name(kind_name, &kind)) {
		return FW_CODE_NOT_FOUND;
	}
	r = fw_kept_read(desk->setup.db, kind, id, &kept);
	if (r <= 0) {
		return r < 0 ? r : FW_CODE_NOT_FOUND;
	}
	r = fw_check_may(&check, &kept);
	return r ? r : fw_access_read(desk, question, FW_RIGHT_ORGANISATION);
}
