//! Which answers count against a provider.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use domain::shared::Timestamp;
use domain::views::{BreakerState, CardView};

use super::*;
use crate::adapters::breaker::{Breaker, BreakerSettings};
use crate::adapters::payment::{Guarded, PaymentGateway};

/// A provider that answers each charge and each void like this.
struct Says(Mutex<Result<ChargeOutcome, GatewayError>>);

impl Says {
    fn answer(&self) -> Result<ChargeOutcome, GatewayError> {
        self.0.lock().unwrap().clone()
    }
}

#[async_trait]
impl PaymentGateway for Says {
    async fn try_charge(&self, _: &ChargeRequest) -> Result<ChargeOutcome, GatewayError> {
        self.answer()
    }
    async fn find_charge(&self, _: &ChargeRequest) -> Result<Option<ChargeOutcome>, GatewayError> {
        self.answer().map(Some)
    }
    async fn try_void(&self, _: &ChargeRequest) -> Result<ChargeOutcome, GatewayError> {
        self.answer()
    }
    async fn refund(&self, _: &RefundRequest) -> Result<(), GatewayError> {
        self.answer().map(drop)
    }
    async fn is_sent_back(&self, _: &RefundRequest) -> Result<bool, GatewayError> {
        self.answer().map(|_| false)
    }
    async fn cards(&self) -> Arc<[CardView]> {
        Arc::default()
    }
}

fn unavailable() -> GatewayError {
    GatewayError::Unavailable { reason: "HTTP 500".to_owned() }
}

#[tokio::test]
async fn a_provider_that_has_not_decided_yet_works_and_one_that_says_nothing_does_not() {
    let undecided = GatewayError::Undecided { reason: "a confirmation may still be on its way".to_owned() };
    let refused = GatewayError::Refused { code: "NOT_CANCELABLE_AMOUNT".to_owned() };
    let declined = ChargeOutcome::Declined { code: "no_funds".to_owned() };
    for (answer, opens) in [
        (Err(undecided), false),
        (Err(refused), false),
        (Ok(declined), false),
        (Ok(ChargeOutcome::Voided), false),
        (Err(unavailable()), true),
    ] {
        let breaker = Breaker::new("test", BreakerSettings { failures: 3, open: PATIENT });
        let says = Arc::new(Says(Mutex::new(answer.clone())));
        let guarded = Guarded::new(Arc::<Says>::clone(&says), breaker.clone());
        let refund = refund("pay_1", "r", 1);
        for _ in 0..3 {
            let request = by("tok_approve");
            let said = guarded.void(&request).await;
            assert_eq!(said, answer.clone().unwrap_or(ChargeOutcome::Unknown));
            let said = guarded.charge(&request).await;
            assert_eq!(said, answer.clone().unwrap_or(ChargeOutcome::Unknown));
            drop((guarded.find_charge(&request).await, guarded.refund(&refund).await));
        }
        let expected = if opens { BreakerState::Open } else { BreakerState::Closed };
        assert_eq!(breaker.state(), expected, "{answer:?}");
        if opens {
            assert_eq!(guarded.try_void(&by("tok_approve")).await, Err(GatewayError::Open));
        }
    }
}

#[tokio::test]
async fn an_answered_question_is_no_proof_that_money_moves() {
    let breaker = Breaker::new("test", BreakerSettings { failures: 2, open: PATIENT });
    let says = Arc::new(Says(Mutex::new(Err(unavailable()))));
    let guarded = Guarded::new(Arc::<Says>::clone(&says), breaker.clone());
    let request = by("tok_approve");
    let refund = refund("pay_1", "r", 1);
    guarded.charge(&request).await;
    *says.0.lock().unwrap() = Ok(ChargeOutcome::Voided);
    assert_eq!(guarded.is_sent_back(&refund).await, Ok(false));
    assert_eq!(breaker.state(), BreakerState::Closed);
    *says.0.lock().unwrap() = Err(unavailable());
    guarded.charge(&request).await;
    assert_eq!(
        breaker.state(),
        BreakerState::Open,
        "the second failure in a row: what was asked between them moved nothing"
    );
    assert_eq!(guarded.is_sent_back(&refund).await, Err(GatewayError::Open));
}

#[tokio::test]
async fn that_a_customer_is_needed_closes_the_breaker_when_a_charge_says_so_and_not_when_a_look_does() {
    let open = Duration::from_millis(20);
    let breaker = Breaker::new("test", BreakerSettings { failures: 1, open });
    let says = Arc::new(Says(Mutex::new(Err(unavailable()))));
    let guarded = Guarded::new(Arc::<Says>::clone(&says), breaker.clone());
    let request = by("tok_needs_customer");
    guarded.charge(&request).await;
    assert_eq!(breaker.state(), BreakerState::Open);
    let asks = ChargeOutcome::NeedsCustomer { url: "/pay/1".to_owned(), until: Timestamp(0) };
    *says.0.lock().unwrap() = Ok(asks.clone());
    while guarded.find_charge(&request).await == Err(GatewayError::Open) {
        tokio::time::sleep(open / 4).await;
    }
    for _ in 0..3 {
        assert_eq!(guarded.find_charge(&request).await, Ok(Some(asks.clone())));
        assert_eq!(breaker.state(), BreakerState::HalfOpen);
    }
    assert_eq!(guarded.charge(&request).await, asks);
    assert_eq!(breaker.state(), BreakerState::Closed);
}
