//! Tokens in memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use domain::shared::{Timestamp, TokenId};
use lru::LruCache;

use super::{Found, LOOK, TokenHash};
use crate::adapters::clock::monotonic;

/// Tokens kept in memory.
const CACHED: usize = 10_000;
/// How long a token is used before that is written down again, in milliseconds.
const TOUCH_MS: i64 = 3_600_000;

/// A token as it is in the database, not revoked.
pub(super) struct Token {
    pub(super) found: Found,
    pub(super) expires_at: Option<Timestamp>,
    /// When it was last used, as far as that was written down or is about to be.
    used_ms: AtomicI64,
}

impl Token {
    pub(super) fn new(found: Found, expires_at: Option<Timestamp>, used_ms: Option<i64>) -> Self {
        Self { found, expires_at, used_ms: AtomicI64::new(used_ms.unwrap_or(i64::MIN)) }
    }

    /// Uses it; true when that has to be written down, to one of several at once.
    pub(super) fn touch(&self, now: Timestamp) -> bool {
        let used = self.used_ms.load(Ordering::Relaxed);
        now.0.saturating_sub(used) >= TOUCH_MS
            && self.used_ms.compare_exchange(used, now.0, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

/// Tokens that were used, as they are in the database.
pub(super) struct Known {
    tokens: LruCache<TokenHash, Arc<Token>>,
    /// How often something was forgotten.
    changes: u64,
    /// How many revocations there were at the last look.
    revocations: Option<i64>,
    /// When that was.
    looked: Option<Instant>,
}

impl Default for Known {
    fn default() -> Self {
        // Unbounded, and kept to its size by hand: a bounded one takes all its room from the start.
        Self { tokens: LruCache::unbounded(), changes: 0, revocations: None, looked: None }
    }
}

impl Known {
    /// A token that was asked for before; otherwise what [`Known::keep`] has to be told after it was read.
    pub(super) fn get(&mut self, hash: TokenHash) -> Result<Arc<Token>, u64> {
        self.tokens.get(&hash).cloned().ok_or(self.changes)
    }

    /// Whether it is here; no use of it.
    pub(super) fn has(&self, hash: TokenHash) -> bool {
        self.tokens.contains(&hash)
    }

    /// Keeps what was read since `changes`, unless something was forgotten meanwhile: it may have been revoked.
    pub(super) fn keep(&mut self, hash: TokenHash, token: Arc<Token>, changes: u64) {
        if self.changes == changes {
            self.tokens.put(hash, token);
            if self.tokens.len() > CACHED {
                self.tokens.pop_lru();
            }
        }
    }

    /// After a token was revoked here.
    pub(super) fn forget(&mut self, id: TokenId) {
        self.changes += 1;
        let hash = self.tokens.iter().find(|(_, token)| token.found.id == id).map(|(hash, _)| *hash);
        if let Some(hash) = hash {
            self.tokens.pop(&hash);
        }
    }

    /// Whether whoever asks now has to look for revocations.
    pub(super) fn is_time_to_look(&mut self) -> bool {
        let now = monotonic();
        let is_time = self.looked.is_none_or(|looked| now.duration_since(looked) >= LOOK);
        if is_time {
            self.looked = Some(now);
        }
        is_time
    }

    /// So many revocations there were.
    pub(super) fn looked(&mut self, count: i64) {
        if self.revocations != Some(count) {
            self.revocations = Some(count);
            self.changes += 1;
            self.tokens.clear();
        }
    }

    /// Whoever asks next has to look again.
    pub(super) fn could_not_look(&mut self) {
        self.looked = None;
    }

    /// How many there are.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }
}
