//! HTTP: what happens to every request of a browser, and the plain routes beside the pages.

mod again;
pub mod apply;
pub mod assets;
pub mod bearer;
pub mod bodies;
pub mod client;
mod feed;
pub mod guard;
pub mod health;
pub mod login;
pub mod odd;
pub mod origin;
pub mod pages;
pub mod pay_toss;
mod proof;
pub mod protect;
pub mod session;
pub mod sse;
pub mod too_many;
pub mod webhooks;

#[cfg(test)]
mod tests;

use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::{Cookie, SameSite};
use domain::shared::Locale;
use tower_sessions::Session;

use self::bearer::ByToken;
use crate::rest::is_api;
use crate::router::AppState;

/// The way of every request but those for files: who asks, whether the request may come from where it comes from,
/// whether this page is for them; then the page, with the headers that every answer carries.
pub async fn enter(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    if bearer::is_shown(request.headers()) {
        return finished(enter_by_token(&state, request, next).await);
    }
    let locale = session::locale(request.headers());
    if !origin::is_own(request.method(), request.headers(), state.config.public_authority()) {
        return finished(plain(StatusCode::FORBIDDEN, origin::refusal(locale)));
    }
    if let Some(path) = without_slash(&request) {
        return finished(see_other(&path));
    }
    let session: Option<Session> = request.extensions().get().cloned();
    let address = client::address_of(&request);
    // What has to be looked up is counted before that: sessions that somebody makes up ask no more of the database than strangers may.
    let is_unknown = session.as_ref().and_then(Session::id).is_some_and(|id| !state.web.remembers(&id));
    if is_unknown && let Err(fault) = state.limits.request(address, None) {
        return finished(too_many::too_many(&state, request, locale, &fault).await);
    }
    let visit = match session::visit(&state, request.headers(), session, locale).await {
        Ok(visit) => visit,
        Err(error) => {
            tracing::error!(%error, "the session cannot be read");
            return finished(unavailable(locale));
        }
    };
    let account = visit.caller.account.as_ref().map(|account| account.id);
    if (account.is_some() || !is_unknown)
        && let Err(fault) = state.limits.request(address, account)
    {
        return finished(too_many::too_many(&state, request, locale, &fault).await);
    }
    let fresh_visitor = visit.fresh_visitor.then(|| visit.caller.visitor.clone());
    // A program is refused where a browser is led to the login.
    let is_api = is_api(request.method(), request.uri().path(), request.headers());
    let elsewhere = guard::elsewhere(request.method(), request.uri(), &visit.caller).filter(|_| !is_api);
    let response = if let Some(login) = elsewhere {
        see_other(&login)
    } else {
        let extensions = request.extensions_mut();
        if let Some(session) = visit.session {
            extensions.insert(session);
        }
        extensions.insert(visit.caller);
        next.run(request).await
    };
    let mut response = in_words(response, locale);
    if let Some(visitor) = fresh_visitor {
        add_cookie(&mut response, &session::visitor_cookie(visitor, state.config.is_https()));
    }
    finished(response)
}

/// The way of a request that shows an API token: whatever cookies came along are dropped before anybody reads them, whether the token
/// holds or not, and no page of another site can send one. Nobody is sent to the login.
async fn enter_by_token(state: &AppState, mut request: Request, next: Next) -> Response {
    request.headers_mut().remove(COOKIE);
    request.extensions_mut().remove::<Session>();
    let locale = session::locale(request.headers());
    let address = client::address_of(&request);
    if !bearer::is_in_memory(state, request.headers())
        && let Err(fault) = state.limits.request(address, None)
    {
        return too_many::too_many(state, request, locale, &fault).await;
    }
    let (caller, pass) = match bearer::visit(state, request.headers(), locale).await {
        Ok(Some(visit)) => visit,
        Ok(None) => return bearer::refusal(locale),
        Err(error) => {
            tracing::error!(%error, "an API token cannot be looked up");
            return unavailable(locale);
        }
    };
    let account = caller.account.as_ref().map(|account| account.id);
    if let Err(fault) = state.limits.request(address, account) {
        return too_many::too_many(state, request, locale, &fault).await;
    }
    if let Some(path) = without_slash(&request) {
        return see_other(&path);
    }
    let extensions = request.extensions_mut();
    extensions.insert(ByToken(pass.id));
    extensions.insert(pass);
    extensions.insert(caller);
    in_words(next.run(request).await, locale)
}

/// The page that somebody means who typed a slash after its path.
fn without_slash(request: &Request) -> Option<String> {
    let reads = request.method() == Method::GET || request.method() == Method::HEAD;
    let path = request.uri().path();
    let page = path.trim_end_matches('/');
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    (reads && !page.is_empty() && page.len() < path.len() && !page.starts_with("//"))
        .then(|| format!("{page}{query}"))
}

/// Answers to people are kept nowhere. The other headers of all answers are in [`protect`].
fn finished(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-store"));
    response
}

/// Refusals of the layers between here and the pages, in the caller's language.
fn in_words(response: Response, locale: Locale) -> Response {
    let is_text = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|content| content.as_bytes().starts_with(b"text/plain"));
    match response.status() {
        // Extractors that cannot read a request say so in the words of a library.
        status @ (StatusCode::BAD_REQUEST
        | StatusCode::UNPROCESSABLE_ENTITY
        | StatusCode::UNSUPPORTED_MEDIA_TYPE)
            if is_text =>
        {
            plain(
                status,
                match locale {
                    Locale::Ko => "보내신 요청을 읽을 수 없어요. 이전 화면을 새로고침한 뒤 다시 해 주세요.",
                    Locale::En => "We could not read that request. Go back, refresh the page and try again.",
                },
            )
        }
        StatusCode::PAYLOAD_TOO_LARGE => plain(
            StatusCode::PAYLOAD_TOO_LARGE,
            match locale {
                Locale::Ko => "보내신 내용이 너무 커요. 내용을 줄여서 다시 보내 주세요.",
                Locale::En => "That is more than we can take. Please shorten it and send it again.",
            },
        ),
        StatusCode::REQUEST_TIMEOUT => plain(
            StatusCode::REQUEST_TIMEOUT,
            match locale {
                Locale::Ko => {
                    "보내신 내용이 제때 다 오지 않아서 처리하지 않았어요. 연결을 확인하고 다시 보내 주세요."
                }
                Locale::En => {
                    "What you sent did not arrive in time, so nothing was done. Please check your connection and send it again."
                }
            },
        ),
        StatusCode::GATEWAY_TIMEOUT => plain(
            StatusCode::GATEWAY_TIMEOUT,
            match locale {
                Locale::Ko => "응답이 너무 오래 걸려서 멈췄어요. 잠시 후 처리 결과를 확인해 주세요.",
                Locale::En => {
                    "That took too long, so we stopped waiting. Please check in a moment what has been done."
                }
            },
        ),
        _ => response,
    }
}

/// What it says when nothing was done and trying again may help.
pub(crate) fn unavailable(locale: Locale) -> Response {
    plain(
        StatusCode::SERVICE_UNAVAILABLE,
        match locale {
            Locale::Ko => "지금은 이용할 수 없어요. 잠시 후 다시 시도해 주세요.",
            Locale::En => "This is not available right now. Please try again in a moment.",
        },
    )
}

/// A sentence as plain text.
pub(crate) fn plain(status: StatusCode, sentence: &'static str) -> Response {
    (status, [(CONTENT_TYPE, "text/plain; charset=utf-8")], sentence).into_response()
}

/// Sends the browser to a local path with 303.
pub(crate) fn see_other(path: &str) -> Response {
    let mut location = String::with_capacity(path.len());
    for byte in path.bytes() {
        // A header takes visible ASCII; a path that somebody typed may hold more.
        if byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte) {
            location.push(char::from(byte));
        } else {
            push_escaped(&mut location, byte);
        }
    }
    let location = HeaderValue::from_str(&location).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response()
}

/// `text` as a value in a URL's query.
pub(crate) fn in_query(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            value.push(char::from(byte));
        } else {
            push_escaped(&mut value, byte);
        }
    }
    value
}

fn push_escaped(text: &mut String, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    text.push('%');
    text.push(char::from(DIGITS[usize::from(byte >> 4)]));
    text.push(char::from(DIGITS[usize::from(byte & 15)]));
}

/// A cookie for the whole site that links from elsewhere carry along and foreign forms do not.
pub(crate) fn site_cookie(name: &'static str, value: String, secure: bool) -> Cookie<'static> {
    Cookie::build((name, value)).path("/").same_site(SameSite::Lax).secure(secure).build()
}

/// Adds a cookie to an answer.
pub(crate) fn add_cookie(response: &mut Response, cookie: &Cookie<'static>) {
    match HeaderValue::from_str(&cookie.to_string()) {
        Ok(value) => {
            response.headers_mut().append(SET_COOKIE, value);
        }
        Err(error) => tracing::error!(%error, name = cookie.name(), "a cookie cannot be written"),
    }
}
