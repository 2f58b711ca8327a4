-- SPDX-License-Identifier: Apache-2.0
-- Marks on captures, beside the picture and never in it.

CREATE TABLE case_mark (
	file TEXT NOT NULL REFERENCES case_file (id),
	number INTEGER NOT NULL,
	shape TEXT NOT NULL CHECK (shape = 'box' OR shape = 'arrow' OR shape = 'line'),
	points TEXT NOT NULL, -- JSON: [[x, y], ...] in ten-thousandths of the page's width and height
	account TEXT NOT NULL REFERENCES account (id),
	call TEXT REFERENCES call (id),
	recording_us INTEGER, -- into the call's recording
	at_us INTEGER NOT NULL,
	erased_us INTEGER,
	PRIMARY KEY (file, number)
) STRICT, WITHOUT ROWID;
