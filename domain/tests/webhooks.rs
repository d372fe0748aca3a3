//! What each kind of webhook is told of each event, as a table; and what it is never told.

mod common;
#[path = "webhooks/documented.rs"]
mod documented;
#[path = "common/happened.rs"]
mod happened;
#[path = "common/table.rs"]
#[allow(dead_code, unused_imports, reason = "of the table only the names of variants are used")]
mod table;

use common::{CUSTOMER, STORE, at, bill, offered, opened, order_id, placed, rider, won};
use domain::delivery;
use domain::notification::Recipient;
use domain::order::{self, CancelledBy, ConfirmedBy, RejectReason};
use domain::payment::{self, Purpose};
use domain::processes::{Case, DomainEvent};
use domain::store::ticket;
use domain::views::{
    Actor, Fault, Field, FieldFault, WebhookMessage, check_webhook, listeners, webhook_message,
};
use domain::webhook::{Kind, MAX_WEBHOOKS, Refusal};
use happened::{on_the_way, recorded, rows};
use serde_json::{Value, json};
use std::collections::BTreeSet;

use delivery::Event as D;
use order::Event as O;
use payment::Event as P;
use ticket::Event as T;

const RECIPIENTS: [fn() -> Recipient; 3] =
    [|| Recipient::Customer(CUSTOMER), || Recipient::Store(STORE), || Recipient::Rider(rider(1))];

/// What each is told: the event, then customer, store and rider.
const TABLE: &str = "
    OrderPlaced                      | order.placed             | -                       | -
    OrderHeld                        | order.payment_pending    | -                       | -
    OrderHeld for the customer       | order.payment_pending    | -                       | -
    OrderReceived                    | order.received           | -                       | -
    PaymentFailed declined           | order.payment_failed     | -                       | -
    PaymentFailed expired            | order.payment_failed     | -                       | -
    OrderCancelled customer          | order.cancelled          | order.cancelled         | -
    OrderCancelled operator          | order.cancelled          | order.cancelled         | -
    OrderRejected store              | order.rejected           | -                       | -
    OrderRejected full               | order.rejected           | -                       | -
    OrderRejected late               | order.rejected           | -                       | -
    ChangeRequested dearer           | order.change_requested   | -                       | -
    ChangeRequested cheaper          | order.change_requested   | -                       | -
    ChangeApplied                    | order.changed            | -                       | -
    ChangeAbandoned declined         | order.change_abandoned   | -                       | -
    ChangeAbandoned cooking          | order.change_abandoned   | -                       | -
    ChangeAbandoned ended            | order.change_abandoned   | -                       | -
    ChangeAbandoned expired          | order.change_abandoned   | -                       | -
    ReceiptConfirmed customer        | order.completed          | order.completed         | -
    ReceiptConfirmed timer           | order.completed          | order.completed         | -
    OrderFlagged kitchen             | order.needs_attention    | order.needs_attention   | -
    OrderFlagged no rider            | order.needs_attention    | order.needs_attention   | -
    OrderFlagged rider               | order.needs_attention    | order.needs_attention   | -
    OrderFlagged absent              | order.needs_attention    | order.needs_attention   | -
    OrderFlagged codes               | order.needs_attention    | order.needs_attention   | -
    OrderUndeliverable refund        | order.undeliverable      | order.undeliverable     | -
    OrderUndeliverable paid          | order.undeliverable      | order.undeliverable     | -
    PaymentNeedsCustomer             | payment.action_required  | -                       | -
    PaymentApproved                  | payment.approved         | -                       | -
    PaymentDeclined                  | payment.declined         | -                       | -
    ChargeVoided                     | -                        | -                       | -
    RefundRequested                  | payment.refund_requested | -                       | -
    PaymentRefunded                  | payment.refunded         | -                       | -
    RefundFailed                     | payment.refund_failed    | -                       | -
    RefundFailed refused             | payment.refund_failed    | -                       | -
    RefundSentBack                   | payment.refund_sent_back | -                       | -
    TicketOpened                     | -                        | order.received          | -
    TicketAccepted                   | order.accepted           | order.accepted          | -
    TicketRejected store             | -                        | order.rejected          | -
    TicketRejected full              | -                        | order.rejected          | -
    TicketRejected late              | -                        | order.rejected          | -
    CookingStarted                   | order.cooking_started    | order.cooking_started   | -
    CookingDelayed                   | order.cooking_delayed    | order.cooking_delayed   | -
    CookingFinished                  | order.cooking_finished   | order.cooking_finished  | -
    TicketCancelled                  | -                        | -                       | -
    TicketChanged                    | -                        | order.changed           | -
    DeliveryOffered                  | delivery.offered         | delivery.offered        | -
    DeliveryClaimed                  | delivery.assigned        | delivery.assigned       | delivery.assigned
    DeliveryReleased                 | delivery.released        | delivery.released       | delivery.released
    DeliveryReleased by the operator | delivery.released        | delivery.released       | delivery.released
    RiderArrived                     | delivery.rider_arrived   | delivery.rider_arrived  | delivery.rider_arrived
    DeliveryPickedUp                 | delivery.picked_up       | delivery.picked_up      | delivery.picked_up
    DoorCodeRefused                  | -                        | -                       | -
    DeliveryDelivered                | delivery.delivered       | delivery.delivered      | delivery.delivered
    DeliveryFailed by the rider      | delivery.failed          | delivery.failed         | delivery.failed
    DeliveryFailed by the operator   | delivery.failed          | delivery.failed         | delivery.failed
    StoreRegistered                  | -                        | -                       | -
    CapacitySet                      | -                        | store.capacity_set      | -
    StorePaused                      | -                        | store.paused            | -
    StoreReopened                    | -                        | store.reopened          | -
    BusySet                          | -                        | store.busy_set          | -
    AnswerLimitSet                   | -                        | store.answer_limit_set  | -
    SoldOutSet                       | -                        | -                       | -
    HoursSet                         | -                        | -                       | -
    ItemAdded                        | -                        | -                       | -
    ItemChanged                      | -                        | -                       | -
";

/// Every message of the table, with who gets it.
fn messages() -> Vec<(Recipient, WebhookMessage)> {
    let mut all = Vec::new();
    for (_, event) in rows(TABLE) {
        let case = after(&event);
        let recorded = recorded(event, Actor::System);
        for to in listeners(&recorded, &case) {
            all.extend(webhook_message(&recorded, &case, to).map(|message| (to, message)));
        }
    }
    all
}

/// An order that is on its way, right after one more event.
fn after(event: &DomainEvent) -> Case {
    let mut case = on_the_way();
    // The offer of a job is before it has a rider.
    if matches!(event, DomainEvent::Delivery(D::DeliveryOffered(_))) {
        case.delivery.rider = None;
    } else if !matches!(event, DomainEvent::Delivery(_)) {
        case.apply(event);
    }
    case
}

#[test]
fn everybody_is_told_what_the_table_says() {
    let mut told = BTreeSet::new();
    for (cells, event) in rows(TABLE) {
        let case = after(&event);
        let recorded = recorded(event, Actor::System);
        let listeners = listeners(&recorded, &case);
        for (cell, to) in cells[1..].iter().zip(RECIPIENTS) {
            let to = to();
            let message = webhook_message(&recorded, &case, to).filter(|_| listeners.contains(&to));
            let kind = message.map_or("-", |message| message.kind);
            assert_eq!(*cell, kind, "{}, to {to}", cells[0]);
            told.insert(kind);
        }
    }
    for kind in Kind::ALL {
        assert!(told.remove(kind.name()), "nobody is ever told {}", kind.name());
    }
    assert_eq!(told, BTreeSet::from(["-"]), "a type is in no list");
}

/// Every name of a field that a message may have, whatever it is about.
const FIELDS: [&str; 43] = [
    "amount",
    "answerBy",
    "at",
    "attempts",
    "by",
    "capacity",
    "choiceId",
    "data",
    "deliveryFee",
    "distanceM",
    "en",
    "extra",
    "fee",
    "for",
    "forCustomer",
    "id",
    "itemId",
    "items",
    "ko",
    "lines",
    "minutes",
    "name",
    "options",
    "orderId",
    "orderNumber",
    "outcome",
    "position",
    "price",
    "quantity",
    "readyAt",
    "reason",
    "refund",
    "revision",
    "since",
    "status",
    "storeAddress",
    "storeId",
    "storeName",
    "total",
    "type",
    "until",
    "why",
    "words",
];

fn walk(value: &Value, seen: &mut dyn FnMut(Option<&str>, Option<&str>)) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                seen(Some(name), None);
                walk(value, seen);
            }
        }
        Value::Array(all) => all.iter().for_each(|value| walk(value, seen)),
        Value::String(text) => seen(None, Some(text)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[test]
fn invariant_10_a_message_holds_nothing_personal_and_no_key_of_a_payment() {
    let (placed, opened, offered) = (placed(), opened(), offered());
    let secrets = [
        placed.sealed.0.clone(),
        opened.sealed.0.clone(),
        offered.sealed.0.clone(),
        placed.code.clone(),
        offered.code.clone(),
        placed.method.clone(),
        placed.customer.to_string(),
        rider(1).to_string(),
        "key".to_owned(),
        "no_funds".to_owned(),
        "https://pay.example".to_owned(),
    ];
    let all = messages();
    assert!(all.len() > 70, "{}", all.len());
    let allowed = BTreeSet::from(FIELDS);
    for (to, message) in all {
        let value = serde_json::to_value(&message).expect("JSON");
        walk(&value, &mut |name, text| {
            if let Some(name) = name {
                assert!(allowed.contains(name), "{name} in {message:?} to {to}");
            }
            if let Some(text) = text {
                assert!(!secrets.iter().any(|secret| secret == text), "{text} in {message:?} to {to}");
            }
        });
    }
}

#[test]
fn a_message_has_the_form_that_is_documented() {
    let mut case = Case::default();
    let accepted = DomainEvent::Ticket(T::TicketAccepted { minutes: 25, ready_at: at(26), at: at(1) });
    for event in [
        DomainEvent::Order(O::OrderPlaced(placed())),
        DomainEvent::Ticket(T::TicketOpened(opened())),
        DomainEvent::Order(O::OrderReceived { at: at(1) }),
        accepted.clone(),
    ] {
        case.apply(&event);
    }
    let recorded = recorded(accepted, Actor::System);
    let message = webhook_message(&recorded, &case, Recipient::Customer(CUSTOMER)).expect("told");
    let number = placed().number.to_string();
    assert_eq!(
        serde_json::to_value(&message).expect("JSON"),
        json!({
            "id": "evt_1",
            "position": 1,
            "type": "order.accepted",
            "orderId": order_id(1).to_string(),
            "orderNumber": number,
            "status": "주문승인",
            "at": "2026-11-23T03:01:00.000Z",
            "data": { "minutes": 25, "readyAt": "2026-11-23T03:26:00.000Z" },
        })
    );
    // A store's own events are about no order.
    let capacity = DomainEvent::Store(domain::store::Event::CapacitySet { capacity: 3, at: at(1) });
    let own = domain::views::Recorded { order: None, event: capacity, ..recorded };
    assert_eq!(listeners(&own, &Case::default()), [Recipient::Store(STORE)]);
    let message = webhook_message(&own, &Case::default(), Recipient::Store(STORE)).expect("told");
    let value = serde_json::to_value(&message).expect("JSON");
    assert_eq!(
        (&value["orderId"], &value["orderNumber"], &value["status"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    assert_eq!(value["data"], json!({ "capacity": 3 }));
}

/// What customer and store are told of some events, one after the other: type and status.
fn told(events: &[DomainEvent]) -> (Vec<String>, Vec<String>) {
    let (mut case, mut said) = (Case::default(), (Vec::new(), Vec::new()));
    for event in events {
        case.apply(event);
        let recorded = recorded(event.clone(), Actor::System);
        for to in listeners(&recorded, &case) {
            let Some(message) = webhook_message(&recorded, &case, to) else {
                continue;
            };
            let line = format!("{} {}", message.kind, message.status.expect("about an order"));
            match to {
                Recipient::Customer(_) => said.0.push(line),
                Recipient::Store(_) => said.1.push(line),
                Recipient::Rider(_) => {}
            }
        }
    }
    said
}

fn approved() -> DomainEvent {
    DomainEvent::Payment(P::PaymentApproved {
        key: "key".to_owned(),
        purpose: Purpose::Order,
        provider_id: "pay".to_owned(),
        amount: won(23_000),
        at: at(1),
    })
}

#[test]
fn the_status_is_the_one_right_after_the_event_also_where_one_command_makes_several() {
    let (placed, at) = (DomainEvent::Order(O::OrderPlaced(placed())), at(1));
    let open = DomainEvent::Ticket(T::TicketOpened(opened()));
    let received = DomainEvent::Order(O::OrderReceived { at });
    let rider = rider(1);
    let (customer, store) = told(&[
        placed.clone(),
        approved(),
        open.clone(),
        received.clone(),
        DomainEvent::Ticket(T::TicketAccepted { minutes: 25, ready_at: at, at }),
        DomainEvent::Ticket(T::CookingStarted { at }),
        DomainEvent::Ticket(T::CookingFinished { at }),
        DomainEvent::Delivery(D::DeliveryOffered(Box::new(offered()))),
        DomainEvent::Delivery(D::DeliveryClaimed { rider, at }),
        DomainEvent::Delivery(D::DeliveryPickedUp { rider, at }),
        DomainEvent::Order(O::ReceiptConfirmed { by: ConfirmedBy::Customer, at }),
        DomainEvent::Delivery(D::DeliveryDelivered { rider, at }),
    ]);
    assert_eq!(
        customer,
        [
            "order.placed 주문접수중",
            "payment.approved 주문접수중",
            "order.received 주문접수",
            "order.accepted 주문승인",
            "order.cooking_started 조리시작",
            "order.cooking_finished 조리완료",
            "delivery.offered 조리완료",
            "delivery.assigned 배차완료",
            "delivery.picked_up 배달시작",
            "order.completed 거래완료",
            "delivery.delivered 거래완료",
        ]
    );
    assert_eq!(store[0], "order.received 주문접수");
    assert_eq!(store[1..], [&customer[3..]].concat());

    let (customer, store) = told(&[
        placed.clone(),
        approved(),
        DomainEvent::Ticket(T::TicketRejected { reason: ticket::RejectReason::OverCapacity, at }),
        DomainEvent::Order(O::OrderRejected { reason: RejectReason::OverCapacity, at }),
    ]);
    assert_eq!(customer.last().map(String::as_str), Some("order.rejected 자동거절"));
    assert_eq!(store, ["order.rejected 자동거절"]);

    let (customer, store) = told(&[
        placed,
        approved(),
        open,
        received,
        DomainEvent::Ticket(T::TicketChanged { revision: 1, before: bill(1).lines, bill: bill(2), at }),
        DomainEvent::Order(O::ChangeApplied { revision: 1, bill: bill(2), at }),
        DomainEvent::Ticket(T::TicketCancelled { at }),
        DomainEvent::Order(O::OrderCancelled { by: CancelledBy::Customer, reason: String::new(), at }),
    ]);
    assert_eq!(customer[3..], ["order.changed 주문접수", "order.cancelled 취소"]);
    assert_eq!(store, ["order.received 주문접수", "order.changed 주문접수", "order.cancelled 취소"]);
}

#[test]
fn invariant_1_a_stores_webhook_is_told_nothing_of_an_order_that_is_not_paid() {
    let at = at(1);
    let (customer, store) = told(&[
        DomainEvent::Order(O::OrderPlaced(placed())),
        DomainEvent::Order(O::OrderHeld { until: at, for_customer: false }),
        DomainEvent::Order(O::OrderCancelled { by: CancelledBy::Customer, reason: String::new(), at }),
        approved(),
        DomainEvent::Payment(P::PaymentRefunded { key: "key".to_owned(), amount: won(23_000), at }),
    ]);
    assert_eq!((customer.len(), store), (5, Vec::new()));
}

#[test]
fn a_rider_is_told_of_own_jobs_alone() {
    let at = at(1);
    let (mine, others) = (rider(1), rider(2));
    let mut case = Case::default();
    let mut heard: [Vec<&str>; 2] = Default::default();
    for event in [
        DomainEvent::Order(O::OrderPlaced(placed())),
        DomainEvent::Ticket(T::TicketOpened(opened())),
        DomainEvent::Delivery(D::DeliveryOffered(Box::new(offered()))),
        DomainEvent::Delivery(D::DeliveryClaimed { rider: mine, at }),
        DomainEvent::Delivery(D::DeliveryReleased { rider: mine, at }),
        DomainEvent::Delivery(D::DeliveryClaimed { rider: others, at }),
        DomainEvent::Delivery(D::DeliveryPickedUp { rider: others, at }),
    ] {
        case.apply(&event);
        let recorded = recorded(event, Actor::System);
        for (heard, who) in heard.iter_mut().zip([mine, others]) {
            let to = Recipient::Rider(who);
            if listeners(&recorded, &case).contains(&to) {
                heard.extend(webhook_message(&recorded, &case, to).map(|message| message.kind));
            }
        }
    }
    assert_eq!(heard[0], ["delivery.assigned", "delivery.released"]);
    assert_eq!(heard[1], ["delivery.assigned", "delivery.picked_up"]);
}

#[test]
fn an_account_registers_a_url_once_and_so_many_at_the_most() {
    let of = |number: u32| format!("https://till.example/{number}");
    let mut has: Vec<String> = Vec::new();
    for number in 0..MAX_WEBHOOKS {
        assert_eq!(check_webhook(&has, &of(number)), Ok(()));
        has.push(of(number));
    }
    let taken = Err(Fault::field(FieldFault::Taken { field: Field::Url }));
    for number in 0..MAX_WEBHOOKS - 1 {
        assert_eq!(check_webhook(&has[1..], &of(number + 1)), taken);
    }
    // Of an account that has all it may, that is said, whatever the URL is.
    let too_many = Err(Fault::Webhook(Refusal::TooMany { max: MAX_WEBHOOKS }));
    for number in [0, MAX_WEBHOOKS] {
        assert_eq!(check_webhook(&has, &of(number)), too_many);
    }
}
