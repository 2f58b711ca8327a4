-- SPDX-License-Identifier: Apache-2.0
-- Attempts: one window being tried for one call, whether it rang or should have been there to ring. A row ends in
-- exactly one outcome, with its cause and whether it counts against the window (desk/attempts.h).

CREATE TABLE attempt (
	call TEXT NOT NULL REFERENCES call (id),
	service_window TEXT NOT NULL REFERENCES service_window (id),
	round INTEGER NOT NULL, -- of ringing within the call, from 1
	participant INTEGER, -- NULL: did not ring
	account TEXT REFERENCES account (id), -- who sat there; NULL: nobody
	on_duty INTEGER NOT NULL CHECK (on_duty IN (0, 1)),
	in_hours INTEGER NOT NULL CHECK (in_hours IN (0, 1)), -- the hall's office was open
	drill INTEGER NOT NULL CHECK (drill IN (0, 1)),
	begun_us INTEGER NOT NULL,
	rung_us INTEGER,
	delivered_us INTEGER, -- what the window's client acknowledged
	displayed_us INTEGER,
	tone_us INTEGER,
	silent_us INTEGER, -- when the missing tone was noticed
	closed_us INTEGER,
	outcome TEXT CHECK (outcome = 'answered' OR outcome = 'refused' OR outcome = 'withdrawn'
		OR outcome = 'unanswered'),
	cause TEXT CHECK (cause = 'not_signed_in' OR cause = 'connection_lost' OR cause = 'not_displayed'
		OR cause = 'silent' OR cause = 'not_answered' OR cause = 'refused' OR cause = 'away'),
	countable INTEGER CHECK (countable IN (0, 1)),
	why_not TEXT, -- not countable because of; NULL: countable, or answered
	PRIMARY KEY (call, service_window)
) STRICT, WITHOUT ROWID;
CREATE INDEX attempt_window ON attempt (service_window, begun_us);
CREATE INDEX attempt_open ON attempt (call) WHERE closed_us IS NULL;

-- Calls that had to wait for a busy window (desk/queue.h).
CREATE TABLE queue_entry (
	call TEXT PRIMARY KEY REFERENCES call (id),
	state TEXT NOT NULL CHECK (state = 'waiting' OR state = 'rung' OR state = 'taken' OR state = 'left'
		OR state = 'over'),
	entered_us INTEGER NOT NULL, -- for the first time
	left_us INTEGER -- final
) STRICT, WITHOUT ROWID;
CREATE INDEX queue_entry_open ON queue_entry (call) WHERE left_us IS NULL;
