-- SPDX-License-Identifier: Apache-2.0
-- Each version keeps the areas it served; materials say how they are reviewed and what is archived, and may show a
-- picture; a draft is found by its name. `item_area` holds the areas of the current versions alone.

CREATE TABLE item_version_area (
	item TEXT NOT NULL,
	version INTEGER NOT NULL,
	area TEXT NOT NULL REFERENCES area (code),
	PRIMARY KEY (item, version, area),
	FOREIGN KEY (item, version) REFERENCES item (id, version)
) STRICT, WITHOUT ROWID;
INSERT INTO item_version_area (item, version, area)
	SELECT i.id, i.version, a.area FROM item i JOIN item_area a ON a.item = i.id;

ALTER TABLE item ADD COLUMN sha256 TEXT; -- of the document it was published from; NULL: came before documents

ALTER TABLE item_material ADD COLUMN review TEXT; -- 审查方式
ALTER TABLE item_material ADD COLUMN archive TEXT; -- 存档要求
ALTER TABLE item_material ADD COLUMN picture TEXT; -- of item_picture

CREATE TABLE item_picture (
	sha256 TEXT PRIMARY KEY, -- of the bytes, hex
	media_type TEXT NOT NULL,
	bytes BLOB NOT NULL,
	stored_us INTEGER NOT NULL,
	stored_by TEXT NOT NULL REFERENCES account (id)
) STRICT, WITHOUT ROWID;

ALTER TABLE item_draft ADD COLUMN name TEXT NOT NULL DEFAULT ''; -- as in the document, for the list
ALTER TABLE item_draft ADD COLUMN pinyin TEXT NOT NULL DEFAULT '';
ALTER TABLE item_draft ADD COLUMN faults INTEGER NOT NULL DEFAULT 0; -- what keeps it from being published

ALTER TABLE guide_fault ADD COLUMN outcome TEXT CHECK (outcome = 'corrected' OR outcome = 'right'
	OR outcome = 'instructed'); -- of the last answer
ALTER TABLE guide_fault ADD COLUMN fixed_version INTEGER; -- of the item, where the guide was corrected
CREATE INDEX guide_fault_reporter ON guide_fault (reported_by, reported_us);
CREATE INDEX guide_fault_area ON guide_fault (area, state, reported_us);
