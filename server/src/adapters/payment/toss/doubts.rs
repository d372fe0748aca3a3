//! Confirmations that may still be on their way.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::shared::Timestamp;

/// How long after its sending a request that was given up may still arrive, in milliseconds: far longer than any machine between holds
/// one back.
const ON_ITS_WAY_MS: i64 = 10 * 60_000;

/// Confirmations that were sent and got no clear answer, by order id: of which payment, and when.
pub(super) struct Doubts {
    /// Before that another process may have sent some.
    since: Timestamp,
    sent: Mutex<HashMap<String, (String, Timestamp)>>,
}

fn may_arrive(sent: Timestamp, now: Timestamp) -> bool {
    now.0 - sent.0 < ON_ITS_WAY_MS
}

impl Doubts {
    /// None so far, in a process that began then.
    pub(super) fn since(since: Timestamp) -> Self {
        Self { since, sent: Mutex::default() }
    }

    fn sent(&self) -> MutexGuard<'_, HashMap<String, (String, Timestamp)>> {
        // Whoever panicked while holding the lock left plain values behind.
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A confirmation is sent.
    pub(super) fn begin(&self, order_id: &str, payment_key: &str, now: Timestamp) {
        let mut sent = self.sent();
        sent.retain(|_, (_, at)| may_arrive(*at, now));
        sent.insert(order_id.to_owned(), (payment_key.to_owned(), now));
    }

    /// It was answered clearly.
    pub(super) fn end(&self, order_id: &str) {
        self.sent().remove(order_id);
    }

    /// Whether a confirmation of this order id may still be on its way, whatever is seen of its payments. `placed` is when its order was.
    pub(super) fn of_any(&self, order_id: &str, placed: Option<Timestamp>, now: Timestamp) -> bool {
        match self.sent().get(order_id) {
            Some((_, at)) => may_arrive(*at, now),
            None => self.of_before(placed, now),
        }
    }

    /// Whether one may be on its way of another payment of this order id than the one that is seen: what that says is not all then.
    pub(super) fn of_another(
        &self,
        order_id: &str,
        payment_key: &str,
        placed: Option<Timestamp>,
        now: Timestamp,
    ) -> bool {
        match self.sent().get(order_id) {
            Some((key, at)) => key != payment_key && may_arrive(*at, now),
            None => self.of_before(placed, now),
        }
    }

    /// What an earlier process sent is not known. It can have sent nothing for an order that was placed since.
    fn of_before(&self, placed: Option<Timestamp>, now: Timestamp) -> bool {
        placed.is_none_or(|placed| placed <= self.since) && may_arrive(self.since, now)
    }
}
