//! Waking those who wait for the payment provider.

use super::runner::{Nudge, Nudges};
use crate::adapters::breaker::Breaker;
use domain::views::BreakerState;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Whoever waits for the payment provider goes on as soon as it works again. Until then one of them asks whenever one may: nobody else
/// has to, and the provider's return is not slept through. `open` is how long the breaker stays open.
pub async fn go_on_when_closed(breaker: Breaker, open: Duration, nudges: Nudges, stop: CancellationToken) {
    let mut changes = breaker.follow();
    let mut state = *changes.borrow_and_update();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            changed = changes.changed() => {
                if changed.is_err() {
                    return;
                }
                state = *changes.borrow_and_update();
                if state == BreakerState::Closed {
                    nudges.send(Nudge::All);
                }
            }
            () = tokio::time::sleep(open), if state != BreakerState::Closed => nudges.send(Nudge::One),
        }
    }
}
