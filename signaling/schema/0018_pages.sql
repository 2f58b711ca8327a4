-- SPDX-License-Identifier: Apache-2.0
-- What was made of a file: the straightened page, its thumbnail, the facts. A row is there from the moment the bytes are
-- whole, before the file is filed. An upload is looked at before it is filed, and refused when it is no paper at all.

CREATE TABLE case_page (
	file TEXT PRIMARY KEY, -- id of the file, filed or about to be
	service_case TEXT NOT NULL REFERENCES service_case (id),
	state TEXT NOT NULL CHECK (state = 'making' OR state = 'made' OR state = 'parked'),
	attempts INTEGER NOT NULL, -- of this making
	error TEXT, -- of the last attempt
	page TEXT NOT NULL, -- blob ids
	thumbnail TEXT NOT NULL,
	rotation INTEGER NOT NULL,
	pictures INTEGER NOT NULL CHECK (pictures IN (0, 1)), -- 1: both blobs are there
	compared TEXT NOT NULL, -- files the running job compares with, in its order, comma between
	hash TEXT, -- of what the page looks like
	facts TEXT, -- JSON
	made_us INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX case_page_case ON case_page (service_case, state);

CREATE TABLE upload_checked ( -- as 0012, with two states and a fault
	id TEXT PRIMARY KEY,
	account TEXT NOT NULL REFERENCES account (id),
	client_key TEXT NOT NULL,
	case_id TEXT NOT NULL,
	material INTEGER,
	kind TEXT NOT NULL CHECK (kind = 'original' OR kind = 'capture'),
	name BLOB NOT NULL,
	rotation INTEGER NOT NULL,
	bytes INTEGER NOT NULL,
	sha256 TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state = 'open' OR state = 'writing' OR state = 'sealing' OR state = 'checking'
		OR state = 'filed' OR state = 'refused' OR state = 'dropped'),
	received INTEGER NOT NULL,
	file TEXT NOT NULL,
	media_type TEXT,
	created_us INTEGER NOT NULL,
	used_us INTEGER NOT NULL,
	fault TEXT, -- why refused
	UNIQUE (account, client_key)
) STRICT;
INSERT INTO upload_checked (id, account, client_key, case_id, material, kind, name, rotation, bytes, sha256, state, received,
	file, media_type, created_us, used_us)
	SELECT id, account, client_key, case_id, material, kind, name, rotation, bytes, sha256, state, received,
	file, media_type, created_us, used_us FROM upload;
DROP TABLE upload;
ALTER TABLE upload_checked RENAME TO upload;
CREATE INDEX upload_open ON upload (used_us) WHERE state = 'open' OR state = 'writing' OR state = 'sealing';
CREATE INDEX upload_file ON upload (file);
