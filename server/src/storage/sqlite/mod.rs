//! The embedded database: SQLite in WAL mode with synchronous=FULL, one writer, several readers.

mod batch;
mod bulk;
mod cache;
mod counts;
mod journal;
mod keys;
mod letters;
mod log;
mod outbox;
mod pages;
mod plan;
mod projections;
mod queues;
mod rebuild;
mod rows;
mod stages;
mod views;
mod waits;
mod webhooks;
mod writer;

pub use log::SqliteLog;
pub use rebuild::rebuild_views;
pub use stages::{StageTimes, Stages};
pub use views::SqliteViews;

use super::LogError;
use domain::processes::SCHEMA_VERSION;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Row, SqliteConnection, SqlitePool};
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
    let mut writer = options(file).connect().await?;
    refuse_what_is_newer(&mut writer).await?;
    bring_views_up_to_date(&mut writer).await?;
    Ok((writer, pool))
}

/// A log that a later version of this program has written to is left alone: everything that waits in it would stand still at the first
/// event that cannot be read.
async fn refuse_what_is_newer(writer: &mut SqliteConnection) -> Result<(), LogError> {
    let last = sqlx::query("SELECT schema FROM events ORDER BY position DESC LIMIT 1")
        .fetch_optional(writer)
        .await?;
    let schema: u32 = last.map_or(Ok(0), |row| row.try_get(0))?;
    if schema > SCHEMA_VERSION { Err(LogError::Newer { schema }) } else { Ok(()) }
}

/// What this program keeps in the read models: counts up with each change of that.
const VIEWS_VERSION: i64 = 11;
/// The row of `cursors` that says which version the read models are of.
const VIEWS_CURSOR: &str = "read_models";

/// Builds the read models again that an earlier version of this program has left behind.
async fn bring_views_up_to_date(writer: &mut SqliteConnection) -> Result<(), LogError> {
    let row = sqlx::query("SELECT position FROM cursors WHERE name = ?")
        .bind(VIEWS_CURSOR)
        .fetch_optional(&mut *writer)
        .await?;
    let version: Option<i64> = row.map(|row| row.try_get(0)).transpose()?;
    if version == Some(VIEWS_VERSION) {
        return Ok(());
    }
    let events = rebuild_views(writer).await?;
    if events > 0 {
        tracing::info!(events, "the read models were built again for this version");
    }
    sqlx::query(
        "INSERT INTO cursors (name, position) VALUES (?, ?) \
         ON CONFLICT (name) DO UPDATE SET position = excluded.position",
    )
    .bind(VIEWS_CURSOR)
    .bind(VIEWS_VERSION)
    .execute(writer)
    .await?;
    Ok(())
}
