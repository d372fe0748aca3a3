//! Refunds that a customer's bank does not take: they had been made, and are owed again.

use std::sync::Arc;

use domain::payment;
use domain::processes::order_of_refund_key;
use domain::shared::OrderId;
use domain::views::{Actor, Fault};

use super::payments::refund_request;
use super::{Nudge, Nudges};
use crate::adapters::clock::deterministic_id;
use crate::adapters::payment::{GatewayError, PaymentGateway};
use crate::storage::{Decide, EventLog, LogError, Subject, Unit};

/// Why it is not known, or not noted, what became of a refund. Whoever told of it has to tell again.
#[derive(Debug, thiserror::Error)]
pub enum LookError {
    /// The provider did not say.
    #[error(transparent)]
    Provider(#[from] GatewayError),
    /// The log could not be read or written.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The payment did not take it.
    #[error("what was sent back cannot be noted: {0}")]
    Refused(Fault),
}

/// Looks at refunds of which the provider has news.
pub struct RefundLook {
    log: Arc<dyn EventLog>,
    gateway: Arc<dyn PaymentGateway>,
    nudges: Nudges,
}

impl RefundLook {
    /// Looks at this provider.
    pub fn new(log: Arc<dyn EventLog>, gateway: Arc<dyn PaymentGateway>, nudges: Nudges) -> Self {
        Self { log, gateway, nudges }
    }

    /// Asks the provider what became of the refund that it knows under this key. One that was made and has come back is owed again; one
    /// that is still asked for is asked about now. Of a key that is no refund's nobody is asked. Durable when it returns.
    ///
    /// # Errors
    ///
    /// Nothing is noted then.
    pub async fn look(&self, key: &str) -> Result<(), LookError> {
        let Some(order) = order_of_refund_key(key) else { return Ok(()) };
        let case = self.log.case(order).await?;
        let Some(refund) = case.refund_under(key) else { return Ok(()) };
        if !refund.done {
            self.nudges.send(Nudge::Refunds(order));
            return Ok(());
        }
        if !refund.sent_back && self.gateway.is_sent_back(&refund_request(order, refund)).await? {
            tracing::warn!(%order, key, "a refund has come back to the payment provider");
            return self.note(order, refund.key.clone()).await;
        }
        Ok(())
    }

    async fn note(&self, order: OrderId, key: String) -> Result<(), LookError> {
        let command = deterministic_id("sent_back", order, &key);
        let decide: Decide = Box::new(move |loaded, at| {
            let told = payment::Command::RecordRefundSentBack { key: key.clone(), at };
            loaded.case.ask_payment(told).map_err(Fault::from)
        });
        let (actor, subject) = (Actor::System, Subject::Order(order));
        let ran =
            self.log.execute(Unit { command, actor, subject, key: None, completes: None, decide }).await?;
        ran.map(drop).map_err(LookError::Refused)
    }
}
