//! The steps that call the payment provider.

use super::steps::{Done, Steps};
use crate::adapters::payment::{ChargeRequest, GatewayError, RefundRequest};
use crate::storage::{LogError, WorkRow};
use domain::payment;
use domain::processes::{Case, ChargeOutcome, charge_key};
use domain::shared::{Timestamp, Won};

/// How long after a hold has run out, or an order has ended, the provider is still asked whether it took money after all, in
/// milliseconds. Longer than any provider keeps a request open.
const AFTERMATH_MS: i64 = 120_000;
/// The first pause before the provider is asked again, in milliseconds.
const FIRST_PAUSE_MS: i64 = 500;
/// How often a customer's answer at the provider's page is asked for, in milliseconds.
const POLL_MS: i64 = 1_500;

impl Steps {
    /// Asks for the price of the order. The same key at every try: the provider charges once. What is unknown holds the order
    /// and is asked again; an order that has ended is not charged any more, but asked about until it is sure that no money was taken.
    pub(super) async fn charge(&self, row: &WorkRow) -> Result<Done, LogError> {
        let case = self.log.case(row.order).await?;
        let Ok(placed) = case.placed() else {
            return Ok(Done::Finished);
        };
        let key = charge_key(placed.order);
        if case.payment.approvals.iter().any(|approval| approval.key == key)
            || case.payment.declined.contains(&key)
        {
            self.log.complete(row.id).await?;
            return Ok(Done::Finished);
        }
        let request = ChargeRequest {
            key,
            order: placed.number.to_string(),
            amount: placed.bill.total,
            method: placed.method.clone(),
            return_url: Some(format!("/orders/{}", placed.order)),
        };
        let outcome = if row.attempts == 0 && !case.order.phase.is_end() {
            self.gateway.charge(&request).await
        } else {
            match self.gateway.find_charge(&request.key).await {
                Ok(Some(outcome)) => outcome,
                Ok(None) if !case.order.phase.is_end() => self.gateway.charge(&request).await,
                Ok(None) if self.is_over(&case, row) => {
                    self.log.complete(row.id).await?;
                    return Ok(Done::Finished);
                }
                Ok(None) => ChargeOutcome::Unknown,
                Err(error) => {
                    tracing::warn!(%error, order = %row.order, "the payment provider cannot be asked");
                    ChargeOutcome::Unknown
                }
            }
        };
        self.record(row, outcome).await
    }

    /// True when so much time has passed since the order ended that no charge of it can be under way.
    fn is_over(&self, case: &Case, row: &WorkRow) -> bool {
        let since = case.order.ended_at.unwrap_or(row.due);
        self.clock.now().since(since) > AFTERMATH_MS
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
