//! The customer's orders.

use super::{ApiError, Done};
use domain::shared::{OrderId, Won};
use domain::views::{ChangeForm, OrderList, OrderView, TimelineView, TypedLine};
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

/// The form on which an own order is changed. `order` is as the URL has it.
#[server(prefix = "/api", endpoint = "orders/change-form")]
pub async fn order_to_change(order: String) -> Result<ChangeForm, ApiError> {
    let (backend, caller) = super::context()?;
    super::answer(match order.parse::<OrderId>() {
        Ok(order) => backend.change_form(&caller, order).await,
        Err(_) => Err(domain::views::Fault::NotFound),
    })
}

/// Changes what an order consists of, until cooking starts. The lines are those of the form as typed, of which quantity 0 is not
/// wanted; `agreed` is the new price that the customer has seen, in won.
#[server(prefix = "/api", endpoint = "orders/change")]
pub async fn change_order(
    order: OrderId,
    key: String,
    agreed: Won,
    #[server(default)] lines: Vec<TypedLine>,
) -> Result<Done, ApiError> {
    use domain::views::{at_typed_line, wanted_lines};
    let (backend, caller) = super::context()?;
    let mut typed = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        typed.push((format!("item[{index}]"), line.item.to_string()));
        typed.push((format!("quantity[{index}]"), line.quantity.clone()));
        typed.extend(line.choices.iter().map(|choice| (format!("choice[{index}]"), choice.to_string())));
    }
    let result = match wanted_lines(&lines) {
        Ok(wanted) => backend.change_order(&caller, order, wanted, agreed, &key).await,
        Err(fault) => Err(fault),
    };
    let result = result.map_err(|fault| at_typed_line(fault, &lines));
    let form = domain::views::DraftForm::Change;
    let (page, back) = (format!("/orders/{order}"), format!("/orders/{order}/change"));
    super::finish(result, form, order.to_string(), typed, &back, |()| page).await
}

/// Has the payment provider asked about an own order now instead of later.
#[server(prefix = "/api", endpoint = "orders/pay-now")]
pub async fn pay_now(order: OrderId) -> Result<Done, ApiError> {
    let (backend, caller) = super::context()?;
    let result = backend.pay_now(&caller, order).await;
    finish_on_its_page(result, order, "pay_now").await
}

/// What happened to an order, for whoever it concerns. `order` is as the URL has it.
#[server(prefix = "/api", endpoint = "orders/timeline")]
pub async fn timeline(order: String) -> Result<TimelineView, ApiError> {
    let (backend, caller) = super::context()?;
    super::answer(match order.parse::<OrderId>() {
        Ok(order) => backend.timeline(&caller, order).await,
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
