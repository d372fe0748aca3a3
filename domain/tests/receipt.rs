//! 배송확인 before the rider has said that the food was handed over.

mod common;
#[path = "common/happened.rs"]
#[allow(dead_code, reason = "of what can happen only the order on its way is used")]
mod happened;
#[path = "common/table.rs"]
#[allow(dead_code, unused_imports, reason = "of the table only the names of variants are used")]
mod table;

use common::{CUSTOMER, at, rider};
use domain::delivery::{self, Command, FailReason};
use domain::notification::{Recipient, Template};
use domain::order::ConfirmedBy;
use domain::processes::{Case, CaseRefusal, DomainEvent};
use domain::shared::Decision;
use domain::views::{Actor, Recorded, Shown, notices};
use happened::{on_the_way, recorded};

fn confirm(case: &mut Case, minute: u32) -> Vec<DomainEvent> {
    let confirmed = case.confirm_receipt(ConfirmedBy::Customer, at(minute)).expect("the food has left");
    let events = confirmed.into_events();
    events.iter().for_each(|event| case.apply(event));
    events
}

fn names(events: &[DomainEvent]) -> Vec<&'static str> {
    events.iter().map(DomainEvent::type_name).collect()
}

#[test]
fn a_receipt_that_is_confirmed_on_the_way_hands_the_food_over() {
    let mut case = on_the_way();
    let events = confirm(&mut case, 9);
    assert_eq!(names(&events), ["DeliveryDelivered", "ReceiptConfirmed"]);
    assert_eq!((Shown::of(&case), case.delivery.phase), (Some(Shown::Completed), delivery::Phase::Delivered));
    assert!(!case.delivery.phase.is_under_way(), "the rider is free");
    let settled = case.settlement().expect("it is completed");
    assert_eq!(settled.rider.map(|(who, _)| who), Some(rider(1)));

    // The rider who says so afterwards says nothing new, whatever was typed; a customer who confirms again neither.
    let deliver =
        |code: Option<&str>| Command::Deliver { rider: rider(1), code: code.map(str::to_owned), at: at(10) };
    for code in [None, Some("4821"), Some("0000")] {
        assert_eq!(case.act_on_job(rider(1), deliver(code)), Ok(Decision::AlreadyApplied), "{code:?}");
    }
    assert_eq!(confirm(&mut case, 11), []);
    // That nobody opened can no longer be said.
    let absent = Command::Fail { rider: Some(rider(1)), reason: FailReason::CustomerAbsent, at: at(12) };
    assert!(matches!(
        case.act_on_job(rider(1), absent),
        Err(CaseRefusal::Delivery(delivery::Refusal::NotNow { .. }))
    ));
}

#[test]
fn what_was_handed_over_or_failed_at_the_door_is_left_as_it_is() {
    let handed_over =
        DomainEvent::Delivery(delivery::Event::DeliveryDelivered { rider: rider(1), at: at(5) });
    let reason = FailReason::CustomerAbsent;
    let failed =
        DomainEvent::Delivery(delivery::Event::DeliveryFailed { rider: Some(rider(1)), reason, at: at(5) });
    for event in [handed_over, failed] {
        let mut case = on_the_way();
        case.apply(&event);
        assert_eq!(names(&confirm(&mut case, 9)), ["ReceiptConfirmed"], "{event:?}");
    }
}

#[test]
fn nobody_is_asked_to_confirm_what_they_have_just_confirmed_and_the_rider_hears_of_it() {
    let mut case = on_the_way();
    let events = confirm(&mut case, 9);
    let told: Vec<_> = events
        .into_iter()
        .map(|event| Recorded { at: at(9), ..recorded(event, Actor::Customer(CUSTOMER)) })
        .flat_map(|recorded| notices(&recorded, &case))
        .filter(|notice| !matches!(notice.to, Recipient::Store(_)))
        .map(|notice| notice.template)
        .collect();
    assert_eq!(told, [Template::Completed, Template::RiderCompleted]);
}
