-- How many orders a customer has: counting them again for every page of a long list would take as long as the list is.
CREATE TABLE view_customers (
    customer TEXT    NOT NULL PRIMARY KEY,
    orders   INTEGER NOT NULL
);

-- A store's tickets by age, whether they are on the board or not.
CREATE INDEX view_tickets_store ON view_tickets (store, received_ms DESC, order_id DESC);
