/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/access.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/http.h"
#include "signaling/desk/sessions.h"

int fw_session_create_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	return fw_session_create(desk, question->request, question->remote, question->params);
}

int fw_session_get_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	fw_http_answer(desk, question->request, 200, fw_session_body(desk, question->session), NULL);
	return 0;
}

int fw_session_delete_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	int r = fw_session_end(desk, question->session, FW_SESSION_SIGNED_OUT);

	fw_http_answer(desk, question->request, 204, NULL,
		g_strdup("fw_session=; HttpOnly; Secure; SameSite=Strict; Path=/; Max-Age=0"));
	return r;
}
