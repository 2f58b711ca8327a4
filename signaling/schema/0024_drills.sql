-- SPDX-License-Identifier: Apache-2.0
-- Rehearsals of whole halls (drill/drill.h), and the calls that belonged to one: a call of two halls to both.

CREATE TABLE hall_drill (
	id INTEGER PRIMARY KEY,
	hall TEXT NOT NULL REFERENCES hall (id),
	item TEXT, -- NULL: every item
	state TEXT NOT NULL CHECK (state = 'running' OR state = 'ended' OR state = 'over'),
	started_us INTEGER NOT NULL,
	until_us INTEGER NOT NULL, -- as planned
	ended_us INTEGER,
	account TEXT NOT NULL REFERENCES account (id),
	ended_by TEXT REFERENCES account (id), -- NULL: it runs, or its time was over
	CHECK (started_us < until_us)
) STRICT;
CREATE UNIQUE INDEX hall_drill_running ON hall_drill (hall) WHERE state = 'running';
CREATE INDEX hall_drill_hall ON hall_drill (hall, started_us);

CREATE TABLE drill_call (
	drill INTEGER NOT NULL REFERENCES hall_drill (id),
	call TEXT NOT NULL REFERENCES call (id),
	PRIMARY KEY (drill, call)
) STRICT, WITHOUT ROWID;
