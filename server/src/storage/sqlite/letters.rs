//! The messages of webhooks, in the main database, written by the one writer.

use super::batch::Batch;
use super::log::SqliteLog;
use super::plan::Rows;
use super::rows::{event_columns, id, recorded};
use super::webhooks::pause;
use crate::storage::{
    Behind, GivenUp, Handed, IdempotencyKey, LetterId, LogError, NewLetter, NewWebhook, OldSecret, Once,
    Room, WaitingLetter, Webhook, Webhooks,
};
use domain::notification::Recipient;
use domain::shared::{AccountId, OrderId, Sealed, Timestamp, TokenId, WebhookId};
use domain::views::Recorded;
use domain::webhook::{MAX_DEAD, MAX_WAITING, PauseReason};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use std::collections::HashSet;

/// Messages that are forgotten in one transaction.
const FORGOTTEN: i64 = 2_000;

pub(super) fn recipient(row: &SqliteRow) -> Result<Recipient, LogError> {
    let text: &str = row.try_get("recipient")?;
    text.parse().map_err(|_| LogError::Corrupt(format!("{text} is no recipient")))
}

pub(super) fn optional_old_secret(row: &SqliteRow) -> Result<OldSecret, LogError> {
    let (secret, until): (Option<String>, Option<i64>) =
        (row.try_get("old_secret")?, row.try_get("old_until_ms")?);
    Ok(secret.map(Sealed).zip(until.map(Timestamp)))
}

fn letter_id(row: &SqliteRow) -> Result<LetterId, LogError> {
    let position: i64 = row.try_get("position")?;
    Ok(LetterId { webhook: WebhookId(id(row.try_get("webhook")?)?), position: position as u64 })
}

fn order(row: &SqliteRow) -> Result<Option<OrderId>, LogError> {
    let text: &str = row.try_get("order_id")?;
    if text.is_empty() { Ok(None) } else { Ok(Some(OrderId(id(text)?))) }
}

fn order_text(order: Option<OrderId>) -> String {
    order.map(|order| order.to_string()).unwrap_or_default()
}

fn waiting(row: &SqliteRow) -> Result<WaitingLetter, LogError> {
    Ok(WaitingLetter {
        id: letter_id(row)?,
        order: order(row)?,
        body: row.try_get("doc")?,
        attempts: row.try_get("attempts")?,
        account: AccountId(id(row.try_get("account")?)?),
        url: row.try_get("url")?,
        host: row.try_get("host")?,
        secret: Sealed(row.try_get("secret")?),
        old_secret: optional_old_secret(row)?,
        is_shaky: row.try_get::<i64, _>("failures")? > 0,
    })
}

fn given_up(row: &SqliteRow) -> Result<GivenUp, LogError> {
    Ok(GivenUp {
        id: letter_id(row)?,
        recipient: recipient(row)?,
        host: row.try_get("host")?,
        order: order(row)?,
        body: row.try_get("doc")?,
        at: Timestamp(row.try_get("at_ms")?),
        attempts: row.try_get("attempts")?,
        error: row.try_get("last_error")?,
    })
}

fn behind(row: &SqliteRow) -> Result<Behind, LogError> {
    Ok(Behind {
        id: WebhookId(id(row.try_get("id")?)?),
        recipient: recipient(row)?,
        position: row.try_get::<i64, _>("behind")? as u64,
        waiting: row.try_get::<i64, _>("waiting")? as u64,
    })
}

#[async_trait::async_trait]
impl Webhooks for SqliteLog {
    async fn listening(&self) -> Result<HashSet<Recipient>, LogError> {
        SqliteLog::listening(self).await
    }
    async fn webhooks_of(&self, account: AccountId) -> Result<Vec<Webhook>, LogError> {
        SqliteLog::webhooks_of(self, account).await
    }
    async fn webhook(&self, id: WebhookId) -> Result<Option<Webhook>, LogError> {
        SqliteLog::webhook(self, id).await
    }
    async fn register(&self, new: NewWebhook, key: Option<IdempotencyKey>) -> Result<Once, LogError> {
        SqliteLog::register(self, new, key).await
    }
    async fn replace_secret(
        &self,
        id: WebhookId,
        fresh: Sealed,
        old_until: Timestamp,
        key: Option<IdempotencyKey>,
    ) -> Result<Once, LogError> {
        SqliteLog::replace_secret(self, id, fresh, old_until, key).await
    }
    async fn note_shown(&self, id: WebhookId) -> Result<(), LogError> {
        SqliteLog::note_shown(self, id).await
    }
    async fn pause(
        &self,
        id: WebhookId,
        why: PauseReason,
        key: Option<IdempotencyKey>,
    ) -> Result<Once, LogError> {
        SqliteLog::pause(self, id, why, key).await
    }
    async fn resume(
        &self,
        id: WebhookId,
        token: Option<TokenId>,
        key: Option<IdempotencyKey>,
    ) -> Result<Once, LogError> {
        SqliteLog::resume(self, id, token, key).await
    }
    async fn pause_without_token(&self, now: Timestamp) -> Result<(), LogError> {
        SqliteLog::pause_without_token(self, now).await
    }
    async fn remove(&self, id: WebhookId) -> Result<(), LogError> {
        SqliteLog::remove(self, id).await
    }
    async fn replay(&self, id: WebhookId, from: u64, key: Option<IdempotencyKey>) -> Result<Once, LogError> {
        SqliteLog::replay(self, id, from, key).await
    }

    async fn queue(&self, cursor: &str, to: u64, letters: &[NewLetter]) -> Result<(), LogError> {
        let mut rows = Rows::default();
        rows.cursors.row([cursor.into(), (to as i64).into()]);
        for letter in letters {
            rows.letters.row([
                letter.to.to_string().into(),
                (letter.position as i64).into(),
                order_text(letter.order).into(),
                letter.body.clone().into(),
                letter.at.0.into(),
            ]);
        }
        self.progress(rows).await
    }

    async fn behind(&self) -> Result<Vec<Behind>, LogError> {
        let rows = sqlx::query(
            "SELECT id, recipient, behind, \
             (SELECT COUNT(*) FROM webhook_letters WHERE webhook = id AND state = 'waiting') AS waiting \
             FROM webhooks WHERE behind IS NOT NULL AND paused IS NULL ORDER BY id",
        )
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(behind).collect()
    }

    async fn events_for(
        &self,
        recipient: Recipient,
        after: u64,
        to: u64,
        limit: u32,
    ) -> Result<Vec<Recorded>, LogError> {
        // A recipient is written as its topic is.
        let sql = concat!(
            "SELECT ",
            event_columns!(),
            " FROM events WHERE position IN (SELECT position FROM topics WHERE position > ? AND position <= ? \
             AND topic = ?) ORDER BY position LIMIT ?"
        );
        let rows = sqlx::query(sql)
            .bind(after as i64)
            .bind(to as i64)
            .bind(recipient.to_string())
            .bind(limit)
            .fetch_all(self.readers())
            .await?;
        rows.iter().map(recorded).collect()
    }

    async fn catch_up(
        &self,
        webhook: Behind,
        cursor: &str,
        to: u64,
        letters: &[NewLetter],
        now: Timestamp,
    ) -> Result<(), LogError> {
        let (id, from) = (webhook.id.to_string(), webhook.position as i64);
        let mut rows = Rows::default();
        for letter in letters {
            rows.again.row([
                id.clone().into(),
                from.into(),
                (letter.position as i64).into(),
                order_text(letter.order).into(),
                letter.body.clone().into(),
                letter.at.0.into(),
                now.0.into(),
            ]);
        }
        rows.caught_up.row([id.clone().into(), from.into(), (to as i64).into()]);
        self.progress(rows).await?;
        let mut batch = Batch::default();
        batch
            .push(
                "UPDATE webhooks SET behind = NULL WHERE id = ? AND paused IS NULL \
                 AND behind = (SELECT position FROM cursors WHERE name = ?)",
            )
            .bind(id)
            .bind(cursor.to_owned());
        self.write_behind(batch).await
    }

    async fn fall_behind(&self, cursor: &str) -> Result<(), LogError> {
        let full = "SELECT 1 FROM webhooks WHERE behind IS NULL AND paused IS NULL AND \
                    (SELECT COUNT(*) FROM webhook_letters WHERE webhook = id AND state = 'waiting') >= ? LIMIT 1";
        if sqlx::query(full).bind(MAX_WAITING).fetch_optional(self.readers()).await?.is_none() {
            return Ok(());
        }
        let mut batch = Batch::default();
        batch
            .push(
                "UPDATE webhooks SET behind = (SELECT position FROM cursors WHERE name = ?) \
                 WHERE behind IS NULL AND paused IS NULL AND \
                 (SELECT COUNT(*) FROM webhook_letters WHERE webhook = id AND state = 'waiting') >= ?",
            )
            .bind(cursor.to_owned())
            .bind(MAX_WAITING);
        self.write_behind(batch).await
    }

    async fn due_letters(&self, now: Timestamp, room: &Room) -> Result<Vec<WaitingLetter>, LogError> {
        // Webhook by webhook, so that much that waits for one does not stand before the others'. Nothing that follows the reader is sent while
        // something older is being taken from the log again.
        let rows = sqlx::query(
            "SELECT one.webhook, one.position, order_id, doc, attempts, account, url, host, secret, old_secret, \
             old_until_ms, failures FROM webhooks CROSS JOIN webhook_letters AS one ON one.webhook = webhooks.id \
             AND one.position IN (SELECT own.position FROM webhook_letters AS own INDEXED BY webhook_letters_due \
             WHERE own.webhook = webhooks.id AND own.state = 'waiting' AND own.due_ms <= ? \
             AND (behind IS NULL OR own.position <= behind) \
             AND NOT EXISTS (SELECT 1 FROM webhook_letters AS first INDEXED BY webhook_letters_turn \
             WHERE first.state = 'waiting' AND first.webhook = own.webhook AND first.order_id = own.order_id \
             AND first.position < own.position) ORDER BY own.due_ms, own.position LIMIT ?) \
             WHERE paused IS NULL AND (failures = 0 OR ?) \
             AND host NOT IN (SELECT value FROM json_each(?)) AND account NOT IN (SELECT value FROM json_each(?)) \
             ORDER BY one.due_ms, one.position LIMIT ?",
        )
        .bind(now.0)
        .bind(room.each)
        .bind(room.shaky)
        .bind(serde_json::to_string(&room.full_hosts)?)
        .bind(serde_json::to_string(&room.full_accounts)?)
        .bind(room.limit)
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(waiting).collect()
    }

    async fn next_letter(&self, now: Timestamp) -> Result<Option<Timestamp>, LogError> {
        let due: Option<i64> =
            sqlx::query("SELECT MIN(due_ms) FROM webhook_letters WHERE state = 'waiting' AND due_ms > ?")
                .bind(now.0)
                .fetch_one(self.readers())
                .await?
                .try_get(0)?;
        Ok(due.map(Timestamp))
    }

    async fn note_letter(&self, id: LetterId, handed: Handed, now: Timestamp) -> Result<(), LogError> {
        let (webhook, position) = (id.webhook.to_string(), id.position as i64);
        let mut batch = Batch::default();
        let failed = match handed {
            Handed::Delivered => {
                batch
                    .push("DELETE FROM webhook_letters WHERE webhook = ? AND position = ? AND state = 'waiting'")
                    .bind(webhook.clone())
                    .bind(position);
                batch
                    .push("UPDATE webhooks SET failures = 0, failing_ms = NULL, last_error = '' WHERE id = ?")
                    .bind(webhook);
                return self.write_behind(batch).await;
            }
            Handed::Again { due, attempts, error } => {
                batch
                    .push(
                        "UPDATE webhook_letters SET due_ms = ?, attempts = ?, last_error = ? \
                         WHERE webhook = ? AND position = ? AND state = 'waiting'",
                    )
                    .bind(due.0)
                    .bind(attempts)
                    .bind(error.clone())
                    .bind(webhook.clone())
                    .bind(position);
                error
            }
            Handed::Dead { attempts, error } => {
                batch
                    .push(
                        "UPDATE webhook_letters SET state = 'dead', attempts = ?, last_error = ? \
                         WHERE webhook = ? AND position = ? AND state = 'waiting'",
                    )
                    .bind(attempts)
                    .bind(error.clone())
                    .bind(webhook.clone())
                    .bind(position);
                batch
                    .push(
                        "UPDATE webhooks SET paused = ?, behind = COALESCE(behind, \
                         (SELECT position FROM cursors WHERE name = 'webhooks')) WHERE id = ? AND paused IS NULL AND \
                         (SELECT COUNT(*) FROM webhook_letters WHERE webhook = id AND state = 'dead') >= ?",
                    )
                    .bind(PauseReason::Exhausted.name())
                    .bind(webhook.clone())
                    .bind(MAX_DEAD);
                error
            }
            Handed::Gone { error } => {
                pause(&mut batch, id.webhook, PauseReason::Gone);
                error
            }
        };
        batch
            .push(
                "UPDATE webhooks SET failures = failures + 1, failing_ms = COALESCE(failing_ms, ?), last_error = ? \
                 WHERE id = ?",
            )
            .bind(now.0)
            .bind(failed)
            .bind(webhook);
        self.write_behind(batch).await
    }

    async fn given_up(&self, webhook: Option<WebhookId>, limit: u32) -> Result<Vec<GivenUp>, LogError> {
        const OF_ONE: &str = "SELECT webhook, position, recipient, host, order_id, doc, at_ms, attempts, \
                              webhook_letters.last_error FROM webhook_letters JOIN webhooks ON webhooks.id = webhook \
                              WHERE state = 'dead' AND webhook = ? ORDER BY position LIMIT ?";
        const OF_ALL: &str = "SELECT webhook, position, recipient, host, order_id, doc, at_ms, attempts, \
                              webhook_letters.last_error FROM webhook_letters JOIN webhooks ON webhooks.id = webhook \
                              WHERE state = 'dead' ORDER BY at_ms, position LIMIT ?";
        let query = match webhook {
            Some(webhook) => sqlx::query(OF_ONE).bind(webhook.to_string()),
            None => sqlx::query(OF_ALL),
        };
        let rows = query.bind(limit).fetch_all(self.readers()).await?;
        rows.iter().map(given_up).collect()
    }

    async fn revive_letters(
        &self,
        webhook: WebhookId,
        position: Option<u64>,
        now: Timestamp,
        key: Option<IdempotencyKey>,
    ) -> Result<Once, LogError> {
        let mut batch = Batch::default();
        batch
            .push(
                "UPDATE webhook_letters SET state = 'waiting', attempts = 0, due_ms = ? \
                 WHERE webhook = ? AND state = 'dead' AND position = COALESCE(?, position)",
            )
            .bind(now.0)
            .bind(webhook.to_string())
            .bind(position.map(|position| position as i64));
        self.write_once(batch, key, webhook.0).await
    }

    async fn forget_letters_before(&self, moment: Timestamp) -> Result<(), LogError> {
        let old = "SELECT 1 FROM webhook_letters WHERE state = 'dead' AND at_ms < ? LIMIT 1";
        while sqlx::query(old).bind(moment.0).fetch_optional(self.readers()).await?.is_some() {
            let mut batch = Batch::default();
            batch
                .push(
                    "DELETE FROM webhook_letters WHERE (webhook, position) IN \
                     (SELECT webhook, position FROM webhook_letters WHERE state = 'dead' AND at_ms < ? LIMIT ?)",
                )
                .bind(moment.0)
                .bind(FORGOTTEN);
            self.write_behind(batch).await?;
        }
        Ok(())
    }
}
