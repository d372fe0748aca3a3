//! The timeline of an order: who, what, when, how much.

use crate::i18n::use_locale;
use crate::{say, words};
use domain::shared::{Locale, MINUTE_MS, SeoulTime, Timestamp};
use domain::views::{MoneyMove, TimelineEntry, What};
use leptos::prelude::*;

/// A moment as the `datetime` attribute wants it, on a clock in Seoul.
pub fn machine_time(at: Timestamp) -> String {
    let seoul = at.in_seoul();
    let (year, month, day) = seoul.date();
    format!("{year:04}-{month:02}-{day:02}T{}+09:00", seoul.clock())
}

/// A moment as people say it: today's by the clock, others with their day.
pub fn day_and_clock(locale: Locale, at: Timestamp, now: Timestamp) -> String {
    let seoul = at.in_seoul();
    let time = seoul.clock();
    if seoul.date() == now.in_seoul().date() {
        return say!(locale, orders.time.today, time = time);
    }
    let (_, _, day) = seoul.date();
    say!(locale, orders.time.day, month = month_name(locale, seoul), day = day, time = time)
}

/// A moment as people say it within a sentence.
pub fn day_and_clock_within(locale: Locale, at: Timestamp, now: Timestamp) -> String {
    let seoul = at.in_seoul();
    if seoul.date() == now.in_seoul().date() {
        return say!(locale, orders.time.today_within, time = seoul.clock());
    }
    day_and_clock(locale, at, now)
}

/// A moment as people say it within a sentence, and how long ago that was.
pub fn moment_ago(locale: Locale, at: Timestamp, now: Timestamp) -> String {
    let time = day_and_clock_within(locale, at, now);
    say!(locale, orders.time.ago, time = time, ago = ago(locale, at, now))
}

/// A moment as people say it where it stands alone, and how long ago that was.
pub fn moment_ago_alone(locale: Locale, at: Timestamp, now: Timestamp) -> String {
    say!(locale, orders.time.ago, time = day_and_clock(locale, at, now), ago = ago(locale, at, now))
}

/// How long ago a moment was, in the largest unit of which one is full.
fn ago(locale: Locale, at: Timestamp, now: Timestamp) -> String {
    let minutes = now.since(at) / MINUTE_MS;
    match minutes {
        ..=0 => say!(locale, orders.time.just_now).to_owned(),
        1..60 => say!(locale, orders.time.minutes_ago, count = minutes),
        60..1440 => say!(locale, orders.time.hours_ago, count = minutes / 60),
        _ => say!(locale, orders.time.days_ago, count = minutes / 1440),
    }
}

/// The day of a moment as people say it.
pub fn day_name(locale: Locale, at: Timestamp, now: Timestamp) -> String {
    let seoul = at.in_seoul();
    if seoul.date() == now.in_seoul().date() {
        return say!(locale, notices.page.today).to_owned();
    }
    let (_, _, day) = seoul.date();
    say!(locale, notices.page.day, month = month_name(locale, seoul), day = day)
}

fn month_name(locale: Locale, at: SeoulTime) -> &'static str {
    match at.date().1 {
        1 => say!(locale, orders.month.m1),
        2 => say!(locale, orders.month.m2),
        3 => say!(locale, orders.month.m3),
        4 => say!(locale, orders.month.m4),
        5 => say!(locale, orders.month.m5),
        6 => say!(locale, orders.month.m6),
        7 => say!(locale, orders.month.m7),
        8 => say!(locale, orders.month.m8),
        9 => say!(locale, orders.month.m9),
        10 => say!(locale, orders.month.m10),
        11 => say!(locale, orders.month.m11),
        _ => say!(locale, orders.month.m12),
    }
}

/// What happened to an order, the newest first.
#[component]
pub fn Timeline(
    /// What happened, the oldest first.
    entries: Memo<Vec<TimelineEntry>>,
) -> impl IntoView {
    let newest = Memo::new(move |_| entries.with(|entries| entries.last().map(|entry| entry.position)));
    let newest_first = move || {
        let mut entries = entries.get();
        entries.reverse();
        entries
    };
    view! {
        <ol class="timeline">
            <For each=newest_first key=|entry| entry.position let:entry>
                <Entry entry newest/>
            </For>
        </ol>
    }
    .into_any()
}

#[component]
fn Entry(entry: TimelineEntry, newest: Memo<Option<u64>>) -> impl IntoView {
    let locale = use_locale();
    let position = entry.position;
    let tone = match (&entry.what, entry.money) {
        (what, _) if is_bad(what) => " timeline__item--bad",
        (_, Some(MoneyMove::Taken(_) | MoneyMove::Owed(_) | MoneyMove::Returned(_))) => {
            " timeline__item--money"
        }
        _ => "",
    };
    let class = move || {
        let now = if newest.get() == Some(position) { " timeline__item--now" } else { "" };
        format!("timeline__item{tone}{now}")
    };
    let amount = entry.money.map(|money| match money {
        MoneyMove::Asked(amount) | MoneyMove::Taken(amount) | MoneyMove::SentBack(amount) => {
            view! { <span class="timeline__amount">{amount.to_string()}</span> }.into_any()
        }
        MoneyMove::Owed(amount) | MoneyMove::Returned(amount) => {
            view! { <span class="timeline__amount timeline__amount--back">{format!("−{amount}")}</span> }
                .into_any()
        }
    });
    view! {
        <li class=class>
            <time class="timeline__time" datetime=machine_time(entry.at)>
                {entry.at.in_seoul().clock()}
            </time>
            <div class="timeline__body">
                <p class="timeline__what">{words::happened(locale, &entry)}</p>
                <p class="timeline__who">{words::actor(locale, &entry.by)}</p>
            </div>
            {amount}
        </li>
    }
    .into_any()
}

const fn is_bad(what: &What) -> bool {
    matches!(
        what,
        What::PaymentFailed { .. }
            | What::PaymentDeclined
            | What::Cancelled { .. }
            | What::Rejected { .. }
            | What::Undeliverable { .. }
            | What::Flagged { .. }
            | What::DeliveryFailed { .. }
            | What::RefundFailed
            | What::RefundSentBack
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_read_as_people_say_them() {
        // 2026-11-22 18:05 in Seoul.
        let at = Timestamp(1_795_338_300_000);
        assert_eq!(machine_time(at), "2026-11-22T18:05+09:00");
        let later = at.plus_minutes(60);
        let next_day = at.plus_minutes(24 * 60);
        for (locale, now, text) in [
            (Locale::Ko, later, "오늘 18:05"),
            (Locale::En, later, "Today 18:05"),
            (Locale::Ko, next_day, "11월 22일 18:05"),
            (Locale::En, next_day, "Nov 22, 18:05"),
        ] {
            assert_eq!(day_and_clock(locale, at, now), text);
        }
        for (now, text) in [(later, "today at 18:05"), (next_day, "Nov 22, 18:05")] {
            assert_eq!(day_and_clock_within(Locale::En, at, now), text);
        }
        for (minutes, ko, en) in [
            (-1, "오늘 18:05(방금)", "today at 18:05 (just now)"),
            (0, "오늘 18:05(방금)", "today at 18:05 (just now)"),
            (59, "오늘 18:05(59분 전)", "today at 18:05 (59 min ago)"),
            (60, "오늘 18:05(1시간 전)", "today at 18:05 (1 h ago)"),
            (24 * 60 - 1, "11월 22일 18:05(23시간 전)", "Nov 22, 18:05 (23 h ago)"),
            (3 * 24 * 60, "11월 22일 18:05(3일 전)", "Nov 22, 18:05 (3 d ago)"),
        ] {
            let now = Timestamp(at.0 + minutes * MINUTE_MS);
            assert_eq!(moment_ago(Locale::Ko, at, now), ko);
            assert_eq!(moment_ago(Locale::En, at, now), en);
            let alone = moment_ago_alone(Locale::En, at, now);
            assert!(alone == en.replace("today at", "Today"), "{alone}");
        }
    }
}
