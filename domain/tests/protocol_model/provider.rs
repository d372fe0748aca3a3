//! The payment provider as a book: it does once for a key what it is asked, and remembers. Whether a request or its answer gets through
//! is not its business.

use domain::processes::ChargeOutcome;
use domain::shared::{Timestamp, Won};
use std::collections::BTreeMap;

/// A request on its way to the provider.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Request {
    /// Take money.
    Charge { key: String, amount: Won },
    /// Say what became of an earlier request.
    Find { key: String },
    /// Take nothing under this key any more.
    Void { key: String },
    /// Give money back of what was taken under the key `charge`.
    GiveBack { key: String, charge: String, amount: Won },
}

/// What the provider says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Answer {
    /// So much was taken.
    Approved(Won),
    /// Nothing was taken.
    Declined,
    /// Nothing was taken, and nothing will be.
    Voided,
    /// Nothing is decided until the customer has been at the provider's page.
    NeedsCustomer,
    /// There was no such request, which says nothing about one that is on its way.
    NotFound,
    /// The money went back.
    GivenBack,
    /// Nothing was heard.
    Silence,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Entry {
    Taken(Won),
    Declined,
    Voided,
}

/// How the provider is today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    /// Says yes.
    Approve,
    /// Says no.
    Decline,
    /// Wants the customer first.
    AskCustomer,
}

/// What the provider remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Book {
    charges: BTreeMap<String, Entry>,
    /// By the refund's key: the charge's key, and how much.
    refunds: BTreeMap<String, (String, Won)>,
    /// A key came again for something else, or more was to go back than was taken.
    pub(crate) misused: bool,
}

/// The provider's own id of what was taken under a key.
pub(crate) fn provider_id(key: &str) -> String {
    format!("pay of {key}")
}

impl Book {
    /// True when the provider is free to say yes or no.
    pub(crate) fn is_open(&self, request: &Request) -> bool {
        matches!(request, Request::Charge { key, .. } if !self.charges.contains_key(key))
    }

    /// Does what is asked, once; its mood counts where it is free.
    pub(crate) fn serve(&mut self, request: &Request, mood: Mood) -> Answer {
        match request {
            Request::Charge { .. } if mood == Mood::AskCustomer && self.is_open(request) => {
                Answer::NeedsCustomer
            }
            Request::Charge { key, amount } => {
                let fresh = if mood == Mood::Decline { Entry::Declined } else { Entry::Taken(*amount) };
                let entry = *self.charges.entry(key.clone()).or_insert(fresh);
                self.misused |= matches!(entry, Entry::Taken(taken) if taken != *amount);
                match entry {
                    Entry::Taken(amount) => Answer::Approved(amount),
                    Entry::Declined | Entry::Voided => Answer::Declined,
                }
            }
            Request::Find { key } => match self.charges.get(key) {
                Some(Entry::Taken(amount)) => Answer::Approved(*amount),
                Some(Entry::Declined | Entry::Voided) => Answer::Declined,
                None => Answer::NotFound,
            },
            Request::Void { key } => match self.charges.entry(key.clone()).or_insert(Entry::Voided) {
                Entry::Taken(amount) => Answer::Approved(*amount),
                Entry::Declined => Answer::Declined,
                Entry::Voided => Answer::Voided,
            },
            Request::GiveBack { key, charge, amount } => {
                let refund = (charge.clone(), *amount);
                let known = self.refunds.entry(key.clone()).or_insert_with(|| refund.clone());
                self.misused |= *known != refund;
                let back = self.refunds.values().filter(|(of, _)| of == charge).map(|(_, amount)| *amount);
                self.misused |= Won::sum(back).is_ok_and(|back| back > self.taken(charge));
                Answer::GivenBack
            }
        }
    }

    /// What was taken under a key.
    pub(crate) fn taken(&self, key: &str) -> Won {
        match self.charges.get(key) {
            Some(Entry::Taken(amount)) => *amount,
            _ => Won::ZERO,
        }
    }

    /// What was taken and has not gone back, in won.
    pub(crate) fn holds(&self) -> u64 {
        let taken: u64 = self.charges.keys().map(|key| self.taken(key).get()).sum();
        let back: u64 = self.refunds.values().map(|(_, amount)| amount.get()).sum();
        taken.saturating_sub(back)
    }
}

impl Answer {
    /// Whether the step that has heard it is to be done again.
    pub(crate) fn leaves_open(self) -> bool {
        matches!(self, Answer::NeedsCustomer | Answer::Silence)
    }

    /// What it means for the charge with this key; the customer has `until` to come to the provider's page.
    pub(crate) fn outcome(self, key: &str, until: Timestamp) -> ChargeOutcome {
        match self {
            Answer::Approved(amount) => ChargeOutcome::Approved { provider_id: provider_id(key), amount },
            Answer::Declined => ChargeOutcome::Declined { code: "insufficient_funds".to_owned() },
            Answer::Voided => ChargeOutcome::Voided,
            Answer::NeedsCustomer => ChargeOutcome::NeedsCustomer { url: format!("/pay/{key}"), until },
            Answer::NotFound | Answer::GivenBack | Answer::Silence => ChargeOutcome::Unknown,
        }
    }
}
