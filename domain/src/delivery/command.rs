//! What can be asked of a delivery, what can have happened to it, and why it may say no.

use super::Phase;
use crate::shared::{AccountId, Metres, OrderId, OrderNumber, Point, Sealed, StoreId, Text, Timestamp, Won};
use serde::{Deserialize, Serialize};

/// A job as it is offered to the riders near by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offered {
    /// The order.
    pub order: OrderId,
    /// Its short number.
    pub number: OrderNumber,
    /// Who ordered.
    pub customer: AccountId,
    /// Where to pick it up.
    pub store: StoreId,
    /// The store's name.
    pub store_name: Text,
    /// The store's address.
    pub store_address: String,
    /// Where the store is.
    pub store_point: Point,
    /// From the store to the customer, in metres.
    pub distance_m: Metres,
    /// What the rider earns, in won.
    pub fee: Won,
    /// Coarse map cells of the store and of the address; one when both lie in the same.
    pub cells: Vec<String>,
    /// The four digits the customer tells at the door.
    pub code: String,
    /// Name, phone, address and notes: opened for the rider who has claimed the job, and for nobody before.
    pub sealed: Sealed,
    /// When.
    pub at: Timestamp,
}

/// Why a delivery failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailReason {
    /// Nobody opened.
    CustomerAbsent,
    /// Something happened to the food or to the rider.
    Accident,
    /// No rider took it.
    NoRider,
    /// The operator ended it.
    Operator,
}

/// What can be asked of a delivery. `at` is the moment of asking.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Show it to the riders near by.
    Offer(Box<Offered>),
    /// A rider wants it.
    Claim {
        /// Who.
        rider: AccountId,
        /// Whether this rider is on duty.
        on_duty: bool,
        /// The lesser of the rider's distances to the store and to the customer's area, in metres; `None` without a position.
        distance_m: Option<Metres>,
        /// How far is near, in metres.
        radius_m: Metres,
        /// When.
        at: Timestamp,
    },
    /// The rider gives it back before the pickup.
    Release {
        /// Who.
        rider: AccountId,
        /// When.
        at: Timestamp,
    },
    /// The operator takes the job back from a rider who has not picked it up.
    TakeBack {
        /// When.
        at: Timestamp,
    },
    /// The rider is at the store.
    Arrive {
        /// Who.
        rider: AccountId,
        /// When.
        at: Timestamp,
    },
    /// The rider has the food.
    PickUp {
        /// Who.
        rider: AccountId,
        /// The number on the bag as typed; `None` when it was not asked for.
        number: Option<String>,
        /// When.
        at: Timestamp,
    },
    /// The customer has the food.
    Deliver {
        /// Who.
        rider: AccountId,
        /// The customer's code as typed; `None` when it was not asked for.
        code: Option<String>,
        /// When.
        at: Timestamp,
    },
    /// It cannot be delivered.
    Fail {
        /// The rider who says so; `None` when the operator does.
        rider: Option<AccountId>,
        /// Why.
        reason: FailReason,
        /// When.
        at: Timestamp,
    },
}

/// The name of a [`Command`], for refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// [`Command::Offer`]
    Offer,
    /// [`Command::Claim`]
    Claim,
    /// [`Command::Release`] and [`Command::TakeBack`]
    Release,
    /// [`Command::Arrive`]
    Arrive,
    /// [`Command::PickUp`]
    PickUp,
    /// [`Command::Deliver`]
    Deliver,
    /// [`Command::Fail`]
    Fail,
}

impl Command {
    /// Its name.
    pub const fn verb(&self) -> Verb {
        match self {
            Command::Offer(_) => Verb::Offer,
            Command::Claim { .. } => Verb::Claim,
            Command::Release { .. } | Command::TakeBack { .. } => Verb::Release,
            Command::Arrive { .. } => Verb::Arrive,
            Command::PickUp { .. } => Verb::PickUp,
            Command::Deliver { .. } => Verb::Deliver,
            Command::Fail { .. } => Verb::Fail,
        }
    }
}

/// What happened to a delivery.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum Event {
    /// Riders near by can see it.
    DeliveryOffered(Box<Offered>),
    /// 배차완료.
    DeliveryClaimed {
        /// By whom.
        rider: AccountId,
        /// When.
        at: Timestamp,
    },
    /// Given back: offered again.
    DeliveryReleased {
        /// By whom.
        rider: AccountId,
        /// When.
        at: Timestamp,
    },
    /// The rider waits at the store.
    RiderArrived {
        /// Who.
        rider: AccountId,
        /// When.
        at: Timestamp,
    },
    /// 배달시작.
    DeliveryPickedUp {
        /// By whom.
        rider: AccountId,
        /// When.
        at: Timestamp,
    },
    /// A code was typed at the door that is not the customer's. What the rider is told is [`Event::refusal`].
    DoorCodeRefused {
        /// By whom.
        rider: AccountId,
        /// When.
        at: Timestamp,
    },
    /// 배달완료.
    DeliveryDelivered {
        /// By whom.
        rider: AccountId,
        /// When.
        at: Timestamp,
    },
    /// 배달실패. An end.
    DeliveryFailed {
        /// The rider who said so.
        rider: Option<AccountId>,
        /// Why.
        reason: FailReason,
        /// When.
        at: Timestamp,
    },
}

impl Event {
    /// Why the command was refused whose refusal is what happened; `None` for a command that was carried out.
    pub const fn refusal(&self) -> Option<Refusal> {
        match self {
            Event::DoorCodeRefused { .. } => Some(Refusal::WrongCode),
            Event::DeliveryOffered(_)
            | Event::DeliveryClaimed { .. }
            | Event::DeliveryReleased { .. }
            | Event::RiderArrived { .. }
            | Event::DeliveryPickedUp { .. }
            | Event::DeliveryDelivered { .. }
            | Event::DeliveryFailed { .. } => None,
        }
    }
}

/// Why a delivery said no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The command does not fit the state.
    #[error("{command:?} does not fit a delivery that is {state:?}")]
    NotNow {
        /// What was asked.
        command: Verb,
        /// What the delivery is.
        state: Phase,
    },
    /// Another rider was faster.
    #[error("another rider has taken the job")]
    Taken,
    /// This rider does not hold the job.
    #[error("the job is not this rider's")]
    NotYours,
    /// The rider is off duty.
    #[error("the rider is off duty")]
    OffDuty,
    /// The rider is too far away.
    #[error("too far away")]
    TooFar {
        /// How far is near, in metres.
        radius_m: Metres,
    },
    /// A reason that only the operator can give.
    #[error("that is not for the rider to say")]
    NotARidersReason,
    /// The number is not that of this bag.
    #[error("the number does not match")]
    WrongNumber,
    /// The code is not the customer's.
    #[error("the code does not match")]
    WrongCode,
    /// Too many codes were wrong: no code is looked at for a while.
    #[error("too many wrong codes")]
    TooManyCodes {
        /// Until then.
        until: Timestamp,
    },
}
