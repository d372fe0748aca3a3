//! The state of an order in one glance.

use super::actions::{ConfirmForm, PayNow, ReorderForm};
use crate::api::ApiError;
use crate::components::connection::ConnectionMark;
use crate::components::progress::{ProgressLine, reached};
use crate::components::timeline::machine_time;
use crate::i18n::use_locale;
use crate::live::{LivePage, use_clock};
use crate::{say, words};
use domain::order::RejectReason;
use domain::shared::{Locale, MINUTE_MS, Timestamp};
use domain::views::{OrderView, Shown, What};
use leptos::prelude::*;

/// The state, what comes next, how far along, and the code for the door.
#[component]
pub fn Status(
    /// The page's data.
    live: LivePage<OrderView>,
    /// Where refusals are put.
    errors: RwSignal<Option<ApiError>>,
) -> impl IntoView {
    let locale = use_locale();
    let id = live.data.with_untracked(|view| view.line.order);
    let shown = Memo::new(move |_| live.data.with(|view| view.line.shown));
    let reached = Memo::new(move |_| live.data.with(|view| reached(&view.timeline)));
    let missed = Memo::new(move |_| live.data.with(OrderView::is_missed));
    let slug = move || shown.get().slug();
    // Nobody brings the food any more: that it was on its way is no news now.
    let face = move || if missed.get() { "missed" } else { slug() };
    let name = move || {
        if missed.get() { say!(locale, orders.missed.chip) } else { words::shown(locale, shown.get()) }
    };
    let heading = move || {
        if missed.get() { say!(locale, orders.missed.headline) } else { headline(locale, shown.get()) }
    };
    view! {
        <section class=move || format!("status status--{}", face()) data-order=id.to_string() data-shown=slug>
            <div class="status__line">
                <span class=move || format!("chip chip--{}", face())>{name}</span>
                <ConnectionMark state=live.connection/>
            </div>
            <h1 class="status__headline" aria-live="polite">{heading}</h1>
            <Promise live shown/>
            <HeldUntil live/>
            <Reason live/>
            <ProgressLine shown reached missed/>
            <Code live shown missed/>
            <PayOn live/>
            <PayNow live errors/>
            <ConfirmForm live errors/>
            <Again live errors/>
        </section>
    }
    .into_any()
}

fn headline(locale: Locale, shown: Shown) -> &'static str {
    match shown {
        Shown::Placing => say!(locale, orders.headline.placing),
        Shown::AwaitingPayment => say!(locale, orders.headline.awaiting_payment),
        Shown::Received => say!(locale, orders.headline.received),
        Shown::Accepted => say!(locale, orders.headline.accepted),
        Shown::Cooking => say!(locale, orders.headline.cooking),
        Shown::Ready => say!(locale, orders.headline.ready),
        Shown::Assigned => say!(locale, orders.headline.assigned),
        Shown::OnTheWay => say!(locale, orders.headline.on_the_way),
        Shown::Delivered => say!(locale, orders.headline.delivered),
        Shown::Completed => say!(locale, orders.headline.completed),
        Shown::Rejected => say!(locale, orders.headline.rejected),
        Shown::OverCapacity => say!(locale, orders.headline.over_capacity),
        Shown::TimedOut => say!(locale, orders.headline.timed_out),
        Shown::Cancelled => say!(locale, orders.headline.cancelled),
        Shown::PaymentFailed => say!(locale, orders.headline.payment_failed),
        Shown::DeliveryFailed => say!(locale, orders.headline.delivery_failed),
    }
}

/// What comes next, or when.
#[component]
fn Promise(live: LivePage<OrderView>, shown: Memo<Shown>) -> impl IntoView {
    let locale = use_locale();
    let clock = use_clock(Signal::derive(move || live.data.with(|view| view.now)));
    let ready_at = Memo::new(move |_| live.data.with(|view| view.ready_at));
    let text = Memo::new(move |_| live.data.with(|view| promise(locale, view)));
    view! {
        <p class="status__promise">
            {move || match (shown.get(), ready_at.get()) {
                (Shown::Accepted | Shown::Cooking, Some(ready_at)) => {
                    let left = move || minutes_left(locale, ready_at, clock.get());
                    view! {
                        <strong class="status__time">
                            <time datetime=machine_time(ready_at)>{ready_at.in_seoul().clock()}</time>
                        </strong>
                        " " {say!(locale, orders.ready_by)} " · " {left}
                    }
                        .into_any()
                }
                _ => text.get().into_any(),
            }}
        </p>
    }
    .into_any()
}

/// Minutes until the food should be ready; never a promise that has passed.
fn minutes_left(locale: Locale, ready_at: Timestamp, now: Timestamp) -> String {
    let left = ready_at.since(now);
    if left < MINUTE_MS {
        return say!(locale, orders.any_moment).to_owned();
    }
    say!(locale, orders.minutes_left, minutes = (left + MINUTE_MS / 2) / MINUTE_MS)
}

fn promise(locale: Locale, view: &OrderView) -> &'static str {
    if view.is_missed() {
        return say!(locale, orders.missed.text);
    }
    match view.line.shown {
        Shown::Placing => say!(locale, orders.promise.placing),
        Shown::AwaitingPayment if view.pay_url.is_some() => say!(locale, orders.promise.awaiting_pay),
        Shown::AwaitingPayment => say!(locale, orders.promise.awaiting_slow),
        Shown::Received | Shown::Accepted | Shown::Cooking => say!(locale, orders.promise.received),
        Shown::Ready => say!(locale, orders.promise.ready),
        Shown::Assigned => say!(locale, orders.promise.assigned),
        Shown::OnTheWay => say!(locale, orders.promise.on_the_way),
        Shown::Delivered => say!(locale, orders.promise.delivered),
        Shown::Completed => say!(locale, orders.promise.completed),
        // Whether it is given back is decided case by case: the refund says so when it is.
        Shown::DeliveryFailed => say!(locale, orders.promise.delivery_failed),
        // An approval may come late, and until the provider has answered nobody knows whether it will.
        _ if !view.taken.is_zero() => say!(locale, orders.promise.money_back),
        _ if view.undecided => say!(locale, orders.promise.undecided),
        Shown::PaymentFailed => say!(locale, orders.promise.payment_failed),
        Shown::Rejected | Shown::OverCapacity | Shown::TimedOut | Shown::Cancelled => {
            say!(locale, orders.promise.nothing_paid)
        }
    }
}

/// Until when an order waits for its payment.
#[component]
fn HeldUntil(live: LivePage<OrderView>) -> impl IntoView {
    let locale = use_locale();
    let until = Memo::new(move |_| live.data.with(|view| view.held_until));
    move || {
        until.get().map(|until| {
            let time = until.in_seoul().clock();
            view! { <p class="status__promise" data-held>{say!(locale, orders.held_until, time = time)}</p> }
        })
    }
}

/// Why there is no meal, where the headline does not say it: the store's own words, or what became of the payment.
#[component]
fn Reason(live: LivePage<OrderView>) -> impl IntoView {
    let locale = use_locale();
    let reason = Memo::new(move |_| {
        live.data.with(|view| {
            view.timeline.iter().find_map(|entry| match &entry.what {
                What::Rejected { reason: RejectReason::Store(reason) } => {
                    Some(say!(locale, orders.reason, reason = words::rejection(locale, reason)))
                }
                failed @ What::PaymentFailed { .. } => Some(words::what(locale, failed)),
                _ => None,
            })
        })
    });
    move || reason.get().map(|reason| view! { <p class="status__promise">{reason}</p> })
}

/// After an end without a meal: the way to try once more.
#[component]
fn Again(live: LivePage<OrderView>, errors: RwSignal<Option<ApiError>>) -> impl IntoView {
    let failed = Memo::new(move |_| live.data.with(|view| view.line.shown.is_failure()));
    move || {
        failed.get().then(|| view! { <ReorderForm live errors class="btn btn--primary btn--l btn--block"/> })
    }
}

/// The four digits for the door, large, while somebody is going to ask for them.
#[component]
fn Code(live: LivePage<OrderView>, shown: Memo<Shown>, missed: Memo<bool>) -> impl IntoView {
    let locale = use_locale();
    let code = live.data.with_untracked(|view| view.code.clone());
    move || {
        (matches!(shown.get(), Shown::Assigned | Shown::OnTheWay) && !missed.get()).then(|| {
            view! {
                <p class="code">
                    <span class="code__label">{say!(locale, orders.code)}</span>
                    <strong class="code__value" data-code=code.clone()>{code.clone()}</strong>
                </p>
            }
        })
    }
}

/// The way to the payment provider, while it waits for the customer.
#[component]
fn PayOn(live: LivePage<OrderView>) -> impl IntoView {
    let locale = use_locale();
    let url = Memo::new(move |_| live.data.with(|view| view.pay_url.clone()));
    move || {
        url.get().map(|url| {
            view! {
                <a class="btn btn--primary btn--l btn--block" rel="external" href=url data-action="pay">
                    <span class="icon icon--card" aria-hidden="true"></span>
                    {say!(locale, orders.pay_on)}
                </a>
            }
        })
    }
}
