-- Webhooks: other programs are told what happens. No part of the log, from which everything can be sent again.
CREATE TABLE webhooks (
    id           TEXT    NOT NULL PRIMARY KEY,
    account      TEXT    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    recipient    TEXT    NOT NULL,            -- customer:UUID, store:UUID, rider:UUID: the topic of what it is told
    url          TEXT    NOT NULL,
    host         TEXT    NOT NULL,            -- host:port
    secret       TEXT    NOT NULL,            -- sealed with the account's key
    shown        INTEGER NOT NULL DEFAULT 0,  -- 1 once the account has seen the secret
    old_secret   TEXT,                        -- sealed; signs too, until old_until_ms
    old_until_ms INTEGER,
    created_ms   INTEGER NOT NULL,
    paused       TEXT,                        -- owner, gone, exhausted: nothing is sent
    -- Up to this position of the log its messages were queued. NULL while it follows the reader: then up to the cursor `webhooks`.
    behind       INTEGER,
    failures     INTEGER NOT NULL DEFAULT 0,  -- in a row
    failing_ms   INTEGER,                     -- since when
    last_error   TEXT    NOT NULL DEFAULT ''
);
CREATE INDEX webhooks_account ON webhooks (account, created_ms);
CREATE INDEX webhooks_live ON webhooks (recipient) WHERE behind IS NULL AND paused IS NULL;
CREATE INDEX webhooks_behind ON webhooks (id) WHERE behind IS NOT NULL AND paused IS NULL;

-- What has to be sent, or was given up. What was delivered is deleted: the log has it.
CREATE TABLE webhook_letters (
    webhook    TEXT    NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    position   INTEGER NOT NULL,              -- of the event
    order_id   TEXT    NOT NULL,              -- empty for what happens to a store itself
    doc        TEXT    NOT NULL,              -- the body, byte for byte
    at_ms      INTEGER NOT NULL,
    state      TEXT    NOT NULL,              -- waiting, dead
    attempts   INTEGER NOT NULL DEFAULT 0,
    due_ms     INTEGER NOT NULL,
    last_error TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (webhook, position)
);
-- Of those about one order the first goes first.
CREATE INDEX webhook_letters_turn ON webhook_letters (webhook, order_id, position) WHERE state = 'waiting';
CREATE INDEX webhook_letters_due ON webhook_letters (webhook, due_ms, position) WHERE state = 'waiting';
CREATE INDEX webhook_letters_soon ON webhook_letters (due_ms) WHERE state = 'waiting';
CREATE INDEX webhook_letters_dead ON webhook_letters (webhook, position) WHERE state = 'dead';
CREATE INDEX webhook_letters_age ON webhook_letters (at_ms) WHERE state = 'dead';

INSERT INTO cursors (name, position) SELECT 'webhooks', COALESCE(MAX(position), 0) FROM events;
