//! The hook by which tests make the whole provider misbehave.

use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Sandbox;
use super::api::parsed;
use super::refusal::Refusal;

/// What every request meets that moves money or calls it off: for a payment, for its void, for a cancel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// What its card says.
    Normal,
    /// An open connection without a decision.
    Hang,
    /// 503.
    Down,
    /// What its card says, after this wait. Whoever goes away meanwhile has no answer, and a payment or a cancel is done all the same.
    Slow(Duration),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Wanted {
    Normal,
    Hang,
    Down,
    Slow,
}

#[derive(Deserialize)]
struct ControlBody {
    mode: Wanted,
    /// Milliseconds of `slow`; without it the slow card's wait.
    ms: Option<u64>,
}

/// `POST /control`: from now on, for requests that come from now on.
pub(super) async fn set_mode(State(sandbox): State<Sandbox>, body: Bytes) -> Result<Json<Value>, Refusal> {
    let ControlBody { mode, ms } = parsed(&body)?;
    sandbox.set_mode(match mode {
        Wanted::Normal => Mode::Normal,
        Wanted::Hang => Mode::Hang,
        Wanted::Down => Mode::Down,
        Wanted::Slow => Mode::Slow(ms.map_or(sandbox.slow(), Duration::from_millis)),
    });
    Ok(Json(json!({ "ok": true })))
}
