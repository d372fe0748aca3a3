-- Notices: what everybody is told of each event. The inbox, and the outbox of those that are sent elsewhere too. No part of the log,
-- and kept for 30 days. One event tells a recipient one thing at the most, so both together know a notice again.
CREATE TABLE notices (
    recipient  TEXT    NOT NULL,              -- customer:UUID, store:UUID, rider:UUID
    position   INTEGER NOT NULL,              -- of the event
    order_id   TEXT    NOT NULL,
    doc        TEXT    NOT NULL,              -- JSON: template and variables
    at_ms      INTEGER NOT NULL,
    state      TEXT    NOT NULL,              -- kept (in the inbox alone), waiting, sent, dead
    attempts   INTEGER NOT NULL DEFAULT 0,
    due_ms     INTEGER NOT NULL DEFAULT 0,
    reached    INTEGER NOT NULL DEFAULT 0,    -- how many of a store's owners have it
    last_error TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (recipient, position)
) WITHOUT ROWID;
CREATE INDEX notices_age ON notices (at_ms);
-- Of those about one order to one recipient the first goes first.
CREATE INDEX notices_waiting ON notices (recipient, order_id, position) WHERE state = 'waiting';
CREATE INDEX notices_due ON notices (due_ms, position) WHERE state = 'waiting';
CREATE INDEX notices_dead ON notices (at_ms) WHERE state = 'dead';

-- What happened before is not told anew.
INSERT INTO cursors (name, position) SELECT 'notices', COALESCE(MAX(position), 0) FROM events;

-- In which language somebody is told, where no page is open.
ALTER TABLE accounts ADD COLUMN locale TEXT NOT NULL DEFAULT 'ko';
CREATE INDEX accounts_store ON accounts (store) WHERE store IS NOT NULL;
