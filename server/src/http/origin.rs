//! Forms of other sites do nothing here, whatever cookies the browser adds to them.
//!
//! What is asked here are requests that a cookie authenticates. One with an API token goes another way before (`enter`), where no cookie
//! is read: a form cannot send a token, and a script of another site's page that wanted to would have to be allowed first, by an answer to
//! its question before the request (CORS), which this server gives to nobody.

use axum::http::header::{COOKIE, HOST, HeaderName, ORIGIN, REFERER};
use axum::http::{HeaderMap, HeaderValue, Method, Uri};
use domain::shared::Locale;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What a refused request is told.
pub(super) const fn refusal(locale: Locale) -> &'static str {
    match locale {
        Locale::Ko => "다른 사이트에서 보낸 요청이라 처리하지 않았어요. 이 사이트에서 다시 시도해 주세요.",
        Locale::En => {
            "This request came from another site, so nothing was done. Please try again on this site."
        }
    }
}

/// Whether a request may change something on its cookies' authority: it reads only, no browser sends it, or it comes
/// from a page of this site, whose host and port are those it was sent to or `public`.
///
/// A script without cookies and without a browser's headers passes: it has no authority but the one it shows itself.
pub(super) fn is_own(method: &Method, headers: &HeaderMap, public: Option<&str>) -> bool {
    if method.is_safe() {
        return true;
    }
    let from = headers.get(ORIGIN).or_else(|| headers.get(REFERER));
    let site = headers.get(SEC_FETCH_SITE).map(HeaderValue::as_bytes);
    let has_cookie = headers.contains_key(COOKIE);
    // A login sent by a foreign form has no cookie yet, but the browser says where it comes from.
    // Basic credentials change nothing: they come along by themselves when the address of the form holds some.
    let by_browser = from.is_some() || site.is_some();
    if !has_cookie && !by_browser {
        return true;
    }
    match site {
        Some(b"same-origin") => return true,
        Some(b"cross-site" | b"same-site") => return false,
        _ => {}
    }
    let Some(from) = from.and_then(|from| from.to_str().ok()).and_then(authority) else {
        return false;
    };
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    host.into_iter().chain(public).any(|own| own.eq_ignore_ascii_case(&from))
}

/// Host and port of an `Origin` or `Referer`; `None` for `null` and for what is no address.
fn authority(from: &str) -> Option<String> {
    let uri: Uri = from.parse().ok()?;
    uri.scheme()?;
    Some(uri.authority()?.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(headers: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        map.entry(HOST).or_insert("localhost:3000".parse().unwrap());
        map
    }

    fn passes(headers: &[(&'static str, &'static str)]) -> bool {
        is_own(&Method::POST, &request(headers), Some("food.example"))
    }

    const COOKIE: (&str, &str) = ("cookie", "baedal_visitor=x");

    #[test]
    fn forms_of_this_site_pass() {
        assert!(passes(&[COOKIE, ("origin", "http://localhost:3000")]));
        assert!(passes(&[COOKIE, ("origin", "https://food.example")]));
        assert!(passes(&[COOKIE, ("referer", "http://localhost:3000/checkout?draft=1")]));
        assert!(passes(&[COOKIE, ("sec-fetch-site", "same-origin")]));
        assert!(passes(&[COOKIE, ("sec-fetch-site", "none"), ("origin", "http://localhost:3000")]));
    }

    #[test]
    fn forms_of_other_sites_do_not() {
        for foreign in
            ["http://evil.example", "http://localhost:3001", "null", "http://localhost", "nonsense"]
        {
            assert!(!passes(&[COOKIE, ("origin", foreign)]), "{foreign}");
            // Not even without a cookie: logging a stranger in is an attack too.
            assert!(!passes(&[("origin", foreign)]), "{foreign}");
        }
        assert!(!passes(&[COOKIE]));
        assert!(!passes(&[COOKIE, ("referer", "http://evil.example/http://localhost:3000/")]));
        assert!(!passes(&[COOKIE, ("origin", "http://evil.example"), ("referer", "http://localhost:3000/")]));
        assert!(!passes(&[COOKIE, ("sec-fetch-site", "cross-site"), ("origin", "http://localhost:3000")]));
        assert!(!passes(&[COOKIE, ("sec-fetch-site", "same-site")]));
        assert!(!passes(&[COOKIE, ("sec-fetch-site", "none")]));
    }

    #[test]
    fn reading_and_scripts_pass() {
        for method in [Method::GET, Method::HEAD] {
            assert!(is_own(&method, &request(&[COOKIE, ("origin", "http://evil.example")]), None));
        }
        assert!(passes(&[]));
        assert!(passes(&[("authorization", "Basic eDp5")]));
        assert!(!passes(&[("authorization", "Basic eDp5"), ("origin", "http://evil.example")]));
    }
}
