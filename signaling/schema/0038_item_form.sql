-- SPDX-License-Identifier: Apache-2.0
-- The form of an item (业务表格): what a case of this version is asked beside its applicant, as a JSON list of fields.
ALTER TABLE item ADD COLUMN form TEXT NOT NULL DEFAULT '[]';
