//! What a server function needs of the request it answers: who asks, the port, and how to say no.

use super::{Answer, Backend};
use crate::api::{ApiError, Done};
use domain::views::{Caller, CheckoutDraft, DraftForm, Fault, FormDraft};
use http::header::{ACCEPT, LOCATION, RETRY_AFTER};
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use std::sync::Arc;

/// The port and who asks. 503 when the server has not provided them.
pub fn context() -> Result<(Arc<dyn Backend>, Caller), ApiError> {
    let caller = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Caller>().cloned());
    match (use_context::<Arc<dyn Backend>>(), caller) {
        (Some(backend), Some(caller)) => Ok((backend, caller)),
        _ => Err(refuse(Fault::Unavailable)),
    }
}

/// The answer to a question, with the HTTP status of its fault.
pub fn answer<T>(result: Answer<T>) -> Result<T, ApiError> {
    result.map_err(refuse)
}

/// Sets the status of a fault on the response, except of a plain form's, whose redirect it would break.
fn refuse(fault: Fault) -> ApiError {
    if !is_plain_form()
        && let Some(response) = use_context::<ResponseOptions>()
    {
        set_status(&response, &fault);
    }
    ApiError::Fault(fault)
}

/// The status of a fault, and when to come again.
fn set_status(response: &ResponseOptions, fault: &Fault) {
    if let Ok(status) = StatusCode::from_u16(fault.status()) {
        response.set_status(status);
    }
    if let Fault::TooMany { retry_after_s } = *fault {
        response.insert_header(RETRY_AFTER, HeaderValue::from(retry_after_s));
    }
}

/// A form that a browser sent without JavaScript: it wants a page for an answer.
fn is_plain_form() -> bool {
    use_context::<Parts>().is_some_and(|parts| {
        parts.method == Method::POST
            && parts
                .headers
                .get(ACCEPT)
                .and_then(|accept| accept.to_str().ok())
                .is_some_and(|accept| accept.contains("text/html"))
    })
}

/// Ends a command. Done, a plain form is sent on to `go_to` (303). Refused, what was typed into a plain form is kept for an
/// hour and the browser goes back to `back_to` with `?draft=ID`; somebody who has to log in first comes there afterwards. What came too
/// soon says so by its status as well: 429 with the place to go back to, of which the server makes a page that goes there.
/// With JavaScript all is left to the page.
pub async fn finish<T>(
    result: Answer<T>,
    form: DraftForm,
    subject: impl Into<String>,
    fields: Vec<(String, String)>,
    back_to: &str,
    go_to: impl FnOnce(T) -> String,
) -> Result<Done, ApiError> {
    let plain = is_plain_form();
    match result {
        Ok(value) => {
            let go = go_to(value);
            if plain {
                send_to(&go);
            }
            Ok(Done { go: Some(go) })
        }
        Err(fault) if plain => {
            let needs_login = fault == Fault::NotSignedIn;
            let (backend, caller) = context()?;
            let draft = FormDraft { form, subject: subject.into(), fields, fault: fault.clone() };
            let back = match backend.keep_draft(&caller, draft).await {
                Ok(id) => with_draft(back_to, &id),
                Err(_) if needs_login => back_to.to_owned(),
                // Nothing is kept: the server answers with the form itself, as it came.
                Err(_) => return Err(refuse(fault)),
            };
            if needs_login {
                send_to(&crate::api::login_path(&back));
            } else {
                send_to(&back);
            }
            if let (Fault::TooMany { .. }, Some(response)) = (&fault, use_context::<ResponseOptions>()) {
                set_status(&response, &fault);
            }
            Ok(Done { go: Some(back) })
        }
        Err(fault) => Err(refuse(fault)),
    }
}

fn with_draft(path: &str, id: &str) -> String {
    let (path, anchor) = path.split_once('#').map_or((path, None), |(path, anchor)| (path, Some(anchor)));
    let joint = if path.contains('?') { '&' } else { '?' };
    let anchor = anchor.map(|anchor| format!("#{anchor}")).unwrap_or_default();
    format!("{path}{joint}draft={id}{anchor}")
}

/// 303: the browser asks for the page anew instead of sending the form again.
fn send_to(path: &str) {
    if let (Some(response), Ok(location)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(path)) {
        response.insert_header(LOCATION, location);
        response.set_status(StatusCode::SEE_OTHER);
    }
}

/// What was typed at the checkout by the names of the form's fields.
pub fn typed_fields(typed: &CheckoutDraft) -> Vec<(String, String)> {
    [
        ("name", &typed.name),
        ("phone", &typed.phone),
        ("address", &typed.address),
        ("address_detail", &typed.address_detail),
        ("note_to_store", &typed.note_to_store),
        ("note_to_rider", &typed.note_to_rider),
        ("card", &typed.card),
    ]
    .map(|(name, value)| (name.to_owned(), value.clone()))
    .to_vec()
}
