//! What was typed into forms that were refused, until their page shows it again.

use domain::views::FormDraft;
use tokio::sync::Mutex;

use super::{WebStore, WebStoreError, hashed};
use crate::adapters::clock::random_token;

/// How long a draft is kept.
const KEPT_MS: i64 = 3_600_000;
/// How many drafts of one browser are kept: the latest.
const EACH: i64 = 20;

/// The most that one takes, in bytes: more than any form that people fill in.
const LARGEST: usize = 24 * 1024;
/// How many of all browsers are kept at most. The oldest go first.
const ALL: i64 = 20_000;
/// The most bytes that they take together.
const ALL_BYTES: i64 = 64 << 20;
/// So many go at once when there is no room.
const AT_ONCE: i64 = 64;

/// How many there are, and how large they are together; `None` until they were counted, or when it is not sure. Held while they change.
#[derive(Default)]
pub(super) struct DraftSizes(Mutex<Option<Sizes>>);

#[derive(Clone, Copy)]
struct Sizes {
    drafts: i64,
    bytes: i64,
}

impl Sizes {
    fn without(&mut self, gone: &[(i64,)]) {
        self.drafts -= gone.len() as i64;
        self.bytes -= gone.iter().map(|(bytes,)| bytes).sum::<i64>();
    }
}

impl WebStore {
    /// Keeps a draft for an hour, or until the same browser has left twenty newer ones, or all together so many that there is no room; answers
    /// its id. A browser without an id could not be told from others, so nothing is kept for it.
    ///
    /// # Errors
    ///
    /// [`WebStoreError::DraftTooLarge`] when it is more than 24 KB.
    pub async fn keep_draft(&self, visitor: &str, draft: &FormDraft) -> Result<String, WebStoreError> {
        let data = serde_json::to_string(draft)?;
        if data.len() > LARGEST {
            return Err(WebStoreError::DraftTooLarge);
        }
        let id = random_token();
        if visitor.is_empty() {
            return Ok(id);
        }
        let visitor = hashed(visitor);
        let mut counted = self.0.drafts.0.lock().await;
        let mut sizes = match counted.take() {
            Some(sizes) => sizes,
            None => self.count_drafts().await?,
        };
        let mut transaction = self.pool().begin().await?;
        sizes.drafts += 1;
        sizes.bytes += data.len() as i64;
        sqlx::query("INSERT INTO drafts (id, visitor, data, created_ms) VALUES ($1, $2, $3, $4)")
            .bind(&id)
            .bind(&visitor)
            .bind(data)
            .bind(self.now().0)
            .execute(&mut *transaction)
            .await?;
        let gone: Vec<(i64,)> = sqlx::query_as(
            "DELETE FROM drafts WHERE visitor = $1 AND id NOT IN
             (SELECT id FROM drafts WHERE visitor = $1 ORDER BY created_ms DESC, id LIMIT $2)
             RETURNING octet_length(data)",
        )
        .bind(&visitor)
        .bind(EACH)
        .fetch_all(&mut *transaction)
        .await?;
        sizes.without(&gone);
        while sizes.drafts > ALL || sizes.bytes > ALL_BYTES {
            let gone: Vec<(i64,)> = sqlx::query_as(
                "DELETE FROM drafts WHERE id IN (SELECT id FROM drafts WHERE id <> $1 ORDER BY created_ms, id LIMIT $2)
                 RETURNING octet_length(data)",
            )
            .bind(&id)
            .bind(AT_ONCE)
            .fetch_all(&mut *transaction)
            .await?;
            sizes.without(&gone);
            if gone.is_empty() {
                break;
            }
        }
        transaction.commit().await?;
        *counted = Some(sizes);
        Ok(id)
    }

    async fn count_drafts(&self) -> Result<Sizes, WebStoreError> {
        let (drafts, bytes) =
            sqlx::query_as("SELECT COUNT(*), COALESCE(SUM(octet_length(data)), 0) FROM drafts")
                .fetch_one(self.pool())
                .await?;
        Ok(Sizes { drafts, bytes })
    }

    /// A draft that this browser left less than an hour ago.
    pub async fn draft(&self, visitor: &str, id: &str) -> Result<Option<FormDraft>, WebStoreError> {
        let row: Option<(String,)> =
            sqlx::query_as("SELECT data FROM drafts WHERE id = $1 AND visitor = $2 AND created_ms > $3")
                .bind(id)
                .bind(hashed(visitor))
                .bind(self.now().0 - KEPT_MS)
                .fetch_optional(self.pool())
                .await?;
        Ok(row.map(|(json,)| serde_json::from_str(&json)).transpose()?)
    }

    /// Forgets what this browser has typed: whoever sits down at it next is somebody else.
    pub async fn forget_drafts(&self, visitor: &str) -> Result<(), WebStoreError> {
        let mut counted = self.0.drafts.0.lock().await;
        let mut sizes = counted.take();
        let gone: Vec<(i64,)> =
            sqlx::query_as("DELETE FROM drafts WHERE visitor = $1 RETURNING octet_length(data)")
                .bind(hashed(visitor))
                .fetch_all(self.pool())
                .await?;
        if let Some(sizes) = &mut sizes {
            sizes.without(&gone);
        }
        *counted = sizes;
        Ok(())
    }

    pub(super) async fn sweep_drafts(&self) -> Result<(), WebStoreError> {
        // Counted again by whoever keeps the next one.
        let mut counted = self.0.drafts.0.lock().await;
        *counted = None;
        sqlx::query("DELETE FROM drafts WHERE created_ms <= $1")
            .bind(self.now().0 - KEPT_MS)
            .execute(self.pool())
            .await?;
        Ok(())
    }
}
