//! Time: UTC inside, Seoul on screen. Seoul is nine hours ahead of UTC the whole year.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A minute in milliseconds.
pub const MINUTE_MS: i64 = 60_000;
/// A day in milliseconds.
pub const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
const SEOUL_OFFSET_MS: i64 = 9 * 60 * MINUTE_MS;

/// A moment: milliseconds since 1970-01-01T00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The moment `minutes` later.
    #[must_use]
    pub const fn plus_minutes(self, minutes: u32) -> Self {
        Self(self.0.saturating_add(minutes as i64 * MINUTE_MS))
    }

    /// Milliseconds from `earlier` to here; negative when `earlier` is later.
    pub const fn since(self, earlier: Timestamp) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// `2026-11-22T09:05:07.250Z`: RFC 3339 in UTC, with milliseconds.
    pub fn rfc3339(self) -> String {
        let (of_day, utc) = (self.0.rem_euclid(DAY_MS), SeoulTime(self.0));
        let (seconds, millis) = (of_day / 1_000 % 60, of_day % 1_000);
        format!("{}T{}:{seconds:02}.{millis:03}Z", utc.day(), utc.clock())
    }

    /// This moment on a clock in Seoul.
    pub const fn in_seoul(self) -> SeoulTime {
        SeoulTime(self.0.saturating_add(SEOUL_OFFSET_MS))
    }
}

/// A moment as a clock on a wall in Seoul shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeoulTime(i64);

impl SeoulTime {
    /// Day of the week: 0 is Monday, 6 is Sunday.
    pub const fn weekday(self) -> u8 {
        // 1970-01-01 was a Thursday.
        ((self.0.div_euclid(DAY_MS) + 3).rem_euclid(7)) as u8
    }

    /// Minute of the day, 0 to 1439.
    pub const fn minute_of_day(self) -> u16 {
        (self.0.rem_euclid(DAY_MS) / MINUTE_MS) as u16
    }

    /// Year, month (1 to 12) and day (1 to 31), by Howard Hinnant's civil-from-days algorithm.
    pub const fn date(self) -> (i64, u8, u8) {
        let shifted = self.0.div_euclid(DAY_MS) + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_shifted = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_shifted + 2) / 5 + 1;
        let month = if month_shifted < 10 { month_shifted + 3 } else { month_shifted - 9 };
        let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
        (year, month as u8, day as u8)
    }

    /// `2026-11-22`.
    pub fn day(self) -> String {
        let (year, month, day) = self.date();
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// `18:05`.
    pub fn clock(self) -> String {
        let minute = self.minute_of_day();
        format!("{:02}:{:02}", minute / 60, minute % 60)
    }
}

/// A day as [`SeoulTime::day`] writes it, when there is such a day: `2026-02-30` is none.
pub fn read_day(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let mut parts = typed.split('-').map(|part| {
        let is_number = part.bytes().all(|digit| digit.is_ascii_digit());
        part.parse::<u16>().ok().filter(|_| is_number)
    });
    let (Some(Some(year)), Some(Some(month)), Some(Some(day)), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => return None,
    };
    ((1..=9_999).contains(&year) && (1..=days).contains(&day))
        .then(|| format!("{year:04}-{month:02}-{day:02}"))
}

/// `2026-11-22 18:05`.
impl fmt::Display for SeoulTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.day(), self.clock())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seoul_is_nine_hours_ahead() {
        // 2026-11-22T18:00:00Z, a Sunday in UTC, is Monday 03:00 in Seoul.
        let moment = Timestamp(1_795_370_400_000).in_seoul();
        assert_eq!(moment.to_string(), "2026-11-23 03:00");
        assert_eq!((moment.weekday(), moment.minute_of_day()), (0, 180));
        assert_eq!(Timestamp(0).in_seoul().to_string(), "1970-01-01 09:00");
        assert_eq!(Timestamp(1_709_164_800_000).in_seoul().date(), (2024, 2, 29));
        assert_eq!(Timestamp(1_795_370_400_007).rfc3339(), "2026-11-22T18:00:00.007Z");
        assert_eq!(Timestamp(-1).rfc3339(), "1969-12-31T23:59:59.999Z");
    }

    #[test]
    fn a_moment_is_written_as_programs_read_it() {
        for (at, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (1_795_370_400_000, "2026-11-22T18:00:00.000Z"),
            (1_709_164_799_999, "2024-02-28T23:59:59.999Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(Timestamp(at).rfc3339(), text);
        }
    }

    #[test]
    fn every_day_is_read_as_it_is_written_and_no_other() {
        // From 1970 to 2100, with a leap year every four years but for the last.
        for day in 0..=47_846 {
            let written = Timestamp(day * DAY_MS).in_seoul().day();
            assert_eq!(read_day(&written), Some(written));
        }
        assert_eq!(Timestamp(47_846 * DAY_MS).in_seoul().day(), "2100-12-31");
        assert_eq!(read_day(" 2026-3-5 ").as_deref(), Some("2026-03-05"));
        for wrong in [
            "",
            "garbage",
            "2026",
            "2026-11",
            "2026-11-25-1",
            "2026-13-01",
            "2026-00-10",
            "2026-02-30",
            "2026-02-29",
            "2100-02-29",
            "2026-04-31",
            "2026-11-00",
            "0000-01-01",
            "12026-01-01",
            "+2026-01-01",
            "2026-+1-01",
            "2026-1-1x",
            "2026/11/25",
            "２０２６-11-25",
            "2026--25",
            "99999-01-01",
        ] {
            assert_eq!(read_day(wrong), None, "{wrong}");
        }
    }
}
