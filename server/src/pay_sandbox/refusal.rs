//! Everything the provider answers instead of what was asked, and the one table to HTTP.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Why a call was not answered with what it asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("the header Idempotency-Key is missing")]
    KeyMissing,
    #[error("Idempotency-Key has to be 1 to 200 visible ASCII characters")]
    BadKey,
    #[error("the body is not JSON")]
    MalformedBody,
    #[error("a field of the body is missing or of the wrong type")]
    BadBody,
    #[error("the amount has to be 1 to 100,000,000 won")]
    BadAmount,
    #[error("the order reference has to be 1 to 200 characters")]
    BadOrder,
    #[error("return_url has to be a path or an http(s) address")]
    BadReturnUrl,
    #[error("the reason has at most 500 characters")]
    BadReason,
    #[error("there is no such test card")]
    UnknownCard,
    #[error("this key was used with another body")]
    IdempotencyMismatch,
    #[error("there is nothing here by that name")]
    NotFound,
    #[error("the payment is not approved")]
    NotApproved,
    #[error("more than what is left of the payment")]
    AmountExceedsRest,
    #[error("the page's token is not valid")]
    BadToken,
    #[error("internal error; nothing was charged")]
    FirstCallFails,
    #[error("the provider is down; no money was moved")]
    Down,
    #[error("the provider is stopping")]
    Closing,
    #[error("no answer in time")]
    NoAnswer,
    #[error("the provider's storage failed")]
    Storage,
}

/// Refusals of a cancel that was read and understood: under its key the same is said for ever.
const KEPT: [Refusal; 3] = [Refusal::NotFound, Refusal::NotApproved, Refusal::AmountExceedsRest];

impl Refusal {
    /// The code of one that is kept under its key; `None` for one that is not.
    pub(super) fn kept_code(self) -> Option<&'static str> {
        KEPT.contains(&self).then(|| self.status_and_code().1)
    }

    /// The one that was kept with this code.
    pub(super) fn of_kept(code: &str) -> Option<Self> {
        KEPT.into_iter().find(|kept| kept.status_and_code().1 == code)
    }

    /// The one table from refusal to HTTP status and error code.
    pub(super) fn status_and_code(self) -> (StatusCode, &'static str) {
        match self {
            Self::KeyMissing => (StatusCode::BAD_REQUEST, "idempotency_key_missing"),
            Self::BadKey => (StatusCode::BAD_REQUEST, "bad_idempotency_key"),
            Self::MalformedBody => (StatusCode::BAD_REQUEST, "malformed_body"),
            Self::BadBody => (StatusCode::UNPROCESSABLE_ENTITY, "bad_body"),
            Self::BadAmount => (StatusCode::UNPROCESSABLE_ENTITY, "bad_amount"),
            Self::BadOrder => (StatusCode::UNPROCESSABLE_ENTITY, "bad_order"),
            Self::BadReturnUrl => (StatusCode::UNPROCESSABLE_ENTITY, "bad_return_url"),
            Self::BadReason => (StatusCode::UNPROCESSABLE_ENTITY, "bad_reason"),
            Self::UnknownCard => (StatusCode::UNPROCESSABLE_ENTITY, "unknown_card"),
            Self::IdempotencyMismatch => (StatusCode::UNPROCESSABLE_ENTITY, "idempotency_mismatch"),
            Self::NotFound => (StatusCode::NOT_FOUND, "not_found"),
            Self::NotApproved => (StatusCode::CONFLICT, "not_approved"),
            Self::AmountExceedsRest => (StatusCode::CONFLICT, "amount_exceeds_rest"),
            Self::BadToken => (StatusCode::FORBIDDEN, "bad_token"),
            Self::FirstCallFails => (StatusCode::INTERNAL_SERVER_ERROR, "internal_error"),
            Self::Storage => (StatusCode::INTERNAL_SERVER_ERROR, "storage_failed"),
            Self::Down => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
            Self::Closing => (StatusCode::SERVICE_UNAVAILABLE, "closing"),
            Self::NoAnswer => (StatusCode::GATEWAY_TIMEOUT, "no_answer"),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, code) = self.status_and_code();
        (status, Json(json!({ "error": code, "message": self.to_string() }))).into_response()
    }
}
