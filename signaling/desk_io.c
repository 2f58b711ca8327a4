/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk_io.h"

#include "base/crypto.h"

/* Passwords come in a request's body and leave for the password pool: wiped wherever they end. */
static void free_secret(char *text)
{
	if (text) {
		fw_wipe(text, strlen(text));
		g_free(text);
	}
}

void fw_desk_input_clear(struct fw_desk_input *input)
{
	switch (input->kind) {
	case FW_IN_CLIENT_OPENED:
		free_secret(input->opened.token);
		g_free(input->opened.remote);
		break;
	case FW_IN_CLIENT_MESSAGE:
		g_free(input->message.text);
		break;
	case FW_IN_HTTP_REQUEST:
		free_secret(input->http.token);
		g_free(input->http.remote);
		free_secret(input->http.params);
		g_clear_pointer(&input->http.bytes, g_bytes_unref);
		break;
	case FW_IN_JOB:
		g_free(input->job.result);
		break;
	case FW_IN_PASSWORD_CHECKED:
		g_free(input->password.hash);
		break;
	case FW_IN_CLIENT_CLOSED:
	case FW_IN_MEDIA:
	case FW_IN_RECORDER:
	case FW_IN_SMS:
	case FW_IN_UPLOAD:
		break;
	}
	memset(input, 0, sizeof(*input));
}

void fw_desk_output_clear(struct fw_desk_output *output)
{
	switch (output->kind) {
	case FW_OUT_CLIENT_SEND:
		g_free(output->send.text);
		break;
	case FW_OUT_HTTP_REPLY:
		g_free(output->http.body);
		free_secret(output->http.set_cookie);
		break;
	case FW_OUT_READ:
		g_free(output->read.params);
		break;
	case FW_OUT_FILE:
		g_free(output->file.name);
		break;
	case FW_OUT_BLOB:
		g_free(output->blob.name);
		free_secret(output->blob.paper);
		break;
	case FW_OUT_CHECK_PASSWORD:
		g_free(output->check.hash);
		free_secret(output->check.password);
		free_secret(output->check.next);
		break;
	case FW_OUT_RECORDER:
		fw_wipe(&output->recorder, sizeof(output->recorder)); /* OPEN carries a key */
		break;
	case FW_OUT_JOB:
		g_free(output->job.start.list);
		fw_wipe(&output->job, sizeof(output->job)); /* START carries a key */
		break;
	case FW_OUT_SMS:
		fw_wipe(output->sms, sizeof(*output->sms));
		g_free(output->sms);
		break;
	case FW_OUT_UPLOAD:
		g_clear_pointer(&output->upload.bytes, g_bytes_unref);
		break;
	case FW_OUT_CLIENT_CLOSE:
	case FW_OUT_MEDIA:
		break;
	}
	memset(output, 0, sizeof(*output));
}
