//! Requests of scripts: `Authorization: Bearer` with an API token, in place of all cookies (RFC 6750).

use axum::extract::FromRequestParts;
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use domain::shared::{Locale, TokenId};
use domain::views::Caller;
use tower_sessions::Session;

use super::session::VisitError;
use super::{plain, unavailable};
use crate::router::AppState;
use crate::tokens::TokenHash;

/// The token that a request was made with; in the extensions of requests with one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByToken(pub TokenId);

/// What a live stream has to ask about from time to time; beside [`ByToken`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Pass {
    pub(super) id: TokenId,
    pub(super) hash: TokenHash,
}

/// Whether a request shows a token, right or wrong. Other schemes are not ours: a browser sends those by itself, when an address holds a
/// name and a password, so they prove nothing and change nothing.
pub(super) fn is_shown(headers: &HeaderMap) -> bool {
    headers.get_all(AUTHORIZATION).iter().any(|value| credentials(value).is_some())
}

/// What follows the word `Bearer`; `None` for another scheme.
fn credentials(value: &HeaderValue) -> Option<&[u8]> {
    let (scheme, rest) = value.as_bytes().split_at_checked(6)?;
    let ours = scheme.eq_ignore_ascii_case(b"bearer") && rest.first().is_none_or(|next| *next == b' ');
    ours.then(|| rest.trim_ascii())
}

/// The hash of the token that is shown; `None` when it is none, or more than one.
fn hash_of(headers: &HeaderMap) -> Option<TokenHash> {
    let mut shown = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (shown.next(), shown.next()) else {
        return None;
    };
    credentials(value).and_then(|sent| std::str::from_utf8(sent).ok()).and_then(TokenHash::of)
}

/// Whether the token that is shown was used lately. Any other counts for the address that shows it, before it is looked up.
pub(super) fn is_in_memory(state: &AppState, headers: &HeaderMap) -> bool {
    hash_of(headers).is_some_and(|hash| state.tokens.remembers(hash))
}

/// Who makes a request with a token; `None` when the token is none, is not known, was revoked or has expired, and when there is more than
/// one.
pub(super) async fn visit(
    state: &AppState,
    headers: &HeaderMap,
    locale: Locale,
) -> Result<Option<(Caller, Pass)>, VisitError> {
    let Some(hash) = hash_of(headers) else {
        return Ok(None);
    };
    let Some(found) = state.tokens.find(hash, state.clock.now()).await? else {
        return Ok(None);
    };
    let account = state.accounts.by_id(found.account).await?;
    Ok(account.map(|account| (Caller::by_token(account, found.id, locale), Pass { id: found.id, hash })))
}

/// The answer to a token that does not hold.
pub(super) fn refusal(locale: Locale) -> Response {
    let sentence = match locale {
        Locale::Ko => "이 API 토큰은 쓸 수 없어요. 내 계정에서 토큰을 확인하고 필요하면 새로 만들어 주세요.",
        Locale::En => {
            "This API token does not hold. Look at your tokens on the account page, and make a new one if you need it."
        }
    };
    let mut response = plain(StatusCode::UNAUTHORIZED, sentence);
    let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
    response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    response
}

/// The session of a browser, for what begins or ends one. A script with a token has none: it is refused.
pub struct OfBrowser(pub Session);

impl<S: Send + Sync> FromRequestParts<S> for OfBrowser {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let locale = parts.extensions.get::<Caller>().map(|caller| caller.locale).unwrap_or_default();
        match (parts.extensions.get::<Session>(), parts.extensions.get::<ByToken>()) {
            (Some(session), None) => Ok(Self(session.clone())),
            (_, Some(_)) => Err(no_browser(locale)),
            (None, None) => Err(unavailable(locale)),
        }
    }
}

fn no_browser(locale: Locale) -> Response {
    let sentence = match locale {
        Locale::Ko => {
            "로그인과 로그아웃은 브라우저에서만 할 수 있어요. API 토큰으로는 로그인할 필요가 없어요."
        }
        Locale::En => "Only browsers log in and out. With an API token there is no need to.",
    };
    plain(StatusCode::FORBIDDEN, sentence)
}
