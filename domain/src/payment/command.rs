//! What can be asked of a payment, what can have happened to it, and why it may say no.

use super::Phase;
use crate::shared::{Timestamp, Won};
use serde::{Deserialize, Serialize};

/// Why money goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundReason {
    /// The customer cancelled.
    Cancelled,
    /// The store did not take the order.
    Rejected,
    /// The approval came after the order had ended.
    TooLate,
    /// A change made the order cheaper, or did not come about.
    Changed,
    /// The order could not be delivered.
    Undeliverable,
    /// It had gone back, and the customer's bank did not take it.
    SentBack,
}

/// What money is taken for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// The order as it was placed.
    #[default]
    Order,
    /// What a change of the order costs more.
    Change {
        /// The revision that the change makes.
        revision: u32,
    },
}

/// What can be asked of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// The provider wants the customer to go on at its own page.
    RecordNeedsCustomer {
        /// The idempotency key of the request.
        key: String,
        /// Where the customer goes on.
        url: String,
        /// Until when.
        until: Timestamp,
        /// When this was learned.
        at: Timestamp,
    },
    /// The provider approved.
    RecordApproved {
        /// The idempotency key of the request.
        key: String,
        /// What for.
        purpose: Purpose,
        /// The provider's own id of the approval.
        provider_id: String,
        /// How much, in won.
        amount: Won,
        /// When this was learned.
        at: Timestamp,
    },
    /// The provider declined.
    RecordDeclined {
        /// The idempotency key of the request.
        key: String,
        /// The provider's code.
        code: String,
        /// When this was learned.
        at: Timestamp,
    },
    /// Nothing was taken under this key, and the provider will take nothing any more.
    RecordVoided {
        /// The idempotency key of the request.
        key: String,
        /// When this was learned.
        at: Timestamp,
    },
    /// Give back everything above an amount.
    Refund {
        /// What may be kept, in won; zero gives back everything.
        keep: Won,
        /// Why.
        reason: RefundReason,
        /// When.
        at: Timestamp,
    },
    /// The provider gave it back.
    RecordRefunded {
        /// The idempotency key of the refund.
        key: String,
        /// When this was learned.
        at: Timestamp,
    },
    /// The refund failed again; it stays owed.
    RecordRefundFailed {
        /// The idempotency key of the refund.
        key: String,
        /// How often it has been tried.
        attempts: u32,
        /// Which of the requests the provider refused for good, as [`super::Refund::refusals`] counted before; `None` when it is not known
        /// what became of the last one.
        refused: Option<u32>,
        /// When.
        at: Timestamp,
    },
    /// What had gone back has come back to the provider, since the customer's bank did not take it: it is owed again.
    RecordRefundSentBack {
        /// The idempotency key of the refund.
        key: String,
        /// When this was learned.
        at: Timestamp,
    },
}

/// The name of a [`Command`], for refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// [`Command::RecordNeedsCustomer`]
    RecordNeedsCustomer,
    /// [`Command::RecordApproved`]
    RecordApproved,
    /// [`Command::RecordDeclined`]
    RecordDeclined,
    /// [`Command::RecordVoided`]
    RecordVoided,
    /// [`Command::Refund`]
    Refund,
    /// [`Command::RecordRefunded`]
    RecordRefunded,
    /// [`Command::RecordRefundFailed`]
    RecordRefundFailed,
    /// [`Command::RecordRefundSentBack`]
    RecordRefundSentBack,
}

impl Command {
    /// Its name.
    pub const fn verb(&self) -> Verb {
        match self {
            Command::RecordNeedsCustomer { .. } => Verb::RecordNeedsCustomer,
            Command::RecordApproved { .. } => Verb::RecordApproved,
            Command::RecordDeclined { .. } => Verb::RecordDeclined,
            Command::RecordVoided { .. } => Verb::RecordVoided,
            Command::Refund { .. } => Verb::Refund,
            Command::RecordRefunded { .. } => Verb::RecordRefunded,
            Command::RecordRefundFailed { .. } => Verb::RecordRefundFailed,
            Command::RecordRefundSentBack { .. } => Verb::RecordRefundSentBack,
        }
    }
}

/// What happened to a payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum Event {
    /// The provider waits for the customer.
    PaymentNeedsCustomer {
        /// The idempotency key of the request.
        key: String,
        /// Where the customer goes on.
        url: String,
        /// Until when.
        until: Timestamp,
        /// When this was learned.
        at: Timestamp,
    },
    /// The provider approved.
    PaymentApproved {
        /// The idempotency key of the request.
        key: String,
        /// What for.
        #[serde(default)]
        purpose: Purpose,
        /// The provider's own id of the approval.
        provider_id: String,
        /// How much, in won.
        amount: Won,
        /// When this was learned.
        at: Timestamp,
    },
    /// The provider declined.
    PaymentDeclined {
        /// The idempotency key of the request.
        key: String,
        /// The provider's code.
        code: String,
        /// When this was learned.
        at: Timestamp,
    },
    /// The provider has taken nothing under this key, and will not any more: asked after the order, or the change, had ended.
    ChargeVoided {
        /// The idempotency key of the request.
        key: String,
        /// When this was learned.
        at: Timestamp,
    },
    /// Money is owed to the customer: a worker gives it back.
    RefundRequested {
        /// The idempotency key of this refund.
        key: String,
        /// The provider's id of the approval it is taken from.
        provider_id: String,
        /// How much, in won.
        amount: Won,
        /// Why.
        reason: RefundReason,
        /// When.
        at: Timestamp,
    },
    /// The money went back.
    PaymentRefunded {
        /// The idempotency key of the refund.
        key: String,
        /// How much, in won.
        amount: Won,
        /// When this was learned.
        at: Timestamp,
    },
    /// The refund failed; it is still owed.
    RefundFailed {
        /// The idempotency key of the refund.
        key: String,
        /// How often it has been tried.
        attempts: u32,
        /// Whether the provider refused it for good: the next request goes under another key.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        refused: bool,
        /// When.
        at: Timestamp,
    },
    /// The money had gone back, and is at the provider again: the customer's bank did not take it. What follows is a new refund.
    RefundSentBack {
        /// The idempotency key of the refund that came to nothing.
        key: String,
        /// How much, in won.
        amount: Won,
        /// When this was learned.
        at: Timestamp,
    },
}

/// Why a payment said no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The command does not fit the state.
    #[error("{command:?} does not fit a payment that is {state:?}")]
    NotNow {
        /// What was asked.
        command: Verb,
        /// What the payment is.
        state: Phase,
    },
    /// There is no refund with this key.
    #[error("no such refund")]
    NoSuchRefund,
    /// The sum of the approvals would be out of range.
    #[error("the amount is out of range")]
    OutOfRange,
}
