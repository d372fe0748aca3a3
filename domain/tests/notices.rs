//! Who hears what of each event, as a table.

mod common;
#[path = "common/table.rs"]
#[allow(dead_code, unused_imports, reason = "of the table only the names of variants are used")]
mod table;

use common::{CUSTOMER, STORE, at, bill, offered, opened, order_id, placed, rider, won};
use domain::delivery::{self, FailReason};
use domain::notification::{Recipient, Template, Variable};
use domain::order::{
    self, CancelledBy, ChangeOutcome, ConfirmedBy, PaymentFailure, RejectReason, StuckReason,
};
use domain::payment::{self, Purpose, RefundReason};
use domain::processes::{Case, DomainEvent};
use domain::shared::{Locale, Won};
use domain::store::{self, IntoSection, ItemChange, ticket};
use domain::views::{Actor, Recorded, notices};
use table::variants;

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

/// What each hears: the event, then customer, store and rider.
const TABLE: &str = "
    OrderPlaced                      | order_placed: ₩23,000       | -                          | -
    OrderHeld                        | payment_held                | -                          | -
    OrderHeld for the customer       | -                           | -                          | -
    OrderReceived                    | order_received: ₩23,000     | -                          | -
    PaymentFailed declined           | payment_declined            | -                          | -
    PaymentFailed expired            | payment_expired             | -                          | -
    OrderCancelled customer          | order_cancelled             | store_order_cancelled      | -
    OrderCancelled operator          | order_called_off            | store_order_called_off     | -
    OrderRejected store              | order_rejected: 재료 소진   | -                          | -
    OrderRejected full               | order_over_capacity         | -                          | -
    OrderRejected late               | order_timed_out             | -                          | -
    ChangeRequested dearer           | change_waits: ₩20,000       | -                          | -
    ChangeRequested cheaper          | -                           | -                          | -
    ChangeApplied                    | change_applied: ₩43,000     | -                          | -
    ChangeAbandoned declined         | change_declined             | -                          | -
    ChangeAbandoned cooking          | change_too_late             | -                          | -
    ChangeAbandoned ended            | change_dropped              | -                          | -
    ChangeAbandoned expired          | change_expired              | -                          | -
    ReceiptConfirmed customer        | completed                   | store_completed            | rider_completed: ₩3,220
    ReceiptConfirmed timer           | completed_by_itself         | store_completed            | rider_completed: ₩3,220
    OrderFlagged kitchen             | looked_after                | store_reminder             | -
    OrderFlagged no rider            | looked_after                | -                          | -
    OrderFlagged rider               | looked_after                | -                          | -
    OrderFlagged absent              | customer_missed             | -                          | -
    OrderUndeliverable refund        | undeliverable_refund        | store_undeliverable        | -
    OrderUndeliverable by the operator | undeliverable             | store_undeliverable        | rider_undeliverable: ₩3,220
    PaymentNeedsCustomer             | payment_needed              | -                          | -
    PaymentApproved                  | -                           | -                          | -
    PaymentDeclined                  | -                           | -                          | -
    ChargeVoided                     | -                           | -                          | -
    RefundRequested                  | -                           | -                          | -
    PaymentRefunded                  | refunded: ₩23,000           | -                          | -
    RefundFailed                     | -                           | -                          | -
    TicketOpened                     | -                           | store_new_order: ₩23,000   | -
    TicketAccepted                   | order_accepted: 25          | -                          | -
    TicketRejected store             | -                           | -                          | -
    TicketRejected full              | -                           | store_over_capacity        | -
    TicketRejected late              | -                           | store_timed_out            | -
    CookingStarted                   | cooking_started             | -                          | -
    CookingDelayed                   | cooking_delayed: 10         | -                          | -
    CookingFinished                  | food_ready                  | -                          | -
    TicketCancelled                  | -                           | -                          | -
    TicketChanged                    | -                           | store_order_changed: ₩43,000 | -
    DeliveryOffered                  | -                           | -                          | -
    DeliveryClaimed                  | rider_assigned              | store_rider_assigned       | -
    DeliveryReleased                 | rider_gone                  | store_rider_gone           | -
    DeliveryReleased by the operator | rider_gone                  | store_rider_gone           | rider_taken_back
    RiderArrived                     | -                           | store_rider_here           | -
    DeliveryPickedUp                 | on_the_way                  | store_picked_up            | -
    DeliveryDelivered                | delivered                   | -                          | -
    DeliveryFailed by the rider      | -                           | -                          | -
    DeliveryFailed by the operator   | -                           | -                          | rider_order_ended
    StoreRegistered                  | -                           | -                          | -
    CapacitySet                      | -                           | -                          | -
    StorePaused                      | -                           | -                          | -
    StoreReopened                    | -                           | -                          | -
    BusySet                          | -                           | -                          | -
    AnswerLimitSet                   | -                           | -                          | -
    SoldOutSet                       | -                           | -                          | -
    HoursSet                         | -                           | -                          | -
    ItemAdded                        | -                           | -                          | -
    ItemChanged                      | -                           | -                          | -
";

/// One event for each row, in the table's order.
fn events() -> Vec<DomainEvent> {
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
        O::OrderCancelled { by: CancelledBy::Customer, at },
        O::OrderCancelled { by: CancelledBy::Operator, at },
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
        P::RefundFailed { key: key(), attempts: 1, at },
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
            section: IntoSection::Existing { id: common::SECTION },
            item: Box::new(common::menu().sections.remove(0).items.remove(0)),
            at,
        },
        S::ItemChanged { item: common::PIZZA, change: ItemChange::default(), at },
    ];
    (order.into_iter().map(DomainEvent::Order))
        .chain(payment.into_iter().map(DomainEvent::Payment))
        .chain(ticket.into_iter().map(DomainEvent::Ticket))
        .chain(delivery.into_iter().map(DomainEvent::Delivery))
        .chain(store.into_iter().map(DomainEvent::Store))
        .collect()
}

/// An order that is on its way.
fn on_the_way() -> Case {
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

fn recorded(event: DomainEvent, actor: Actor) -> Recorded {
    Recorded { position: 1, order: Some(order_id(1)), store: Some(STORE), at: at(1), actor, event }
}

#[test]
fn everybody_hears_what_the_table_says() {
    let (name, kinds) = kind();
    let rows: Vec<&str> = TABLE.lines().map(str::trim).filter(|row| !row.is_empty()).collect();
    let events = events();
    assert_eq!(rows.len(), events.len());
    let recipients = [Recipient::Customer(CUSTOMER), Recipient::Store(STORE), Recipient::Rider(rider(1))];
    let mut told = Vec::new();
    for (row, event) in rows.iter().zip(events) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let kind = name(&event);
        assert_eq!(cells[0].split(' ').next(), Some(kind), "{row}");
        let actor = if cells[0].ends_with("by the operator") {
            Actor::Operator(CUSTOMER)
        } else {
            Actor::Rider(rider(1))
        };
        let mut heard = notices(&recorded(event, actor), &on_the_way());
        told.extend(heard.iter().map(|notice| notice.template));
        for (cell, to) in cells[1..].iter().zip(recipients) {
            let said = heard.iter().position(|notice| notice.to == to).map(|index| heard.remove(index));
            let said = said.map_or("-".to_owned(), |notice| {
                let own = notice
                    .template
                    .variables()
                    .find(|variable| !matches!(variable, Variable::Number | Variable::Store));
                let own = own.map(|own| format!(": {}", notice.variables.get(own, Locale::Ko)));
                format!("{}{}", notice.template.slug(), own.unwrap_or_default())
            });
            assert_eq!(*cell, said, "{}, to {to}", cells[0]);
        }
        assert_eq!(heard, [], "{row} tells more");
    }
    for kind in kinds {
        assert!(rows.iter().any(|row| row.split([' ', '|']).next() == Some(kind)), "no row for {kind}");
    }
    for template in Template::ALL {
        assert!(told.contains(template), "nobody is ever told {}", template.slug());
    }
}

#[test]
fn a_store_hears_nothing_of_the_end_of_an_order_that_never_came_there() {
    let mut case = Case::default();
    case.apply(&DomainEvent::Order(O::OrderPlaced(placed())));
    let cancelled = DomainEvent::Order(O::OrderCancelled { by: CancelledBy::Customer, at: at(1) });
    let heard = notices(&recorded(cancelled, Actor::Customer(CUSTOMER)), &case);
    assert_eq!(heard.iter().map(|notice| notice.to).collect::<Vec<_>>(), [Recipient::Customer(CUSTOMER)]);
}
