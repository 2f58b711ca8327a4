-- SPDX-License-Identifier: Apache-2.0
-- Short messages. `sms` holds what the audit log can tell again, without a person's number or words; those lie in
-- `sms_content` and are deleted when their time is over.

CREATE TABLE sms (
	id INTEGER PRIMARY KEY,
	key TEXT NOT NULL UNIQUE, -- one message for each, ever
	kind TEXT NOT NULL CHECK (kind = 'unanswered' OR kind = 'silent_ring' OR kind = 'case'),
	state TEXT NOT NULL CHECK (state = 'queued' OR state = 'waiting' OR state = 'handing' OR state = 'handed'
		OR state = 'delivered' OR state = 'failed' OR state = 'uncertain' OR state = 'cancelled'),
	area TEXT NOT NULL REFERENCES area (code), -- whose supervisors see it
	service_window TEXT REFERENCES service_window (id), -- whose responsible person it goes to; NULL: to a citizen
	subject_kind TEXT NOT NULL,
	subject_id TEXT NOT NULL,
	round INTEGER NOT NULL, -- 1; one more each time a person has it sent again
	tries INTEGER NOT NULL, -- commands given to the gateway in this round
	step TEXT NOT NULL CHECK (step = 'send' OR step = 'ask'), -- what the next command is
	unclear INTEGER NOT NULL CHECK (unclear IN (0, 1)), -- the gateway may have it
	created_us INTEGER NOT NULL,
	since_us INTEGER NOT NULL, -- of `state`
	next_us INTEGER NOT NULL, -- queued or waiting: not before
	error TEXT
) STRICT;
CREATE INDEX sms_due ON sms (next_us, id) WHERE state = 'queued' OR state = 'waiting';
CREATE INDEX sms_handing ON sms (id) WHERE state = 'handing';
CREATE INDEX sms_time ON sms (created_us);
CREATE INDEX sms_subject ON sms (subject_kind, subject_id);

CREATE TABLE sms_content (
	sms INTEGER PRIMARY KEY REFERENCES sms (id),
	phone TEXT NOT NULL,
	text TEXT NOT NULL,
	created_us INTEGER NOT NULL
) STRICT;
CREATE INDEX sms_content_time ON sms_content (created_us);
