-- SPDX-License-Identifier: Apache-2.0
-- Cases. BLOB columns named here as sealed hold text under the case's own data key ("case/<id>", base/sealed.h);
-- erasing the key purges them. What a list shows of the applicant is masked before it is stored, and found by a
-- keyed digest; both are emptied when the case is purged.

CREATE TABLE case_serial ( -- next number of a day and area; moved on in the transaction that uses it
	prefix TEXT PRIMARY KEY,
	next INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE service_case (
	id TEXT PRIMARY KEY, -- UUID version 7
	serial TEXT NOT NULL UNIQUE, -- 申办流水号
	state TEXT NOT NULL,
	revision INTEGER NOT NULL, -- one more at every change: who saves an older one is told
	origin TEXT NOT NULL CHECK (origin = 'window' OR origin = 'online'),
	drill INTEGER NOT NULL CHECK (drill IN (0, 1)),
	item TEXT NOT NULL,
	item_version INTEGER NOT NULL,
	area TEXT NOT NULL REFERENCES area (code), -- home location
	applicant_area TEXT NOT NULL REFERENCES area (code),
	applicant_hall TEXT NOT NULL REFERENCES hall (id),
	applicant_account TEXT NOT NULL REFERENCES account (id),
	handler TEXT REFERENCES account (id), -- chosen for the next step; NULL: anybody of the side
	applicant_kind TEXT NOT NULL CHECK (applicant_kind = 'person' OR applicant_kind = 'company'
		OR applicant_kind = 'other'),
	applicant BLOB, -- sealed JSON
	applicant_masked TEXT,
	name_digest BLOB,
	number_digest BLOB,
	project TEXT,
	form BLOB, -- 业务表格, sealed JSON
	courier BLOB, -- sealed JSON; NULL: no courier
	supplement_asked INTEGER NOT NULL DEFAULT 0, -- once
	faulty INTEGER NOT NULL DEFAULT 0, -- home found wanting what the applicant side had ticked as complete
	result TEXT CHECK (result = 'granted' OR result = 'denied'),
	month INTEGER NOT NULL, -- YYYYMM of opening
	opened_us INTEGER NOT NULL,
	sent_us INTEGER, -- first
	accepted_us INTEGER,
	refused_us INTEGER,
	supplement_us INTEGER,
	told_us INTEGER,
	decided_us INTEGER,
	issued_us INTEGER,
	changed_us INTEGER NOT NULL,
	answer_by_us INTEGER, -- accept, refuse or ask for the supplement
	decide_by_us INTEGER,
	supplement_by_us INTEGER, -- the citizen
	post_by_us INTEGER, -- paper to the home side; NULL: none needed
	posted_us INTEGER,
	tracking TEXT, -- of the post
	FOREIGN KEY (item, item_version) REFERENCES item (id, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX service_case_area ON service_case (area, state, opened_us);
CREATE INDEX service_case_applicant_area ON service_case (applicant_area, state, opened_us);
CREATE INDEX service_case_handler ON service_case (handler, state);
CREATE INDEX service_case_name ON service_case (name_digest);
CREATE INDEX service_case_number ON service_case (number_digest);
CREATE INDEX service_case_month ON service_case (month, applicant_hall);

CREATE TABLE case_condition (
	service_case TEXT NOT NULL REFERENCES service_case (id),
	number INTEGER NOT NULL,
	met INTEGER NOT NULL CHECK (met IN (0, 1)),
	PRIMARY KEY (service_case, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE case_material (
	service_case TEXT NOT NULL REFERENCES service_case (id),
	number INTEGER NOT NULL,
	ticked INTEGER NOT NULL CHECK (ticked IN (0, 1)), -- complete, says the applicant side
	medium TEXT NOT NULL CHECK (medium = 'none' OR medium = 'paper' OR medium = 'electronic' OR medium = 'licence'),
	copies INTEGER NOT NULL,
	demand BLOB, -- what is to be supplemented, sealed; NULL: nothing
	PRIMARY KEY (service_case, number)
) STRICT, WITHOUT ROWID;

-- The time line.
CREATE TABLE case_step (
	service_case TEXT NOT NULL REFERENCES service_case (id),
	number INTEGER NOT NULL,
	action TEXT NOT NULL,
	state TEXT NOT NULL, -- after it
	revision INTEGER NOT NULL, -- after it
	account TEXT NOT NULL REFERENCES account (id),
	at_us INTEGER NOT NULL,
	opinion BLOB, -- sealed
	PRIMARY KEY (service_case, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_step_account ON case_step (account, service_case);

-- 待阅, 已阅
CREATE TABLE case_reader (
	service_case TEXT NOT NULL REFERENCES service_case (id),
	account TEXT NOT NULL REFERENCES account (id),
	copied_us INTEGER NOT NULL,
	copied_by TEXT NOT NULL REFERENCES account (id),
	read_us INTEGER,
	opinion BLOB, -- sealed
	PRIMARY KEY (service_case, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_reader_account ON case_reader (account, read_us);

-- Attached files: originals as they came, captures; the bytes lie in the blob store under the case's key.
CREATE TABLE case_file (
	id TEXT PRIMARY KEY, -- UUID version 7
	service_case TEXT NOT NULL REFERENCES service_case (id),
	material INTEGER, -- NULL: of the case as a whole
	position INTEGER NOT NULL, -- order within its material
	kind TEXT NOT NULL CHECK (kind = 'original' OR kind = 'capture'),
	media_type TEXT NOT NULL,
	blob TEXT NOT NULL, -- id in the blob store
	sha256 TEXT NOT NULL, -- of the plain bytes, hex
	bytes INTEGER NOT NULL,
	state TEXT NOT NULL CHECK (state = 'filed' OR state = 'withdrawn'),
	reason TEXT, -- why withdrawn
	account TEXT NOT NULL REFERENCES account (id),
	filed_us INTEGER NOT NULL,
	withdrawn_us INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX case_file_case ON case_file (service_case, material, position);

-- A later verdict does not undo an earlier one: all are kept, the latest of a material counts.
CREATE TABLE case_verdict (
	service_case TEXT NOT NULL REFERENCES service_case (id),
	number INTEGER NOT NULL,
	material INTEGER NOT NULL,
	verdict TEXT NOT NULL CHECK (verdict = 'conforms' OR verdict = 'wanting' OR verdict = 'tolerated'
		OR verdict = 'paper'),
	review_point INTEGER, -- why wanting
	note BLOB, -- sealed
	tolerated_until_us INTEGER,
	file TEXT REFERENCES case_file (id), -- what it was given on
	call TEXT REFERENCES call (id),
	recording_us INTEGER, -- into the call's recording
	account TEXT NOT NULL REFERENCES account (id),
	side TEXT NOT NULL CHECK (side IN ('applicant', 'home')),
	at_us INTEGER NOT NULL,
	PRIMARY KEY (service_case, number)
) STRICT, WITHOUT ROWID;

-- Face and document compared in a call.
CREATE TABLE case_identity (
	service_case TEXT NOT NULL REFERENCES service_case (id),
	number INTEGER NOT NULL,
	result TEXT NOT NULL CHECK (result = 'same' OR result = 'different' OR result = 'unclear'),
	note BLOB, -- sealed
	face_file TEXT REFERENCES case_file (id),
	document_file TEXT REFERENCES case_file (id),
	call TEXT REFERENCES call (id),
	recording_us INTEGER,
	account TEXT NOT NULL REFERENCES account (id),
	at_us INTEGER NOT NULL,
	PRIMARY KEY (service_case, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE case_issue (
	service_case TEXT PRIMARY KEY REFERENCES service_case (id),
	method TEXT NOT NULL CHECK (method = 'person' OR method = 'proxy' OR method = 'post' OR method = 'self_print'),
	receiver BLOB, -- sealed JSON: name, document, number
	tracking TEXT,
	account TEXT NOT NULL REFERENCES account (id),
	at_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was said to the citizen on paper; the sheet itself is made from `content` and kept under this id in the
-- blob store.
CREATE TABLE case_notice (
	id TEXT PRIMARY KEY, -- UUID version 7
	service_case TEXT NOT NULL REFERENCES service_case (id),
	kind TEXT NOT NULL CHECK (kind = 'one_time' OR kind = 'accepted' OR kind = 'refused' OR kind = 'posting'),
	number TEXT NOT NULL UNIQUE,
	content BLOB, -- sealed JSON
	account TEXT NOT NULL REFERENCES account (id),
	made_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX case_notice_case ON case_notice (service_case, made_us);
