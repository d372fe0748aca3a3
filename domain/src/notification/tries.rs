//! How long a notice is tried.

use crate::shared::{Timestamp, Tried};

/// How often a notice is tried, and how soon again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tries {
    /// A notice that did not succeed so often is given up.
    pub most: u32,
    /// The pause after the first failure, in milliseconds; it doubles with each.
    pub pause_ms: i64,
}

impl Tries {
    /// The usual ones: eight within about four minutes.
    pub const USUAL: Self = Self { most: 8, pause_ms: 2_000 };
}

/// What becomes of a notice that failed now, after `attempts` earlier ones. For `jitter` see [`Tried::after`].
pub fn failed(attempts: u32, now: Timestamp, jitter: u8, tries: Tries) -> Tried {
    let pause = tries.pause_ms.saturating_mul(1 << attempts.min(16));
    Tried::after(attempts, tries.most, now, pause, jitter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_tried_for_about_four_minutes_at_growing_distances() {
        for (jitter, longest) in [(0, 255_000), (255, 318_000)] {
            let (mut now, mut pauses) = (Timestamp(0), Vec::new());
            let mut attempts = 0;
            loop {
                match failed(attempts, now, jitter, Tries::USUAL) {
                    Tried::Again { attempts: tried, due } => {
                        assert_eq!(tried, attempts + 1);
                        pauses.push(due.since(now));
                        (attempts, now) = (tried, due);
                    }
                    Tried::Dead { attempts: tried } => break assert_eq!(tried, 8),
                }
            }
            assert_eq!(pauses.len(), 7);
            for (index, pause) in pauses.iter().enumerate() {
                let least = 2_000_i64 << index;
                assert!((least..least * 5 / 4).contains(pause), "{pauses:?}");
            }
            assert!((254_000..longest).contains(&now.0), "{} ms", now.0);
        }
    }

    #[test]
    fn a_notice_is_tried_as_often_as_it_is_said() {
        let tries = Tries { most: 2, pause_ms: 5 };
        assert_eq!(failed(0, Timestamp(7), 0, tries), Tried::Again { attempts: 1, due: Timestamp(12) });
        assert_eq!(failed(1, Timestamp(7), 0, tries), Tried::Dead { attempts: 2 });
        // No number of tries makes the pause too long to count.
        let forever = Tries { most: u32::MAX, pause_ms: i64::MAX };
        assert_eq!(
            failed(40, Timestamp(7), 255, forever),
            Tried::Again { attempts: 41, due: Timestamp(i64::MAX) }
        );
        assert_eq!(failed(u32::MAX, Timestamp(7), 255, forever), Tried::Dead { attempts: u32::MAX });
    }
}
