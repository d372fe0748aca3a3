//! Carrying out one step.

use super::unwritten::Unwritten;
use crate::adapters::clock::Clock;
use crate::adapters::payment::PaymentGateway;
use crate::crash;
use crate::storage::{Decide, EventLog, LogError, Ran, Subject, Unit, WorkRow};
use domain::delivery::RiderFee;
use domain::payment::Purpose;
use domain::processes::place_order::Step;
use domain::processes::{CaseRefusal, DomainEvent};
use domain::shared::{Decision, Timestamp};
use domain::views::{Actor, Fault};
use std::sync::Arc;
use uuid::Uuid;

/// The longest pause before a step is tried again, in milliseconds.
const LONGEST_PAUSE_MS: i64 = 30_000;

/// What became of a step.
#[derive(Debug)]
pub(super) enum Done {
    /// It is done, durably.
    Finished,
    /// It has to be tried again.
    Again {
        /// When.
        due: Timestamp,
        /// How often it has been tried.
        attempts: u32,
        /// Why.
        error: String,
    },
    /// Nobody was asked, because the provider's breaker is open: nothing is new, and nothing is noted. It goes on when it is hurried, or
    /// at the latest then.
    Waits {
        /// When.
        due: Timestamp,
    },
    /// It is given up until the operator has it tried again.
    Parked {
        /// How often it has been tried.
        attempts: u32,
        /// Why.
        error: String,
    },
    /// It was given up, and that could not be kept for the operator: it goes on, in nobody's sight.
    Unkept {
        /// When.
        due: Timestamp,
    },
}

impl Done {
    /// The same, but not later than a moment that is still to come.
    pub(super) fn not_after(self, moment: Option<Timestamp>, now: Timestamp) -> Self {
        match (self, moment) {
            (Done::Again { due, attempts, error }, Some(moment)) if now < moment => {
                Done::Again { due: due.min(moment), attempts, error }
            }
            (Done::Waits { due }, Some(moment)) if now < moment => Done::Waits { due: due.min(moment) },
            (done, _) => done,
        }
    }
}

/// Carries out steps.
pub struct Steps {
    pub(super) log: Arc<dyn EventLog>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) gateway: Arc<dyn PaymentGateway>,
    pub(super) rider_fee: RiderFee,
    pub(super) hold_minutes: u32,
    unwritten: Unwritten,
}

impl Steps {
    /// Steps that use this provider and these settings.
    pub fn new(
        log: Arc<dyn EventLog>,
        clock: Arc<dyn Clock>,
        gateway: Arc<dyn PaymentGateway>,
        rider_fee: RiderFee,
        hold_minutes: u32,
    ) -> Self {
        Self { log, clock, gateway, rider_fee, hold_minutes, unwritten: Unwritten::default() }
    }

    pub(super) async fn run(&self, row: WorkRow) -> Done {
        let attempts = row.attempts;
        let step = row.step.clone();
        let result = match step {
            Step::Charge => self.charge(&row, Purpose::Order, None).await,
            Step::ChargeChange { revision, amount } => {
                self.charge(&row, Purpose::Change { revision }, Some(amount)).await
            }
            Step::ApplyChange { revision } => {
                self.command(&row, Some(row.id), move |loaded, now| loaded.case.apply_change(revision, now))
                    .await
            }
            Step::GiveBack { key, .. } => self.give_back(&row, key).await,
            Step::Receive => {
                self.command(&row, Some(row.id), |loaded, now| {
                    loaded.case.receive(loaded.open_tickets, loaded.store.as_deref(), now)
                })
                .await
            }
            Step::OfferDelivery => {
                let fee = self.rider_fee;
                self.command(&row, Some(row.id), move |loaded, now| match &loaded.store {
                    Some(store) => loaded.case.offer_delivery(store, fee, now),
                    None => Err(CaseRefusal::NoSuchOrder),
                })
                .await
            }
            Step::Refund { reason } => {
                self.command(&row, Some(row.id), move |loaded, now| loaded.case.refund(reason, now)).await
            }
        };
        match result {
            // Nobody was asked, and nothing was written.
            Ok(done @ Done::Waits { .. }) => done,
            Ok(done) => {
                self.unwritten.written(row.id);
                done
            }
            Err(error) => {
                tracing::error!(%error, order = %row.order, step = ?row.step, "a step failed");
                if self.unwritten.gives_up(row.id, &error) {
                    return Done::Parked { attempts: attempts + 1, error: error.to_string() };
                }
                self.again(attempts, 1_000, error.to_string())
            }
        }
    }

    /// Sends the command of a step; `completes` finishes the row in the same transaction.
    pub(super) async fn command(
        &self,
        row: &WorkRow,
        completes: Option<Uuid>,
        decide: impl Fn(&crate::storage::Loaded, Timestamp) -> Result<Decision<DomainEvent>, CaseRefusal>
        + Send
        + Sync
        + 'static,
    ) -> Result<Done, LogError> {
        self.append(row, row.step.kind().name(), completes, decide).await
    }

    /// As [`Steps::command`], with the name by which a test ends the process before or after it.
    pub(super) async fn append(
        &self,
        row: &WorkRow,
        name: &'static str,
        completes: Option<Uuid>,
        decide: impl Fn(&crate::storage::Loaded, Timestamp) -> Result<Decision<DomainEvent>, CaseRefusal>
        + Send
        + Sync
        + 'static,
    ) -> Result<Done, LogError> {
        let decide: Decide = Box::new(move |loaded, now| decide(loaded, now).map_err(Fault::from));
        let unit = Unit {
            command: row.id,
            actor: Actor::System,
            subject: Subject::Order(row.order),
            key: None,
            completes,
            decide,
        };
        crash::at(name, "before_append");
        let ran: Ran = self.log.execute(unit).await?;
        crash::at(name, "after_append");
        if let Err(fault) = ran {
            // The aggregates take every step of the table in every state it can meet; what they refuse needs a person to look.
            tracing::error!(order = %row.order, step = ?row.step, %fault, "a step was refused");
            return Ok(Done::Parked { attempts: row.attempts + 1, error: fault.to_string() });
        }
        Ok(Done::Finished)
    }

    /// Waits until the provider is asked again.
    pub(super) fn wait(&self) -> Done {
        let jitter = i64::from(crate::adapters::clock::random_bytes::<1>()[0]) * LONGEST_PAUSE_MS / 1_024;
        Done::Waits { due: Timestamp(self.clock.now().0 + LONGEST_PAUSE_MS + jitter) }
    }

    /// Again after a pause that doubles with each attempt, up to half a minute, with some jitter from the row's own count.
    pub(super) fn again(&self, attempts: u32, first_ms: i64, error: String) -> Done {
        let pause = (first_ms << attempts.min(6)).min(LONGEST_PAUSE_MS);
        let jitter = i64::from(crate::adapters::clock::random_bytes::<1>()[0]) * pause / 1_024;
        Done::Again { due: Timestamp(self.clock.now().0 + pause + jitter), attempts: attempts + 1, error }
    }
}
