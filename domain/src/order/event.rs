//! What can have happened to an order.

use crate::shared::{AccountId, Bill, Metres, OrderId, OrderNumber, Sealed, StoreId, Text, Timestamp, Won};
use serde::{Deserialize, Serialize};

/// An order as the customer placed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    /// Its id.
    pub order: OrderId,
    /// Its short number.
    pub number: OrderNumber,
    /// Who ordered.
    pub customer: AccountId,
    /// Where.
    pub store: StoreId,
    /// The store's name at that time.
    pub store_name: Text,
    /// Path of the store's picture.
    pub picture: String,
    /// What, and the price the customer agreed to.
    pub bill: Bill,
    /// The payment provider's token of the card, opaque here.
    pub method: String,
    /// Distance from the store to the address, in metres.
    pub distance_m: Metres,
    /// Coarse map cells of the store and of the address, under which riders near by are told.
    pub cells: Vec<String>,
    /// The four digits the customer tells the rider at the door.
    pub code: String,
    /// Name, phone, address and notes.
    pub sealed: Sealed,
    /// Whether the payment provider was known to be away, so that the order was held from the start.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub held: bool,
    /// When.
    pub at: Timestamp,
}

/// Why a payment came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentFailure {
    /// The provider said no; its code.
    Declined(String),
    /// The hold ran out before the provider answered.
    Expired,
}

/// Who cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelledBy {
    /// The customer.
    Customer,
    /// The operator, for the customer.
    Operator,
}

/// Who confirmed the delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConfirmedBy {
    /// The customer tapped 배송확인.
    Customer,
    /// The timer, some hours after the delivery.
    Timer,
}

/// Why a store did not take an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectReason {
    /// 거절: the owner said no, with these words, or the slug of a [`crate::store::ticket::StockReason`].
    Store(String),
    /// 자동거절: the kitchen was full.
    OverCapacity,
    /// 시간초과: the owner did not answer within the store's limit.
    TimedOut,
}

/// Why an order needs a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StuckReason {
    /// The kitchen has said nothing although the food should be ready for some time.
    KitchenSilent,
    /// No rider has taken the job.
    NoRider,
    /// The rider has taken the job and said nothing since.
    RiderSilent,
    /// The rider did not meet the customer.
    CustomerAbsent,
    /// The rider typed one wrong code after the other.
    DoorCodes,
}

/// How a requested change of an order ended without being applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeOutcome {
    /// The provider refused the difference.
    Declined,
    /// Cooking had started first.
    CookingStarted,
    /// The order ended first.
    OrderEnded,
    /// The difference was not approved in time.
    Expired,
}

/// What happened to an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
#[allow(clippy::large_enum_variant, reason = "one at a time, and every order begins with the large one")]
pub enum Event {
    /// The customer placed it.
    OrderPlaced(Placed),
    /// The provider is slow or away, or wants the customer: the order waits, unseen by the store. Comes once more when the provider turns out to
    /// want the customer after it had been slow.
    OrderHeld {
        /// When the hold runs out.
        until: Timestamp,
        /// Whether the provider waits for the customer, who is asked then and has this time; otherwise it gave no clear answer.
        #[serde(default)]
        for_customer: bool,
    },
    /// Paid, and the store's ticket exists.
    OrderReceived {
        /// When.
        at: Timestamp,
    },
    /// The payment was declined or its hold ran out. An end.
    PaymentFailed {
        /// Why.
        reason: PaymentFailure,
        /// When.
        at: Timestamp,
    },
    /// Cancelled before cooking started. An end.
    OrderCancelled {
        /// Who.
        by: CancelledBy,
        /// Why, in the operator's words; empty when it was the customer, who need not say.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
        /// When.
        at: Timestamp,
    },
    /// The store did not take it. An end.
    OrderRejected {
        /// Why.
        reason: RejectReason,
        /// When.
        at: Timestamp,
    },
    /// The customer wants something else.
    ChangeRequested {
        /// The revision this change makes: 1 for the first.
        revision: u32,
        /// The bill as it would be.
        bill: Bill,
        /// What has to be approved before it can hold, in won; zero for a change that is not dearer.
        #[serde(default)]
        extra: Won,
        /// Until when the approval may take.
        #[serde(default)]
        until: Timestamp,
        /// When.
        at: Timestamp,
    },
    /// The change holds: this is the order now.
    ChangeApplied {
        /// The revision.
        revision: u32,
        /// The bill from now on.
        bill: Bill,
        /// When.
        at: Timestamp,
    },
    /// The change came to nothing: the order is what it was.
    ChangeAbandoned {
        /// The revision.
        revision: u32,
        /// Why.
        outcome: ChangeOutcome,
        /// When.
        at: Timestamp,
    },
    /// 배송확인: the deal is done. An end.
    ReceiptConfirmed {
        /// By whom.
        by: ConfirmedBy,
        /// When.
        at: Timestamp,
    },
    /// Somebody who should have gone on did not: it is on the operator's list.
    OrderFlagged {
        /// Why.
        why: StuckReason,
        /// Since when it had been waiting.
        since: Timestamp,
        /// When.
        at: Timestamp,
    },
    /// 배달실패. An end.
    OrderUndeliverable {
        /// Whether the customer gets the money back.
        refund: bool,
        /// Why, in the words of whoever ended it; empty when it was Baedal itself.
        #[serde(default)]
        reason: String,
        /// When.
        at: Timestamp,
    },
}
