-- What customers paid, what has gone back to them, and what is owed back. Read models: rebuilt at the first start.
DROP TABLE view_deals;
CREATE TABLE view_deals (
    order_id       TEXT    NOT NULL PRIMARY KEY,
    day            TEXT    NOT NULL,          -- on which it ended, in Seoul, 2026-11-25
    store          TEXT    NOT NULL,
    store_won      INTEGER NOT NULL,
    rider          TEXT,
    rider_won      INTEGER NOT NULL,
    paid_won       INTEGER NOT NULL,          -- taken from the customer
    given_back_won INTEGER NOT NULL,
    owed_back_won  INTEGER NOT NULL           -- to be given back, and not yet done
);
CREATE INDEX view_deals_day ON view_deals (day);
