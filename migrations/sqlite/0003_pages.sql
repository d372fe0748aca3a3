-- Fewer pages for each order. A disk flush writes every page that a transaction has touched, whole.

-- A row with a document fills most of a page: in a table without rowids it would spill over into a second one.
CREATE TABLE orders_anew (
    order_id  TEXT    NOT NULL PRIMARY KEY,
    customer  TEXT    NOT NULL,
    store     TEXT    NOT NULL,
    shown     TEXT    NOT NULL,
    placed_ms INTEGER NOT NULL,
    doc       TEXT    NOT NULL
);
INSERT INTO orders_anew SELECT order_id, customer, store, shown, placed_ms, doc FROM view_orders;
DROP TABLE view_orders;
ALTER TABLE orders_anew RENAME TO view_orders;
CREATE INDEX view_orders_customer ON view_orders (customer, placed_ms DESC, order_id);

CREATE TABLE tickets_anew (
    order_id    TEXT    NOT NULL PRIMARY KEY,
    store       TEXT    NOT NULL,
    on_board    INTEGER NOT NULL,             -- 1 until the food has left or the ticket has ended
    received_ms INTEGER NOT NULL,
    moved_ms    INTEGER NOT NULL,
    doc         TEXT    NOT NULL
);
INSERT INTO tickets_anew SELECT order_id, store, on_board, received_ms, moved_ms, doc FROM view_tickets;
DROP TABLE view_tickets;
ALTER TABLE tickets_anew RENAME TO view_tickets;
CREATE INDEX view_tickets_board ON view_tickets (store, received_ms) WHERE on_board = 1;
CREATE INDEX view_tickets_left ON view_tickets (store, moved_ms DESC) WHERE on_board = 0;

CREATE TABLE jobs_anew (
    order_id   TEXT    NOT NULL PRIMARY KEY,
    phase      TEXT    NOT NULL,
    rider      TEXT,
    offered_ms INTEGER NOT NULL,
    moved_ms   INTEGER NOT NULL,
    fee        INTEGER NOT NULL,
    doc        TEXT    NOT NULL
);
INSERT INTO jobs_anew SELECT order_id, phase, rider, offered_ms, moved_ms, fee, doc FROM view_jobs;
DROP TABLE view_jobs;
ALTER TABLE jobs_anew RENAME TO view_jobs;
CREATE INDEX view_jobs_offered ON view_jobs (offered_ms) WHERE phase = 'offered';
CREATE INDEX view_jobs_rider ON view_jobs (rider, moved_ms DESC) WHERE rider IS NOT NULL;

CREATE TABLE stores_anew (
    store_id TEXT NOT NULL PRIMARY KEY,
    doc      TEXT NOT NULL
);
INSERT INTO stores_anew SELECT store_id, doc FROM view_stores;
DROP TABLE view_stores;
ALTER TABLE stores_anew RENAME TO view_stores;

-- In the log's order: new rows go to the end, and a reader who is not far behind looks through the end only.
CREATE TABLE topics_anew (
    position INTEGER NOT NULL,
    topic    TEXT    NOT NULL,
    PRIMARY KEY (position, topic)
) WITHOUT ROWID;
INSERT INTO topics_anew SELECT position, topic FROM topics;
DROP TABLE topics;
ALTER TABLE topics_anew RENAME TO topics;

-- By the key first: the keys that the pages hand out are in the order of time.
CREATE TABLE idempotency_anew (
    key        TEXT    NOT NULL,
    scope      TEXT    NOT NULL,              -- account and command
    body_hash  TEXT    NOT NULL,
    answer     TEXT    NOT NULL,              -- JSON
    created_ms INTEGER NOT NULL,
    PRIMARY KEY (key, scope)
) WITHOUT ROWID;
INSERT INTO idempotency_anew SELECT key, scope, body_hash, answer, created_ms FROM idempotency;
DROP TABLE idempotency;
ALTER TABLE idempotency_anew RENAME TO idempotency;
CREATE INDEX idempotency_age ON idempotency (created_ms);
