//! The operator's console.

use super::{ApiError, Done};
use domain::shared::OrderId;
use domain::views::{OperatorView, OrderSearch, SettlementView};
use leptos::prelude::*;

/// What needs a person.
#[server(prefix = "/api", endpoint = "operator/view")]
pub async fn operator() -> Result<OperatorView, ApiError> {
    let (backend, caller) = super::context()?;
    super::answer(backend.operator(&caller).await)
}

/// Orders with a short number, or the one with an id, as typed.
#[server(prefix = "/api", endpoint = "operator/find")]
pub async fn find_orders(#[server(default)] typed: String) -> Result<OrderSearch, ApiError> {
    let (backend, caller) = super::context()?;
    super::answer(backend.find_orders(&caller, &typed).await)
}

/// The settlement of a day in Seoul, such as `2026-11-25`; of today when `day` is empty.
#[server(prefix = "/api", endpoint = "operator/settlement")]
pub async fn settlement(#[server(default)] day: String) -> Result<SettlementView, ApiError> {
    let (backend, caller) = super::context()?;
    super::answer(backend.settlement(&caller, &day).await)
}

/// Cancels an order for its customer.
#[server(prefix = "/api", endpoint = "operator/cancel")]
pub async fn operator_cancel(
    order: OrderId,
    key: String,
    #[server(default)] reason: String,
) -> Result<Done, ApiError> {
    let mut fields = typed("cancel");
    fields.push(("reason".to_owned(), reason.clone()));
    operate(order, Ok(domain::views::OperatorAction::Cancel { reason }), &key, fields).await
}

/// Takes a job back from its rider.
#[server(prefix = "/api", endpoint = "operator/take-back")]
pub async fn take_back(order: OrderId, key: String) -> Result<Done, ApiError> {
    operate(order, Ok(domain::views::OperatorAction::TakeBack), &key, typed("take_back")).await
}

/// Ends an order as 배달실패, with or without the price going back.
#[server(prefix = "/api", endpoint = "operator/give-up")]
pub async fn give_up(
    order: OrderId,
    key: String,
    #[server(default)] reason: String,
    #[server(default)] refund: String,
) -> Result<Done, ApiError> {
    let mut fields = typed("give_up");
    fields.push(("reason".to_owned(), reason.clone()));
    let action = domain::views::wants_refund(&refund)
        .map(|refund| domain::views::OperatorAction::GiveUp { refund, reason });
    operate(order, action, &key, fields).await
}

/// Has a step tried again that was given up.
#[server(prefix = "/api", endpoint = "operator/retry")]
pub async fn retry(id: String) -> Result<Done, ApiError> {
    let (backend, caller) = super::context()?;
    let result = backend.retry_dead(&caller, &id).await;
    let form = domain::views::DraftForm::Operator;
    super::finish(result, form, id, Vec::new(), "/operator", |()| "/operator".to_owned()).await
}

/// Has a notice sent again that was given up.
#[server(prefix = "/api", endpoint = "operator/send-again")]
pub async fn send_again(id: String) -> Result<Done, ApiError> {
    let (backend, caller) = super::context()?;
    let result = backend.retry_notice(&caller, &id).await;
    let form = domain::views::DraftForm::Operator;
    super::finish(result, form, id, Vec::new(), "/operator", |()| "/operator".to_owned()).await
}

/// Has a message to a webhook tried again that was given up.
#[server(prefix = "/api", endpoint = "operator/retry-letter")]
pub async fn retry_letter(id: String) -> Result<Done, ApiError> {
    let (backend, caller) = super::context()?;
    let result = backend.retry_dead_webhook(&caller, &id).await;
    let form = domain::views::DraftForm::Operator;
    super::finish(result, form, id, Vec::new(), "/operator", |()| "/operator".to_owned()).await
}

#[cfg(feature = "ssr")]
fn typed(action: &str) -> Vec<(String, String)> {
    vec![("action".to_owned(), action.to_owned())]
}

#[cfg(feature = "ssr")]
async fn operate(
    order: OrderId,
    action: crate::backend::Answer<domain::views::OperatorAction>,
    key: &str,
    fields: Vec<(String, String)>,
) -> Result<Done, ApiError> {
    let (backend, caller) = super::context()?;
    let result = match action {
        Ok(action) => backend.operate(&caller, order, action, key).await,
        Err(fault) => Err(fault),
    };
    let page = format!("/operator/orders/{order}");
    let form = domain::views::DraftForm::Operator;
    super::finish(result, form, order.to_string(), fields, &page, |()| page.clone()).await
}
