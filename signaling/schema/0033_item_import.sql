-- SPDX-License-Identifier: Apache-2.0
-- The file of items that is being taken in, and how far: at most one (signaling/catalogue/importing.h).
CREATE TABLE item_import (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	account TEXT NOT NULL REFERENCES account (id),
	csv INTEGER NOT NULL CHECK (csv IN (0, 1)), -- 0: JSON
	text TEXT NOT NULL,
	applied INTEGER NOT NULL, -- items
	created INTEGER NOT NULL,
	changed INTEGER NOT NULL,
	same INTEGER NOT NULL
) STRICT;
