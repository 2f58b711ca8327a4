/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/access.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/http.h"
#include "signaling/desk/render.h"
#include "signaling/desk/sessions.h"

static void render_roles(struct fw_json *json, const struct fw_person *person)
{
	fw_json_open(json, "roles", '[');
	for (guint i = 0; i < person->roles->len; i++) {
		const struct fw_person_role *role =
			&g_array_index(person->roles, struct fw_person_role, i);

		fw_json_open(json, NULL, '{');
		fw_json_text(json, "role", fw_role_name(role->role));
		fw_json_text(json, "area", role->area->code);
		fw_json_close(json, '}');
	}
	fw_json_close(json, ']');
}

char *fw_session_body(
	struct fw_desk *desk, const struct fw_session *session, const struct fw_session *former)
{
	const struct fw_account *account = session->account;
	const GPtrArray *places = desk->catalogue->place_list;
	struct fw_json json;

	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_open(&json, "account", '{');
	fw_json_text(&json, "id", account->person->id);
	fw_json_text(&json, "name", account->person->name);
	render_roles(&json, account->person);
	fw_json_close(&json, '}');
	fw_json_bool(&json, "must_change_password", account->person->must_change_password);
	if (former) {
		fw_json_open(&json, "took_over", '{');
		fw_json_text(&json, "remote", former->remote);
		fw_json_int(&json, "signed_in_us", former->created_us);
		fw_json_close(&json, '}');
	}
	fw_json_open(&json, "windows", '[');
	for (guint i = 0; i < places->len; i++) {
		const struct fw_place *place = g_ptr_array_index(places, i);

		if (fw_person_may_take(account->person, place)) {
			fw_render_place(&json, NULL, place, account);
		}
	}
	fw_json_close(&json, ']');
	fw_json_int(&json, "expires_us", fw_desk_wall_us(desk, session->used + FW_SESSION_IDLE_US));
	fw_json_close(&json, '}');
	return fw_json_steal(&json);
}

int fw_session_create_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	return fw_session_create(desk, question->request, question->remote, question->params);
}

int fw_session_get_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	fw_http_answer(
		desk, question->request, 200, fw_session_body(desk, question->session, NULL), NULL);
	return 0;
}

int fw_session_delete_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	int r = fw_session_end(desk, question->session, FW_SESSION_SIGNED_OUT);

	fw_http_answer(desk, question->request, 204, NULL,
		g_strdup("fw_session=; HttpOnly; Secure; SameSite=Strict; Path=/; Max-Age=0"));
	return r;
}
