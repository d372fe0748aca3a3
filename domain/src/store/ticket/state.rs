//! The ticket's state machine.

use super::{Command, Event, Opened, Refusal, RejectReason, Verb};
use crate::shared::{Aggregate, Decided, Decision, Line, Timestamp};
use serde::{Deserialize, Serialize};

/// The longest cooking time an owner can promise, in minutes.
pub const MAX_COOKING_MINUTES: u32 = 120;
/// Of so many minutes is each step of a cooking time; one is the shortest.
const COOKING_STEP: u32 = 5;
/// The latest that the food may be put off to, in minutes after the time that was promised first.
pub const MAX_DELAY_MINUTES: u32 = 60;
/// The delays an owner can choose from, in minutes.
pub const DELAY_STEPS: [u32; 3] = [5, 10, 20];

/// The cooking time offered first when accepting, in minutes: the usual one and what busy mode adds, in full steps and no less.
pub const fn offered_minutes(usual: u32, busy: u32) -> u32 {
    match usual.saturating_add(busy) {
        ..=COOKING_STEP => COOKING_STEP,
        MAX_COOKING_MINUTES.. => MAX_COOKING_MINUTES,
        minutes => minutes.next_multiple_of(COOKING_STEP),
    }
}

/// The cooking times to choose from when accepting, in minutes: by steps up to an hour, by quarters of an hour from then on, and the one that is
/// offered first.
pub fn cooking_choices(offered: u32) -> Vec<u32> {
    let steps = (1..=12).map(|step| step * COOKING_STEP);
    let mut choices: Vec<u32> = steps.chain([75, 90, 105, MAX_COOKING_MINUTES]).collect();
    if let Err(place) = choices.binary_search(&offered) {
        choices.insert(place, offered);
    }
    choices
}

/// Where a ticket stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// There is no such ticket yet.
    #[default]
    New,
    /// 주문접수: waits for the owner's answer.
    Received,
    /// 주문승인: accepted, not begun.
    Accepted,
    /// 조리시작.
    Cooking,
    /// 조리완료.
    Ready,
    /// Turned down.
    Rejected,
    /// Cancelled by the customer.
    Cancelled,
}

impl Phase {
    /// True while the ticket holds a place in the kitchen (주문수용량).
    pub const fn is_open(self) -> bool {
        matches!(self, Phase::Received | Phase::Accepted | Phase::Cooking)
    }

    /// True while the customer can still cancel or change the order.
    pub const fn before_cooking(self) -> bool {
        matches!(self, Phase::Received | Phase::Accepted)
    }
}

/// The state of a ticket: the fold of its events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ticket {
    /// Where it stands.
    pub phase: Phase,
    /// As it was opened; `None` while [`Phase::New`], and when it was turned down at the door.
    pub opened: Option<Opened>,
    /// When the food should be ready; known once accepted.
    pub ready_at: Option<Timestamp>,
    /// When it should have been ready as the owner promised first.
    pub promised_at: Option<Timestamp>,
    /// The last change taken.
    pub revision: u32,
    /// The lines before the last change taken; empty when there was none.
    pub before: Vec<Line>,
}

impl Ticket {
    fn valid_minutes(minutes: u32) -> Result<(), Refusal> {
        if (COOKING_STEP..=MAX_COOKING_MINUTES).contains(&minutes) && minutes.is_multiple_of(COOKING_STEP) {
            Ok(())
        } else {
            Err(Refusal::Minutes { max: MAX_COOKING_MINUTES })
        }
    }

    fn too_late(&self, verb: Verb) -> Refusal {
        match self.phase {
            Phase::Cooking | Phase::Ready => Refusal::CookingStarted,
            state => Refusal::NotNow { command: verb, state },
        }
    }
}

impl Aggregate for Ticket {
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    fn decide(&self, command: Command) -> Decided<Event, Refusal> {
        let verb = command.verb();
        let event = match (self.phase, command) {
            (Phase::New, Command::Open { ticket, open_tickets, capacity }) => {
                if open_tickets >= capacity {
                    Event::TicketRejected { reason: RejectReason::OverCapacity, at: ticket.at }
                } else {
                    Event::TicketOpened(ticket)
                }
            }
            (_, Command::Open { .. }) => return Ok(Decision::AlreadyApplied),

            (Phase::Received, Command::Accept { minutes, at }) => {
                Self::valid_minutes(minutes)?;
                Event::TicketAccepted { minutes, ready_at: at.plus_minutes(minutes), at }
            }
            (Phase::Accepted, Command::Accept { .. }) => return Ok(Decision::AlreadyApplied),

            (Phase::Received, Command::Reject { reason, at }) => {
                if matches!(&reason, RejectReason::Store(words) if words.trim().is_empty()) {
                    return Err(Refusal::ReasonMissing);
                }
                Event::TicketRejected { reason, at }
            }
            (Phase::Rejected, Command::Reject { .. }) => return Ok(Decision::AlreadyApplied),

            (Phase::Accepted, Command::Start { at }) => Event::CookingStarted { at },
            (Phase::Cooking, Command::Start { .. }) => return Ok(Decision::AlreadyApplied),

            (Phase::Cooking, Command::Finish { at }) => Event::CookingFinished { at },
            (Phase::Ready, Command::Finish { .. }) => return Ok(Decision::AlreadyApplied),

            (Phase::Accepted | Phase::Cooking, Command::Delay { minutes, at }) => {
                if !DELAY_STEPS.contains(&minutes) {
                    return Err(Refusal::DelayStep);
                }
                let ready_at = self.ready_at.unwrap_or(at).max(at).plus_minutes(minutes);
                if ready_at > self.promised_at.unwrap_or(at).plus_minutes(MAX_DELAY_MINUTES) {
                    return Err(Refusal::DelayedTooLong { max: MAX_DELAY_MINUTES });
                }
                Event::CookingDelayed { minutes, ready_at, at }
            }

            (Phase::Received | Phase::Accepted, Command::Cancel { at }) => Event::TicketCancelled { at },
            (Phase::Cancelled, Command::Cancel { .. }) => return Ok(Decision::AlreadyApplied),
            (_, Command::Cancel { .. }) => return Err(self.too_late(verb)),

            (Phase::Received | Phase::Accepted | Phase::Cooking, Command::Withdraw { at }) => {
                Event::TicketCancelled { at }
            }
            (Phase::Cancelled, Command::Withdraw { .. }) => return Ok(Decision::AlreadyApplied),

            (Phase::Received | Phase::Accepted, Command::Change { base, revision, bill, at }) => {
                if revision <= self.revision {
                    return Ok(Decision::AlreadyApplied);
                }
                if base != self.revision {
                    return Err(Refusal::WrongRevision);
                }
                let before = self.opened.as_ref().map(|opened| opened.bill.lines.clone()).unwrap_or_default();
                Event::TicketChanged { revision, before, bill, at }
            }
            (_, Command::Change { .. }) => return Err(self.too_late(verb)),

            (state, _) => return Err(Refusal::NotNow { command: verb, state }),
        };
        Ok(Decision::one(event))
    }

    fn apply(&mut self, event: &Event) {
        match event {
            Event::TicketOpened(opened) => {
                self.phase = Phase::Received;
                self.opened = Some(opened.clone());
            }
            Event::TicketAccepted { ready_at, .. } => {
                self.phase = Phase::Accepted;
                self.ready_at = Some(*ready_at);
                self.promised_at = Some(*ready_at);
            }
            Event::TicketRejected { .. } => self.phase = Phase::Rejected,
            Event::CookingStarted { .. } => self.phase = Phase::Cooking,
            Event::CookingDelayed { ready_at, .. } => self.ready_at = Some(*ready_at),
            Event::CookingFinished { .. } => self.phase = Phase::Ready,
            Event::TicketCancelled { .. } => self.phase = Phase::Cancelled,
            Event::TicketChanged { revision, before, bill, .. } => {
                self.revision = *revision;
                self.before.clone_from(before);
                if let Some(opened) = &mut self.opened {
                    opened.bill = bill.clone();
                }
            }
        }
    }
}
