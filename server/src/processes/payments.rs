//! The steps that call the payment provider.

use super::steps::{Done, Steps};
use crate::adapters::payment::{ChargeRequest, GatewayError, RefundRequest};
use crate::storage::{LogError, WorkRow};
use domain::payment;
use domain::processes::{ChargeOutcome, ChargeTurn, IfNone, charge_key};
use domain::shared::{Timestamp, Won};

/// The first pause before the provider is asked again, in milliseconds.
const FIRST_PAUSE_MS: i64 = 500;
/// How often a customer's answer at the provider's page is asked for, in milliseconds.
const POLL_MS: i64 = 1_500;

impl Steps {
    /// Asks for the price of the order, or what became of it, as [`domain::processes::Case::charge_turn`] says. The same key at every
    /// try: the provider charges once. What is unknown holds the order and is asked again.
    pub(super) async fn charge(&self, row: &WorkRow) -> Result<Done, LogError> {
        let case = self.log.case(row.order).await?;
        let Ok(placed) = case.placed() else {
            return Ok(Done::Finished);
        };
        let request = ChargeRequest {
            key: charge_key(placed.order),
            order: placed.number.to_string(),
            amount: placed.bill.total,
            method: placed.method.clone(),
            return_url: Some(format!("/orders/{}", placed.order)),
        };
        let outcome = match case.charge_turn(row.attempts, self.clock.now()) {
            ChargeTurn::Leave => return self.leave(row).await,
            ChargeTurn::Charge => self.gateway.charge(&request).await,
            ChargeTurn::Find { if_none } => match (self.gateway.find_charge(&request.key).await, if_none) {
                (Ok(Some(outcome)), _) => outcome,
                (Ok(None), IfNone::Charge) => self.gateway.charge(&request).await,
                (Ok(None), IfNone::AskAgain) => ChargeOutcome::Unknown,
                (Ok(None), IfNone::Leave) => return self.leave(row).await,
                (Err(error), _) => {
                    tracing::warn!(%error, order = %row.order, "the payment provider cannot be asked");
                    ChargeOutcome::Unknown
                }
            },
        };
        self.record(row, outcome).await
    }

    async fn leave(&self, row: &WorkRow) -> Result<Done, LogError> {
        self.log.complete(row.id).await?;
        Ok(Done::Finished)
    }

    async fn record(&self, row: &WorkRow, outcome: ChargeOutcome) -> Result<Done, LogError> {
        let hold_minutes = self.hold_minutes;
        let again = match &outcome {
            ChargeOutcome::Approved { .. } | ChargeOutcome::Declined { .. } => None,
            ChargeOutcome::NeedsCustomer { .. } => Some(Done::Again {
                due: Timestamp(self.clock.now().0 + POLL_MS),
                attempts: row.attempts + 1,
                error: "the provider waits for the customer".to_owned(),
            }),
            ChargeOutcome::Unknown => {
                Some(self.again(row.attempts, FIRST_PAUSE_MS, "the provider gave no clear answer".to_owned()))
            }
        };
        let completes = again.is_none().then_some(row.id);
        let recorded = self
            .command(row, completes, move |loaded, now| {
                loaded.case.record_charge(outcome.clone(), now, hold_minutes)
            })
            .await?;
        Ok(again.unwrap_or(recorded))
    }

    /// Makes a refund; a failure is noted and tried again for as long as it takes.
    pub(super) async fn give_back(
        &self,
        row: &WorkRow,
        key: String,
        provider_id: String,
        amount: Won,
    ) -> Result<Done, LogError> {
        // The provider's namespace of keys is one for all orders.
        let request = RefundRequest {
            key: format!("{}:{key}", row.order),
            provider_id,
            amount,
            reason: row.step.name(),
        };
        match self.gateway.refund(&request).await {
            Ok(()) => {
                self.command(row, Some(row.id), move |loaded, at| {
                    loaded.case.ask_payment(payment::Command::RecordRefunded { key: key.clone(), at })
                })
                .await
            }
            Err(error) => self.refund_failed(row, key, &error).await,
        }
    }

    async fn refund_failed(
        &self,
        row: &WorkRow,
        key: String,
        error: &GatewayError,
    ) -> Result<Done, LogError> {
        let attempts = row.attempts + 1;
        tracing::warn!(%error, order = %row.order, attempts, "a refund failed");
        self.command(row, None, move |loaded, at| {
            loaded.case.ask_payment(payment::Command::RecordRefundFailed { key: key.clone(), attempts, at })
        })
        .await?;
        Ok(self.again(row.attempts, FIRST_PAUSE_MS, error.to_string()))
    }
}
