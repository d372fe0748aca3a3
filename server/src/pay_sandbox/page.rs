//! The pages on which a customer approves or declines: no script, nothing loaded from elsewhere.

use std::fmt::Write as _;

use app::shell::cookie;
use axum::extract::rejection::FormRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Form, Router};
use serde::Deserialize;

use super::Sandbox;
use super::model::{CustomerDecision, PaymentRow, Status, customer_url};
use super::refusal::Refusal;
use super::words::{Lang, Words, clock, won};
use crate::adapters::clock::random_token;
use crate::markup::escape;

/// The URL map of the pages, below `/pay-sandbox`.
pub(super) fn router(sandbox: Sandbox) -> Router {
    Router::new()
        .route("/c/{id}", get(show).post(decide))
        .layer(DefaultBodyLimit::max(4 * 1024))
        .with_state(sandbox)
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Tap {
    Approve,
    Decline,
}

#[derive(Deserialize)]
struct DecisionForm {
    token: String,
    decision: Tap,
}

/// How the page looks to whoever asks for it, as chosen at the shop.
#[derive(Clone, Copy)]
struct Look {
    lang: Lang,
    /// `light` or `dark`; as the device has it when `None`.
    theme: Option<&'static str>,
}

impl Look {
    fn of(headers: &HeaderMap) -> Self {
        let theme = match cookie(headers, "theme") {
            Some("light") => Some("light"),
            Some("dark") => Some("dark"),
            _ => None,
        };
        Self { lang: Lang::of(headers), theme }
    }
}

async fn show(State(sandbox): State<Sandbox>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let look = Look::of(&headers);
    match sandbox.store().payment(&id).await {
        // A payment that never asked its customer has no page.
        Ok(Some(row)) if row.customer_until_ms.is_some() => {
            page(look, StatusCode::OK, row.return_url.as_deref(), &body_of(look.lang, &row))
        }
        Ok(_) => refused(look, Refusal::NotFound, &id),
        Err(refusal) => refused(look, refusal, &id),
    }
}

async fn decide(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    headers: HeaderMap,
    form: Result<Form<DecisionForm>, FormRejection>,
) -> Response {
    let look = Look::of(&headers);
    let Ok(Form(DecisionForm { token, decision })) = form else {
        return refused(look, Refusal::BadToken, &id);
    };
    let approve = matches!(decision, Tap::Approve);
    let decision = CustomerDecision { payment_id: id.clone(), token, approve };
    match sandbox.store().decide(decision).await {
        Ok(row) => match &row.return_url {
            Some(url) => Redirect::to(url).into_response(),
            None => Redirect::to(&customer_url(&row.id)).into_response(),
        },
        Err(refusal) => refused(look, refusal, &id),
    }
}

fn body_of(lang: Lang, row: &PaymentRow) -> String {
    let words = lang.words();
    let (title, lead) = match row.status {
        Status::NeedsCustomer => (words.ask_title, words.ask_lead),
        Status::Approved => (words.approved_title, words.approved_lead),
        Status::Declined if row.decline_code.as_deref() == Some("abandoned") => {
            (words.abandoned_title, words.abandoned_lead)
        }
        Status::Declined => (words.declined_title, words.declined_lead),
        Status::Cancelled | Status::PartiallyCancelled => (words.cancelled_title, words.cancelled_lead),
    };
    let mut html = format!(
        "<h1>{title}</h1><p class=\"lead\">{lead}</p><p class=\"amount\">{}</p>\
         <dl><dt>{}</dt><dd>{}</dd><dt>{}</dt><dd>{}</dd>",
        won(row.amount),
        words.shop,
        words.shop_name,
        words.order,
        escape(&row.order_ref),
    );
    match (row.status, &row.customer_token, row.customer_until_ms) {
        (Status::NeedsCustomer, Some(token), Some(until)) => {
            push(
                &mut html,
                format_args!(
                    "<dt>{}</dt><dd>{}</dd></dl>\
                     <form method=\"post\"><input type=\"hidden\" name=\"token\" value=\"{}\">\
                     <button class=\"go\" name=\"decision\" value=\"approve\">{}</button>\
                     <button name=\"decision\" value=\"decline\">{}</button></form>",
                    words.until,
                    clock(until),
                    escape(token),
                    words.approve,
                    words.decline,
                ),
            );
        }
        _ => html.push_str("</dl>"),
    }
    if let Some(url) = &row.return_url {
        // Whoever does not decide now has a way back as well.
        let (class, text) = match row.status {
            Status::NeedsCustomer => ("later", words.later),
            _ => ("button go", words.back),
        };
        push(&mut html, format_args!("<a class=\"{class}\" href=\"{}\">{text}</a>", escape(url)));
    }
    html
}

fn refused(look: Look, refusal: Refusal, id: &str) -> Response {
    let words = look.lang.words();
    let (status, _) = refusal.status_and_code();
    let (title, lead) = match refusal {
        Refusal::NotFound => (words.missing_title, words.missing_lead),
        Refusal::BadToken => (words.stale_title, words.stale_lead),
        _ => (words.broken_title, words.broken_lead),
    };
    let mut html = format!("<h1>{title}</h1><p class=\"lead\">{lead}</p>");
    if refusal != Refusal::NotFound {
        push(
            &mut html,
            format_args!("<a class=\"button go\" href=\"{}\">{}</a>", escape(&customer_url(id)), words.again),
        );
    }
    page(look, status, None, &html)
}

/// `to` is where the form leads in the end: browsers ask the policy about that too.
fn page(look: Look, status: StatusCode, to: Option<&str>, body: &str) -> Response {
    let Words { code, brand, note, .. } = look.lang.words();
    let theme = look.theme.map(|theme| format!(" data-theme=\"{theme}\"")).unwrap_or_default();
    let nonce = random_token();
    let html = format!(
        "<!doctype html><html lang=\"{code}\"{theme}><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"robots\" content=\"noindex\"><link rel=\"icon\" href=\"data:,\">\
         <title>{brand}</title><style nonce=\"{nonce}\">{}</style></head>\
         <body><main><p class=\"brand\">{brand}</p><p class=\"note\">{note}</p>{body}</main></body></html>",
        include_str!("page.css"),
    );
    let headers = [
        (header::CACHE_CONTROL, "no-store"),
        (header::VARY, "Accept-Language, Cookie"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, [(header::CONTENT_SECURITY_POLICY, policy(&nonce, to))], Html(html)).into_response()
}

/// Lets the page look as it does, and its form lead back to the shop.
fn policy(nonce: &str, to: Option<&str>) -> String {
    let shop = to.and_then(|url| url.parse::<Uri>().ok()).and_then(|url| {
        let (scheme, authority) = (url.scheme_str()?, url.authority()?);
        Some(format!(" {scheme}://{authority}"))
    });
    let shop = shop.unwrap_or_default();
    format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; img-src data:; form-action 'self'{shop}; base-uri 'none'; \
         frame-ancestors 'none'"
    )
}

/// Writing to a `String` cannot fail.
fn push(html: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = html.write_fmt(text);
}
