/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/access.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/http.h"

#include <jansson.h>

int fw_directory_read_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	return fw_access_read(desk, question, FW_RIGHT_COUNT);
}

int fw_today_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	/* Asia/Shanghai has had no summer time since 1991: UTC+8. */
	const int64_t day = INT64_C(86400000000), east = INT64_C(28800000000);
	int64_t from = (desk->now_us + east) / day * day - east;

	json_object_set_new(question->params, "from_us", json_integer(from));
	json_object_set_new(question->params, "to_us", json_integer(from + day));
	return fw_access_read(desk, question, FW_RIGHT_COUNT);
}

int fw_calls_read_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	return fw_access_read(desk, question, FW_RIGHT_CALLS_AREA);
}

int fw_figures_read_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	return fw_access_read(desk, question, FW_RIGHT_FIGURES);
}

int fw_audit_read_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	int r = fw_deed(desk, question->session->account, NULL, "audit.read", NULL, NULL, NULL);

	return r < 0 ? r : fw_access_read(desk, question, FW_RIGHT_AUDIT_LOG);
}

int fw_call_read_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const char *call;
	int r = fw_access_call(desk, question, FW_RIGHT_CALLS_AREA, &call);

	if (r != 0) {
		return r;
	}
	r = fw_deed(desk, question->session->account, NULL, "call.viewed", "call", call, NULL);
	return r < 0 ? r : fw_access_read(desk, question, FW_RIGHT_CALLS_AREA);
}
