//! What can be asked of an order, and why it may say no.

use super::{
    CancelledBy, ChangeOutcome, ConfirmedBy, PaymentFailure, Phase, Placed, RejectReason, StuckReason,
};
use crate::shared::{Bill, Timestamp, Won};
use serde::{Deserialize, Serialize};

/// What can be asked of an order. `at` is the moment of asking.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant, reason = "one at a time, and every order begins with the large one")]
pub enum Command {
    /// Place it.
    Place(Placed),
    /// Keep it until the payment is clear.
    Hold {
        /// When the hold runs out.
        until: Timestamp,
        /// Whether the provider waits for the customer; otherwise it gave no clear answer.
        for_customer: bool,
    },
    /// It is paid and the ticket exists.
    Receive {
        /// When.
        at: Timestamp,
    },
    /// The payment came to nothing.
    FailPayment {
        /// Why.
        reason: PaymentFailure,
        /// When.
        at: Timestamp,
    },
    /// Cancel it. Whether cooking has started is the ticket's to say.
    Cancel {
        /// Who asks.
        by: CancelledBy,
        /// Why, in the operator's words; empty when it is the customer.
        reason: String,
        /// When.
        at: Timestamp,
    },
    /// The store does not take it.
    Reject {
        /// Why.
        reason: RejectReason,
        /// When.
        at: Timestamp,
    },
    /// Change what was ordered.
    RequestChange {
        /// The bill as it would be.
        bill: Bill,
        /// What has to be approved first, in won.
        extra: Won,
        /// Until when the approval may take.
        until: Timestamp,
        /// When.
        at: Timestamp,
    },
    /// The ticket has taken the change.
    ApplyChange {
        /// The revision that was requested.
        revision: u32,
        /// When.
        at: Timestamp,
    },
    /// The change cannot be.
    AbandonChange {
        /// The revision that was requested.
        revision: u32,
        /// Why.
        outcome: ChangeOutcome,
        /// When.
        at: Timestamp,
    },
    /// The customer has the food.
    ConfirmReceipt {
        /// Who says so.
        by: ConfirmedBy,
        /// When.
        at: Timestamp,
    },
    /// Put it on the operator's list.
    Flag {
        /// Why.
        why: StuckReason,
        /// Since when it has been waiting.
        since: Timestamp,
        /// When.
        at: Timestamp,
    },
    /// It could not be delivered.
    GiveUp {
        /// Whether the customer gets the money back.
        refund: bool,
        /// Why, in the words of whoever ends it.
        reason: String,
        /// When.
        at: Timestamp,
    },
}

/// The name of a [`Command`], for refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// [`Command::Place`]
    Place,
    /// [`Command::Hold`]
    Hold,
    /// [`Command::Receive`]
    Receive,
    /// [`Command::FailPayment`]
    FailPayment,
    /// [`Command::Cancel`]
    Cancel,
    /// [`Command::Reject`]
    Reject,
    /// [`Command::RequestChange`], [`Command::ApplyChange`] and [`Command::AbandonChange`]
    Change,
    /// [`Command::ConfirmReceipt`]
    ConfirmReceipt,
    /// [`Command::Flag`]
    Flag,
    /// [`Command::GiveUp`]
    GiveUp,
}

impl Command {
    /// Its name.
    pub const fn verb(&self) -> Verb {
        match self {
            Command::Place(_) => Verb::Place,
            Command::Hold { .. } => Verb::Hold,
            Command::Receive { .. } => Verb::Receive,
            Command::FailPayment { .. } => Verb::FailPayment,
            Command::Cancel { .. } => Verb::Cancel,
            Command::Reject { .. } => Verb::Reject,
            Command::RequestChange { .. } | Command::ApplyChange { .. } | Command::AbandonChange { .. } => {
                Verb::Change
            }
            Command::ConfirmReceipt { .. } => Verb::ConfirmReceipt,
            Command::Flag { .. } => Verb::Flag,
            Command::GiveUp { .. } => Verb::GiveUp,
        }
    }
}

/// Why an order said no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The command does not fit the state.
    #[error("{command:?} does not fit an order that is {state:?}")]
    NotNow {
        /// What was asked.
        command: Verb,
        /// What the order is.
        state: Phase,
    },
    /// Another change of this order is not settled yet.
    #[error("another change is under way")]
    ChangeUnderWay,
    /// There is no such change to settle.
    #[error("no such change")]
    NoSuchChange,
    /// The changed order is what it was already.
    #[error("nothing would change")]
    NothingChanges,
    /// The changed order would hold nothing: it would have to be cancelled instead.
    #[error("an order keeps at least one item")]
    NothingLeft,
}
