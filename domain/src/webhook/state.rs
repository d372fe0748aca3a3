//! How a webhook is, and how long its messages are tried.

use crate::shared::{DAY_MS, MINUTE_MS, Timestamp, Tried};
use serde::{Deserialize, Serialize};

/// The most webhooks of one account.
pub const MAX_WEBHOOKS: u32 = 10;
/// The longest URL, in characters.
pub const MAX_URL: u32 = 500;
/// So many messages may wait for one receiver; what comes after them stays in the log until there are fewer.
pub const MAX_WAITING: u32 = 1_000;
/// Whoever has fallen behind is given more from the log once fewer than so many wait.
pub const MIN_FREE: u32 = 500;
/// After so many messages that were given up a webhook is paused: nobody is there.
pub const MAX_DEAD: u32 = 500;
/// For how long a secret that was replaced still signs, in milliseconds.
pub const OLD_SECRET_MS: i64 = DAY_MS;

/// A message that has failed is tried again after this, in milliseconds; each pause is four times the last.
const FIRST_PAUSE_MS: i64 = 5_000;
/// The longest pause, in milliseconds.
const LONGEST_PAUSE_MS: i64 = 6 * 60 * MINUTE_MS;
/// A message that did not get through so often is given up: after about a day.
const ATTEMPTS: u32 = 11;
/// A receiver that has taken nothing for so long is called failing, in milliseconds.
const FAILING_MS: i64 = 60 * MINUTE_MS;

/// Why a webhook is paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PauseReason {
    /// Its account wants it so.
    Owner,
    /// The receiver answered 410: it is gone.
    Gone,
    /// Too many messages were given up.
    Exhausted,
    /// The API token by which it was registered, or let go on, was revoked or has expired: whoever has found a token shall hear nothing more.
    Token,
}

impl PauseReason {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Gone, Self::Exhausted, Self::Token];

    /// The name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            PauseReason::Owner => "owner",
            PauseReason::Gone => "gone",
            PauseReason::Exhausted => "exhausted",
            PauseReason::Token => "token",
        }
    }

    /// The reason with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

/// How a webhook is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "state", content = "why", rename_all = "snake_case")]
pub enum State {
    /// It is told what happens.
    Active,
    /// It is told, and has taken nothing for an hour.
    Failing,
    /// It is told nothing; what happens meanwhile is told when it goes on.
    Paused(PauseReason),
}

/// How a webhook is that has taken nothing since `failing_since`.
pub const fn state(paused: Option<PauseReason>, failing_since: Option<Timestamp>, now: Timestamp) -> State {
    match (paused, failing_since) {
        (Some(why), _) => State::Paused(why),
        (None, Some(since)) if now.since(since) >= FAILING_MS => State::Failing,
        (None, _) => State::Active,
    }
}

/// What becomes of a message that failed now, after `attempts` earlier ones. For `jitter` see [`Tried::after`].
pub fn failed(attempts: u32, now: Timestamp, jitter: u8) -> Tried {
    let pause = FIRST_PAUSE_MS.saturating_mul(1 << (2 * attempts.min(20))).min(LONGEST_PAUSE_MS);
    Tried::after(attempts, ATTEMPTS, now, pause, jitter)
}

/// Why a webhook is not registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The account has as many as it may.
    #[error("an account has at most {max} webhooks")]
    TooMany {
        /// The most.
        max: u32,
    },
}

/// Whether an account may register one more webhook than it has.
pub const fn may_register(has: u32) -> Result<(), Refusal> {
    if has >= MAX_WEBHOOKS { Err(Refusal::TooMany { max: MAX_WEBHOOKS }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_tried_for_about_a_day_at_growing_distances() {
        for (jitter, longest) in [(0, 30), (255, 37)] {
            let (mut now, mut pauses) = (Timestamp(0), Vec::new());
            let mut attempts = 0;
            loop {
                match failed(attempts, now, jitter) {
                    Tried::Again { attempts: tried, due } => {
                        assert_eq!(tried, attempts + 1);
                        pauses.push(due.since(now));
                        (attempts, now) = (tried, due);
                    }
                    Tried::Dead { attempts: tried } => break assert_eq!(tried, 11),
                }
            }
            assert_eq!(pauses.len(), 10);
            assert!(pauses.is_sorted() && pauses[0] >= 5_000 && pauses[0] <= 6_250, "{pauses:?}");
            assert!(pauses[9] >= 6 * 3_600_000 && pauses[9] <= 6 * 3_600_000 * 5 / 4, "{pauses:?}");
            let hours = now.0 / 3_600_000;
            assert!((24..longest).contains(&hours), "{hours} hours");
        }
        assert_eq!(failed(u32::MAX, Timestamp(0), 255), Tried::Dead { attempts: u32::MAX });
    }

    #[test]
    fn a_webhook_that_takes_nothing_for_an_hour_fails() {
        let now = Timestamp(10_000_000);
        let since = |ms| Some(Timestamp(now.0 - ms));
        assert_eq!(state(None, None, now), State::Active);
        assert_eq!(state(None, since(3_599_999), now), State::Active);
        assert_eq!(state(None, since(3_600_000), now), State::Failing);
        assert_eq!(state(Some(PauseReason::Gone), since(3_600_000), now), State::Paused(PauseReason::Gone));
    }

    #[test]
    fn an_account_has_ten_webhooks_at_the_most() {
        assert_eq!(may_register(9), Ok(()));
        assert_eq!(may_register(10), Err(Refusal::TooMany { max: 10 }));
    }

    #[test]
    fn a_reason_reads_back_as_it_was_written() {
        for reason in PauseReason::ALL {
            assert_eq!(PauseReason::from_name(reason.name()), Some(reason));
        }
        assert_eq!(PauseReason::from_name(""), None);
    }
}
