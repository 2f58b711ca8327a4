-- SPDX-License-Identifier: Apache-2.0
-- More than two in a call, hold, and drills. `side` of an invited window is the side of who invited it.

ALTER TABLE call ADD COLUMN drill INTEGER NOT NULL DEFAULT 0;
ALTER TABLE call_part ADD COLUMN invited_by INTEGER; -- participant; NULL: called, or calls itself
ALTER TABLE call_part ADD COLUMN transfer INTEGER; -- 1: invited to take the call over at once
ALTER TABLE call_part ADD COLUMN held_by INTEGER; -- participant; NULL: not on hold
