//! Ids that providers gave to payments, for finding them sooner.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lru::LruCache;

/// How many are kept: more than there are payments under way.
const KEPT: usize = 10_000;

/// Payments' ids at a provider, by the name under which a payment is asked for. Nothing is lost with them but a call, and nothing is believed
/// but that there may be such a payment. Clones share them.
#[derive(Clone)]
pub struct Known(Arc<Mutex<LruCache<String, String>>>);

impl Default for Known {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(LruCache::new(NonZeroUsize::new(KEPT).unwrap_or(NonZeroUsize::MIN)))))
    }
}

impl Known {
    fn kept(&self) -> MutexGuard<'_, LruCache<String, String>> {
        // Whoever panicked while holding the lock left plain texts behind.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the latest id under this name. One that no provider would make, of more than 200 characters or other than letters, digits and
    /// `-_=`, is not kept: it may come from a customer's browser.
    pub fn note(&self, name: &str, id: &str) {
        let sound = (1..=200).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_=".contains(&byte));
        if sound {
            self.kept().put(name.to_owned(), id.to_owned());
        }
    }

    /// The id under this name.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        self.kept().get(name).cloned()
    }
}
