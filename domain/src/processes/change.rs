//! Changing what was ordered, until cooking starts.
//!
//! A change that is not dearer holds at once, and what it saves goes back. A dearer one waits until the difference is approved, and is
//! then taken by the ticket at the revision it was made from. Whatever comes between leaves the order, and its money, as they were:
//! the provider declines or does not answer in time, cooking starts, the order ends. One change at a time.

use super::case::{Events, executed};
use super::{Case, CaseRefusal, DomainEvent};
use crate::order::{self, ChangeOutcome, PendingChange};
use crate::payment::RefundReason;
use crate::shared::{Decision, Timestamp, Won};
use crate::store::{Store, WantedLine, ticket};

impl Case {
    /// The customer wants something else, at the prices of this moment, to which the customer has agreed. A dearer change is given up
    /// when its difference is not approved within `hold_minutes`.
    pub fn request_change(
        &self,
        store: &Store,
        wanted: &[WantedLine],
        agreed: Won,
        now: Timestamp,
        hold_minutes: u32,
    ) -> Events {
        self.can_change()?;
        let Some(before) = &self.order.bill else {
            return Err(CaseRefusal::NoSuchOrder);
        };
        if wanted.is_empty() {
            return Err(order::Refusal::NothingLeft.into());
        }
        let bill = store.quote_again(wanted, before, now)?;
        if bill.total != agreed {
            return Err(CaseRefusal::PriceChanged { now: bill.total });
        }
        // Not dearer: nothing has to be approved.
        let extra = bill.total.minus(before.total).unwrap_or(Won::ZERO);
        let until = now.plus_minutes(hold_minutes);
        let requested =
            self.ask_order(order::Command::RequestChange { bill, extra, until, at: now })?.into_events();
        if requested.is_empty() || !extra.is_zero() {
            return Ok(executed(requested));
        }
        // The same transaction: nothing can come between.
        let mut after = self.clone();
        requested.iter().for_each(|event| after.apply(event));
        let applied = after.apply_change(after.order.revision, now)?.into_events();
        Ok(executed([requested, applied].concat()))
    }

    /// Whether the order could be changed now, whatever to; why not, otherwise.
    pub fn can_change(&self) -> Result<(), CaseRefusal> {
        self.placed()?;
        if self.order.phase == order::Phase::Received && !self.ticket.phase.before_cooking() {
            return Err(ticket::Refusal::CookingStarted.into());
        }
        if self.order.phase != order::Phase::Received {
            let command = order::Verb::Change;
            return Err(order::Refusal::NotNow { command, state: self.order.phase }.into());
        }
        Ok(())
    }

    /// The difference is approved, or there is none: the ticket takes the change, or it comes to nothing and the money goes back.
    pub fn apply_change(&self, revision: u32, now: Timestamp) -> Events {
        let Some(change) = self.order.change.as_ref().filter(|change| change.revision == revision) else {
            // Settled before the approval was known: what was approved for it is not owed.
            return self.refund(RefundReason::Changed, now);
        };
        let mut events = match self.take_change(change, now) {
            Ok(taken) => taken,
            Err(refusal) => {
                let outcome = why_refused(&refusal);
                self.ask_order(order::Command::AbandonChange { revision, outcome, at: now })?.into_events()
            }
        };
        let mut after = self.clone();
        events.iter().for_each(|event| after.apply(event));
        events.extend(after.refund(RefundReason::Changed, now)?.into_events());
        Ok(executed(events))
    }

    /// Ticket and order take the change, both or neither.
    fn take_change(&self, change: &PendingChange, now: Timestamp) -> Result<Vec<DomainEvent>, CaseRefusal> {
        let PendingChange { base, bill, revision, .. } = change.clone();
        let taken = self.ask_ticket(ticket::Command::Change { base, revision, bill, at: now })?;
        let applied = self.ask_order(order::Command::ApplyChange { revision, at: now })?;
        Ok([taken.into_events(), applied.into_events()].concat())
    }

    /// Gives up a change that is under way, because something else came first.
    pub(super) fn drop_change(
        &self,
        outcome: ChangeOutcome,
        now: Timestamp,
    ) -> Result<Vec<DomainEvent>, CaseRefusal> {
        match &self.order.change {
            Some(change) => {
                let command = order::Command::AbandonChange { revision: change.revision, outcome, at: now };
                Ok(self.ask_order(command)?.into_events())
            }
            None => Ok(Vec::new()),
        }
    }

    /// Cooking starts, and never waits for a change that is under way.
    pub fn start_cooking(&self, now: Timestamp) -> Events {
        let started = self.ask_ticket(ticket::Command::Start { at: now })?;
        if started == Decision::AlreadyApplied {
            return Ok(started);
        }
        let mut events = started.into_events();
        events.extend(self.drop_change(ChangeOutcome::CookingStarted, now)?);
        Ok(executed(events))
    }
}

/// What the customer is told of a change that is paid and not taken.
fn why_refused(refusal: &CaseRefusal) -> ChangeOutcome {
    match refusal {
        CaseRefusal::Ticket(ticket::Refusal::CookingStarted) => ChangeOutcome::CookingStarted,
        // The kitchen has another revision than the one that the change was made from: it came too late for that one.
        CaseRefusal::Ticket(ticket::Refusal::WrongRevision) => ChangeOutcome::Expired,
        // Turned down, called off, or over.
        _ => ChangeOutcome::OrderEnded,
    }
}
