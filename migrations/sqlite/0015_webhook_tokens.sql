-- By which API token a webhook was registered, or let go on: it is told nothing once that token has ended. NULL: by a person who had logged in.
ALTER TABLE webhooks ADD COLUMN token TEXT;
