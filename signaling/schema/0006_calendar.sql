-- SPDX-License-Identifier: Apache-2.0
-- When halls are open and who is on duty. Days are integers YYYYMMDD, minutes count from midnight, both in
-- Asia/Shanghai; a span is [begin, end), end at most 1440. Weekdays as ISO 8601: 1 is Monday.

CREATE TABLE office_hours (
	hall TEXT NOT NULL REFERENCES hall (id),
	weekday INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 7),
	begin_minute INTEGER NOT NULL,
	end_minute INTEGER NOT NULL,
	PRIMARY KEY (hall, weekday, begin_minute),
	CHECK (0 <= begin_minute AND begin_minute < end_minute AND end_minute <= 1440)
) STRICT, WITHOUT ROWID;

-- The State Council's yearly table: days off, and weekend days that are worked for them.
CREATE TABLE holiday (
	day INTEGER PRIMARY KEY,
	kind TEXT NOT NULL CHECK (kind = 'off' OR kind = 'work'),
	name TEXT NOT NULL,
	hours_of INTEGER NOT NULL CHECK (hours_of BETWEEN 1 AND 7), -- of a day worked: the weekday whose hours hold
	sample INTEGER NOT NULL CHECK (sample IN (0, 1)) -- 1: invented, until the real table is imported
) STRICT;

-- A hall closed out of turn: a power cut, a move, a typhoon.
CREATE TABLE closure (
	id INTEGER PRIMARY KEY,
	hall TEXT NOT NULL REFERENCES hall (id),
	from_us INTEGER NOT NULL,
	until_us INTEGER NOT NULL,
	reason TEXT NOT NULL,
	account TEXT NOT NULL REFERENCES account (id),
	created_us INTEGER NOT NULL,
	withdrawn_us INTEGER, -- NULL: it holds
	CHECK (from_us < until_us)
) STRICT;
CREATE INDEX closure_hall ON closure (hall, until_us);

-- Who answers for calls on a day. A hall without rows for the day: all its home windows in office hours.
CREATE TABLE duty (
	hall TEXT NOT NULL REFERENCES hall (id),
	day INTEGER NOT NULL,
	service_window TEXT NOT NULL REFERENCES service_window (id),
	begin_minute INTEGER NOT NULL,
	end_minute INTEGER NOT NULL,
	PRIMARY KEY (hall, day, service_window, begin_minute),
	CHECK (0 <= begin_minute AND begin_minute < end_minute AND end_minute <= 1440)
) STRICT, WITHOUT ROWID;
CREATE INDEX duty_window ON duty (service_window, day);
