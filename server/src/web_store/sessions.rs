//! Sessions for `tower_sessions`, in memory for those who come back, in the file for restarts.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::Mutex;

use async_trait::async_trait;
use lru::LruCache;
use serde_json::Value;
use tower_sessions::SessionStore;
use tower_sessions::cookie::time::OffsetDateTime;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store;

use super::{WebStore, WebStoreError, hashed, lock};

/// Sessions kept in memory; about 300 bytes each.
const CACHED: usize = 50_000;

/// Sessions in memory.
pub(super) struct SessionCache(Mutex<Cached>);

struct Cached {
    sessions: LruCache<Id, Record>,
    /// Counts deletions: whoever read the file before one must not put what it read into memory after it.
    deletions: u64,
}

impl Default for SessionCache {
    fn default() -> Self {
        // Unbounded, and kept to its size by hand: a bounded one takes all its room from the start.
        Self(Mutex::new(Cached { sessions: LruCache::unbounded(), deletions: 0 }))
    }
}

impl SessionCache {
    fn get(&self, id: &Id) -> Option<Record> {
        lock(&self.0).sessions.get(id).cloned()
    }

    fn deletions(&self) -> u64 {
        lock(&self.0).deletions
    }

    /// Keeps what is in the file, unless a session was deleted since `deletions` were counted.
    fn put(&self, record: Record, deletions: u64) {
        let mut cached = lock(&self.0);
        if cached.deletions != deletions {
            cached.sessions.pop(&record.id);
            return;
        }
        cached.sessions.put(record.id, record);
        if cached.sessions.len() > CACHED {
            cached.sessions.pop_lru();
        }
    }

    fn remove(&self, id: &Id) {
        let mut cached = lock(&self.0);
        cached.deletions += 1;
        cached.sessions.pop(id);
    }

    fn retain_after(&self, now: OffsetDateTime) {
        let mut cached = lock(&self.0);
        let over: Vec<Id> = cached
            .sessions
            .iter()
            .filter(|(_, record)| record.expiry_date <= now)
            .map(|(id, _)| *id)
            .collect();
        for id in over {
            cached.sessions.pop(&id);
        }
    }
}

impl WebStore {
    /// Whether the session with this id (the cookie's value) still exists, so that long answers can ask again.
    pub async fn has_session(&self, id: &str) -> Result<bool, WebStoreError> {
        let Ok(id) = Id::from_str(id) else {
            return Ok(false);
        };
        Ok(self.session(&id).await?.is_some())
    }

    /// Whether a session is in memory: then asking for it costs no look into the file.
    pub fn remembers(&self, id: &Id) -> bool {
        lock(&self.0.sessions.0).sessions.contains(id)
    }

    pub(super) async fn sweep_sessions(&self) -> Result<(), WebStoreError> {
        self.0.sessions.retain_after(self.moment());
        sqlx::query("DELETE FROM sessions WHERE expires_ms <= $1")
            .bind(self.now().0)
            .execute(self.pool())
            .await?;
        Ok(())
    }

    async fn session(&self, id: &Id) -> Result<Option<Record>, WebStoreError> {
        if let Some(record) = self.0.sessions.get(id) {
            return Ok(Some(record).filter(|record| record.expiry_date > self.moment()));
        }
        let deletions = self.0.sessions.deletions();
        let row: Option<(String, i64)> =
            sqlx::query_as("SELECT data, expires_ms FROM sessions WHERE id = $1 AND expires_ms > $2")
                .bind(hashed(&id.to_string()))
                .bind(self.now().0)
                .fetch_optional(self.pool())
                .await?;
        let Some((data, expires_ms)) = row else {
            return Ok(None);
        };
        let data: HashMap<String, Value> = serde_json::from_str(&data)?;
        let record = Record { id: *id, data, expiry_date: moment(expires_ms) };
        self.0.sessions.put(record.clone(), deletions);
        Ok(Some(record))
    }

    /// Writes a new session; false when its id is taken.
    async fn insert_session(&self, record: &Record) -> Result<bool, WebStoreError> {
        let deletions = self.0.sessions.deletions();
        let done = sqlx::query(
            "INSERT INTO sessions (id, data, expires_ms) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        )
        .bind(hashed(&record.id.to_string()))
        .bind(serde_json::to_string(&record.data)?)
        .bind(milliseconds(record.expiry_date))
        .execute(self.pool())
        .await?;
        let new = done.rows_affected() == 1;
        if new {
            self.0.sessions.put(record.clone(), deletions);
        }
        Ok(new)
    }

    /// Writes a session that exists. One that was deleted meanwhile stays deleted.
    async fn update_session(&self, record: &Record) -> Result<(), WebStoreError> {
        let deletions = self.0.sessions.deletions();
        let done = sqlx::query("UPDATE sessions SET data = $2, expires_ms = $3 WHERE id = $1")
            .bind(hashed(&record.id.to_string()))
            .bind(serde_json::to_string(&record.data)?)
            .bind(milliseconds(record.expiry_date))
            .execute(self.pool())
            .await?;
        if done.rows_affected() == 1 {
            self.0.sessions.put(record.clone(), deletions);
        }
        Ok(())
    }

    async fn delete_session(&self, id: &Id) -> Result<(), WebStoreError> {
        // Before, so that no new request finds it; after, for those that read the file in between.
        self.0.sessions.remove(id);
        let done = sqlx::query("DELETE FROM sessions WHERE id = $1")
            .bind(hashed(&id.to_string()))
            .execute(self.pool())
            .await;
        self.0.sessions.remove(id);
        done?;
        Ok(())
    }

    fn moment(&self) -> OffsetDateTime {
        moment(self.now().0)
    }
}

#[async_trait]
impl SessionStore for WebStore {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        while !self.insert_session(record).await.map_err(failed)? {
            record.id = Id::default();
        }
        Ok(())
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        self.update_session(record).await.map_err(failed)
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        self.session(id).await.map_err(failed)
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        self.delete_session(id).await.map_err(failed)
    }
}

// `map_err` hands the error over.
#[allow(clippy::needless_pass_by_value)]
fn failed(error: WebStoreError) -> session_store::Error {
    session_store::Error::Backend(error.to_string())
}

fn milliseconds(moment: OffsetDateTime) -> i64 {
    (moment.unix_timestamp_nanos() / 1_000_000) as i64
}

/// The moment; the epoch itself, long over, where the number is no date.
fn moment(milliseconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(milliseconds) * 1_000_000)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}
