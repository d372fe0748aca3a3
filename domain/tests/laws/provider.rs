//! A payment provider with a book of its own, which may answer late, badly or not at all.

use crate::common::NOON;
use domain::processes::ChargeOutcome;
use domain::shared::{Timestamp, Won};
use std::collections::{BTreeMap, BTreeSet};

/// How the provider is today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    /// Says yes.
    Approve,
    /// Says no; gives money back all the same.
    Decline,
    /// Wants the customer; gives money back.
    NeedsCustomer,
    /// Does what it is asked, and the answer is lost.
    Lost,
    /// Does not hear.
    Down,
}

/// What the provider remembers, by idempotency key.
#[derive(Clone, Debug, Default)]
pub(crate) struct Provider {
    /// Charges: the amount taken; `None` for a declined one.
    charges: BTreeMap<String, Option<Won>>,
    /// Refunds: the charge's id and the amount.
    refunds: BTreeMap<String, (String, Won)>,
    /// The keys of refunds that the customer's bank has sent back.
    sent_back: BTreeSet<String>,
    /// Charges that wait for the customer, and their amounts.
    asked: BTreeMap<String, Won>,
}

impl Provider {
    /// Charges once for a key, and says what became of it.
    pub(crate) fn charge(&mut self, key: &str, amount: Won, mood: Mood) -> ChargeOutcome {
        if mood == Mood::Down {
            return ChargeOutcome::Unknown;
        }
        let known = self.charges.contains_key(key);
        if !known && mood == Mood::NeedsCustomer {
            self.asked.insert(key.to_owned(), amount);
            return ChargeOutcome::NeedsCustomer {
                url: format!("/pay/{key}"),
                until: Timestamp(NOON.0 + 600_000),
            };
        }
        if !known {
            self.charges.insert(key.to_owned(), (mood != Mood::Decline).then_some(amount));
        }
        if let Some(taken) = self.charges[key] {
            assert_eq!(taken, amount, "the key {key} was used for another amount");
        }
        self.tell(key, mood)
    }

    /// The customer pays for whatever waits for that, or will not. Of what has been decided meanwhile nothing changes.
    pub(crate) fn decide(&mut self, pays: bool) {
        for (key, amount) in std::mem::take(&mut self.asked) {
            self.charges.entry(key).or_insert(pays.then_some(amount));
        }
    }

    /// What became of a charge; `None` for one that is not known, which says nothing about one that is on its way.
    pub(crate) fn find(&self, key: &str, mood: Mood) -> Option<ChargeOutcome> {
        match mood {
            Mood::Down => Some(ChargeOutcome::Unknown),
            _ => self.charges.contains_key(key).then(|| self.tell(key, mood)),
        }
    }

    /// Takes nothing under this key any more, and says what was taken before.
    pub(crate) fn void(&mut self, key: &str, mood: Mood) -> ChargeOutcome {
        if mood == Mood::Down {
            return ChargeOutcome::Unknown;
        }
        let known = self.charges.contains_key(key);
        if !known {
            self.charges.insert(key.to_owned(), None);
        }
        match self.tell(key, mood) {
            ChargeOutcome::Declined { .. } if !known => ChargeOutcome::Voided,
            outcome => outcome,
        }
    }

    fn tell(&self, key: &str, mood: Mood) -> ChargeOutcome {
        match (mood, self.charges[key]) {
            (Mood::Lost, _) => ChargeOutcome::Unknown,
            (_, Some(amount)) => ChargeOutcome::Approved { provider_id: format!("pay of {key}"), amount },
            (_, None) => ChargeOutcome::Declined { code: "insufficient_funds".to_owned() },
        }
    }

    /// Gives money back once for a key; false when nothing is known of it.
    pub(crate) fn give_back(&mut self, key: &str, provider_id: &str, amount: Won, mood: Mood) -> bool {
        if mood == Mood::Down {
            return false;
        }
        let refund = (provider_id.to_owned(), amount);
        let before = self.refunds.entry(key.to_owned()).or_insert_with(|| refund.clone());
        assert_eq!(*before, refund, "the key {key} was used for another refund");
        mood != Mood::Lost && !self.sent_back.contains(key)
    }

    /// The customer's bank does not take a refund after all.
    pub(crate) fn send_back(&mut self, key: &str) {
        self.sent_back.insert(key.to_owned());
    }

    /// What the provider has taken and not given back.
    pub(crate) fn holds(&self) -> Won {
        let taken = Won::sum(self.charges.values().flatten().copied());
        let arrived = self.refunds.iter().filter(|(key, _)| !self.sent_back.contains(*key));
        let back = Won::sum(arrived.map(|(_, (_, amount))| *amount));
        taken
            .and_then(|taken| taken.minus(back?))
            .unwrap_or_else(|_| panic!("more went back than was taken: {self:?}"))
    }
}
