-- SPDX-License-Identifier: Apache-2.0
-- The applicant as a case named it before a correction, and why it was corrected.
CREATE TABLE case_correction (
	service_case TEXT NOT NULL REFERENCES service_case (id),
	number INTEGER NOT NULL, -- of the case, from 1
	before BLOB NOT NULL, -- sealed: JSON, an applicant
	reason BLOB NOT NULL, -- sealed
	account TEXT NOT NULL REFERENCES account (id),
	at_us INTEGER NOT NULL,
	PRIMARY KEY (service_case, number)
) STRICT;
