-- Who can log in. No part of the log; forgetting somebody deletes the row.
CREATE TABLE accounts (
    id             TEXT    NOT NULL PRIMARY KEY,
    login          TEXT    NOT NULL UNIQUE COLLATE NOCASE,
    name           TEXT    NOT NULL,
    phone          TEXT    NOT NULL,          -- empty where there is none
    role           TEXT    NOT NULL,          -- customer, owner, rider, operator
    store          TEXT,                      -- an owner's store
    password_hash  TEXT    NOT NULL,          -- argon2id, as a PHC string
    address        TEXT    NOT NULL,          -- a customer's usual address; empty where there is none
    address_detail TEXT    NOT NULL,
    created_ms     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
