//! The cart.

use crate::api::cart::{ClearCart, SetQuantity, cart};
use crate::api::{ApiError, Done};
use crate::components::basket::{CartLine, CartPrices, CartProblem, line_name, of_line};
use crate::components::picture_url;
use crate::components::{
    CommandForm, FaultNote, Loaded, Refusals, Submit, use_draft_id, use_pieces, with_draft,
};
use crate::i18n::use_locale;
use crate::say;
use domain::shared::MAX_QUANTITY;
use domain::store::WantedLine;
use domain::views::{CartLineView, CartView, DraftForm};
use leptos::prelude::*;
use leptos_meta::Title;

/// The cart.
#[component]
pub fn Cart() -> impl IntoView {
    let locale = use_locale();
    let draft = use_draft_id();
    let data = Resource::new_blocking(move || draft.get(), |draft| with_draft(cart(), draft));
    let (refusals, pieces) = (Refusals::new(), use_pieces());
    let changed = Callback::new(move |_: Done| data.refetch());
    view! {
        <Title text=say!(locale, customer.cart.title)/>
        <main id="main" class="page">
            <header class="page__head"><h1 class="page__title">{say!(locale, customer.cart.title)}</h1></header>
            <Loaded data let:loaded>
                {
                    let (cart, draft) = loaded;
                    pieces.show(&cart);
                    refusals.first(draft.filter(|draft| draft.form == DraftForm::Cart).as_ref());
                    view! { <Content cart errors=refusals.error changed/> }
                }
            </Loaded>
        </main>
    }
    .into_any()
}

#[component]
fn Content(cart: CartView, errors: RwSignal<Option<ApiError>>, changed: Callback<Done>) -> impl IntoView {
    let locale = use_locale();
    if cart.lines.is_empty() {
        return view! { <Empty/> }.into_any();
    }
    let more = cart.store.map_or_else(|| "/".to_owned(), |store| format!("/stores/{store}"));
    let lines = cart.lines.iter().cloned().enumerate();
    let lines = lines.map(|(place, line)| view! { <Line line place errors changed/> }).collect_view();
    let order = cart.problem.is_none().then(|| {
        view! {
            <a class="btn btn--primary btn--l btn--block" href="/checkout" data-action="checkout">
                {say!(locale, customer.cart.order_total, amount = cart.total.to_string())}
            </a>
        }
    });
    view! {
        <FaultNote error=errors/>
        <div class="split">
            <div class="split__main">
                <section class="panel">
                    <h2 class="panel__title">{say!(locale, customer.cart.chosen)}</h2>
                    <p>{cart.store_name.get(locale).to_owned()}</p>
                    <ul class="lines">{lines}</ul>
                    <a class="btn btn--block" href=more>
                        <span class="icon icon--plus" aria-hidden="true"></span>
                        {say!(locale, customer.cart.more)}
                    </a>
                    <CommandForm<ClearCart> quiet=true errors=errors on_done=changed>
                        <Submit class="btn btn--quiet btn--s" action="clear">{say!(locale, customer.cart.clear)}</Submit>
                    </CommandForm<ClearCart>>
                </section>
            </div>
            <aside class="split__side panel panel--sum">
                <h2 class="panel__title">{say!(locale, customer.cart.total)}</h2>
                <CartPrices cart=cart.clone()/>
                <CartProblem cart/>
                {order}
            </aside>
        </div>
    }
    .into_any()
}

/// A line with its buttons, which send a form each.
#[component]
fn Line(
    line: CartLineView,
    place: usize,
    errors: RwSignal<Option<ApiError>>,
    changed: Callback<Done>,
) -> impl IntoView {
    let locale = use_locale();
    let quantity = line.wanted.quantity;
    let remove = say!(locale, customer.cart.remove_item, item = line_name(locale, &line));
    let (one, other) = (line.wanted.clone(), line.wanted.clone());
    view! {
        <CartLine line refused=of_line(errors, place)>
            <CommandForm<SetQuantity> class="stepper" quiet=true errors=errors on_done=changed>
                <Which line=one/>
                <Submit
                    class="stepper__button"
                    name="quantity"
                    value=quantity.saturating_sub(1).to_string()
                    label=say!(locale, common.one_less)
                    action="less"
                >
                    <span class="icon icon--minus" aria-hidden="true"></span>
                </Submit>
                <input
                    class="stepper__value"
                    type="text"
                    readonly
                    value=quantity.to_string()
                    prop:value=quantity.to_string()
                    aria-label=say!(locale, common.quantity)
                />
                <Submit
                    class="stepper__button"
                    name="quantity"
                    value=quantity.saturating_add(1).min(MAX_QUANTITY).to_string()
                    label=say!(locale, common.one_more)
                    action="more"
                >
                    <span class="icon icon--plus" aria-hidden="true"></span>
                </Submit>
            </CommandForm<SetQuantity>>
            <CommandForm<SetQuantity> quiet=true errors=errors on_done=changed>
                <Which line=other/>
                <Submit class="btn btn--quiet btn--s" name="quantity" value="0".to_owned() label=remove action="remove">
                    {say!(locale, customer.cart.remove)}
                </Submit>
            </CommandForm<SetQuantity>>
        </CartLine>
    }
    .into_any()
}

/// Which line a form is about: what it holds, not where it stands, for another window may have moved it.
#[component]
fn Which(line: WantedLine) -> impl IntoView {
    let field = |name: String, value: String| view! { <input type="hidden" name=name value=value/> };
    let choices = line
        .choices
        .iter()
        .enumerate()
        .map(|(place, choice)| field(format!("choices[{place}]"), choice.to_string()))
        .collect_view();
    view! {
        {field("item".to_owned(), line.item.to_string())}
        {choices}
    }
}

/// Nothing in the cart.
#[component]
pub fn Empty() -> impl IntoView {
    let locale = use_locale();
    view! {
        <div class="empty">
            <img class="empty__picture" src=picture_url("/img/empty/cart.svg") alt="" width="200" height="150"/>
            <h2 class="empty__title">{say!(locale, customer.cart.empty)}</h2>
            <p class="empty__text">{say!(locale, customer.cart.empty_text)}</p>
            <a class="btn btn--primary" href="/">{say!(locale, customer.cart.browse)}</a>
        </div>
    }
    .into_any()
}
