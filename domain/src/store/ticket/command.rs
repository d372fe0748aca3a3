//! What can be asked of a ticket, what can have happened to it, and why it may say no.

use super::Phase;
use crate::shared::{AccountId, Bill, Line, OrderId, OrderNumber, Sealed, StoreId, Timestamp};
use serde::{Deserialize, Serialize};

/// A ticket as the kitchen gets it: everything the board shows, a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// The order.
    pub order: OrderId,
    /// Its short number.
    pub number: OrderNumber,
    /// The kitchen.
    pub store: StoreId,
    /// Who ordered.
    pub customer: AccountId,
    /// What was ordered, and paid.
    pub bill: Bill,
    /// Name, phone, address and notes.
    pub sealed: Sealed,
    /// Until when the owner has to answer; `None` in logs older than that limit.
    #[serde(default)]
    pub answer_by: Option<Timestamp>,
    /// When.
    pub at: Timestamp,
}

/// Why a ticket was turned down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectReason {
    /// The owner said no, with these words, or the slug of a [`super::StockReason`].
    Store(String),
    /// The kitchen was full.
    OverCapacity,
    /// The owner did not answer within the store's limit.
    TimedOut,
}

/// What can be asked of a ticket. `at` is the moment of asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Bring a paid order to the kitchen.
    Open {
        /// The ticket.
        ticket: Opened,
        /// Tickets now open in this kitchen.
        open_tickets: u32,
        /// How many it takes (주문수용량).
        capacity: u32,
    },
    /// The owner takes it.
    Accept {
        /// How long it will take, in minutes.
        minutes: u32,
        /// When.
        at: Timestamp,
    },
    /// It is turned down.
    Reject {
        /// Why.
        reason: RejectReason,
        /// When.
        at: Timestamp,
    },
    /// Cooking starts.
    Start {
        /// When.
        at: Timestamp,
    },
    /// The food is ready.
    Finish {
        /// When.
        at: Timestamp,
    },
    /// It takes longer.
    Delay {
        /// By so many minutes.
        minutes: u32,
        /// When.
        at: Timestamp,
    },
    /// The customer cancels.
    Cancel {
        /// When.
        at: Timestamp,
    },
    /// Nobody will cook it to the end: the order is given up.
    Withdraw {
        /// When.
        at: Timestamp,
    },
    /// The customer changed the order.
    Change {
        /// The revision that the change was made from.
        base: u32,
        /// The order's revision, counted from 1.
        revision: u32,
        /// What is to be cooked now.
        bill: Bill,
        /// When.
        at: Timestamp,
    },
}

/// The name of a [`Command`], for refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// [`Command::Open`]
    Open,
    /// [`Command::Accept`]
    Accept,
    /// [`Command::Reject`]
    Reject,
    /// [`Command::Start`]
    Start,
    /// [`Command::Finish`]
    Finish,
    /// [`Command::Delay`]
    Delay,
    /// [`Command::Cancel`]
    Cancel,
    /// [`Command::Withdraw`]
    Withdraw,
    /// [`Command::Change`]
    Change,
}

impl Command {
    /// Its name.
    pub const fn verb(&self) -> Verb {
        match self {
            Command::Open { .. } => Verb::Open,
            Command::Accept { .. } => Verb::Accept,
            Command::Reject { .. } => Verb::Reject,
            Command::Start { .. } => Verb::Start,
            Command::Finish { .. } => Verb::Finish,
            Command::Delay { .. } => Verb::Delay,
            Command::Cancel { .. } => Verb::Cancel,
            Command::Withdraw { .. } => Verb::Withdraw,
            Command::Change { .. } => Verb::Change,
        }
    }
}

/// What happened to a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum Event {
    /// It came to the kitchen and holds a place in it.
    TicketOpened(Opened),
    /// The owner took it.
    TicketAccepted {
        /// How long it will take, in minutes.
        minutes: u32,
        /// When it should be ready.
        ready_at: Timestamp,
        /// When.
        at: Timestamp,
    },
    /// It was turned down. An end.
    TicketRejected {
        /// Why.
        reason: RejectReason,
        /// When.
        at: Timestamp,
    },
    /// 조리시작.
    CookingStarted {
        /// When.
        at: Timestamp,
    },
    /// It takes longer.
    CookingDelayed {
        /// By so many minutes.
        minutes: u32,
        /// When it should be ready now.
        ready_at: Timestamp,
        /// When.
        at: Timestamp,
    },
    /// 조리완료: the place in the kitchen is free again.
    CookingFinished {
        /// When.
        at: Timestamp,
    },
    /// The customer cancelled before cooking. An end.
    TicketCancelled {
        /// When.
        at: Timestamp,
    },
    /// The customer changed the order before cooking.
    TicketChanged {
        /// The order's revision.
        revision: u32,
        /// What was to be cooked before.
        #[serde(default)]
        before: Vec<Line>,
        /// What is to be cooked now.
        bill: Bill,
        /// When.
        at: Timestamp,
    },
}

/// Why a ticket said no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The command does not fit the state.
    #[error("{command:?} does not fit a ticket that is {state:?}")]
    NotNow {
        /// What was asked.
        command: Verb,
        /// What the ticket is.
        state: Phase,
    },
    /// Cooking has started: too late to cancel or to change.
    #[error("cooking has started")]
    CookingStarted,
    /// The cooking time is out of range.
    #[error("the cooking time must be 5 to {max} minutes in steps of five")]
    Minutes {
        /// The longest, in minutes.
        max: u32,
    },
    /// A delay is 5, 10 or 20 minutes.
    #[error("a delay is 5, 10 or 20 minutes")]
    DelayStep,
    /// The food was put off too often: who waits is not to wait for ever.
    #[error("the food may come at most {max} minutes after the time that was promised first")]
    DelayedTooLong {
        /// The most, in minutes.
        max: u32,
    },
    /// A rejection by the store needs a reason.
    #[error("a reason is needed")]
    ReasonMissing,
    /// The change was made against another revision.
    #[error("the ticket is at another revision")]
    WrongRevision,
}
