//! A payment provider behind its circuit breaker.

use std::sync::Arc;

use async_trait::async_trait;
use domain::processes::ChargeOutcome;
use domain::views::CardView;

use super::{ChargeRequest, GatewayError, PaymentGateway, RefundRequest};
use crate::adapters::breaker::{Breaker, Shows};

/// A provider that is not asked while its breaker is open. Whatever it says of the money shows that it works: a refusal, and that nothing is
/// decided yet, included. No answer, and one that says nothing, count against it.
pub struct Guarded {
    inner: Arc<dyn PaymentGateway>,
    breaker: Breaker,
}

impl Guarded {
    /// This provider behind this breaker.
    pub fn new(inner: Arc<dyn PaymentGateway>, breaker: Breaker) -> Self {
        Self { inner, breaker }
    }
}

fn says_nothing<T>(answer: &Result<T, GatewayError>) -> bool {
    matches!(answer, Err(GatewayError::Unavailable { .. }))
}

#[async_trait]
impl PaymentGateway for Guarded {
    async fn try_charge(&self, request: &ChargeRequest) -> Result<ChargeOutcome, GatewayError> {
        let answer = self.breaker.call(self.inner.try_charge(request), says_nothing).await;
        answer.unwrap_or(Err(GatewayError::Open))
    }

    fn only_invites(&self, method: &str) -> bool {
        self.inner.only_invites(method)
    }

    async fn find_charge(&self, request: &ChargeRequest) -> Result<Option<ChargeOutcome>, GatewayError> {
        // Lookups may be answered where every charge fails: that nothing is known, or that a customer is waited for, is no proof that money
        // can be moved. Where inviting the customer is all that a charge does, whoever needs the invitation charges instead of looking.
        let shows = |answer: &Result<Option<ChargeOutcome>, GatewayError>| match answer {
            Err(GatewayError::Unavailable { .. }) => Shows::Fails,
            Ok(None | Some(ChargeOutcome::NeedsCustomer { .. })) => Shows::Nothing,
            Ok(Some(_)) | Err(_) => Shows::Works,
        };
        let answer = self.breaker.call_judged(self.inner.find_charge(request), shows).await;
        answer.unwrap_or(Err(GatewayError::Open))
    }

    async fn try_void(&self, request: &ChargeRequest) -> Result<ChargeOutcome, GatewayError> {
        let answer = self.breaker.call(self.inner.try_void(request), says_nothing).await;
        answer.unwrap_or(Err(GatewayError::Open))
    }

    async fn refund(&self, request: &RefundRequest) -> Result<(), GatewayError> {
        let answer = self.breaker.call(self.inner.refund(request), says_nothing).await;
        answer.unwrap_or(Err(GatewayError::Open))
    }

    async fn is_sent_back(&self, request: &RefundRequest) -> Result<bool, GatewayError> {
        // A lookup, as above.
        let shows = |answer: &Result<bool, GatewayError>| {
            if says_nothing(answer) { Shows::Fails } else { Shows::Nothing }
        };
        let answer = self.breaker.call_judged(self.inner.is_sent_back(request), shows).await;
        answer.unwrap_or(Err(GatewayError::Open))
    }

    /// Not guarded: it moves no money, and an answer is kept.
    async fn cards(&self) -> Arc<[CardView]> {
        self.inner.cards().await
    }
}
