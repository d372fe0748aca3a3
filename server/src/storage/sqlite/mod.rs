//! The embedded database: SQLite in WAL mode with synchronous=FULL, one writer, several readers.

mod batch;
mod bulk;
mod cache;
mod journal;
mod keys;
mod log;
mod plan;
mod projections;
mod queues;
mod rebuild;
mod rows;
mod stages;
mod views;
mod writer;

pub use log::SqliteLog;
pub use rebuild::rebuild_views;
pub use stages::{StageTimes, Stages};
pub use views::SqliteViews;

use super::LogError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, SqliteConnection, SqlitePool};
use std::path::Path;
use std::time::Duration;

/// How many statements each connection keeps prepared.
const STATEMENTS: usize = 512;
/// How many connections read.
const READERS: u32 = 4;

/// The options of every connection to a file.
fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(10))
        .statement_cache_capacity(STATEMENTS)
        // 40 MB. Usually [`SqliteLog::keep_journal_short`] comes first, which nobody waits for.
        .pragma("wal_autocheckpoint", "10000")
        // What a statement would have to undo is kept in memory, not in a file of its own for each.
        .pragma("temp_store", "MEMORY")
        // What is deleted is written over: a customer's key that was destroyed is not to be found in the file.
        .pragma("secure_delete", "ON")
        .disable_statement_logging()
}

/// Opens the main database, brings its schema up to date, and answers the connection that writes and the pool that reads.
pub async fn open(file: &Path) -> Result<(SqliteConnection, SqlitePool), LogError> {
    let pool = SqlitePoolOptions::new()
        .max_connections(READERS)
        // A file does not hang up: asking whether it is still there costs as much as the question itself.
        .test_before_acquire(false)
        .connect_with(options(file))
        .await?;
    sqlx::migrate!("../migrations/sqlite")
        .run(&pool)
        .await
        .map_err(|error| LogError::Database(error.into()))?;
    let writer = options(file).connect().await?;
    Ok((writer, pool))
}
