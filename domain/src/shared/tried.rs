//! What becomes of something that did not get through to somebody outside.

use super::Timestamp;

/// What becomes of a message or a notice that did not get through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// It is tried again.
    Again {
        /// How often it was tried.
        attempts: u32,
        /// When.
        due: Timestamp,
    },
    /// It is given up.
    Dead {
        /// How often it was tried.
        attempts: u32,
    },
}

impl Tried {
    /// After a failure now and `attempts` earlier ones: again after this pause in milliseconds, unless it was tried `most` times. `jitter` from 0
    /// to 255 makes the pause longer by up to a quarter, so that those that failed together do not come back together.
    pub fn after(attempts: u32, most: u32, now: Timestamp, pause_ms: i64, jitter: u8) -> Self {
        let attempts = attempts.saturating_add(1);
        if attempts >= most {
            return Tried::Dead { attempts };
        }
        let later = pause_ms.saturating_add(pause_ms.saturating_mul(i64::from(jitter)) / 1_024);
        Tried::Again { attempts, due: Timestamp(now.0.saturating_add(later)) }
    }
}
