//! The write-ahead log.

use super::log::SqliteLog;
use crate::storage::LogError;
use sqlx::Row;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often the write-ahead log is carried over.
const CARRY: Duration = Duration::from_millis(500);
/// How often the write-ahead log is tried to be emptied; each try waits as long as every other writer does.
const TRIES: u32 = 5;

impl SqliteLog {
    /// Carries what was written from the write-ahead log into the file, beside the writer, as long as there is something, until `stop`.
    /// Otherwise the writer would do it in the middle of a commit, and all who wait for that would wait for it.
    pub async fn keep_journal_short(self, stop: CancellationToken) {
        let mut carried = 0;
        while stop.run_until_cancelled(tokio::time::sleep(CARRY)).await.is_some() {
            let written = self.stages().groups;
            if written == carried {
                continue;
            }
            match self.carry().await {
                Ok(true) => carried = written,
                // A reader or a commit was in the way: again, later.
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "the write-ahead log could not be carried over"),
            }
        }
    }

    /// Carries over what can be without anybody waiting; true when that was everything.
    async fn carry(&self) -> Result<bool, sqlx::Error> {
        let row = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").fetch_one(self.readers()).await?;
        Ok(row.try_get::<i64, _>(0)? == 0 && row.try_get::<i64, _>(1)? == row.try_get::<i64, _>(2)?)
    }

    /// Takes the write-ahead log into the file and empties it: it keeps what pages looked like before.
    pub(super) async fn empty_journal(&self) -> Result<(), LogError> {
        for _ in 0..TRIES {
            let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(self.readers()).await?;
            if row.try_get::<i64, _>(0)? == 0 {
                return Ok(());
            }
        }
        let why = "the write-ahead log is in use and keeps what was destroyed";
        Err(LogError::Database(sqlx::Error::Protocol(why.to_owned())))
    }
}
