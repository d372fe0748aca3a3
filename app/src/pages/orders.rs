//! My page: the customer's orders, live.

use crate::api::ApiError;
use crate::api::orders::{Reorder, orders};
use crate::components::connection::ConnectionMark;
use crate::components::picture_url;
use crate::components::progress::ProgressLine;
use crate::components::timeline::{day_and_clock, machine_time};
use crate::components::{CommandForm, Drafted, Loaded, Submit, use_draft_id, with_draft};
use crate::i18n::use_locale;
use crate::live::{LivePage, use_live_page};
use crate::{say, words};
use domain::shared::{OrderId, Timestamp};
use domain::views::{DraftForm, FormDraft, OrderLine, OrderList};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// My page.
#[component]
pub fn Orders() -> impl IntoView {
    let locale = use_locale();
    let query = use_query_map();
    // People count pages from 1.
    let page = Memo::new(move |_| {
        let typed = query.with(|query| query.get("page").and_then(|page| page.parse::<u32>().ok()));
        typed.unwrap_or(1).saturating_sub(1)
    });
    let draft = use_draft_id();
    let data = Resource::new_blocking(
        move || (page.get(), draft.get()),
        |(page, draft)| with_draft(orders(page), draft),
    );
    view! {
        <Title text=say!(locale, orders.title)/>
        <main id="main" class="page">
            <Loaded data let:loaded>
                <OrdersPage loaded/>
            </Loaded>
        </main>
    }
    .into_any()
}

#[component]
fn OrdersPage(loaded: Drafted<OrderList>) -> impl IntoView {
    let locale = use_locale();
    let (list, draft) = loaded;
    let page = list.page;
    let live = use_live_page(
        list,
        "/live/orders".to_owned(),
        |list| list.position,
        |list, message| {
            list.apply(message);
            false
        },
        move || orders(page),
    );
    let ids = Memo::new(move |_| {
        live.data.with(|list| list.orders.iter().map(|line| line.order).collect::<Vec<_>>())
    });
    view! {
        <header class="page__head page__head--row">
            <h1 class="page__title">{say!(locale, orders.title)}</h1>
            <ConnectionMark state=live.connection/>
        </header>
        {move || ids.with(Vec::is_empty).then(|| view! { <Empty/> })}
        <ul class="orders">
            <For each=move || ids.get() key=|id| *id let:id>
                <Card id live draft=draft.clone()/>
            </For>
        </ul>
        <Pager live/>
    }
    .into_any()
}

#[component]
fn Empty() -> impl IntoView {
    let locale = use_locale();
    view! {
        <div class="empty">
            <img class="empty__picture" src=picture_url("/img/empty/orders.svg") alt="" width="200" height="150"/>
            <h2 class="empty__title">{say!(locale, orders.list.empty_title)}</h2>
            <p class="empty__text">{say!(locale, orders.list.empty_text)}</p>
            <a class="btn btn--primary" href="/">{say!(locale, orders.list.empty_action)}</a>
        </div>
    }
    .into_any()
}

#[component]
fn Card(id: OrderId, live: LivePage<OrderList>, draft: Option<FormDraft>) -> impl IntoView {
    let line =
        move || live.data.with_untracked(|list| list.orders.iter().find(|line| line.order == id).cloned());
    // Of a line only its state and its price change.
    line().map(|line| view! { <CardOf line live draft/> })
}

#[component]
fn CardOf(line: OrderLine, live: LivePage<OrderList>, draft: Option<FormDraft>) -> impl IntoView {
    let locale = use_locale();
    let id = line.order;
    let (total, shown) = (line.total, line.shown);
    let now_shown = Memo::new(move |_| {
        live.data.with(|list| find(list, id).map_or((total, shown), |line| (line.total, line.shown)))
    });
    let shown = Signal::derive(move || now_shown.get().1);
    let what = match line.more {
        0 => line.first.get(locale).to_owned(),
        more => say!(locale, orders.list.what, first = line.first.get(locale), more = more),
    };
    let store = line.store_name.get(locale).to_owned();
    let again = say!(locale, orders.list.reorder_of, store = store.as_str());
    let now = live.data.with_untracked(|list| list.now);
    let refused = draft
        .filter(|draft| draft.form == DraftForm::Order && draft.subject == id.to_string())
        .map(|draft| ApiError::Fault(draft.fault));
    let errors = RwSignal::new(refused);
    let is_over = Memo::new(move |_| shown.get().is_end());
    let reorder = move || {
        let again = again.clone();
        is_over.get().then(move || {
            view! {
                <div class="order-card__actions">
                    <CommandForm<Reorder> errors>
                        <input type="hidden" name="order" value=id.to_string()/>
                        <Submit class="btn btn--s" action="reorder" label=again>
                            <span class="icon icon--repeat" aria-hidden="true"></span>
                            {say!(locale, orders.list.reorder)}
                        </Submit>
                    </CommandForm<Reorder>>
                </div>
            }
            .into_any()
        })
    };
    view! {
        <li class="order-card" data-order=id.to_string() data-shown=move || shown.get().slug()>
            <a class="order-card__link" href=format!("/orders/{id}")>
                <img class="order-card__picture" src=picture_url(&line.picture) alt="" width="96" height="96" loading="lazy"/>
                <div class="order-card__body">
                    <p class="order-card__top">
                        <span class=move || format!("chip chip--{}", shown.get().slug())>
                            {move || words::shown(locale, shown.get())}
                        </span>
                        <OrderTime at=line.placed_at now/>
                    </p>
                    <h2 class="order-card__store">{store}</h2>
                    <p class="order-card__what">
                        <span class="order-card__names">{what}</span> <span class="num">{move || now_shown.get().0.to_string()}</span>
                    </p>
                    {move || (!shown.get().is_end()).then(|| view! { <ProgressLine shown mini=true/> })}
                </div>
            </a>
            {reorder}
        </li>
    }
    .into_any()
}

fn find(list: &OrderList, id: OrderId) -> Option<&OrderLine> {
    list.orders.iter().find(|line| line.order == id)
}

#[component]
fn OrderTime(at: Timestamp, now: Timestamp) -> impl IntoView {
    view! {
        <time class="order-card__time" datetime=machine_time(at)>
            {day_and_clock(use_locale(), at, now)}
        </time>
    }
    .into_any()
}

#[component]
fn Pager(live: LivePage<OrderList>) -> impl IntoView {
    let locale = use_locale();
    let place = Memo::new(move |_| {
        live.data.with(|list| (list.page, list.total.div_ceil(u64::from(list.size.max(1)))))
    });
    move || {
        let (page, pages) = place.get();
        let link = |page: u32, name: &'static str| {
            view! { <a class="btn" href=format!("/orders?page={page}")>{name}</a> }
        };
        (pages > 1).then(|| {
            view! {
                <nav class="pager" aria-label=say!(locale, orders.list.pages)>
                    {(page > 0).then(|| link(page, say!(locale, orders.list.newer)))}
                    <p class="pager__place">
                        {say!(locale, orders.list.page_of, page = page + 1, pages = pages)}
                    </p>
                    {(u64::from(page) + 1 < pages).then(|| link(page + 2, say!(locale, orders.list.older)))}
                </nav>
            }
        })
    }
}
