//! What an order waits for, since when, and what comes when that takes too long: no order hangs for ever.
//!
//! | waits for | from | when its time is over |
//! | --- | --- | --- |
//! | the owner's answer | the store's own limit | 시간초과: rejected |
//! | the kitchen | the promised time | the operator's list |
//! | a rider | the first offer | the operator's list |
//! | the pickup | the first claim | the operator's list |
//! | the handover | the pickup | the operator's list |
//! | the customer's 배송확인 | the delivery | completed by the timer |
//! | the operator | being put on the list | 배달실패; the price goes back unless the customer was not met |
//!
//! A rider who types one wrong door code after the other brings the order to the operator's list at once.
//!
//! Riders who claim a job and give it back, again and again, begin nothing anew with that; and the promised time can be put off by an hour at
//! most.
//!
//! An unpaid order, or a dearer change, waits for the payment provider: its hold is looked after by the charge itself.

use super::Case;
use super::case::Events;
use crate::delivery::{self, FailReason};
use crate::order::{self, ConfirmedBy, StuckReason};
use crate::shared::{Decision, MINUTE_MS, Timestamp};
use crate::store::ticket;
use serde::{Deserialize, Serialize};

/// What an order waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitsFor {
    /// The owner's answer.
    Answer,
    /// The kitchen to be ready.
    Kitchen,
    /// A rider to take the job.
    Rider,
    /// The rider to pick it up.
    Pickup,
    /// The rider to hand it over.
    Handover,
    /// The customer to confirm.
    Confirmation,
    /// The operator to decide.
    Operator,
}

impl WaitsFor {
    /// All of them.
    pub const ALL: [WaitsFor; 7] = [
        WaitsFor::Answer,
        WaitsFor::Kitchen,
        WaitsFor::Rider,
        WaitsFor::Pickup,
        WaitsFor::Handover,
        WaitsFor::Confirmation,
        WaitsFor::Operator,
    ];

    /// The name in the read model.
    pub const fn name(self) -> &'static str {
        match self {
            WaitsFor::Answer => "answer",
            WaitsFor::Kitchen => "kitchen",
            WaitsFor::Rider => "rider",
            WaitsFor::Pickup => "pickup",
            WaitsFor::Handover => "handover",
            WaitsFor::Confirmation => "confirmation",
            WaitsFor::Operator => "operator",
        }
    }
}

/// What an order waits for, and from when on its time counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// What for.
    pub what: WaitsFor,
    /// From when on.
    pub from: Timestamp,
}

/// How long each may take, in minutes. The owner's time to answer is the store's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// After the promised time, for the kitchen.
    pub kitchen: u32,
    /// For a rider to take the job.
    pub rider: u32,
    /// From the first claim to the pickup.
    pub pickup: u32,
    /// From the pickup to the handover.
    pub handover: u32,
    /// From the delivery to 배송확인.
    pub confirmation: u32,
    /// For the operator.
    pub operator: u32,
}

impl Limits {
    /// The usual ones.
    pub const USUAL: Limits =
        Limits { kitchen: 30, rider: 15, pickup: 30, handover: 60, confirmation: 120, operator: 1_440 };

    /// How long this may take, in minutes.
    pub const fn of(&self, what: WaitsFor) -> u32 {
        match what {
            // From the end of the store's limit on.
            WaitsFor::Answer => 0,
            WaitsFor::Kitchen => self.kitchen,
            WaitsFor::Rider => self.rider,
            WaitsFor::Pickup => self.pickup,
            WaitsFor::Handover => self.handover,
            WaitsFor::Confirmation => self.confirmation,
            WaitsFor::Operator => self.operator,
        }
    }
}

impl Limits {
    /// At `now` the waits of this kind are over that have lasted since this moment or longer: the same as [`Wait::until`], for a look at
    /// many of them.
    pub const fn over_since(&self, what: WaitsFor, now: Timestamp) -> Timestamp {
        Timestamp(now.0 - self.of(what) as i64 * MINUTE_MS)
    }

    /// At `now` the operator is shown the orders with a wait of this kind that have waited since this moment or longer: those whose time is
    /// over, and what waits for the operator from its first moment on.
    pub const fn on_list_since(&self, what: WaitsFor, now: Timestamp) -> Timestamp {
        match what {
            WaitsFor::Operator => now,
            _ => self.over_since(what, now),
        }
    }
}

impl Wait {
    /// When its time is over.
    pub const fn until(&self, limits: &Limits) -> Timestamp {
        self.from.plus_minutes(limits.of(self.what))
    }
}

impl Case {
    /// What the order waits for now; `None` while Baedal itself has the next step, or after the end.
    pub fn wait(&self) -> Option<Wait> {
        if self.order.phase != order::Phase::Received {
            return None;
        }
        let moved = self.delivery.moved_at;
        let (what, from) = match self.delivery.phase {
            delivery::Phase::Delivered => (WaitsFor::Confirmation, moved),
            delivery::Phase::Failed => (WaitsFor::Operator, moved),
            delivery::Phase::PickedUp => (WaitsFor::Handover, moved),
            delivery::Phase::Claimed | delivery::Phase::Arrived => {
                (WaitsFor::Pickup, self.delivery.first_claimed)
            }
            delivery::Phase::Offered => {
                (WaitsFor::Rider, self.delivery.offered.as_ref().map(|offered| offered.at))
            }
            delivery::Phase::New => match self.ticket.phase {
                ticket::Phase::Received => {
                    (WaitsFor::Answer, self.ticket.opened.as_ref().and_then(|opened| opened.answer_by))
                }
                ticket::Phase::Accepted | ticket::Phase::Cooking => (WaitsFor::Kitchen, self.ticket.ready_at),
                ticket::Phase::New
                | ticket::Phase::Ready
                | ticket::Phase::Rejected
                | ticket::Phase::Cancelled => return None,
            },
        };
        let from = from?;
        // On the operator's list for this very wait.
        match self.order.flag {
            Some(flag) if stuck(what).is_some() && flag.since == from => {
                Some(Wait { what: WaitsFor::Operator, from: flag.at })
            }
            _ => Some(Wait { what, from }),
        }
    }

    /// The timer: what has to happen when what the order waits for has taken too long. Nothing before that.
    pub fn time_out(&self, now: Timestamp, limits: &Limits) -> Events {
        let Some(wait) = self.wait().filter(|wait| wait.until(limits) <= now) else {
            return Ok(Decision::AlreadyApplied);
        };
        match wait.what {
            WaitsFor::Answer => self.reject(ticket::RejectReason::TimedOut, now),
            WaitsFor::Confirmation => self.confirm_receipt(ConfirmedBy::Timer, now),
            WaitsFor::Operator => {
                let absent = self.delivery.failed == Some(FailReason::CustomerAbsent);
                self.give_up(!absent, String::new(), now)
            }
            what => match stuck(what) {
                Some(why) => self.ask_order(order::Command::Flag { why, since: wait.from, at: now }),
                None => Ok(Decision::AlreadyApplied),
            },
        }
    }
}

/// Why an order is put on the operator's list that has waited too long for this; `None` where no operator is needed.
const fn stuck(what: WaitsFor) -> Option<StuckReason> {
    match what {
        WaitsFor::Kitchen => Some(StuckReason::KitchenSilent),
        WaitsFor::Rider => Some(StuckReason::NoRider),
        WaitsFor::Pickup | WaitsFor::Handover => Some(StuckReason::RiderSilent),
        WaitsFor::Answer | WaitsFor::Confirmation | WaitsFor::Operator => None,
    }
}
