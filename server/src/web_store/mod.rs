//! What belongs to browsers: sessions, visitors and drafts, in a database file of their own.
//!
//! This process is the only one that writes the file, so what it has read or written stays true in memory: a
//! request of somebody known touches no disk.

mod drafts;
mod sessions;
mod visitors;

#[cfg(test)]
mod tests;

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::shared::Timestamp;
use domain::views::Fault;
use sqlx::ConnectOptions;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use tokio_util::sync::CancellationToken;

use crate::adapters::clock::{Clock, SystemClock};

pub use visitors::VisitorData;

use drafts::DraftSizes;
use sessions::SessionCache;
use visitors::VisitorCache;

/// How often what has expired is deleted.
const SWEEP: Duration = Duration::from_hours(1);

/// Why the file of sessions and visitors cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WebStoreError {
    /// SQLite said no.
    #[error("sessions and carts cannot be read or written: {0}")]
    Database(#[from] sqlx::Error),
    /// The tables could not be brought up to date.
    #[error("the file of sessions and carts cannot be brought up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// What was typed is more than is kept of one form.
    #[error("what was typed into a form is too much to be kept")]
    DraftTooLarge,
    /// A stored value could not be written or read as JSON.
    #[error("a stored session, cart or draft cannot be read: {0}")]
    Json(#[from] serde_json::Error),
}

/// Users hear that it is not available now; the cause goes to the log.
impl From<WebStoreError> for Fault {
    fn from(error: WebStoreError) -> Self {
        // Somebody typed too much: nothing is wrong here.
        if !matches!(error, WebStoreError::DraftTooLarge) {
            tracing::error!(%error, "sessions and carts are not available");
        }
        Fault::Unavailable
    }
}

/// Sessions, visitors and drafts; clones share them.
#[derive(Clone)]
pub struct WebStore(Arc<Inner>);

struct Inner {
    pool: SqlitePool,
    clock: Arc<dyn Clock>,
    sessions: SessionCache,
    visitors: VisitorCache,
    drafts: DraftSizes,
}

impl fmt::Debug for WebStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebStore").finish_non_exhaustive()
    }
}

impl WebStore {
    /// Opens or creates the file, by the system's clock. The folder has to be there.
    pub async fn open(path: &Path) -> Result<Self, WebStoreError> {
        Self::open_by(path, Arc::new(SystemClock)).await
    }

    /// As [`WebStore::open`], by another clock.
    pub async fn open_by(path: &Path, clock: Arc<dyn Clock>) -> Result<Self, WebStoreError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // A power cut may cost the last seconds of carts and sessions; orders are elsewhere.
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(Duration::from_secs(5))
            .disable_statement_logging();
        let pool = SqlitePoolOptions::new().max_connections(2).connect_with(options).await?;
        sqlx::migrate!("../migrations/web").run(&pool).await?;
        Ok(Self(Arc::new(Inner {
            pool,
            clock,
            sessions: SessionCache::default(),
            visitors: VisitorCache::default(),
            drafts: DraftSizes::default(),
        })))
    }

    /// Deletes what has expired, once an hour, until `shutdown`.
    pub async fn keep_clean(self, shutdown: CancellationToken) {
        while shutdown.run_until_cancelled(tokio::time::sleep(SWEEP)).await.is_some() {
            if let Err(error) = self.sweep().await {
                tracing::error!(%error, "expired sessions and drafts could not be deleted");
            }
        }
    }

    /// Deletes expired sessions and drafts, and what browsers left that have not changed anything for a year.
    pub async fn sweep(&self) -> Result<(), WebStoreError> {
        self.sweep_sessions().await?;
        self.sweep_drafts().await?;
        self.sweep_visitors().await
    }

    /// Closes the file. For tests and a tidy end; nothing is lost without it.
    pub async fn close(&self) {
        self.0.pool.close().await;
    }

    fn pool(&self) -> &SqlitePool {
        &self.0.pool
    }

    fn now(&self) -> Timestamp {
        self.0.clock.now()
    }
}

/// What is stored of a cookie's value: not enough to pretend to be its browser.
fn hashed(secret: &str) -> String {
    blake3::hash(secret.as_bytes()).to_hex().to_string()
}

/// The guarded value, also after another thread panicked: every change below leaves it whole.
fn lock<T>(guarded: &Mutex<T>) -> MutexGuard<'_, T> {
    guarded.lock().unwrap_or_else(PoisonError::into_inner)
}
