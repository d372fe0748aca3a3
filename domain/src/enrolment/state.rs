//! The application's state machine.

use super::{Command, Event, Refusal};
use crate::shared::{Aggregate, Decided, Decision, MAX_REASON, Timestamp};
use serde::{Deserialize, Serialize};

/// Where an application stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// There is none yet.
    #[default]
    New,
    /// It waits for the operator.
    Filed,
    /// The applicant takes part. Nothing follows.
    Approved,
    /// It was turned down, and may be filed again.
    Refused,
}

impl Phase {
    /// The name in the database and on the pages.
    pub const fn name(self) -> &'static str {
        match self {
            Phase::New => "new",
            Phase::Filed => "filed",
            Phase::Approved => "approved",
            Phase::Refused => "refused",
        }
    }

    /// The phase with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Phase::New, Phase::Filed, Phase::Approved, Phase::Refused]
            .into_iter()
            .find(|phase| phase.name() == name)
    }
}

/// The state of an application: the fold of its events.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// Where it stands.
    pub phase: Phase,
    /// How often it was filed.
    pub number: u32,
    /// When it was filed the last time; the epoch while [`Phase::New`].
    pub filed_at: Timestamp,
    /// When it was decided; `None` while it waits.
    pub decided_at: Option<Timestamp>,
    /// Why it was refused; empty otherwise.
    pub reason: String,
}

impl Aggregate for Application {
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    fn decide(&self, command: Command) -> Decided<Event, Refusal> {
        let not_now = Refusal::NotNow { command: command.verb(), state: self.phase };
        let other_filing = Refusal::OtherFiling { filed: self.number };
        let event = match (self.phase, command) {
            (Phase::New | Phase::Refused, Command::File { number, at, .. }) => {
                // A form that was loaded before the last filing is not a correction of it.
                if Some(number) != self.number.checked_add(1) {
                    return Err(other_filing);
                }
                Event::ApplicationFiled { number, at }
            }
            // The same again is a repeat. Something else would be lost: the operator may have read what lies here.
            (Phase::Filed, Command::File { number, is_other: false, .. }) if number == self.number => {
                return Ok(Decision::AlreadyApplied);
            }
            (Phase::Filed | Phase::Approved, Command::File { .. }) => return Err(not_now),

            (Phase::New, Command::Approve { .. } | Command::Refuse { .. }) => return Err(not_now),
            (_, Command::Approve { number, .. } | Command::Refuse { number, .. })
                if number != self.number =>
            {
                return Err(other_filing);
            }

            (Phase::Filed, Command::Approve { at, .. }) => Event::ApplicationApproved { at },
            (Phase::Approved, Command::Approve { .. }) => return Ok(Decision::AlreadyApplied),
            (Phase::Refused, Command::Approve { .. }) => return Err(not_now),

            (Phase::Filed, Command::Refuse { reason, at, .. }) => {
                Event::ApplicationRefused { reason: checked(&reason)?, at }
            }
            (Phase::Refused, Command::Refuse { reason, .. }) if reason.trim() == self.reason => {
                return Ok(Decision::AlreadyApplied);
            }
            (Phase::Approved | Phase::Refused, Command::Refuse { .. }) => return Err(not_now),
        };
        Ok(Decision::one(event))
    }

    fn apply(&mut self, event: &Event) {
        match event {
            Event::ApplicationFiled { number, at } => {
                *self = Self {
                    phase: Phase::Filed,
                    number: *number,
                    filed_at: *at,
                    decided_at: None,
                    reason: String::new(),
                };
            }
            Event::ApplicationApproved { at } => {
                self.phase = Phase::Approved;
                self.decided_at = Some(*at);
            }
            Event::ApplicationRefused { reason, at } => {
                self.phase = Phase::Refused;
                self.decided_at = Some(*at);
                self.reason.clone_from(reason);
            }
        }
    }
}

/// The reason of a refusal, without the spaces around it.
fn checked(reason: &str) -> Result<String, Refusal> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::ReasonMissing);
    }
    if reason.chars().count() > MAX_REASON as usize {
        return Err(Refusal::ReasonTooLong { max: MAX_REASON });
    }
    Ok(reason.to_owned())
}
