//! How a browser hears that it asks for too much: as a script, as a form, or as a page.

use app::api::ApiError;
use app::words;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{ACCEPT, CONTENT_SECURITY_POLICY, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::{Form, Json};
use domain::shared::Locale;
use domain::views::Fault;
use std::time::Duration;

use crate::markup::escape;
use crate::rest::Refused;
use crate::router::{AppState, BODY};

/// How long the rest of a form may take that is refused.
const READ: Duration = Duration::from_secs(5);
/// What the page may do: look like this site, and send its form again.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

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
        let page = page(&state.assets.css, locale, &sentence, &action, &typed);
        ([(CONTENT_SECURITY_POLICY, POLICY)], Html(page)).into_response()
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
    let request = Request::from_parts(parts, Body::from(body));
    let read = <Form<Vec<(String, String)>> as axum::extract::FromRequest<()>>::from_request(request, &());
    let mut fields = read.await.map(|form| form.0).unwrap_or_default();
    fields.retain(|(name, _)| !name.contains("password"));
    fields
}

fn page(css: &str, locale: Locale, sentence: &str, action: &str, typed: &[(String, String)]) -> String {
    let (title, again) = match locale {
        Locale::Ko => ("잠시 뒤에 다시 시도해 주세요", "다시 보내기"),
        Locale::En => ("Please try again in a moment", "Send it again"),
    };
    let mut fields = String::new();
    for (name, value) in typed {
        fields.push_str(&format!(
            "<input type=\"hidden\" name=\"{}\" value=\"{}\">",
            escape(name),
            escape(value)
        ));
    }
    format!(
        "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"robots\" content=\"noindex\"><link rel=\"stylesheet\" href=\"{css}\"><title>{title}</title></head>\
         <body class=\"area area--account\"><main id=\"main\" class=\"page page--narrow\">\
         <h1 class=\"page__title\">{title}</h1>\
         <div class=\"alert alert--warn\" role=\"alert\"><p class=\"alert__text\">{sentence}</p></div>\
         <form method=\"post\" action=\"{action}\">{fields}\
         <button class=\"btn btn--primary btn--block\" type=\"submit\">{again}</button></form></main></body></html>",
        lang = locale.tag(),
        css = escape(css),
        sentence = escape(sentence),
        action = escape(action),
    )
}
