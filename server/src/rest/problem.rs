//! Refusals as RFC 9457 has them: `application/problem+json`, in the caller's language.
//!
//! A handler refuses with a [`Refused`]; the layer [`in_problems`] around the API makes the answer of it, and of everything that the layers
//! inside refuse in their own words.

use app::words;
use axum::extract::Request;
use axum::http::header::{
    ALLOW, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, ETAG, IF_NONE_MATCH, RETRY_AFTER, SET_COOKIE,
    WWW_AUTHENTICATE,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::shared::Locale;
use domain::views::Fault;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::names::{field_of, kind_of, member, state_and_command};
use super::paths::is_api;
use super::shape::Shape;
use crate::http::session;

/// The media type of refusals.
pub(super) const PROBLEM: &str = "application/problem+json";

/// How long to wait when nothing was done, in seconds.
const WAIT_S: u32 = 2;

/// Why a request did not do what was asked.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct Problem {
    /// What kind of problem it is: stable, to be compared by programs. The reading page explains each.
    #[serde(rename = "type")]
    #[schema(example = "/problems/not-now")]
    pub(super) kind: String,
    /// The kind in a few words.
    #[schema(example = "지금은 할 수 없어요")]
    pub(super) title: String,
    /// The HTTP status.
    #[schema(example = 409)]
    pub(super) status: u16,
    /// What is wrong this time, and what to do about it.
    #[schema(example = "이미 조리가 시작되어 취소할 수 없어요.")]
    pub(super) detail: String,
    /// The path that was asked for.
    #[schema(example = "/orderLists/01937b3e-6f00-7000-8000-000000000001/cancel")]
    pub(super) instance: String,
    /// With status 409: the state that is in the way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "cooking_started")]
    pub(super) state: Option<String>,
    /// With status 409: the command that does not fit it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "cancel")]
    pub(super) command: Option<String>,
    /// With status 422: the fields that are wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) errors: Vec<WrongField>,
}

/// A field that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct WrongField {
    /// Its name in the request, with dots and indices on the way to it.
    #[schema(example = "address")]
    pub(super) field: String,
    /// What is wrong with it.
    #[schema(example = "찾을 수 없는 주소예요. 도로명과 번호를 확인해 주세요.")]
    pub(super) detail: String,
}

/// A refusal on its way to becoming an answer.
#[derive(Clone, Debug)]
pub(crate) enum Refused {
    /// By the rules.
    Fault(Fault),
    /// By the rules, about the member that is named.
    At {
        /// Where.
        field: String,
        /// Why.
        fault: Fault,
    },
    /// A member of the request is missing, unknown, or of another kind.
    Shape {
        /// Where.
        field: String,
        /// What is wrong with it.
        wrong: Shape,
    },
    /// By what lies between the network and the handlers: the status says all.
    Status(StatusCode),
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Refused::Fault(fault)
    }
}

impl Refused {
    /// The refusal of an order of one dish, which has no `items`: its members are the order's own.
    pub(super) fn of_one(fault: Fault) -> Self {
        let of_line = |field: String| field.strip_prefix("items[0].").map(str::to_owned);
        match of_line(field_of(&fault)).filter(|_| fault.status() == 422) {
            Some(field) => Refused::At { field, fault },
            None => Refused::Fault(fault),
        }
    }

    /// As [`Fault::once_done`].
    pub(super) fn once_done(self) -> Self {
        match self {
            Refused::Fault(fault) => Refused::Fault(fault.once_done()),
            other => other,
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Refused::Fault(fault) | Refused::At { fault, .. } => {
                StatusCode::from_u16(fault.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            }
            Refused::Shape { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Refused::Status(status) => *status,
        }
    }

    /// The whole answer. `path` was asked for with `method`.
    fn answer(&self, locale: Locale, method: &Method, path: &str) -> Response {
        let status = self.status();
        let (kind, title) = kind_of(self, status, locale);
        let (mut state, mut command, mut errors) = (None, None, Vec::new());
        let detail = match self {
            Refused::Fault(fault) => {
                if status == StatusCode::CONFLICT {
                    let (of_state, of_command) = state_and_command(fault, method, path);
                    (state, command) = (Some(of_state), Some(of_command));
                }
                let detail = words::fault(locale, fault);
                match fault {
                    Fault::Invalid(faults) => errors.extend(faults.iter().map(|fault| WrongField {
                        field: member(fault.field()).to_owned(),
                        detail: words::field(locale, fault),
                    })),
                    _ if status == StatusCode::UNPROCESSABLE_ENTITY => {
                        errors.push(WrongField { field: field_of(fault), detail: detail.clone() });
                    }
                    _ => {}
                }
                detail
            }
            Refused::At { field, fault } => {
                let detail = match fault {
                    Fault::Invalid(faults) => faults.first().map(|fault| words::field(locale, fault)),
                    _ => None,
                };
                let detail = detail.unwrap_or_else(|| words::fault(locale, fault));
                errors.push(WrongField { field: field.clone(), detail: detail.clone() });
                detail
            }
            Refused::Shape { field, wrong } => {
                let said = wrong.say(locale);
                errors.push(WrongField { field: field.clone(), detail: said.clone() });
                format!("{field}: {said}")
            }
            Refused::Status(_) => title.to_owned(),
        };
        let problem = Problem {
            kind: format!("/problems/{kind}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail,
            instance: path.to_owned(),
            state,
            command,
            errors,
        };
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        let mut response = (status, [(CONTENT_TYPE, PROBLEM)], body).into_response();
        let headers = response.headers_mut();
        match status {
            StatusCode::UNAUTHORIZED => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => {
                let wait = match self {
                    Refused::Fault(Fault::TooMany { retry_after_s }) => *retry_after_s,
                    _ => WAIT_S,
                };
                headers.insert(RETRY_AFTER, HeaderValue::from(wait));
            }
            _ => {}
        }
        response
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Around everything that the API answers: refusals become problems, and what the caller has already is not sent again.
pub async fn in_problems(request: Request, next: Next) -> Response {
    if !is_api(request.method(), request.uri().path(), request.headers()) {
        return next.run(request).await;
    }
    let locale = session::locale(request.headers());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let known = request.headers().get(IF_NONE_MATCH).cloned();
    let is_browser = request.headers().contains_key(COOKIE);
    let mut response = next.run(request).await;
    if !is_browser {
        // A program keeps no cookies: who it is it says each time.
        response.headers_mut().remove(SET_COOKIE);
    }
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return not_again(response, &method, known.as_ref());
    }
    let is_problem =
        response.headers().get(CONTENT_TYPE).is_some_and(|content| content.as_bytes() == PROBLEM.as_bytes());
    if is_problem {
        return response;
    }
    let refused = response.extensions().get().cloned().unwrap_or(Refused::Status(status));
    let mut answer = refused.answer(locale, &method, &path);
    keep(response.headers(), answer.headers_mut());
    answer
}

/// The refusal of what does not come as far as the API, in its form when it was asked for; `None` for everything else.
pub fn refusal(request: &Request, status: StatusCode) -> Option<Response> {
    let (method, path, headers) = (request.method(), request.uri().path(), request.headers());
    is_api(method, path, headers)
        .then(|| Refused::Status(status).answer(session::locale(headers), method, path))
}

/// Headers of a refusal that stay true whatever its words are.
fn keep(from: &HeaderMap, to: &mut HeaderMap) {
    for (name, value) in from {
        if ![CONTENT_TYPE, CONTENT_LENGTH].contains(name)
            && (name == ALLOW || !to.contains_key(name) || name == RETRY_AFTER || name == WWW_AUTHENTICATE)
        {
            to.insert(name.clone(), value.clone());
        }
    }
}

/// 304 for what the caller has in this version.
fn not_again(response: Response, method: &Method, known: Option<&HeaderValue>) -> Response {
    let reads = *method == Method::GET || *method == Method::HEAD;
    let Some((known, tag)) = known.zip(response.headers().get(ETAG)).filter(|_| reads) else {
        return response;
    };
    let (known, tag) = (known.to_str().unwrap_or_default(), tag.to_str().unwrap_or_default());
    let has_it =
        known.split(',').map(str::trim).any(|known| known == "*" || known.trim_start_matches("W/") == tag);
    if !has_it || response.status() != StatusCode::OK {
        return response;
    }
    let mut answer = StatusCode::NOT_MODIFIED.into_response();
    keep(response.headers(), answer.headers_mut());
    answer
}
