//! Calls of payment providers. Whatever they say, they only have the provider asked: what is recorded is its answer.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use domain::processes::of_charge_key;
use serde::Deserialize;

use crate::adapters::payment::{stripe_event_key, toss_charge_key};
use crate::config::ProviderConfig;
use crate::processes::Nudge;
use crate::router::AppState;

/// Toss's call: of a payment's change the order id is in `data`, of a transfer's arrival beside it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TossEvent {
    #[serde(default)]
    order_id: Option<String>,
    #[serde(default)]
    data: Option<TossData>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TossData {
    #[serde(default)]
    order_id: Option<String>,
}

/// `POST /webhooks/toss`. Toss signs nothing here, and the secret that comes with a transfer could only be compared with what Toss says
/// when it is asked, which is done anyway. So anybody may call, and learns nothing: the answer is always 200.
pub async fn toss(State(state): State<AppState>, body: Bytes) -> StatusCode {
    let event: Option<TossEvent> = serde_json::from_slice(&body).ok();
    let order_id = event.and_then(|event| event.data.and_then(|data| data.order_id).or(event.order_id));
    nudge(&state, order_id.and_then(|id| toss_charge_key(&id)));
    StatusCode::OK
}

/// `POST /webhooks/stripe`: 400 for what Stripe did not sign in the last five minutes, 503 while it cannot be found out what became of a
/// refund, which has Stripe tell again; otherwise 200.
pub async fn stripe(State(state): State<AppState>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let ProviderConfig::Stripe(config) = &state.config.provider else {
        return StatusCode::NOT_FOUND;
    };
    let signature = headers.get("stripe-signature").and_then(|value| value.to_str().ok()).unwrap_or_default();
    match stripe_event_key(&body, signature, &config.webhook_secret, state.clock.now()) {
        Ok(key) => about(&state, key).await,
        Err(error) => {
            tracing::warn!(%error, "a webhook was refused");
            StatusCode::BAD_REQUEST
        }
    }
}

/// A key is a charge's, or a refund's.
async fn about(state: &AppState, key: Option<String>) -> StatusCode {
    let Some(key) = key else { return StatusCode::OK };
    if of_charge_key(&key).is_some() {
        nudge(state, Some(key));
        return StatusCode::OK;
    }
    match state.refunds.look(&key).await {
        Ok(()) => StatusCode::OK,
        Err(error) => {
            tracing::warn!(%error, key, "it is not known what became of a refund");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

/// Has the provider asked about a charge's order now. An order that waits for nothing, or does not exist, does not hear it.
fn nudge(state: &AppState, key: Option<String>) {
    if let Some((order, _)) = key.as_deref().and_then(of_charge_key) {
        state.nudges.send(Nudge::Order(order));
    }
}
