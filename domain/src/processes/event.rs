//! One type for all events, as the log keeps them.

use super::CaseRefusal;
use crate::{delivery, order, payment, store, store::ticket};
use serde::{Deserialize, Serialize};

/// Whose event: also the first part of a stream's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Context {
    /// [`order`]
    Order,
    /// [`payment`]
    Payment,
    /// [`store::ticket`]
    Ticket,
    /// [`delivery`]
    Delivery,
    /// [`store`]
    Store,
}

impl Context {
    /// All of them.
    pub const ALL: [Context; 5] =
        [Context::Order, Context::Payment, Context::Ticket, Context::Delivery, Context::Store];

    /// The name in the log.
    pub const fn name(self) -> &'static str {
        match self {
            Context::Order => "order",
            Context::Payment => "payment",
            Context::Ticket => "ticket",
            Context::Delivery => "delivery",
            Context::Store => "store",
        }
    }

    /// The context with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|context| context.name() == name)
    }
}

/// An event of any context.
#[derive(Clone, Debug, PartialEq)]
pub enum DomainEvent {
    /// Of an order.
    Order(order::Event),
    /// Of a payment.
    Payment(payment::Event),
    /// Of a ticket.
    Ticket(ticket::Event),
    /// Of a delivery.
    Delivery(delivery::Event),
    /// Of a store.
    Store(store::Event),
}

/// The log holds something this version cannot read.
#[derive(Debug, thiserror::Error)]
#[error("an event of the context {context} cannot be read: {cause}")]
pub struct UnknownEvent {
    /// The context's name as found.
    pub context: String,
    /// What is wrong with it.
    pub cause: String,
}

/// The schema version this program writes, and the newest that it reads. It counts up with each event, or form of one, that the program
/// before could not read.
pub const SCHEMA_VERSION: u32 = 1;

impl DomainEvent {
    /// The version of the payload's schema.
    pub const fn schema_version(&self) -> u32 {
        SCHEMA_VERSION
    }

    /// Whose event.
    pub const fn context(&self) -> Context {
        match self {
            DomainEvent::Order(_) => Context::Order,
            DomainEvent::Payment(_) => Context::Payment,
            DomainEvent::Ticket(_) => Context::Ticket,
            DomainEvent::Delivery(_) => Context::Delivery,
            DomainEvent::Store(_) => Context::Store,
        }
    }

    /// Why the command was refused whose refusal is what happened: it is in the log, and its caller hears no. `None` for a command that
    /// was carried out.
    pub fn refusal(&self) -> Option<CaseRefusal> {
        match self {
            DomainEvent::Delivery(event) => event.refusal().map(CaseRefusal::from),
            DomainEvent::Order(_)
            | DomainEvent::Payment(_)
            | DomainEvent::Ticket(_)
            | DomainEvent::Store(_) => None,
        }
    }

    /// The event's type, as in the log.
    pub const fn type_name(&self) -> &'static str {
        use delivery::Event as D;
        use order::Event as O;
        use payment::Event as P;
        use store::Event as S;
        use ticket::Event as T;
        match self {
            DomainEvent::Order(event) => match event {
                O::OrderPlaced(_) => "OrderPlaced",
                O::OrderHeld { .. } => "OrderHeld",
                O::OrderReceived { .. } => "OrderReceived",
                O::PaymentFailed { .. } => "PaymentFailed",
                O::OrderCancelled { .. } => "OrderCancelled",
                O::OrderRejected { .. } => "OrderRejected",
                O::ChangeRequested { .. } => "ChangeRequested",
                O::ChangeApplied { .. } => "ChangeApplied",
                O::ChangeAbandoned { .. } => "ChangeAbandoned",
                O::ReceiptConfirmed { .. } => "ReceiptConfirmed",
                O::OrderFlagged { .. } => "OrderFlagged",
                O::OrderUndeliverable { .. } => "OrderUndeliverable",
            },
            DomainEvent::Payment(event) => match event {
                P::PaymentNeedsCustomer { .. } => "PaymentNeedsCustomer",
                P::PaymentApproved { .. } => "PaymentApproved",
                P::PaymentDeclined { .. } => "PaymentDeclined",
                P::ChargeVoided { .. } => "ChargeVoided",
                P::RefundRequested { .. } => "RefundRequested",
                P::PaymentRefunded { .. } => "PaymentRefunded",
                P::RefundFailed { .. } => "RefundFailed",
                P::RefundSentBack { .. } => "RefundSentBack",
            },
            DomainEvent::Ticket(event) => match event {
                T::TicketOpened(_) => "TicketOpened",
                T::TicketAccepted { .. } => "TicketAccepted",
                T::TicketRejected { .. } => "TicketRejected",
                T::CookingStarted { .. } => "CookingStarted",
                T::CookingDelayed { .. } => "CookingDelayed",
                T::CookingFinished { .. } => "CookingFinished",
                T::TicketCancelled { .. } => "TicketCancelled",
                T::TicketChanged { .. } => "TicketChanged",
            },
            DomainEvent::Delivery(event) => match event {
                D::DeliveryOffered(_) => "DeliveryOffered",
                D::DeliveryClaimed { .. } => "DeliveryClaimed",
                D::DeliveryReleased { .. } => "DeliveryReleased",
                D::RiderArrived { .. } => "RiderArrived",
                D::DeliveryPickedUp { .. } => "DeliveryPickedUp",
                D::DoorCodeRefused { .. } => "DoorCodeRefused",
                D::DeliveryDelivered { .. } => "DeliveryDelivered",
                D::DeliveryFailed { .. } => "DeliveryFailed",
            },
            DomainEvent::Store(event) => match event {
                S::StoreRegistered { .. } => "StoreRegistered",
                S::CapacitySet { .. } => "CapacitySet",
                S::StorePaused { .. } => "StorePaused",
                S::StoreReopened { .. } => "StoreReopened",
                S::BusySet { .. } => "BusySet",
                S::AnswerLimitSet { .. } => "AnswerLimitSet",
                S::SoldOutSet { .. } => "SoldOutSet",
                S::HoursSet { .. } => "HoursSet",
                S::ItemAdded { .. } => "ItemAdded",
                S::ItemChanged { .. } => "ItemChanged",
            },
        }
    }

    /// The payload, with its `type`.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        match self {
            DomainEvent::Order(event) => serde_json::to_string(event),
            DomainEvent::Payment(event) => serde_json::to_string(event),
            DomainEvent::Ticket(event) => serde_json::to_string(event),
            DomainEvent::Delivery(event) => serde_json::to_string(event),
            DomainEvent::Store(event) => serde_json::to_string(event),
        }
    }

    /// Reads a payload of this schema version back. What earlier versions of this program wrote is read as they meant it.
    pub fn from_json(context: &str, schema: u32, payload: &str) -> Result<Self, UnknownEvent> {
        let unknown = |cause: String| UnknownEvent { context: context.to_owned(), cause };
        if schema > SCHEMA_VERSION {
            return Err(unknown(format!("schema {schema} is newer than this program's {SCHEMA_VERSION}")));
        }
        let read = match Context::from_name(context) {
            Some(Context::Order) => serde_json::from_str(payload).map(DomainEvent::Order),
            Some(Context::Payment) => serde_json::from_str(payload).map(DomainEvent::Payment),
            Some(Context::Ticket) => serde_json::from_str(payload).map(DomainEvent::Ticket),
            Some(Context::Delivery) => serde_json::from_str(payload).map(DomainEvent::Delivery),
            Some(Context::Store) => serde_json::from_str(payload).map(DomainEvent::Store),
            None => return Err(unknown("no such context".to_owned())),
        };
        read.map_err(|error| unknown(error.to_string()))
    }
}
