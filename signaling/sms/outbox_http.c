/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Receipts are signed: hexadecimal HMAC-SHA256 under the receipt secret over "KEY\nSTATE\nAT_US\n" of each receipt, in
 * their order. The key is ours and never given twice, so a receipt that comes again changes nothing.
 */
#include <errno.h>
#include <string.h>

#include "base/crypto.h"
#include "base/text.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/http.h"
#include "signaling/desk/access.h"
#include "signaling/sms/outbox.h"
#include "signaling/sms/settings.h"

#define RECEIPTS_MAX 100

int fw_sms_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	int r = fw_deed(desk, question->session->account, NULL, "sms.read", NULL, NULL, NULL);

	return r < 0 ? r : fw_access_read(desk, question, FW_RIGHT_SMS);
}

int fw_sms_by_hand_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const char *text = json_string_value(json_object_get(question->params, "sms"));
	bool cancel = question->operation == FW_OP_SMS_CANCEL;
	int64_t sms;
	int r;

	if (!text || !g_ascii_string_to_signed(text, 10, 1, G_MAXINT64, &sms, NULL)) {
		return FW_CODE_NOT_FOUND;
	}
	r = fw_outbox_by_hand(
		desk, question->session->account, sms, cancel ? FW_SMS_CANCEL : FW_SMS_RESEND);
	if (r == 0) {
		fw_http_answer(desk, question->request, 204, NULL, NULL);
	}
	return r;
}

/* --- receipts ---------------------------------------------------------------------------------------- */

struct receipt {
	const char *key;
	bool delivered;
};

/* All of them, and the text that was signed; false: not as documented. */
static bool read_receipts(const json_t *list, struct receipt *ret_receipts, GString *signed_text)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);
		const char *key = json_string_value(json_object_get(one, "key"));
		const char *state = json_string_value(json_object_get(one, "state"));
		const json_t *at_us = json_object_get(one, "at_us");

		if (!key || !key[0] || strlen(key) >= FW_SMS_KEY_SIZE || strchr(key, '\n') ||
			!state || !json_is_integer(at_us) ||
			(strcmp(state, "delivered") != 0 && strcmp(state, "failed") != 0)) {
			return false;
		}
		ret_receipts[i] = (struct receipt){key, state[0] == 'd'};
		g_string_append_printf(signed_text, "%s\n%s\n%" JSON_INTEGER_FORMAT "\n", key,
			state, json_integer_value(at_us));
	}
	return true;
}

static bool signature_ok(const char *secret, const GString *text, const char *signature)
{
	uint8_t given[FW_SHA256_BYTES], own[FW_SHA256_BYTES];

	return signature && fw_text_hex_decode(signature, given, sizeof(given)) == 0 &&
		fw_hmac_sha256(secret, strlen(secret), text->str, text->len, own) == 0 &&
		fw_equal_constant_time(given, own, sizeof(own));
}

int fw_sms_receipts_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const char *secret = desk->setup.sms ? desk->setup.sms->receipt_secret : NULL;
	const json_t *list = json_object_get(question->params, "receipts");
	g_autoptr(GString) text = g_string_new(NULL);
	struct receipt receipts[RECEIPTS_MAX];
	unsigned known = 0;

	if (!json_is_array(list) || json_array_size(list) < 1 ||
		json_array_size(list) > RECEIPTS_MAX || !read_receipts(list, receipts, text)) {
		return FW_CODE_MALFORMED;
	}
	if (!secret ||
		!signature_ok(secret, text,
			json_string_value(json_object_get(question->params, "signature")))) {
		return FW_CODE_FORBIDDEN;
	}
	for (size_t i = 0; i < json_array_size(list); i++) {
		int r = fw_outbox_receipt(desk, receipts[i].key, receipts[i].delivered);

		if (r < 0) {
			return r;
		}
		known += (unsigned)r;
	}
	fw_http_answer(desk, question->request, 200,
		g_strdup_printf("{\"taken\":%zu,\"known\":%u}", json_array_size(list), known), NULL);
	return 0;
}
