//! The first page: the address, and the stores that deliver there.

pub mod card;

use crate::api::store::{SetAddress, stores};
use crate::components::command::without_button;
use crate::components::{CommandForm, Loaded, Submit, TextField, use_draft_id, use_toast, with_draft};
use crate::i18n::use_locale;
use crate::say;
use card::{StoreItem, kind_name};
use domain::shared::Timestamp;
use domain::store::Openness;
use domain::views::{AddressView, DraftForm, Field, FormDraft, StoreCard, StoreList};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Form;
use leptos_router::hooks::use_query_map;

/// The stores near by.
#[component]
pub fn Stores() -> impl IntoView {
    let locale = use_locale();
    let query = use_query_map();
    let search = Memo::new(move |_| query.with(|query| query.get("q").unwrap_or_default()));
    let kind = Memo::new(move |_| query.with(|query| query.get("kind")));
    let draft = use_draft_id();
    let data = Resource::new_blocking(
        move || (search.get(), draft.get()),
        |(search, draft)| with_draft(stores(search), draft),
    );
    let toast = use_toast();
    let moved = Callback::new(move |_| {
        data.refetch();
        toast.show(say!(locale, customer.here.saved));
    });
    view! {
        <Title text=say!(locale, customer.stores.title)/>
        <main id="main" class="page">
            <Loaded data let:loaded>
                {
                    let (list, draft) = loaded;
                    view! {
                        <Here address=list.address.clone() search=list.search.clone() draft moved/>
                        <List list kind/>
                    }
                }
            </Loaded>
        </main>
    }
    .into_any()
}

/// Where to deliver, and what to look for.
#[component]
fn Here(
    address: Option<AddressView>,
    search: String,
    draft: Option<FormDraft>,
    moved: Callback<crate::api::Done>,
) -> impl IntoView {
    let locale = use_locale();
    let draft = draft.filter(|draft| draft.form == DraftForm::Address);
    let (label, title, toggle) = match &address {
        Some(address) => {
            (say!(locale, customer.here.label), address.text.clone(), say!(locale, customer.here.change))
        }
        None => (
            say!(locale, customer.here.none_label),
            say!(locale, customer.here.none).to_owned(),
            say!(locale, customer.here.set),
        ),
    };
    let open = address.is_none() || draft.is_some();
    let typed = draft
        .as_ref()
        .and_then(|draft| draft.field("address").map(str::to_owned))
        .or_else(|| address.map(|address| address.text))
        .unwrap_or_default();
    let refused = draft.map(|draft| draft.fault);
    view! {
        <section class="here" id="address-of-delivery">
            <p class="here__label"><span class="icon icon--pin" aria-hidden="true"></span>{label}</p>
            <h1 class="here__address">{title}</h1>
            <details class="here__change" open=open>
                <summary class="here__toggle">{toggle}</summary>
                <CommandForm<SetAddress> class="here__form" refused=refused on_done=moved>
                    <TextField
                        field=Field::Address
                        label=say!(locale, customer.here.field)
                        value=typed
                        placeholder=say!(locale, customer.here.example)
                        autocomplete="street-address"
                    />
                    <Submit class="btn btn--primary" action="address">{say!(locale, customer.here.save)}</Submit>
                </CommandForm<SetAddress>>
            </details>
            <Form method="GET" action="/" on_form_data=without_button() {..} class="search" role="search">
                <span class="icon icon--search" aria-hidden="true"></span>
                <input
                    class="search__input"
                    type="search"
                    name="q"
                    value=search
                    maxlength="60"
                    aria-label=say!(locale, customer.search.label)
                    placeholder=say!(locale, customer.search.hint)
                />
                <button class="search__button">{say!(locale, customer.search.go)}</button>
            </Form>
        </section>
    }
    .into_any()
}

/// The kinds of food, and the stores of the chosen kind.
#[component]
fn List(list: StoreList, kind: Memo<Option<String>>) -> impl IntoView {
    let locale = use_locale();
    let StoreList { now, search, stores, .. } = list;
    if stores.is_empty() {
        return view! { <NoStores search/> }.into_any();
    }
    let kinds = search.is_empty().then(|| view! { <Kinds stores=stores.clone() kind/> });
    let searched = (!search.is_empty()).then_some(search);
    view! {
        {kinds}
        {move || {
            let (open, closed): (Vec<_>, Vec<_>) = stores
                .iter()
                .filter(|store| kind.with(|kind| kind.as_ref().is_none_or(|kind| *kind == store.kind)))
                .cloned()
                .partition(|store| store.openness == Openness::Open);
            let title = searched.as_ref().map_or_else(
                || say!(locale, customer.stores.open_now).to_owned(),
                |search| say!(locale, customer.search.title, search = search),
            );
            let none = (open.is_empty() && closed.is_empty())
                .then(|| view! { <p>{say!(locale, customer.stores.none_kind)}</p> });
            view! {
                <Group title stores=open now/>
                <Group title=say!(locale, customer.stores.closed_now).to_owned() stores=closed now/>
                {none}
            }
        }}
    }
    .into_any()
}

#[component]
fn Kinds(stores: Vec<StoreCard>, kind: Memo<Option<String>>) -> impl IntoView {
    let locale = use_locale();
    let mut kinds: Vec<String> = Vec::new();
    for store in stores {
        if !kinds.contains(&store.kind) {
            kinds.push(store.kind);
        }
    }
    let links = kinds
        .into_iter()
        .map(|slug| {
            let (href, name) = (format!("/?kind={slug}"), kind_name(locale, &slug));
            let current = move || kind.with(|kind| kind.as_ref() == Some(&slug)).then_some("true");
            view! { <a class="kinds__kind" href=href aria-current=current>{name}</a> }
        })
        .collect_view();
    let all = move || kind.with(Option::is_none).then_some("true");
    view! {
        <nav class="kinds" aria-label=say!(locale, customer.stores.kinds)>
            <a class="kinds__kind" href="/" aria-current=all>{say!(locale, customer.stores.all)}</a>
            {links}
        </nav>
    }
    .into_any()
}

/// Stores under a heading; nothing when there are none.
#[component]
fn Group(title: String, stores: Vec<StoreCard>, now: Timestamp) -> impl IntoView {
    let locale = use_locale();
    (!stores.is_empty()).then(|| {
        let count = say!(locale, customer.stores.count, count = stores.len());
        let items = stores.into_iter().map(|store| view! { <StoreItem store now/> }).collect_view();
        view! {
            <header class="list-head">
                <h2 class="list-head__title">{title}</h2>
                <p class="list-head__count">{count}</p>
            </header>
            <ul class="stores">{items}</ul>
        }
    })
}

#[component]
fn NoStores(search: String) -> impl IntoView {
    let locale = use_locale();
    if search.is_empty() {
        return view! {
            <div class="empty">
                <h2 class="empty__title">{say!(locale, customer.stores.none)}</h2>
                <p class="empty__text">{say!(locale, customer.stores.none_text)}</p>
            </div>
        }
        .into_any();
    }
    view! {
        <div class="empty">
            <h2 class="empty__title">{say!(locale, customer.search.none, search = search)}</h2>
            <p class="empty__text">{say!(locale, customer.search.none_text)}</p>
            <a class="btn btn--primary" href="/">{say!(locale, customer.search.all)}</a>
        </div>
    }
    .into_any()
}
