//! The order's state machine.

use super::{Command, Event, Placed, Refusal, RejectReason, StuckReason};
use crate::shared::{Aggregate, Bill, Decided, Decision, Timestamp, Won};
use serde::{Deserialize, Serialize};

/// Where an order stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// There is no such order yet.
    #[default]
    New,
    /// 주문접수중: the payment has been asked for.
    Placed,
    /// 결제대기: the payment is not clear.
    Held,
    /// 주문접수 and after: the ticket and the delivery say more.
    Received,
    /// 거래완료.
    Completed,
    /// 취소.
    Cancelled,
    /// 결제실패.
    PaymentFailed,
    /// 거절, 자동거절, 시간초과.
    Rejected,
    /// 배달실패.
    Undeliverable,
}

impl Phase {
    /// True when nothing more can happen to the order.
    pub const fn is_end(self) -> bool {
        matches!(
            self,
            Phase::Completed
                | Phase::Cancelled
                | Phase::PaymentFailed
                | Phase::Rejected
                | Phase::Undeliverable
        )
    }
}

/// A change that was requested and is neither applied nor abandoned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingChange {
    /// The revision it would make.
    pub revision: u32,
    /// The revision that holds meanwhile.
    pub base: u32,
    /// The bill as it would be.
    pub bill: Bill,
    /// What has to be approved before it can hold, in won.
    pub extra: Won,
    /// Until when the approval may take.
    pub until: Timestamp,
}

/// A dearer change that came to nothing: what was to be approved for it is called off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// The revision that it would have made.
    pub revision: u32,
    /// What was to be approved, in won.
    pub extra: Won,
    /// When it came to nothing.
    pub at: Timestamp,
}

/// That an order is on the operator's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flag {
    /// Why.
    pub why: StuckReason,
    /// Since when it had been waiting.
    pub since: Timestamp,
    /// When it was put there.
    pub at: Timestamp,
}

/// The state of an order: the fold of its events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// Where it stands.
    pub phase: Phase,
    /// As it was placed; `None` only while [`Phase::New`].
    pub placed: Option<Placed>,
    /// The bill that holds now: that of the last applied change, or of the placing.
    pub bill: Option<Bill>,
    /// How many changes have been requested.
    pub revision: u32,
    /// The revision that holds: that of the last applied change, or 0.
    pub applied: u32,
    /// The revisions for which more money was to be taken, whatever became of them.
    pub dearer: Vec<u32>,
    /// The change under way.
    pub change: Option<PendingChange>,
    /// Dearer changes that came to nothing.
    pub dropped: Vec<Dropped>,
    /// Why the store did not take it, when [`Phase::Rejected`].
    pub rejected: Option<RejectReason>,
    /// When the hold runs out, while [`Phase::Held`].
    pub held_until: Option<Timestamp>,
    /// Whether it is the customer who is waited for, while [`Phase::Held`].
    pub held_for_customer: bool,
    /// The last time it was put on the operator's list.
    pub flag: Option<Flag>,
    /// When it ended, once it has.
    pub ended_at: Option<Timestamp>,
    /// Whether the price goes back, when [`Phase::Undeliverable`].
    pub refunds: bool,
}

impl Order {
    fn settle(
        &self,
        revision: u32,
        settled: impl FnOnce(&PendingChange) -> Event,
    ) -> Decided<Event, Refusal> {
        match &self.change {
            Some(change) if change.revision == revision => Ok(Decision::one(settled(change))),
            _ if revision <= self.revision && revision > 0 => Ok(Decision::AlreadyApplied),
            _ => Err(Refusal::NoSuchChange),
        }
    }
}

impl Aggregate for Order {
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    fn decide(&self, command: Command) -> Decided<Event, Refusal> {
        let not_now = Refusal::NotNow { command: command.verb(), state: self.phase };
        let event = match (self.phase, command) {
            (Phase::New, Command::Place(placed)) => Event::OrderPlaced(placed),
            (_, Command::Place(placed)) if self.placed.as_ref() == Some(&placed) => {
                return Ok(Decision::AlreadyApplied);
            }

            (Phase::Placed, Command::Hold { until, for_customer }) => {
                Event::OrderHeld { until, for_customer }
            }
            // The customer has the time that the provider gives, and no less than the order was promised. Once only: a provider that tells
            // another time at each question does not hold the order for ever.
            (Phase::Held, Command::Hold { until, for_customer: true }) if !self.held_for_customer => {
                let until = self.held_until.map_or(until, |promised| promised.max(until));
                Event::OrderHeld { until, for_customer: true }
            }
            (Phase::Held, Command::Hold { .. }) => return Ok(Decision::AlreadyApplied),

            (Phase::Placed | Phase::Held, Command::Receive { at }) => Event::OrderReceived { at },
            (Phase::Received, Command::Receive { .. }) => return Ok(Decision::AlreadyApplied),

            (Phase::Placed | Phase::Held, Command::FailPayment { reason, at }) => {
                Event::PaymentFailed { reason, at }
            }
            (Phase::PaymentFailed, Command::FailPayment { .. }) => return Ok(Decision::AlreadyApplied),

            (Phase::Placed | Phase::Held | Phase::Received, Command::Cancel { by, reason, at }) => {
                Event::OrderCancelled { by, reason, at }
            }
            (Phase::Cancelled, Command::Cancel { .. }) => return Ok(Decision::AlreadyApplied),

            // Over capacity the ticket is refused before the order was received.
            (Phase::Placed | Phase::Held | Phase::Received, Command::Reject { reason, at }) => {
                Event::OrderRejected { reason, at }
            }
            (Phase::Rejected, Command::Reject { .. }) => return Ok(Decision::AlreadyApplied),

            (Phase::Received, Command::RequestChange { bill, extra, until, at }) => {
                if self.change.is_some() {
                    return Err(Refusal::ChangeUnderWay);
                }
                if self.bill.as_ref().is_some_and(|now| now.is_same_as(&bill)) {
                    return Err(Refusal::NothingChanges);
                }
                Event::ChangeRequested { revision: self.revision + 1, bill, extra, until, at }
            }
            (Phase::Received, Command::ApplyChange { revision, at }) => {
                return self.settle(revision, |change| Event::ChangeApplied {
                    revision,
                    bill: change.bill.clone(),
                    at,
                });
            }
            // An order that ended with a change under way settles it, so that no approval of a difference is forgotten.
            (
                Phase::Received
                | Phase::Cancelled
                | Phase::Rejected
                | Phase::Completed
                | Phase::Undeliverable,
                Command::AbandonChange { revision, outcome, at },
            ) => {
                return self.settle(revision, |_| Event::ChangeAbandoned { revision, outcome, at });
            }

            (Phase::Received, Command::ConfirmReceipt { by, at }) => Event::ReceiptConfirmed { by, at },
            (Phase::Completed, Command::ConfirmReceipt { .. }) => return Ok(Decision::AlreadyApplied),

            (Phase::Received, Command::Flag { why, since, at }) => {
                if self.flag.is_some_and(|flag| (flag.why, flag.since) == (why, since)) {
                    return Ok(Decision::AlreadyApplied);
                }
                Event::OrderFlagged { why, since, at }
            }

            (Phase::Received, Command::GiveUp { refund, reason, at }) => {
                Event::OrderUndeliverable { refund, reason, at }
            }
            // Whether the money goes back was decided then.
            (Phase::Undeliverable, Command::GiveUp { refund, .. }) if refund == self.refunds => {
                return Ok(Decision::AlreadyApplied);
            }

            _ => return Err(not_now),
        };
        Ok(Decision::one(event))
    }

    fn apply(&mut self, event: &Event) {
        match event {
            Event::OrderPlaced(placed) => {
                self.phase = Phase::Placed;
                self.bill = Some(placed.bill.clone());
                self.placed = Some(placed.clone());
            }
            Event::OrderHeld { until, for_customer } => {
                self.phase = Phase::Held;
                self.held_until = Some(*until);
                self.held_for_customer = *for_customer;
            }
            Event::OrderReceived { at } => self.enter(Phase::Received, *at),
            Event::PaymentFailed { at, .. } => self.enter(Phase::PaymentFailed, *at),
            Event::OrderCancelled { at, .. } => self.enter(Phase::Cancelled, *at),
            Event::OrderRejected { reason, at } => {
                self.enter(Phase::Rejected, *at);
                self.rejected = Some(reason.clone());
            }
            Event::ReceiptConfirmed { at, .. } => self.enter(Phase::Completed, *at),
            Event::OrderUndeliverable { refund, at, .. } => {
                self.enter(Phase::Undeliverable, *at);
                self.refunds = *refund;
            }
            Event::OrderFlagged { why, since, at } => {
                self.flag = Some(Flag { why: *why, since: *since, at: *at });
            }
            Event::ChangeRequested { revision, bill, extra, until, .. } => {
                self.revision = *revision;
                if !extra.is_zero() {
                    self.dearer.push(*revision);
                }
                self.change = Some(PendingChange {
                    revision: *revision,
                    base: self.applied,
                    bill: bill.clone(),
                    extra: *extra,
                    until: *until,
                });
            }
            Event::ChangeApplied { revision, bill, .. } => {
                self.bill = Some(bill.clone());
                self.applied = *revision;
                self.change = None;
            }
            Event::ChangeAbandoned { at, .. } => {
                if let Some(PendingChange { revision, extra, .. }) = self.change.take()
                    && !extra.is_zero()
                {
                    self.dropped.push(Dropped { revision, extra, at: *at });
                }
            }
        }
    }
}

impl Order {
    fn enter(&mut self, phase: Phase, at: Timestamp) {
        self.phase = phase;
        self.held_until = None;
        self.held_for_customer = false;
        self.ended_at = phase.is_end().then_some(at);
    }
}
