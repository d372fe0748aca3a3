//! The delivery's state machine.

use super::{Command, Event, FailReason, Offered, Refusal};
use crate::shared::{AccountId, Aggregate, Decided, Decision, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// There is no such job yet: the food is not ready.
    #[default]
    New,
    /// Riders near by see it.
    Offered,
    /// 배차완료: one rider has it.
    Claimed,
    /// That rider waits at the store.
    Arrived,
    /// 배달시작.
    PickedUp,
    /// 배달완료.
    Delivered,
    /// 배달실패.
    Failed,
}

impl Phase {
    /// True while a rider has the job.
    pub const fn is_under_way(self) -> bool {
        matches!(self, Phase::Claimed | Phase::Arrived | Phase::PickedUp)
    }
}

/// So many wrong codes in [`CODE_MINUTES`] minutes, and no other one is looked at until the first of them is that old: with four digits,
/// whoever may try for long enough finds any code.
pub const CODE_TRIES: usize = 5;
/// How long a wrong code counts, in minutes.
pub const CODE_MINUTES: u32 = 10;

/// The state of a delivery: the fold of its events.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delivery {
    /// Where it stands.
    pub phase: Phase,
    /// As it was offered; `None` while [`Phase::New`].
    pub offered: Option<Offered>,
    /// Who has it.
    pub rider: Option<AccountId>,
    /// When a rider claimed it for the first time: the state that the customer sees never runs back from there.
    pub first_claimed: Option<Timestamp>,
    /// True once the food has left the store.
    pub ever_left: bool,
    /// When it last moved on.
    pub moved_at: Option<Timestamp>,
    /// Why it failed, when [`Phase::Failed`].
    pub failed: Option<FailReason>,
    /// When the last wrong codes were typed, [`CODE_TRIES`] at most.
    wrong_codes: VecDeque<Timestamp>,
}

impl Delivery {
    fn held_by(&self, rider: AccountId) -> Result<(), Refusal> {
        if self.rider == Some(rider) { Ok(()) } else { Err(Refusal::NotYours) }
    }

    /// Until when no code is looked at; `None` when one is.
    pub fn codes_refused_until(&self, now: Timestamp) -> Option<Timestamp> {
        let first = self.wrong_codes.front().filter(|_| self.wrong_codes.len() >= CODE_TRIES)?;
        Some(first.plus_minutes(CODE_MINUTES)).filter(|until| *until > now)
    }

    /// What comes of a code that a rider typed. What is no code at all is no try.
    fn try_code(&self, typed: &str, rider: AccountId, at: Timestamp) -> Result<Event, Refusal> {
        if let Some(until) = self.codes_refused_until(at) {
            return Err(Refusal::TooManyCodes { until });
        }
        let typed = typed.trim();
        let code = self.offered.as_ref().map(|job| job.code.as_str());
        if code == Some(typed) {
            Ok(Event::DeliveryDelivered { rider, at })
        } else if code.is_some_and(|code| code.len() == typed.len())
            && typed.bytes().all(|byte| byte.is_ascii_digit())
        {
            Ok(Event::DoorCodeRefused { rider, at })
        } else {
            Err(Refusal::WrongCode)
        }
    }

    /// True once the food has left the store: from then on the customer can confirm, also when the rider gave up on the door.
    pub fn has_left(&self) -> bool {
        self.ever_left
    }
}

impl Aggregate for Delivery {
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    fn decide(&self, command: Command) -> Decided<Event, Refusal> {
        let not_now = Refusal::NotNow { command: command.verb(), state: self.phase };
        let event = match (self.phase, command) {
            (Phase::New, Command::Offer(offered)) => Event::DeliveryOffered(offered),
            (_, Command::Offer(_)) => return Ok(Decision::AlreadyApplied),
            // Food that is ready may be given up before anybody has heard of it.
            (Phase::New, Command::Fail { rider: None, reason, at }) => {
                Event::DeliveryFailed { rider: None, reason, at }
            }
            (Phase::New, _) => return Err(not_now),

            (Phase::Offered, Command::Claim { rider, on_duty, distance_m, radius_m, at }) => {
                if !on_duty {
                    return Err(Refusal::OffDuty);
                }
                if distance_m.is_none_or(|distance_m| distance_m > radius_m) {
                    return Err(Refusal::TooFar { radius_m });
                }
                Event::DeliveryClaimed { rider, at }
            }
            (Phase::Failed, Command::Claim { .. }) => return Err(not_now),
            (_, Command::Claim { rider, .. }) => {
                return if self.rider == Some(rider) {
                    Ok(Decision::AlreadyApplied)
                } else {
                    Err(Refusal::Taken)
                };
            }

            (Phase::Claimed | Phase::Arrived, Command::Release { rider, at }) => {
                self.held_by(rider)?;
                Event::DeliveryReleased { rider, at }
            }

            (Phase::Claimed | Phase::Arrived, Command::TakeBack { at }) => match self.rider {
                Some(rider) => Event::DeliveryReleased { rider, at },
                None => return Err(not_now),
            },

            (Phase::Claimed, Command::Arrive { rider, at }) => {
                self.held_by(rider)?;
                Event::RiderArrived { rider, at }
            }
            (Phase::Arrived, Command::Arrive { rider, .. }) => {
                self.held_by(rider)?;
                return Ok(Decision::AlreadyApplied);
            }

            (Phase::Claimed | Phase::Arrived, Command::PickUp { rider, number, at }) => {
                self.held_by(rider)?;
                let right =
                    |typed: &String| self.offered.as_ref().is_some_and(|job| job.number.matches(typed));
                if number.as_ref().is_some_and(|typed| !right(typed)) {
                    return Err(Refusal::WrongNumber);
                }
                Event::DeliveryPickedUp { rider, at }
            }
            (Phase::PickedUp, Command::PickUp { rider, .. }) => {
                self.held_by(rider)?;
                return Ok(Decision::AlreadyApplied);
            }

            (Phase::PickedUp, Command::Deliver { rider, code, at }) => {
                self.held_by(rider)?;
                match code {
                    Some(typed) => self.try_code(&typed, rider, at)?,
                    None => Event::DeliveryDelivered { rider, at },
                }
            }
            (Phase::Delivered, Command::Deliver { rider, .. }) => {
                self.held_by(rider)?;
                return Ok(Decision::AlreadyApplied);
            }

            // Before the pickup a rider gives the job back; what else may be wrong there is the operator's to say.
            (Phase::PickedUp | Phase::Failed, Command::Fail { rider: Some(rider), reason, at }) => {
                self.held_by(rider)?;
                if self.phase == Phase::Failed {
                    return Ok(Decision::AlreadyApplied);
                }
                if !matches!(reason, FailReason::CustomerAbsent | FailReason::Accident) {
                    return Err(Refusal::NotARidersReason);
                }
                Event::DeliveryFailed { rider: Some(rider), reason, at }
            }
            (Phase::Failed, Command::Fail { rider: None, .. }) => return Ok(Decision::AlreadyApplied),
            (
                Phase::Offered | Phase::Claimed | Phase::Arrived | Phase::PickedUp,
                Command::Fail { rider: None, reason, at },
            ) => Event::DeliveryFailed { rider: None, reason, at },

            _ => return Err(not_now),
        };
        Ok(Decision::one(event))
    }

    fn apply(&mut self, event: &Event) {
        let at = match event {
            Event::DeliveryOffered(offered) => {
                self.phase = Phase::Offered;
                self.offered = Some((**offered).clone());
                offered.at
            }
            Event::DeliveryClaimed { rider, at } => {
                self.phase = Phase::Claimed;
                self.rider = Some(*rider);
                self.first_claimed = self.first_claimed.or(Some(*at));
                *at
            }
            Event::DeliveryReleased { at, .. } => {
                self.phase = Phase::Offered;
                self.rider = None;
                *at
            }
            Event::RiderArrived { at, .. } => {
                self.phase = Phase::Arrived;
                *at
            }
            Event::DeliveryPickedUp { at, .. } => {
                self.phase = Phase::PickedUp;
                self.ever_left = true;
                *at
            }
            // The job has not moved on.
            Event::DoorCodeRefused { at, .. } => {
                self.wrong_codes.push_back(*at);
                if self.wrong_codes.len() > CODE_TRIES {
                    self.wrong_codes.pop_front();
                }
                return;
            }
            Event::DeliveryDelivered { at, .. } => {
                self.phase = Phase::Delivered;
                *at
            }
            Event::DeliveryFailed { reason, at, .. } => {
                self.phase = Phase::Failed;
                self.failed = Some(*reason);
                *at
            }
        };
        self.moved_at = Some(at);
    }
}
