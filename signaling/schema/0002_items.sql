-- SPDX-License-Identifier: Apache-2.0
-- The versioned catalogue of items. A call keeps the version it was made with.

CREATE TABLE item (
	id TEXT NOT NULL,
	version INTEGER NOT NULL,
	name TEXT NOT NULL,
	pinyin TEXT NOT NULL, -- initials of the name, lower case
	department TEXT NOT NULL,
	demo INTEGER NOT NULL CHECK (demo IN (0, 1)),
	current INTEGER NOT NULL CHECK (current IN (0, 1)),
	PRIMARY KEY (id, version)
) STRICT;
CREATE INDEX item_current ON item (current, name);

CREATE TABLE item_area (
	item TEXT NOT NULL,
	area TEXT NOT NULL REFERENCES area (code),
	PRIMARY KEY (item, area)
) STRICT;

CREATE TABLE item_condition (
	item TEXT NOT NULL,
	version INTEGER NOT NULL,
	number INTEGER NOT NULL,
	text TEXT NOT NULL,
	PRIMARY KEY (item, version, number),
	FOREIGN KEY (item, version) REFERENCES item (id, version)
) STRICT;

CREATE TABLE item_material (
	item TEXT NOT NULL,
	version INTEGER NOT NULL,
	number INTEGER NOT NULL,
	name TEXT NOT NULL,
	necessity TEXT NOT NULL CHECK (necessity = 'required' OR necessity = 'tolerated' OR necessity = 'conditional'),
	form TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('original', 'copy')),
	copies INTEGER NOT NULL,
	notes TEXT NOT NULL,
	PRIMARY KEY (item, version, number),
	FOREIGN KEY (item, version) REFERENCES item (id, version)
) STRICT;

CREATE TABLE review_point (
	item TEXT NOT NULL,
	version INTEGER NOT NULL,
	material INTEGER NOT NULL,
	number INTEGER NOT NULL,
	text TEXT NOT NULL,
	PRIMARY KEY (item, version, material, number),
	FOREIGN KEY (item, version, material) REFERENCES item_material (item, version, number)
) STRICT;
