//! When tokens were last used: written down together a moment later, so that no request waits for it.

use std::collections::HashMap;
use std::time::Duration;

use domain::shared::{Timestamp, TokenId};

use super::known::Token;
use super::{Tokens, lock};

/// How long uses are gathered for one transaction.
const GATHER: Duration = Duration::from_secs(1);

/// Uses that are still to be written down.
pub(super) type Usage = HashMap<TokenId, Timestamp>;

impl Tokens {
    /// Notes that a token was used. What is not yet written down when the process ends is lost: it is for people to see which of their
    /// tokens are in use.
    pub(super) fn touch(&self, token: &Token, now: Timestamp) {
        if !token.touch(now) {
            return;
        }
        let is_first = {
            let mut usage = lock(&self.0.usage);
            usage.insert(token.found.id, now);
            usage.len() == 1
        };
        if is_first {
            let tokens = self.clone();
            tokio::spawn(async move {
                tokio::time::sleep(GATHER).await;
                if let Err(error) = tokens.write_usage().await {
                    tracing::warn!(%error, "when API tokens were last used could not be written down");
                }
            });
        }
    }

    /// Writes down what was gathered.
    pub(super) async fn write_usage(&self) -> sqlx::Result<()> {
        let usage = std::mem::take(&mut *lock(&self.0.usage));
        let mut transaction = self.0.pool.begin_with("BEGIN IMMEDIATE").await?;
        for (id, at) in usage {
            sqlx::query("UPDATE api_tokens SET used_ms = $1 WHERE id = $2")
                .bind(at.0)
                .bind(id.to_string())
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await
    }
}
