//! The provider's HTTP API.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::HeaderMap;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Sandbox;
use super::cards::{Behaviour, CARDS, behaviour_of};
use super::control::{Mode, set_mode};
use super::model::{CustomerDecision, NewCancel, NewPayment, PaymentRow, Status};
use super::refusal::Refusal;
use super::writer::Done;

/// Won; a card network's ceiling, not the platform's.
const AMOUNT_MAX: i64 = 100_000_000;
/// Why nothing is taken under a key that was voided.
const VOIDED: &str = "voided";
/// Bytes; the API's bodies are small.
const BODY_MAX: usize = 16 * 1024;

/// The URL map of the API.
pub(super) fn router(sandbox: Sandbox) -> Router {
    let mut router = Router::new()
        .route("/v1/payments", post(create_payment).get(payment_by_key))
        .route("/v1/payments/void", post(void_payment))
        .route("/v1/payments/{id}", get(payment_by_id))
        .route("/v1/payments/{id}/cancel", post(create_cancel))
        .route("/v1/cancels", get(cancel_by_key))
        .route("/v1/cards", get(async || Json(CARDS)))
        .route("/v1/totals", get(totals))
        .route("/healthz", get(healthz));
    if sandbox.has_control() {
        router = router.route("/control", post(set_mode));
    }
    router.fallback(async || Refusal::NotFound).layer(DefaultBodyLimit::max(BODY_MAX)).with_state(sandbox)
}

#[derive(Deserialize)]
struct PaymentBody {
    order: String,
    amount: i64,
    card: String,
    return_url: Option<String>,
}

#[derive(Deserialize)]
struct CancelBody {
    amount: Option<i64>,
    reason: Option<String>,
}

#[derive(Deserialize)]
struct ByKey {
    key: String,
}

#[derive(Deserialize)]
struct ByOrder {
    order: String,
}

async fn create_payment(
    State(sandbox): State<Sandbox>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let mut wait = wait_of_mode(&sandbox).await?;
    let new = checked_payment(idempotency_key(&headers)?, &body)?;
    let behaviour = new.behaviour;
    if matches!(behaviour, Behaviour::Hang | Behaviour::ErrorAlways) {
        // These cards never leave a payment behind, so one under this key had another body.
        if sandbox.store().payment_by_key(&new.key).await?.is_some() {
            return Err(Refusal::IdempotencyMismatch);
        }
        return Err(match behaviour {
            Behaviour::Hang => sandbox.hang().await,
            _ => Refusal::Down,
        });
    }
    if behaviour == Behaviour::Slow {
        wait += sandbox.slow();
    }
    let payment = charge_after(&sandbox, new, wait).await?;
    if behaviour == Behaviour::NoAnswer {
        return Err(sandbox.hang().await);
    }
    Ok(Json(json!(payment.view())))
}

/// Takes nothing under this key any more: a request that is still on its way, or comes later, is declined. What was decided before is
/// answered as it stands; a payment that waits for its customer is declined.
async fn void_payment(
    State(sandbox): State<Sandbox>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let wait = wait_of_mode(&sandbox).await?;
    if !wait.is_zero() {
        tokio::time::sleep(wait).await;
    }
    let mut new = checked_payment(idempotency_key(&headers)?, &body)?;
    new.behaviour = Behaviour::Decline(VOIDED);
    let mut payment = sandbox.store().pay(new).await?;
    if let (Status::NeedsCustomer, Some(token)) = (payment.status, payment.customer_token.clone()) {
        let decision = CustomerDecision { payment_id: payment.id, token, approve: false };
        payment = sandbox.store().decide(decision).await?;
    }
    Ok(Json(json!(payment.view())))
}

/// What whoever moves money meets first: how long it takes, or no answer, or that the provider is down; then nothing is done. Looking up
/// what was done is answered in every mode.
async fn wait_of_mode(sandbox: &Sandbox) -> Result<Duration, Refusal> {
    match sandbox.mode() {
        Mode::Normal => Ok(Duration::ZERO),
        Mode::Slow(wait) => Ok(wait),
        Mode::Hang => Err(sandbox.hang().await),
        Mode::Down => Err(Refusal::Down),
    }
}

/// Charges after the wait. A repeat of what is done already waits for nothing.
async fn charge_after(sandbox: &Sandbox, new: NewPayment, wait: Duration) -> Result<PaymentRow, Refusal> {
    if wait.is_zero() || sandbox.store().payment_by_key(&new.key).await?.is_some() {
        return sandbox.store().pay(new).await;
    }
    let inside = sandbox.clone();
    done_after(sandbox, wait, async move { inside.store().pay(new).await }).await
}

/// Cancels after the wait. A repeat of what is done already waits for nothing.
async fn cancel_after(sandbox: &Sandbox, new: NewCancel, wait: Duration) -> Result<Done, Refusal> {
    if wait.is_zero() || sandbox.store().cancel_by_key(&new.key).await?.is_some() {
        return sandbox.store().cancel(new).await;
    }
    let inside = sandbox.clone();
    done_after(sandbox, wait, async move { inside.store().cancel(new).await }).await
}

/// Does it after the wait, also when the caller has gone away meanwhile: a provider's slowness does not end with its caller's patience.
async fn done_after<T: Send + 'static>(
    sandbox: &Sandbox,
    wait: Duration,
    work: impl Future<Output = Result<T, Refusal>> + Send + 'static,
) -> Result<T, Refusal> {
    let closing = sandbox.closing().clone();
    let slow = tokio::spawn(async move {
        tokio::select! {
            () = closing.cancelled() => Err(Refusal::Closing),
            () = tokio::time::sleep(wait) => work.await,
        }
    });
    slow.await.map_err(|error| {
        tracing::error!(%error, "slow work of the payment sandbox broke off");
        Refusal::Storage
    })?
}

async fn create_cancel(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let wait = wait_of_mode(&sandbox).await?;
    let new = checked_cancel(id, idempotency_key(&headers)?, &body)?;
    let done = cancel_after(&sandbox, new, wait).await?;
    Ok(Json(json!({ "payment": done.payment.view(), "cancel": done.cancel })))
}

async fn payment_by_key(
    State(sandbox): State<Sandbox>,
    Query(by): Query<ByKey>,
) -> Result<Json<Value>, Refusal> {
    shown(sandbox.store().payment_by_key(&by.key).await?)
}

async fn payment_by_id(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    shown(sandbox.store().payment(&id).await?)
}

fn shown(found: Option<PaymentRow>) -> Result<Json<Value>, Refusal> {
    found.map(|row| Json(json!(row.view()))).ok_or(Refusal::NotFound)
}

async fn cancel_by_key(
    State(sandbox): State<Sandbox>,
    Query(by): Query<ByKey>,
) -> Result<Json<Value>, Refusal> {
    let store = sandbox.store();
    let Some(cancel) = store.cancel_by_key(&by.key).await? else {
        return Err(Refusal::NotFound);
    };
    let Some(payment) = store.payment(&cancel.payment_id).await? else {
        return Err(Refusal::NotFound);
    };
    Ok(Json(json!({ "payment": payment.view(), "cancel": cancel })))
}

async fn totals(State(sandbox): State<Sandbox>, Query(by): Query<ByOrder>) -> Result<Json<Value>, Refusal> {
    Ok(Json(json!(sandbox.store().totals(&by.order).await?)))
}

async fn healthz(State(sandbox): State<Sandbox>) -> Result<Json<Value>, Refusal> {
    sandbox.store().ping().await?;
    Ok(Json(json!({ "status": "ok" })))
}

fn idempotency_key(headers: &HeaderMap) -> Result<String, Refusal> {
    let value = headers.get("idempotency-key").ok_or(Refusal::KeyMissing)?;
    let key = value.to_str().map_err(|_| Refusal::BadKey)?;
    if key.is_empty() {
        return Err(Refusal::KeyMissing);
    }
    if key.len() > 200 || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Refusal::BadKey);
    }
    Ok(key.to_owned())
}

pub(super) fn parsed<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body)
        .map_err(|error| if error.is_data() { Refusal::BadBody } else { Refusal::MalformedBody })
}

fn checked_payment(key: String, body: &[u8]) -> Result<NewPayment, Refusal> {
    let PaymentBody { order, amount, card, return_url } = parsed(body)?;
    if !(1..=AMOUNT_MAX).contains(&amount) {
        return Err(Refusal::BadAmount);
    }
    let behaviour = behaviour_of(&card).ok_or(Refusal::UnknownCard)?;
    if !(1..=200).contains(&order.chars().count()) {
        return Err(Refusal::BadOrder);
    }
    if !return_url.as_deref().is_none_or(is_safe_return) {
        return Err(Refusal::BadReturnUrl);
    }
    let body_hash = hash(&json!([order, amount, card, return_url]));
    Ok(NewPayment { key, order_ref: order, amount, card, behaviour, return_url, body_hash })
}

fn checked_cancel(payment_id: String, key: String, body: &[u8]) -> Result<NewCancel, Refusal> {
    let CancelBody { amount, reason } = parsed(body)?;
    if amount.is_some_and(|won| !(1..=AMOUNT_MAX).contains(&won)) {
        return Err(Refusal::BadAmount);
    }
    let reason = reason.unwrap_or_default();
    if reason.chars().count() > 500 {
        return Err(Refusal::BadReason);
    }
    let body_hash = hash(&json!([payment_id, amount, reason]));
    Ok(NewCancel { key, payment_id, amount, reason, body_hash })
}

/// A path of the same site or an http(s) address, of visible ASCII alone. A browser takes `//` and
/// `/\` at the start for the name of another site, so they are no paths.
fn is_safe_return(url: &str) -> bool {
    let lower = url.to_ascii_lowercase();
    let path = url.starts_with('/') && !url.starts_with("//") && !url.starts_with("/\\");
    let address = ["http://", "https://"]
        .iter()
        .any(|scheme| lower.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()));
    (path || address) && url.len() <= 2_000 && url.bytes().all(|byte| byte.is_ascii_graphic())
}

/// What tells two bodies under one key apart: the fields that were read, not their spelling.
fn hash(fields: &Value) -> String {
    blake3::hash(fields.to_string().as_bytes()).to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::is_safe_return;

    #[test]
    fn only_paths_and_web_addresses_are_returned_to() {
        for good in ["/", "/orders/1?paid=1#top", "http://127.0.0.1:3000/x", "HTTPS://shop.test"] {
            assert!(is_safe_return(good), "{good}");
        }
        for bad in [
            "",
            "orders",
            "//evil.test/x",
            "/\\evil.test",
            "javascript:alert(1)",
            "data:text/html,x",
            "https://",
            "/a\r\nSet-Cookie: x=1",
            "/주문",
        ] {
            assert!(!is_safe_return(bad), "{bad}");
        }
    }
}
