/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/desk/office_private.h"

#include "base/crypto.h"
#include "base/text.h"
#include "signaling/schema.h"

#include <string.h>

char *office_area(unsigned number)
{
	return g_strdup_printf("%u", 110101 + number);
}

static void insert(struct fw_db *db, const char *sql, const char *one, const char *two)
{
	assert_int_equal(
		fw_db_run(db, sql, FW_DB_VALUES(fw_db_text(one), fw_db_text(two)), NULL), 0);
}

static void token_bytes(const char *account, uint8_t ret_bytes[FW_SESSION_TOKEN_BYTES])
{
	assert_int_equal(fw_sha256(account, strlen(account), ret_bytes), 0);
}

char *office_large_token(const char *account)
{
	uint8_t bytes[FW_SESSION_TOKEN_BYTES];
	char *text = g_malloc(FW_BASE64URL_CHARS(FW_SESSION_TOKEN_BYTES) + 1);

	token_bytes(account, bytes);
	fw_text_base64url_encode(bytes, sizeof(bytes), text);
	return text;
}

static void add_session(struct fw_db *db, const char *account)
{
	uint8_t bytes[FW_SESSION_TOKEN_BYTES], sha256[FW_SHA256_BYTES];

	token_bytes(account, bytes);
	assert_int_equal(fw_sha256(bytes, sizeof(bytes), sha256), 0);
	assert_int_equal(
		fw_db_run(db,
			"INSERT INTO session (account, token_sha256, created_us, used_us)"
			" VALUES (?1, ?2, ?3, ?3)",
			FW_DB_VALUES(fw_db_text(account), fw_db_blob(sha256, sizeof(sha256)),
				fw_db_int(OFFICE_START_US)),
			NULL),
		0);
}

void office_add_account(struct fw_db *db, const char *id, const char *role, const char *area)
{
	insert(db, "INSERT INTO account (id, name, password_hash) VALUES (?1, ?2, '$argon2id$none')",
		id, id);
	assert_int_equal(
		fw_db_run(db, "INSERT INTO account_role (account, role, area) VALUES (?1, ?2, ?3)",
			FW_DB_VALUES(fw_db_text(id), fw_db_text(role), fw_db_text(area)), NULL),
		0);
	add_session(db, id);
}

static void add_place(struct fw_db *db, const char *area, bool home, unsigned number)
{
	g_autofree char *id = g_strdup_printf("%s-%c-%u", area, home ? 'h' : 'a', number);

	insert(db,
		home ? "INSERT INTO service_window (id, name, hall, applicant, home)"
		       " VALUES (?1, ?1, ?2, 0, 1)"
		     : "INSERT INTO service_window (id, name, hall, applicant, home)"
		       " VALUES (?1, ?1, ?2, 1, 0)",
		id, area);
	office_add_account(db, id, home ? "home_clerk" : "applicant_clerk", area);
}

void office_fill_large(struct fw_db *db, unsigned areas, unsigned applicants, unsigned homes)
{
	assert_int_equal(fw_schema_apply(db), 0);
	assert_int_equal(fw_db_begin(db), 0);
	insert(db, "INSERT INTO area (code, name, kind) VALUES (?1, ?2, 'city')", "110000", "城");
	insert(db,
		"INSERT INTO item (id, version, name, pinyin, department, demo, current)"
		" VALUES (?1, 1, ?2, 'sx', '部门', 0, 1)",
		"item", "事项");
	for (unsigned i = 0; i < areas; i++) {
		g_autofree char *area = office_area(i);

		insert(db,
			"INSERT INTO area (code, name, kind, parent) VALUES (?1, ?2, 'county',"
			" '110000')",
			area, area);
		insert(db, "INSERT INTO hall (id, name, area) VALUES (?1, ?2, ?1)", area, area);
		for (int weekday = 1; weekday <= 7; weekday++) {
			assert_int_equal(
				fw_db_run(db,
					"INSERT INTO office_hours (hall, weekday, begin_minute,"
					" end_minute) VALUES (?1, ?2, 0, 1440)",
					FW_DB_VALUES(fw_db_text(area), fw_db_int(weekday)), NULL),
				0);
		}
		insert(db, "INSERT INTO item_area (item, area) VALUES (?1, ?2)", "item", area);
		for (unsigned n = 0; n < applicants; n++) {
			add_place(db, area, false, n);
		}
		for (unsigned n = 0; n < homes; n++) {
			add_place(db, area, true, n);
		}
	}
	assert_int_equal(fw_db_commit(db), 0);
}

struct office *office_create_large(unsigned areas, unsigned applicants, unsigned homes)
{
	struct office *office = office_new();
	g_autofree char *path = g_build_filename(office->folder, "office.db", NULL);
	struct fw_db *db;

	assert_int_equal(fw_db_open(path, FW_DB_READ_WRITE, 0, &db), 0);
	office_fill_large(db, areas, applicants, homes);
	fw_db_close(db);
	office_open_desk(office);
	return office;
}
