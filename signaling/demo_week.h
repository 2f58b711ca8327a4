/* SPDX-License-Identifier: Apache-2.0 */
/* What of the demo office belongs to the present days: a duty roster for the week of `now_us` of the hall with two home
 * windows, and the sample table of holidays of its year. Only where nothing is entered yet, so a start changes nothing
 * that somebody has kept.
 *
 * Owner: none. Threads: the connection's. Errors: errno of the database.
 */
#ifndef FW_SIGNALING_DEMO_WEEK_H
#define FW_SIGNALING_DEMO_WEEK_H

#include <stdint.h>

struct fw_db;

#define FW_DEMO_ROSTER_HALL "441500-01"

int fw_demo_week_fill(struct fw_db *db, int64_t now_us);

#endif
