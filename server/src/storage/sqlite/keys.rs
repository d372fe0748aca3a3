//! The customers' keys, in the main database, written by the one writer.

use super::batch::Batch;
use super::log::SqliteLog;
use crate::storage::{KeyStore, LogError};
use domain::shared::AccountId;
use sqlx::Row;

#[async_trait::async_trait]
impl KeyStore for SqliteLog {
    async fn key(&self, customer: AccountId) -> Result<Option<[u8; 32]>, LogError> {
        let row = sqlx::query("SELECT key FROM person_keys WHERE account = ?")
            .bind(customer.to_string())
            .fetch_optional(self.readers())
            .await?;
        row.map(|row| {
            let key: Vec<u8> = row.try_get(0)?;
            key.try_into().map_err(|_| LogError::Corrupt("a customer's key is not 32 bytes long".to_owned()))
        })
        .transpose()
    }

    async fn key_or(&self, customer: AccountId, fresh: [u8; 32]) -> Result<[u8; 32], LogError> {
        let mut batch = Batch::default();
        batch
            .push("INSERT INTO person_keys (account, key) VALUES (?, ?) ON CONFLICT (account) DO NOTHING")
            .bind(customer.to_string())
            .bind(fresh.to_vec());
        self.write(batch).await?;
        self.key(customer).await?.ok_or_else(|| LogError::Corrupt("a customer's key has vanished".to_owned()))
    }

    async fn destroy_key(&self, customer: AccountId) -> Result<(), LogError> {
        let mut batch = Batch::default();
        batch.push("DELETE FROM person_keys WHERE account = ?").bind(customer.to_string());
        self.write(batch).await?;
        self.empty_journal().await
    }
}
