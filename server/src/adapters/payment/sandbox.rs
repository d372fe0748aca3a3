//! The sandbox provider, over HTTP.

use std::sync::Arc;

use async_trait::async_trait;
use domain::processes::ChargeOutcome;
use domain::views::CardView;
use reqwest::StatusCode;
use tokio::sync::OnceCell;

use super::http::{KEY, Line, Reply, Schemes, unusable};
use super::wire::{Card, ChargeBody, Payment, RefundBody, Refunded, Refusal, card_views};
use super::{ChargeRequest, GatewayError, PaymentGateway, RefundRequest, Timeouts};

/// A client of the sandbox provider. Clones are not needed: it is shared behind an `Arc`.
#[derive(Debug)]
pub struct SandboxGateway {
    line: Line,
    public_base: Option<String>,
    cards: OnceCell<Arc<[CardView]>>,
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
        let line = Line::new(base_url, Schemes::Plain, timeouts)?;
        Ok(Self { line, public_base, cards: OnceCell::new() })
    }

    /// A request about a charge: for the money, or to have it void.
    async fn ask_about(&self, request: &ChargeRequest, path: &[&str]) -> Result<ChargeOutcome, GatewayError> {
        let post = self.line.client.post(self.line.url(path)).header(KEY, &request.key).json(&ChargeBody {
            order: &request.order,
            amount: request.amount,
            card: &request.method,
            return_url: request.return_url.as_deref(),
        });
        let reply = self.line.ask(post, self.line.timeouts.charge).await?;
        if reply.is_refusal() {
            let outcome = reply.json::<Refusal>()?.outcome()?;
            tracing::warn!(key = request.key, ?outcome, "the payment provider turned a charge down unread");
            return Ok(outcome);
        }
        self.outcome(&reply, &request.key)
    }

    /// What a payment in an answer says.
    fn outcome(&self, reply: &Reply, key: &str) -> Result<ChargeOutcome, GatewayError> {
        let payment = reply.expect_ok()?.json::<Payment>()?;
        payment
            .outcome(key, self.public_base.as_deref())
            .ok_or_else(|| unusable("the answer is about another payment, or contradicts itself"))
    }

    async fn ask_for_cards(&self) -> Result<Arc<[CardView]>, GatewayError> {
        let get = self.line.client.get(self.line.url(&["v1", "cards"]));
        let reply = self.line.ask(get, self.line.timeouts.other).await?;
        Ok(card_views(reply.expect_ok()?.json::<Vec<Card>>()?).into())
    }
}

#[async_trait]
impl PaymentGateway for SandboxGateway {
    async fn try_charge(&self, request: &ChargeRequest) -> Result<ChargeOutcome, GatewayError> {
        self.ask_about(request, &["v1", "payments"]).await
    }

    async fn try_void(&self, request: &ChargeRequest) -> Result<ChargeOutcome, GatewayError> {
        self.ask_about(request, &["v1", "payments", "void"]).await
    }

    async fn find_charge(&self, request: &ChargeRequest) -> Result<Option<ChargeOutcome>, GatewayError> {
        let get = self.line.client.get(self.line.url(&["v1", "payments"])).query(&[("key", &request.key)]);
        let reply = self.line.ask(get, self.line.timeouts.other).await?;
        // A 404 from whatever else may stand at this address has no such body.
        if reply.status == StatusCode::NOT_FOUND && reply.json::<Refusal>()?.error == "not_found" {
            return Ok(None);
        }
        self.outcome(&reply, &request.key).map(Some)
    }

    async fn refund(&self, request: &RefundRequest) -> Result<(), GatewayError> {
        let post = self
            .line
            .client
            .post(self.line.url(&["v1", "payments", &request.provider_id, "cancel"]))
            .header(KEY, &request.key)
            .json(&RefundBody { amount: request.amount, reason: &request.reason });
        let reply = self.line.ask(post, self.line.timeouts.other).await?;
        if reply.is_refusal() {
            let code = reply.json::<Refusal>()?.error;
            return Err(GatewayError::Refused { code });
        }
        let Refunded { cancel } = reply.expect_ok()?.json()?;
        if cancel.key == request.key && cancel.amount == request.amount.get() {
            return Ok(());
        }
        Err(unusable("the answer is about another refund"))
    }

    /// Never: it has no banks behind it.
    async fn is_sent_back(&self, _: &RefundRequest) -> Result<bool, GatewayError> {
        Ok(false)
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
