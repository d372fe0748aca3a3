//! Accounts in memory.

use std::sync::Arc;

use domain::shared::AccountId;
use lru::LruCache;

use super::Account;

/// Accounts kept in memory.
const CACHED: usize = 10_000;

/// Accounts that were asked for, as they are in the database.
pub(super) struct Known {
    accounts: LruCache<AccountId, Arc<Account>>,
    /// How often an account was changed.
    changes: u64,
}

impl Default for Known {
    fn default() -> Self {
        Self { accounts: LruCache::unbounded(), changes: 0 }
    }
}

impl Known {
    /// An account that was asked for before; otherwise what [`Known::keep`] has to be told after it was read.
    pub(super) fn get(&mut self, id: AccountId) -> Result<Arc<Account>, u64> {
        self.accounts.get(&id).cloned().ok_or(self.changes)
    }

    /// Keeps what was read since `changes`, unless something was changed meanwhile: it may be what was there before.
    pub(super) fn keep(&mut self, id: AccountId, account: Arc<Account>, changes: u64) {
        if self.changes == changes {
            self.accounts.put(id, account);
            if self.accounts.len() > CACHED {
                self.accounts.pop_lru();
            }
        }
    }

    /// After an account was changed.
    pub(super) fn forget(&mut self, id: AccountId) {
        self.changes += 1;
        self.accounts.pop(&id);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{accounts, haneul};
    use super::*;
    use domain::shared::Timestamp;

    #[tokio::test]
    async fn what_was_read_before_a_change_is_not_kept_after_it() {
        let accounts = accounts().await;
        let id = accounts.add(haneul(), Timestamp(1)).await.unwrap().id;
        let before = accounts.account(id).await.unwrap().unwrap();
        let mut known = Known::default();
        let Err(changes) = known.get(id) else { panic!("nothing is known") };
        // Somebody else changes the account between the reading and the keeping.
        known.forget(id);
        known.keep(id, before.clone(), changes);
        let Err(changes) = known.get(id) else { panic!("the old account was kept") };
        known.keep(id, before, changes);
        assert!(known.get(id).is_ok());
    }
}
