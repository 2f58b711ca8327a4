/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures of good papers, which materials name by their digest: the same bytes are kept once. */
#include "base/crypto.h"
#include "base/db.h"
#include "base/text.h"
#include "signaling/catalogue/item_rows.h"
#include "signaling/cases/files.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/http.h"

#define PICTURE_MAX_BYTES (512 * 1024)

static int store_picture(struct fw_desk *desk, const struct fw_account *account, const char *sha256,
	const char *media_type, const void *bytes, gsize size)
{
	g_autofree char *detail = g_strdup_printf("{\"bytes\":%" G_GSIZE_FORMAT "}", size);
	int64_t stored = 0;
	int r = fw_db_run(desk->setup.db,
		"INSERT INTO item_picture (sha256, media_type, bytes, stored_us, stored_by)"
		" VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
		FW_DB_VALUES(fw_db_text(sha256), fw_db_text(media_type), fw_db_blob(bytes, size),
			fw_db_int(desk->now_us), fw_db_text(account->person->id)),
		&stored);

	return r < 0 || !stored ? r
				: fw_deed(desk, account, account->window, "item.picture_stored",
					  "picture", sha256, detail);
}

int fw_catalogue_picture_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	gsize size = 0;
	const void *bytes = question->bytes ? g_bytes_get_data(question->bytes, &size) : NULL;
	const char *media_type = bytes ? fw_case_media_type(bytes, size) : NULL;
	char sha256[FW_ITEM_SHA256_SIZE];
	uint8_t digest[FW_SHA256_BYTES];
	struct fw_json json;
	int r;

	if (size > PICTURE_MAX_BYTES) {
		return FW_CODE_TOO_LARGE;
	}
	if (!media_type || !g_str_has_prefix(media_type, "image/")) {
		return FW_CODE_UNSUPPORTED_MEDIA;
	}
	r = fw_sha256(bytes, size, digest);
	fw_text_hex_encode(digest, sizeof(digest), sha256);
	if (r < 0 ||
		(r = store_picture(
			 desk, question->session->account, sha256, media_type, bytes, size)) < 0) {
		return r;
	}
	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_text(&json, "picture", sha256);
	fw_json_close(&json, '}');
	fw_http_answer(desk, question->request, 201, fw_json_steal(&json), NULL);
	return 0;
}
