-- SPDX-License-Identifier: Apache-2.0
-- Files on their way into a case. A row stays after the file is filed: a client that asks again with the same key is told
-- what became of it. The name is personal content, sealed under the key of the case.

CREATE TABLE upload (
	id TEXT PRIMARY KEY, -- UUID version 7
	account TEXT NOT NULL REFERENCES account (id),
	client_key TEXT NOT NULL, -- UUID, chosen by the client
	case_id TEXT NOT NULL,
	material INTEGER, -- NULL: of the case as a whole
	kind TEXT NOT NULL CHECK (kind = 'original' OR kind = 'capture'),
	name BLOB NOT NULL, -- sealed
	rotation INTEGER NOT NULL, -- clockwise degrees as the clerk saw it
	bytes INTEGER NOT NULL,
	sha256 TEXT NOT NULL, -- of the plain file, as promised
	state TEXT NOT NULL CHECK (state = 'open' OR state = 'writing' OR state = 'sealing' OR state = 'filed'
		OR state = 'dropped'),
	received INTEGER NOT NULL, -- bytes that are on the disk
	file TEXT NOT NULL, -- id of the file and of its blob
	media_type TEXT, -- by its first bytes; NULL: none came yet
	created_us INTEGER NOT NULL,
	used_us INTEGER NOT NULL,
	UNIQUE (account, client_key)
) STRICT;
CREATE INDEX upload_open ON upload (used_us) WHERE state = 'open' OR state = 'writing' OR state = 'sealing';

ALTER TABLE case_file ADD COLUMN name BLOB; -- sealed
ALTER TABLE case_file ADD COLUMN rotation INTEGER NOT NULL DEFAULT 0; -- clockwise degrees as the clerk saw it
