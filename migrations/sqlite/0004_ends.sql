-- What an order waits for, and from when on: the timers and the operator's list look here. Read models: rebuilt at the first start.
ALTER TABLE view_orders ADD COLUMN waits TEXT;
ALTER TABLE view_orders ADD COLUMN wait_from_ms INTEGER;
ALTER TABLE view_orders ADD COLUMN refund_fails INTEGER NOT NULL DEFAULT 0;
CREATE INDEX view_orders_waits ON view_orders (waits, wait_from_ms) WHERE waits IS NOT NULL;
CREATE INDEX view_orders_refund_fails ON view_orders (placed_ms) WHERE refund_fails = 1;
CREATE INDEX view_orders_held ON view_orders (shown) WHERE shown = 'awaiting_payment';

-- Where a job is, coarsely: riders see those near by, however many there are elsewhere.
ALTER TABLE view_jobs ADD COLUMN store_cell TEXT NOT NULL DEFAULT '';
ALTER TABLE view_jobs ADD COLUMN address_cell TEXT NOT NULL DEFAULT '';
DROP INDEX view_jobs_offered;
CREATE INDEX view_jobs_store_cell ON view_jobs (store_cell, offered_ms) WHERE phase = 'offered';
CREATE INDEX view_jobs_address_cell ON view_jobs (address_cell, offered_ms) WHERE phase = 'offered';

-- 정산: who is owed what of an order that has ended.
CREATE TABLE view_deals (
    order_id  TEXT    NOT NULL PRIMARY KEY,
    day       TEXT    NOT NULL,               -- in Seoul, 2026-11-25
    store     TEXT    NOT NULL,
    store_won INTEGER NOT NULL,
    rider     TEXT,
    rider_won INTEGER NOT NULL,
    paid_won  INTEGER NOT NULL                -- by the customer, and not given back
);
CREATE INDEX view_deals_day ON view_deals (day);

-- Steps that were given up, for the operator.
CREATE INDEX work_parked ON work (due_ms) WHERE state = 'parked';
