-- SPDX-License-Identifier: Apache-2.0
-- What people write is sealed (docs/adr/0049): these columns hold no clear text any more. What earlier development
-- versions kept in clear is dropped.

ALTER TABLE call DROP COLUMN note;
ALTER TABLE call ADD COLUMN note BLOB; -- sealed, key of the call
ALTER TABLE call_part DROP COLUMN refuse_text;
ALTER TABLE call_part ADD COLUMN refuse_text BLOB; -- sealed, key of the call
ALTER TABLE chat_message DROP COLUMN text;
ALTER TABLE chat_message ADD COLUMN text BLOB; -- sealed, key of the call
ALTER TABLE recording_access DROP COLUMN reason;
ALTER TABLE recording_access ADD COLUMN reason BLOB; -- sealed, key of the call
