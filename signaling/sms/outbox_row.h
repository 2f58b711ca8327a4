/* SPDX-License-Identifier: Apache-2.0 */
/* One row of the table sms, read and written whole, each writing with its deed.
 *
 * Owner: the caller's memory. Threads: the desk's. Errors: -ENOENT no such row, errno of the database.
 */
#ifndef FW_SIGNALING_SMS_OUTBOX_ROW_H
#define FW_SIGNALING_SMS_OUTBOX_ROW_H

#include "signaling/sms/outbox.h"

#define FW_SMS_AREA_SIZE 13 /* GB/T 2260: 12 digits */

struct fw_sms_row {
	int64_t id, round, tries, next_us;
	enum fw_sms_kind kind;
	enum fw_sms_state state;
	bool ask, unclear;
	char key[FW_SMS_KEY_SIZE], area[FW_SMS_AREA_SIZE], error[FW_SMS_ERROR_SIZE];
};

/* A new row; the rest of it from `sms`. */
int fw_sms_row_add(struct fw_desk *desk, const struct fw_sms_row *row, const struct fw_sms *sms);
/* What may change: state and all that belongs to it, since now. account: who did it, NULL for the system. */
int fw_sms_row_store(
	struct fw_desk *desk, const struct fw_account *account, const struct fw_sms_row *row);

int fw_sms_row_read(struct fw_desk *desk, int64_t id, struct fw_sms_row *ret_row);
/* The waiting row whose time comes first. */
int fw_sms_row_next(struct fw_desk *desk, struct fw_sms_row *ret_row);
/* Any that is being handed. */
int fw_sms_row_handing(struct fw_desk *desk, struct fw_sms_row *ret_row);

/* The key of the row's round as the gateway gets it: the row's own, from the second round on with #ROUND. */
void fw_sms_row_gateway_key(const struct fw_sms_row *row, char ret_key[FW_SMS_KEY_SIZE]);
int fw_sms_row_of_gateway_key(
	struct fw_desk *desk, const char *key, struct fw_sms_row *ret_row, int64_t *ret_round);

#endif
