//! Cart, address and default card of a browser, logged in or not.

use std::sync::{Arc, Mutex};

use domain::shared::{OrderId, StoreId};
use domain::store::WantedLine;
use domain::views::AddressView;
use lru::LruCache;
use serde::{Deserialize, Serialize};
use tokio::sync::OwnedMutexGuard;

use super::{WebStore, WebStoreError, hashed, lock};

/// Visitors kept in memory.
const CACHED: usize = 20_000;
/// How many browsers may change something at once; those that share a place wait for each other.
const EDITS: usize = 64;
/// How long a browser that changes nothing is remembered: a little more than its cookie lives.
const REMEMBERED_MS: i64 = 400 * 24 * 3_600_000;
/// The most browsers that are remembered, those that have changed something last: anybody may come with a new name for each request, and
/// each takes some 300 bytes of the disk.
const MOST: i64 = 500_000;

/// What a browser left here.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct VisitorData {
    /// The cart and its store; `None` when it is empty.
    #[serde(default)]
    pub cart: Option<(StoreId, Vec<WantedLine>)>,
    /// Where to deliver; `None` until an address is chosen.
    #[serde(default)]
    pub address: Option<AddressView>,
    /// The default card's token; `None` until one is chosen.
    #[serde(default)]
    pub card: Option<String>,
    /// The earlier order that the cart repeats: the checkout is filled in as it was then.
    #[serde(default)]
    pub again: Option<OrderId>,
}

/// Visitors in memory, by the id in their cookie.
pub(super) struct VisitorCache {
    known: Mutex<LruCache<String, VisitorData>>,
    /// Held while one is written, so that memory and file get the same changes in the same order.
    writing: tokio::sync::Mutex<()>,
    /// Held while what one browser left is read, changed and kept.
    editing: [Arc<tokio::sync::Mutex<()>>; EDITS],
}

impl Default for VisitorCache {
    fn default() -> Self {
        // Unbounded, and kept to its size by hand: a bounded one takes all its room from the start.
        Self {
            known: Mutex::new(LruCache::unbounded()),
            writing: tokio::sync::Mutex::new(()),
            editing: std::array::from_fn(|_| Arc::default()),
        }
    }
}

impl VisitorCache {
    fn get(&self, id: &str) -> Option<VisitorData> {
        lock(&self.known).get(id).cloned()
    }

    fn put(&self, id: &str, data: VisitorData) {
        let mut known = lock(&self.known);
        known.put(id.to_owned(), data);
        if known.len() > CACHED {
            known.pop_lru();
        }
    }
}

impl WebStore {
    /// What a browser left here; nothing for one that was never here or has no id.
    pub async fn visitor(&self, id: &str) -> Result<VisitorData, WebStoreError> {
        if id.is_empty() {
            return Ok(VisitorData::default());
        }
        if let Some(data) = self.0.visitors.get(id) {
            return Ok(data);
        }
        // One that is being written may be in the file already and not yet in memory.
        let _writing = self.0.visitors.writing.lock().await;
        if let Some(data) = self.0.visitors.get(id) {
            return Ok(data);
        }
        let data = self.read_visitor(id).await?;
        self.0.visitors.put(id, data.clone());
        Ok(data)
    }

    /// To be held from reading what a browser left until the change of it is kept: of two requests at once neither loses the other's.
    pub async fn editing(&self, id: &str) -> OwnedMutexGuard<()> {
        let place =
            id.bytes().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(byte)));
        Arc::clone(&self.0.visitors.editing[place % EDITS]).lock_owned().await
    }

    /// Keeps what a browser leaves here, if it is something else than before. One without an id is not remembered.
    pub async fn save_visitor(&self, id: &str, data: &VisitorData) -> Result<(), WebStoreError> {
        if id.is_empty() {
            return Ok(());
        }
        let json = serde_json::to_string(data)?;
        let _writing = self.0.visitors.writing.lock().await;
        if self.0.visitors.get(id).as_ref() == Some(data) {
            return Ok(());
        }
        sqlx::query(
            "INSERT INTO visitors (id, data, saved_ms) VALUES ($1, $2, $3)
             ON CONFLICT (id) DO UPDATE SET data = excluded.data, saved_ms = excluded.saved_ms",
        )
        .bind(hashed(id))
        .bind(json)
        .bind(self.now().0)
        .execute(self.pool())
        .await?;
        self.0.visitors.put(id, data.clone());
        Ok(())
    }

    /// Forgets where to deliver, and the earlier order that the cart repeats: whoever uses the browser next lives elsewhere.
    pub async fn forget_place(&self, id: &str) -> Result<(), WebStoreError> {
        let _editing = self.editing(id).await;
        let data = self.visitor(id).await?;
        if data.address.is_none() && data.again.is_none() {
            return Ok(());
        }
        self.save_visitor(id, &VisitorData { address: None, again: None, ..data }).await
    }

    async fn read_visitor(&self, id: &str) -> Result<VisitorData, WebStoreError> {
        let row: Option<(String,)> = sqlx::query_as("SELECT data FROM visitors WHERE id = $1")
            .bind(hashed(id))
            .fetch_optional(self.pool())
            .await?;
        Ok(row.map(|(json,)| serde_json::from_str(&json)).transpose()?.unwrap_or_default())
    }

    pub(super) async fn sweep_visitors(&self) -> Result<(), WebStoreError> {
        self.keep_visitors(MOST).await
    }

    /// Forgets those whose time is over, and all but so many of the others.
    pub(super) async fn keep_visitors(&self, most: i64) -> Result<(), WebStoreError> {
        let last = sqlx::query_scalar::<_, i64>(
            "SELECT saved_ms FROM visitors ORDER BY saved_ms DESC LIMIT 1 OFFSET $1",
        );
        let last: Option<i64> = last.bind(most).fetch_optional(self.pool()).await?;
        let over = self.now().0 - REMEMBERED_MS;
        sqlx::query("DELETE FROM visitors WHERE saved_ms <= $1")
            .bind(last.map_or(over, |last| last.max(over)))
            .execute(self.pool())
            .await?;
        Ok(())
    }
}
