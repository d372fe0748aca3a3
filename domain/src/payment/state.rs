//! The payment's state machine.

use super::{Command, Event, Purpose, RefundReason, Refusal};
use crate::shared::{Aggregate, Decided, Decision, Timestamp, Won};
use serde::{Deserialize, Serialize};

/// Where a payment stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Asked for, or about to be; no outcome is known.
    #[default]
    Pending,
    /// The provider waits for the customer.
    NeedsCustomer,
    /// The provider approved, and money is kept.
    Approved,
    /// The provider declined.
    Declined,
    /// Money is on its way back.
    Refunding,
    /// Everything went back.
    Refunded,
}

/// Money the provider took from the customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// The idempotency key of the request.
    pub key: String,
    /// What for.
    pub purpose: Purpose,
    /// The provider's own id.
    pub provider_id: String,
    /// How much, in won.
    pub amount: Won,
}

/// Money that goes, or went, back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    /// The idempotency key of the request.
    pub key: String,
    /// The approval it is taken from.
    pub provider_id: String,
    /// How much, in won.
    pub amount: Won,
    /// True once the provider has given it back.
    pub done: bool,
    /// How often it has failed.
    pub failures: u32,
    /// How many requests the provider has refused for good.
    pub refusals: u32,
    /// True once the customer's bank has sent it back: it counts no more, and another refund has taken its place.
    pub sent_back: bool,
}

impl Refund {
    /// The key of the request that comes next. A provider repeats what it has said to a key, a refusal for ever: after one the next request
    /// is another. While it is not known what became of a request, that same one is made again.
    pub fn request(&self) -> String {
        self.request_after(self.refusals)
    }

    /// The keys of the requests that were refused.
    pub fn refused(&self) -> Vec<String> {
        (0..self.refusals).map(|refusals| self.request_after(refusals)).collect()
    }

    fn request_after(&self, refusals: u32) -> String {
        match refusals {
            0 => self.key.clone(),
            more => format!("{}:again:{more}", self.key),
        }
    }
}

/// A request that waits for the customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The idempotency key of the request.
    pub key: String,
    /// Where the customer goes on.
    pub url: String,
    /// Since when.
    pub since: Timestamp,
    /// Until when, as the provider said first.
    pub until: Timestamp,
}

/// The state of a payment: the fold of its events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Payment {
    /// Where it stands.
    pub phase: Phase,
    /// All approvals.
    pub approvals: Vec<Approval>,
    /// All refunds, done or owed.
    pub refunds: Vec<Refund>,
    /// Keys of requests the provider declined.
    pub declined: Vec<String>,
    /// Keys of requests under which nothing was taken and nothing will be.
    pub voided: Vec<String>,
    /// The request that waits for the customer.
    pub waiting: Option<Waiting>,
}

impl Payment {
    /// Everything the provider approved, in won.
    pub fn approved(&self) -> Won {
        sum(self.approvals.iter().map(|approval| approval.amount))
    }

    /// Everything that went back or is owed, in won.
    pub fn given_back(&self) -> Won {
        sum(self.standing().map(|refund| refund.amount))
    }

    /// Everything that did go back, in won.
    pub fn refunded(&self) -> Won {
        sum(self.standing().filter(|refund| refund.done).map(|refund| refund.amount))
    }

    /// The refunds that count.
    fn standing(&self) -> impl Iterator<Item = &Refund> {
        self.refunds.iter().filter(|refund| !refund.sent_back)
    }

    /// What is kept once every refund that is owed has been made, in won.
    pub fn kept(&self) -> Won {
        self.approved().minus(self.given_back()).unwrap_or(Won::ZERO)
    }

    /// What is left of each approval, the latest first: a refund takes from the latest.
    fn rests(&self) -> impl Iterator<Item = (&Approval, Won)> {
        self.approvals.iter().rev().map(|approval| {
            let of_it = self.standing().filter(|refund| refund.provider_id == approval.provider_id);
            let back = sum(of_it.map(|refund| refund.amount));
            (approval, approval.amount.minus(back).unwrap_or(Won::ZERO))
        })
    }

    /// The refund with this key, done or owed.
    pub fn refund_with(&self, key: &str) -> Option<&Refund> {
        self.refunds.iter().find(|refund| refund.key == key)
    }

    /// The request with this key, while it waits for the customer.
    pub fn waiting(&self, key: &str) -> Option<&Waiting> {
        self.waiting.as_ref().filter(|waiting| waiting.key == key)
    }

    /// True once it is known what became of the request with this key.
    pub fn is_decided(&self, key: &str) -> bool {
        self.knows_approval(key)
            || self.declined.iter().any(|declined| declined == key)
            || self.voided.iter().any(|voided| voided == key)
    }

    /// The requests that give back `amount`, one for each approval touched. Each has a key made of that of its approval, so that a
    /// provider that serves many orders never sees one key twice.
    fn refund(&self, amount: Won, reason: RefundReason, at: Timestamp) -> Result<Vec<Event>, Refusal> {
        let mut left = amount;
        let mut events = Vec::new();
        for (approval, rest) in self.rests().filter(|(_, rest)| !rest.is_zero()) {
            let part = left.min(rest);
            if part.is_zero() {
                break;
            }
            left = left.minus(part).map_err(|_| Refusal::OutOfRange)?;
            events.push(self.next_refund(approval, events.len(), part, reason, at));
        }
        Ok(events)
    }

    /// A refund of so much of an approval, under a key that none before has had; `more` are asked for at the same time.
    fn next_refund(
        &self,
        approval: &Approval,
        more: usize,
        amount: Won,
        reason: RefundReason,
        at: Timestamp,
    ) -> Event {
        let key = format!("{}:refund:{}", approval.key, self.refunds.len() + more);
        Event::RefundRequested { key, provider_id: approval.provider_id.clone(), amount, reason, at }
    }

    /// What was sent back is owed again, as a refund of its own: a provider repeats what it has said to a key.
    fn sent_back(&self, refund: &Refund, at: Timestamp) -> Result<Vec<Event>, Refusal> {
        let of_it = |approval: &&Approval| approval.provider_id == refund.provider_id;
        let approval = self.approvals.iter().find(of_it).ok_or(Refusal::NoSuchRefund)?;
        let sent_back = Event::RefundSentBack { key: refund.key.clone(), amount: refund.amount, at };
        Ok(vec![sent_back, self.next_refund(approval, 0, refund.amount, RefundReason::SentBack, at)])
    }

    fn knows_approval(&self, key: &str) -> bool {
        self.approvals.iter().any(|approval| approval.key == key)
    }
}

fn sum(amounts: impl Iterator<Item = Won>) -> Won {
    // Every approval was checked against the range when it was recorded, so this saturates only for a forged log.
    Won::sum(amounts).unwrap_or(Won::MAX)
}

impl Aggregate for Payment {
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    fn decide(&self, command: Command) -> Decided<Event, Refusal> {
        let not_now = Refusal::NotNow { command: command.verb(), state: self.phase };
        let event = match command {
            Command::RecordNeedsCustomer { key, url, until, at } => {
                if self.waiting(&key).is_some() || self.knows_approval(&key) {
                    return Ok(Decision::AlreadyApplied);
                }
                if self.is_decided(&key) {
                    return Err(not_now);
                }
                // A request that waited before is for a change that was given up: the customer goes on with the new one.
                Event::PaymentNeedsCustomer { key, url, until, at }
            }
            Command::RecordApproved { key, purpose, provider_id, amount, at } => {
                if self.knows_approval(&key) {
                    return Ok(Decision::AlreadyApplied);
                }
                // Money that was taken is always recorded, in whatever state: only what is known can be given back.
                self.approved().plus(amount).map_err(|_| Refusal::OutOfRange)?;
                Event::PaymentApproved { key, purpose, provider_id, amount, at }
            }
            Command::RecordDeclined { key, code, at } => {
                if self.declined.contains(&key) {
                    return Ok(Decision::AlreadyApplied);
                }
                if self.knows_approval(&key) {
                    return Err(not_now);
                }
                Event::PaymentDeclined { key, code, at }
            }
            Command::RecordVoided { key, at } => {
                if self.knows_approval(&key) {
                    return Err(not_now);
                }
                if self.is_decided(&key) {
                    return Ok(Decision::AlreadyApplied);
                }
                Event::ChargeVoided { key, at }
            }
            Command::Refund { keep, reason, at } => match self.kept().minus(keep) {
                Ok(surplus) if !surplus.is_zero() => {
                    return self.refund(surplus, reason, at).map(Decision::Executed);
                }
                _ => return Ok(Decision::AlreadyApplied),
            },
            Command::RecordRefunded { key, at } => match self.refund_with(&key) {
                None => return Err(Refusal::NoSuchRefund),
                Some(refund) if refund.done => return Ok(Decision::AlreadyApplied),
                Some(refund) => Event::PaymentRefunded { key, amount: refund.amount, at },
            },
            Command::RecordRefundFailed { key, attempts, refused, at } => {
                let Some(refund) = self.refund_with(&key) else {
                    return Err(Refusal::NoSuchRefund);
                };
                let is_news = match refused {
                    Some(request) => request == refund.refusals,
                    // The first failure is noted and then each time their number has doubled: it may go on for days.
                    None => attempts >= (refund.failures * 2).max(1),
                };
                if refund.done || !is_news {
                    return Ok(Decision::AlreadyApplied);
                }
                Event::RefundFailed { key, attempts, refused: refused.is_some(), at }
            }
            Command::RecordRefundSentBack { key, at } => match self.refund_with(&key) {
                None => return Err(Refusal::NoSuchRefund),
                Some(refund) if refund.done && !refund.sent_back => {
                    return self.sent_back(refund, at).map(Decision::Executed);
                }
                // While it is still asked for, whoever asks learns the same.
                Some(_) => return Ok(Decision::AlreadyApplied),
            },
        };
        Ok(Decision::one(event))
    }

    fn apply(&mut self, event: &Event) {
        match event {
            Event::PaymentNeedsCustomer { key, url, until, at } => {
                let (key, url) = (key.clone(), url.clone());
                self.waiting = Some(Waiting { key, url, since: *at, until: *until });
            }
            Event::PaymentApproved { key, purpose, provider_id, amount, .. } => {
                self.approvals.push(Approval {
                    key: key.clone(),
                    purpose: *purpose,
                    provider_id: provider_id.clone(),
                    amount: *amount,
                });
                self.settle(key);
            }
            Event::PaymentDeclined { key, .. } => {
                self.declined.push(key.clone());
                self.settle(key);
            }
            Event::ChargeVoided { key, .. } => {
                self.voided.push(key.clone());
                self.settle(key);
            }
            Event::RefundRequested { key, provider_id, amount, .. } => self.refunds.push(Refund {
                key: key.clone(),
                provider_id: provider_id.clone(),
                amount: *amount,
                done: false,
                failures: 0,
                refusals: 0,
                sent_back: false,
            }),
            Event::PaymentRefunded { key, .. } => {
                if let Some(refund) = self.refunds.iter_mut().find(|refund| refund.key == *key) {
                    refund.done = true;
                }
            }
            Event::RefundFailed { key, attempts, refused, .. } => {
                if let Some(refund) = self.refunds.iter_mut().find(|refund| refund.key == *key) {
                    refund.failures = refund.failures.max(*attempts);
                    refund.refusals += u32::from(*refused);
                }
            }
            Event::RefundSentBack { key, .. } => {
                if let Some(refund) = self.refunds.iter_mut().find(|refund| refund.key == *key) {
                    refund.sent_back = true;
                }
            }
        }
        self.phase = self.phase_now();
    }
}

impl Payment {
    /// True while money is on its way back and a try to give it back has failed: the operator sees that.
    pub fn is_refund_failing(&self) -> bool {
        self.refunds.iter().any(|refund| !refund.done && refund.failures > 0)
    }

    fn settle(&mut self, key: &str) {
        self.waiting.take_if(|waiting| waiting.key == key);
    }

    fn phase_now(&self) -> Phase {
        if self.refunds.iter().any(|refund| !refund.done) {
            Phase::Refunding
        } else if self.waiting.is_some() {
            Phase::NeedsCustomer
        } else if !self.kept().is_zero() {
            Phase::Approved
        } else if !self.approvals.is_empty() {
            Phase::Refunded
        } else if !self.declined.is_empty() {
            Phase::Declined
        } else {
            Phase::Pending
        }
    }
}
