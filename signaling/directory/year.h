/* SPDX-License-Identifier: Apache-2.0 */
/* A yearly table of holidays and make-up days as a CSV file (csv.h): columns `day` 日期, `kind` 类别 (off 放假 or work
 * 上班), `name` 名称, and for a weekend day that is worked `hours_of` 按星期, the weekday whose office hours hold (1
 * Monday; empty: 1).
 *
 * Owner: the caller's memory. Threads: pure. Errors: none that are not faults with line and column.
 */
#ifndef FW_SIGNALING_DIRECTORY_YEAR_H
#define FW_SIGNALING_DIRECTORY_YEAR_H

#include "signaling/directory/csv.h"

#define FW_YEAR_FIRST 2000
#define FW_YEAR_LAST  2199
#define FW_YEAR_DAYS_MAX \
	150 /* of one year: holidays with their weekends, and the days worked for them */
#define FW_YEAR_NAME_CHARS     40
#define FW_YEAR_FILE_MAX_BYTES 65536
#define FW_YEAR_SAMPLE         "演示数据" /* in the names of a table that nobody has published */

struct fw_year_day {
	int day; /* YYYYMMDD */
	int hours_of; /* 1 to 7 of a day worked; 0: off */
	char name[FW_YEAR_NAME_CHARS * 4 + 1];
};

/* struct fw_year_day, by day; of use only if no fault was named. */
GArray *fw_year_parse(const char *text, int year, fw_csv_fault *fault, void *user);
bool fw_year_is_sample(const GArray *days);
/* The file's text, without a byte order mark. */
void fw_year_write(const GArray *days, GString *csv);
/* The table for trying things out, made of the days the law names, marked as such; NULL: none of that year. */
const char *fw_year_sample(int year);

#endif
