//! The timeline of an order: who, what, when, how much. Read from the log alone.

use super::{Actor, Recorded};
use crate::processes::DomainEvent;
use crate::shared::{Timestamp, Won};
use crate::store::ticket;
use crate::{delivery, order, payment};
use serde::{Deserialize, Serialize};

/// What an entry of the timeline says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    /// The customer ordered.
    Placed,
    /// The order waits for its payment.
    Held,
    /// The store has the order.
    Received,
    /// The payment came to nothing.
    PaymentFailed {
        /// Why.
        reason: order::PaymentFailure,
    },
    /// Cancelled.
    Cancelled,
    /// The store did not take it.
    Rejected {
        /// Why.
        reason: order::RejectReason,
    },
    /// A change was asked for.
    ChangeRequested,
    /// The change holds.
    ChangeApplied,
    /// The change came to nothing.
    ChangeAbandoned {
        /// Why.
        outcome: order::ChangeOutcome,
    },
    /// The customer confirmed, or the timer did.
    Completed {
        /// Who.
        by: order::ConfirmedBy,
    },
    /// It could not be delivered.
    Undeliverable,
    /// The provider waits for the customer.
    NeedsCustomer,
    /// The provider approved.
    PaymentApproved,
    /// The provider declined.
    PaymentDeclined,
    /// Money is on its way back.
    RefundRequested {
        /// Why.
        reason: payment::RefundReason,
    },
    /// The money went back.
    Refunded,
    /// A refund failed and is tried again.
    RefundFailed,
    /// The store accepted.
    Accepted {
        /// Cooking minutes.
        minutes: u32,
    },
    /// Cooking began.
    CookingStarted,
    /// It takes longer.
    Delayed {
        /// By so many minutes.
        minutes: u32,
    },
    /// The food is ready.
    CookingFinished,
    /// Riders near by can see the job.
    Offered,
    /// A rider took the job.
    Claimed,
    /// The rider gave it back.
    Released,
    /// The rider waits at the store.
    Arrived,
    /// The rider has the food.
    PickedUp,
    /// The customer has the food.
    Delivered,
    /// The delivery failed.
    DeliveryFailed {
        /// Why.
        reason: delivery::FailReason,
    },
}

/// What an event did to the money, in won.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "money", content = "amount", rename_all = "snake_case")]
pub enum MoneyMove {
    /// Asked for.
    Asked(Won),
    /// Taken from the customer.
    Taken(Won),
    /// Owed back to the customer.
    Owed(Won),
    /// Given back to the customer.
    Returned(Won),
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineEntry {
    /// Its position in the log.
    pub position: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Actor,
    /// What.
    pub what: What,
    /// How much.
    pub money: Option<MoneyMove>,
}

/// The entry of an event; `None` for events that only repeat what another one says to people.
pub fn timeline_entry(recorded: &Recorded) -> Option<TimelineEntry> {
    use delivery::Event as D;
    use order::Event as O;
    use payment::Event as P;
    use ticket::Event as T;
    let mut money = None;
    let what = match &recorded.event {
        DomainEvent::Order(event) => match event {
            O::OrderPlaced(placed) => {
                money = Some(MoneyMove::Asked(placed.bill.total));
                What::Placed
            }
            O::OrderHeld { .. } => What::Held,
            O::OrderReceived { .. } => What::Received,
            O::PaymentFailed { reason, .. } => What::PaymentFailed { reason: reason.clone() },
            O::OrderCancelled { .. } => What::Cancelled,
            O::OrderRejected { reason, .. } => What::Rejected { reason: reason.clone() },
            O::ChangeRequested { .. } => What::ChangeRequested,
            O::ChangeApplied { .. } => What::ChangeApplied,
            O::ChangeAbandoned { outcome, .. } => What::ChangeAbandoned { outcome: *outcome },
            O::ReceiptConfirmed { by, .. } => What::Completed { by: *by },
            O::OrderUndeliverable { .. } => What::Undeliverable,
        },
        DomainEvent::Payment(event) => match event {
            P::PaymentNeedsCustomer { .. } => What::NeedsCustomer,
            P::PaymentApproved { amount, .. } => {
                money = Some(MoneyMove::Taken(*amount));
                What::PaymentApproved
            }
            P::PaymentDeclined { .. } => What::PaymentDeclined,
            P::RefundRequested { amount, reason, .. } => {
                money = Some(MoneyMove::Owed(*amount));
                What::RefundRequested { reason: *reason }
            }
            P::PaymentRefunded { amount, .. } => {
                money = Some(MoneyMove::Returned(*amount));
                What::Refunded
            }
            P::RefundFailed { .. } => What::RefundFailed,
        },
        DomainEvent::Ticket(event) => match event {
            T::TicketAccepted { minutes, .. } => What::Accepted { minutes: *minutes },
            T::CookingStarted { .. } => What::CookingStarted,
            T::CookingDelayed { minutes, .. } => What::Delayed { minutes: *minutes },
            T::CookingFinished { .. } => What::CookingFinished,
            // The order's own events say the same.
            T::TicketOpened(_)
            | T::TicketRejected { .. }
            | T::TicketCancelled { .. }
            | T::TicketChanged { .. } => return None,
        },
        DomainEvent::Delivery(event) => match event {
            D::DeliveryOffered(_) => What::Offered,
            D::DeliveryClaimed { .. } => What::Claimed,
            D::DeliveryReleased { .. } => What::Released,
            D::RiderArrived { .. } => What::Arrived,
            D::DeliveryPickedUp { .. } => What::PickedUp,
            D::DeliveryDelivered { .. } => What::Delivered,
            D::DeliveryFailed { reason, .. } => What::DeliveryFailed { reason: *reason },
        },
        DomainEvent::Store(_) => return None,
    };
    Some(TimelineEntry { position: recorded.position, at: recorded.at, by: recorded.actor, what, money })
}
