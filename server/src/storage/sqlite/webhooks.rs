//! Webhooks, in the main database, written by the one writer.

use super::batch::Batch;
use super::letters::{optional_old_secret, recipient};
use super::log::SqliteLog;
use super::rows::id;
use crate::storage::{IdempotencyKey, LogError, NewWebhook, Once, Webhook};
use domain::notification::Recipient;
use domain::shared::{AccountId, Sealed, Timestamp, TokenId, WebhookId};
use domain::webhook::PauseReason;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use std::collections::HashSet;

/// What a webhook is asked for.
macro_rules! columns {
    () => {
        "SELECT id, account, recipient, url, host, secret, shown, old_secret, old_until_ms, created_ms, paused, behind, \
         failing_ms, last_error, \
         (SELECT COUNT(*) FROM webhook_letters WHERE webhook = id AND state = 'waiting') AS waiting, \
         (SELECT COUNT(*) FROM webhook_letters WHERE webhook = id AND state = 'dead') AS dead, \
         MIN(COALESCE((SELECT MIN(position) - 1 FROM webhook_letters WHERE webhook = id AND state = 'waiting'), behind, \
         cursor.position), COALESCE(behind, cursor.position)) AS done, cursor.position AS followed \
         FROM webhooks CROSS JOIN (SELECT COALESCE(MAX(position), 0) AS position FROM cursors WHERE name = 'webhooks') AS cursor "
    };
}

fn webhook(row: &SqliteRow) -> Result<Webhook, LogError> {
    let paused: Option<&str> = row.try_get("paused")?;
    let why = |name: &str| {
        PauseReason::from_name(name).ok_or_else(|| LogError::Corrupt(format!("paused by {name}")))
    };
    let behind: Option<i64> = row.try_get("behind")?;
    let failing: Option<i64> = row.try_get("failing_ms")?;
    Ok(Webhook {
        id: WebhookId(id(row.try_get("id")?)?),
        account: AccountId(id(row.try_get("account")?)?),
        recipient: recipient(row)?,
        url: row.try_get("url")?,
        host: row.try_get("host")?,
        secret: Sealed(row.try_get("secret")?),
        shown: row.try_get("shown")?,
        old_secret: optional_old_secret(row)?,
        created_at: Timestamp(row.try_get("created_ms")?),
        paused: paused.map(why).transpose()?,
        behind: behind.map(|behind| behind as u64),
        followed: row.try_get::<i64, _>("followed")? as u64,
        failing_since: failing.map(Timestamp),
        error: row.try_get("last_error")?,
        position: row.try_get::<i64, _>("done")? as u64,
        waiting: row.try_get::<i64, _>("waiting")? as u64,
        dead: row.try_get::<i64, _>("dead")? as u64,
    })
}

impl SqliteLog {
    pub(super) async fn listening(&self) -> Result<HashSet<Recipient>, LogError> {
        let rows = sqlx::query("SELECT DISTINCT recipient FROM webhooks").fetch_all(self.readers()).await?;
        rows.iter().map(recipient).collect()
    }

    pub(super) async fn webhooks_of(&self, account: AccountId) -> Result<Vec<Webhook>, LogError> {
        let rows = sqlx::query(concat!(columns!(), "WHERE account = ? ORDER BY created_ms, id"))
            .bind(account.to_string())
            .fetch_all(self.readers())
            .await?;
        rows.iter().map(webhook).collect()
    }

    pub(super) async fn webhook(&self, id: WebhookId) -> Result<Option<Webhook>, LogError> {
        let row = sqlx::query(concat!(columns!(), "WHERE id = ?"))
            .bind(id.to_string())
            .fetch_optional(self.readers())
            .await?;
        row.as_ref().map(webhook).transpose()
    }

    pub(super) async fn register(
        &self,
        new: NewWebhook,
        key: Option<IdempotencyKey>,
    ) -> Result<Once, LogError> {
        let mut batch = Batch::default();
        // From the end of the log on, as the writer knows it.
        batch
            .push(
                "INSERT INTO webhooks (id, account, recipient, url, host, secret, created_ms, token, behind) \
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, (SELECT COALESCE(MAX(position), 0) FROM events))",
            )
            .bind(new.id.to_string())
            .bind(new.account.to_string())
            .bind(new.recipient.to_string())
            .bind(new.url)
            .bind(new.host)
            .bind(new.secret.0)
            .bind(new.at.0)
            .bind(new.token.map(|token| token.to_string()));
        self.write_once(batch, key, new.id.0).await
    }

    pub(super) async fn replace_secret(
        &self,
        id: WebhookId,
        fresh: Sealed,
        old_until: Timestamp,
        key: Option<IdempotencyKey>,
    ) -> Result<Once, LogError> {
        let mut batch = Batch::default();
        batch
            .push("UPDATE webhooks SET old_secret = secret, old_until_ms = ?, secret = ?, shown = 0 WHERE id = ?")
            .bind(old_until.0)
            .bind(fresh.0)
            .bind(id.to_string());
        self.write_once(batch, key, id.0).await
    }

    pub(super) async fn note_shown(&self, id: WebhookId) -> Result<(), LogError> {
        let mut batch = Batch::default();
        batch.push("UPDATE webhooks SET shown = 1 WHERE id = ?").bind(id.to_string());
        self.write(batch).await
    }

    pub(super) async fn pause(
        &self,
        id: WebhookId,
        why: PauseReason,
        key: Option<IdempotencyKey>,
    ) -> Result<Once, LogError> {
        let mut batch = Batch::default();
        pause(&mut batch, id, why);
        self.write_once(batch, key, id.0).await
    }

    pub(super) async fn resume(
        &self,
        id: WebhookId,
        token: Option<TokenId>,
        key: Option<IdempotencyKey>,
    ) -> Result<Once, LogError> {
        let mut batch = Batch::default();
        // What has failed counts anew, and is tried at once.
        batch
            .push(
                "UPDATE webhooks SET paused = NULL, failures = 0, failing_ms = NULL, \
                 token = CASE WHEN token IS NULL THEN NULL ELSE ? END WHERE id = ?",
            )
            .bind(token.map(|token| token.to_string()))
            .bind(id.to_string());
        batch
            .push(
                "UPDATE webhook_letters SET due_ms = 0, attempts = 0 WHERE webhook = ? AND state = 'waiting'",
            )
            .bind(id.to_string());
        self.write_once(batch, key, id.0).await
    }

    pub(super) async fn pause_without_token(&self, now: Timestamp) -> Result<(), LogError> {
        // Nearly always there are none, and nothing has to be written.
        let rows = sqlx::query(
            "SELECT id FROM webhooks WHERE paused IS NULL AND token IS NOT NULL AND NOT EXISTS \
             (SELECT 1 FROM api_tokens WHERE api_tokens.id = token AND revoked_ms IS NULL AND \
             (expires_ms IS NULL OR expires_ms > ?))",
        )
        .bind(now.0)
        .fetch_all(self.readers())
        .await?;
        if rows.is_empty() {
            return Ok(());
        }
        let mut batch = Batch::default();
        for row in &rows {
            pause(&mut batch, WebhookId(id(row.try_get("id")?)?), PauseReason::Token);
        }
        self.write(batch).await
    }

    pub(super) async fn remove(&self, id: WebhookId) -> Result<(), LogError> {
        let mut batch = Batch::default();
        batch.push("DELETE FROM webhooks WHERE id = ?").bind(id.to_string());
        self.write(batch).await
    }

    pub(super) async fn replay(
        &self,
        id: WebhookId,
        from: u64,
        key: Option<IdempotencyKey>,
    ) -> Result<Once, LogError> {
        let mut batch = Batch::default();
        // Nobody is given what has not happened yet; and who is behind already comes to the rest by going on.
        batch
            .push(
                "UPDATE webhooks SET behind = MIN(?, COALESCE(behind, \
                 (SELECT position FROM cursors WHERE name = 'webhooks'))) WHERE id = ?",
            )
            .bind(from as i64)
            .bind(id.to_string());
        self.write_once(batch, key, id.0).await
    }
}

/// Has a webhook stop where it is.
pub(super) fn pause(batch: &mut Batch, id: WebhookId, why: PauseReason) {
    batch
        .push(
            "UPDATE webhooks SET paused = ?, behind = COALESCE(behind, \
             (SELECT position FROM cursors WHERE name = 'webhooks')) WHERE id = ? AND paused IS NULL",
        )
        .bind(why.name())
        .bind(id.to_string());
}
