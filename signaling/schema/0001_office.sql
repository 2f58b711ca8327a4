-- SPDX-License-Identifier: Apache-2.0
-- Who and where: the administrative tree, halls, windows, accounts, sessions.
-- Times: UTC microseconds. STRICT is SQLite's word; everything else is shared with PostgreSQL.

CREATE TABLE area (
	code TEXT PRIMARY KEY, -- GB/T 2260: 6, 9 or 12 digits
	name TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind = 'city' OR kind = 'county' OR kind = 'township' OR kind = 'village'),
	parent TEXT REFERENCES area (code)
) STRICT;

CREATE TABLE hall (
	id TEXT PRIMARY KEY,
	name TEXT NOT NULL,
	area TEXT NOT NULL REFERENCES area (code)
) STRICT;

CREATE TABLE service_window (
	id TEXT PRIMARY KEY,
	name TEXT NOT NULL,
	hall TEXT NOT NULL REFERENCES hall (id),
	applicant INTEGER NOT NULL CHECK (applicant IN (0, 1)),
	home INTEGER NOT NULL CHECK (home IN (0, 1)),
	reserved_account TEXT -- only this account may take it; NULL: whoever has the role
) STRICT;
CREATE INDEX service_window_hall ON service_window (hall);

CREATE TABLE account (
	id TEXT PRIMARY KEY,
	name TEXT NOT NULL,
	password_hash TEXT NOT NULL,
	closed_us INTEGER,
	failures INTEGER NOT NULL DEFAULT 0, -- wrong passwords since first_failure_us
	first_failure_us INTEGER,
	locked_until_us INTEGER,
	last_window TEXT REFERENCES service_window (id)
) STRICT;

CREATE TABLE account_role (
	account TEXT NOT NULL REFERENCES account (id),
	role TEXT NOT NULL CHECK (role = 'applicant_clerk' OR role = 'home_clerk' OR role = 'department_expert'
		OR role = 'supervisor' OR role = 'auditor' OR role = 'administrator'),
	area TEXT NOT NULL REFERENCES area (code),
	PRIMARY KEY (account, role, area)
) STRICT, WITHOUT ROWID;

-- The cookie's SHA-256 only. One row per account: a new sign-in replaces the earlier one.
CREATE TABLE session (
	account TEXT PRIMARY KEY REFERENCES account (id),
	token_sha256 BLOB NOT NULL UNIQUE,
	created_us INTEGER NOT NULL,
	used_us INTEGER NOT NULL, -- at most FW_SESSION_STORE_US behind
	remote TEXT
) STRICT, WITHOUT ROWID;

-- For readers; the desk itself keeps presence in memory and begins with nobody there.
CREATE TABLE window_presence (
	service_window TEXT PRIMARY KEY REFERENCES service_window (id),
	presence TEXT NOT NULL CHECK (presence = 'ready' OR presence = 'busy' OR presence = 'away'
		OR presence = 'offline'),
	since_us INTEGER NOT NULL,
	reason TEXT, -- why away
	account TEXT REFERENCES account (id)
) STRICT, WITHOUT ROWID;
