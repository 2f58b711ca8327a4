-- SPDX-License-Identifier: Apache-2.0
-- The empty desk under a window's document camera, as its clerk showed it: pages are found by subtracting it
-- (docs/adr/0060). The picture lies in a blob of the same id, under a key of its own.
CREATE TABLE empty_desk (
	id TEXT PRIMARY KEY, -- UUID version 7
	service_window TEXT NOT NULL REFERENCES service_window (id),
	camera TEXT NOT NULL, -- what the browser calls it
	width_px INTEGER NOT NULL,
	height_px INTEGER NOT NULL,
	bytes INTEGER NOT NULL,
	media_type TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state = 'writing' OR state = 'kept'),
	learnt_us INTEGER NOT NULL,
	learnt_by TEXT NOT NULL REFERENCES account (id),
	found TEXT -- what the latest page said of it: `desk` of docs/CAPTURE.md 2; NULL: no page yet
) STRICT, WITHOUT ROWID;
CREATE INDEX empty_desk_window ON empty_desk (service_window, learnt_us);

ALTER TABLE upload ADD COLUMN desk TEXT; -- empty desk that was learnt when it was taken; may be forgotten since
