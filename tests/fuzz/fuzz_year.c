/* SPDX-License-Identifier: Apache-2.0 */
/* A yearly table. What is read without a fault is written and read again: the same days. */
#include <assert.h>
#include <glib.h>
#include <string.h>

#include "signaling/directory/calendar.h"
#include "signaling/directory/year.h"

#define YEAR 2026

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void count(void *user, unsigned line, const char *field, const char *value, const char *code,
	const char *text)
{
	(void)line, (void)field, (void)value, (void)code, (void)text;
	++*(unsigned *)user;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = size ? fw_csv_text(data, size) : NULL;
	g_autoptr(GArray) days = NULL, again = NULL;
	g_autoptr(GString) csv = g_string_new(NULL);
	unsigned faults = 0;

	if (!text) {
		return 0;
	}
	days = fw_year_parse(text, YEAR, count, &faults);
	if (faults > 0) {
		return 0;
	}
	assert(days->len > 0 && days->len <= FW_YEAR_DAYS_MAX);
	fw_year_write(days, csv);
	again = fw_year_parse(csv->str, YEAR, count, &faults);
	assert(faults == 0 && again->len == days->len);
	for (guint i = 0; i < days->len; i++) {
		const struct fw_year_day *left = &g_array_index(days, struct fw_year_day, i);
		const struct fw_year_day *right = &g_array_index(again, struct fw_year_day, i);

		assert(fw_calendar_day_exists(left->day) && left->day / 10000 == YEAR);
		assert(left->day == right->day && left->hours_of == right->hours_of);
		assert(strcmp(left->name, right->name) == 0);
	}
	return 0;
}
