//! The cart.

use super::{ApiError, Done};
use domain::shared::{ChoiceId, ItemId, StoreId};
use domain::views::CartView;
use leptos::prelude::*;

/// The caller's cart.
#[server(prefix = "/api", endpoint = "cart/view")]
pub async fn cart() -> Result<CartView, ApiError> {
    let (backend, caller) = super::context()?;
    super::answer(backend.cart(&caller).await)
}

/// Puts an item into the cart. `quantity` is as typed: what is no number is a quantity of 0, which is refused.
#[server(prefix = "/api", endpoint = "cart/add")]
pub async fn add_to_cart(
    store: StoreId,
    item: ItemId,
    #[server(default)] quantity: String,
    #[server(default)] choices: Vec<ChoiceId>,
    #[server(default)] replace: bool,
) -> Result<Done, ApiError> {
    use domain::store::WantedLine;
    use domain::views::{CartChange, DraftForm};
    let (backend, caller) = super::context()?;
    let chosen = choices.iter().map(|choice| ("choice".to_owned(), choice.to_string()));
    let typed = chosen.chain([("quantity".to_owned(), quantity.clone())]).collect();
    let quantity = quantity.trim().parse().unwrap_or(0);
    let line = WantedLine { item, quantity, choices };
    let result = backend.change_cart(&caller, CartChange::Add { store, line, replace }).await;
    let (page, place) = (format!("/stores/{store}"), format!("/stores/{store}#item-{item}"));
    super::finish(result, DraftForm::AddToCart, item.to_string(), typed, &place, |_| page).await
}

/// Sets the quantity of the line with this item and these choices; 0 takes it out, and what is no number is refused like one that is
/// too large. Sent twice, it does the same twice.
#[server(prefix = "/api", endpoint = "cart/quantity")]
pub async fn set_quantity(
    item: ItemId,
    #[server(default)] quantity: String,
    #[server(default)] choices: Vec<ChoiceId>,
) -> Result<Done, ApiError> {
    use domain::store::WantedLine;
    use domain::views::{CartChange, DraftForm};
    let (backend, caller) = super::context()?;
    let typed = vec![("quantity".to_owned(), quantity.clone())];
    let quantity = quantity.trim().parse().unwrap_or(u32::MAX);
    let change = CartChange::SetQuantity { line: WantedLine { item, quantity, choices } };
    let result = backend.change_cart(&caller, change).await;
    super::finish(result, DraftForm::Cart, item.to_string(), typed, "/cart", |_| "/cart".to_owned()).await
}

/// Takes everything out of the cart.
#[server(prefix = "/api", endpoint = "cart/clear")]
pub async fn clear_cart() -> Result<Done, ApiError> {
    use domain::views::{CartChange, DraftForm};
    let (backend, caller) = super::context()?;
    let result = backend.change_cart(&caller, CartChange::Clear).await;
    super::finish(result, DraftForm::Cart, "", Vec::new(), "/cart", |_| "/cart".to_owned()).await
}
