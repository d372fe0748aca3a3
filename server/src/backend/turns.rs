//! What is looked at and then changed, outside of the log's own order: one after the other. And versions for what has none of its own, to be
//! compared meanwhile.

use domain::delivery::RiderState;
use domain::shared::AccountId;
use domain::views::WebhookView;
use domain::webhook::State;
use serde::Serialize;
use std::array;
use tokio::sync::{Mutex, MutexGuard};

/// How many accounts can have their turn at the same time.
const PLACES: usize = 64;

/// A turn for each account. Some share one, which they do not notice.
pub struct Turns([Mutex<()>; PLACES]);

impl Default for Turns {
    fn default() -> Self {
        Self(array::from_fn(|_| Mutex::new(())))
    }
}

impl Turns {
    /// Waits until nobody else changes what this account has.
    pub(super) async fn of(&self, account: AccountId) -> MutexGuard<'_, ()> {
        self.0[account.0.as_u128() as usize % PLACES].lock().await
    }
}

/// The version of a rider's day: what the rider says. Jobs come and go without it.
pub(crate) fn version_of_rider(state: RiderState) -> u64 {
    let place = state.place.map(|place| (place.lat.to_bits(), place.lon.to_bits()));
    number(&(state.on_duty, place))
}

/// The version of a webhook: whether it is told anything, its secret, and what was given up. Messages come and go without it.
pub(crate) fn version_of_webhook(webhook: &WebhookView) -> u64 {
    let paused = match webhook.state {
        State::Paused(why) => Some(why.name()),
        State::Active | State::Failing => None,
    };
    number(&(webhook.id, paused, webhook.old_secret_until, webhook.dead))
}

/// A number that is the same for what is the same, and for nothing else.
fn number(what: &impl Serialize) -> u64 {
    // Numbers and texts can always be written.
    let said = serde_json::to_vec(what).unwrap_or_default();
    blake3::hash(&said).as_bytes().iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}
