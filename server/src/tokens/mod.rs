//! API tokens: random secrets by which scripts act for an account, with its role's rights and no more.
//!
//! The database holds a hash of each. A token that was used before is found in memory; one that is not there is looked up, so that a
//! token made by another process (the command line) holds at once. What another process has revoked is noticed within two seconds.

mod known;
mod once;
#[cfg(test)]
mod tests;
mod usage;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::shared::{AccountId, Timestamp, TokenId};
use domain::views::{Fault, NewToken, TokenView, is_usable, may_make};
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};
use sqlx::{FromRow, Row};
use tokio::sync::broadcast;

use crate::adapters::clock::{new_uuid, random_bytes};
use crate::adapters::secret::Secret;
use known::{Known, Token};
use once::Once;
use usage::Usage;

/// What every secret begins with, so that people and scanners of source code know one when they see it.
const PREFIX: &str = "bdl_";
/// The length of what follows: 32 bytes in base64url.
const ENCODED: usize = 43;
/// The longest that a revocation by another process goes unnoticed.
const LOOK: Duration = Duration::from_secs(2);
/// How many ended tokens of an account are kept for the record.
const ENDED: i64 = 20;
/// Revocations that may happen before a live stream has looked.
const REVOKED: usize = 1_024;

/// Why tokens cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum TokensError {
    /// What was asked is not to be had: see the fault.
    #[error(transparent)]
    Refused(#[from] Fault),
    /// SQLite said no.
    #[error("API tokens cannot be read or written: {0}")]
    Database(#[from] sqlx::Error),
}

/// Users hear why they were refused, and of everything else that it is not available now; the cause goes to the log.
impl From<TokensError> for Fault {
    fn from(error: TokensError) -> Self {
        match error {
            TokensError::Refused(fault) => fault,
            other @ TokensError::Database(_) => {
                tracing::error!(error = %other, "API tokens are not available");
                Fault::Unavailable
            }
        }
    }
}

/// What is known of a secret: enough to find its token, and not enough to pretend to have it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash([u8; 32]);

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(…)")
    }
}

impl TokenHash {
    /// The hash of a secret as it was sent; `None` for what cannot be one.
    pub fn of(sent: &str) -> Option<Self> {
        let random = sent.strip_prefix(PREFIX)?;
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        // A fast hash is enough: nobody tries 256 random bits one after the other, as they would a password.
        (random.len() == ENCODED && random.bytes().all(allowed))
            .then(|| Self(*blake3::hash(sent.as_bytes()).as_bytes()))
    }
}

/// A token that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its id.
    pub id: TokenId,
    /// For whom it acts.
    pub account: AccountId,
}

/// All API tokens; clones share them.
#[derive(Clone)]
pub struct Tokens(Arc<Inner>);

struct Inner {
    pool: SqlitePool,
    known: Mutex<Known>,
    usage: Mutex<Usage>,
    once: Mutex<Once>,
    revoked: broadcast::Sender<TokenId>,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").finish_non_exhaustive()
    }
}

impl Tokens {
    /// The tokens in the main database, whose tables are up to date.
    pub fn new(pool: SqlitePool) -> Self {
        Self(Arc::new(Inner {
            pool,
            known: Mutex::default(),
            usage: Mutex::default(),
            once: Mutex::default(),
            revoked: broadcast::Sender::new(REVOKED),
        }))
    }

    /// Makes a token for an account; answers it with its secret, which nobody can read again.
    ///
    /// # Errors
    ///
    /// [`Fault::TooManyTokens`] when the account has as many as it may have.
    pub async fn make(
        &self,
        account: AccountId,
        new: NewToken,
        now: Timestamp,
    ) -> Result<(TokenView, Secret), TokensError> {
        let secret = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(random_bytes::<32>()));
        let token = TokenView {
            id: TokenId(new_uuid(now)),
            label: new.label,
            made_at: now,
            used_at: None,
            expires_at: new.term.expires_at(now),
        };
        let mut transaction = self.0.pool.begin_with("BEGIN IMMEDIATE").await?;
        may_make(usable(&mut transaction, account, now).await?.len())?;
        sqlx::query(
            "INSERT INTO api_tokens (id, account, hash, label, made_ms, expires_ms) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(token.id.to_string())
        .bind(account.to_string())
        .bind(&blake3::hash(secret.as_bytes()).as_bytes()[..])
        .bind(&token.label)
        .bind(now.0)
        .bind(token.expires_at.map(|at| at.0))
        .execute(&mut *transaction)
        .await?;
        // Whoever makes tokens and revokes them again and again fills no disk.
        sqlx::query(
            "DELETE FROM api_tokens WHERE id IN
               (SELECT id FROM api_tokens WHERE account = $1 AND (revoked_ms IS NOT NULL OR expires_ms <= $2)
                ORDER BY id DESC LIMIT -1 OFFSET $3)",
        )
        .bind(account.to_string())
        .bind(now.0)
        .bind(ENDED)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok((token, Secret::new(secret)))
    }

    /// The tokens of an account that can be used, the newest first.
    pub async fn list(&self, account: AccountId, now: Timestamp) -> Result<Vec<TokenView>, TokensError> {
        Ok(usable(&mut *self.0.pool.acquire().await?, account, now).await?)
    }

    /// Revokes a token of this account; one that was revoked before stays so. Live streams that it opened hear of it.
    ///
    /// # Errors
    ///
    /// [`Fault::NotFound`] when there is no such token, or it is another's.
    pub async fn revoke(&self, account: AccountId, id: TokenId, now: Timestamp) -> Result<(), TokensError> {
        let mut transaction = self.0.pool.begin_with("BEGIN IMMEDIATE").await?;
        let changed = sqlx::query(
            "UPDATE api_tokens SET revoked_ms = coalesce(revoked_ms, $1) WHERE id = $2 AND account = $3",
        )
        .bind(now.0)
        .bind(id.to_string())
        .bind(account.to_string())
        .execute(&mut *transaction)
        .await?;
        if changed.rows_affected() == 0 {
            return Err(Fault::NotFound.into());
        }
        sqlx::query("UPDATE api_revocations SET count = count + 1").execute(&mut *transaction).await?;
        let done = transaction.commit().await;
        self.known().forget(id);
        done?;
        // An error only says that nobody listens.
        let _ = self.0.revoked.send(id);
        Ok(())
    }

    /// The token with this hash, if it can be used now; writes down that it was used. From memory when it was asked for before.
    pub async fn find(&self, hash: TokenHash, now: Timestamp) -> Result<Option<Found>, TokensError> {
        let token = self.look_up(hash, now).await?;
        if let Some(token) = &token {
            self.touch(token, now);
        }
        Ok(token.map(|token| token.found))
    }

    /// Whether the token with this hash is in memory: then asking for it costs no look into the database.
    pub fn remembers(&self, hash: TokenHash) -> bool {
        self.known().has(hash)
    }

    /// Whether the token with this hash still holds; asking is no use of it.
    pub async fn holds(&self, hash: TokenHash, now: Timestamp) -> Result<bool, TokensError> {
        Ok(self.look_up(hash, now).await?.is_some())
    }

    /// The ids of tokens that this process revokes from now on. Whoever lags behind has to ask [`Tokens::holds`].
    pub fn revoked(&self) -> broadcast::Receiver<TokenId> {
        self.0.revoked.subscribe()
    }

    async fn look_up(&self, hash: TokenHash, now: Timestamp) -> Result<Option<Arc<Token>>, TokensError> {
        self.notice_revocations().await?;
        let can_be_used = |token: &Arc<Token>| is_usable(None, token.expires_at, now);
        let changes = match self.known().get(hash) {
            Ok(token) => return Ok(Some(token).filter(can_be_used)),
            Err(changes) => changes,
        };
        let token: Option<Token> = sqlx::query_as(
            "SELECT id, account, expires_ms, used_ms FROM api_tokens WHERE hash = $1 AND revoked_ms IS NULL",
        )
        .bind(&hash.0[..])
        .fetch_optional(&self.0.pool)
        .await?;
        // What cannot be used is not kept: nobody fills the memory with what they make up.
        let token = token.map(Arc::new).filter(can_be_used);
        if let Some(token) = &token {
            self.known().keep(hash, token.clone(), changes);
        }
        Ok(token)
    }

    /// Forgets what is in memory when something was revoked since the last look, by whichever process. Looks once every two seconds,
    /// whoever asks; while it cannot look, nothing in memory is believed.
    async fn notice_revocations(&self) -> Result<(), TokensError> {
        if !self.known().is_time_to_look() {
            return Ok(());
        }
        let count = sqlx::query_scalar("SELECT count FROM api_revocations").fetch_one(&self.0.pool).await;
        match count {
            Ok(count) => self.known().looked(count),
            Err(error) => {
                self.known().could_not_look();
                return Err(error.into());
            }
        }
        Ok(())
    }

    /// What is in memory, also after another thread panicked: every change leaves it whole.
    fn known(&self) -> MutexGuard<'_, Known> {
        lock(&self.0.known)
    }
}

/// The guarded value, also after another thread panicked: every change of it leaves it whole.
fn lock<T>(guarded: &Mutex<T>) -> MutexGuard<'_, T> {
    guarded.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn usable(
    connection: &mut SqliteConnection,
    account: AccountId,
    now: Timestamp,
) -> sqlx::Result<Vec<TokenView>> {
    let rows = sqlx::query(
        "SELECT id, label, made_ms, used_ms, expires_ms FROM api_tokens
         WHERE account = $1 AND revoked_ms IS NULL ORDER BY id DESC",
    )
    .bind(account.to_string())
    .fetch_all(connection)
    .await?;
    let read = |row: &SqliteRow| -> sqlx::Result<TokenView> {
        Ok(TokenView {
            id: id_of(row)?,
            label: row.try_get("label")?,
            made_at: Timestamp(row.try_get("made_ms")?),
            used_at: row.try_get::<Option<i64>, _>("used_ms")?.map(Timestamp),
            expires_at: row.try_get::<Option<i64>, _>("expires_ms")?.map(Timestamp),
        })
    };
    let mut tokens = rows.iter().map(read).collect::<sqlx::Result<Vec<_>>>()?;
    tokens.retain(|token| is_usable(None, token.expires_at, now));
    Ok(tokens)
}

fn id_of(row: &SqliteRow) -> sqlx::Result<TokenId> {
    row.try_get::<&str, _>("id")?.parse().map_err(|_| unreadable("id"))
}

fn unreadable(column: &str) -> sqlx::Error {
    sqlx::Error::Decode(format!("api_tokens.{column} is not readable").into())
}

impl FromRow<'_, SqliteRow> for Token {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        let account = row.try_get::<&str, _>("account")?.parse().map_err(|_| unreadable("account"))?;
        let expires_at = row.try_get::<Option<i64>, _>("expires_ms")?.map(Timestamp);
        Ok(Token::new(Found { id: id_of(row)?, account }, expires_at, row.try_get("used_ms")?))
    }
}
