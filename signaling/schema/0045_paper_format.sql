-- SPDX-License-Identifier: Apache-2.0
-- The format of the paper as who took it said: A3, A4 and A5 have one proportion, so it cannot be told by the picture.
ALTER TABLE upload ADD COLUMN format TEXT; -- as docs/CAPTURE.md 1 takes it; NULL: to be guessed
