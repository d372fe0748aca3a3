//! The saga of one order as a table: what has to follow which event.
//!
//! | event | step | ends in |
//! | --- | --- | --- |
//! | `OrderPlaced` | [`Step::Charge`] (outside) | `PaymentApproved`, `PaymentDeclined` + `PaymentFailed`, or `OrderHeld` and again |
//! | `ChangeRequested` that is dearer | [`Step::ChargeChange`] (outside) | `PaymentApproved`, or `ChangeAbandoned` |
//! | `PaymentApproved` for a change | [`Step::ApplyChange`] | `TicketChanged` + `ChangeApplied`; `RefundRequested` when it came too late |
//! | `PaymentApproved` for the order | [`Step::Receive`] | `TicketOpened` + `OrderReceived`; `TicketRejected` + `OrderRejected` when full; `RefundRequested` when the order has ended |
//! | `CookingFinished` | [`Step::OfferDelivery`] | `DeliveryOffered` |
//! | `OrderCancelled`, `OrderRejected`, `PaymentFailed`, `OrderUndeliverable` with refund | [`Step::Refund`] | `RefundRequested` for each approval, nothing when nothing is kept |
//! | `ChargeVoided`, `PaymentNeedsCustomer` | none: the charge that was given up has its answer, and the customer goes on | |
//! | `RefundRequested` | [`Step::GiveBack`] (outside) | `PaymentRefunded`, or `RefundFailed` and again |
//! | `RefundSentBack` | none: it comes with a `RefundRequested` of its own | |
//!
//! Steps marked outside call a provider; all the others are one command each. Every step can be run twice without a second effect.

use super::DomainEvent;
use crate::payment::{Purpose, RefundReason};
use crate::shared::Won;
use crate::{delivery, order, payment, store::ticket};
use serde::{Deserialize, Serialize};

/// The name of this process in the log and in the work rows.
pub const NAME: &str = "place_order";

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:literal,)+) => {
        /// The kinds of steps.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Kind {
            $($(#[$doc])* $kind,)+
        }

        impl Kind {
            /// All of them.
            pub const ALL: &[Kind] = &[$(Kind::$kind,)+];

            /// The first part of the name of a step of this kind.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Kind::$kind => $name,)+
                }
            }
        }
    };
}

kinds! {
    /// [`Step::Charge`].
    Charge = "charge",
    /// [`Step::ChargeChange`].
    ChargeChange = "charge_change",
    /// [`Step::ApplyChange`].
    ApplyChange = "apply_change",
    /// [`Step::Receive`].
    Receive = "receive",
    /// [`Step::OfferDelivery`].
    OfferDelivery = "offer_delivery",
    /// [`Step::Refund`].
    Refund = "refund",
    /// [`Step::GiveBack`].
    GiveBack = "give_back",
}

impl Kind {
    /// True when such a step calls the payment provider.
    pub const fn is_outside(self) -> bool {
        self.is_charge() || matches!(self, Kind::GiveBack)
    }

    /// True when such a step is about taking money.
    pub const fn is_charge(self) -> bool {
        matches!(self, Kind::Charge | Kind::ChargeChange)
    }
}

/// What has to be done next for an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// Ask the provider for the price of the order. Outside.
    Charge,
    /// Ask the provider for what a change costs more. Outside.
    ChargeChange {
        /// The revision that the change makes.
        revision: u32,
        /// How much, in won.
        amount: Won,
    },
    /// Have the ticket take a change that is paid.
    ApplyChange {
        /// The revision that the change makes.
        revision: u32,
    },
    /// Bring the paid order to the kitchen.
    Receive,
    /// Show the finished order to the riders.
    OfferDelivery,
    /// Owe the customer what is kept beyond the price of the order as it has ended.
    #[serde(alias = "refund_all")]
    Refund {
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
        let kind = self.kind().name();
        match self {
            Step::Charge | Step::Receive | Step::OfferDelivery | Step::Refund { .. } => kind.to_owned(),
            Step::ChargeChange { revision, .. } | Step::ApplyChange { revision } => {
                format!("{kind}:{revision}")
            }
            Step::GiveBack { key, .. } => format!("{kind}:{key}"),
        }
    }

    /// What kind of step it is.
    pub const fn kind(&self) -> Kind {
        match self {
            Step::Charge => Kind::Charge,
            Step::ChargeChange { .. } => Kind::ChargeChange,
            Step::ApplyChange { .. } => Kind::ApplyChange,
            Step::Receive => Kind::Receive,
            Step::OfferDelivery => Kind::OfferDelivery,
            Step::Refund { .. } => Kind::Refund,
            Step::GiveBack { .. } => Kind::GiveBack,
        }
    }

    /// True when the step calls the payment provider.
    pub const fn is_outside(&self) -> bool {
        self.kind().is_outside()
    }
}

/// The step that has to follow an event.
pub fn react(event: &DomainEvent) -> Option<Step> {
    Some(match event {
        DomainEvent::Order(event) => match event {
            order::Event::OrderPlaced(_) => Step::Charge,
            order::Event::OrderCancelled { .. } => Step::Refund { reason: RefundReason::Cancelled },
            order::Event::OrderRejected { .. } => Step::Refund { reason: RefundReason::Rejected },
            order::Event::PaymentFailed { .. } => Step::Refund { reason: RefundReason::TooLate },
            order::Event::OrderUndeliverable { refund: true, .. } => {
                Step::Refund { reason: RefundReason::Undeliverable }
            }
            order::Event::ChangeRequested { revision, extra, .. } if !extra.is_zero() => {
                Step::ChargeChange { revision: *revision, amount: *extra }
            }
            _ => return None,
        },
        DomainEvent::Payment(event) => match event {
            payment::Event::PaymentApproved { purpose: Purpose::Order, .. } => Step::Receive,
            payment::Event::PaymentApproved { purpose: Purpose::Change { revision }, .. } => {
                Step::ApplyChange { revision: *revision }
            }
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
            | delivery::Event::DoorCodeRefused { .. }
            | delivery::Event::DeliveryDelivered { .. }
            | delivery::Event::DeliveryFailed { .. },
        ) => return None,
    })
}
