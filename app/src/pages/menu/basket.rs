//! The cart beside the menu, and under it on a phone.

use super::is_filled;
use crate::components::basket::{CartLine, CartPrices, CartProblem};
use crate::i18n::use_locale;
use crate::say;
use domain::shared::StoreId;
use domain::views::CartView;
use leptos::prelude::*;

/// The cart beside the menu of `store`.
#[component]
pub fn Basket(
    /// The cart, whichever store it belongs to.
    cart: RwSignal<CartView>,
    /// The store of the menu.
    store: StoreId,
) -> impl IntoView {
    let locale = use_locale();
    let content = move || {
        let cart = cart.get();
        if !is_filled(&cart) {
            return view! { <p>{say!(locale, customer.cart.empty)}</p> }.into_any();
        }
        let other = cart.store.is_some_and(|its| its != store).then(|| {
            let name = cart.store_name.get(locale).to_owned();
            view! { <p class="fine">{say!(locale, customer.cart.other_store, store = name)}</p> }
        });
        let lines = cart.lines.iter().cloned().map(|line| view! { <CartLine line/> }).collect_view();
        let order = cart.problem.is_none().then(|| {
            view! {
                <a class="btn btn--primary btn--l btn--block" href="/checkout">
                    {say!(locale, customer.cart.order_total, amount = cart.total.to_string())}
                </a>
            }
        });
        view! {
            {other}
            <ul class="lines">{lines}</ul>
            <CartPrices cart=cart.clone()/>
            <CartProblem cart/>
            {order}
            <a class="btn btn--quiet btn--block" href="/cart">{say!(locale, customer.cart.edit)}</a>
        }
        .into_any()
    };
    view! {
        <aside class="split__side basket" aria-label=say!(locale, customer.cart.title)>
            <h2 class="basket__title">{say!(locale, customer.cart.title)}</h2>
            {content}
        </aside>
    }
    .into_any()
}

/// The cart at the bottom of a phone's screen.
#[component]
pub fn Bar(
    /// The cart.
    cart: RwSignal<CartView>,
) -> impl IntoView {
    let locale = use_locale();
    move || {
        let cart = cart.get();
        is_filled(&cart).then(|| {
            let count = say!(locale, customer.cart.count, count = cart.pieces());
            view! {
                <div class="bar bar--phone">
                    <div class="bar__in">
                        <p class="bar__text"><strong class="num">{cart.items.to_string()}</strong>" "{count}</p>
                        <a class="btn btn--primary btn--l" href="/cart">{say!(locale, customer.cart.view)}</a>
                    </div>
                </div>
            }
        })
    }
}
