//! Inboxes and the outbox, in the main database, written by the one writer.

use super::batch::Batch;
use super::log::SqliteLog;
use super::plan::Rows;
use super::rows::id;
use super::views::doc;
use crate::storage::{
    DeadLetterNotice, KeptNotice, LogError, NewNotice, NoticeId, Outbox, Posted, WaitingNotice,
};
use domain::notification::Recipient;
use domain::shared::{OrderId, Timestamp};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

/// Notices that are forgotten in one transaction: nobody is to wait for that.
const FORGOTTEN: i64 = 2_000;

/// What somebody was told before a position, the newest first.
pub(super) const INBOX: &str = "SELECT position, order_id, doc, at_ms FROM notices WHERE recipient = ? AND position < ? \
                                ORDER BY position DESC LIMIT ?";

fn order(row: &SqliteRow) -> Result<OrderId, LogError> {
    Ok(OrderId(id(row.try_get("order_id")?)?))
}

fn notice_id(row: &SqliteRow) -> Result<NoticeId, LogError> {
    let recipient: &str = row.try_get("recipient")?;
    let to = recipient.parse().map_err(|_| LogError::Corrupt(format!("{recipient} is no recipient")))?;
    Ok(NoticeId { to, position: position(row)? })
}

fn position(row: &SqliteRow) -> Result<u64, LogError> {
    Ok(row.try_get::<i64, _>("position")? as u64)
}

fn kept(row: &SqliteRow) -> Result<KeptNotice, LogError> {
    let at = Timestamp(row.try_get("at_ms")?);
    Ok(KeptNotice { position: position(row)?, order: order(row)?, doc: doc(row)?, at })
}

fn waiting(row: &SqliteRow) -> Result<WaitingNotice, LogError> {
    Ok(WaitingNotice {
        id: notice_id(row)?,
        order: order(row)?,
        doc: doc(row)?,
        attempts: row.try_get("attempts")?,
        reached: row.try_get("reached")?,
        wanted: Timestamp(row.try_get("wanted_ms")?),
    })
}

fn dead(row: &SqliteRow) -> Result<DeadLetterNotice, LogError> {
    Ok(DeadLetterNotice {
        id: notice_id(row)?,
        order: order(row)?,
        doc: doc(row)?,
        at: Timestamp(row.try_get("at_ms")?),
        attempts: row.try_get("attempts")?,
        error: row.try_get("last_error")?,
    })
}

#[async_trait::async_trait]
impl Outbox for SqliteLog {
    async fn keep(&self, cursor: &str, to: u64, notices: &[NewNotice]) -> Result<(), LogError> {
        let mut rows = Rows::default();
        rows.cursors.row([cursor.into(), (to as i64).into()]);
        for notice in notices {
            rows.notices.row([
                notice.id.to.to_string().into(),
                (notice.id.position as i64).into(),
                notice.order.to_string().into(),
                serde_json::to_string(&notice.doc)?.into(),
                notice.at.0.into(),
                if notice.to_send { "waiting" } else { "kept" }.into(),
            ]);
        }
        self.progress(rows).await
    }

    async fn inbox(
        &self,
        to: Recipient,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<KeptNotice>, LogError> {
        let rows = sqlx::query(INBOX)
            .bind(to.to_string())
            .bind(before.and_then(|before| i64::try_from(before).ok()).unwrap_or(i64::MAX))
            .bind(limit)
            .fetch_all(self.readers())
            .await?;
        rows.iter().map(kept).collect()
    }

    async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<WaitingNotice>, LogError> {
        // Without the index's name all that the recipient was ever told would be looked through, which is much for a store.
        let rows = sqlx::query(
            "SELECT recipient, position, order_id, doc, attempts, reached, MAX(at_ms, due_ms) AS wanted_ms \
             FROM notices AS one \
             WHERE state = 'waiting' AND due_ms <= ? AND NOT EXISTS (SELECT 1 FROM notices AS first \
             INDEXED BY notices_waiting WHERE first.state = 'waiting' AND first.recipient = one.recipient \
             AND first.order_id = one.order_id AND first.position < one.position) \
             ORDER BY due_ms, position LIMIT ?",
        )
        .bind(now.0)
        .bind(limit)
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(waiting).collect()
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, LogError> {
        let due: Option<i64> = sqlx::query("SELECT MIN(due_ms) FROM notices WHERE state = 'waiting'")
            .fetch_one(self.readers())
            .await?
            .try_get(0)?;
        Ok(due.map(Timestamp))
    }

    async fn note(&self, id: NoticeId, posted: Posted) -> Result<(), LogError> {
        let mut batch = Batch::default();
        match posted {
            Posted::Sent => batch.push(
                "UPDATE notices SET state = 'sent' WHERE recipient = ? AND position = ? AND state = 'waiting'",
            ),
            Posted::Kept => batch.push(
                "UPDATE notices SET state = 'kept' WHERE recipient = ? AND position = ? AND state = 'waiting'",
            ),
            Posted::Again { due, attempts, reached, error } => batch
                .push(
                    "UPDATE notices SET due_ms = ?, attempts = ?, reached = ?, last_error = ? \
                     WHERE recipient = ? AND position = ? AND state = 'waiting'",
                )
                .bind(due.0)
                .bind(attempts)
                .bind(reached)
                .bind(error),
            Posted::Dead { attempts, reached, error } => batch
                .push(
                    "UPDATE notices SET state = 'dead', attempts = ?, reached = ?, last_error = ? \
                     WHERE recipient = ? AND position = ? AND state = 'waiting'",
                )
                .bind(attempts)
                .bind(reached)
                .bind(error),
        }
        .bind(id.to.to_string())
        .bind(id.position as i64);
        self.write_behind(batch).await
    }

    async fn dead(&self, limit: u32) -> Result<Vec<DeadLetterNotice>, LogError> {
        let rows = sqlx::query(
            "SELECT recipient, position, order_id, doc, at_ms, attempts, last_error FROM notices \
             WHERE state = 'dead' ORDER BY at_ms, position LIMIT ?",
        )
        .bind(limit)
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(dead).collect()
    }

    async fn keep_waiting(&self) -> Result<(), LogError> {
        let mut batch = Batch::default();
        batch.push("UPDATE notices SET state = 'kept' WHERE state = 'waiting'");
        self.write_behind(batch).await
    }

    async fn revive_notice(&self, id: NoticeId, now: Timestamp) -> Result<bool, LogError> {
        let found =
            sqlx::query("SELECT 1 FROM notices WHERE recipient = ? AND position = ? AND state = 'dead'")
                .bind(id.to.to_string())
                .bind(id.position as i64)
                .fetch_optional(self.readers())
                .await?;
        if found.is_none() {
            return Ok(false);
        }
        let mut batch = Batch::default();
        batch
            .push(
                "UPDATE notices SET state = 'waiting', attempts = 0, due_ms = ? \
                 WHERE recipient = ? AND position = ? AND state = 'dead'",
            )
            .bind(now.0)
            .bind(id.to.to_string())
            .bind(id.position as i64);
        self.write(batch).await?;
        Ok(true)
    }

    async fn forget_notices_before(&self, moment: Timestamp) -> Result<(), LogError> {
        loop {
            let old = sqlx::query("SELECT 1 FROM notices WHERE at_ms < ? LIMIT 1")
                .bind(moment.0)
                .fetch_optional(self.readers())
                .await?;
            if old.is_none() {
                return Ok(());
            }
            let mut batch = Batch::default();
            batch
                .push(
                    "DELETE FROM notices WHERE (recipient, position) IN \
                     (SELECT recipient, position FROM notices WHERE at_ms < ? LIMIT ?)",
                )
                .bind(moment.0)
                .bind(FORGOTTEN);
            self.write_behind(batch).await?;
        }
    }
}
