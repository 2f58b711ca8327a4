/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces that several lists of the office share: who and where, as the screens name them.
 *
 * Threads: the connection's. Errors: none.
 */
#ifndef FW_SIGNALING_READS_OFFICE_H
#define FW_SIGNALING_READS_OFFICE_H

#include "signaling/reads_query.h"

/* Columns and tables of a window `ALIAS`: id, name, hall id and name, area code and name: six columns. */
#define FW_READ_WINDOW_COLUMNS(w) \
	w ".id, " w ".name, " w "h.id, " w "h.name, " w "a.code, " w "a.name"
#define FW_READ_WINDOW_TABLES(join, w, on) \
	" " join " service_window " w " ON " w ".id = " on " " join " hall " w "h ON " w \
	"h.id = " w ".hall " join " area " w "a ON " w "a.code = " w "h.area"

/* The window whose six columns begin at `column`; null when there is none. */
void fw_read_render_window(
	struct fw_json *json, const char *key, struct fw_statement *row, int column);
/* {"id","name"} of two columns; null when there is none. */
void fw_read_render_named(
	struct fw_json *json, const char *key, struct fw_statement *row, int column);
void fw_read_render_time(
	struct fw_json *json, const char *key, struct fw_statement *row, int column);

/* Runs and closes `rows` and the page: total, then the rows of `list`, each rendered by `one`. */
typedef void fw_read_row(struct fw_json *json, struct fw_statement *row);
int fw_read_page(struct fw_db *db, const struct fw_read_question *question,
	struct fw_read_query *count, struct fw_read_query *list, fw_read_row *one,
	struct fw_json *json);

/* The members of a row that are kept sealed. Errors: as reads_sealed.h. */
typedef int fw_read_sealed_row(
	struct fw_read_keys *keys, struct fw_json *json, struct fw_statement *row);

/* The member `text` of an entry of the ledger: its columns are subject, id, number, month and the sealed text, from
 * `column` on; null where there is none. */
int fw_read_render_words(
	struct fw_read_keys *keys, struct fw_json *json, struct fw_statement *row, int column);

/* A list of an area's objects, searched: how often and in which order its rows are told. */
struct fw_read_listing {
	const char *count, *rows; /* SELECT ... FROM ..., without conditions; `scope` may be used */
	void (*narrow)(struct fw_read_query *query, const struct fw_read_question *question,
		bool *ret_bad); /* adds what was asked for; *ret_bad: that is no answerable question */
	const char *order;
	fw_read_row *one;
	fw_read_sealed_row *sealed; /* after `one`; NULL: the rows have no sealed texts */
};

/* *ret_status: 400 when the question is bad. */
int fw_read_listing(struct fw_db *db, const struct fw_read_question *question,
	const struct fw_read_listing *listing, int *ret_status, struct fw_json *json);

/* An array of the rows; `sealed` may be NULL, and `keys` then too. */
int fw_read_sealed_array(struct fw_db *db, struct fw_read_query *list, fw_read_row *one,
	fw_read_sealed_row *sealed, struct fw_read_keys *keys, struct fw_json *json,
	const char *key);
int fw_read_array(struct fw_db *db, struct fw_read_query *list, fw_read_row *one,
	struct fw_json *json, const char *key);

#endif
