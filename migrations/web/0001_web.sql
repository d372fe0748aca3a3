-- What belongs to browsers rather than to orders. Losing this file logs everybody out and empties carts, no more.

-- Sessions of those who have logged in.
CREATE TABLE sessions (
    id         TEXT    NOT NULL PRIMARY KEY,  -- a hash of the cookie's value: this file alone lets nobody in
    data       TEXT    NOT NULL,              -- JSON
    expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_expiry ON sessions (expires_ms);

-- Cart, address and default card of a browser.
CREATE TABLE visitors (
    id       TEXT    NOT NULL PRIMARY KEY,    -- a hash of the cookie's value
    data     TEXT    NOT NULL,                -- JSON
    saved_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX visitors_by_age ON visitors (saved_ms);

-- What was typed into refused forms.
CREATE TABLE drafts (
    id         TEXT    NOT NULL PRIMARY KEY,
    visitor    TEXT    NOT NULL,              -- a hash of the cookie's value
    data       TEXT    NOT NULL,              -- JSON
    created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX drafts_of_visitor ON drafts (visitor, created_ms);
CREATE INDEX drafts_by_age ON drafts (created_ms);
