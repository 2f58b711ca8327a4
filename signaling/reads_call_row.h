/* SPDX-License-Identifier: Apache-2.0 */
/* A call as every list and its own page tell it: who with whom, of what, when, and what became of the recording.
 *
 * Threads: the connection's. Errors: none.
 */
#ifndef FW_SIGNALING_READS_CALL_ROW_H
#define FW_SIGNALING_READS_CALL_ROW_H

#include "signaling/reads_office.h"

/* Of the tables below; other columns may follow. */
#define FW_CALL_COLUMNS \
	"c.id, c.state, c.item, i.name, c.item_version, c.area, a.name, c.requested_us," \
	" c.answered_us, c.ended_us, rw.id, rw.name, rh.id, rh.name, ra.code, ra.name, rp.id," \
	" rp.name, hw.id, hw.name, hh.id, hh.name, ha.code, ha.name, hp.id, hp.name, r.state," \
	" r.duration_us, r.bytes, c.drill, r.reason, j.state, j.attempts, j.next_us, j.error"

#define FW_CALL_COLUMNS_COUNT 35

#define FW_CALL_TABLES \
	" FROM call c JOIN item i ON i.id = c.item AND i.version = c.item_version" \
	" JOIN area a ON a.code = c.area" \
	" JOIN service_window rw ON rw.id = c.requester_window JOIN hall rh ON rh.id = rw.hall" \
	" JOIN area ra ON ra.code = rh.area JOIN account rp ON rp.id = c.requester_account" \
	" LEFT JOIN service_window hw ON hw.id = c.responder_window" \
	" LEFT JOIN hall hh ON hh.id = hw.hall LEFT JOIN area ha ON ha.code = hh.area" \
	" LEFT JOIN account hp ON hp.id = c.responder_account" \
	" LEFT JOIN recording r ON r.call = c.id" \
	" LEFT JOIN job j ON j.id = (SELECT MAX(id) FROM job WHERE call = c.id AND kind = " \
	"'finalise')"

/* Members of an object that is open; the columns are the row's first. */
void fw_read_call_row(struct fw_json *json, struct fw_statement *row);

#endif
