-- The sandbox provider's own book. Money is integer won, times are UTC epoch milliseconds.

CREATE TABLE IF NOT EXISTS payments (
    id                TEXT    NOT NULL PRIMARY KEY,
    key               TEXT    NOT NULL UNIQUE,
    order_ref         TEXT    NOT NULL,
    status            TEXT    NOT NULL CHECK (status IN
                      ('approved', 'declined', 'needs_customer', 'cancelled', 'partially_cancelled')),
    amount            INTEGER NOT NULL CHECK (amount > 0),
    cancelled         INTEGER NOT NULL CHECK (cancelled BETWEEN 0 AND amount),
    card              TEXT    NOT NULL,
    body_hash         TEXT    NOT NULL,
    decline_code      TEXT,
    return_url        TEXT,
    customer_token    TEXT,
    customer_until_ms INTEGER,
    created_ms        INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS cancels (
    id         TEXT    NOT NULL PRIMARY KEY,
    key        TEXT    NOT NULL UNIQUE,
    payment_id TEXT    NOT NULL REFERENCES payments (id),
    amount     INTEGER NOT NULL CHECK (amount > 0),
    reason     TEXT    NOT NULL,
    body_hash  TEXT    NOT NULL,
    created_ms INTEGER NOT NULL
) STRICT;

-- The ledger: one row for each charge and one for each refund, never changed.
CREATE TABLE IF NOT EXISTS entries (
    seq        INTEGER PRIMARY KEY,
    kind       TEXT    NOT NULL CHECK (kind IN ('approve', 'cancel')),
    payment_id TEXT    NOT NULL REFERENCES payments (id),
    order_ref  TEXT    NOT NULL,
    amount     INTEGER NOT NULL CHECK (amount > 0),
    at_ms      INTEGER NOT NULL
) STRICT;

CREATE INDEX IF NOT EXISTS entries_by_order ON entries (order_ref);

-- Keys under which a cancel was refused: the same is said again, whatever has changed since.
CREATE TABLE IF NOT EXISTS refused_cancels (
    key       TEXT NOT NULL PRIMARY KEY,
    body_hash TEXT NOT NULL,
    code      TEXT NOT NULL
) STRICT;

-- Keys whose first call was answered with an error on purpose, without a charge.
CREATE TABLE IF NOT EXISTS first_errors (
    key       TEXT NOT NULL PRIMARY KEY,
    body_hash TEXT NOT NULL
) STRICT;
