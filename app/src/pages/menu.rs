//! A store's menu with its options, and the cart beside it.

pub mod basket;
pub mod item;

use crate::api::cart::cart as load_cart;
use crate::api::store::menu;
use crate::api::{ApiError, Done};
use crate::components::opening::{OpenChip, OpeningNote};
use crate::components::picture_url;
use crate::components::{FaultNote, Loaded, title_of, use_draft_id, use_pieces, use_toast, with_draft};
use crate::i18n::use_locale;
use crate::{say, words};
use basket::{Bar, Basket};
use domain::store::Section;
use domain::views::{CartView, DraftForm, FormDraft, MenuView, StoreCard};
use item::MenuItem;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

/// A store's menu.
#[component]
pub fn StoreMenu() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let draft = use_draft_id();
    let data =
        Resource::new_blocking(move || (id.get(), draft.get()), |(id, draft)| with_draft(menu(id), draft));
    view! {
        <main id="main" class="page page--menu">
            <Loaded data let:loaded>
                {
                    let (view, draft) = loaded;
                    view! { <Menu view draft/> }
                }
            </Loaded>
        </main>
    }
    .into_any()
}

#[component]
fn Menu(view: MenuView, draft: Option<FormDraft>) -> impl IntoView {
    let locale = use_locale();
    let MenuView { now, store, address, phone, menu, cart } = view;
    let cart = RwSignal::new(cart);
    let (toast, pieces) = (use_toast(), use_pieces());
    let added = Callback::new(move |_: Done| {
        toast.show(say!(locale, customer.menu.added));
        spawn_local(async move {
            match load_cart().await {
                Ok(now_in_it) => {
                    pieces.show(&now_in_it);
                    cart.set(now_in_it);
                }
                Err(error) => leptos::logging::warn!("the cart could not be read: {error}"),
            }
        });
    });
    let draft = draft.filter(|draft| draft.form == DraftForm::AddToCart);
    // What was chosen may have left the menu: there is no other place to say so.
    let gone = draft.clone().filter(|draft| menu.items().all(|item| item.id.to_string() != draft.subject));
    let gone = RwSignal::new(gone.map(|draft| ApiError::Fault(draft.fault)));
    let store_id = store.id;
    let empty = menu.sections.is_empty().then(|| view! { <p>{say!(locale, customer.menu.empty)}</p> });
    let tabs = menu.sections.clone();
    let sections = menu
        .sections
        .into_iter()
        .enumerate()
        .map(|(index, section)| {
            let Section { name, items, .. } = section;
            let items = items
                .into_iter()
                .map(|item| {
                    let draft = draft.clone().filter(|draft| draft.subject == item.id.to_string());
                    view! { <MenuItem item store=store_id now draft added/> }
                })
                .collect_view();
            view! {
                <section class="menu-section" id=format!("s{}", index + 1)>
                    <h2 class="menu-section__title">{name.get(locale).to_owned()}</h2>
                    {items}
                </section>
            }
        })
        .collect_view();
    view! {
        <Title text=title_of(store.name.get(locale))/>
        <Head store=store.clone() address phone/>
        <OpeningNote openness=store.openness now/>
        <AreaNote store/>
        <FaultNote error=gone/>
        <Tabs sections=tabs/>
        <div class="split">
            <div class="split__main">{sections} {empty}</div>
            <Basket cart store=store_id/>
        </div>
        <Bar cart/>
    }
    .into_any()
}

/// The store's name and what one wants to know before choosing.
#[component]
fn Head(store: StoreCard, address: String, phone: String) -> impl IntoView {
    let locale = use_locale();
    let fee = store.fee.map(|fee| fee.to_string()).or_else(|| {
        let least = store.fee_tiers.iter().map(|tier| tier.fee).min()?;
        Some(say!(locale, customer.fact.from, fee = least.to_string()))
    });
    let minutes = say!(locale, customer.fact.about_minutes, minutes = store.cooking_minutes);
    let distance = store.distance_m.map(|metres| words::distance(locale, metres));
    let facts = [
        (say!(locale, customer.fact.min_order), Some(store.min_order.to_string())),
        (say!(locale, customer.fact.delivery_fee), fee),
        (say!(locale, customer.fact.cooking), Some(minutes)),
        (say!(locale, customer.fact.distance), distance),
        (say!(locale, customer.fact.address), Some(address)),
        (say!(locale, customer.fact.phone), Some(phone)),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value.filter(|value| !value.is_empty())?)))
    .map(|(name, value)| view! { <div class="facts__fact"><dt>{name}</dt><dd>{value}</dd></div> })
    .collect_view();
    view! {
        <div class="cover"><img class="cover__picture" src=picture_url(&store.picture) alt=""/></div>
        <header class="shop">
            <h1 class="shop__name">{store.name.get(locale).to_owned()}</h1>
            " "
            <OpenChip openness=store.openness/>
            <p class="shop__about">{store.description.get(locale).to_owned()}</p>
            <dl class="facts">{facts}</dl>
        </header>
    }
    .into_any()
}

/// Says so when the store does not deliver to the address, or when there is none.
#[component]
fn AreaNote(store: StoreCard) -> impl IntoView {
    let locale = use_locale();
    let text = match (store.distance_m, store.fee) {
        (Some(_), None) => say!(locale, customer.menu.outside),
        (None, _) => say!(locale, customer.menu.no_address),
        (Some(_), Some(_)) => return ().into_any(),
    };
    view! {
        <div class="alert alert--info">
            <p class="alert__text">{text}" "<a href="/">{say!(locale, customer.menu.set_address)}</a></p>
        </div>
    }
    .into_any()
}

#[component]
fn Tabs(sections: Vec<Section>) -> impl IntoView {
    let locale = use_locale();
    (sections.len() > 1).then(|| {
        let tabs = sections
            .into_iter()
            .enumerate()
            .map(|(index, section)| {
                let href = format!("#s{}", index + 1);
                // Within the page: the browser's own way, which moves the reading position too.
                view! { <a class="tabs__tab" href=href rel="external">{section.name.get(locale).to_owned()}</a> }
            })
            .collect_view();
        view! { <nav class="tabs" aria-label=say!(locale, customer.menu.sections)>{tabs}</nav> }
    })
}

/// Whether there is anything in the cart.
fn is_filled(cart: &CartView) -> bool {
    !cart.lines.is_empty()
}
