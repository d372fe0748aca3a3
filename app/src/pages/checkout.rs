//! The checkout.

use crate::api::checkout::{PlaceOrder, checkout};
use crate::api::{ApiError, Done};
use crate::components::basket::{CartLine, CartPrices, CartProblem, of_line, problem, quote_refusal};
use crate::components::cards::CardPicks;
use crate::components::{
    CommandForm, FaultNote, Loaded, Refusals, Submit, TextField, use_draft_id, use_pieces, with_draft,
};
use crate::i18n::use_locale;
use crate::pages::cart::Empty;
use crate::say;
use domain::processes::CaseRefusal;
use domain::shared::Won;
use domain::store::{QuoteRefusal, WantedLine};
use domain::views::{CartView, CheckoutDraft, CheckoutView, DraftForm, Fault, Field, FormDraft};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// The checkout.
#[component]
pub fn Checkout() -> impl IntoView {
    let locale = use_locale();
    let draft = use_draft_id();
    let data = Resource::new_blocking(move || draft.get(), |draft| with_draft(checkout(), draft));
    let (refusals, pieces) = (Refusals::new(), use_pieces());
    let new_price = RwSignal::new(None::<Won>);
    let fresh_key = RwSignal::new(None::<String>);
    // After a refusal the price may be another, and the key is used up. The form itself stays: it holds what was typed.
    let refused = Callback::new(move |fault: Fault| {
        if let Some(price) = price_now(&fault) {
            new_price.set(Some(price));
        }
        spawn_local(async move {
            if let Ok(view) = checkout().await {
                // The page may have been left meanwhile.
                fresh_key.try_set(Some(view.key));
            }
        });
    });
    view! {
        <Title text=say!(locale, customer.checkout.title)/>
        <main id="main" class="page">
            <header class="page__head"><h1 class="page__title">{say!(locale, customer.checkout.title)}</h1></header>
            <Loaded data let:loaded>
                {
                    let (view, draft) = loaded;
                    pieces.show(&view.cart);
                    let draft = draft.filter(|draft| draft.form == DraftForm::Checkout && draft.subject.is_empty());
                    refusals.first(draft.as_ref());
                    if let Some(price) = draft.as_ref().and_then(|draft| price_now(&draft.fault)) {
                        new_price.update(|known| *known = known.or(Some(price)));
                    }
                    view! { <Content view draft errors=refusals.error new_price fresh_key refused/> }
                }
            </Loaded>
        </main>
    }
    .into_any()
}

/// The price that the customer has not agreed to yet.
const fn price_now(fault: &Fault) -> Option<Won> {
    match fault {
        Fault::Refused(CaseRefusal::PriceChanged { now }) => Some(*now),
        _ => None,
    }
}

/// What was typed before, over what the account says.
fn typed(view: &CheckoutDraft, draft: Option<&FormDraft>) -> CheckoutDraft {
    let pick = |name: &str, known: &String| {
        draft.and_then(|draft| draft.field(name)).map_or_else(|| known.clone(), str::to_owned)
    };
    CheckoutDraft {
        name: pick("name", &view.name),
        phone: pick("phone", &view.phone),
        address: pick("address", &view.address),
        address_detail: pick("address_detail", &view.address_detail),
        note_to_store: pick("note_to_store", &view.note_to_store),
        note_to_rider: pick("note_to_rider", &view.note_to_rider),
        card: pick("card", &view.card),
    }
}

#[component]
fn Content(
    view: CheckoutView,
    draft: Option<FormDraft>,
    errors: RwSignal<Option<ApiError>>,
    new_price: RwSignal<Option<Won>>,
    fresh_key: RwSignal<Option<String>>,
    refused: Callback<Fault>,
) -> impl IntoView {
    let locale = use_locale();
    let CheckoutView { cart, draft: known, cards, key } = view;
    let Some(store) = cart.store.filter(|_| !cart.lines.is_empty()) else {
        return view! { <FaultNote error=errors/> <Empty/> }.into_any();
    };
    let (pieces, navigate) = (use_pieces(), use_navigate());
    // What was ordered has left the cart.
    let placed = Callback::new(move |done: Done| {
        pieces.ask();
        if let Some(go) = &done.go {
            navigate(go, NavigateOptions::default());
        }
    });
    let typed = typed(&known, draft.as_ref());
    let (card, lines) = (typed.card.clone(), cart.lines.iter().map(|line| line.wanted.clone()).collect());
    view! {
        <FaultNote error=errors/>
        <CommandForm<PlaceOrder> quiet=true keep=true errors=errors on_refused=refused on_done=placed>
            <input type="hidden" name="key" value=move || fresh_key.get().unwrap_or_else(|| key.clone())/>
            <input type="hidden" name="store" value=store.to_string()/>
            <HiddenLines lines/>
            <div class="split">
                <div class="split__main">
                    <Chosen cart=cart.clone() errors/>
                    <Fields typed errors/>
                    <section class="panel">
                        <h2 class="panel__title">{say!(locale, customer.checkout.pay_with)}</h2>
                        <CardPicks cards chosen=card/>
                    </section>
                </div>
                <Sum cart new_price/>
            </div>
        </CommandForm<PlaceOrder>>
    }
    .into_any()
}

/// What is ordered, as it stood on the page: a cart changed elsewhere in between changes nothing.
#[component]
fn HiddenLines(lines: Vec<WantedLine>) -> impl IntoView {
    let field = |name: String, value: String| view! { <input type="hidden" name=name value=value/> };
    lines
        .into_iter()
        .enumerate()
        .map(|(index, line)| {
            let choices = line
                .choices
                .iter()
                .enumerate()
                .map(|(place, choice)| field(format!("lines[{index}][choices][{place}]"), choice.to_string()))
                .collect_view();
            view! {
                {field(format!("lines[{index}][item]"), line.item.to_string())}
                {field(format!("lines[{index}][quantity]"), line.quantity.to_string())}
                {choices}
            }
        })
        .collect_view()
}

/// What is ordered, as one reads it.
#[component]
fn Chosen(cart: CartView, errors: RwSignal<Option<ApiError>>) -> impl IntoView {
    let locale = use_locale();
    let store = cart.store_name.get(locale).to_owned();
    let lines = cart
        .lines
        .into_iter()
        .enumerate()
        .map(|(place, line)| view! { <CartLine line refused=of_line(errors, place)/> })
        .collect_view();
    view! {
        <section class="panel" id="lines" tabindex="-1">
            <h2 class="panel__title">{say!(locale, customer.checkout.lines)}</h2>
            <p>{store}</p>
            <ul class="lines">{lines}</ul>
            <a class="btn btn--quiet btn--s" href="/cart">{say!(locale, customer.checkout.edit)}</a>
        </section>
    }
    .into_any()
}

/// Where to, for whom, and what else to know.
#[component]
fn Fields(typed: CheckoutDraft, errors: RwSignal<Option<ApiError>>) -> impl IntoView {
    let locale = use_locale();
    let outside = Signal::derive(move || {
        let refusal = errors.with(|error| quote_refusal(error.as_ref()))?;
        matches!(refusal, QuoteRefusal::OutsideArea { .. }).then(|| problem(locale, refusal))
    });
    view! {
        <section class="panel">
            <h2 class="panel__title">{say!(locale, customer.checkout.place)}</h2>
            <TextField
                field=Field::Address
                label=say!(locale, customer.checkout.address)
                value=typed.address
                autocomplete="street-address"
                placeholder=say!(locale, customer.here.example)
                problem=outside
            />
            <TextField
                field=Field::AddressDetail
                label=say!(locale, customer.checkout.detail)
                value=typed.address_detail
                autocomplete="address-line2"
                placeholder=say!(locale, customer.checkout.detail_hint)
            />
        </section>
        <section class="panel">
            <h2 class="panel__title">{say!(locale, customer.checkout.who)}</h2>
            <TextField
                field=Field::Name
                label=say!(locale, customer.checkout.name)
                value=typed.name
                autocomplete="name"
            />
            <TextField
                field=Field::Phone
                label=say!(locale, customer.checkout.phone)
                value=typed.phone
                kind="tel"
                autocomplete="tel"
                hint=say!(locale, customer.checkout.phone_hint)
            />
        </section>
        <section class="panel">
            <h2 class="panel__title">{say!(locale, customer.checkout.notes)}</h2>
            <TextField
                field=Field::NoteToStore
                label=say!(locale, customer.checkout.to_store)
                value=typed.note_to_store
                placeholder=say!(locale, customer.checkout.to_store_example)
                optional=true
            />
            <TextField
                field=Field::NoteToRider
                label=say!(locale, customer.checkout.to_rider)
                value=typed.note_to_rider
                placeholder=say!(locale, customer.checkout.to_rider_example)
                optional=true
            />
        </section>
    }
    .into_any()
}

/// The price, and the button that agrees to it.
#[component]
fn Sum(cart: CartView, new_price: RwSignal<Option<Won>>) -> impl IntoView {
    let locale = use_locale();
    let total = cart.total;
    let agreed = move || new_price.get().unwrap_or(total);
    let changed = move || {
        new_price.get().map(|price| {
            let text = say!(locale, customer.checkout.price_changed, amount = price.to_string());
            view! { <div class="alert alert--warn" role="alert"><p class="alert__text">{text}</p></div> }
        })
    };
    // What only the cart or the store can mend. Another address may lie within the area.
    let stuck = cart.problem.as_ref().is_some_and(|why| !matches!(why, QuoteRefusal::OutsideArea { .. }));
    let (shown, problem) = (cart.clone(), cart);
    let prices = move || {
        let mut cart = shown.clone();
        if let Some(price) = new_price.get() {
            // The items are those of the menu now: what the new price adds to them is the delivery to the typed address.
            cart.delivery_fee = price.minus(cart.items).ok();
            cart.total = price;
        }
        view! { <CartPrices cart/> }
    };
    view! {
        <aside class="split__side panel panel--sum">
            <h2 class="panel__title">{say!(locale, customer.checkout.price)}</h2>
            {prices}
            <CartProblem cart=problem/>
            {changed}
            <input type="hidden" name="agreed" value=move || agreed().get().to_string()/>
            {if stuck {
                view! {
                    <a class="btn btn--primary btn--l btn--block" href="/cart">{say!(locale, customer.checkout.edit)}</a>
                }
                    .into_any()
            } else {
                view! {
                    <Submit class="btn btn--primary btn--l btn--block" action="pay">
                        {move || say!(locale, customer.checkout.pay, amount = agreed().to_string())}
                    </Submit>
                    <p class="fine">{say!(locale, customer.checkout.fine)}</p>
                }
                    .into_any()
            }}
        </aside>
    }
    .into_any()
}
