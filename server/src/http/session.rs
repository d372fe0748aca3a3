//! Who makes a request: the session of those who have logged in, the browser's own id, the language.

use std::fmt;

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use axum_extra::extract::cookie::Cookie;
use domain::shared::{AccountId, Locale};
use domain::views::{AccountView, Caller, Fault};
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;
use tower_sessions::cookie::SameSite;
use tower_sessions::cookie::time::Duration;
use tower_sessions::{Expiry, Session, SessionManagerLayer, session};

use app::shell::cookie;

use super::site_cookie;
use crate::adapters::clock::random_token;
use crate::router::AppState;
use crate::web_store::WebStore;

/// The cookie of a session.
pub const SESSION_COOKIE: &str = "baedal_session";
/// The cookie of a browser.
pub const VISITOR_COOKIE: &str = "baedal_visitor";

/// How long a session lives after it was last used.
const LIVES: Duration = Duration::days(30);
/// How long a session is used before that is written down again.
const TOUCH_MS: i64 = 3_600_000;
/// The one entry of a session's data.
const WHO: &str = "who";
/// Sessions that may end before a live stream has looked.
const ENDED: usize = 1_024;

/// What a session holds.
#[derive(Serialize, Deserialize)]
struct Who {
    account: AccountId,
    seen_ms: i64,
}

/// The id of the session that a request belongs to; in the extensions of requests by somebody who has logged in.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionId(pub String);

/// Not the id itself: whoever reads it could take the session over.
impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(…)")
    }
}

/// Tells live streams which sessions have ended.
#[derive(Clone, Debug)]
pub struct LogoutHub(broadcast::Sender<String>);

impl Default for LogoutHub {
    fn default() -> Self {
        Self(broadcast::Sender::new(ENDED))
    }
}

impl LogoutHub {
    /// The ids of sessions that end from now on. Whoever lags behind has to ask [`WebStore::has_session`].
    pub fn subscribe(&self) -> broadcast::Receiver<String> {
        self.0.subscribe()
    }

    fn end(&self, id: session::Id) {
        // An error only says that nobody listens.
        let _ = self.0.send(id.to_string());
    }
}

/// Why a session cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum VisitError {
    /// The session's file failed.
    #[error(transparent)]
    Session(#[from] session::Error),
    /// The accounts failed.
    #[error(transparent)]
    Accounts(#[from] crate::accounts::AccountsError),
    /// The API tokens failed.
    #[error(transparent)]
    Tokens(#[from] crate::tokens::TokensError),
}

/// Users hear that it is not available now; the cause goes to the log.
impl From<VisitError> for Fault {
    fn from(error: VisitError) -> Self {
        tracing::error!(%error, "the session cannot be read or written");
        Fault::Unavailable
    }
}

/// A request's caller.
pub(super) struct Visit {
    pub(super) caller: Caller,
    /// The session, when somebody has logged in.
    pub(super) session: Option<SessionId>,
    /// Whether the browser came without an id and has to be told its own.
    pub(super) fresh_visitor: bool,
}

/// The layer that finds a request's session by its cookie and writes it when it was changed.
pub fn layer(web: &WebStore, secure: bool) -> SessionManagerLayer<WebStore> {
    SessionManagerLayer::new(web.clone())
        .with_name(SESSION_COOKIE)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_secure(secure)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(LIVES))
}

/// Finds out who makes a request. Somebody without a session costs nothing, somebody known two looks into memory.
pub(super) async fn visit(
    state: &AppState,
    headers: &HeaderMap,
    session: Option<Session>,
    locale: Locale,
) -> Result<Visit, VisitError> {
    let known = cookie(headers, VISITOR_COOKIE).filter(|id| is_visitor_id(id));
    let fresh_visitor = known.is_none();
    let visitor = known.map_or_else(random_token, str::to_owned);
    let (account, session) = match session.filter(|session| session.id().is_some()) {
        Some(session) => signed_in(state, &session).await?.unzip(),
        None => (None, None),
    };
    Ok(Visit { caller: Caller { account, visitor, locale, token: None }, session, fresh_visitor })
}

async fn signed_in(
    state: &AppState,
    session: &Session,
) -> Result<Option<(AccountView, SessionId)>, VisitError> {
    let Some(who) = session.get::<Who>(WHO).await? else {
        return Ok(None);
    };
    let Some(account) = state.accounts.by_id(who.account).await? else {
        // The account was forgotten while it was logged in.
        end(state, session).await?;
        return Ok(None);
    };
    let now = state.clock.now().0;
    if now - who.seen_ms >= TOUCH_MS {
        session.insert(WHO, Who { account: who.account, seen_ms: now }).await?;
    }
    Ok(session.id().map(|id| (account, SessionId(id.to_string()))))
}

/// Begins the session of somebody who has just proved who they are, under a new id: one that was known before,
/// perhaps to somebody else, is worth nothing afterwards.
pub(super) async fn begin(state: &AppState, session: &Session, account: AccountId) -> Result<(), VisitError> {
    if let Some(old) = session.id() {
        session.cycle_id().await?;
        state.logout.end(old);
    }
    session.insert(WHO, Who { account, seen_ms: state.clock.now().0 }).await?;
    Ok(())
}

/// Ends a session and its live streams.
pub(super) async fn end(state: &AppState, session: &Session) -> Result<(), VisitError> {
    if let Some(id) = session.id() {
        session.flush().await?;
        state.logout.end(id);
    }
    Ok(())
}

/// The cookie that lets a browser be known again for a year.
pub(super) fn visitor_cookie(id: String, secure: bool) -> Cookie<'static> {
    let mut cookie = site_cookie(VISITOR_COOKIE, id, secure);
    cookie.set_http_only(true);
    cookie.set_max_age(Duration::days(365));
    cookie
}

/// Whether this may be an id that this server made.
fn is_visitor_id(id: &str) -> bool {
    id.len() == 22 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// The language of the answer: what was chosen before, else what the browser likes best, else Korean.
pub(crate) fn locale(headers: &HeaderMap) -> Locale {
    cookie(headers, "lang").and_then(by_tag).unwrap_or_else(|| {
        headers
            .get_all(ACCEPT_LANGUAGE)
            .iter()
            .filter_map(|header| header.to_str().ok())
            .flat_map(|header| header.split(','))
            .filter_map(|range| {
                let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
                let weight: f32 = weight.trim().strip_prefix("q=")?.trim().parse().ok()?;
                Some((by_tag(tag.trim())?, weight)).filter(|(_, weight)| *weight > 0.0)
            })
            // The first of those liked best.
            .reduce(|best, next| if next.1 > best.1 { next } else { best })
            .map_or(Locale::default(), |(locale, _)| locale)
    })
}

/// The language that a tag such as `en-GB` is of.
pub(super) fn by_tag(tag: &str) -> Option<Locale> {
    let language = tag.split('-').next().unwrap_or_default();
    [Locale::Ko, Locale::En].into_iter().find(|locale| language.eq_ignore_ascii_case(locale.tag()))
}
