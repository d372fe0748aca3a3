//! What a handler of the API needs of a request.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, OptionalFromRequest, Request};
use axum::http::header::{CONTENT_TYPE, HOST, IF_MATCH};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode};
use domain::shared::Locale;
use domain::views::{Caller, Fault, Field, FieldFault};
use serde::de::{DeserializeOwned, IgnoredAny};
use std::error::Error;
use std::ops::Deref;
use std::sync::Arc;
use utoipa::IntoParams;

use super::hal::Base;
use super::problem::Refused;
use super::shape::Shape;
use crate::backend::Desk;
use crate::commands::{Asked, Commands, Expected, MAX_KEY, Part};
use crate::http::client::Https;

/// The header of an idempotency key.
const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// What all handlers of the API share.
#[derive(Clone)]
pub struct Rest(Arc<Inside>);

/// See [`Rest`].
pub struct Inside {
    /// Commands and questions.
    pub(super) desk: Arc<Desk>,
    /// The address that people type, if one is set.
    pub(super) public_url: Option<String>,
}

impl Rest {
    /// The API of a city.
    pub fn new(desk: Arc<Desk>, public_url: Option<String>) -> Self {
        Self(Arc::new(Inside { desk, public_url }))
    }
}

impl Deref for Rest {
    type Target = Inside;

    fn deref(&self) -> &Inside {
        &self.0
    }
}

/// Who asks, and how.
pub(super) struct Ask {
    /// What stands behind the API.
    pub(super) desk: Arc<Desk>,
    /// Who.
    pub(super) caller: Caller,
    /// Where links begin.
    pub(super) base: Base,
    /// The idempotency key that was sent.
    pub(super) key: Option<String>,
    if_match: Option<Vec<u64>>,
}

/// The header that all commands take.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code, reason = "read for the description alone")]
pub(super) struct KeyHeader {
    /// Any text of 1 to 200 visible characters, a new one for everything that is to happen once. The same command under the same key is carried out
    /// once, however often it is sent within a day, and what was refused stays refused. A repeat is shown what the command was about, as it is by then; an
    /// order that was placed is shown as it was placed. A key belongs to the account, the command and what that is about;
    /// sent again with another body it is refused (422).
    #[param(rename = "Idempotency-Key", min_length = 1, max_length = 200, pattern = "^[!-~]+$")]
    idempotency_key: Option<String>,
}

/// The header that commands take beside it when they change something that has a version.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code, reason = "read for the description alone")]
pub(super) struct VersionHeader {
    /// An `ETag` that was answered before, or several with commas: the command is carried out only when nothing has changed since. `*` is any
    /// version; what was never given out is the version of nothing.
    #[param(rename = "If-Match")]
    if_match: Option<String>,
}

/// The header that questions take whose answer has an `ETag`.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code, reason = "read for the description alone")]
pub(super) struct KnownHeader {
    /// An `ETag` that was answered before, or several with commas: what is still the same is not sent again (304).
    #[param(rename = "If-None-Match")]
    if_none_match: Option<String>,
}

impl Ask {
    /// The language of the answer.
    pub(super) fn locale(&self) -> Locale {
        self.caller.locale
    }

    /// The key that was sent, or a new one: without a key every request is another one.
    pub(super) fn key(&self) -> String {
        self.desk.or_fresh(self.key.clone())
    }

    /// How it is asked for, with this body: under which key, and of which versions.
    pub(super) fn asked(&self, body: String) -> Asked {
        Asked { key: self.key.clone(), body, versions: self.if_match.clone() }
    }

    /// Commands with this body, carried out only on what has the version that the caller expects, if any.
    pub(super) fn commands(&self, of: Part, body: String) -> Commands {
        self.desk.commands_on(self.expected(of)).asked(body)
    }

    /// The versions that the caller expects, if any.
    pub(super) fn expected(&self, of: Part) -> Option<Expected> {
        self.if_match.clone().map(|versions| Expected { of, versions })
    }
}

impl FromRequestParts<Rest> for Ask {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, rest: &Rest) -> Result<Self, Refused> {
        let caller = parts.extensions.get::<Caller>().cloned().ok_or(Fault::Unavailable)?;
        let base = match &rest.public_url {
            Some(url) => url.clone(),
            None => {
                let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
                let host = host.or_else(|| parts.uri.authority().map(axum::http::uri::Authority::as_str));
                let https = parts.extensions.get::<Https>().is_some_and(|https| https.0);
                let scheme = if https { "https" } else { "http" };
                format!("{scheme}://{}", host.unwrap_or("localhost"))
            }
        };
        Ok(Self {
            desk: Arc::clone(&rest.desk),
            caller,
            base: Base(base),
            key: if takes_key(&parts.method) { key_of(&parts.headers)? } else { None },
            if_match: versions_of(&parts.headers),
        })
    }
}

/// Whether a key means something: what reads or deletes can be sent as often as one likes.
fn takes_key(method: &Method) -> bool {
    [Method::POST, Method::PUT, Method::PATCH].contains(method)
}

fn key_of(headers: &HeaderMap) -> Result<Option<String>, Refused> {
    let Some(key) = headers.get(KEY) else { return Ok(None) };
    let field = Field::Key;
    match key.to_str() {
        Ok("") => Err(Fault::field(FieldFault::Missing { field }).into()),
        // Also where the key is not looked at, for what is asked there can be asked twice.
        Ok(key) if key.len() > MAX_KEY => {
            Err(Fault::field(FieldFault::TooLong { field, max: MAX_KEY as u32 }).into())
        }
        Ok(key) if key.bytes().all(|byte| byte.is_ascii_graphic()) => Ok(Some(key.to_owned())),
        _ => Err(Fault::field(FieldFault::Malformed { field }).into()),
    }
}

/// The versions of `If-Match`; `None` when it says nothing or that any will do. A tag that was never given out is the version of nothing.
fn versions_of(headers: &HeaderMap) -> Option<Vec<u64>> {
    let mut versions = None;
    for tags in headers.get_all(IF_MATCH) {
        for tag in tags.to_str().unwrap_or_default().split(',').map(str::trim) {
            if tag == "*" {
                return None;
            }
            let known: &mut Vec<u64> = versions.get_or_insert_default();
            let inside = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
            known.extend(inside.and_then(|tag| tag.split('-').next()?.parse::<u64>().ok()));
        }
    }
    versions
}

/// A JSON body: what it says, and all of it with its members in order, by which a repeat is recognised.
pub(super) struct Body<T>(pub(super) T, pub(super) String);

impl<T: DeserializeOwned> FromRequest<Rest> for Body<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, rest: &Rest) -> Result<Self, Refused> {
        let (bytes, is_json) = read(request, rest).await?;
        if is_json {
            parse(&bytes).map(|read| Body(read, in_order(&bytes)))
        } else {
            Err(Refused::Status(StatusCode::UNSUPPORTED_MEDIA_TYPE))
        }
    }
}

/// A JSON body that may be left out. No bytes are none, whatever they are called, and so is `null`, as the description says.
impl<T: DeserializeOwned> OptionalFromRequest<Rest> for Body<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, rest: &Rest) -> Result<Option<Self>, Refused> {
        match read(request, rest).await? {
            (nothing, _) if nothing.is_empty() => Ok(None),
            (bytes, true) => {
                parse::<Option<T>>(&bytes).map(|body| body.map(|read| Body(read, in_order(&bytes))))
            }
            _ => Err(Refused::Status(StatusCode::UNSUPPORTED_MEDIA_TYPE)),
        }
    }
}

/// True when the body is said to be JSON.
fn is_json(request: &Request) -> bool {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

/// The bytes of a body, and whether it is said to be JSON: one that is left out may be called anything. What is in it is the business of
/// somebody alone: every command needs an account.
async fn read(request: Request, rest: &Rest) -> Result<(Bytes, bool), Refused> {
    let is_json = is_json(&request);
    let is_somebody = request.extensions().get::<Caller>().is_some_and(|caller| caller.account.is_some());
    let bytes = Bytes::from_request(request, rest).await;
    let bytes = bytes.map_err(|rejection| Refused::Status(rejection.status()))?;
    if is_somebody { Ok((bytes, is_json)) } else { Err(Fault::NotSignedIn.into()) }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refused> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let (path, cause) = (error.path().to_string(), error.into_inner());
        // Of some values that it has no use for the reader says that they are no JSON.
        if cause.is_data() || serde_json::from_slice::<IgnoredAny>(bytes).is_ok() {
            misshapen(&path, &cause.to_string())
        } else {
            Refused::Fault(Fault::Unreadable)
        }
    })?;
    reader.end().map_err(|_| Refused::Fault(Fault::Unreadable))?;
    Ok(read)
}

/// A body that was read, without white space and with the members of each object in the order of their names.
fn in_order(bytes: &[u8]) -> String {
    let read = serde_json::from_slice(bytes).map(|mut body: serde_json::Value| {
        body.sort_all_objects();
        body.to_string()
    });
    read.unwrap_or_default()
}

/// The refusal of what a reader could not read, with the sentence that it said at the end of this path.
fn misshapen(path: &str, sentence: &str) -> Refused {
    let (wrong, named) = Shape::of_sentence(sentence);
    let field = match (path, named) {
        (".", named) => named.unwrap_or("body").to_owned(),
        // The path to a member that is not known ends at it, and otherwise at the object that is to have it.
        (path, Some(named)) if !matches!(wrong, Shape::Unknown { .. }) => format!("{path}.{named}"),
        (path, _) => path.to_owned(),
    };
    Refused::Shape { field, wrong }
}

/// The query of a URL.
pub(super) struct Query<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequestParts<Rest> for Query<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &Rest) -> Result<Self, Refused> {
        axum::extract::Query::try_from_uri(&parts.uri).map(|query| Query(query.0)).map_err(|rejection| {
            // "page: invalid digit found in string", or a sentence that names the member.
            let cause = rejection.source().map(ToString::to_string).unwrap_or_default();
            let (path, sentence) = cause.split_once(": ").unwrap_or((".", cause.as_str()));
            misshapen(path, sentence)
        })
    }
}

/// An id in a path: what is none leads nowhere.
pub(super) struct Id<T>(pub(super) T);

/// An id in a path, and a second one after it.
pub(super) struct Ids<T, U>(pub(super) T, pub(super) U);

impl<T, U> FromRequestParts<Rest> for Ids<T, U>
where
    T: std::str::FromStr + Send,
    U: std::str::FromStr + Send,
{
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, rest: &Rest) -> Result<Self, Refused> {
        let found = axum::extract::Path::<(String, String)>::from_request_parts(parts, rest).await;
        let ids = found.ok().and_then(|axum::extract::Path((first, second))| {
            Some(Self(first.parse().ok()?, second.parse().ok()?))
        });
        ids.ok_or_else(|| Fault::NotFound.into())
    }
}

impl<T: std::str::FromStr + Send> FromRequestParts<Rest> for Id<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, rest: &Rest) -> Result<Self, Refused> {
        let found = axum::extract::Path::<String>::from_request_parts(parts, rest).await;
        let id = found.ok().and_then(|axum::extract::Path(text)| text.parse().ok());
        id.map(Id).ok_or_else(|| Fault::NotFound.into())
    }
}
