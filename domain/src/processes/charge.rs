//! Taking money: whether a payment provider is asked, and what its answer means for the order or for the change it is for.

use super::case::{Events, executed};
use super::{Case, DomainEvent};
use crate::order::{self, ChangeOutcome, PaymentFailure};
use crate::payment::{self, Purpose, Waiting};
use crate::shared::{Decision, OrderId, Timestamp, Won};
use serde::{Deserialize, Serialize};

/// How long after the end of a hold an approval is still taken: the provider may have had it in time, and been asked again only now.
const LATE_MINUTES: u32 = 10;
/// How long after its placing an order is still charged that nobody could ask the provider about, in minutes.
const UNASKED_MINUTES: u32 = 30;

/// The code of an approval of another amount than the one asked for, which is taken for no payment.
pub const OTHER_AMOUNT: &str = "other_amount";

/// The idempotency key under which money is asked for: the same at every try.
pub fn charge_key(order: OrderId, purpose: Purpose) -> String {
    match purpose {
        Purpose::Order => format!("{order}:charge"),
        Purpose::Change { revision } => format!("{order}:change:{revision}"),
    }
}

/// The order, and what the money is for, of a key that [`charge_key`] made; `None` for any other text.
pub fn of_charge_key(key: &str) -> Option<(OrderId, Purpose)> {
    let (order, rest) = key.split_once(':')?;
    let order: OrderId = order.parse().ok()?;
    let purpose = match rest.strip_prefix("change:") {
        Some(revision) => Purpose::Change { revision: revision.parse().ok()? },
        None => Purpose::Order,
    };
    // An id can be written in several ways, of which a key uses one.
    (charge_key(order, purpose) == key).then_some((order, purpose))
}

/// What is known after asking the provider for an approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChargeOutcome {
    /// The money was taken.
    Approved {
        /// The provider's own id.
        provider_id: String,
        /// How much, in won.
        amount: Won,
    },
    /// The provider said no.
    Declined {
        /// Its code.
        code: String,
    },
    /// The customer has to go on at the provider's page.
    NeedsCustomer {
        /// Where.
        url: String,
        /// Until when.
        until: Timestamp,
    },
    /// Nothing was taken, and nothing will be: the provider was told to take nothing any more.
    Voided,
    /// No answer, or one that says nothing: it has to be asked again.
    Unknown,
}

/// What to do next about a charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChargeTurn {
    /// Nothing: it is known what became of it.
    Leave,
    /// Ask for the money.
    Charge,
    /// Ask what became of an earlier request, and for the money when the provider knows of none.
    Find,
    /// Ask what became of an earlier request, and no more: it is too late to take money.
    Look,
    /// Nobody wants it any more: have the provider take nothing under this key, or hear that it has.
    Void,
}

/// For how long a provider is told by itself to take nothing, in hours. From then on it is told when the operator says so.
pub const CALL_OFF_HOURS: u32 = 6;

/// A charge that nobody wants any more, and of which it is not known yet whether anything was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenCharge {
    /// What the money was for.
    pub purpose: Purpose,
    /// How much, in won.
    pub amount: Won,
    /// Since when nobody wants it.
    pub since: Timestamp,
}

impl Case {
    /// The charges that are being called off.
    pub fn open_charges(&self) -> Vec<OpenCharge> {
        let Ok(placed) = self.placed() else {
            return Vec::new();
        };
        let of_order = self.order.ended_at.map(|since| OpenCharge {
            purpose: Purpose::Order,
            amount: placed.bill.total,
            since,
        });
        let of_changes = self.order.dropped.iter().map(|dropped| OpenCharge {
            purpose: Purpose::Change { revision: dropped.revision },
            amount: dropped.extra,
            since: dropped.at,
        });
        of_order
            .into_iter()
            .chain(of_changes)
            .filter(|open| !self.payment.is_decided(&charge_key(placed.order, open.purpose)))
            .collect()
    }

    /// Whether a charge has been called off for so long in vain that somebody has to look at it.
    pub fn is_call_off_given_up(&self, purpose: Purpose, now: Timestamp) -> bool {
        self.open_charges()
            .into_iter()
            .any(|open| open.purpose == purpose && open.since.plus_minutes(CALL_OFF_HOURS * 60) <= now)
    }

    /// What to do next about a charge after `attempts` tries. What it is for may have ended meanwhile: then the provider is told to take
    /// nothing, for as long as it takes to hear that it has not or will not; what was taken after all goes back. When the time for it is
    /// over, nothing is taken that has not been taken yet.
    pub fn charge_turn(&self, purpose: Purpose, attempts: u32, now: Timestamp) -> ChargeTurn {
        let Ok(placed) = self.placed() else {
            return ChargeTurn::Leave;
        };
        if self.payment.is_decided(&charge_key(placed.order, purpose)) {
            return ChargeTurn::Leave;
        }
        match (self.is_wanted(purpose), attempts) {
            (false, _) => ChargeTurn::Void,
            (true, _) if self.hold_is_over(purpose, now) => ChargeTurn::Look,
            (true, 0) => ChargeTurn::Charge,
            (true, _) => ChargeTurn::Find,
        }
    }

    /// What is asked for, in won, while it is wanted.
    fn asked_for(&self, purpose: Purpose) -> Option<Won> {
        let placed = self.placed().ok().filter(|_| self.is_wanted(purpose))?;
        match purpose {
            Purpose::Order => self.is_unpaid().then_some(placed.bill.total),
            Purpose::Change { .. } => self.order.change.as_ref().map(|change| change.extra),
        }
    }

    /// Whether the order waits for its payment.
    fn is_unpaid(&self) -> bool {
        matches!(self.order.phase, order::Phase::Placed | order::Phase::Held)
    }

    /// Whether what the money is for is still to come.
    fn is_wanted(&self, purpose: Purpose) -> bool {
        match purpose {
            Purpose::Order => !self.order.phase.is_end(),
            Purpose::Change { revision } => {
                !self.order.phase.is_end()
                    && self.order.change.as_ref().is_some_and(|change| change.revision == revision)
            }
        }
    }

    /// Records what the provider answered. An unknown outcome holds an order for `hold_minutes`, a change until its own end; a customer who is
    /// needed has the time that the provider gives, also when the order was held before. A hold that has run out fails the payment or
    /// gives the change up, and an approval that comes after that is given back. So is one that is learned of [`LATE_MINUTES`] after a hold's
    /// end, as after a night in which the server was down, and one of another amount than was asked for: with both the payment has failed.
    pub fn record_charge(
        &self,
        purpose: Purpose,
        outcome: ChargeOutcome,
        now: Timestamp,
        hold_minutes: u32,
    ) -> Events {
        let key = charge_key(self.placed()?.order, purpose);
        let mut events = Vec::new();
        let (until, for_customer) = match outcome {
            // Asked again although it is decided: an answer that says less takes nothing back.
            ChargeOutcome::NeedsCustomer { .. } | ChargeOutcome::Voided | ChargeOutcome::Unknown
                if self.payment.is_decided(&key) =>
            {
                return Ok(Decision::AlreadyApplied);
            }
            // Nobody is sent to the provider's page for what has ended meanwhile: the next turn has the provider take nothing.
            ChargeOutcome::NeedsCustomer { .. } if !self.is_wanted(purpose) => {
                return Ok(Decision::AlreadyApplied);
            }
            // Nor is anybody for what has no time left.
            ChargeOutcome::NeedsCustomer { .. } | ChargeOutcome::Unknown
                if self.hold_is_over(purpose, now) =>
            {
                return Ok(executed(self.do_without(purpose, PaymentFailure::Expired, now)?));
            }
            ChargeOutcome::Approved { provider_id, amount } => {
                let is_other = self.asked_for(purpose).is_some_and(|asked| asked != amount);
                let why = if is_other {
                    Some(PaymentFailure::Declined(OTHER_AMOUNT.to_owned()))
                } else {
                    self.is_too_late(purpose, now).then_some(PaymentFailure::Expired)
                };
                let approved =
                    payment::Command::RecordApproved { key, purpose, provider_id, amount, at: now };
                events.extend(self.ask_payment(approved)?.into_events());
                if let Some(why) = why.filter(|_| !events.is_empty()) {
                    events.extend(self.do_without(purpose, why, now)?);
                }
                return Ok(executed(events));
            }
            ChargeOutcome::Voided => {
                return self.ask_payment(payment::Command::RecordVoided { key, at: now });
            }
            ChargeOutcome::Declined { code } => {
                let declined = payment::Command::RecordDeclined { key, code: code.clone(), at: now };
                events.extend(self.ask_payment(declined)?.into_events());
                if self.is_wanted(purpose) {
                    events.extend(self.do_without(purpose, PaymentFailure::Declined(code), now)?);
                }
                return Ok(executed(events));
            }
            ChargeOutcome::NeedsCustomer { url, until } => {
                let waits = payment::Command::RecordNeedsCustomer { key, url, until, at: now };
                events.extend(self.ask_payment(waits)?.into_events());
                (until, true)
            }
            ChargeOutcome::Unknown => (now.plus_minutes(hold_minutes), false),
        };
        if purpose == Purpose::Order && self.is_unpaid() {
            events.extend(self.ask_order(order::Command::Hold { until, for_customer })?.into_events());
        }
        Ok(executed(events))
    }

    /// Since when the customer is to go on with this charge at the provider's page; `None` while that is not so.
    pub fn asks_customer_since(&self, purpose: Purpose) -> Option<Timestamp> {
        self.asked(purpose).map(|asked| asked.since)
    }

    fn asked(&self, purpose: Purpose) -> Option<&Waiting> {
        self.payment.waiting(&charge_key(self.placed().ok()?.order, purpose))
    }

    /// Until when the provider may take over a charge that is still wanted; `None` when nothing has been said of that yet.
    pub fn held_until(&self, purpose: Purpose) -> Option<Timestamp> {
        match purpose {
            Purpose::Order => self.order.held_until,
            // A customer who is asked for the difference has the time that the provider gives, and no less than the change was promised.
            Purpose::Change { revision } => {
                let change = self.order.change.as_ref().filter(|change| change.revision == revision)?;
                Some(self.asked(purpose).map_or(change.until, |asked| asked.until.max(change.until)))
            }
        }
    }

    /// Whether a charge that is still wanted is held, and may still be taken.
    pub fn is_held(&self, purpose: Purpose, now: Timestamp) -> bool {
        self.is_wanted(purpose) && self.held_until(purpose).is_some_and(|until| now < until)
    }

    /// Whether nobody waits any more for an approval that is learned of now: what was paid in time is heard of a little later.
    fn is_too_late(&self, purpose: Purpose, now: Timestamp) -> bool {
        let last = self.last_moment(purpose).filter(|_| self.is_wanted(purpose));
        last.is_some_and(|until| until.plus_minutes(LATE_MINUTES) <= now)
    }

    fn hold_is_over(&self, purpose: Purpose, now: Timestamp) -> bool {
        self.is_wanted(purpose) && self.last_moment(purpose).is_some_and(|until| until <= now)
    }

    /// Until when money may be taken. Nobody waits for an order that could not be asked about for long, as after a night in which the
    /// server was down.
    fn last_moment(&self, purpose: Purpose) -> Option<Timestamp> {
        let is_unasked = purpose == Purpose::Order && self.order.phase == order::Phase::Placed;
        let placed = self.order.placed.as_ref().filter(|_| is_unasked);
        placed.map(|placed| placed.at.plus_minutes(UNASKED_MINUTES)).or_else(|| self.held_until(purpose))
    }

    /// Ends what the money was for: the order, or the change alone.
    fn do_without(
        &self,
        purpose: Purpose,
        why: PaymentFailure,
        now: Timestamp,
    ) -> Result<Vec<DomainEvent>, super::CaseRefusal> {
        let command = match purpose {
            Purpose::Order => order::Command::FailPayment { reason: why, at: now },
            Purpose::Change { revision } => {
                let outcome = match why {
                    PaymentFailure::Declined(_) => ChangeOutcome::Declined,
                    PaymentFailure::Expired => ChangeOutcome::Expired,
                };
                order::Command::AbandonChange { revision, outcome, at: now }
            }
        };
        Ok(self.ask_order(command)?.into_events())
    }
}
