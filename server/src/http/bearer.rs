//! Requests of scripts: `Authorization: Bearer` with an API token, in place of all cookies (RFC 6750).

use axum::extract::FromRequestParts;
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::shared::{AccountId, Locale, TokenId};
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

/// Who makes a request with a token; `None` when the token is none, is not known, was revoked or has expired, and when there is more than
/// one.
pub(super) async fn visit(
    state: &AppState,
    headers: &HeaderMap,
    locale: Locale,
) -> Result<Option<(Caller, Pass)>, VisitError> {
    let mut shown = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (shown.next(), shown.next()) else {
        return Ok(None);
    };
    let sent = credentials(value).and_then(|sent| std::str::from_utf8(sent).ok());
    let Some(hash) = sent.and_then(TokenHash::of) else {
        return Ok(None);
    };
    let Some(found) = state.tokens.find(hash, state.clock.now()).await? else {
        return Ok(None);
    };
    let account = state.accounts.by_id(found.account).await?;
    Ok(account.map(|account| {
        let caller = Caller { visitor: visitor(account.id), account: Some(account), locale };
        (caller, Pass { id: found.id, hash })
    }))
}

/// What keeps the cart, the address and the drafts of whoever comes with a token: the same for all tokens of an account. A browser's id is
/// 22 letters of the base64url alphabet, and nothing else is taken from a cookie; a colon is none of them, so that no browser can pretend
/// to be an account, or ever become one by chance.
fn visitor(account: AccountId) -> String {
    format!("account:{account}")
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

/// Paths of what a token is not enough for. Whoever has found one could otherwise make another that outlives its revocation, or read one
/// that was just made.
pub(super) fn is_for_browsers(path: &str) -> bool {
    path == "/account" || path.starts_with("/api/account/")
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
            (None, None) => Err(unavailable(locale).into_response()),
        }
    }
}

/// What a token is told that asks for what is for browsers.
pub(super) fn no_browser(locale: Locale) -> Response {
    let sentence = match locale {
        Locale::Ko => "로그인과 내 계정, 토큰 관리는 API 토큰으로 할 수 없어요. 브라우저로 로그인해 주세요.",
        Locale::En => {
            "Logging in, the account page and its tokens are not for API tokens. Please use a browser."
        }
    };
    plain(StatusCode::FORBIDDEN, sentence)
}
