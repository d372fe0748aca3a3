//! What a payment provider can answer.

use crate::shared::{OrderId, Timestamp, Won};

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
