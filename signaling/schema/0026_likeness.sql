-- SPDX-License-Identifier: Apache-2.0
-- A page is held against the others of its case when it is made, no more when its making begins.
ALTER TABLE case_page DROP COLUMN compared;
