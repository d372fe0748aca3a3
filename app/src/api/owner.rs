//! The owner's board.

use super::{ApiError, Done};
use domain::shared::OrderId;
use domain::views::BoardView;
use leptos::prelude::*;

/// The board of the caller's store.
#[server(prefix = "/api", endpoint = "owner/board")]
pub async fn board() -> Result<BoardView, ApiError> {
    let (backend, caller) = super::context()?;
    super::answer(backend.board(&caller).await)
}

/// Takes an order. `minutes` of cooking are as typed: what is no number is 0, which is refused.
#[server(prefix = "/api", endpoint = "owner/accept")]
pub async fn accept(
    order: OrderId,
    key: String,
    #[server(default)] minutes: String,
) -> Result<Done, ApiError> {
    let fields = typed("accept", [("minutes", minutes.clone())]);
    let minutes = minutes.trim().parse().unwrap_or(0);
    let action = domain::views::TicketAction::Accept { minutes };
    act_on_ticket(order, action, &key, fields).await
}

/// Turns an order down, with a reason from the list or, before that, in the owner's own `words`.
#[server(prefix = "/api", endpoint = "owner/reject")]
pub async fn reject(
    order: OrderId,
    key: String,
    #[server(default)] reason: String,
    #[server(default)] words: String,
) -> Result<Done, ApiError> {
    let fields = typed("reject", [("reason", reason.clone()), ("words", words.clone())]);
    let reason = if words.trim().is_empty() { reason } else { words };
    let action = domain::views::TicketAction::Reject { reason };
    act_on_ticket(order, action, &key, fields).await
}

/// Cooking starts.
#[server(prefix = "/api", endpoint = "owner/start")]
pub async fn start(order: OrderId, key: String) -> Result<Done, ApiError> {
    act_on_ticket(order, domain::views::TicketAction::Start, &key, typed("start", [])).await
}

/// The food is ready.
#[server(prefix = "/api", endpoint = "owner/finish")]
pub async fn finish(order: OrderId, key: String) -> Result<Done, ApiError> {
    act_on_ticket(order, domain::views::TicketAction::Finish, &key, typed("finish", [])).await
}

/// It takes so many minutes longer; what is no number is 0, which is refused.
#[server(prefix = "/api", endpoint = "owner/delay")]
pub async fn delay(
    order: OrderId,
    key: String,
    #[server(default)] minutes: String,
) -> Result<Done, ApiError> {
    let minutes = minutes.trim().parse().unwrap_or(0);
    let action = domain::views::TicketAction::Delay { minutes };
    act_on_ticket(order, action, &key, typed("delay", [])).await
}

/// Sets the capacity (주문수용량); what is no number is refused like one that is too large.
#[server(prefix = "/api", endpoint = "owner/capacity")]
pub async fn capacity(key: String, #[server(default)] capacity: String) -> Result<Done, ApiError> {
    let fields = typed("capacity", [("capacity", capacity.clone())]);
    let capacity = capacity.trim().parse().unwrap_or(u32::MAX);
    act_on_store(domain::views::StoreDay::Capacity { capacity }, &key, fields).await
}

/// Takes no orders for so many minutes, or until reopened when there are none; what is no number is 0, which is refused.
#[server(prefix = "/api", endpoint = "owner/pause")]
pub async fn pause(key: String, #[server(default)] minutes: String) -> Result<Done, ApiError> {
    let minutes = minutes.trim();
    let minutes = (!minutes.is_empty()).then(|| minutes.parse().unwrap_or(0));
    act_on_store(domain::views::StoreDay::Pause { minutes }, &key, typed("pause", [])).await
}

/// Says that cooking takes so many minutes longer for now; 0 ends it, and what is no number is refused.
#[server(prefix = "/api", endpoint = "owner/busy")]
pub async fn busy(key: String, #[server(default)] minutes: String) -> Result<Done, ApiError> {
    let minutes = minutes.trim().parse().unwrap_or(u32::MAX);
    act_on_store(domain::views::StoreDay::Busy { minutes }, &key, typed("busy", [])).await
}

/// Sets how many minutes the owner may take to answer; what is no number is 0, which is refused.
#[server(prefix = "/api", endpoint = "owner/answer-limit")]
pub async fn answer_limit(key: String, #[server(default)] minutes: String) -> Result<Done, ApiError> {
    let fields = typed("answer_limit", [("minutes", minutes.clone())]);
    let minutes = minutes.trim().parse().unwrap_or(0);
    act_on_store(domain::views::StoreDay::AnswerLimit { minutes }, &key, fields).await
}

/// Takes orders again.
#[server(prefix = "/api", endpoint = "owner/reopen")]
pub async fn reopen(key: String) -> Result<Done, ApiError> {
    act_on_store(domain::views::StoreDay::Reopen, &key, typed("reopen", [])).await
}

#[cfg(feature = "ssr")]
fn typed<const N: usize>(action: &str, fields: [(&str, String); N]) -> Vec<(String, String)> {
    std::iter::once(("action".to_owned(), action.to_owned()))
        .chain(fields.map(|(name, value)| (name.to_owned(), value)))
        .collect()
}

#[cfg(feature = "ssr")]
async fn act_on_ticket(
    order: OrderId,
    action: domain::views::TicketAction,
    key: &str,
    fields: Vec<(String, String)>,
) -> Result<Done, ApiError> {
    let (backend, caller) = super::context()?;
    let result = backend.act_on_ticket(&caller, order, action, key).await;
    let form = domain::views::DraftForm::Ticket;
    let place = format!("/owner#ticket-{order}");
    super::finish(result, form, order.to_string(), fields, &place, |()| "/owner".to_owned()).await
}

#[cfg(feature = "ssr")]
async fn act_on_store(
    action: domain::views::StoreDay,
    key: &str,
    fields: Vec<(String, String)>,
) -> Result<Done, ApiError> {
    let (backend, caller) = super::context()?;
    let result = backend.act_on_store(&caller, action, key).await;
    let form = domain::views::DraftForm::Store;
    // Forms with a field are led back to: it has the name of its form.
    let field = fields.get(1).and(fields.first()).map(|(_, action)| format!("#{action}"));
    let place = format!("/owner{}", field.unwrap_or_default());
    super::finish(result, form, "", fields, &place, |()| "/owner".to_owned()).await
}
