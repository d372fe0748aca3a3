//! One order, from the payment to the doorstep, live.

pub mod actions;
pub mod status;

use crate::api::orders::order;
use crate::components::bill::{BillLines, BillPrices, Paid};
use crate::components::timeline::{Timeline, day_and_clock};
use crate::components::{Drafted, FaultNote, Loaded, use_draft_id, with_draft};
use crate::i18n::use_locale;
use crate::live::{LivePage, use_live_page};
use crate::{say, words};
use domain::views::{DraftForm, OrderView, What};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

/// One order.
#[component]
pub fn Order() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let draft = use_draft_id();
    let data =
        Resource::new_blocking(move || (id.get(), draft.get()), |(id, draft)| with_draft(order(id), draft));
    view! {
        <main id="main" class="page page--order">
            <Loaded data let:loaded>
                <OrderPage loaded/>
            </Loaded>
        </main>
    }
    .into_any()
}

#[component]
fn OrderPage(loaded: Drafted<OrderView>) -> impl IntoView {
    let locale = use_locale();
    let (view, draft) = loaded;
    let id = view.line.order;
    let number = view.line.number.to_string();
    let live = use_live_page(
        view,
        format!("/live/order/{id}"),
        |view| view.position,
        |view, message| {
            view.apply(message);
            false
        },
        move || order(id.to_string()),
    );
    let refused = draft
        .filter(|draft| draft.form == DraftForm::Order && draft.subject == id.to_string())
        .map(|draft| draft.fault);
    let errors = live.use_errors(refused);
    let entries = Memo::new(move |_| live.data.with(|view| view.timeline.clone()));
    view! {
        <Title text=say!(locale, orders.order_title, number = number)/>
        <status::Status live errors/>
        <FaultNote error=errors/>
        <actions::ActionList live errors/>
        <div class="split">
            <div class="split__main">
                <ChangeState live/>
                <Refund live/>
                <section class="panel">
                    <h2 class="panel__title">{say!(locale, orders.timeline)}</h2>
                    <Timeline entries/>
                </section>
            </div>
            <aside class="split__side">
                <Receipt live/>
                <Facts live/>
                <a class="btn btn--quiet btn--block" href="/orders">{say!(locale, orders.back_to_list)}</a>
            </aside>
        </div>
    }
    .into_any()
}

/// A change that is under way, or the last one when it came to nothing.
#[component]
fn ChangeState(live: LivePage<OrderView>) -> impl IntoView {
    let locale = use_locale();
    let state = Memo::new(move |_| {
        live.data.with(|view| {
            let last = view.timeline.iter().rev().find_map(|entry| match &entry.what {
                what @ (What::ChangeApplied | What::ChangeAbandoned { .. }) => Some(what.clone()),
                _ => None,
            });
            let failed = last.filter(|what| matches!(what, What::ChangeAbandoned { .. }));
            let failed = failed.filter(|_| !view.line.shown.is_end());
            (view.change.as_ref().map(|change| (change.extra, view.pay_url.is_some())), failed)
        })
    });
    let block = move || match state.get() {
        (Some((extra, goes_on)), _) => Some(
            view! {
                <section class="refund refund--pending" data-change="pending">
                    <h2 class="refund__title">{say!(locale, orders.change.pending)}</h2>
                    <p class="refund__text">
                        {if goes_on {
                            say!(locale, orders.change.pay_text, amount = extra)
                        } else {
                            say!(locale, orders.change.pending_text, amount = extra)
                        }}
                    </p>
                </section>
            }
            .into_any(),
        ),
        (None, Some(what)) => Some(
            view! {
                <section class="refund refund--pending" data-change="abandoned">
                    <h2 class="refund__title">{say!(locale, orders.change.failed)}</h2>
                    <p class="refund__text">{words::what(locale, &what)}</p>
                </section>
            }
            .into_any(),
        ),
        (None, None) => None,
    };
    view! { <div aria-live="polite">{block}</div> }
}

/// Money on its way back, or there already.
#[component]
fn Refund(live: LivePage<OrderView>) -> impl IntoView {
    let locale = use_locale();
    let money =
        Memo::new(move |_| live.data.with(|view| (view.owed, view.returned, view.is_refund_delayed())));
    let block = move || {
        let (owed, returned, delayed) = money.get();
        let (class, title, text) = if !owed.is_zero() {
            let text = if delayed {
                say!(locale, orders.refund.delayed_text)
            } else {
                say!(locale, orders.refund.pending_text)
            };
            ("refund refund--pending", say!(locale, orders.refund.pending, amount = owed), text)
        } else if !returned.is_zero() {
            let text = say!(locale, orders.refund.done_text);
            ("refund refund--done", say!(locale, orders.refund.done, amount = returned), text)
        } else {
            return None;
        };
        Some(view! {
            <section class=class data-owed=owed.get().to_string() data-returned=returned.get().to_string()>
                <h2 class="refund__title">{title}</h2>
                <p class="refund__text">{text}</p>
            </section>
        })
    };
    view! { <div aria-live="polite">{block}</div> }
}

/// What was ordered, and the price.
#[component]
fn Receipt(live: LivePage<OrderView>) -> impl IntoView {
    let locale = use_locale();
    let bill = Memo::new(move |_| live.data.with(|view| view.bill.clone()));
    let paid = Memo::new(move |_| {
        live.data.with(|view| Paid { taken: view.taken, owed: view.owed, returned: view.returned })
    });
    let store = live.data.with_untracked(|view| view.line.store_name.get(locale).to_owned());
    view! {
        <section class="panel panel--receipt">
            <h2 class="panel__title">{say!(locale, orders.bill.title)}</h2>
            <p class="panel__lead">{store}</p>
            <BillLines bill/>
            <BillPrices bill paid/>
        </section>
    }
    .into_any()
}

/// Where it goes, and what the customer asked for.
#[component]
fn Facts(live: LivePage<OrderView>) -> impl IntoView {
    let locale = use_locale();
    let facts = live.data.with_untracked(|view| {
        let address = match (view.address.as_str(), view.address_detail.as_str()) {
            ("", _) => say!(locale, orders.facts.deleted).to_owned(),
            (address, "") => address.to_owned(),
            (address, detail) => format!("{address}, {detail}"),
        };
        [
            (say!(locale, orders.facts.number), view.line.number.to_string()),
            (say!(locale, orders.facts.placed), day_and_clock(locale, view.line.placed_at, view.now)),
            (say!(locale, orders.facts.address), address),
            (say!(locale, orders.facts.note_to_store), view.note_to_store.clone()),
            (say!(locale, orders.facts.note_to_rider), view.note_to_rider.clone()),
            (say!(locale, orders.facts.correlation), view.line.order.to_string()),
        ]
    });
    let rows = facts
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| {
            view! {
                <div class="facts__fact">
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                </div>
            }
        })
        .collect_view();
    view! {
        <section class="panel">
            <h2 class="panel__title">{say!(locale, orders.facts.title)}</h2>
            <dl class="facts facts--stack">{rows}</dl>
        </section>
    }
    .into_any()
}
