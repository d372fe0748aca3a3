//! Accounts whose receivers take their time: they answer well, but hold a call for as long as they may.

use domain::shared::AccountId;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// A receiver that takes longer than this is slow.
const SLOW: Duration = Duration::from_secs(2);
/// For how long an account counts as slow after one of its receivers was.
const REMEMBERED: Duration = Duration::from_secs(600);

/// When a receiver of which account was slow last. By account, for one has ten webhooks and any number of hosts; in memory alone, for who is
/// slow shows it again within seconds.
#[derive(Default)]
pub(super) struct Slow(HashMap<AccountId, Instant>);

impl Slow {
    /// A receiver of this account took so long.
    pub(super) fn heard(&mut self, account: AccountId, took: Duration, now: Instant) {
        if took > SLOW {
            self.0.retain(|_, at| now.duration_since(*at) < REMEMBERED);
            self.0.insert(account, now);
        }
    }

    /// Whether one of its receivers was slow not long ago.
    pub(super) fn is_slow(&self, account: AccountId, now: Instant) -> bool {
        self.0.get(&account).is_some_and(|at| now.duration_since(*at) < REMEMBERED)
    }

    /// All of those.
    pub(super) fn accounts(&self, now: Instant) -> impl Iterator<Item = AccountId> {
        self.0
            .iter()
            .filter(move |(_, at)| now.duration_since(**at) < REMEMBERED)
            .map(|(account, _)| *account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::clock::monotonic;
    use uuid::Uuid;

    #[test]
    fn who_was_slow_counts_as_slow_for_a_while_however_quick_the_next_answer_is() {
        let (now, mut slow) = (monotonic(), Slow::default());
        let [quick, late] = [1, 2].map(|id| AccountId(Uuid::from_u128(id)));
        slow.heard(quick, SLOW, now);
        slow.heard(late, SLOW + Duration::from_millis(1), now);
        slow.heard(late, Duration::ZERO, now);
        assert_eq!([quick, late].map(|account| slow.is_slow(account, now)), [false, true]);
        assert_eq!(slow.accounts(now).collect::<Vec<_>>(), [late]);
        let over = now + REMEMBERED;
        assert!(!slow.is_slow(late, over));
        assert_eq!(slow.accounts(over).count(), 0);
        // Those whose time is over are forgotten when another one is noted.
        slow.heard(quick, SLOW * 2, over);
        assert_eq!(slow.0.len(), 1);
    }
}
