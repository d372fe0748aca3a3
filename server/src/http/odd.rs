//! Requests that no browser and no program makes that means well. They are refused before anything looks at them, so that nobody who reads a
//! path behind this server or before it can take it for another one.

use axum::extract::Request;
use axum::http::header::ALLOW;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::{in_words, plain, session};
use crate::rest;

/// Around everything: no tunnels, and no paths that lead somewhere else than they look.
pub async fn refuse(request: Request, next: Next) -> Response {
    if request.method() == Method::CONNECT {
        // A 2xx would be a promise to pass on whatever follows.
        return (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET, HEAD, POST, PUT, PATCH, DELETE")])
            .into_response();
    }
    if request.uri().path().split('/').all(is_plain) {
        return next.run(request).await;
    }
    // No thing of the API has such a name.
    rest::refusal(&request, StatusCode::NOT_FOUND)
        .unwrap_or_else(|| in_words(plain(StatusCode::BAD_REQUEST, ""), session::locale(request.headers())))
}

/// Whether a segment is one name and nothing else: no dots that lead up or nowhere, however they are written, and neither a separator nor the
/// end of a text inside of it.
fn is_plain(segment: &str) -> bool {
    let lower = segment.to_ascii_lowercase();
    let dots = lower.replace("%2e", ".");
    dots != "." && dots != ".." && !["%2f", "%5c", "%00", "\\"].iter().any(|odd| lower.contains(odd))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_pass_and_ways_around_do_not() {
        for plain in ["", "stores", "a.b", "...", "%EA%B9%80", "%2e%2e%2e", "a%252fb", ".well-known"] {
            assert!(is_plain(plain), "{plain}");
        }
        for odd in [".", "..", "%2e", "%2E.", ".%2e", "%2e%2E", "a%2fb", "a%2Fb", "%5c..", "a\\b", "a%00"] {
            assert!(!is_plain(odd), "{odd}");
        }
    }
}
