//! The headers by which browsers protect people from what is not this site's. Every answer carries them.

use axum::extract::Request;
use axum::http::header::{
    CONTENT_SECURITY_POLICY, REFERRER_POLICY, SET_COOKIE, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use super::client::Https;

/// For what is no page: files, data, sentences, redirects. It may do nothing.
const NOTHING: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// What a page may use of the device: where the rider is.
const DEVICE: &str = "geolocation=(self), accelerometer=(), browsing-topics=(), camera=(), display-capture=(), \
                      encrypted-media=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), \
                      publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), \
                      xr-spatial-tracking=()";
/// For a year the browser comes by https alone.
const HTTPS_ALONE: &str = "max-age=31536000";
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Adds what the answer does not say itself. Over https, cookies stay on https.
pub async fn protect(request: Request, next: Next) -> Response {
    let https = request.extensions().get::<Https>().is_some_and(|https| https.0);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let usual = [
        (CONTENT_SECURITY_POLICY, NOTHING),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "same-origin"),
        (PERMISSIONS_POLICY, DEVICE),
        (OPENER_POLICY, "same-origin"),
        (RESOURCE_POLICY, "same-origin"),
    ];
    for (name, value) in usual {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if https {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HTTPS_ALONE));
        keep_cookies_on_https(headers);
    }
    response
}

fn keep_cookies_on_https(headers: &mut HeaderMap) {
    let cookies: Vec<HeaderValue> = headers.get_all(SET_COOKIE).iter().cloned().collect();
    if cookies.is_empty() {
        return;
    }
    headers.remove(SET_COOKIE);
    for cookie in cookies {
        let secure = cookie.to_str().ok().filter(|text| !says_secure(text));
        let secure = secure.and_then(|text| HeaderValue::from_str(&format!("{text}; Secure")).ok());
        headers.append(SET_COOKIE, secure.unwrap_or(cookie));
    }
}

fn says_secure(cookie: &str) -> bool {
    cookie.split(';').skip(1).any(|attribute| attribute.trim().eq_ignore_ascii_case("secure"))
}
