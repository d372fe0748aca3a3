//! Stores, menus and the customer's address.

use super::{ApiError, Done};
use domain::views::{MenuView, StoreList};
use leptos::prelude::*;

/// The stores that deliver to the caller's address, filtered by a search over stores and menus.
#[server(prefix = "/api", endpoint = "store/list")]
pub async fn stores(search: String) -> Result<StoreList, ApiError> {
    let (backend, caller) = super::context()?;
    super::answer(backend.stores(&caller, &search).await)
}

/// A store's menu with the caller's cart. `store` is as the URL has it: what is no id leads nowhere.
#[server(prefix = "/api", endpoint = "store/menu")]
pub async fn menu(store: String) -> Result<MenuView, ApiError> {
    let (backend, caller) = super::context()?;
    super::answer(match store.parse::<domain::shared::StoreId>() {
        Ok(store) => backend.menu(&caller, store).await,
        Err(_) => Err(domain::views::Fault::NotFound),
    })
}

/// Remembers the caller's address.
#[server(prefix = "/api", endpoint = "store/address")]
pub async fn set_address(#[server(default)] address: String) -> Result<Done, ApiError> {
    let (backend, caller) = super::context()?;
    let result = backend.set_address(&caller, &address).await;
    let typed = vec![("address".to_owned(), address)];
    let form = domain::views::DraftForm::Address;
    super::finish(result, form, "", typed, "/#address", |_| "/".to_owned()).await
}
