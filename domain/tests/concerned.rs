//! Whom the timeline of an order concerns, and what is not in it.

mod common;
#[allow(dead_code, reason = "the tables of who hears what use the rest")]
#[path = "common/happened.rs"]
mod happened;
#[allow(dead_code, reason = "the tables of states and commands use the rest")]
#[path = "common/table.rs"]
mod table;

use common::{CUSTOMER, NOON, STORE, at, offered, opened, order_id, placed, rider, store};
use domain::notification::Template;
use domain::order::{CancelledBy, Event as OrderEvent, Phase};
use domain::payment::Purpose;
use domain::processes::{Case, ChargeOutcome, DomainEvent};
use domain::shared::{AccountId, StoreId};
use domain::store::ticket;
use domain::views::{AccountView, Actor, Recorded, Role, What, is_concerned, page_of_order, timeline_entry};
use domain::{delivery, processes::CaseRefusal};
use std::collections::BTreeSet;
use uuid::Uuid;

fn account(id: AccountId, role: Role, store: Option<StoreId>) -> AccountView {
    AccountView { id, login: "somebody".to_owned(), name: "아무개".to_owned(), role, store }
}

const SOMEBODY: AccountId = AccountId(Uuid::from_u128(0xEE));
const OTHER_STORE: StoreId = StoreId(Uuid::from_u128(0x51));

/// Whom of everybody it concerns, by a word for each.
fn concerned(case: &Case) -> Vec<&'static str> {
    let everybody = [
        ("customer", account(CUSTOMER, Role::Customer, None)),
        ("another customer", account(SOMEBODY, Role::Customer, None)),
        ("store", account(SOMEBODY, Role::Owner, Some(STORE))),
        ("another store", account(SOMEBODY, Role::Owner, Some(OTHER_STORE))),
        ("an owner without a store", account(CUSTOMER, Role::Owner, None)),
        ("rider", account(rider(1), Role::Rider, None)),
        ("another rider", account(rider(2), Role::Rider, None)),
        ("the customer's account, as a rider", account(CUSTOMER, Role::Rider, None)),
        ("operator", account(SOMEBODY, Role::Operator, None)),
        ("applicant", account(CUSTOMER, Role::Applicant, Some(STORE))),
    ];
    let concerned = everybody.iter().filter(|(_, who)| is_concerned(who, case));
    concerned.map(|(name, _)| *name).collect()
}

#[test]
fn an_order_concerns_its_customer_its_store_once_it_has_come_there_its_rider_and_the_operator() {
    let mut case = Case::default();
    assert_eq!(concerned(&case), [""; 0], "there is no order");
    let mut then = |events: &[DomainEvent]| {
        events.iter().for_each(|event| case.apply(event));
        concerned(&case)
    };
    let placed = DomainEvent::Order(OrderEvent::OrderPlaced(placed()));
    assert_eq!(then(&[placed]), ["customer", "operator"]);
    let received = [
        DomainEvent::Ticket(ticket::Event::TicketOpened(opened())),
        DomainEvent::Order(OrderEvent::OrderReceived { at: NOON }),
    ];
    assert_eq!(then(&received), ["customer", "store", "operator"]);
    let offer = DomainEvent::Delivery(delivery::Event::DeliveryOffered(Box::new(offered())));
    assert_eq!(then(&[offer]), ["customer", "store", "operator"], "an offer is nobody's yet");
    let claimed =
        |number| DomainEvent::Delivery(delivery::Event::DeliveryClaimed { rider: rider(number), at: at(31) });
    assert_eq!(then(&[claimed(1)]), ["customer", "store", "rider", "operator"]);
    let released = DomainEvent::Delivery(delivery::Event::DeliveryReleased { rider: rider(1), at: at(32) });
    assert_eq!(then(&[released]), ["customer", "store", "operator"]);
    assert_eq!(then(&[claimed(2)]), ["customer", "store", "another rider", "operator"]);
}

#[test]
fn an_order_that_a_full_store_turned_down_at_the_door_concerns_it() -> Result<(), CaseRefusal> {
    let mut case = Case::of(&[DomainEvent::Order(OrderEvent::OrderPlaced(placed()))]);
    let approved = ChargeOutcome::Approved { provider_id: "pay".to_owned(), amount: placed().bill.total };
    for event in case.record_charge(Purpose::Order, approved, at(1), 10)?.into_events() {
        case.apply(&event);
    }
    assert_eq!(concerned(&case), ["customer", "operator"], "the store has not heard of it yet");
    let full = store().profile.map_or(0, |profile| profile.capacity);
    for event in case.receive(full, Some(&store()), at(1))?.into_events() {
        case.apply(&event);
    }
    assert_eq!(case.order.phase, Phase::Rejected);
    assert_eq!(concerned(&case), ["customer", "store", "operator"]);
    Ok(())
}

#[test]
fn an_order_that_ended_unpaid_never_concerns_its_store() -> Result<(), CaseRefusal> {
    let mut case = Case::of(&[DomainEvent::Order(OrderEvent::OrderPlaced(placed()))]);
    for event in case.cancel(CancelledBy::Customer, at(1))?.into_events() {
        case.apply(&event);
    }
    assert_eq!(concerned(&case), ["customer", "operator"]);
    Ok(())
}

#[test]
fn an_operator_who_cancels_says_why_and_the_timeline_tells_it() {
    let case = Case::of([&DomainEvent::Order(OrderEvent::OrderPlaced(placed()))]);
    for nothing in ["", " \t"] {
        let refused = case.call_off(nothing.to_owned(), at(1));
        assert_eq!(refused, Err(CaseRefusal::from(ticket::Refusal::ReasonMissing)));
    }
    let events = case.call_off("정전".to_owned(), at(1)).expect("it is placed").into_events();
    let told: Vec<What> = events
        .into_iter()
        .map(|event| Recorded {
            position: 2,
            order: None,
            store: None,
            at: at(1),
            actor: Actor::Operator(SOMEBODY),
            event,
        })
        .filter_map(|recorded| timeline_entry(&recorded))
        .map(|entry| entry.what)
        .collect();
    assert_eq!(told, [What::Cancelled { reason: "정전".to_owned() }]);
}

#[test]
fn a_notice_leads_everybody_to_their_own_page_of_the_order_unless_it_is_theirs_no_more() {
    let order = order_id(1);
    let page = |role, template| page_of_order(role, order, template);
    assert_eq!(page(Role::Customer, Template::Delivered), Some(format!("/orders/{order}")));
    assert_eq!(page(Role::Owner, Template::StoreNewOrder), Some(format!("/owner/orders/{order}")));
    assert_eq!(page(Role::Rider, Template::RiderCompleted), Some(format!("/rider/orders/{order}")));
    assert_eq!(page(Role::Rider, Template::RiderTakenBack), None);
    assert_eq!(page(Role::Applicant, Template::Delivered), None);
}

#[test]
fn a_timeline_leaves_out_only_what_another_event_says_too() {
    let is_told =
        |event: &DomainEvent| timeline_entry(&happened::recorded(event.clone(), Actor::System)).is_some();
    let all = happened::events();
    let of_orders = all.iter().filter(|event| !matches!(event, DomainEvent::Store(_)));
    let left_out: BTreeSet<&str> =
        of_orders.filter(|event| !is_told(event)).map(DomainEvent::type_name).collect();
    let expected =
        ["ChargeVoided", "OrderHeld", "TicketCancelled", "TicketChanged", "TicketOpened", "TicketRejected"];
    assert_eq!(left_out, BTreeSet::from(expected));
    let held = |for_customer| DomainEvent::Order(OrderEvent::OrderHeld { until: at(1), for_customer });
    assert!(is_told(&held(false)) && !is_told(&held(true)));
    // Whoever reads the API's decisions is told which.
    let decision = include_str!("../../docs/adr/0019-rest-api.md");
    for name in expected {
        assert!(decision.contains(&format!("`{name}`")), "{name}");
    }
}
