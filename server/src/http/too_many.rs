//! How a browser hears that it asks for too much: as a script, as a form, or as a page.

use app::api::ApiError;
use app::words;
use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::shared::Locale;
use domain::views::Fault;
use std::time::Duration;

use super::again::{self, Why};
use super::{client, in_words, session};
use crate::rest::Refused;
use crate::router::{AppState, BODY};

/// How long the rest of a form may take that is refused.
const READ: Duration = Duration::from_secs(5);

/// 429 with `Retry-After`, in the caller's language. A form that was sent without a script comes back as a page that sends it again,
/// with everything that was typed but for passwords.
pub(super) async fn too_many(state: &AppState, request: Request, locale: Locale, fault: &Fault) -> Response {
    let sentence = words::fault(locale, fault);
    let wants_page = wants_page(request.headers());
    let path = request.uri().path();
    let response = if path.starts_with("/live/") {
        Json(fault).into_response()
    } else if path.starts_with("/api/") && !wants_page {
        Json(ApiError::Fault(fault.clone())).into_response()
    } else if wants_page && is_form(&request) {
        let action = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let typed = typed(request).await;
        again::page(&state.assets.css, locale, Why::Later, &sentence, &action, &typed)
    } else {
        ([(CONTENT_TYPE, "text/plain; charset=utf-8")], sentence).into_response()
    };
    refusing(response, fault)
}

/// The answer with the status of the fault, and when to come again.
pub(super) fn refusing(mut response: Response, fault: &Fault) -> Response {
    *response.status_mut() =
        StatusCode::from_u16(fault.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.extensions_mut().insert(Refused::from(fault.clone()));
    if let Fault::TooMany { retry_after_s } = fault {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(*retry_after_s));
    }
    response
}

/// Around what belongs to nobody's account: every request counts for its address. What the layers inside refuse is said in words.
pub async fn by_address(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let locale = session::locale(request.headers());
    match state.limits.request(client::address_of(&request), None) {
        Ok(()) => in_words(next.run(request).await, locale),
        Err(fault) => too_many(&state, request, locale, &fault).await,
    }
}

fn wants_page(headers: &HeaderMap) -> bool {
    headers
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

fn is_form(request: &Request) -> bool {
    request.method() == Method::POST
        && request
            .headers()
            .get(CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"))
}

/// What was typed, without passwords; nothing when it does not come in time or cannot be read.
async fn typed(request: Request) -> Vec<(String, String)> {
    let (parts, body) = request.into_parts();
    let Ok(Ok(body)) = tokio::time::timeout(READ, to_bytes(body, BODY)).await else {
        return Vec::new();
    };
    again::fields_of(Request::from_parts(parts, Body::from(body))).await
}
