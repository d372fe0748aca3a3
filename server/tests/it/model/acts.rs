//! What people and the clock do, one after the other: the steps of the test.

use domain::delivery::FailReason;
use domain::views::{OperatorAction, StoreDay, TicketAction};

/// Customers, stores with their owners, and riders: so many of each.
pub const EACH: usize = 2;

/// Who sends a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Customer(usize),
    Owner(usize),
    Rider(usize),
    Operator,
    Nobody,
}

/// The number that an order has in the test, whether it was placed or turned down.
pub type Name = usize;

/// How many pieces of a store's first and of its second item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub first: u32,
    pub second: u32,
}

/// The cards of the payment sandbox, and one that it does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Card {
    Approve,
    Decline,
    Expired,
    NeedsCustomer,
    NoAnswer,
    Hang,
    Error,
    ErrorAlways,
    Unknown,
}

/// A number or code as somebody types it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    Nothing,
    Right,
    Wrong,
}

/// What a rider does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ride {
    Claim,
    Release,
    Arrive,
    PickUp(Typed),
    Deliver(Typed),
    Fail(FailReason),
}

/// A step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// `is_agreed`: the price is the one that holds.
    Place {
        by: Who,
        name: Name,
        store: usize,
        wanted: Wanted,
        card: Card,
        is_agreed: bool,
    },
    Cancel {
        by: Who,
        order: Name,
    },
    Change {
        by: Who,
        order: Name,
        wanted: Wanted,
        is_agreed: bool,
    },
    Confirm {
        by: Who,
        order: Name,
    },
    PayNow {
        by: Who,
        order: Name,
    },
    /// The customer decides at the provider's page.
    AtThePage {
        order: Name,
        approves: bool,
    },
    Ticket {
        by: Who,
        order: Name,
        act: TicketAction,
    },
    Store {
        by: Who,
        act: StoreDay,
    },
    Job {
        by: Who,
        order: Name,
        act: Ride,
    },
    Operate {
        by: Who,
        order: Name,
        act: OperatorAction,
    },
    Duty {
        by: Who,
        is_on: bool,
    },
    /// The last command that the server remembers, with its key; `is_other`: with something else under that key.
    Again {
        is_other: bool,
    },
    /// Time goes by.
    Clock {
        minutes: u32,
    },
    /// The server stops and starts on the same folder.
    Restart,
}

impl Act {
    /// The kind of step, for the count.
    pub fn kind(&self) -> &'static str {
        match self {
            Act::Place { .. } => "place",
            Act::Cancel { .. } => "cancel",
            Act::Change { .. } => "change",
            Act::Confirm { .. } => "confirm",
            Act::PayNow { .. } => "pay now",
            Act::AtThePage { .. } => "at the provider's page",
            Act::Ticket { act, .. } => match act {
                TicketAction::Accept { .. } => "accept",
                TicketAction::Reject { .. } => "reject",
                TicketAction::Start => "start",
                TicketAction::Finish => "finish",
                TicketAction::Delay { .. } => "delay",
            },
            Act::Store { act, .. } => match act {
                StoreDay::Capacity { .. } => "capacity",
                StoreDay::Pause { .. } => "pause",
                StoreDay::Reopen => "reopen",
                StoreDay::Busy { .. } => "busy",
                StoreDay::AnswerLimit { .. } => "answer limit",
                StoreDay::Hours { .. } => "hours",
                StoreDay::AddItem { .. } => "add item",
                StoreDay::ChangeItem { .. } => "change item",
                StoreDay::SoldOut { .. } => "sold out",
            },
            Act::Job { act, .. } => match act {
                Ride::Claim => "claim",
                Ride::Release => "release",
                Ride::Arrive => "arrive",
                Ride::PickUp(_) => "pick up",
                Ride::Deliver(_) => "deliver",
                Ride::Fail(_) => "fail",
            },
            Act::Operate { act, .. } => match act {
                OperatorAction::Cancel { .. } => "operator cancels",
                OperatorAction::TakeBack => "take back",
                OperatorAction::GiveUp { .. } => "give up",
            },
            Act::Duty { .. } => "duty",
            Act::Again { .. } => "again",
            Act::Clock { .. } => "clock",
            Act::Restart => "restart",
        }
    }
}
