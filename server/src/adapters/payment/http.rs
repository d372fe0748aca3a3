//! What every provider over HTTP has in common: one address, time-outs, and answers that are read up to a bound.

use std::net::IpAddr;
use std::time::Duration;

use reqwest::{Client, RequestBuilder, StatusCode, Url, redirect};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{GatewayError, Timeouts};

/// The header by which a provider knows a repeat.
pub(super) const KEY: &str = "Idempotency-Key";
/// The longest answer that is read, in bytes.
const ANSWER_MAX: usize = 256 * 1024;
/// Connections that are kept open while nobody calls.
const IDLE_CONNECTIONS: usize = 64;

/// Which addresses a provider may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Schemes {
    /// `http` alone.
    Plain,
    /// `https`; `http` on this machine's own loopback, where no secret leaves it.
    Secret,
}

/// A provider's address, and how long to wait for it.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) client: Client,
    pub(super) timeouts: Timeouts,
    base: Url,
}

/// What came back: a status and a body.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) body: Vec<u8>,
}

impl Line {
    /// A line to the provider at `base_url`.
    ///
    /// # Errors
    ///
    /// [`GatewayError::Address`] if `base_url` is not an address of these schemes.
    pub(super) fn new(base_url: &str, schemes: Schemes, timeouts: Timeouts) -> Result<Self, GatewayError> {
        let unusable = |reason: String| GatewayError::Address { url: base_url.to_owned(), reason };
        let base = Url::parse(base_url).map_err(|error| unusable(error.to_string()))?;
        let fits = match schemes {
            Schemes::Plain => base.scheme() == "http",
            Schemes::Secret => base.scheme() == "https" || (base.scheme() == "http" && is_loopback(&base)),
        };
        if !fits || base.cannot_be_a_base() {
            return Err(unusable(
                match schemes {
                    Schemes::Plain => "it has to begin with http://",
                    Schemes::Secret => "it has to begin with https://, or with http:// on this machine",
                }
                .to_owned(),
            ));
        }
        let client = Client::builder()
            .connect_timeout(timeouts.connect)
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            // The provider is named by its own address; an answer from elsewhere is not its answer.
            .no_proxy()
            .redirect(redirect::Policy::none())
            .build()
            .map_err(|error| unusable(error.to_string()))?;
        Ok(Self { client, timeouts, base })
    }

    /// The address of a call; each segment is escaped.
    pub(super) fn url(&self, segments: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }

    /// Sends a request and reads the whole answer, whatever its status.
    ///
    /// # Errors
    ///
    /// [`GatewayError::Unavailable`] if none came, or one that is too long.
    pub(super) async fn ask(
        &self,
        request: RequestBuilder,
        timeout: Duration,
    ) -> Result<Reply, GatewayError> {
        let unavailable = |error: reqwest::Error| GatewayError::Unavailable { reason: describe(error) };
        let mut response = request.timeout(timeout).send().await.map_err(unavailable)?;
        let status = response.status();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(unavailable)? {
            if body.len() + chunk.len() > ANSWER_MAX {
                return Err(unusable("the answer is too long"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Reply { status, body })
    }
}

impl Reply {
    /// True for a 4xx that would be the same at every try; the three others ask for patience.
    pub(super) fn is_refusal(&self) -> bool {
        self.status.is_client_error()
            && !matches!(
                self.status,
                StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS
            )
    }

    /// As [`Reply::is_refusal`], at a provider that knows callers by a secret: a wrong one, and a request that is under way already, say
    /// nothing of the money.
    pub(super) fn is_final(&self) -> bool {
        self.is_refusal() && !matches!(self.status, StatusCode::UNAUTHORIZED | StatusCode::CONFLICT)
    }

    /// An answer of any other status says nothing, unless it is the provider's word about this request.
    pub(super) fn expect_ok(&self) -> Result<&Self, GatewayError> {
        let said = || format!("HTTP {}", self.status.as_u16());
        match self.status {
            StatusCode::OK => Ok(self),
            _ if self.is_about_the_request() => Err(undecided(&said())),
            _ => Err(unusable(&said())),
        }
    }

    /// True when the provider works, and objects to this request or asks for patience with it: that is nobody else's matter. What it
    /// says of the shop's secret concerns all requests, and a 404 or a page of some proxy need not be the provider's word at all.
    fn is_about_the_request(&self) -> bool {
        match self.status {
            StatusCode::CONFLICT | StatusCode::TOO_MANY_REQUESTS => true,
            StatusCode::UNAUTHORIZED
            | StatusCode::FORBIDDEN
            | StatusCode::NOT_FOUND
            | StatusCode::REQUEST_TIMEOUT => false,
            other => other.is_client_error() && self.json::<Map<String, Value>>().is_ok(),
        }
    }

    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, GatewayError> {
        serde_json::from_slice(&self.body).map_err(|error| GatewayError::Unavailable {
            reason: format!("HTTP {} with a body that cannot be read: {error}", self.status.as_u16()),
        })
    }
}

/// An answer that says nothing, and what is wrong with it.
pub(super) fn unusable(reason: &str) -> GatewayError {
    GatewayError::Unavailable { reason: reason.to_owned() }
}

/// An answer that leaves the money open.
pub(super) fn undecided(reason: &str) -> GatewayError {
    GatewayError::Undecided { reason: reason.to_owned() }
}

fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        host == "localhost" || address.is_ok_and(|address| address.is_loopback())
    })
}

/// An error with its causes, which reqwest keeps apart, and without the address.
fn describe(error: reqwest::Error) -> String {
    let error = error.without_url();
    let kind = if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the call broke off"
    };
    let mut text = kind.to_owned();
    let mut cause = std::error::Error::source(&error);
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
