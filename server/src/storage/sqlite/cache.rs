//! What the writer remembers of the log, so that a command reads nothing that the last ones wrote. Only the writer changes the log. Within
//! a transaction entries run ahead of what is written; when it fails, those are dropped.

use super::rows::{event_columns, recorded};
use crate::storage::{LogError, Subject};
use domain::processes::{Case, Context, DomainEvent};
use domain::shared::{Aggregate, OrderId, StoreId};
use domain::store::Store;
use lru::LruCache;
use sqlx::SqliteConnection;
use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// Orders remembered: those under way in a city.
const CASES: usize = 8_000;

/// Versions of the streams under one id, by context.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Versions([u64; Context::ALL.len()]);

impl Versions {
    pub(super) fn next(&mut self, context: Context) -> u64 {
        self.0[context as usize] += 1;
        self.0[context as usize]
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct CaseEntry {
    pub(super) case: Arc<Case>,
    pub(super) versions: Versions,
}

#[derive(Clone, Debug, Default)]
pub(super) struct StoreEntry {
    pub(super) store: Arc<Store>,
    pub(super) versions: Versions,
    pub(super) open_tickets: u32,
}

/// Cases as of the last commit, for those who only read.
pub(super) struct Committed(Mutex<LruCache<OrderId, Arc<Case>>>);

impl Default for Committed {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(NonZeroUsize::new(CASES).unwrap_or(NonZeroUsize::MIN))))
    }
}

impl Committed {
    pub(super) fn get(&self, order: OrderId) -> Option<Arc<Case>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&order).cloned()
    }

    fn put(&self, order: OrderId, case: Option<&Arc<Case>>) {
        let mut cases = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match case {
            Some(case) => drop(cases.put(order, Arc::clone(case))),
            None => drop(cases.pop(&order)),
        }
    }
}

pub(super) struct Cache {
    cases: LruCache<OrderId, CaseEntry>,
    stores: HashMap<StoreId, StoreEntry>,
    committed: Arc<Committed>,
    /// Whose entries run ahead of what is committed.
    ahead: (Vec<OrderId>, Vec<StoreId>),
}

impl Cache {
    pub(super) fn new(committed: Arc<Committed>) -> Self {
        Self {
            cases: LruCache::new(NonZeroUsize::new(CASES).unwrap_or(NonZeroUsize::MIN)),
            stores: HashMap::new(),
            committed,
            ahead: (Vec::new(), Vec::new()),
        }
    }

    /// Puts the case of a subject back; there is none of a store, nor of an order that nothing has happened to.
    pub(super) fn put_case(&mut self, subject: Subject, entry: CaseEntry) {
        if let Subject::NewOrder(order, _) | Subject::Order(order) = subject
            && entry.versions != Versions::default()
        {
            self.cases.put(order, entry);
            self.ahead.0.push(order);
        }
    }

    pub(super) fn put_store(&mut self, store: StoreId, entry: StoreEntry) {
        self.stores.insert(store, entry);
        self.ahead.1.push(store);
    }

    /// What was put is committed: everybody is shown the cases of these orders, whose events are. What is not here any more has to be read.
    pub(super) fn commit(&mut self, orders: impl Iterator<Item = OrderId>) {
        for order in orders {
            self.committed.put(order, self.cases.peek(&order).map(|entry| &entry.case));
        }
        self.ahead = (Vec::new(), Vec::new());
    }

    /// What was put since the last commit is not so.
    pub(super) fn roll_back(&mut self) {
        let (orders, stores) = std::mem::take(&mut self.ahead);
        for order in orders {
            self.cases.pop(&order);
        }
        for store in stores {
            self.stores.remove(&store);
        }
    }

    /// Takes a case out, to be put back by [`Cache::put_case`].
    pub(super) async fn take_case(
        &mut self,
        connection: &mut SqliteConnection,
        order: OrderId,
        is_new: bool,
    ) -> Result<CaseEntry, LogError> {
        if let Some(entry) = self.cases.pop(&order) {
            return Ok(entry);
        }
        // The id of a new order was made for it: a clash would fail on the stream's version.
        if is_new {
            return Ok(CaseEntry::default());
        }
        let events = stream(connection, order.0).await?;
        let mut versions = Versions::default();
        for event in &events {
            versions.next(event.context());
        }
        Ok(CaseEntry { case: Arc::new(Case::of(&events)), versions })
    }

    pub(super) async fn store(
        &mut self,
        connection: &mut SqliteConnection,
        id: StoreId,
    ) -> Result<StoreEntry, LogError> {
        if let Some(entry) = self.stores.get(&id) {
            return Ok(entry.clone());
        }
        let mut store = Store::default();
        let mut versions = Versions::default();
        for event in stream(connection, id.0).await? {
            versions.next(event.context());
            if let DomainEvent::Store(event) = &event {
                store.apply(event);
            }
        }
        let open_tickets = super::views::open_tickets(connection, id).await?;
        let entry = StoreEntry { store: Arc::new(store), versions, open_tickets };
        // What was read may be of this transaction alone.
        self.put_store(id, entry.clone());
        Ok(entry)
    }
}

async fn stream(connection: &mut SqliteConnection, id: Uuid) -> Result<Vec<DomainEvent>, LogError> {
    let sql = concat!("SELECT ", event_columns!(), " FROM events WHERE stream_id = ? ORDER BY position");
    let rows = sqlx::query(sql).bind(id.to_string()).fetch_all(connection).await?;
    rows.iter().map(|row| recorded(row).map(|recorded| recorded.event)).collect()
}
