-- SPDX-License-Identifier: Apache-2.0
-- How a page is turned for all who look at it and where pages are joined; its picture and the original stay as they are.
ALTER TABLE case_file ADD COLUMN turn INTEGER NOT NULL DEFAULT 0
	CHECK (turn = 0 OR turn = 90 OR turn = 180 OR turn = 270); -- degrees clockwise
