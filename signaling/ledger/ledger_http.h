/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP operations of the ledger, the escalations, the mirror ledger and the outbox (PROTOCOL-OFFICE.md).
 *
 * Threads: the desk's. Errors: as every operation of desk/http.h: 0 answered, a code of codes.h, negative errno.
 */
#ifndef FW_SIGNALING_LEDGER_LEDGER_HTTP_H
#define FW_SIGNALING_LEDGER_LEDGER_HTTP_H

#include "signaling/desk/access.h"

int fw_http_ledger(struct fw_desk *desk, const struct fw_http_question *question);
int fw_http_ledger_row(struct fw_desk *desk, const struct fw_http_question *question);
int fw_http_ledger_statement(struct fw_desk *desk, const struct fw_http_question *question);
int fw_http_ledger_verdict(struct fw_desk *desk, const struct fw_http_question *question);
int fw_http_escalations(struct fw_desk *desk, const struct fw_http_question *question);
int fw_http_escalation(struct fw_desk *desk, const struct fw_http_question *question);
int fw_http_escalation_settle(struct fw_desk *desk, const struct fw_http_question *question);
int fw_http_mark(struct fw_desk *desk, const struct fw_http_question *question);
int fw_http_mirror(struct fw_desk *desk, const struct fw_http_question *question);

int fw_http_sms(struct fw_desk *desk, const struct fw_http_question *question);
int fw_http_sms_by_hand(struct fw_desk *desk, const struct fw_http_question *question);
/* Without a session: the signature is the permission. */
int fw_http_sms_receipts(struct fw_desk *desk, const struct fw_http_question *question);

#endif
