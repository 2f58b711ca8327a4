/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/directory/year.h"

#include "base/text.h"
#include "signaling/demo_texts.h"
#include "signaling/directory/calendar.h"

#include <stdlib.h>
#include <string.h>

enum {
	COLUMN_DAY,
	COLUMN_KIND,
	COLUMN_NAME,
	COLUMN_HOURS_OF,
	COLUMN_COUNT
};

static const struct fw_kind table = {
	.name = "years",
	.count = COLUMN_COUNT,
	.fields =
		{
			[COLUMN_DAY] = {.name = "day", .title = "日期"},
			[COLUMN_KIND] = {.name = "kind", .title = "类别"},
			[COLUMN_NAME] = {.name = "name", .title = "名称"},
			[COLUMN_HOURS_OF] = {.name = "hours_of", .title = "按星期"},
		},
};

struct parsing {
	int year;
	fw_csv_fault *fault;
	void *user;
	unsigned line;
	GHashTable *seen; /* day -> line */
};

static void complain(struct parsing *parsing, unsigned column, const char *value, const char *code,
	const char *text)
{
	parsing->fault(parsing->user, parsing->line, table.fields[column].name, value, code, text);
}

static const char *cell(const struct fw_kept *row, unsigned column)
{
	return row->texts[column] ? row->texts[column] : "";
}

static bool parse_day(struct parsing *parsing, const char *text, int *ret_day)
{
	if (fw_calendar_day_parse(text, ret_day) < 0) {
		complain(parsing, COLUMN_DAY, text, text[0] ? "form" : "required",
			"日期应写作 2026-10-01 的样子");
		return false;
	}
	if (*ret_day / 10000 != parsing->year) {
		complain(parsing, COLUMN_DAY, text, "outside", "这一天不在所选的年份里");
		return false;
	}
	if (!g_hash_table_add(parsing->seen, GINT_TO_POINTER(*ret_day))) {
		complain(parsing, COLUMN_DAY, text, "duplicate", "这一天在文件里出现了两次");
		return false;
	}
	return true;
}

/* 1: worked; 0: off; -1: neither. */
static int parse_kind(const char *text)
{
	static const char *const off[] = {"off", "放假", "休"};
	static const char *const work[] = {"work", "上班", "班"};

	for (size_t i = 0; i < G_N_ELEMENTS(off); i++) {
		if (strcmp(text, off[i]) == 0) {
			return 0;
		}
		if (strcmp(text, work[i]) == 0) {
			return 1;
		}
	}
	return -1;
}

static void parse_worked(struct parsing *parsing, const char *text, struct fw_year_day *day)
{
	if (text[0] && (text[1] || text[0] < '1' || text[0] > '7')) {
		complain(parsing, COLUMN_HOURS_OF, text, "form",
			"应为 1 至 7：这一天按星期几的办公时间上班");
		return;
	}
	day->hours_of = text[0] ? text[0] - '0' : 1;
	if (day->day && fw_calendar_weekday(day->day) <= 5) {
		complain(parsing, COLUMN_KIND, "work", "weekday",
			"这一天本来就是工作日，调休上班的只能是周六或周日");
	}
}

static void parse_row(struct parsing *parsing, const struct fw_kept *row, GArray *days)
{
	const char *name = cell(row, COLUMN_NAME), *hours_of = cell(row, COLUMN_HOURS_OF);
	struct fw_year_day day = {0};
	int kind = parse_kind(cell(row, COLUMN_KIND));

	parsing->line = row->line;
	if (!parse_day(parsing, cell(row, COLUMN_DAY), &day.day)) {
		day.day = 0;
	}
	if (kind < 0) {
		complain(parsing, COLUMN_KIND, cell(row, COLUMN_KIND),
			cell(row, COLUMN_KIND)[0] ? "form" : "required",
			"应为 off（放假）或 work（上班）");
	} else if (kind == 1) {
		parse_worked(parsing, hours_of, &day);
	} else if (hours_of[0]) {
		complain(parsing, COLUMN_HOURS_OF, hours_of, "form", "放假的日子这一列要空着");
	}
	if (!fw_text_is_typed(name, FW_YEAR_NAME_CHARS, false)) {
		complain(parsing, COLUMN_NAME, name, name[0] ? "form" : "required",
			"要有名称，最长 40 字");
		return;
	}
	g_strlcpy(day.name, name, sizeof(day.name));
	g_array_append_val(days, day);
}

static gint by_day(gconstpointer left_pointer, gconstpointer right_pointer)
{
	const struct fw_year_day *left = left_pointer, *right = right_pointer;

	return left->day - right->day;
}

GArray *fw_year_parse(const char *text, int year, fw_csv_fault *fault, void *user)
{
	struct parsing parsing = {.year = year, .fault = fault, .user = user};
	g_autoptr(GPtrArray) rows = fw_csv_table(text, &table, fault, user);
	GArray *days = g_array_new(FALSE, FALSE, sizeof(struct fw_year_day));

	parsing.seen = g_hash_table_new(g_direct_hash, g_direct_equal);
	if (rows->len == 0) {
		parsing.line = 1;
		complain(&parsing, COLUMN_DAY, "", "required", "文件里没有一天");
	}
	for (guint i = 0; i < rows->len; i++) {
		const struct fw_kept *row = g_ptr_array_index(rows, i);

		if (i == FW_YEAR_DAYS_MAX) {
			parsing.line = row->line;
			complain(&parsing, COLUMN_DAY, "", "too_many", "一年的日子不会这么多");
			break;
		}
		parse_row(&parsing, row, days);
	}
	g_hash_table_destroy(parsing.seen);
	g_array_sort(days, by_day);
	return days;
}

bool fw_year_is_sample(const GArray *days)
{
	for (guint i = 0; i < days->len; i++) {
		if (strstr(g_array_index(days, struct fw_year_day, i).name, FW_YEAR_SAMPLE)) {
			return true;
		}
	}
	return false;
}

void fw_year_write(const GArray *days, GString *csv)
{
	fw_csv_table_heads(csv, &table);
	for (guint i = 0; i < days->len; i++) {
		const struct fw_year_day *day = &g_array_index(days, struct fw_year_day, i);
		char date[FW_DAY_TEXT_SIZE], hours_of[2] = {(char)('0' + day->hours_of), '\0'};
		const char *const texts[COLUMN_COUNT] = {date, day->hours_of ? "work" : "off",
			day->name, day->hours_of ? hours_of : ""};

		fw_calendar_day_format(day->day, date);
		fw_csv_table_row(csv, &table, texts);
	}
}

const char *fw_year_sample(int year)
{
	return year == 2026    ? fw_text_holidays_2026_csv
		: year == 2027 ? fw_text_holidays_2027_csv
			       : NULL;
}
