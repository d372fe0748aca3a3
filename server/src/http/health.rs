//! Whether this process answers.

use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;

/// `GET /healthz`: 200 and `ok` for as long as the process serves.
// A handler of axum is asynchronous.
#[allow(clippy::unused_async)]
pub async fn healthz() -> impl IntoResponse {
    ([(CACHE_CONTROL, "no-store")], "ok\n")
}
