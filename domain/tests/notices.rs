//! Who hears what of each event, as a table.

mod common;
#[path = "common/happened.rs"]
mod happened;
#[path = "common/table.rs"]
#[allow(dead_code, unused_imports, reason = "of the table only the names of variants are used")]
mod table;

use common::{CUSTOMER, STORE, at, placed, rider};
use domain::notification::{Recipient, Template, Variable};
use domain::order::{self, CancelledBy};
use domain::processes::{Case, DomainEvent};
use domain::shared::Locale;
use domain::views::{Actor, notices};
use happened::{on_the_way, recorded, rows};

use order::Event as O;

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
    OrderFlagged codes               | door_codes                  | -                          | -
    OrderUndeliverable refund        | undeliverable_refund        | store_undeliverable        | -
    OrderUndeliverable by the operator | undeliverable             | store_undeliverable        | rider_undeliverable: ₩3,220
    PaymentNeedsCustomer             | payment_needed              | -                          | -
    PaymentApproved                  | -                           | -                          | -
    PaymentDeclined                  | -                           | -                          | -
    ChargeVoided                     | -                           | -                          | -
    RefundRequested                  | -                           | -                          | -
    PaymentRefunded                  | refunded: ₩23,000           | -                          | -
    RefundFailed                     | -                           | -                          | -
    RefundFailed refused             | -                           | -                          | -
    RefundSentBack                   | refund_sent_back: ₩23,000   | -                          | -
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
    DeliveryReleased by the operator | rider_replaced              | store_rider_replaced       | rider_taken_back
    RiderArrived                     | -                           | store_rider_here           | -
    DeliveryPickedUp                 | on_the_way                  | store_picked_up            | -
    DoorCodeRefused                  | -                           | -                          | -
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

#[test]
fn everybody_hears_what_the_table_says() {
    let recipients = [Recipient::Customer(CUSTOMER), Recipient::Store(STORE), Recipient::Rider(rider(1))];
    let mut told = Vec::new();
    for (cells, event) in rows(TABLE) {
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
        assert_eq!(heard, [], "{} tells more", cells[0]);
    }
    for template in Template::ALL {
        assert!(told.contains(template), "nobody is ever told {}", template.slug());
    }
}

#[test]
fn a_store_hears_nothing_of_the_end_of_an_order_that_never_came_there() {
    let mut case = Case::default();
    case.apply(&DomainEvent::Order(O::OrderPlaced(placed())));
    let cancelled =
        DomainEvent::Order(O::OrderCancelled { by: CancelledBy::Customer, reason: String::new(), at: at(1) });
    let heard = notices(&recorded(cancelled, Actor::Customer(CUSTOMER)), &case);
    assert_eq!(heard.iter().map(|notice| notice.to).collect::<Vec<_>>(), [Recipient::Customer(CUSTOMER)]);
}
