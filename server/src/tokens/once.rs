//! Secrets that were just made, until the account page shows them: in memory alone, for some minutes, and once.

use domain::shared::{AccountId, Timestamp, TokenId};
use lru::LruCache;

use super::{Tokens, lock};
use crate::adapters::secret::Secret;

/// How long a secret waits for its page, in milliseconds.
const WAITS_MS: i64 = 10 * 60_000;
/// How many accounts may have one waiting.
const WAITING: usize = 1_000;

struct Waiting {
    id: TokenId,
    secret: Secret,
    since: Timestamp,
}

/// One secret of each account: its latest.
pub(super) struct Once(LruCache<AccountId, Waiting>);

impl Default for Once {
    fn default() -> Self {
        Self(LruCache::unbounded())
    }
}

#[cfg(test)]
impl Once {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

impl Tokens {
    /// Keeps the secret of a token that was just made for the next rendering of its account's page.
    pub fn keep_to_show(&self, account: AccountId, id: TokenId, secret: Secret, now: Timestamp) {
        let waiting = &mut lock(&self.0.once).0;
        waiting.put(account, Waiting { id, secret, since: now });
        // The least recent is the oldest: nothing is looked at before it is taken.
        while waiting.len() > WAITING
            || waiting.peek_lru().is_some_and(|(_, oldest)| now.since(oldest.since) >= WAITS_MS)
        {
            waiting.pop_lru();
        }
    }

    /// The secret of a token of this account that was made some minutes ago at the most: to the first who asks.
    pub fn take_to_show(&self, account: AccountId, id: TokenId, now: Timestamp) -> Option<Secret> {
        let waiting = &mut lock(&self.0.once).0;
        if waiting.peek(&account)?.id != id {
            return None;
        }
        let Waiting { secret, since, .. } = waiting.pop(&account)?;
        (now.since(since) < WAITS_MS).then_some(secret)
    }
}
