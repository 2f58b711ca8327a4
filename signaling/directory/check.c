/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/directory/check.h"

#include "base/db.h"
#include "base/limits.h"
#include "base/text.h"
#include "signaling/desk/emit.h"
#include "signaling/directory/calendar.h"

#include <errno.h>
#include <string.h>

#define ID_MAX_BYTES 64
#define DEPTH_MAX    16 /* of a tree: city, county, township, village, and bodies beside them */

void fw_check_init(struct fw_check *check, struct fw_desk *desk, const struct fw_person *by)
{
	*check = (struct fw_check){.desk = desk, .by = by};
	check->faults = g_array_new(FALSE, FALSE, sizeof(struct fw_fault));
}

void fw_check_clear(struct fw_check *check)
{
	for (guint i = 0; i < check->faults->len; i++) {
		g_free(g_array_index(check->faults, struct fw_fault, i).value);
	}
	g_array_free(check->faults, TRUE);
}

void fw_check_fault(struct fw_check *check, unsigned line, const char *field, const char *value,
	const char *code, const char *text)
{
	struct fw_fault fault = {line, field, g_strdup(value ? value : ""), code, text};

	if (check->faults->len < FW_FAULTS_MAX) {
		g_array_append_val(check->faults, fault);
	} else {
		g_free(fault.value);
	}
}

void fw_check_render(const struct fw_check *check, struct fw_json *json)
{
	fw_json_open(json, "faults", '[');
	for (guint i = 0; i < check->faults->len; i++) {
		const struct fw_fault *fault = &g_array_index(check->faults, struct fw_fault, i);

		fw_json_open(json, NULL, '{');
		fw_json_int(json, "line", fault->line);
		fw_json_text(json, "field", fault->field);
		fw_json_text(json, "value", fault->value);
		fw_json_text(json, "code", fault->code);
		fw_json_text(json, "text", fault->text);
		fw_json_close(json, '}');
	}
	fw_json_close(json, ']');
}

int fw_check_refuse(const struct fw_check *check, uint64_t request)
{
	g_autofree char *members = NULL;
	struct fw_json json;

	fw_json_init(&json);
	fw_check_render(check, &json);
	members = fw_json_steal(&json);
	fw_http_refuse(check->desk, request, FW_CODE_FAULTY, members);
	return 0;
}

/* --- forms -------------------------------------------------------------------------------------- */

static bool is_id(const char *text)
{
	size_t size = strlen(text);

	for (size_t i = 0; i < size; i++) {
		if (!g_ascii_isalnum(text[i]) && !strchr("-_.", text[i])) {
			return false;
		}
	}
	return size >= 1 && size <= ID_MAX_BYTES;
}

static bool is_phone(const char *text)
{
	const char *digits = text + (*text == '+');
	size_t size = strlen(digits);

	return size >= 5 && size <= 20 && strspn(digits, "0123456789") == size;
}

static bool is_number(const struct fw_field *field, const char *text)
{
	size_t size = strlen(text);
	int64_t number;

	if (size > 9 || strspn(text, "0123456789") != size) {
		return false;
	}
	number = g_ascii_strtoll(text, NULL, 10);
	return number >= field->least && number <= field->most;
}

static bool is_degrees(const struct fw_field *field, const char *text)
{
	int64_t e6;

	return fw_degrees_parse(text, &e6) && e6 >= field->least && e6 <= field->most;
}

static bool is_word(const struct fw_field *field, const char *text)
{
	g_autofree char *pattern = g_strdup_printf("|%s|", text);

	return !strchr(text, '|') && strstr(field->words, pattern) != NULL;
}

/* NULL: the form is right; else the sentence. */
static const char *form_fault(const struct fw_field *field, const char *text)
{
	switch (field->type) {
	case FW_FIELD_ID:
		return is_id(text) ? NULL : "编码只能用字母、数字、“-”“_”“.”，最长 64 位";
	case FW_FIELD_TEXT:
		return fw_text_is_typed(text, FW_NAME_MAX_CHARS, false)
			? NULL
			: "最长 100 字，不能有换行等控制字符";
	case FW_FIELD_WORD:
		return is_word(field, text) ? NULL : "不是可选的值";
	case FW_FIELD_NUMBER:
		return is_number(field, text) ? NULL : "应为规定范围内的整数";
	case FW_FIELD_FLAG:
		return !strcmp(text, "0") || !strcmp(text, "1") ? NULL : "应为 0（否）或 1（是）";
	case FW_FIELD_DEGREES:
		return is_degrees(field, text) ? NULL : "应为十进制度数，最多六位小数";
	case FW_FIELD_PHONE:
		return is_phone(text) ? NULL : "应为 5 至 20 位数字";
	case FW_FIELD_REFERENCE:
	case FW_FIELD_ITEMS:
	case FW_FIELD_HOURS:
	case FW_FIELD_ROLES:
		break;
	}
	return NULL;
}

/* --- references ----------------------------------------------------------------------------------- */

/* 1: an open one of that id, 0: none, 2: it is closed. */
static int find(struct fw_check *check, enum fw_kept_kind kind, const char *id)
{
	const struct fw_catalogue *catalogue = check->desk->catalogue;
	const struct fw_kept *in_file = check->file ? g_hash_table_lookup(check->file, id) : NULL;
	int64_t closed = 0;
	int r;

	if (in_file && in_file->kind == kind) {
		return in_file->closed ? 2 : 1;
	}
	if (kind == FW_KEPT_AREA) {
		const struct fw_area *area = fw_catalogue_area(catalogue, id);

		return !area ? 0 : area->closed ? 2 : 1;
	}
	if (kind == FW_KEPT_HALL) {
		const struct fw_hall *hall = g_hash_table_lookup(catalogue->halls, id);

		return !hall ? 0 : hall->closed ? 2 : 1;
	}
	if (kind == FW_KEPT_ACCOUNT) {
		const struct fw_person *person = fw_catalogue_person(catalogue, id);

		return !person ? 0 : person->closed ? 2 : 1;
	}
	r = fw_db_query_int(check->desk->setup.db,
		"SELECT CASE WHEN closed_us IS NULL THEN 1 ELSE 2 END FROM body WHERE id = ?1",
		FW_DB_VALUES(fw_db_text(id)), &closed);
	return r == -ENOENT ? 0 : r < 0 ? r : (int)closed;
}

static int check_reference(struct fw_check *check, const struct fw_kept *kept,
	const struct fw_field *field, const char *text)
{
	int found = find(check, field->refers, text);

	if (found == 0) {
		fw_check_fault(check, kept->line, field->name, text, "unknown", "没有这个编码");
	} else if (found == 2) {
		fw_check_fault(check, kept->line, field->name, text, "closed", "所填的已停用");
	}
	return MIN(found, 0);
}

/* The value of `field` in the object above; NULL: there is none. g_free. */
static char *above(
	struct fw_check *check, const struct fw_kept *kept, const char *field, const char *id)
{
	const struct fw_kept *in_file = check->file ? g_hash_table_lookup(check->file, id) : NULL;
	fw_cleanup(fw_kept_clear) struct fw_kept stored = {0};

	if (in_file) {
		return g_strdup(fw_kept_text(in_file, field));
	}
	if (fw_kept_read(check->desk->setup.db, kept->kind, id, &stored) <= 0) {
		return NULL;
	}
	return g_strdup(fw_kept_text(&stored, field));
}

static void check_cycle(struct fw_check *check, const struct fw_kept *kept, const char *field)
{
	g_autofree char *up = g_strdup(fw_kept_text(kept, field));

	for (int depth = 0; up && up[0]; depth++) {
		char *next;

		if (strcmp(up, kept->texts[0]) == 0 || depth == DEPTH_MAX) {
			fw_check_fault(check, kept->line, field, fw_kept_text(kept, field), "cycle",
				"上级又绕回到自己，树中不能有环");
			return;
		}
		next = above(check, kept, field, up);
		g_free(up);
		up = next;
	}
}

/* --- kinds ------------------------------------------------------------------------------------------ */

static int level_of(const char *kind)
{
	static const char *const levels[] = {"city", "county", "township", "village"};

	for (int i = 0; kind && i < (int)G_N_ELEMENTS(levels); i++) {
		if (strcmp(kind, levels[i]) == 0) {
			return i;
		}
	}
	return -1;
}

static void check_area(struct fw_check *check, const struct fw_kept *kept)
{
	const char *code = kept->texts[0], *parent = fw_kept_text(kept, "parent");
	size_t size = strlen(code);
	int level = level_of(fw_kept_text(kept, "kind"));
	g_autofree char *kind_above = parent[0] ? above(check, kept, "kind", parent) : NULL;

	if (strspn(code, "0123456789") != size || (size != 6 && size != 9 && size != 12)) {
		fw_check_fault(check, kept->line, "code", code, "form",
			"区划代码应为 6、9 或 12 位数字（GB/T 2260）");
	}
	if (level == 0 ? parent[0] != '\0' : parent[0] == '\0') {
		fw_check_fault(check, kept->line, "parent", parent, "level",
			level == 0 ? "市级没有上级区划" : "请填写上级区划");
	} else if (kind_above && level >= 0 && level_of(kind_above) >= level) {
		fw_check_fault(check, kept->line, "parent", parent, "level", "上级区划的级别应更高");
	}
	check_cycle(check, kept, "parent");
}

struct hours_check {
	struct fw_calendar *calendar;
	struct fw_check *check;
	unsigned line;
};

/* Goes on behind an overlap, so that all of them are named. */
static bool try_span(void *user, int weekday, int begin_minute, int end_minute)
{
	static const char *const days[] = {"", "一", "二", "三", "四", "五", "六", "日"};
	struct hours_check *hours = user;
	char span[FW_SPAN_TEXT_SIZE];
	g_autofree char *where = NULL;

	if (fw_calendar_add_hours(hours->calendar, "", weekday, begin_minute, end_minute) !=
		-EEXIST) {
		return true;
	}
	fw_calendar_span_format(begin_minute, end_minute, span);
	where = g_strdup_printf("星期%s %s", days[weekday], span);
	fw_check_fault(hours->check, hours->line, "hours", where, "overlap",
		"与同一天的另一段办公时间重叠");
	return true;
}

static void check_hours(struct fw_check *check, const struct fw_kept *kept, const char *text)
{
	fw_cleanup(fw_calendar_destroy) struct fw_calendar *calendar = fw_calendar_create();
	struct hours_check hours = {.calendar = calendar, .check = check, .line = kept->line};

	if (!fw_hours_parse(text, try_span, &hours)) {
		fw_check_fault(check, kept->line, "hours", text, "form",
			"格式如“1-5 08:30-12:00 14:30-17:30; 6 09:00-12:00”");
	}
}

static void check_items(struct fw_check *check, const struct fw_kept *kept, const char *text)
{
	g_auto(GStrv) items = g_strsplit(text, " ", 0);

	for (unsigned i = 0; items[i]; i++) {
		if (items[i][0] && !fw_catalogue_item(check->desk->catalogue, items[i])) {
			fw_check_fault(
				check, kept->line, "items", items[i], "unknown", "没有这个事项");
		}
	}
}

static void check_roles(struct fw_check *check, const struct fw_kept *kept, const char *text)
{
	g_auto(GStrv) words = g_strsplit(text, " ", 0);

	for (unsigned i = 0; words[i]; i++) {
		g_auto(GStrv) pair = g_strsplit(words[i], "@", 0);
		const struct fw_area *area;
		enum fw_role role;

		if (!words[i][0]) {
			continue;
		}
		if (g_strv_length(pair) != 2 || !fw_role_from_name(pair[0], &role)) {
			fw_check_fault(check, kept->line, "roles", words[i], "form",
				"格式如“home_clerk@441523”，多个用空格分开");
			continue;
		}
		area = fw_catalogue_area(check->desk->catalogue, pair[1]);
		if (!area) {
			fw_check_fault(
				check, kept->line, "roles", words[i], "unknown", "没有这个区划");
		} else if (!fw_person_may(check->by, FW_RIGHT_ORGANISATION, area)) {
			fw_check_fault(check, kept->line, "roles", words[i], "forbidden",
				"不能授予本人管辖范围以外的角色");
		}
	}
}

static void check_kind(struct fw_check *check, const struct fw_kept *kept)
{
	switch (kept->kind) {
	case FW_KEPT_AREA:
		check_area(check, kept);
		break;
	case FW_KEPT_BODY:
		check_cycle(check, kept, "superior");
		break;
	case FW_KEPT_HALL:
		check_hours(check, kept, fw_kept_text(kept, "hours"));
		break;
	case FW_KEPT_WINDOW:
		check_items(check, kept, fw_kept_text(kept, "items"));
		if (!strcmp(fw_kept_text(kept, "applicant"), "0") &&
			!strcmp(fw_kept_text(kept, "home"), "0")) {
			fw_check_fault(check, kept->line, "applicant", "0", "form",
				"申请方窗口和属地窗口至少选一个");
		}
		break;
	case FW_KEPT_ACCOUNT:
		check_roles(check, kept, fw_kept_text(kept, "roles"));
		break;
	case FW_KEPT_KINDS:
		break;
	}
}

/* --- the right ------------------------------------------------------------------------------------- */

static const struct fw_area *area_of(struct fw_check *check, const char *code)
{
	const struct fw_kept *in_file;

	/* An area that the same file makes lies where its parent lies. */
	for (int depth = 0; code && code[0] && depth < DEPTH_MAX; depth++) {
		const struct fw_area *area = fw_catalogue_area(check->desk->catalogue, code);

		if (area) {
			return area;
		}
		in_file = check->file ? g_hash_table_lookup(check->file, code) : NULL;
		code = in_file && in_file->kind == FW_KEPT_AREA ? fw_kept_text(in_file, "parent")
								: NULL;
	}
	return NULL;
}

static const struct fw_area *place_of(struct fw_check *check, const struct fw_kept *kept)
{
	const struct fw_hall *hall;

	switch (kept->kind) {
	case FW_KEPT_AREA:
		return area_of(check,
			fw_kept_text(kept, "parent")[0] ? fw_kept_text(kept, "parent")
							: kept->texts[0]);
	case FW_KEPT_BODY:
	case FW_KEPT_HALL:
		return area_of(check, fw_kept_text(kept, "area"));
	case FW_KEPT_WINDOW:
		hall = g_hash_table_lookup(
			check->desk->catalogue->halls, fw_kept_text(kept, "hall"));
		return hall ? hall->area : NULL;
	case FW_KEPT_ACCOUNT:
	case FW_KEPT_KINDS:
		break;
	}
	return NULL;
}

int fw_check_may(struct fw_check *check, const struct fw_kept *kept)
{
	const struct fw_area *area;
	guint before = check->faults->len;

	if (kept->kind == FW_KEPT_ACCOUNT) {
		check_roles(check, kept, fw_kept_text(kept, "roles"));
		return check->faults->len > before ? FW_CODE_FORBIDDEN : 0;
	}
	area = place_of(check, kept);
	return area && fw_person_may(check->by, FW_RIGHT_ORGANISATION, area) ? 0 : FW_CODE_FORBIDDEN;
}

/* As it is, and as it is to be. */
static int check_right(struct fw_check *check, const struct fw_kept *kept)
{
	fw_cleanup(fw_kept_clear) struct fw_kept now = {0};
	int r = kept->exists ? fw_kept_read(check->desk->setup.db, kept->kind, kept->texts[0], &now)
			     : 0;

	if (r < 0) {
		return r;
	}
	if ((r > 0 && fw_check_may(check, &now)) ||
		(kept->kind != FW_KEPT_ACCOUNT && fw_check_may(check, kept))) {
		fw_check_fault(
			check, kept->line, NULL, kept->texts[0], "forbidden", "不在本人管辖范围内");
	}
	return 0;
}

int fw_check_one(struct fw_check *check, const struct fw_kept *kept)
{
	const struct fw_kind *kind = fw_kept_kind(kept->kind);
	guint before = check->faults->len;

	for (unsigned i = 0; i < kind->count; i++) {
		const struct fw_field *field = &kind->fields[i];
		const char *text = kept->texts[i];
		const char *wrong = text[0] ? form_fault(field, text) : NULL;
		int r;

		if (!text[0] && field->required) {
			fw_check_fault(check, kept->line, field->name, "", "required", "不能为空");
		} else if (wrong) {
			fw_check_fault(check, kept->line, field->name, text, "form", wrong);
		} else if (text[0] && field->type == FW_FIELD_REFERENCE &&
			(r = check_reference(check, kept, field, text)) < 0) {
			return r;
		}
	}
	if (check->faults->len > before) {
		return 0; /* what follows wants well-formed fields */
	}
	check_kind(check, kept);
	return check->faults->len > before ? 0 : check_right(check, kept);
}
