//! Opening hours, in Seoul's time.

use crate::shared::Timestamp;
use serde::{Deserialize, Serialize};

const DAY: u16 = 24 * 60;

/// A span of opening on one day of the week. It may run past midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenSpan {
    /// The day it begins: 0 is Monday, 6 is Sunday.
    pub day: u8,
    /// When it begins, in minutes after midnight.
    pub open: u16,
    /// When it ends, in minutes after that midnight; up to 2880, so that 1500 is one o'clock on the next day.
    pub close: u16,
}

/// A week's opening hours.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hours(pub Vec<OpenSpan>);

impl Hours {
    /// Open the whole week.
    pub fn always() -> Self {
        Self((0..7).map(|day| OpenSpan { day, open: 0, close: DAY }).collect())
    }

    /// True when a span covers this moment.
    pub fn covers(&self, now: Timestamp) -> bool {
        let clock = now.in_seoul();
        let (today, minute) = (clock.weekday(), clock.minute_of_day());
        let yesterday = (today + 6) % 7;
        self.0.iter().any(|span| {
            (span.day == today && (span.open..span.close).contains(&minute))
                || (span.day == yesterday && (span.open..span.close).contains(&(minute + DAY)))
        })
    }

    /// The next opening after `now`: day of the week and minutes after midnight. `None` when it never opens.
    pub fn next_opening(&self, now: Timestamp) -> Option<(u8, u16)> {
        let clock = now.in_seoul();
        let minute_of_week = |day: u8, minute: u16| i32::from(day) * i32::from(DAY) + i32::from(minute);
        let here = minute_of_week(clock.weekday(), clock.minute_of_day());
        self.0
            .iter()
            .map(|span| ((minute_of_week(span.day, span.open) - here).rem_euclid(7 * i32::from(DAY)), span))
            .min_by_key(|(wait, _)| *wait)
            .map(|(_, span)| (span.day, span.open))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Monday 2026-11-23, some minutes after midnight in Seoul.
    fn monday(minutes: i64) -> Timestamp {
        Timestamp(1_795_370_400_000 + (minutes - 180) * 60_000)
    }

    #[test]
    fn a_span_may_run_past_midnight() {
        let hours = Hours(vec![OpenSpan { day: 6, open: 1080, close: 1500 }]);
        assert!(hours.covers(monday(59)) && !hours.covers(monday(60)));
        assert!(!hours.covers(monday(1100)));
        assert_eq!(hours.next_opening(monday(60)), Some((6, 1080)));
        assert!(Hours::always().covers(monday(0)) && Hours::always().covers(monday(1439)));
        assert_eq!(Hours::default().next_opening(monday(0)), None);
    }
}
