-- SPDX-License-Identifier: Apache-2.0
-- What is said of unanswered calls is sealed too, and so are short messages (docs/adr/0049). What earlier development versions kept in clear is
-- dropped.

DROP TABLE ledger_text;
CREATE TABLE ledger_text (
	subject TEXT NOT NULL,
	id INTEGER NOT NULL,
	number INTEGER NOT NULL,
	month INTEGER NOT NULL, -- YYYYMM, of the row it belongs to: names the key
	text BLOB NOT NULL, -- sealed; ledger_entry.text_sha256 is the digest of these bytes
	PRIMARY KEY (subject, id, number),
	FOREIGN KEY (subject, id, number) REFERENCES ledger_entry (subject, id, number)
) STRICT, WITHOUT ROWID;

DROP TABLE sms_content;
CREATE TABLE sms_content (
	sms INTEGER PRIMARY KEY REFERENCES sms (id),
	phone BLOB NOT NULL, -- both sealed, key of the day (Asia/Shanghai) of created_us
	text BLOB NOT NULL,
	created_us INTEGER NOT NULL
) STRICT;
CREATE INDEX sms_content_time ON sms_content (created_us);

-- Days that have a key.
CREATE TABLE sms_key (
	day INTEGER PRIMARY KEY -- YYYYMMDD
) STRICT;
