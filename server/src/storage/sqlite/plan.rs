//! What the commands of one transaction want written, and what they have to know before.

use super::bulk::{Bulk, Shape, read, write};
use super::counts::Counts;
use crate::storage::{IdempotencyKey, LogError, Ran, Unit};
use domain::shared::Timestamp;
use domain::views::Fault;
use lru::LruCache;
use sqlx::{Row, SqliteConnection};
use std::collections::HashSet;
use std::num::NonZeroUsize;
use uuid::Uuid;

const EVENTS: Shape = Shape {
    head: "INSERT INTO events (position, stream_id, context, version, type, schema, payload, correlation, causation, \
           actor, at_ms) SELECT * FROM (VALUES ",
    tail: ") WHERE column1 IS NOT NULL",
    columns: 11,
};
const TOPICS: Shape = Shape {
    head: "INSERT INTO topics (position, topic) SELECT * FROM (VALUES ",
    tail: ") WHERE column1 IS NOT NULL",
    columns: 2,
};
const KEYS: Shape = Shape {
    head: "INSERT INTO idempotency (scope, key, body_hash, answer, created_ms) SELECT * FROM (VALUES ",
    tail: ") WHERE column1 IS NOT NULL",
    columns: 5,
};
const CURSORS: Shape = Shape {
    head: "INSERT INTO cursors (name, position) SELECT * FROM (VALUES ",
    tail: ") WHERE column1 IS NOT NULL ON CONFLICT (name) DO UPDATE SET position = excluded.position",
    columns: 2,
};
const WORK: Shape = Shape {
    head: "INSERT INTO work (id, process, order_id, step, position, lease_owner, lease_ms, due_ms, state) \
           SELECT *, 0, 'open' FROM (VALUES ",
    tail: ") WHERE column1 IS NOT NULL ON CONFLICT (id) DO NOTHING",
    columns: 7,
};
const DONE: Shape = Shape {
    head: "UPDATE work SET state = 'done', due_ms = done.column2 FROM (VALUES ",
    tail: ") AS done WHERE id = done.column1 AND state = 'open'",
    columns: 2,
};
/// The last column is how many orders of the same customer come before it in the text; NULL for an order that has its place already.
const ORDERS: Shape = Shape {
    head: "INSERT INTO view_orders (order_id, customer, store, shown, placed_ms, number, waits, wait_from_ms, refund_fails, \
           undecided_ms, doc, nth) SELECT column1, column2, column3, column4, column5, column6, column7, column8, column9, \
           column10, column11, IIF(column12 IS NULL, 0, column12 + COALESCE((SELECT orders FROM view_customers \
           WHERE customer = column2), 0)) FROM (VALUES ",
    tail: ") WHERE column1 IS NOT NULL ON CONFLICT (order_id) DO UPDATE SET shown = excluded.shown, \
           waits = excluded.waits, wait_from_ms = excluded.wait_from_ms, refund_fails = excluded.refund_fails, \
           undecided_ms = excluded.undecided_ms, doc = excluded.doc",
    columns: 12,
};
const TICKETS: Shape = Shape {
    head: "INSERT INTO view_tickets (order_id, store, received_ms, doc) SELECT * FROM (VALUES ",
    tail: ") WHERE column1 IS NOT NULL ON CONFLICT (order_id) DO UPDATE SET doc = excluded.doc",
    columns: 4,
};
/// The last column is how many tickets leave the same store before it in the text. For itself, so that what only moves on touches no index.
const DEPARTED: Shape = Shape {
    head: "UPDATE view_tickets SET nth = departed.column3 + COALESCE((SELECT departed FROM view_kitchens \
           WHERE store_id = departed.column2), 0) FROM (VALUES ",
    tail: ") AS departed WHERE order_id = departed.column1",
    columns: 3,
};
const GONE: Shape =
    Shape { head: "DELETE FROM view_tickets WHERE order_id IN (VALUES ", tail: ")", columns: 1 };
const JOBS: Shape = Shape {
    head: "INSERT INTO view_jobs (order_id, phase, rider, offered_ms, moved_ms, store_cell, address_cell, store_lat, \
           store_lon, earned_day, earned_won, doc) SELECT * FROM (VALUES ",
    tail: ") WHERE column1 IS NOT NULL ON CONFLICT (order_id) DO UPDATE SET phase = excluded.phase, \
           rider = excluded.rider, moved_ms = excluded.moved_ms, earned_day = excluded.earned_day, \
           earned_won = excluded.earned_won, doc = excluded.doc",
    columns: 12,
};
const DEALS: Shape = Shape {
    head: "INSERT INTO view_deals (order_id, day, store, store_won, rider, rider_won, paid_won, given_back_won, owed_back_won) \
           SELECT * FROM (VALUES ",
    tail: ") WHERE column1 IS NOT NULL ON CONFLICT (order_id) DO UPDATE SET store_won = excluded.store_won, \
           rider = excluded.rider, rider_won = excluded.rider_won, paid_won = excluded.paid_won, \
           given_back_won = excluded.given_back_won, owed_back_won = excluded.owed_back_won",
    columns: 9,
};
const STORES: Shape = Shape {
    head: "INSERT INTO view_stores (store_id, doc) SELECT * FROM (VALUES ",
    tail: ") WHERE column1 IS NOT NULL ON CONFLICT (store_id) DO UPDATE SET doc = excluded.doc",
    columns: 2,
};
const KITCHENS: Shape = Shape {
    head: "INSERT INTO view_kitchens (store_id, open, on_board, departed) SELECT * FROM (VALUES ",
    tail: ") WHERE column1 IS NOT NULL ON CONFLICT (store_id) DO UPDATE SET open = open + excluded.open, \
           on_board = on_board + excluded.on_board, departed = departed + excluded.departed",
    columns: 4,
};
const CUSTOMERS: Shape = Shape {
    head: "INSERT INTO view_customers (customer, orders) SELECT * FROM (VALUES ",
    tail: ") WHERE column1 IS NOT NULL ON CONFLICT (customer) DO UPDATE SET orders = orders + excluded.orders",
    columns: 2,
};
const NOTICES: Shape = Shape {
    head: "INSERT INTO notices (recipient, position, order_id, doc, at_ms, state) SELECT * FROM (VALUES ",
    tail: ") WHERE column1 IS NOT NULL ON CONFLICT (recipient, position) DO NOTHING",
    columns: 6,
};
/// Messages to whoever has a webhook that follows the reader.
const LETTERS: Shape = Shape {
    head: "INSERT INTO webhook_letters (webhook, position, order_id, doc, at_ms, state, due_ms) \
           SELECT id, column2, column3, column4, column5, 'waiting', column5 FROM (VALUES ",
    tail: ") AS told CROSS JOIN webhooks ON recipient = told.column1 AND behind IS NULL AND paused IS NULL \
           WHERE column1 IS NOT NULL ON CONFLICT (webhook, position) DO NOTHING",
    columns: 5,
};
/// Messages to a webhook that is behind, if it is where it was.
const AGAIN: Shape = Shape {
    head: "INSERT INTO webhook_letters (webhook, position, order_id, doc, at_ms, state, due_ms) \
           SELECT id, column3, column4, column5, column6, 'waiting', column7 FROM (VALUES ",
    tail: ") AS told CROSS JOIN webhooks ON id = told.column1 AND behind = told.column2 WHERE column1 IS NOT NULL \
           ON CONFLICT (webhook, position) DO UPDATE SET state = 'waiting', attempts = 0, due_ms = excluded.due_ms \
           WHERE state = 'dead'",
    columns: 7,
};
const CAUGHT_UP: Shape = Shape {
    head: "UPDATE webhooks SET behind = moved.column3 FROM (VALUES ",
    tail: ") AS moved WHERE id = moved.column1 AND behind = moved.column2",
    columns: 3,
};
const KNOWN_KEYS: Shape = Shape {
    head: "SELECT scope, key, body_hash, answer FROM (VALUES ",
    tail: ") AS asked CROSS JOIN idempotency ON scope = asked.column1 AND key = asked.column2",
    columns: 2,
};
const OPEN_WORK: Shape = Shape {
    head: "SELECT id FROM (VALUES ",
    tail: ") AS asked CROSS JOIN work ON id = asked.column1 WHERE state = 'open'",
    columns: 1,
};

/// Keys that are remembered with their answers; about 300 bytes each.
const REMEMBERED: usize = 10_000;

/// Rows that wait to be written.
pub(super) struct Rows {
    pub(super) events: Bulk,
    pub(super) topics: Bulk,
    pub(super) keys: Bulk,
    pub(super) cursors: Bulk,
    pub(super) work: Bulk,
    pub(super) done: Bulk,
    pub(super) notices: Bulk,
    pub(super) letters: Bulk,
    /// Messages to webhooks that are behind: before [`Rows::caught_up`], which moves these.
    pub(super) again: Bulk,
    pub(super) caught_up: Bulk,
    pub(super) orders: Bulk,
    pub(super) tickets: Bulk,
    /// Tickets whose food leaves the store: after the others are written.
    pub(super) departed: Bulk,
    /// Tickets that were turned down or cancelled: deleted after the others are written.
    pub(super) gone: Bulk,
    pub(super) jobs: Bulk,
    pub(super) deals: Bulk,
    pub(super) stores: Bulk,
    /// How many orders and tickets come and go.
    pub(super) counts: Counts,
    kitchens: Bulk,
    customers: Bulk,
}

impl Default for Rows {
    fn default() -> Self {
        Self {
            events: Bulk::new(&EVENTS),
            topics: Bulk::new(&TOPICS),
            keys: Bulk::new(&KEYS),
            cursors: Bulk::new(&CURSORS),
            work: Bulk::new(&WORK),
            done: Bulk::new(&DONE),
            notices: Bulk::new(&NOTICES),
            letters: Bulk::new(&LETTERS),
            again: Bulk::new(&AGAIN),
            caught_up: Bulk::new(&CAUGHT_UP),
            orders: Bulk::new(&ORDERS),
            tickets: Bulk::new(&TICKETS),
            departed: Bulk::new(&DEPARTED),
            gone: Bulk::new(&GONE),
            jobs: Bulk::new(&JOBS),
            deals: Bulk::new(&DEALS),
            stores: Bulk::new(&STORES),
            counts: Counts::default(),
            kitchens: Bulk::new(&KITCHENS),
            customers: Bulk::new(&CUSTOMERS),
        }
    }
}

impl Rows {
    /// With what a process wants written of its own progress.
    pub(super) fn add_progress(&mut self, other: &Self) {
        self.cursors.add(&other.cursors);
        self.work.add(&other.work);
        self.done.add(&other.done);
        self.notices.add(&other.notices);
        self.letters.add(&other.letters);
        self.again.add(&other.again);
        self.caught_up.add(&other.caught_up);
    }

    /// Finishes a work row. It is as old as its end: `forget_before` goes by that.
    pub(super) fn complete(&mut self, work: Uuid, now: Timestamp) {
        self.done.row([work.to_string().into(), now.0.into()]);
    }

    /// Writes the log: events and what belongs to them.
    pub(super) async fn append(&mut self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        let Self { events, topics, keys, cursors, work, done, notices, letters, again, caught_up, .. } = self;
        let log = [events, topics, keys, cursors, work, done, notices, letters, again, caught_up];
        write(connection, log).await
    }

    /// Writes the read models. The counts come last: what is placed in a list goes by what was counted before.
    pub(super) async fn project(&mut self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        let Self {
            orders, tickets, departed, gone, jobs, deals, stores, counts, kitchens, customers, ..
        } = self;
        counts.drain_into(kitchens, customers);
        write(connection, [orders, tickets, departed, gone, jobs, deals, stores, kitchens, customers]).await
    }
}

/// What is known of keys and work: of the last keys all, of work what was asked for.
pub(super) struct Known {
    keys: LruCache<(String, String), (String, Ran)>,
    /// Keys whose answers are not committed yet.
    ahead: Vec<(String, String)>,
    open: HashSet<Uuid>,
}

impl Default for Known {
    fn default() -> Self {
        Self {
            keys: LruCache::new(NonZeroUsize::new(REMEMBERED).unwrap_or(NonZeroUsize::MIN)),
            ahead: Vec::new(),
            open: HashSet::new(),
        }
    }
}

impl Known {
    /// Reads which of the work that these commands complete is open.
    pub(super) async fn read_work<'a>(
        &mut self,
        connection: &mut SqliteConnection,
        units: impl Iterator<Item = &'a Unit>,
    ) -> Result<(), LogError> {
        self.open.clear();
        let mut asked = Bulk::new(&OPEN_WORK);
        for id in units.filter_map(|unit| unit.completes) {
            asked.row([id.to_string().into()]);
        }
        if !asked.is_empty() {
            for row in read(connection, asked).await? {
                self.open.insert(super::rows::id(row.try_get("id")?)?);
            }
        }
        Ok(())
    }

    /// Reads what was answered under these keys.
    pub(super) async fn read_keys<'a>(
        &mut self,
        connection: &mut SqliteConnection,
        keys: impl Iterator<Item = &'a IdempotencyKey>,
    ) -> Result<(), LogError> {
        let mut asked = Bulk::new(&KNOWN_KEYS);
        for key in keys {
            asked.row([key.scope.clone().into(), key.key.clone().into()]);
        }
        if !asked.is_empty() {
            for row in read(connection, asked).await? {
                let answer = serde_json::from_str(row.try_get("answer")?)?;
                let of = (row.try_get("scope")?, row.try_get("key")?);
                self.keys.put(of, (row.try_get("body_hash")?, answer));
            }
        }
        Ok(())
    }

    /// What was kept is committed.
    pub(super) fn commit(&mut self) {
        self.ahead.clear();
    }

    /// What was kept since the last commit is not so.
    pub(super) fn roll_back(&mut self) {
        for key in self.ahead.drain(..) {
            self.keys.pop(&key);
        }
    }

    /// Forgets all keys: some of them are forgotten in the file.
    pub(super) fn forget_keys(&mut self) {
        self.keys.clear();
        self.ahead.clear();
    }

    /// The answer that was given under this key; a refusal when the key was used for something else. `None` for one that is new, or so
    /// old that it has to be read.
    pub(super) fn answer(&mut self, key: &IdempotencyKey) -> Option<Ran> {
        let (body_hash, ran) = self.keys.get(&(key.scope.clone(), key.key.clone()))?;
        Some(if *body_hash == key.body_hash { ran.clone() } else { Err(Fault::KeyReused) })
    }

    /// Keeps an answer under its key. A refusal is kept too: the same question gets the same answer.
    pub(super) fn keep(
        &mut self,
        rows: &mut Rows,
        key: &IdempotencyKey,
        ran: &Ran,
        now: Timestamp,
    ) -> Result<(), LogError> {
        rows.keys.row([
            key.scope.clone().into(),
            key.key.clone().into(),
            key.body_hash.clone().into(),
            serde_json::to_string(ran)?.into(),
            now.0.into(),
        ]);
        let of = (key.scope.clone(), key.key.clone());
        self.ahead.push(of.clone());
        self.keys.put(of, (key.body_hash.clone(), ran.clone()));
        Ok(())
    }

    /// Whether a work row is still to be done.
    pub(super) fn is_open(&self, work: Uuid) -> bool {
        self.open.contains(&work)
    }

    /// Marks a work row as done.
    pub(super) fn complete(&mut self, rows: &mut Rows, work: Uuid, now: Timestamp) {
        if self.open.remove(&work) {
            rows.complete(work, now);
        }
    }
}
