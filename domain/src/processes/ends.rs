//! How an order ends other than by a declined payment.

use super::case::{Events, executed};
use super::{Case, CaseRefusal, DomainEvent, Wait, WaitsFor};
use crate::delivery::{self, FailReason};
use crate::order::{self, CancelledBy, ChangeOutcome, ConfirmedBy, StuckReason};
use crate::shared::{AccountId, Aggregate, Decision, StoreId, Timestamp};
use crate::store::ticket;

impl Case {
    /// The owner or the clock turns the order down: ticket and order together.
    pub fn reject(&self, reason: ticket::RejectReason, now: Timestamp) -> Events {
        self.placed()?;
        let why = match &reason {
            ticket::RejectReason::Store(words) => order::RejectReason::Store(words.clone()),
            ticket::RejectReason::OverCapacity => order::RejectReason::OverCapacity,
            ticket::RejectReason::TimedOut => order::RejectReason::TimedOut,
        };
        let mut events = self.ask_ticket(ticket::Command::Reject { reason, at: now })?.into_events();
        events.extend(self.drop_change(ChangeOutcome::OrderEnded, now)?);
        events.extend(self.ask_order(order::Command::Reject { reason: why, at: now })?.into_events());
        Ok(executed(events))
    }

    /// Cancels the order. Once there is a ticket, the ticket decides (invariant 3). A change under way is given up.
    pub fn cancel(&self, by: CancelledBy, now: Timestamp) -> Events {
        self.cancel_as(by, String::new(), now)
    }

    /// The operator cancels it for its customer, and has to say why.
    pub fn call_off(&self, reason: String, now: Timestamp) -> Events {
        said(&reason)?;
        self.cancel_as(CancelledBy::Operator, reason, now)
    }

    fn cancel_as(&self, by: CancelledBy, reason: String, now: Timestamp) -> Events {
        self.placed()?;
        if self.order.phase == order::Phase::Cancelled {
            return Ok(Decision::AlreadyApplied);
        }
        let mut events = Vec::new();
        if self.ticket.phase != ticket::Phase::New && !self.order.phase.is_end() {
            events.extend(self.ask_ticket(ticket::Command::Cancel { at: now })?.into_events());
        }
        let cancelled = self.ask_order(order::Command::Cancel { by, reason, at: now })?.into_events();
        events.extend(self.drop_change(ChangeOutcome::OrderEnded, now)?);
        events.extend(cancelled);
        Ok(executed(events))
    }

    /// 배송확인, possible from 배달시작 on. Who has the food has been handed it: a job that is still on its way ends as delivered with it.
    pub fn confirm_receipt(&self, by: ConfirmedBy, now: Timestamp) -> Events {
        self.placed()?;
        if self.order.phase == order::Phase::Received && !self.delivery.has_left() {
            return Err(CaseRefusal::NotOnTheWay);
        }
        let confirmed = self.ask_order(order::Command::ConfirmReceipt { by, at: now })?.into_events();
        let mut events = Vec::new();
        if let (delivery::Phase::PickedUp, Some(rider)) = (self.delivery.phase, self.delivery.rider)
            && !confirmed.is_empty()
        {
            let handed_over = delivery::Command::Deliver { rider, code: None, at: now };
            events.extend(self.ask_delivery(handed_over)?.into_events());
        }
        events.extend(confirmed);
        Ok(executed(events))
    }

    /// A rider's command about a job. A rider learns of a job by seeing it offered or by claiming it: another rider's job does not exist.
    /// An accident ends the order, with its price going back; a customer who was not met is the operator's to decide about.
    pub fn act_on_job(&self, rider: AccountId, command: delivery::Command) -> Events {
        let claims = matches!(command, delivery::Command::Claim { .. });
        let known =
            claims || self.delivery.phase == delivery::Phase::Offered || self.delivery.rider == Some(rider);
        if self.delivery.offered.is_none() || !known {
            return Err(CaseRefusal::NoSuchOrder);
        }
        let mut events = self.ask_delivery(command)?.into_events();
        events.extend(self.after_wrong_code(&events)?);
        if let Some(DomainEvent::Delivery(delivery::Event::DeliveryFailed { reason, at, .. })) =
            events.first()
            && self.order.phase == order::Phase::Received
        {
            let follows = match reason {
                FailReason::CustomerAbsent => {
                    order::Command::Flag { why: StuckReason::CustomerAbsent, since: *at, at: *at }
                }
                _ => order::Command::GiveUp { refund: true, reason: String::new(), at: *at },
            };
            events.extend(self.ask_order(follows)?.into_events());
        }
        Ok(executed(events))
    }

    /// One wrong code too many puts the order on the operator's list, unless it is there already for this handover.
    fn after_wrong_code(&self, events: &[DomainEvent]) -> Result<Vec<DomainEvent>, CaseRefusal> {
        let Some(DomainEvent::Delivery(event @ delivery::Event::DoorCodeRefused { at, .. })) = events.first()
        else {
            return Ok(Vec::new());
        };
        let mut after = self.delivery.clone();
        after.apply(event);
        // On the list already, it waits for the operator; after its end for nobody.
        match self.wait() {
            Some(Wait { what: WaitsFor::Handover, from }) if after.codes_refused_until(*at).is_some() => {
                let flag = order::Command::Flag { why: StuckReason::DoorCodes, since: from, at: *at };
                Ok(self.ask_order(flag)?.into_events())
            }
            _ => Ok(Vec::new()),
        }
    }

    /// The operator ends it as 배달실패, and has to say why.
    pub fn give_up_because(&self, refund: bool, reason: String, now: Timestamp) -> Events {
        said(&reason)?;
        self.give_up(refund, reason, now)
    }

    /// The store to which it has come, paid: into its kitchen, or as far as the door of a full one; `None` while it was not there.
    pub fn store_it_came_to(&self) -> Option<StoreId> {
        let has_come = self.ticket.phase != ticket::Phase::New;
        self.order.placed.as_ref().filter(|_| has_come).map(|placed| placed.store)
    }

    /// 배달실패: nobody will bring it any more. What kitchen and rider still had to do is taken off their lists.
    pub fn give_up(&self, refund: bool, reason: String, now: Timestamp) -> Events {
        self.placed()?;
        let mut events = self.ask_order(order::Command::GiveUp { refund, reason, at: now })?.into_events();
        if events.is_empty() {
            return Ok(Decision::AlreadyApplied);
        }
        if self.ticket.phase.is_open() {
            events.extend(self.ask_ticket(ticket::Command::Withdraw { at: now })?.into_events());
        }
        let is_wanted = match self.delivery.phase {
            // Between the end of cooking and the offer the food stands on the board all the same.
            delivery::Phase::New => self.ticket.phase == ticket::Phase::Ready,
            delivery::Phase::Delivered | delivery::Phase::Failed => false,
            delivery::Phase::Offered
            | delivery::Phase::Claimed
            | delivery::Phase::Arrived
            | delivery::Phase::PickedUp => true,
        };
        if is_wanted {
            let reason = match self.delivery.phase {
                delivery::Phase::Offered => FailReason::NoRider,
                _ => FailReason::Operator,
            };
            let failed = delivery::Command::Fail { rider: None, reason, at: now };
            events.extend(self.ask_delivery(failed)?.into_events());
        }
        let dropped = self.drop_change(ChangeOutcome::OrderEnded, now)?;
        Ok(executed([dropped, events].concat()))
    }
}

/// Whoever ends another's order says why.
fn said(reason: &str) -> Result<(), CaseRefusal> {
    if reason.trim().is_empty() { Err(ticket::Refusal::ReasonMissing.into()) } else { Ok(()) }
}
