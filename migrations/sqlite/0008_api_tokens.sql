-- API tokens: by one of them a script acts for its account. No part of the log; whoever is forgotten leaves none.
CREATE TABLE api_tokens (
    id         TEXT    NOT NULL PRIMARY KEY,
    account    TEXT    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    hash       BLOB    NOT NULL UNIQUE,       -- BLAKE3 of the secret, which is kept nowhere
    label      TEXT    NOT NULL,
    made_ms    INTEGER NOT NULL,
    used_ms    INTEGER,                       -- written at most once an hour
    expires_ms INTEGER,                       -- holds until it is revoked where there is none
    revoked_ms INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX api_tokens_accounts ON api_tokens (account, id);

-- Counts revocations, whichever process makes them: a server looks here to learn whether what it has in memory still holds.
CREATE TABLE api_revocations (
    id    INTEGER NOT NULL PRIMARY KEY CHECK (id = 0),
    count INTEGER NOT NULL
) STRICT;
INSERT INTO api_revocations (id, count) VALUES (0, 0);
