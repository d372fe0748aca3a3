//! What customers bring back from the payment window.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lru::LruCache;

/// Customers who may be on their way back at the same time.
const KEPT: usize = 10_000;

/// The payments with which customers came back, by Toss's order id. Nothing is lost with it but a way of finding a payment sooner, and
/// nothing in it is believed but that there may be such a payment. Clones share it.
#[derive(Clone)]
pub struct Returned(Arc<Mutex<LruCache<String, String>>>);

impl Default for Returned {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(LruCache::new(NonZeroUsize::new(KEPT).unwrap_or(NonZeroUsize::MIN)))))
    }
}

impl Returned {
    fn kept(&self) -> MutexGuard<'_, LruCache<String, String>> {
        // Whoever panicked while holding the lock left plain texts behind.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A customer came back with this payment key. One that Toss would not make, of more than 200 characters or other than visible ones,
    /// is not kept.
    pub fn note(&self, order_id: &str, payment_key: &str) {
        let sound = (1..=200).contains(&payment_key.len())
            && payment_key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_=".contains(&byte));
        if sound {
            self.kept().put(order_id.to_owned(), payment_key.to_owned());
        }
    }

    /// The payment key with which the customer came back last.
    pub(super) fn payment_key(&self, order_id: &str) -> Option<String> {
        self.kept().get(order_id).cloned()
    }
}
