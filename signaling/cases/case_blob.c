/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/cases/case_blob.h"

#include "signaling/desk/state.h"

void fw_case_blob_answer(struct fw_desk *desk, const struct fw_http_question *question,
	const struct fw_case *c, const char *blob, const char *media_type, char *paper)
{
	struct fw_desk_output output = {.kind = FW_OUT_BLOB};

	output.blob.request = question->request;
	g_snprintf(output.blob.key, sizeof(output.blob.key), "case/%s", c->id);
	g_strlcpy(output.blob.blob, blob, sizeof(output.blob.blob));
	output.blob.media_type = media_type;
	output.blob.paper = paper;
	output.blob.range_from = question->range_from;
	output.blob.range_to = question->range_to;
	g_array_append_val(desk->outputs, output);
}
