-- The short number that people read out: the operator finds an order by it. Read models: rebuilt at the first start.
ALTER TABLE view_orders ADD COLUMN number TEXT NOT NULL DEFAULT '';
-- By the moment first, though the number is what is looked for: new rows go to the end, so that a commit touches one page of it and not
-- one for each order. A search reads backwards through the index alone, and looks an order up once its number is the right one.
CREATE INDEX view_orders_numbers ON view_orders (placed_ms, number);
