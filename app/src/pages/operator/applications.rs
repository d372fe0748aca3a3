//! Applications that wait for the operator.

use super::{Cut, use_minute};
use crate::api::ApiError;
use crate::api::enrolment::{Approve, Refuse};
use crate::components::timeline::moment_ago;
use crate::components::{CommandForm, FaultNote, ReasonField, Submit, is_of_reason};
use crate::i18n::use_locale;
use crate::live::LivePage;
use crate::pages::stores::card::kind_name;
use crate::{say, words};
use domain::enrolment::Part;
use domain::shared::Locale;
use domain::store::{Hours, Menu};
use domain::views::{ConsoleList, FormDraft, NewStore, OperatorView, WaitingApplication};
use leptos::prelude::*;

/// Where the forms put their refusals.
type Errors = RwSignal<Option<ApiError>>;

/// Applications that wait, each with everything about it and the two decisions.
#[component]
pub fn Applications(
    /// The console.
    live: LivePage<OperatorView>,
    /// Where what is refused is said.
    errors: Errors,
    /// What was typed into a form that was refused.
    draft: Option<FormDraft>,
) -> impl IntoView {
    let locale = use_locale();
    let waiting = Memo::new(move |_| live.data.with(|view| view.applications.clone()));
    let is_empty = Memo::new(move |_| waiting.with(Vec::is_empty));
    let list = move || {
        if is_empty.get() {
            return view! { <p class="empty__text">{say!(locale, application.console.none)}</p> }.into_any();
        }
        let draft = draft.clone();
        // What is opened and typed at one application stays there whatever becomes of the others. A filing does not change, but for
        // its approval.
        view! {
            <ul class="entries">
                <For each=move || waiting.get() key=|one| (one.account, one.number, one.unfinished) let:one>
                    <Waiting one live errors draft=draft.clone()/>
                </For>
            </ul>
        }
        .into_any()
    };
    view! {
        <section class="panel" aria-live="polite">
            <h2 class="panel__title">{say!(locale, application.console.title)}</h2>
            {list}
            <Cut live list=ConsoleList::Applications shown=Signal::derive(move || waiting.with(Vec::len))/>
        </section>
    }
    .into_any()
}

#[component]
fn Waiting(
    one: WaitingApplication,
    live: LivePage<OperatorView>,
    errors: Errors,
    draft: Option<FormDraft>,
) -> impl IntoView {
    let locale = use_locale();
    let draft = draft.filter(|draft| draft.subject == one.account.to_string());
    let part = match one.part {
        Part::Owner => say!(locale, application.console.owner),
        Part::Rider => say!(locale, application.console.rider),
    };
    let title = match &one.store {
        Some(store) => store.profile.name.get(locale).to_owned(),
        None => one.name.clone(),
    };
    let again = (one.number > 1).then(|| say!(locale, application.console.again, number = one.number));
    let unfinished = one
        .unfinished
        .then(|| view! { <p class="entry__why">{say!(locale, application.console.unfinished)}</p> });
    let mut facts = vec![
        (say!(locale, application.console.person), one.name),
        (say!(locale, application.console.login), one.login),
        (say!(locale, application.console.phone), one.phone),
    ];
    if !one.about.is_empty() {
        facts.push((say!(locale, application.console.about), one.about));
    }
    let menu = one.store.as_ref().map(|store| dishes(locale, &store.menu));
    if let Some(store) = &one.store {
        facts.extend(about_store(locale, store));
    }
    let facts = facts
        .into_iter()
        .map(|(name, text)| view! { <div class="facts__fact"><dt>{name}</dt><dd>{text}</dd></div> })
        .collect_view();
    let refresh = Callback::new(move |_| live.refresh());
    let (account, number) = (one.account.to_string(), one.number);
    let id = account.clone();
    let filed_at = one.filed_at;
    let now = use_minute();
    let since = move || say!(locale, operator.since, time = moment_ago(locale, filed_at, now.get()));
    let refusing = (!one.unfinished).then(|| {
        view! { <Refusing account=account.clone() number live draft/> }
    });
    view! {
        <li class="entry entry--whole" data-applicant=id>
            <strong class="entry__main">{title}</strong>
            <span class="chip">{part}</span>
            {again.map(|again| view! { <span class="entry__why">{again}</span> })}
            <span class="entry__when">{since}</span>
            {unfinished}
            <dl class="facts facts--stack">{facts}</dl>
            {menu}
            <div class="entry__acts">
                <CommandForm<Approve> quiet=true errors=errors on_done=refresh>
                    <input type="hidden" name="account" value=account/>
                    <input type="hidden" name="number" value=number.to_string()/>
                    <Submit class="btn btn--primary" action="approve">{say!(locale, application.console.approve)}</Submit>
                </CommandForm<Approve>>
                {refusing}
            </div>
        </li>
    }
    .into_any()
}

/// Turns an applicant down, with a reason that the applicant reads.
#[component]
fn Refusing(
    account: String,
    number: u32,
    live: LivePage<OperatorView>,
    draft: Option<FormDraft>,
) -> impl IntoView {
    let locale = use_locale();
    let refresh = Callback::new(move |_| live.refresh());
    let field = format!("reason-{account}");
    let opened = draft.is_some();
    // Its own: what is wrong with one reason says nothing of the others.
    let errors = live.use_errors(draft.as_ref().map(|draft| draft.fault.clone()));
    let elsewhere = Signal::derive(move || errors.get().filter(|error| !is_of_reason(error)));
    let typed = draft.as_ref().and_then(|draft| draft.field("reason")).unwrap_or_default().to_owned();
    view! {
        <details class="more more--button more--danger" open=opened>
            <summary class="more__summary">{say!(locale, application.console.refuse)}</summary>
            <div class="more__body">
                <CommandForm<Refuse> quiet=true errors=errors on_done=refresh>
                    <input type="hidden" name="account" value=account/>
                    <input type="hidden" name="number" value=number.to_string()/>
                    <FaultNote error=elsewhere/>
                    <ReasonField
                        id=field
                        name="reason"
                        label=say!(locale, application.console.reason)
                        value=typed
                        required=true
                        errors
                    />
                    <Submit class="btn btn--danger btn--block" action="refuse">
                        {say!(locale, application.console.refuse_yes)}
                    </Submit>
                </CommandForm<Refuse>>
            </div>
        </details>
    }
    .into_any()
}

/// Everything about a store but its menu.
fn about_store(locale: Locale, store: &NewStore) -> Vec<(&'static str, String)> {
    let profile = &store.profile;
    let fees = profile.fee_tiers.iter().map(|tier| {
        let distance = words::distance(locale, tier.up_to_m);
        say!(locale, application.console.fee_to, distance = distance, fee = tier.fee)
    });
    let minutes = profile.cooking_minutes;
    vec![
        (say!(locale, application.console.kind), kind_name(locale, &profile.kind).to_owned()),
        (say!(locale, application.console.store_phone), profile.phone.clone()),
        (say!(locale, application.console.address), profile.address.clone()),
        (say!(locale, application.console.description), profile.description.get(locale).to_owned()),
        (say!(locale, application.console.radius), words::distance(locale, profile.radius_m)),
        (say!(locale, application.console.min_order), profile.min_order.to_string()),
        (say!(locale, application.console.fee), fees.collect::<Vec<_>>().join(", ")),
        (say!(locale, application.console.capacity), profile.capacity.to_string()),
        (
            say!(locale, application.console.cooking),
            say!(locale, application.console.minutes, minutes = minutes),
        ),
        (say!(locale, application.console.hours), opening(locale, &store.hours)),
    ]
}

/// The days of opening, and the hours, which are the same on each of them.
fn opening(locale: Locale, hours: &Hours) -> String {
    const DAY: u16 = 24 * 60;
    let Some(first) = hours.0.first() else {
        return String::new();
    };
    let days: Vec<_> = hours.0.iter().map(|span| words::weekday(locale, span.day)).collect();
    let close = if first.close > DAY {
        say!(locale, application.console.next_day, time = words::clock(first.close - DAY))
    } else {
        words::clock(first.close)
    };
    format!("{} {}–{close}", days.join(", "), words::clock(first.open))
}

/// The menu, to open.
fn dishes(locale: Locale, menu: &Menu) -> AnyView {
    let sections = menu
        .sections
        .iter()
        .map(|section| {
            let items = section
                .items
                .iter()
                .map(|item| {
                    let name = item.name.get(locale).to_owned();
                    let about = item.description.get(locale).to_owned();
                    let about = (!about.is_empty()).then(|| view! { <p class="fine">{about}</p> });
                    view! { <li>{name} " " <span class="num">{item.price.to_string()}</span> {about}</li> }
                })
                .collect_view();
            view! {
                <h3>{section.name.get(locale).to_owned()}</h3>
                <ul>{items}</ul>
            }
        })
        .collect_view();
    let count = menu.items().count();
    view! {
        <details class="more" data-dishes=count.to_string()>
            <summary class="more__summary">{say!(locale, application.console.menu, count = count)}</summary>
            <div class="more__body">{sections}</div>
        </details>
    }
    .into_any()
}
