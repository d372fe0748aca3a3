//! The charge of an order's price: what a payment provider can answer, and whether it is asked.

use super::Case;
use crate::shared::{OrderId, Timestamp, Won};

/// How long after an order has ended the provider is still asked whether it took money after all, in milliseconds. Longer than any
/// provider keeps a request open.
pub const AFTERMATH_MS: i64 = 120_000;

/// The idempotency key under which an order's price is charged: the same at every try.
pub fn charge_key(order: OrderId) -> String {
    format!("{order}:charge")
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
    /// No answer, or one that says nothing: it has to be asked again.
    Unknown,
}

/// What to do next about the charge of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChargeTurn {
    /// Nothing: the provider has decided, or no money can be under way any more.
    Leave,
    /// Ask for the money.
    Charge,
    /// Ask what became of an earlier charge.
    Find {
        /// What to do when the provider knows of none.
        if_none: IfNone,
    },
}

/// What to do when the provider knows of no charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfNone {
    /// Ask for the money, under the same key.
    Charge,
    /// Ask again later: an earlier request may still be on its way.
    AskAgain,
    /// Leave it: no earlier request can be on its way any more.
    Leave,
}

impl Case {
    /// What to do next about the charge after `attempts` tries. An order that has ended is not charged any more, but asked about until
    /// it is sure that no money was taken: what was taken after all goes back.
    pub fn charge_turn(&self, attempts: u32, now: Timestamp) -> ChargeTurn {
        let Ok(placed) = self.placed() else {
            return ChargeTurn::Leave;
        };
        let key = charge_key(placed.order);
        let approved = self.payment.approvals.iter().any(|approval| approval.key == key);
        if approved || self.payment.declined.contains(&key) {
            return ChargeTurn::Leave;
        }
        match self.order.ended_at {
            None if attempts == 0 => ChargeTurn::Charge,
            None => ChargeTurn::Find { if_none: IfNone::Charge },
            Some(end) if now.since(end) > AFTERMATH_MS => ChargeTurn::Find { if_none: IfNone::Leave },
            Some(_) => ChargeTurn::Find { if_none: IfNone::AskAgain },
        }
    }
}
