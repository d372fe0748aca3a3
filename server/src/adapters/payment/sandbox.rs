//! The sandbox provider, over HTTP.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::processes::ChargeOutcome;
use domain::views::CardView;
use reqwest::{Client, RequestBuilder, StatusCode, Url, redirect};
use serde::de::DeserializeOwned;
use tokio::sync::OnceCell;

use super::wire::{Card, ChargeBody, Payment, RefundBody, Refunded, Refusal, card_views};
use super::{ChargeRequest, GatewayError, PaymentGateway, RefundRequest};

/// The header by which the provider knows a repeat.
const KEY: &str = "Idempotency-Key";
/// The longest answer that is read, in bytes.
const ANSWER_MAX: usize = 256 * 1024;
/// Connections that are kept open while nobody calls.
const IDLE_CONNECTIONS: usize = 64;

/// How long to wait for the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection.
    pub connect: Duration,
    /// For the whole of a charge.
    pub charge: Duration,
    /// For the whole of any other call.
    pub other: Duration,
}

/// A client of the sandbox provider. Clones are not needed: it is shared behind an `Arc`.
#[derive(Debug)]
pub struct SandboxGateway {
    client: Client,
    base: Url,
    timeouts: Timeouts,
    public_base: Option<String>,
    cards: OnceCell<Arc<[CardView]>>,
}

/// What came back: a status and a body.
struct Reply {
    status: StatusCode,
    body: Vec<u8>,
}

impl SandboxGateway {
    /// A client for the provider at `base_url`, such as `http://127.0.0.1:9000`. Paths of the provider's pages for
    /// customers are put behind `public_base`; without one they stay paths, which suits a provider whose pages this
    /// site serves itself.
    ///
    /// # Errors
    ///
    /// [`GatewayError::Address`] if `base_url` is not an `http` address.
    pub fn new(
        base_url: &str,
        timeouts: Timeouts,
        public_base: Option<String>,
    ) -> Result<Self, GatewayError> {
        let unusable = |reason: String| GatewayError::Address { url: base_url.to_owned(), reason };
        let base = Url::parse(base_url).map_err(|error| unusable(error.to_string()))?;
        if base.scheme() != "http" || base.cannot_be_a_base() {
            return Err(unusable("it has to begin with http://".to_owned()));
        }
        let client = Client::builder()
            .connect_timeout(timeouts.connect)
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            // The provider is named by its own address; an answer from elsewhere is not its answer.
            .no_proxy()
            .redirect(redirect::Policy::none())
            .build()
            .map_err(|error| unusable(error.to_string()))?;
        Ok(Self { client, base, timeouts, public_base, cards: OnceCell::new() })
    }

    /// The address of a call; each segment is escaped.
    fn url(&self, segments: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }

    async fn ask(&self, request: RequestBuilder, timeout: Duration) -> Result<Reply, GatewayError> {
        let unavailable = |error: reqwest::Error| GatewayError::Unavailable { reason: describe(&error) };
        let mut response = request.timeout(timeout).send().await.map_err(unavailable)?;
        let status = response.status();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(unavailable)? {
            if body.len() + chunk.len() > ANSWER_MAX {
                return Err(GatewayError::Unavailable { reason: "the answer is too long".to_owned() });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Reply { status, body })
    }

    /// A request about a charge: for the money, or to have it void.
    async fn ask_about(&self, request: &ChargeRequest, path: &[&str]) -> Result<ChargeOutcome, GatewayError> {
        let post = self.client.post(self.url(path)).header(KEY, &request.key).json(&ChargeBody {
            order: &request.order,
            amount: request.amount,
            card: &request.method,
            return_url: request.return_url.as_deref(),
        });
        let reply = self.ask(post, self.timeouts.charge).await?;
        if reply.is_refusal() {
            let refusal: Refusal = reply.json()?;
            let code = refusal.error.clone();
            let outcome = refusal.outcome().ok_or(GatewayError::Refused { code })?;
            tracing::warn!(key = request.key, ?outcome, "the payment provider turned a charge down unread");
            return Ok(outcome);
        }
        self.outcome(&reply, &request.key)
    }

    /// What a payment in an answer says.
    fn outcome(&self, reply: &Reply, key: &str) -> Result<ChargeOutcome, GatewayError> {
        reply.expect_ok()?.json::<Payment>()?.outcome(key, self.public_base.as_deref()).ok_or_else(|| {
            GatewayError::Unavailable {
                reason: "the answer is about another payment, or contradicts itself".to_owned(),
            }
        })
    }

    async fn ask_for_cards(&self) -> Result<Arc<[CardView]>, GatewayError> {
        let get = self.client.get(self.url(&["v1", "cards"]));
        let reply = self.ask(get, self.timeouts.other).await?;
        Ok(card_views(reply.expect_ok()?.json::<Vec<Card>>()?).into())
    }
}

impl Reply {
    /// True for a 4xx that would be the same at every try; the three others ask for patience.
    fn is_refusal(&self) -> bool {
        self.status.is_client_error()
            && !matches!(
                self.status,
                StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS
            )
    }

    /// An answer of any other status says nothing.
    fn expect_ok(&self) -> Result<&Self, GatewayError> {
        if self.status == StatusCode::OK {
            return Ok(self);
        }
        Err(GatewayError::Unavailable { reason: format!("HTTP {}", self.status.as_u16()) })
    }

    fn json<T: DeserializeOwned>(&self) -> Result<T, GatewayError> {
        serde_json::from_slice(&self.body).map_err(|error| GatewayError::Unavailable {
            reason: format!("HTTP {} with a body that cannot be read: {error}", self.status.as_u16()),
        })
    }
}

/// An error with its causes, which reqwest keeps apart, and without the address.
fn describe(error: &reqwest::Error) -> String {
    let kind = if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the call broke off"
    };
    let mut text = kind.to_owned();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

fn unknown(request: &ChargeRequest, error: &GatewayError) -> ChargeOutcome {
    tracing::warn!(key = request.key, %error, "the outcome of a charge is unknown");
    ChargeOutcome::Unknown
}

#[async_trait]
impl PaymentGateway for SandboxGateway {
    async fn charge(&self, request: &ChargeRequest) -> ChargeOutcome {
        self.ask_about(request, &["v1", "payments"]).await.unwrap_or_else(|error| unknown(request, &error))
    }

    async fn void(&self, request: &ChargeRequest) -> ChargeOutcome {
        self.ask_about(request, &["v1", "payments", "void"])
            .await
            .unwrap_or_else(|error| unknown(request, &error))
    }

    async fn find_charge(&self, key: &str) -> Result<Option<ChargeOutcome>, GatewayError> {
        let get = self.client.get(self.url(&["v1", "payments"])).query(&[("key", key)]);
        let reply = self.ask(get, self.timeouts.other).await?;
        // A 404 from whatever else may stand at this address has no such body.
        if reply.status == StatusCode::NOT_FOUND && reply.json::<Refusal>()?.error == "not_found" {
            return Ok(None);
        }
        self.outcome(&reply, key).map(Some)
    }

    async fn refund(&self, request: &RefundRequest) -> Result<(), GatewayError> {
        let post = self
            .client
            .post(self.url(&["v1", "payments", &request.provider_id, "cancel"]))
            .header(KEY, &request.key)
            .json(&RefundBody { amount: request.amount, reason: &request.reason });
        let reply = self.ask(post, self.timeouts.other).await?;
        if reply.is_refusal() {
            let code = reply.json::<Refusal>()?.error;
            return Err(GatewayError::Refused { code });
        }
        let Refunded { cancel } = reply.expect_ok()?.json()?;
        if cancel.key == request.key && cancel.amount == request.amount.get() {
            return Ok(());
        }
        Err(GatewayError::Unavailable { reason: "the answer is about another refund".to_owned() })
    }

    async fn cards(&self) -> Arc<[CardView]> {
        match self.cards.get_or_try_init(|| self.ask_for_cards()).await {
            Ok(cards) => Arc::clone(cards),
            Err(error) => {
                tracing::warn!(%error, "there are no cards to offer");
                Arc::default()
            }
        }
    }
}
