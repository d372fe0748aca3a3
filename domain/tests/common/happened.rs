//! One event of each kind, and an order that is on its way: for tables that tell who hears of what.

use crate::common::{self, STORE, at, bill, offered, opened, order_id, placed, rider, won};
use crate::table::{Variants, variants};
use domain::delivery::{self, FailReason};
use domain::order::{
    self, CancelledBy, ChangeOutcome, ConfirmedBy, PaymentFailure, RejectReason, StuckReason,
};
use domain::payment::{self, Purpose, RefundReason};
use domain::processes::{Case, DomainEvent};
use domain::shared::Won;
use domain::store::{self, ticket};
use domain::views::{Actor, Recorded};

use delivery::Event as D;
use order::Event as O;
use payment::Event as P;
use store::Event as S;
use ticket::Event as T;

// A new event does not compile until it has a name here, and the test fails until a row tells who hears of it.
variants!(kind(DomainEvent):
    DomainEvent::Order(O::OrderPlaced(_)) => "OrderPlaced",
    DomainEvent::Order(O::OrderHeld { .. }) => "OrderHeld",
    DomainEvent::Order(O::OrderReceived { .. }) => "OrderReceived",
    DomainEvent::Order(O::PaymentFailed { .. }) => "PaymentFailed",
    DomainEvent::Order(O::OrderCancelled { .. }) => "OrderCancelled",
    DomainEvent::Order(O::OrderRejected { .. }) => "OrderRejected",
    DomainEvent::Order(O::ChangeRequested { .. }) => "ChangeRequested",
    DomainEvent::Order(O::ChangeApplied { .. }) => "ChangeApplied",
    DomainEvent::Order(O::ChangeAbandoned { .. }) => "ChangeAbandoned",
    DomainEvent::Order(O::ReceiptConfirmed { .. }) => "ReceiptConfirmed",
    DomainEvent::Order(O::OrderFlagged { .. }) => "OrderFlagged",
    DomainEvent::Order(O::OrderUndeliverable { .. }) => "OrderUndeliverable",
    DomainEvent::Payment(P::PaymentNeedsCustomer { .. }) => "PaymentNeedsCustomer",
    DomainEvent::Payment(P::PaymentApproved { .. }) => "PaymentApproved",
    DomainEvent::Payment(P::PaymentDeclined { .. }) => "PaymentDeclined",
    DomainEvent::Payment(P::ChargeVoided { .. }) => "ChargeVoided",
    DomainEvent::Payment(P::RefundRequested { .. }) => "RefundRequested",
    DomainEvent::Payment(P::PaymentRefunded { .. }) => "PaymentRefunded",
    DomainEvent::Payment(P::RefundFailed { .. }) => "RefundFailed",
    DomainEvent::Payment(P::RefundSentBack { .. }) => "RefundSentBack",
    DomainEvent::Ticket(T::TicketOpened(_)) => "TicketOpened",
    DomainEvent::Ticket(T::TicketAccepted { .. }) => "TicketAccepted",
    DomainEvent::Ticket(T::TicketRejected { .. }) => "TicketRejected",
    DomainEvent::Ticket(T::CookingStarted { .. }) => "CookingStarted",
    DomainEvent::Ticket(T::CookingDelayed { .. }) => "CookingDelayed",
    DomainEvent::Ticket(T::CookingFinished { .. }) => "CookingFinished",
    DomainEvent::Ticket(T::TicketCancelled { .. }) => "TicketCancelled",
    DomainEvent::Ticket(T::TicketChanged { .. }) => "TicketChanged",
    DomainEvent::Delivery(D::DeliveryOffered(_)) => "DeliveryOffered",
    DomainEvent::Delivery(D::DeliveryClaimed { .. }) => "DeliveryClaimed",
    DomainEvent::Delivery(D::DeliveryReleased { .. }) => "DeliveryReleased",
    DomainEvent::Delivery(D::RiderArrived { .. }) => "RiderArrived",
    DomainEvent::Delivery(D::DeliveryPickedUp { .. }) => "DeliveryPickedUp",
    DomainEvent::Delivery(D::DoorCodeRefused { .. }) => "DoorCodeRefused",
    DomainEvent::Delivery(D::DeliveryDelivered { .. }) => "DeliveryDelivered",
    DomainEvent::Delivery(D::DeliveryFailed { .. }) => "DeliveryFailed",
    DomainEvent::Store(S::StoreRegistered { .. }) => "StoreRegistered",
    DomainEvent::Store(S::CapacitySet { .. }) => "CapacitySet",
    DomainEvent::Store(S::StorePaused { .. }) => "StorePaused",
    DomainEvent::Store(S::StoreReopened { .. }) => "StoreReopened",
    DomainEvent::Store(S::BusySet { .. }) => "BusySet",
    DomainEvent::Store(S::AnswerLimitSet { .. }) => "AnswerLimitSet",
    DomainEvent::Store(S::SoldOutSet { .. }) => "SoldOutSet",
    DomainEvent::Store(S::HoursSet { .. }) => "HoursSet",
    DomainEvent::Store(S::ItemAdded { .. }) => "ItemAdded",
    DomainEvent::Store(S::ItemChanged { .. }) => "ItemChanged",
);

/// The name of an event's kind, and all names.
pub(crate) fn kinds() -> Variants<DomainEvent> {
    kind()
}

/// One event for each row of such a table, in the table's order.
pub(crate) fn events() -> Vec<DomainEvent> {
    let at = at(1);
    let until = at;
    let key = || "key".to_owned();
    let change = |extra| O::ChangeRequested { revision: 1, bill: bill(2), extra, until, at };
    let order = [
        O::OrderPlaced(placed()),
        O::OrderHeld { until, for_customer: false },
        O::OrderHeld { until, for_customer: true },
        O::OrderReceived { at },
        O::PaymentFailed { reason: PaymentFailure::Declined("no_funds".to_owned()), at },
        O::PaymentFailed { reason: PaymentFailure::Expired, at },
        O::OrderCancelled { by: CancelledBy::Customer, reason: String::new(), at },
        O::OrderCancelled { by: CancelledBy::Operator, reason: String::new(), at },
        O::OrderRejected { reason: RejectReason::Store("재료 소진".to_owned()), at },
        O::OrderRejected { reason: RejectReason::OverCapacity, at },
        O::OrderRejected { reason: RejectReason::TimedOut, at },
        change(won(20_000)),
        change(Won::ZERO),
        O::ChangeApplied { revision: 1, bill: bill(2), at },
        O::ChangeAbandoned { revision: 1, outcome: ChangeOutcome::Declined, at },
        O::ChangeAbandoned { revision: 1, outcome: ChangeOutcome::CookingStarted, at },
        O::ChangeAbandoned { revision: 1, outcome: ChangeOutcome::OrderEnded, at },
        O::ChangeAbandoned { revision: 1, outcome: ChangeOutcome::Expired, at },
        O::ReceiptConfirmed { by: ConfirmedBy::Customer, at },
        O::ReceiptConfirmed { by: ConfirmedBy::Timer, at },
        O::OrderFlagged { why: StuckReason::KitchenSilent, since: at, at },
        O::OrderFlagged { why: StuckReason::NoRider, since: at, at },
        O::OrderFlagged { why: StuckReason::RiderSilent, since: at, at },
        O::OrderFlagged { why: StuckReason::CustomerAbsent, since: at, at },
        O::OrderFlagged { why: StuckReason::DoorCodes, since: at, at },
        O::OrderUndeliverable { refund: true, reason: String::new(), at },
        O::OrderUndeliverable { refund: false, reason: "도로 통제".to_owned(), at },
    ];
    let amount = won(23_000);
    let provider_id = key;
    let payment = [
        P::PaymentNeedsCustomer { key: key(), url: "https://pay.example".to_owned(), until, at },
        P::PaymentApproved { key: key(), purpose: Purpose::Order, provider_id: provider_id(), amount, at },
        P::PaymentDeclined { key: key(), code: "no_funds".to_owned(), at },
        P::ChargeVoided { key: key(), at },
        P::RefundRequested {
            key: key(),
            provider_id: provider_id(),
            amount,
            reason: RefundReason::Cancelled,
            at,
        },
        P::PaymentRefunded { key: key(), amount, at },
        P::RefundFailed { key: key(), attempts: 1, refused: false, at },
        P::RefundFailed { key: key(), attempts: 1, refused: true, at },
        P::RefundSentBack { key: key(), amount, at },
    ];
    let rejected = |reason| T::TicketRejected { reason, at };
    let ticket = [
        T::TicketOpened(opened()),
        T::TicketAccepted { minutes: 25, ready_at: at, at },
        rejected(ticket::RejectReason::Store("재료 소진".to_owned())),
        rejected(ticket::RejectReason::OverCapacity),
        rejected(ticket::RejectReason::TimedOut),
        T::CookingStarted { at },
        T::CookingDelayed { minutes: 10, ready_at: at, at },
        T::CookingFinished { at },
        T::TicketCancelled { at },
        T::TicketChanged { revision: 1, before: bill(1).lines, bill: bill(2), at },
    ];
    let rider = rider(1);
    let delivery = [
        D::DeliveryOffered(Box::new(offered())),
        D::DeliveryClaimed { rider, at },
        D::DeliveryReleased { rider, at },
        D::DeliveryReleased { rider, at },
        D::RiderArrived { rider, at },
        D::DeliveryPickedUp { rider, at },
        D::DoorCodeRefused { rider, at },
        D::DeliveryDelivered { rider, at },
        D::DeliveryFailed { rider: Some(rider), reason: FailReason::CustomerAbsent, at },
        D::DeliveryFailed { rider: None, reason: FailReason::Operator, at },
    ];
    let store = [
        S::StoreRegistered {
            profile: Box::new(common::profile()),
            menu: common::menu(),
            hours: domain::store::Hours::always(),
            at,
        },
        S::CapacitySet { capacity: 3, at },
        S::StorePaused { until: None, at },
        S::StoreReopened { at },
        S::BusySet { minutes: 10, at },
        S::AnswerLimitSet { minutes: 5, at },
        S::SoldOutSet { item: common::PIZZA, until: None, at },
        S::HoursSet { hours: domain::store::Hours::always(), at },
        S::ItemAdded {
            section: domain::store::IntoSection::Existing { id: common::SECTION },
            item: Box::new(common::menu().sections.remove(0).items.remove(0)),
            at,
        },
        S::ItemChanged { item: common::PIZZA, change: domain::store::ItemChange::default(), at },
    ];
    (order.into_iter().map(DomainEvent::Order))
        .chain(payment.into_iter().map(DomainEvent::Payment))
        .chain(ticket.into_iter().map(DomainEvent::Ticket))
        .chain(delivery.into_iter().map(DomainEvent::Delivery))
        .chain(store.into_iter().map(DomainEvent::Store))
        .collect()
}

/// An order that is on its way.
pub(crate) fn on_the_way() -> Case {
    let rider = rider(1);
    let mut case = Case::default();
    for event in [
        DomainEvent::Order(O::OrderPlaced(placed())),
        DomainEvent::Ticket(T::TicketOpened(opened())),
        DomainEvent::Order(O::OrderReceived { at: at(1) }),
        DomainEvent::Delivery(D::DeliveryOffered(Box::new(offered()))),
        DomainEvent::Delivery(D::DeliveryClaimed { rider, at: at(2) }),
        DomainEvent::Delivery(D::DeliveryPickedUp { rider, at: at(3) }),
    ] {
        case.apply(&event);
    }
    case
}

/// An event of that order, made to happen by somebody.
pub(crate) fn recorded(event: DomainEvent, actor: Actor) -> Recorded {
    Recorded { position: 1, order: Some(order_id(1)), store: Some(STORE), at: at(1), actor, event }
}

/// The rows of a table, with the event of each.
pub(crate) fn rows(table: &str) -> Vec<(Vec<&str>, DomainEvent)> {
    let (name, kinds) = kinds();
    let rows: Vec<&str> = table.lines().map(str::trim).filter(|row| !row.is_empty()).collect();
    let events = events();
    assert_eq!(rows.len(), events.len());
    for kind in kinds {
        assert!(rows.iter().any(|row| row.split([' ', '|']).next() == Some(kind)), "no row for {kind}");
    }
    let cells = rows.into_iter().map(|row| row.split('|').map(str::trim).collect::<Vec<_>>());
    let rows: Vec<_> = cells.zip(events).collect();
    for (cells, event) in &rows {
        assert_eq!(cells[0].split(' ').next(), Some(name(event)), "{cells:?}");
    }
    rows
}
