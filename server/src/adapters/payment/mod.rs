//! The port to payment providers.

mod guarded;
mod http;
mod known;
mod sandbox;
mod stripe;
#[cfg(test)]
mod tests;
mod toss;
mod wire;

use async_trait::async_trait;
use domain::processes::{ChargeOutcome, of_charge_key};
use domain::shared::{Timestamp, Won};
use domain::views::CardView;
use std::sync::Arc;
use std::time::Duration;

pub use guarded::Guarded;
pub use known::Known;
pub use sandbox::SandboxGateway;
pub use stripe::{StripeGateway, WrongSignature, event_key as stripe_event_key};
pub use toss::{TossGateway, charge_key as toss_charge_key, order_id as toss_order_id};

/// How long to wait for a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection.
    pub connect: Duration,
    /// For one call about a charge.
    pub charge: Duration,
    /// For any other call.
    pub other: Duration,
}

/// A request to take money. Everything in it is the same at every try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChargeRequest {
    /// The idempotency key: 1 to 200 visible ASCII characters.
    pub key: String,
    /// The order's reference, as the customer reads it at the provider.
    pub order: String,
    /// How much, in won.
    pub amount: Won,
    /// The provider's token of the card.
    pub method: String,
    /// Where the customer comes back to from the provider's page: a path of this site or an address.
    pub return_url: Option<String>,
}

/// A request to give money back. Everything in it is the same at every try, until it is refused: then the next is another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundRequest {
    /// The idempotency key: 1 to 200 visible ASCII characters.
    pub key: String,
    /// The keys of requests for the same money that were refused, the first one first. What was given back under one of them after all is
    /// not given back again.
    pub earlier: Vec<String>,
    /// The provider's id of the approval.
    pub provider_id: String,
    /// How much of it, in won.
    pub amount: Won,
    /// Why; at most 500 characters.
    pub reason: String,
}

impl RefundRequest {
    /// All keys under which this money may have been given back.
    fn keys(&self) -> impl Iterator<Item = &str> {
        self.earlier.iter().map(String::as_str).chain([self.key.as_str()])
    }
}

/// Why a provider did not do, or not say, what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GatewayError {
    /// It cannot be asked like this: the configuration is wrong.
    #[error("the payment provider's address {url} cannot be used: {reason}")]
    Address {
        /// The address.
        url: String,
        /// Why not.
        reason: String,
    },
    /// No answer, or one that says nothing: the same request may be sent again, and should be.
    #[error("the payment provider gave no usable answer: {reason}")]
    Unavailable {
        /// What was seen instead.
        reason: String,
    },
    /// It has answered, and nothing is decided yet: the same request may be sent again, and should be.
    #[error("the payment provider has not decided yet: {reason}")]
    Undecided {
        /// What is open.
        reason: String,
    },
    /// It was not asked: its circuit breaker is open.
    #[error("the payment provider is not asked for now: its circuit breaker is open")]
    Open,
    /// It said no, and will say so again.
    #[error("the payment provider refused: {code}")]
    Refused {
        /// Its code.
        code: String,
    },
}

/// A payment provider.
#[async_trait]
pub trait PaymentGateway: Send + Sync {
    /// Asks for an approval. The same request may be sent again at any time, and charges once.
    ///
    /// # Errors
    ///
    /// Whatever the provider said or did not say instead of an outcome: the money may have been taken, and the request has to be sent again.
    async fn try_charge(&self, request: &ChargeRequest) -> Result<ChargeOutcome, GatewayError>;

    /// As [`PaymentGateway::try_charge`], but never an error: what is not known is [`ChargeOutcome::Unknown`].
    async fn charge(&self, request: &ChargeRequest) -> ChargeOutcome {
        self.try_charge(request).await.unwrap_or_else(|error| unknown(&request.key, &error))
    }

    /// Whether a charge by this method says where the customer goes on, and takes nothing before that customer has gone on there. Then one
    /// whose customer has not been told yet may be asked for again without being looked for first.
    fn only_invites(&self, _: &str) -> bool {
        false
    }

    /// What became of an earlier request such as this; `None` when the provider has no record of it, or one that nothing was asked for
    /// yet. That does not mean that none will follow: a slow approval may still be under way, and only [`PaymentGateway::charge`] of
    /// the same request makes certain. Takes no money.
    ///
    /// # Errors
    ///
    /// [`GatewayError::Unavailable`] if the provider did not say, [`GatewayError::Undecided`] if it does not know yet.
    async fn find_charge(&self, request: &ChargeRequest) -> Result<Option<ChargeOutcome>, GatewayError>;

    /// Makes sure that nothing is taken under this request's key any more, and says what was taken before.
    ///
    /// | the charge | the answer |
    /// | --- | --- |
    /// | was never asked for | [`ChargeOutcome::Voided`] |
    /// | is on its way | [`ChargeOutcome::Voided`] when it will take nothing wherever it is; an error as long as it may |
    /// | waits for its customer | [`ChargeOutcome::Voided`], or a decline: whatever the customer does takes nothing |
    /// | was declined | [`ChargeOutcome::Voided`], or the decline |
    /// | was approved | the approval, also once it was given back; nothing is given back by this call |
    ///
    /// It may be repeated at any time, and says the same again. Whoever has called a charge off asks for it no more by
    /// [`PaymentGateway::charge`]: not every provider keeps a note of what was called off.
    ///
    /// # Errors
    ///
    /// As [`PaymentGateway::try_charge`]: nothing is certain yet, and the same has to be asked again.
    async fn try_void(&self, request: &ChargeRequest) -> Result<ChargeOutcome, GatewayError>;

    /// As [`PaymentGateway::try_void`], but never an error: what is not known is [`ChargeOutcome::Unknown`].
    async fn void(&self, request: &ChargeRequest) -> ChargeOutcome {
        self.try_void(request).await.unwrap_or_else(|error| unknown(&request.key, &error))
    }

    /// Gives money back. The same request twice gives it back once. A provider repeats its refusal of a request; what is asked for under
    /// another key afterwards, with the refused ones as [`RefundRequest::earlier`], is given back once as well.
    ///
    /// # Errors
    ///
    /// [`GatewayError::Unavailable`] and [`GatewayError::Undecided`] when it is not known whether the money went back: ask again.
    /// [`GatewayError::Refused`] when it did not and will not, such as for more than is left of the approval.
    async fn refund(&self, request: &RefundRequest) -> Result<(), GatewayError>;

    /// Whether a refund that this provider said it had made has come back to it since: a customer's bank may not take it, days later. Gives
    /// nothing back.
    ///
    /// # Errors
    ///
    /// [`GatewayError::Unavailable`] if the provider did not say.
    async fn is_sent_back(&self, request: &RefundRequest) -> Result<bool, GatewayError>;

    /// Cards to offer. Empty while the provider does not answer; kept after its first answer.
    async fn cards(&self) -> Arc<[CardView]>;
}

/// When the order of this key was placed; `None` for a key that is not an order's.
fn placed_at(key: &str) -> Option<Timestamp> {
    let (order, _) = of_charge_key(key)?;
    let (seconds, nanoseconds) = order.0.get_timestamp()?.to_unix();
    Some(Timestamp((seconds as i64) * 1_000 + i64::from(nanoseconds) / 1_000_000))
}

/// What is not known of a charge is noted, and asked again.
pub(crate) fn unknown(key: &str, error: &GatewayError) -> ChargeOutcome {
    match error {
        // Nobody was asked, which the breaker has told.
        GatewayError::Open => tracing::debug!(key, %error, "the outcome of a charge is unknown"),
        _ => tracing::warn!(key, %error, "the outcome of a charge is unknown"),
    }
    ChargeOutcome::Unknown
}
