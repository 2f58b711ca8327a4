/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Audit log: one append-only, hash-chained table, written in the caller's open transaction, so a
 * deed and its row are durable together. It holds ids and digests only; personal content lies under
 * data keys elsewhere.
 *
 * hash(n) = SHA-256(hash(n-1) || row n), hash(-1) = 32 zero bytes. Row encoding, big-endian:
 * sequence u64, time_us i64, then actor, window, action, object_kind, object_id, detail, each as u32
 * byte count and bytes, 0xffffffff for NULL. Row 0 is the genesis row (action "audit.genesis") with
 * random bytes in its detail, so that two installations never share a chain.
 *
 * A changed, missing or inserted row breaks the chain. A cut tail does not: that is what the anchor
 * (audit_anchor.h) is for.
 *
 * Owner: none; who writes the log keeps its head, and alone writes it meanwhile. Threads: the
 * connection's. Errors: -EPROTO append outside a transaction; -EINVAL action empty or detail too long
 * or not JSON; -EEXIST the head is not the log's last row; -EBADMSG chain broken; else as db.h.
 */
#ifndef FW_BASE_AUDIT_H
#define FW_BASE_AUDIT_H

#include <stdint.h>

#include "base/crypto.h"
#include "base/db.h"

/* One migration step: creates table audit_log. */
extern const char fw_audit_schema_sql[];

/* NULL where there is none, except action. */
struct fw_audit_entry {
	int64_t time_us; /* wall clock */
	const char *actor; /* account id */
	const char *window; /* window id */
	const char *action; /* "call.answered": noun.verb, at most 64 bytes */
	const char *object_kind; /* "call", "recording" ... */
	const char *object_id;
	const char *detail; /* a JSON object of ids and digests, FW_AUDIT_DETAIL_MAX_BYTES */
};

struct fw_audit_head {
	int64_t sequence;
	uint8_t hash[FW_SHA256_BYTES];
};

/* Writes the genesis row if the table is empty, in the open transaction. ret_head: the last row. */
int fw_audit_start(
	struct fw_db *db, int64_t now_us, const uint8_t random[16], struct fw_audit_head *ret_head);

/* head is moved to the new row. It has to be taken back when the transaction is: kept between
 * transactions, it also shows a row that someone else took out or put in meanwhile. */
int fw_audit_append(
	struct fw_db *db, struct fw_audit_head *head, const struct fw_audit_entry *entry);

/* The last row. -ENOENT when the table is empty. */
int fw_audit_head(struct fw_db *db, struct fw_audit_head *ret_head);

/*
 * Recomputes the whole chain. -EBADMSG: ret_bad_sequence is the first row that does not hold (or is
 * missing). anchor may be NULL; given, its row must be in the chain with that hash. ret_head (may be
 * NULL) is the last good row.
 */
int fw_audit_verify(struct fw_db *db, const struct fw_audit_head *anchor,
	struct fw_audit_head *ret_head, int64_t *ret_bad_sequence);

#endif
