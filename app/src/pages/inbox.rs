//! The inbox: what one was told, as a talk. The newest message is at the bottom, as in every talk.

use crate::api::inbox::inbox;
use crate::components::Loaded;
use crate::components::timeline::{day_name, machine_time};
use crate::i18n::use_locale;
use crate::{say, words};
use domain::shared::Timestamp;
use domain::views::{InboxEntry, InboxView};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_location, use_query_map};

/// Leads to the newest message.
pub const LATEST: &str = "/inbox#latest";

/// The inbox.
#[component]
pub fn Inbox() -> impl IntoView {
    let locale = use_locale();
    let query = use_query_map();
    let before = Memo::new(move |_| {
        query.with(|query| query.get("before").and_then(|before| before.parse::<u64>().ok()))
    });
    let data = Resource::new_blocking(move || before.get(), inbox);
    view! {
        <Title text=say!(locale, notices.page.title)/>
        <main id="main" class="page page--narrow">
            <header class="page__head">
                <h1 class="page__title">{say!(locale, notices.page.title)}</h1>
            </header>
            <Loaded data let:view>
                <Talk view/>
            </Loaded>
        </main>
    }
    .into_any()
}

#[component]
fn Talk(view: InboxView) -> impl IntoView {
    let locale = use_locale();
    let InboxView { now, entries, earlier, latest } = view;
    // Whoever comes here from another page comes before the messages do: by then the browser has looked for the newest one in vain.
    let hash = use_location().hash;
    Effect::new(move |_| {
        if LATEST.ends_with(&hash.get())
            && !hash.with_untracked(String::is_empty)
            && let Some(end) = document().get_element_by_id("latest")
        {
            request_animation_frame(move || end.scroll_into_view());
        }
    });
    if entries.is_empty() && latest {
        return view! {
            <div class="empty" id="latest">
                <h2 class="empty__title">{say!(locale, notices.page.empty_title)}</h2>
                <p class="empty__text">{say!(locale, notices.page.empty_text)}</p>
            </div>
        }
        .into_any();
    }
    let earlier = earlier.map(|before| {
        view! {
            <p class="talk__way">
                <a class="btn" href=format!("/inbox?before={before}")>{say!(locale, notices.page.earlier)}</a>
            </p>
        }
    });
    let later = (!latest).then(|| {
        view! {
            <p class="talk__way">
                <a class="btn" href=LATEST>{say!(locale, notices.page.latest)}</a>
            </p>
        }
    });
    let days = by_day(entries).into_iter().map(|entries| view! { <Day entries now/> }).collect_view();
    view! {
        {earlier}
        {days}
        {later}
        <p id="latest" class="talk__end"></p>
    }
    .into_any()
}

/// The messages of each day in Seoul.
fn by_day(entries: Vec<InboxEntry>) -> Vec<Vec<InboxEntry>> {
    let mut days: Vec<Vec<InboxEntry>> = Vec::new();
    for entry in entries {
        match days.last_mut() {
            Some(day) if is_same_day(day[0].at, entry.at) => day.push(entry),
            _ => days.push(vec![entry]),
        }
    }
    days
}

fn is_same_day(one: Timestamp, other: Timestamp) -> bool {
    one.in_seoul().date() == other.in_seoul().date()
}

#[component]
fn Day(entries: Vec<InboxEntry>, now: Timestamp) -> impl IntoView {
    let locale = use_locale();
    let day = entries.first().map(|first| day_name(locale, first.at, now));
    let bubbles = entries.into_iter().map(|entry| view! { <Bubble entry/> }).collect_view();
    view! {
        <section class="talk">
            <h2 class="talk__day">{day}</h2>
            <p class="talk__from">
                <span class="talk__face" aria-hidden="true"></span>
                {say!(locale, notices.page.channel)}
            </p>
            <ol class="talk__list">{bubbles}</ol>
        </section>
    }
    .into_any()
}

#[component]
fn Bubble(entry: InboxEntry) -> impl IntoView {
    let locale = use_locale();
    let about = words::notice_heading(locale, &entry.variables);
    let link = entry.page.map(|page| {
        let label = say!(locale, notices.page.order_of, heading = about.as_str());
        view! {
            <a class="bubble__link" href=page aria-label=label>{say!(locale, notices.page.order)}</a>
        }
    });
    view! {
        <li class="talk__item" data-template=entry.template.slug()>
            <div class="bubble">
                <h3 class="bubble__about">{about.clone()}</h3>
                <p class="bubble__text">{words::notice(locale, entry.template, &entry.variables)}</p>
                {link}
            </div>
            <time class="talk__time" datetime=machine_time(entry.at)>{entry.at.in_seoul().clock()}</time>
        </li>
    }
    .into_any()
}
