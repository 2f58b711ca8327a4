-- SPDX-License-Identifier: Apache-2.0
-- The catalogue grows: basic facts, tolerance and licences of materials, drafts, and faults found in guides.
-- A version in `item` is published and never changes again but for `current`; what is being edited is a draft.

ALTER TABLE item ADD COLUMN facts TEXT NOT NULL DEFAULT '{}'; -- JSON object of texts, PROTOCOL-CASES.md 1
ALTER TABLE item ADD COLUMN published_us INTEGER; -- NULL: came with the installation
ALTER TABLE item ADD COLUMN published_by TEXT;

ALTER TABLE item_material ADD COLUMN tolerance_days INTEGER; -- 容缺: working days to hand it in later; NULL: none
ALTER TABLE item_material ADD COLUMN licence TEXT; -- electronic licence that may stand for it
ALTER TABLE item_material ADD COLUMN exempt TEXT; -- 免提交措施
ALTER TABLE item_material ADD COLUMN intermediary TEXT; -- 中介服务
ALTER TABLE item_material ADD COLUMN condition_text TEXT; -- when a conditional one is needed
ALTER TABLE item_material ADD COLUMN sample TEXT; -- how a good one looks, in words

CREATE TABLE item_draft (
	item TEXT PRIMARY KEY,
	revision INTEGER NOT NULL, -- one more at every save
	base_version INTEGER NOT NULL, -- what it was made from; 0: a new item
	document TEXT NOT NULL, -- JSON of the whole version
	edited_us INTEGER NOT NULL,
	edited_by TEXT NOT NULL REFERENCES account (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE guide_fault (
	id TEXT PRIMARY KEY, -- UUID version 7
	item TEXT NOT NULL,
	item_version INTEGER NOT NULL,
	material INTEGER,
	review_point INTEGER,
	text TEXT NOT NULL,
	service_case TEXT, -- evidence
	call TEXT,
	area TEXT NOT NULL REFERENCES area (code), -- whose guide it is
	state TEXT NOT NULL CHECK (state = 'reported' OR state = 'confirmed' OR state = 'answered' OR state = 'closed'),
	reported_us INTEGER NOT NULL,
	reported_by TEXT NOT NULL REFERENCES account (id),
	changed_us INTEGER NOT NULL,
	FOREIGN KEY (item, item_version) REFERENCES item (id, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX guide_fault_state ON guide_fault (state, reported_us);

CREATE TABLE guide_fault_step (
	fault TEXT NOT NULL REFERENCES guide_fault (id),
	number INTEGER NOT NULL,
	action TEXT NOT NULL,
	text TEXT,
	account TEXT NOT NULL REFERENCES account (id),
	at_us INTEGER NOT NULL,
	PRIMARY KEY (fault, number)
) STRICT, WITHOUT ROWID;
