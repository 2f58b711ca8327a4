-- SPDX-License-Identifier: Apache-2.0
-- The organisation as the administrator keeps it: bodies, settings of halls and windows, accounts.
-- What has a history is closed (closed_us), never deleted; its id is never given twice.
-- Settings of a hall that are NULL: what the server's configuration says.

-- A government body: the management of an area's halls, or a department that decides on items.
CREATE TABLE body (
	id TEXT PRIMARY KEY,
	name TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind = 'management' OR kind = 'department'),
	area TEXT NOT NULL REFERENCES area (code),
	superior TEXT REFERENCES body (id), -- gets what is escalated; NULL: the top
	phone TEXT, -- for short messages
	closed_us INTEGER
) STRICT;
CREATE INDEX body_area ON body (area);
CREATE INDEX body_superior ON body (superior);

ALTER TABLE area ADD COLUMN body TEXT REFERENCES body (id); -- manages its halls
ALTER TABLE area ADD COLUMN latitude_e6 INTEGER; -- degrees * 1,000,000
ALTER TABLE area ADD COLUMN longitude_e6 INTEGER;
ALTER TABLE area ADD COLUMN closed_us INTEGER;
CREATE INDEX area_parent ON area (parent);

ALTER TABLE hall ADD COLUMN latitude_e6 INTEGER;
ALTER TABLE hall ADD COLUMN longitude_e6 INTEGER;
ALTER TABLE hall ADD COLUMN line_mbit INTEGER NOT NULL DEFAULT 100; -- of its dedicated line
ALTER TABLE hall ADD COLUMN ring_seconds INTEGER; -- how long a window is rung
ALTER TABLE hall ADD COLUMN overflow_seconds INTEGER; -- after which others are rung as well
ALTER TABLE hall ADD COLUMN ring_group INTEGER; -- windows rung together
ALTER TABLE hall ADD COLUMN patience_seconds INTEGER; -- a caller who gives up earlier does not count
ALTER TABLE hall ADD COLUMN holidays_open INTEGER NOT NULL DEFAULT 0; -- 1: its hours hold on holidays too
ALTER TABLE hall ADD COLUMN closed_us INTEGER;
CREATE INDEX hall_area ON hall (area);

ALTER TABLE service_window ADD COLUMN phone TEXT; -- of the person responsible, for short messages
ALTER TABLE service_window ADD COLUMN department TEXT REFERENCES body (id); -- a department's window; NULL: the hall's
ALTER TABLE service_window ADD COLUMN all_items INTEGER NOT NULL DEFAULT 1; -- 0: those of window_item
ALTER TABLE service_window ADD COLUMN closed_us INTEGER;

CREATE TABLE window_item (
	service_window TEXT NOT NULL REFERENCES service_window (id),
	item TEXT NOT NULL,
	PRIMARY KEY (service_window, item)
) STRICT, WITHOUT ROWID;

-- What the window's browser last reported of its devices.
CREATE TABLE window_devices (
	service_window TEXT PRIMARY KEY REFERENCES service_window (id),
	face TEXT NOT NULL,
	document TEXT NOT NULL,
	microphone TEXT NOT NULL,
	speaker TEXT NOT NULL,
	reported_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

ALTER TABLE account ADD COLUMN phone TEXT;
ALTER TABLE account ADD COLUMN must_change_password INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN password_us INTEGER; -- when it was set

-- The file that is being taken in, until all its rows are (directory/import.h).
CREATE TABLE import (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	kind TEXT NOT NULL,
	account TEXT NOT NULL REFERENCES account (id),
	text TEXT NOT NULL,
	applied INTEGER NOT NULL, -- rows
	created INTEGER NOT NULL
) STRICT;
