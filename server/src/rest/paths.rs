//! Which requests are the API's.

use axum::http::header::{ACCEPT, AUTHORIZATION, COOKIE};
use axum::http::{HeaderMap, Method};

/// The first parts of the API's paths. `/stores/{id}` and `/webhooks` are pages as well.
const FIRST: [&str; 11] = [
    "orderLists",
    "foodCookings",
    "deliveries",
    "payments",
    "myPages",
    "notices",
    "quotes",
    "riders",
    "paymentMethods",
    "profile",
    "problems",
];

/// Whether a request is for the API, and its refusals are problems.
pub(crate) fn is_api(method: &Method, path: &str, headers: &HeaderMap) -> bool {
    let mut parts = path.trim_start_matches('/').split('/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some("stores"), Some(id), None) if !id.is_empty() => wants_hal(headers),
        (Some("webhooks"), None, None) if is_read(method) => wants_hal(headers),
        (Some("stores" | "webhooks"), ..) => true,
        // A browser always has a cookie, and reads nothing of a refused stream.
        (Some("live"), ..) => headers.contains_key(AUTHORIZATION) || !headers.contains_key(COOKIE),
        (Some(first), ..) => FIRST.contains(&first),
        (None, ..) => false,
    }
}

/// Whether the caller wants data rather than a page: it names JSON, or shows a token and names no page.
pub(crate) fn wants_hal(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let names_page = accept.contains("text/html") || accept.contains("application/xhtml+xml");
    !names_page && (accept.contains("json") || headers.contains_key(AUTHORIZATION))
}

/// Whether a request asks for something to read.
pub(super) fn is_read(method: &Method) -> bool {
    *method == Method::GET || *method == Method::HEAD
}

/// Whether a path is that of one store.
pub(super) fn is_store(path: &str) -> bool {
    path.strip_prefix("/stores/").is_some_and(|id| !id.is_empty() && !id.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// nginx has to answer by itself while this server is away.
    #[test]
    fn nginx_knows_the_same_paths() {
        let shipped = include_str!("../../../deploy/nginx/baedal.conf");
        let (_, rest) = shipped.split_once("\"~^/(orderLists").unwrap();
        let (named, _) = rest.split_once(')').unwrap();
        let named: Vec<&str> = named.split('|').skip(1).collect();
        assert_eq!(named, FIRST[1..]);
        assert_eq!(FIRST[0], "orderLists");
    }
}
