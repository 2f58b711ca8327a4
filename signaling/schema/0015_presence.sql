-- SPDX-License-Identifier: Apache-2.0
-- Beside the reason of who is away: words, and when its clerk expects to be back.

ALTER TABLE window_presence ADD COLUMN text TEXT;
ALTER TABLE window_presence ADD COLUMN until_us INTEGER;

-- Messages that need a person, as the wall counts them.
CREATE INDEX sms_trouble ON sms (created_us) WHERE state = 'failed' OR state = 'uncertain';
