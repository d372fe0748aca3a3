//! A door code cannot be found by trying.

mod common;

use common::{at, fold, offered, rider};
use domain::delivery::{CODE_MINUTES, CODE_TRIES, Command, Event, Refusal};
use domain::order::{self, StuckReason};
use domain::processes::{Case, CaseRefusal, DomainEvent, Limits, WaitsFor};
use proptest::prelude::*;

/// A paid order whose food rider 1 has taken along, a minute after the thirtieth.
fn on_the_way() -> Case {
    let mut case = Case {
        delivery: fold(&[
            Event::DeliveryOffered(Box::new(offered())),
            Event::DeliveryClaimed { rider: rider(1), at: at(30) },
            Event::DeliveryPickedUp { rider: rider(1), at: at(31) },
        ]),
        ..Case::default()
    };
    for event in [order::Event::OrderPlaced(common::placed()), order::Event::OrderReceived { at: at(0) }] {
        case.apply(&DomainEvent::Order(event));
    }
    case
}

/// Types this code, and lives with what happens. The reason when it was refused, or the number of events that followed the delivery's own.
fn try_code(case: &mut Case, code: &str, minute: u32) -> Result<usize, CaseRefusal> {
    let deliver = Command::Deliver { rider: rider(1), code: Some(code.to_owned()), at: at(minute) };
    let events = case.act_on_job(rider(1), deliver)?.into_events();
    events.iter().for_each(|event| case.apply(event));
    match events.iter().find_map(DomainEvent::refusal) {
        Some(refusal) => Err(refusal),
        None => Ok(events.len() - 1),
    }
}

#[test]
fn five_wrong_codes_in_ten_minutes_and_no_other_is_looked_at() {
    let closed = || Refusal::TooManyCodes { until: at(50) };
    let mut case = on_the_way();
    for minute in 40..45 {
        assert_eq!(try_code(&mut case, "0000", minute), Err(Refusal::WrongCode.into()));
        // What is no code is no try.
        assert_eq!(
            try_code(&mut case, "", minute),
            Err(if minute < 44 { Refusal::WrongCode } else { closed() }.into())
        );
    }
    for minute in 45..50 {
        assert_eq!(try_code(&mut case, "4821", minute), Err(closed().into()), "the right one, at {minute}");
    }
    // One is ten minutes old: one more may be tried, and then there are five again.
    assert_eq!(try_code(&mut case, "1111", 50), Err(Refusal::WrongCode.into()));
    let until = Refusal::TooManyCodes { until: at(51) };
    assert_eq!(try_code(&mut case, "4821", 50), Err(until.into()));
    assert_eq!(try_code(&mut case, " 4821 ", 51), Ok(0));
}

#[test]
fn the_fifth_wrong_code_brings_the_order_to_the_operators_list_once() {
    let mut case = on_the_way();
    let version = case.versions.of_job();
    for minute in 40..60 {
        let before = case.order.flag;
        let refused = try_code(&mut case, "0000", minute).expect_err("a wrong code");
        match minute {
            0..44 => assert_eq!(case.order.flag, None),
            44 => {
                let flag = case.order.flag.expect("on the list");
                assert_eq!((flag.why, flag.since, flag.at), (StuckReason::DoorCodes, at(31), at(44)));
            }
            _ => assert_eq!(case.order.flag, before, "{refused}"),
        }
    }
    let wait = case.wait().expect("the operator");
    assert_eq!((wait.what, wait.from), (WaitsFor::Operator, at(44)));
    assert_eq!(case.versions.of_job(), version, "the job is what it was");
    // It goes on as if nothing had been.
    assert_eq!(try_code(&mut case, "4821", 70), Ok(0));
    assert_eq!(case.wait().map(|wait| wait.what), Some(WaitsFor::Confirmation));
}

#[test]
fn whom_the_operator_looks_after_already_comes_to_no_list_again() {
    let mut case = on_the_way();
    let late = case.time_out(at(91), &Limits::USUAL).expect("the handover's time is over").into_events();
    late.iter().for_each(|event| case.apply(event));
    let flag = case.order.flag.expect("a silent rider");
    assert_eq!(flag.why, StuckReason::RiderSilent);
    for minute in 92..97 {
        assert_eq!(try_code(&mut case, "0000", minute), Err(Refusal::WrongCode.into()));
    }
    assert_eq!(case.order.flag, Some(flag));
    assert_eq!(case.wait().map(|wait| wait.what), Some(WaitsFor::Operator));
}

#[test]
fn after_the_end_a_wrong_code_flags_nothing() {
    let mut case = on_the_way();
    // A log may hold jobs that were not over with their order.
    let by = order::ConfirmedBy::Customer;
    case.apply(&DomainEvent::Order(order::Event::ReceiptConfirmed { by, at: at(39) }));
    for minute in 40..45 {
        assert_eq!(try_code(&mut case, "0000", minute), Err(Refusal::WrongCode.into()));
    }
    assert_eq!(case.order.flag, None);
}

proptest! {
    /// Whenever they are typed: of all codes that were looked at and wrong, no six lie within ten minutes.
    #[test]
    fn no_six_wrong_codes_are_looked_at_within_ten_minutes(gaps in prop::collection::vec(0_u32..12, 1..80)) {
        let mut case = on_the_way();
        let mut minute = 40;
        let mut looked_at = Vec::new();
        for gap in gaps {
            minute += gap;
            match try_code(&mut case, "0000", minute) {
                Err(CaseRefusal::Delivery(Refusal::WrongCode)) => looked_at.push(minute),
                Err(CaseRefusal::Delivery(Refusal::TooManyCodes { until })) => {
                    prop_assert!(until > at(minute) && until <= at(minute + CODE_MINUTES));
                }
                other => prop_assert!(false, "{other:?}"),
            }
        }
        for tries in looked_at.windows(CODE_TRIES + 1) {
            prop_assert!(tries[CODE_TRIES] - tries[0] >= CODE_MINUTES, "{looked_at:?}");
        }
    }
}
