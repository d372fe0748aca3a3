//! Sealed envelopes for personal fields, and for secrets that have to be read again: XChaCha20-Poly1305 under a key per account.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use domain::shared::{AccountId, Personal, Sealed};
use lru::LruCache;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

use super::LogError;
use crate::adapters::clock::random_bytes;

/// Where the customers' keys are kept.
#[async_trait::async_trait]
pub trait KeyStore: Send + Sync {
    /// A customer's key; `None` when there is none, or none any more.
    async fn key(&self, customer: AccountId) -> Result<Option<[u8; 32]>, LogError>;
    /// Keeps a new key unless there is one already; answers the one that holds.
    async fn key_or(&self, customer: AccountId, fresh: [u8; 32]) -> Result<[u8; 32], LogError>;
    /// Destroys a key, so that it is nowhere on the disk: every envelope of this customer stays shut for ever. After an error it has to be
    /// destroyed again.
    async fn destroy_key(&self, customer: AccountId) -> Result<(), LogError>;
}

/// An envelope could not be made.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The key could not be had.
    #[error(transparent)]
    Keys(#[from] LogError),
    /// The fields could not be sealed.
    #[error("the personal fields could not be sealed")]
    Seal,
}

/// Seals and opens envelopes.
#[derive(Clone)]
pub struct Vault {
    keys: Arc<dyn KeyStore>,
    cache: Arc<Mutex<LruCache<AccountId, [u8; 32]>>>,
}

const NONCE_LEN: usize = 24;
const CACHED_KEYS: usize = 10_000;

impl Vault {
    /// A vault over a store of keys.
    pub fn new(keys: Arc<dyn KeyStore>) -> Self {
        let size = NonZeroUsize::new(CACHED_KEYS).unwrap_or(NonZeroUsize::MIN);
        Self { keys, cache: Arc::new(Mutex::new(LruCache::new(size))) }
    }

    /// Seals under the customer's key, which is made when there is none.
    pub async fn seal(&self, customer: AccountId, personal: &Personal) -> Result<Sealed, VaultError> {
        let key = self.key_or_new(customer).await?;
        let plain = serde_json::to_vec(personal).map_err(|_| VaultError::Seal)?;
        seal(&key, customer.0.as_bytes(), &plain)
    }

    /// Seals a secret of an account that belongs to one thing: it opens there alone.
    pub async fn seal_secret(
        &self,
        account: AccountId,
        thing: Uuid,
        secret: &[u8; 32],
    ) -> Result<Sealed, VaultError> {
        seal(&self.key_or_new(account).await?, &belongs_to(account, thing), secret)
    }

    /// Opens a secret; `None` when the account's key has been destroyed, or it belongs to something else.
    pub async fn open_secret(
        &self,
        account: AccountId,
        thing: Uuid,
        sealed: &Sealed,
    ) -> Result<Option<[u8; 32]>, LogError> {
        let plain =
            self.key(account).await?.and_then(|key| open_bytes(&key, &belongs_to(account, thing), sealed));
        Ok(plain.and_then(|plain| plain.try_into().ok()))
    }

    /// An account's key, which is made when there is none.
    async fn key_or_new(&self, account: AccountId) -> Result<[u8; 32], LogError> {
        if let Some(key) = self.key(account).await? {
            return Ok(key);
        }
        let key = self.keys.key_or(account, random_bytes()).await?;
        self.remember(account, key);
        Ok(key)
    }

    /// Opens an envelope; `None` when the customer's key has been destroyed, or the envelope is not this customer's.
    pub async fn open(&self, customer: AccountId, sealed: &Sealed) -> Result<Option<Personal>, LogError> {
        Ok(self.key(customer).await?.and_then(|key| open(&key, customer, sealed)))
    }

    /// Forgets a customer: every envelope stays shut from now on.
    pub async fn forget(&self, customer: AccountId) -> Result<(), LogError> {
        let destroyed = self.keys.destroy_key(customer).await;
        // Whatever became of the stored one.
        self.cache.lock().unwrap_or_else(PoisonError::into_inner).pop(&customer);
        destroyed
    }

    async fn key(&self, customer: AccountId) -> Result<Option<[u8; 32]>, LogError> {
        if let Some(key) = self.cache.lock().unwrap_or_else(PoisonError::into_inner).get(&customer) {
            return Ok(Some(*key));
        }
        let key = self.keys.key(customer).await?;
        if let Some(key) = key {
            self.remember(customer, key);
        }
        Ok(key)
    }

    fn remember(&self, customer: AccountId, key: [u8; 32]) {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner).put(customer, key);
    }
}

fn cipher(key: &[u8; 32]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(Key::from_slice(key))
}

fn seal(key: &[u8; 32], aad: &[u8], plain: &[u8]) -> Result<Sealed, VaultError> {
    let nonce: [u8; NONCE_LEN] = random_bytes();
    let sealed = cipher(key)
        .encrypt(XNonce::from_slice(&nonce), Payload { msg: plain, aad })
        .map_err(|_| VaultError::Seal)?;
    Ok(Sealed(STANDARD_NO_PAD.encode([&nonce[..], &sealed[..]].concat())))
}

/// Account and thing: what is sealed for both opens for no other pair.
fn belongs_to(account: AccountId, thing: Uuid) -> [u8; 32] {
    let mut aad = [0; 32];
    aad[..16].copy_from_slice(account.0.as_bytes());
    aad[16..].copy_from_slice(thing.as_bytes());
    aad
}

fn open_bytes(key: &[u8; 32], aad: &[u8], sealed: &Sealed) -> Option<Vec<u8>> {
    let bytes = STANDARD_NO_PAD.decode(&sealed.0).ok()?;
    let (nonce, sealed) = bytes.split_at_checked(NONCE_LEN)?;
    cipher(key).decrypt(XNonce::from_slice(nonce), Payload { msg: sealed, aad }).ok()
}

fn open(key: &[u8; 32], customer: AccountId, sealed: &Sealed) -> Option<Personal> {
    serde_json::from_slice(&open_bytes(key, customer.0.as_bytes(), sealed)?).ok()
}
