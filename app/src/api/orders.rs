//! The customer's orders.

use super::{ApiError, Done};
use domain::shared::OrderId;
use domain::views::{OrderList, OrderView};
use leptos::prelude::*;

/// The caller's orders, the newest first; `page` counts from 0.
#[server(prefix = "/api", endpoint = "orders/list")]
pub async fn orders(page: u32) -> Result<OrderList, ApiError> {
    let (backend, caller) = super::context()?;
    super::answer(backend.orders(&caller, page).await)
}

/// One of the caller's orders. `order` is as the URL has it: what is no id leads nowhere.
#[server(prefix = "/api", endpoint = "orders/view")]
pub async fn order(order: String) -> Result<OrderView, ApiError> {
    let (backend, caller) = super::context()?;
    super::answer(match order.parse::<OrderId>() {
        Ok(order) => backend.order(&caller, order).await,
        Err(_) => Err(domain::views::Fault::NotFound),
    })
}

/// Cancels an order before cooking starts.
#[server(prefix = "/api", endpoint = "orders/cancel")]
pub async fn cancel(order: OrderId, key: String) -> Result<Done, ApiError> {
    let (backend, caller) = super::context()?;
    let result = backend.cancel_order(&caller, order, &key).await;
    finish_on_its_page(result, order, "cancel").await
}

/// 배송확인.
#[server(prefix = "/api", endpoint = "orders/confirm")]
pub async fn confirm(order: OrderId, key: String) -> Result<Done, ApiError> {
    let (backend, caller) = super::context()?;
    let result = backend.confirm_receipt(&caller, order, &key).await;
    finish_on_its_page(result, order, "confirm").await
}

/// Puts what an earlier order had into the cart, replacing it.
#[server(prefix = "/api", endpoint = "orders/reorder")]
pub async fn reorder(order: OrderId) -> Result<Done, ApiError> {
    let (backend, caller) = super::context()?;
    let result = backend.reorder(&caller, order).await;
    let form = domain::views::DraftForm::Order;
    let typed = vec![("action".to_owned(), "reorder".to_owned())];
    super::finish(result, form, order.to_string(), typed, "/orders", |_| "/cart".to_owned()).await
}

#[cfg(feature = "ssr")]
async fn finish_on_its_page(
    result: crate::backend::Answer<()>,
    order: OrderId,
    action: &str,
) -> Result<Done, ApiError> {
    let page = format!("/orders/{order}");
    let form = domain::views::DraftForm::Order;
    let typed = vec![("action".to_owned(), action.to_owned())];
    super::finish(result, form, order.to_string(), typed, &page, |()| page.clone()).await
}
