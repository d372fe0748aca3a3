-- Each row's place in its list, counted from the oldest: a page is a range of them, however far back it lies. Read models: rebuilt at the
-- first start.
DELETE FROM view_orders;
ALTER TABLE view_orders ADD COLUMN nth INTEGER NOT NULL DEFAULT 0;    -- so many the customer had before
DROP INDEX view_orders_customer;
CREATE INDEX view_orders_customer ON view_orders (customer, nth);

DROP TABLE view_tickets;
CREATE TABLE view_tickets (
    order_id    TEXT    NOT NULL PRIMARY KEY,
    store       TEXT    NOT NULL,
    received_ms INTEGER NOT NULL,
    nth         INTEGER,                      -- NULL on the board; so many had left the store before
    doc         TEXT    NOT NULL
);
-- What is on the board may still be turned down: only what has left has a place that stays.
CREATE INDEX view_tickets_board ON view_tickets (store, received_ms, order_id) WHERE nth IS NULL;
CREATE INDEX view_tickets_left ON view_tickets (store, nth) WHERE nth IS NOT NULL;

DROP TABLE view_kitchens;
CREATE TABLE view_kitchens (
    store_id TEXT    NOT NULL PRIMARY KEY,
    open     INTEGER NOT NULL,                -- places taken (주문수용량 counts against it)
    on_board INTEGER NOT NULL,
    departed INTEGER NOT NULL                 -- so many have left
) WITHOUT ROWID;

-- A rider's jobs, without those of long ago.
DROP INDEX view_jobs_rider;
CREATE INDEX view_jobs_mine ON view_jobs (rider, moved_ms, order_id) WHERE phase IN ('claimed', 'arrived', 'picked_up');
