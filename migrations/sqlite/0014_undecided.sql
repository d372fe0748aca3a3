-- Since when a charge is being called off that nobody wants any more: the operator's list looks here. Read models: rebuilt at the first start.
ALTER TABLE view_orders ADD COLUMN undecided_ms INTEGER;
CREATE INDEX view_orders_undecided ON view_orders (undecided_ms) WHERE undecided_ms IS NOT NULL;
