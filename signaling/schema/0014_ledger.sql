-- SPDX-License-Identifier: Apache-2.0
-- The ledger of calls that were not taken in time, what became of each row, the escalations, and the mirror ledger of
-- calls that need not have been made. All of it can be told again from the audit log but for the words people
-- wrote, which lie apart (ledger_text) and are in the log as digests.

-- One row per attempt that counts.
CREATE TABLE ledger (
	id INTEGER PRIMARY KEY,
	call TEXT NOT NULL,
	service_window TEXT NOT NULL, -- which did not answer
	area TEXT NOT NULL REFERENCES area (code), -- of that window, then
	requester_window TEXT NOT NULL,
	requester_area TEXT NOT NULL REFERENCES area (code),
	month INTEGER NOT NULL, -- YYYYMM, Asia/Shanghai
	cause TEXT NOT NULL,
	account TEXT, -- who sat there; NULL: nobody
	at_us INTEGER NOT NULL, -- when it was plain that nobody answered
	state TEXT NOT NULL CHECK (state = 'open' OR state = 'stated' OR state = 'at_fault' OR state = 'excused'
		OR state = 'taken_back'),
	since_us INTEGER NOT NULL,
	entries INTEGER NOT NULL, -- in ledger_entry
	UNIQUE (call, service_window),
	FOREIGN KEY (call, service_window) REFERENCES attempt (call, service_window)
) STRICT;
CREATE INDEX ledger_month ON ledger (service_window, month, state);
CREATE INDEX ledger_time ON ledger (at_us);
CREATE INDEX ledger_requester ON ledger (requester_window, at_us);

-- More than three rows of a window verified as at fault in one month.
CREATE TABLE escalation (
	id INTEGER PRIMARY KEY,
	service_window TEXT NOT NULL REFERENCES service_window (id),
	month INTEGER NOT NULL,
	area TEXT NOT NULL REFERENCES area (code), -- whose supervisors it is for: of the superior body
	body TEXT, -- the superior body; NULL: none is entered, the area above
	state TEXT NOT NULL CHECK (state = 'raised' OR state = 'acknowledged' OR state = 'closed'
		OR state = 'taken_back'),
	raised_us INTEGER NOT NULL,
	since_us INTEGER NOT NULL,
	entries INTEGER NOT NULL,
	UNIQUE (service_window, month)
) STRICT;
CREATE INDEX escalation_area ON escalation (area, raised_us);

-- What was said and decided, in order.
CREATE TABLE ledger_entry (
	subject TEXT NOT NULL CHECK (subject = 'ledger' OR subject = 'escalation'),
	id INTEGER NOT NULL,
	number INTEGER NOT NULL,
	kind TEXT NOT NULL, -- stated, or the state it led to
	at_us INTEGER NOT NULL,
	account TEXT, -- NULL: followed by itself
	service_window TEXT, -- whose statement
	reason TEXT, -- a word of the list
	text_sha256 TEXT, -- NULL: no words
	PRIMARY KEY (subject, id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger_text (
	subject TEXT NOT NULL,
	id INTEGER NOT NULL,
	number INTEGER NOT NULL,
	text TEXT NOT NULL,
	PRIMARY KEY (subject, id, number),
	FOREIGN KEY (subject, id, number) REFERENCES ledger_entry (subject, id, number)
) STRICT, WITHOUT ROWID;

-- The mirror ledger: what the home side says of a call.
CREATE TABLE call_mark (
	call TEXT PRIMARY KEY REFERENCES call (id),
	mark TEXT NOT NULL CHECK (mark = 'answered_by_points' OR mark = 'not_our_matter'),
	service_window TEXT NOT NULL, -- who says it
	account TEXT NOT NULL,
	requester_window TEXT NOT NULL,
	month INTEGER NOT NULL, -- of the call
	at_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX call_mark_month ON call_mark (month, requester_window);
