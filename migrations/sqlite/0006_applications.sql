-- Applications to take part, of owners with their store and of riders. No part of the log: who is forgotten leaves nothing here either.
CREATE TABLE applications (
    account    TEXT    NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    part       TEXT    NOT NULL,              -- owner, rider: what the applicant wants to be
    state      TEXT    NOT NULL,              -- filed, approved, refused
    number     INTEGER NOT NULL,              -- how often it was filed
    doc        TEXT    NOT NULL,              -- JSON: what was typed, and the store made of it
    reason     TEXT    NOT NULL,              -- of the last refusal
    filed_ms   INTEGER NOT NULL,
    decided_ms INTEGER
) STRICT, WITHOUT ROWID;
-- The account of an applicant has the role applicant until the application is approved and all of that is done.
CREATE INDEX accounts_applicants ON accounts (id) WHERE role = 'applicant';
