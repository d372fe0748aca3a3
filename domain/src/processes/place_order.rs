//! The saga of one order as a table: what has to follow which event.
//!
//! | event | step | ends in |
//! | --- | --- | --- |
//! | `OrderPlaced` | [`Step::Charge`] (outside) | `PaymentApproved`, `PaymentDeclined` + `PaymentFailed`, or `OrderHeld` and again |
//! | `PaymentApproved` | [`Step::Receive`] | `TicketOpened` + `OrderReceived`; `TicketRejected` + `OrderRejected` when full; `RefundRequested` when the order has ended |
//! | `CookingFinished` | [`Step::OfferDelivery`] | `DeliveryOffered` |
//! | `OrderCancelled`, `OrderRejected`, `PaymentFailed`, `OrderUndeliverable` with refund | [`Step::RefundAll`] | `RefundRequested` for each approval, nothing when nothing is kept |
//! | `RefundRequested` | [`Step::GiveBack`] (outside) | `PaymentRefunded`, or `RefundFailed` and again |
//!
//! Steps marked outside call a provider; all the others are one command each. Every step can be run twice without a second effect.

use super::DomainEvent;
use crate::payment::RefundReason;
use crate::shared::Won;
use crate::{delivery, order, payment, store::ticket};
use serde::{Deserialize, Serialize};

/// The name of this process in the log and in the work rows.
pub const NAME: &str = "place_order";

/// What has to be done next for an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// Ask the provider for the price of the order. Outside.
    Charge,
    /// Bring the paid order to the kitchen.
    Receive,
    /// Show the finished order to the riders.
    OfferDelivery,
    /// Owe the customer everything that is kept.
    RefundAll {
        /// Why.
        reason: RefundReason,
    },
    /// Make a refund at the provider. Outside.
    GiveBack {
        /// The idempotency key of the refund.
        key: String,
        /// The provider's id of the approval.
        provider_id: String,
        /// How much, in won.
        amount: Won,
    },
}

impl Step {
    /// A name that is unique within an order: with the process's name and the order's id it gives the command's id.
    pub fn name(&self) -> String {
        match self {
            Step::Charge => "charge".to_owned(),
            Step::Receive => "receive".to_owned(),
            Step::OfferDelivery => "offer_delivery".to_owned(),
            Step::RefundAll { .. } => "refund_all".to_owned(),
            Step::GiveBack { key, .. } => format!("give_back:{key}"),
        }
    }

    /// True when the step calls the payment provider.
    pub const fn is_outside(&self) -> bool {
        matches!(self, Step::Charge | Step::GiveBack { .. })
    }
}

/// The step that has to follow an event.
pub fn react(event: &DomainEvent) -> Option<Step> {
    Some(match event {
        DomainEvent::Order(event) => match event {
            order::Event::OrderPlaced(_) => Step::Charge,
            order::Event::OrderCancelled { .. } => Step::RefundAll { reason: RefundReason::Cancelled },
            order::Event::OrderRejected { .. } => Step::RefundAll { reason: RefundReason::Rejected },
            order::Event::PaymentFailed { .. } => Step::RefundAll { reason: RefundReason::TooLate },
            order::Event::OrderUndeliverable { refund: true, .. } => {
                Step::RefundAll { reason: RefundReason::Undeliverable }
            }
            _ => return None,
        },
        DomainEvent::Payment(event) => match event {
            payment::Event::PaymentApproved { .. } => Step::Receive,
            payment::Event::RefundRequested { key, provider_id, amount, .. } => {
                Step::GiveBack { key: key.clone(), provider_id: provider_id.clone(), amount: *amount }
            }
            _ => return None,
        },
        DomainEvent::Ticket(ticket::Event::CookingFinished { .. }) => Step::OfferDelivery,
        DomainEvent::Ticket(_) | DomainEvent::Store(_) => return None,
        DomainEvent::Delivery(
            delivery::Event::DeliveryOffered(_)
            | delivery::Event::DeliveryClaimed { .. }
            | delivery::Event::DeliveryReleased { .. }
            | delivery::Event::RiderArrived { .. }
            | delivery::Event::DeliveryPickedUp { .. }
            | delivery::Event::DeliveryDelivered { .. }
            | delivery::Event::DeliveryFailed { .. },
        ) => return None,
    })
}
