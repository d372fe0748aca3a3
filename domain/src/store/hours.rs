//! Opening hours, in Seoul's time.

use crate::shared::Timestamp;
use serde::{Deserialize, Serialize};

const DAY: u16 = 24 * 60;
const WEEK: u16 = 7 * DAY;

/// The most spans that an owner sets for a week: four a day.
pub const MAX_SPANS: u32 = 28;

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

impl OpenSpan {
    /// A span as people say it, by the clock: one that does not end later than it begins ends on the next day.
    pub const fn by_clock(day: u8, open: u16, close: u16) -> Self {
        Self { day, open, close: if close > open { close } else { close + DAY } }
    }

    /// When it ends by the clock, in minutes after the midnight of the day on which it ends; 1440 at the end of its own day.
    pub const fn closes_at(self) -> u16 {
        if self.close > DAY { self.close - DAY } else { self.close }
    }

    /// When it begins, in minutes after Monday's midnight.
    const fn begins(self) -> u16 {
        self.day as u16 * DAY + self.open
    }

    /// When it ends, in minutes after Monday's midnight; for one that begins on Sunday that may be in the week after.
    const fn ends(self) -> u16 {
        self.day as u16 * DAY + self.close
    }
}

/// What is wrong with hours. Spans are counted from 0, in the order they were given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoursFault {
    /// There is none, or there are too many.
    #[error("a week has 1 to {max} spans")]
    Spans {
        /// The most.
        max: u32,
    },
    /// Not a day of the week.
    #[error("the span {span} is on no day of the week, which are 0 to 6")]
    Day {
        /// Which.
        span: u32,
    },
    /// It does not begin on its day.
    #[error("the span {span} does not begin within its day")]
    Opens {
        /// Which.
        span: u32,
    },
    /// It ends before it begins, or is longer than a day.
    #[error("the span {span} does not end after its beginning and within 24 hours of it")]
    Closes {
        /// Which.
        span: u32,
    },
    /// Two of them are at the same time.
    #[error("the spans {span} and {other} overlap")]
    Overlap {
        /// The one that begins first; of two around the end of the week the one that began in the week before.
        span: u32,
        /// The other.
        other: u32,
    },
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

    /// These hours as a store keeps them: in the order of the week. Refused when there are too many spans, when one is no span of
    /// 24 hours or less that begins on its day, or when two overlap, across midnight and the end of the week as well.
    pub fn checked(&self) -> Result<Self, HoursFault> {
        let Self(spans) = self;
        if !(1..=MAX_SPANS as usize).contains(&spans.len()) {
            return Err(HoursFault::Spans { max: MAX_SPANS });
        }
        let mut week = Vec::with_capacity(spans.len());
        for (span, found) in (0_u32..).zip(spans) {
            if found.day > 6 {
                return Err(HoursFault::Day { span });
            }
            if found.open >= DAY {
                return Err(HoursFault::Opens { span });
            }
            if found.close <= found.open || found.close - found.open > DAY {
                return Err(HoursFault::Closes { span });
            }
            week.push((span, *found));
        }
        week.sort_by_key(|(_, span)| span.begins());
        for pair in week.windows(2) {
            if let [(span, first), (other, second)] = pair
                && first.ends() > second.begins()
            {
                return Err(HoursFault::Overlap { span: *span, other: *other });
            }
        }
        // Each is at most a day long, and so only the last one reaches into the first one's time of the next week.
        if let [(other, first), .., (span, last)] = week[..]
            && last.ends() > first.begins() + WEEK
        {
            return Err(HoursFault::Overlap { span, other });
        }
        Ok(Self(week.into_iter().map(|(_, span)| span).collect()))
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
    fn a_span_by_the_clock_ends_on_the_next_day_when_it_does_not_end_later_than_it_begins() {
        for (open, close, ends) in [
            (540, 1_320, 1_320),
            (540, DAY, DAY),
            (0, DAY, DAY),
            (1_080, 60, 1_500),
            (540, 540, 540 + DAY),
            (1_080, 0, DAY),
        ] {
            let span = OpenSpan::by_clock(6, open, close);
            assert_eq!(span, OpenSpan { day: 6, open, close: ends });
            assert_eq!(span.closes_at() % DAY, close % DAY);
        }
        assert_eq!(OpenSpan::by_clock(0, 1_080, 0).closes_at(), DAY, "midnight is the end of its day");
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
