//! Whether a store takes orders, in words.

use crate::i18n::use_locale;
use crate::{say, words};
use domain::shared::{Locale, Timestamp};
use domain::store::Openness;
use leptos::prelude::*;

/// The chip: open, closed or on a break.
#[component]
pub fn OpenChip(
    /// Whether it takes orders.
    openness: Openness,
    /// Further classes.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let locale = use_locale();
    let (kind, name) = match openness {
        Openness::Open => ("chip--open", say!(locale, customer.open.open)),
        Openness::Closed { .. } => ("chip--closed", say!(locale, customer.open.closed)),
        Openness::Paused { .. } => ("chip--paused", say!(locale, customer.open.paused)),
    };
    view! { <span class=format!("chip {kind} {class}").trim_end().to_owned()>{name}</span> }
}

/// When it takes orders again; `None` while it does.
pub fn again(locale: Locale, openness: Openness, now: Timestamp) -> Option<String> {
    match openness {
        Openness::Open => None,
        Openness::Closed { opens: None } => Some(say!(locale, customer.open.never).to_owned()),
        Openness::Closed { opens: Some((day, minute)) } => Some(opens(locale, day, minute, now)),
        Openness::Paused { until: Some(until) } => {
            Some(say!(locale, customer.open.until, time = until.in_seoul().clock()))
        }
        Openness::Paused { until: None } => Some(say!(locale, customer.open.until_reopened).to_owned()),
    }
}

fn opens(locale: Locale, day: u8, minute: u16, now: Timestamp) -> String {
    let clock = now.in_seoul();
    let time = words::clock(minute);
    let days_ahead = (day + 7 - clock.weekday()) % 7;
    match days_ahead {
        0 if minute > clock.minute_of_day() => say!(locale, customer.open.today, time = time),
        1 => say!(locale, customer.open.tomorrow, time = time),
        _ => say!(locale, customer.open.weekday, day = words::weekday(locale, day), time = time),
    }
}

/// The notice over a menu that cannot be ordered from now.
#[component]
pub fn OpeningNote(
    /// Whether it takes orders.
    openness: Openness,
    /// The server's clock.
    now: Timestamp,
) -> impl IntoView {
    let locale = use_locale();
    again(locale, openness, now).map(|when| {
        let text = match openness {
            Openness::Paused { .. } => say!(locale, customer.open.paused_note, when = when),
            _ => say!(locale, customer.open.closed_note, when = when),
        };
        view! { <div class="alert alert--warn" id="opening"><p class="alert__text">{text}</p></div> }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Monday 2026-11-23, 03:00 in Seoul.
    const NOW: Timestamp = Timestamp(1_795_370_400_000);

    #[test]
    fn the_next_opening_is_said_from_where_one_stands() {
        let closed = |day, minute| Openness::Closed { opens: Some((day, minute)) };
        let said = |openness| again(Locale::Ko, openness, NOW).unwrap();
        assert_eq!(said(closed(0, 660)), "11:00에 열어요");
        assert_eq!(said(closed(1, 660)), "내일 11:00에 열어요");
        assert!(said(closed(5, 660)).contains("토요일"), "{}", said(closed(5, 660)));
        // Opens once a week, and has just closed.
        assert!(said(closed(0, 120)).contains("월요일"), "{}", said(closed(0, 120)));
        assert_eq!(again(Locale::En, Openness::Open, NOW), None);
        let paused = Openness::Paused { until: Some(NOW.plus_minutes(30)) };
        assert_eq!(again(Locale::En, paused, NOW).unwrap(), "No orders until 03:30");
    }
}
