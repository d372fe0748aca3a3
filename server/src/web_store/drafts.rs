//! What was typed into forms that were refused, until their page shows it again.

use domain::views::FormDraft;

use super::{WebStore, WebStoreError, hashed};
use crate::adapters::clock::random_token;

/// How long a draft is kept.
const KEPT_MS: i64 = 3_600_000;
/// How many drafts of one browser are kept: the latest.
const EACH: i64 = 20;

impl WebStore {
    /// Keeps a draft for an hour, or until the same browser has left twenty newer ones; answers its id. A browser
    /// without an id could not be told from others, so nothing is kept for it.
    pub async fn keep_draft(&self, visitor: &str, draft: FormDraft) -> Result<String, WebStoreError> {
        let id = random_token();
        if visitor.is_empty() {
            return Ok(id);
        }
        let visitor = hashed(visitor);
        sqlx::query("INSERT INTO drafts (id, visitor, data, created_ms) VALUES ($1, $2, $3, $4)")
            .bind(&id)
            .bind(&visitor)
            .bind(serde_json::to_string(&draft)?)
            .bind(self.now().0)
            .execute(self.pool())
            .await?;
        sqlx::query(
            "DELETE FROM drafts WHERE visitor = $1 AND id NOT IN
             (SELECT id FROM drafts WHERE visitor = $1 ORDER BY created_ms DESC, id LIMIT $2)",
        )
        .bind(&visitor)
        .bind(EACH)
        .execute(self.pool())
        .await?;
        Ok(id)
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
        sqlx::query("DELETE FROM drafts WHERE visitor = $1")
            .bind(hashed(visitor))
            .execute(self.pool())
            .await?;
        Ok(())
    }

    pub(super) async fn sweep_drafts(&self) -> Result<(), WebStoreError> {
        sqlx::query("DELETE FROM drafts WHERE created_ms <= $1")
            .bind(self.now().0 - KEPT_MS)
            .execute(self.pool())
            .await?;
        Ok(())
    }
}
