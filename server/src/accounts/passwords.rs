//! Hashing and comparing passwords: slow on purpose, so a few at a time and never on a thread that serves requests.

use tokio::sync::Semaphore;
use tokio::task::{JoinError, spawn_blocking};

/// How many passwords are hashed at the same time; each takes 19 MiB and a core.
const AT_ONCE: usize = 2;
/// How many may wait for their turn; whoever comes then is told to try later.
const WAITING: usize = 64;

/// What an unknown login's password is compared with: of the same cost as a real hash, and of no password known.
pub(super) const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGlzIGhlcmUhIQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Why a password was neither accepted nor refused.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too many are waiting.
    #[error("too many passwords wait to be checked")]
    Busy,
    /// The thread that hashed it broke.
    #[error("a password could not be hashed: {0}")]
    Broken(#[from] JoinError),
    /// The stored hash cannot be read.
    #[error("a stored password hash cannot be read: {0}")]
    Unreadable(String),
}

/// Hashes passwords.
pub(super) struct Passwords {
    waiting: Semaphore,
    at_once: Semaphore,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { waiting: Semaphore::new(WAITING + AT_ONCE), at_once: Semaphore::new(AT_ONCE) }
    }
}

impl Passwords {
    /// A fresh hash, with a salt of its own.
    pub(super) async fn hash(&self, password: String) -> Result<String, PasswordError> {
        self.run(move || password_auth::generate_hash(password)).await
    }

    /// Whether the password is the hash's; false, after the same work, where there is no hash.
    pub(super) async fn matches(
        &self,
        password: String,
        hash: Option<String>,
    ) -> Result<bool, PasswordError> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        let verified = self.run(move || password_auth::verify_password(password, &hash)).await?;
        match verified {
            Ok(()) => Ok(known),
            Err(password_auth::VerifyError::PasswordInvalid) => Ok(false),
            Err(password_auth::VerifyError::Parse(error)) => {
                Err(PasswordError::Unreadable(error.to_string()))
            }
        }
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let _waiting = self.waiting.try_acquire().map_err(|_| PasswordError::Busy)?;
        // Never closed; were it, nobody could be let in.
        let _turn = self.at_once.acquire().await.map_err(|_| PasswordError::Busy)?;
        Ok(spawn_blocking(work).await?)
    }
}
