-- SPDX-License-Identifier: Apache-2.0
-- Calls and what is kept of them. STRICT and WITHOUT ROWID are SQLite's words: the primary key is the table, one
-- tree to write instead of two. CHECKs are spelled with OR: SQLite makes a temporary table of a longer IN list at
-- every write. The names of places and people at the time of the call are found
-- through the ids; an id is never given twice.

CREATE TABLE call (
	id TEXT PRIMARY KEY, -- UUID version 7: sorts by time
	state TEXT NOT NULL CHECK (state = 'requested' OR state = 'ringing' OR state = 'answered'
		OR state = 'ended' OR state = 'cancelled' OR state = 'refused'
		OR state = 'unanswered' OR state = 'interrupted'),
	item TEXT NOT NULL,
	item_version INTEGER NOT NULL,
	area TEXT NOT NULL REFERENCES area (code),
	material INTEGER,
	note TEXT,
	case_number TEXT,
	named_window TEXT,
	requested_us INTEGER NOT NULL,
	ringing_us INTEGER,
	answered_us INTEGER,
	ended_us INTEGER,
	end_by INTEGER,
	end_reason TEXT,
	requester_window TEXT NOT NULL,
	requester_account TEXT NOT NULL,
	responder_window TEXT,
	responder_account TEXT,
	segment INTEGER NOT NULL DEFAULT 1, -- of the journal; one more at every server run that records the call
	FOREIGN KEY (item, item_version) REFERENCES item (id, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX call_time ON call (requested_us);
CREATE INDEX call_requester_account ON call (requester_account, requested_us);
CREATE INDEX call_responder_account ON call (responder_account, requested_us);
CREATE INDEX call_item ON call (item, requested_us);
CREATE INDEX call_area ON call (area, requested_us);
CREATE INDEX call_live ON call (requested_us) WHERE ended_us IS NULL;

CREATE TABLE call_part (
	call TEXT NOT NULL REFERENCES call (id),
	participant INTEGER NOT NULL,
	side TEXT NOT NULL CHECK (side IN ('requester', 'responder')),
	part TEXT NOT NULL CHECK (part = 'rung' OR part = 'in' OR part = 'refused' OR part = 'withdrawn'
		OR part = 'left'),
	service_window TEXT NOT NULL REFERENCES service_window (id),
	account TEXT NOT NULL REFERENCES account (id),
	since_us INTEGER NOT NULL, -- of `part`
	refuse_reason TEXT,
	refuse_text TEXT,
	audio TEXT NOT NULL,
	face TEXT NOT NULL,
	document TEXT NOT NULL,
	face_label TEXT,
	document_label TEXT,
	PRIMARY KEY (call, participant)
) STRICT, WITHOUT ROWID;
CREATE INDEX call_part_account ON call_part (account, call);
CREATE INDEX call_part_window ON call_part (service_window, call);

CREATE TABLE call_marker (
	call TEXT NOT NULL REFERENCES call (id),
	number INTEGER NOT NULL,
	at_us INTEGER NOT NULL,
	kind TEXT NOT NULL,
	participant INTEGER,
	track TEXT,
	text TEXT,
	PRIMARY KEY (call, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE chat_message (
	call TEXT NOT NULL REFERENCES call (id),
	number INTEGER NOT NULL,
	participant INTEGER NOT NULL,
	text TEXT NOT NULL,
	at_us INTEGER NOT NULL,
	client_key TEXT NOT NULL,
	PRIMARY KEY (call, number),
	UNIQUE (call, participant, client_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE recording (
	call TEXT PRIMARY KEY REFERENCES call (id),
	state TEXT NOT NULL CHECK (state = 'recording' OR state = 'finalising' OR state = 'ready'
		OR state = 'interrupted' OR state = 'failed'),
	reason TEXT,
	started_us INTEGER NOT NULL,
	ended_us INTEGER,
	duration_us INTEGER,
	bytes INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX recording_state ON recording (state);

CREATE TABLE recording_file (
	call TEXT NOT NULL REFERENCES recording (call),
	number INTEGER NOT NULL,
	source TEXT NOT NULL, -- its id in the manifest; of the manifest itself "manifest"
	name TEXT NOT NULL,
	bytes INTEGER NOT NULL,
	sha256 TEXT NOT NULL, -- of the plain bytes, hex
	PRIMARY KEY (call, number),
	UNIQUE (call, name)
) STRICT, WITHOUT ROWID;

-- What worker processes have to do; a row stays until it is done or parked.
CREATE TABLE job (
	id INTEGER PRIMARY KEY,
	kind TEXT NOT NULL,
	call TEXT NOT NULL REFERENCES call (id),
	state TEXT NOT NULL CHECK (state = 'running' OR state = 'waiting' OR state = 'done' OR state = 'parked'),
	attempts INTEGER NOT NULL,
	next_us INTEGER,
	created_us INTEGER NOT NULL,
	done_us INTEGER,
	error TEXT
) STRICT;
CREATE INDEX job_open ON job (state) WHERE state IN ('running', 'waiting');
CREATE INDEX job_call ON job (call);

-- Permission to replay or to download, opened by an auditor; ends by itself.
CREATE TABLE recording_access (
	id TEXT PRIMARY KEY,
	kind TEXT NOT NULL CHECK (kind IN ('view', 'download')),
	call TEXT NOT NULL REFERENCES recording (call),
	account TEXT NOT NULL REFERENCES account (id),
	reason TEXT,
	created_us INTEGER NOT NULL,
	expires_us INTEGER NOT NULL
) STRICT;

-- What browsers reported of their line, for the question why a picture was poor.
CREATE TABLE call_stats (
	call TEXT NOT NULL REFERENCES call (id),
	participant INTEGER NOT NULL,
	at_us INTEGER NOT NULL,
	report TEXT NOT NULL, -- JSON, as in stats.report
	PRIMARY KEY (call, participant, at_us)
) STRICT, WITHOUT ROWID;
