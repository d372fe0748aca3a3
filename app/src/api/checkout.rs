//! The checkout and the cards.

// The arguments of a command are the fields of its form.
#![allow(clippy::too_many_arguments)]

use super::{ApiError, Done};
use domain::shared::{StoreId, Won};
use domain::store::WantedLine;
use domain::views::{CardView, CheckoutView};
use leptos::prelude::*;

/// The checkout of the caller's cart.
#[server(prefix = "/api", endpoint = "checkout/view")]
pub async fn checkout() -> Result<CheckoutView, ApiError> {
    let (backend, caller) = super::context()?;
    super::answer(backend.checkout(&caller).await)
}

/// Places an order. `agreed` is the price on the button, in won.
#[server(prefix = "/api", endpoint = "orders/place")]
pub async fn place_order(
    key: String,
    store: StoreId,
    agreed: Won,
    #[server(default)] lines: Vec<WantedLine>,
    #[server(default)] name: String,
    #[server(default)] phone: String,
    #[server(default)] address: String,
    #[server(default)] address_detail: String,
    #[server(default)] note_to_store: String,
    #[server(default)] note_to_rider: String,
    #[server(default)] card: String,
) -> Result<Done, ApiError> {
    use domain::views::{CheckoutDraft, DraftForm, PlaceOrder};
    let (backend, caller) = super::context()?;
    let typed = CheckoutDraft { name, phone, address, address_detail, note_to_store, note_to_rider, card };
    let fields = crate::backend::request::typed_fields(&typed);
    let order = PlaceOrder { key, store, lines, agreed, typed };
    let result = backend.place_order(&caller, order).await;
    super::finish(result, DraftForm::Checkout, "", fields, "/checkout", |id| format!("/orders/{id}")).await
}

/// Cards to pay with, and the token of the one used by default.
#[server(prefix = "/api", endpoint = "checkout/cards")]
pub async fn cards() -> Result<(Vec<CardView>, String), ApiError> {
    let (backend, caller) = super::context()?;
    super::answer(backend.cards(&caller).await)
}

/// Makes a card the default.
#[server(prefix = "/api", endpoint = "checkout/card")]
pub async fn choose_card(#[server(default)] card: String) -> Result<Done, ApiError> {
    let (backend, caller) = super::context()?;
    let result = backend.choose_card(&caller, &card).await;
    let typed = vec![("card".to_owned(), card)];
    let form = domain::views::DraftForm::Checkout;
    super::finish(result, form, "card", typed, "/cards", |()| "/cards".to_owned()).await
}
