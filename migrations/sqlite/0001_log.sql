-- The log: the one truth. Everything else below is derived from it, or is a cursor, a work row, a key or an idempotency row.
CREATE TABLE events (
    position    INTEGER PRIMARY KEY,          -- global, from 1 on, without gaps
    stream_id   TEXT    NOT NULL,             -- the order's or the store's id
    context     TEXT    NOT NULL,             -- order, payment, ticket, delivery, store
    version     INTEGER NOT NULL,             -- within the stream, from 1 on
    type        TEXT    NOT NULL,
    schema      INTEGER NOT NULL,
    payload     TEXT    NOT NULL,             -- JSON; personal fields sealed
    correlation TEXT    NOT NULL,             -- the order's id, or the command's where there is no order
    causation   TEXT    NOT NULL,             -- the command's id
    actor       TEXT    NOT NULL,             -- JSON
    at_ms       INTEGER NOT NULL,
    UNIQUE (stream_id, context, version)
);

-- Who may hear of an event. Read by the live streams.
CREATE TABLE topics (
    topic    TEXT    NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (topic, position)
) WITHOUT ROWID;

-- Answers to commands, kept for a day: a repeat gets the same answer.
CREATE TABLE idempotency (
    scope      TEXT    NOT NULL,              -- account and command
    key        TEXT    NOT NULL,
    body_hash  TEXT    NOT NULL,
    answer     TEXT    NOT NULL,              -- JSON
    created_ms INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
) WITHOUT ROWID;
CREATE INDEX idempotency_age ON idempotency (created_ms);

-- How far each reader of the log has come.
CREATE TABLE cursors (
    name     TEXT    PRIMARY KEY,
    position INTEGER NOT NULL
) WITHOUT ROWID;

-- What processes still have to do. The id is derived from process, order, step and the event that asked for it.
CREATE TABLE work (
    id          TEXT    PRIMARY KEY,
    process     TEXT    NOT NULL,
    order_id    TEXT    NOT NULL,
    step        TEXT    NOT NULL,             -- JSON
    position    INTEGER NOT NULL,             -- of the event
    due_ms      INTEGER NOT NULL,
    attempts    INTEGER NOT NULL DEFAULT 0,
    lease_owner TEXT    NOT NULL,
    lease_ms    INTEGER NOT NULL,             -- until when the owner has it
    state       TEXT    NOT NULL,             -- open, done
    last_error  TEXT    NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX work_open ON work (position) WHERE state = 'open';
CREATE INDEX work_done ON work (due_ms) WHERE state = 'done';

-- A key for each customer: to forget a customer is to destroy it. No part of the log.
CREATE TABLE person_keys (
    account TEXT PRIMARY KEY,
    key     BLOB NOT NULL
) WITHOUT ROWID;

-- Read models: dropped and rebuilt from the log by `baedal rebuild-views`.
CREATE TABLE view_orders (
    order_id  TEXT    PRIMARY KEY,
    customer  TEXT    NOT NULL,
    store     TEXT    NOT NULL,
    shown     TEXT    NOT NULL,
    placed_ms INTEGER NOT NULL,
    doc       TEXT    NOT NULL
) WITHOUT ROWID;
CREATE INDEX view_orders_customer ON view_orders (customer, placed_ms DESC, order_id);

CREATE TABLE view_tickets (
    order_id    TEXT    PRIMARY KEY,
    store       TEXT    NOT NULL,
    on_board    INTEGER NOT NULL,             -- 1 until the food has left or the ticket has ended
    received_ms INTEGER NOT NULL,
    moved_ms    INTEGER NOT NULL,
    doc         TEXT    NOT NULL
) WITHOUT ROWID;
CREATE INDEX view_tickets_board ON view_tickets (store, received_ms) WHERE on_board = 1;
CREATE INDEX view_tickets_left ON view_tickets (store, moved_ms DESC) WHERE on_board = 0;

CREATE TABLE view_jobs (
    order_id   TEXT    PRIMARY KEY,
    phase      TEXT    NOT NULL,
    rider      TEXT,
    offered_ms INTEGER NOT NULL,
    moved_ms   INTEGER NOT NULL,
    fee        INTEGER NOT NULL,
    doc        TEXT    NOT NULL
) WITHOUT ROWID;
CREATE INDEX view_jobs_offered ON view_jobs (offered_ms) WHERE phase = 'offered';
CREATE INDEX view_jobs_rider ON view_jobs (rider, moved_ms DESC) WHERE rider IS NOT NULL;

CREATE TABLE view_stores (
    store_id TEXT PRIMARY KEY,
    doc      TEXT NOT NULL
) WITHOUT ROWID;

-- Places taken in each kitchen (주문수용량 counts against it).
CREATE TABLE view_kitchens (
    store_id TEXT    PRIMARY KEY,
    open     INTEGER NOT NULL
) WITHOUT ROWID;

-- Riders' duty and position. No part of the log.
CREATE TABLE riders (
    account    TEXT    PRIMARY KEY,
    on_duty    INTEGER NOT NULL,
    lat        REAL,
    lon        REAL,
    updated_ms INTEGER NOT NULL
) WITHOUT ROWID;
