//! The steps that call the payment provider.

use super::steps::{Done, Steps};
use crate::adapters::payment::{ChargeRequest, GatewayError, RefundRequest, unknown};
use crate::crash;
use crate::storage::{LogError, WorkRow};
use domain::payment::{self, Purpose, REFUND_TRIES, RefundNext, RefundTrouble, refund_next};
use domain::processes::{Case, ChargeOutcome, ChargeTurn, charge_key, refund_key};
use domain::shared::{OrderId, Timestamp, Won};

#[cfg(test)]
mod tests;

/// The first pause before the provider is asked again, in milliseconds.
const FIRST_PAUSE_MS: i64 = 500;
/// How often a customer's answer at the provider's page is asked for, in milliseconds.
const POLL_MS: i64 = 1_500;
/// How often from then on when a customer takes long: providers take so many calls and no more, and tell by themselves too.
pub(super) const LONG_POLL_MS: i64 = 5_000;
/// So long the polls are quick, in milliseconds.
const QUICK_MS: i64 = 60_000;
/// How often a provider is asked about a refund that it takes long to decide, in milliseconds.
const LATER_MS: i64 = 3_600_000;

impl Steps {
    /// Asks for money, or what became of it, or has it void, as [`domain::processes::Case::charge_turn`] says. The same key at every
    /// try: the provider charges once. What is unknown is held and asked again. `amount` is `None` for the price of the order.
    pub(super) async fn charge(
        &self,
        row: &WorkRow,
        purpose: Purpose,
        amount: Option<Won>,
    ) -> Result<Done, LogError> {
        let case = self.log.case(row.order).await?;
        let Ok(placed) = case.placed() else {
            return Ok(Done::Finished);
        };
        let request = ChargeRequest {
            key: charge_key(placed.order, purpose),
            order: placed.number.to_string(),
            amount: amount.unwrap_or(placed.bill.total),
            method: placed.method.clone(),
            return_url: Some(format!("/orders/{}", placed.order)),
        };
        let turn = case.charge_turn(purpose, row.attempts, self.clock.now());
        let name = crash::of_charge(row.step.kind(), turn);
        crash::at(name, "before_call");
        let outcome = match turn {
            ChargeTurn::Leave => {
                self.log.complete(row.id).await?;
                return Ok(Done::Finished);
            }
            ChargeTurn::Charge => self.gateway.charge(&request).await,
            ChargeTurn::Find | ChargeTurn::Look => match self.find(&request, turn, purpose, &case).await {
                Ok(Some(outcome)) => outcome,
                Ok(None) if turn == ChargeTurn::Find => {
                    crash::at(name, "between_calls");
                    self.gateway.charge(&request).await
                }
                Ok(None) => ChargeOutcome::Unknown,
                // While the breaker is open thousands may be held, and nothing is new of any of them until a hold runs out.
                Err(GatewayError::Open) if case.is_held(purpose, self.clock.now()) => {
                    return Ok(self.wait().not_after(case.held_until(purpose), self.clock.now()));
                }
                Err(error) => {
                    tracing::warn!(%error, order = %row.order, "the payment provider cannot be asked");
                    ChargeOutcome::Unknown
                }
            },
            ChargeTurn::Void => match self.gateway.try_void(&request).await {
                Err(GatewayError::Open) => return Ok(self.wait()),
                said => said.unwrap_or_else(|error| unknown(&request.key, &error)),
            },
        };
        crash::at(name, "after_call");
        if let ChargeOutcome::Approved { amount, provider_id } = &outcome
            && *amount != request.amount
        {
            let (asked, key) = (request.amount, &request.key);
            tracing::error!(%asked, approved = %amount, provider_id, key, "the provider approved another amount");
        }
        if turn == ChargeTurn::Void
            && outcome == ChargeOutcome::Unknown
            && case.is_call_off_given_up(purpose, self.clock.now())
        {
            let error = "the provider does not say whether it has taken this money".to_owned();
            return Ok(Done::Parked { attempts: row.attempts + 1, error });
        }
        let again = self.next_try(row.attempts, purpose, &outcome, &case);
        self.record(row, name, (purpose, outcome), again).await
    }

    /// What became of a charge that was asked for before.
    ///
    /// A customer who has not been told where to go on is told by the charge itself where that does no more. It is the same question as a new
    /// order's, so the answer shows the breaker as much, and whoever is held goes on with the first of them. A look would show it nothing.
    async fn find(
        &self,
        request: &ChargeRequest,
        turn: ChargeTurn,
        purpose: Purpose,
        case: &Case,
    ) -> Result<Option<ChargeOutcome>, GatewayError> {
        let needs_invitation = turn == ChargeTurn::Find && case.asks_customer_since(purpose).is_none();
        if needs_invitation && self.gateway.only_invites(&request.method) {
            return self.gateway.try_charge(request).await.map(Some);
        }
        self.gateway.find_charge(request).await
    }

    /// When to ask again after this answer; `None` when it is known what became of the charge. `case` is that of before.
    ///
    /// A provider that waits for the customer works: whatever goes wrong later begins with the shortest pause, and how often a customer's
    /// answer is asked for depends on how long that customer has taken, not on what went wrong before.
    fn next_try(
        &self,
        attempts: u32,
        purpose: Purpose,
        outcome: &ChargeOutcome,
        case: &Case,
    ) -> Option<Done> {
        let now = self.clock.now();
        match outcome {
            ChargeOutcome::Approved { .. } | ChargeOutcome::Declined { .. } | ChargeOutcome::Voided => None,
            ChargeOutcome::NeedsCustomer { .. } => {
                let takes_long =
                    case.asks_customer_since(purpose).is_some_and(|since| now.since(since) >= QUICK_MS);
                let pause = if takes_long { LONG_POLL_MS } else { POLL_MS };
                let error = "the provider waits for the customer".to_owned();
                Some(Done::Again { due: Timestamp(now.0 + pause), attempts: 1, error })
            }
            ChargeOutcome::Unknown => {
                let why = "the provider gave no clear answer".to_owned();
                // The end of a hold is not slept through.
                let again = self.again(attempts, FIRST_PAUSE_MS, why);
                Some(again.not_after(case.held_until(purpose), now))
            }
        }
    }

    async fn record(
        &self,
        row: &WorkRow,
        name: &'static str,
        (purpose, outcome): (Purpose, ChargeOutcome),
        again: Option<Done>,
    ) -> Result<Done, LogError> {
        let hold_minutes = self.hold_minutes;
        let completes = again.is_none().then_some(row.id);
        let recorded = self
            .append(row, name, completes, move |loaded, now| {
                loaded.case.record_charge(purpose, outcome.clone(), now, hold_minutes)
            })
            .await?;
        Ok(match recorded {
            Done::Finished => again.unwrap_or(Done::Finished),
            refused => refused,
        })
    }

    /// Makes a refund. A failure is noted, and what comes next is [`refund_next`]; one that is given up is kept for the operator.
    ///
    /// A request that was refused is not made again: which one comes next is in the log.
    pub(super) async fn give_back(&self, row: &WorkRow, key: String) -> Result<Done, LogError> {
        let case = self.log.case(row.order).await?;
        let Some(refund) = case.payment.refund_with(&key) else {
            self.log.complete(row.id).await?;
            return Ok(Done::Finished);
        };
        let request = refund_request(row.order, refund);
        crash::at(row.step.kind().name(), "before_call");
        let given_back = self.gateway.refund(&request).await;
        crash::at(row.step.kind().name(), "after_call");
        match given_back {
            Ok(()) => {
                self.command(row, Some(row.id), move |loaded, at| {
                    loaded.case.ask_payment(payment::Command::RecordRefunded { key: key.clone(), at })
                })
                .await
            }
            // It was not tried.
            Err(GatewayError::Open) => Ok(self.wait()),
            Err(error) => self.refund_failed(row, key, refund.refusals, &error).await,
        }
    }

    async fn refund_failed(
        &self,
        row: &WorkRow,
        key: String,
        request: u32,
        error: &GatewayError,
    ) -> Result<Done, LogError> {
        let trouble = match error {
            GatewayError::Refused { .. } => RefundTrouble::Refused,
            GatewayError::Undecided { .. } => RefundTrouble::Undecided,
            GatewayError::Unavailable { .. } | GatewayError::Address { .. } | GatewayError::Open => {
                RefundTrouble::Unknown
            }
        };
        let refused = (trouble == RefundTrouble::Refused).then_some(request);
        let attempts = row.attempts + 1;
        tracing::warn!(%error, order = %row.order, attempts, "a refund failed");
        self.command(row, None, move |loaded, at| {
            let failed = payment::Command::RecordRefundFailed { key: key.clone(), attempts, refused, at };
            loaded.case.ask_payment(failed)
        })
        .await?;
        let error = error.to_string();
        Ok(match refund_next(trouble, attempts) {
            RefundNext::Soon => self.again(row.attempts, FIRST_PAUSE_MS, error),
            RefundNext::Later => {
                let due = Timestamp(self.clock.now().0 + LATER_MS);
                Done::Again { due, attempts: REFUND_TRIES, error }
            }
            RefundNext::GiveUp => Done::Parked { attempts, error },
        })
    }
}

/// What the provider is asked for a refund, the same at every try.
pub(super) fn refund_request(order: OrderId, refund: &payment::Refund) -> RefundRequest {
    RefundRequest {
        key: refund_key(order, &refund.request()),
        earlier: refund.refused().iter().map(|request| refund_key(order, request)).collect(),
        provider_id: refund.provider_id.clone(),
        amount: refund.amount,
        reason: format!("give_back:{}", refund.key),
    }
}
