-- SPDX-License-Identifier: Apache-2.0
-- What is printed on pages (docs/adr/0055). The words lie in a blob under the key of the case, here is only how far
-- they are. A page from before is read when nothing else is to be.
CREATE TABLE page_words (
	page TEXT PRIMARY KEY, -- blob of the page, which several files may share
	service_case TEXT NOT NULL REFERENCES service_case (id),
	state TEXT NOT NULL CHECK (state = 'making' OR state = 'made' OR state = 'parked'),
	attempts INTEGER NOT NULL,
	error TEXT, -- of the last attempt
	words TEXT, -- blob; NULL: not begun
	characters INTEGER,
	made_us INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX page_words_making ON page_words (page) WHERE state = 'making';
CREATE INDEX page_words_case ON page_words (service_case);
INSERT INTO page_words (page, service_case, state, attempts)
	SELECT page, MIN(service_case), 'making', 0 FROM case_page WHERE state = 'made' AND pictures = 1 GROUP BY page;

ALTER TABLE case_bundle ADD COLUMN words INTEGER NOT NULL DEFAULT 0; -- pages of it whose words stand behind their picture
