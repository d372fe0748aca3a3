//! The timeline of an order: who, what, when, how much. Read from the log alone.

use super::{AccountView, Actor, Recorded, Role, Shown};
use crate::processes::{Case, CaseRefusal, DomainEvent};
use crate::shared::{Bill, Decision, OrderId, OrderNumber, Text, Timestamp, Won};
use crate::store::ticket;
use crate::{delivery, order, payment};
use serde::{Deserialize, Serialize};

/// What an entry of the timeline says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    /// The customer ordered.
    Placed,
    /// The provider gave no clear answer: the order waits for its payment.
    Held,
    /// The store has the order.
    Received,
    /// The payment came to nothing.
    PaymentFailed {
        /// Why.
        reason: order::PaymentFailure,
    },
    /// Cancelled.
    Cancelled {
        /// Why, in the operator's words; empty when the customer did.
        reason: String,
    },
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
    /// Somebody who should have gone on did not: the operator looks after it.
    Flagged {
        /// Why.
        why: order::StuckReason,
    },
    /// It could not be delivered.
    Undeliverable {
        /// Whether the customer gets the money back.
        refund: bool,
        /// Why, in the words of whoever ended it; empty when it was Baedal itself.
        reason: String,
    },
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
    /// A refund failed: it stays owed.
    RefundFailed,
    /// What had gone back came back, and is owed again.
    RefundSentBack,
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
    /// The rider gave it back, or the operator took it back: the actor says which.
    Released,
    /// The rider waits at the store.
    Arrived,
    /// The rider has the food.
    PickedUp,
    /// The rider typed a code that is not the customer's.
    CodeRefused,
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
    /// Given back, and not taken by the customer's bank.
    SentBack(Won),
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

/// The timeline of one order, for whoever it concerns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineView {
    /// The log's position that this shows.
    pub position: u64,
    /// The server's clock.
    pub now: Timestamp,
    /// A fresh idempotency key: the first part of the keys of this page's forms.
    pub key: String,
    /// The order: its id is the correlation id to quote to support.
    pub order: OrderId,
    /// Its short number.
    pub number: OrderNumber,
    /// The store's name.
    pub store_name: Text,
    /// Its state.
    pub shown: Shown,
    /// Its price, in won.
    pub total: Won,
    /// What happened, the oldest first.
    pub entries: Vec<TimelineEntry>,
    /// What the operator can do; nothing for everybody else.
    pub operations: Operations,
    /// Who ordered what, and who brings it; for the operator alone.
    pub about: Option<OrderAbout>,
}

/// What the operator sees of an order beside its timeline: what a call about it needs. Address and notes are not among it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderAbout {
    /// What was ordered.
    pub bill: Bill,
    /// The customer's name; empty once the key has been destroyed.
    pub customer: String,
    /// The customer's phone number.
    pub phone: String,
    /// The rider's name, while somebody has the job or has had it to the end.
    pub rider: Option<String>,
}

/// What the operator can do with an order now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operations {
    /// Cancel it for the customer.
    pub cancel: bool,
    /// Take the job back from its rider.
    pub take_back: bool,
    /// End it as 배달실패.
    pub give_up: bool,
}

/// What the operator can do with an order: by the same decisions that carry it out.
pub fn operations(case: &Case, now: Timestamp) -> Operations {
    let would =
        |answer: Result<Decision<DomainEvent>, CaseRefusal>| matches!(answer, Ok(Decision::Executed(_)));
    Operations {
        cancel: would(case.cancel(order::CancelledBy::Operator, now)),
        take_back: would(case.ask_delivery(delivery::Command::TakeBack { at: now })),
        give_up: would(case.give_up(false, String::new(), now)),
    }
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
            // That the customer is needed is said by the payment.
            O::OrderHeld { for_customer: true, .. } => return None,
            O::OrderHeld { for_customer: false, .. } => What::Held,
            O::OrderReceived { .. } => What::Received,
            O::PaymentFailed { reason, .. } => What::PaymentFailed { reason: reason.clone() },
            O::OrderCancelled { reason, .. } => What::Cancelled { reason: reason.clone() },
            O::OrderRejected { reason, .. } => What::Rejected { reason: reason.clone() },
            O::ChangeRequested { extra, .. } => {
                money = (!extra.is_zero()).then_some(MoneyMove::Asked(*extra));
                What::ChangeRequested
            }
            O::ChangeApplied { .. } => What::ChangeApplied,
            O::ChangeAbandoned { outcome, .. } => What::ChangeAbandoned { outcome: *outcome },
            O::ReceiptConfirmed { by, .. } => What::Completed { by: *by },
            O::OrderFlagged { why, .. } => What::Flagged { why: *why },
            O::OrderUndeliverable { refund, reason, .. } => {
                What::Undeliverable { refund: *refund, reason: reason.clone() }
            }
        },
        DomainEvent::Payment(event) => match event {
            P::PaymentNeedsCustomer { .. } => What::NeedsCustomer,
            P::PaymentApproved { amount, .. } => {
                money = Some(MoneyMove::Taken(*amount));
                What::PaymentApproved
            }
            P::PaymentDeclined { .. } => What::PaymentDeclined,
            // What was given up says so itself.
            P::ChargeVoided { .. } => return None,
            P::RefundRequested { amount, reason, .. } => {
                money = Some(MoneyMove::Owed(*amount));
                What::RefundRequested { reason: *reason }
            }
            P::PaymentRefunded { amount, .. } => {
                money = Some(MoneyMove::Returned(*amount));
                What::Refunded
            }
            P::RefundFailed { .. } => What::RefundFailed,
            P::RefundSentBack { amount, .. } => {
                money = Some(MoneyMove::SentBack(*amount));
                What::RefundSentBack
            }
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
            D::DoorCodeRefused { .. } => What::CodeRefused,
            D::DeliveryDelivered { .. } => What::Delivered,
            D::DeliveryFailed { reason, .. } => What::DeliveryFailed { reason: *reason },
        },
        DomainEvent::Store(_) => return None,
    };
    Some(TimelineEntry { position: recorded.position, at: recorded.at, by: recorded.actor, what, money })
}

/// Whether the timeline of an order is somebody's to read: its customer's, its store's once it has come there, its rider's, and the
/// operator's. A full store that turned it down at the door has been told so, and may see why. Of an order that was not paid a store hears
/// nothing (invariant 1).
pub fn is_concerned(who: &AccountView, case: &Case) -> bool {
    let Some(placed) = &case.order.placed else {
        return false;
    };
    match who.role {
        Role::Customer => placed.customer == who.id,
        Role::Owner => who.store.is_some() && case.store_it_came_to() == who.store,
        Role::Rider => case.delivery.rider == Some(who.id),
        Role::Operator => true,
        Role::Applicant => false,
    }
}
