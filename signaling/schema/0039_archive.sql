-- SPDX-License-Identifier: Apache-2.0
-- Joined pages in the form for archives (docs/adr/0054); those from before are joined anew when they are asked for.
ALTER TABLE case_bundle ADD COLUMN archive INTEGER NOT NULL DEFAULT 0 CHECK (archive IN (0, 1)); -- 1: PDF/A-2b
