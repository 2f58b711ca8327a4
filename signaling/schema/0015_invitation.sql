-- SPDX-License-Identifier: Apache-2.0
-- The ring of a window that was invited into a running call: the same proof as an attempt has, and never a count.

CREATE TABLE invitation (
	call TEXT NOT NULL REFERENCES call (id),
	participant INTEGER NOT NULL,
	service_window TEXT NOT NULL REFERENCES service_window (id),
	account TEXT NOT NULL REFERENCES account (id), -- who sat there
	rung_us INTEGER NOT NULL,
	delivered_us INTEGER, -- what the window's client acknowledged
	displayed_us INTEGER,
	tone_us INTEGER,
	silent_us INTEGER, -- when the missing tone was noticed
	closed_us INTEGER,
	outcome TEXT CHECK (outcome = 'answered' OR outcome = 'refused' OR outcome = 'withdrawn'
		OR outcome = 'unanswered'),
	PRIMARY KEY (call, participant)
) STRICT, WITHOUT ROWID;
CREATE INDEX invitation_window ON invitation (service_window, rung_us);
