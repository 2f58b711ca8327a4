-- SPDX-License-Identifier: Apache-2.0
-- Papers: seen before they are made, joined to one file, and told of by short message.

-- 1: its thumbnail is there, though the page may still be made.
ALTER TABLE case_page ADD COLUMN seen INTEGER NOT NULL DEFAULT 0 CHECK (seen IN (0, 1));

-- All pages of a material as one PDF. A row that is not made when the server starts is forgotten.
CREATE TABLE case_bundle (
	id TEXT PRIMARY KEY, -- of the blob, under the case's key
	service_case TEXT NOT NULL REFERENCES service_case (id),
	material INTEGER NOT NULL,
	files TEXT NOT NULL, -- whose pages, in order, comma between
	pages INTEGER NOT NULL,
	account TEXT NOT NULL REFERENCES account (id), -- who asked first
	made_us INTEGER -- NULL: being made
) STRICT, WITHOUT ROWID;
CREATE INDEX case_bundle_files ON case_bundle (service_case, files);

-- What was sent about a case (短信回执); how each fares is told by the row of table sms with its key.
CREATE TABLE case_message (
	service_case TEXT NOT NULL REFERENCES service_case (id),
	number INTEGER NOT NULL,
	sms_key TEXT NOT NULL UNIQUE,
	recipient TEXT NOT NULL CHECK (recipient = 'applicant' OR recipient = 'handler' OR recipient = 'other'),
	phone BLOB NOT NULL, -- sealed, as is the text
	text BLOB NOT NULL,
	account TEXT NOT NULL REFERENCES account (id),
	at_us INTEGER NOT NULL,
	PRIMARY KEY (service_case, number)
) STRICT, WITHOUT ROWID;
