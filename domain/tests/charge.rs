//! Whether the payment provider is asked for money, asked about it, told to take none, or left alone.

mod common;

use common::{NOON, at, bill, fold, placed, won};
use domain::order::{CancelledBy, ChangeOutcome, Event};
use domain::payment::{self, Purpose};
use domain::processes::{Case, ChargeOutcome, ChargeTurn, DomainEvent, charge_key, of_charge_key};
use domain::shared::Decision;

const CHANGE: Purpose = Purpose::Change { revision: 1 };

fn case(events: &[Event]) -> Case {
    let place = Event::OrderPlaced(placed());
    Case { order: fold(&[std::slice::from_ref(&place), events].concat()), ..Case::default() }
}

fn cancel() -> Event {
    Event::OrderCancelled { by: CancelledBy::Customer, at: at(3) }
}

fn changing(more: &[Event]) -> Case {
    let receive = Event::OrderReceived { at: at(1) };
    let request =
        Event::ChangeRequested { revision: 1, bill: bill(2), extra: won(20_000), until: at(12), at: at(2) };
    case(&[&[receive, request], more].concat())
}

#[test]
fn what_is_wanted_is_charged_once_and_asked_about_from_then_on() {
    for (case, purpose) in [(case(&[]), Purpose::Order), (changing(&[]), CHANGE)] {
        assert_eq!(case.charge_turn(purpose, 0), ChargeTurn::Charge);
        assert_eq!(case.charge_turn(purpose, 1), ChargeTurn::Find);
        assert_eq!(case.charge_turn(purpose, 9), ChargeTurn::Find);
    }
    assert_eq!(Case::default().charge_turn(Purpose::Order, 0), ChargeTurn::Leave);
}

#[test]
fn a_key_tells_its_order_and_what_the_money_is_for_and_no_other_text_does() {
    let order = placed().order;
    for purpose in [Purpose::Order, CHANGE, Purpose::Change { revision: u32::MAX }] {
        assert_eq!(of_charge_key(&charge_key(order, purpose)), Some((order, purpose)));
    }
    let upper = order.to_string().to_uppercase();
    for other in [
        String::new(),
        order.to_string(),
        format!("{order}:refund"),
        format!("{order}:charge:refund:0"),
        format!("{order}:change:01"),
        format!("{order}:change:+1"),
        format!("{order}:change:4294967296"),
        format!("{upper}:change:1:"),
        "nobody:charge".to_owned(),
    ] {
        assert_eq!(of_charge_key(&other), None, "{other}");
    }
}

#[test]
fn what_nobody_wants_any_more_is_never_charged_but_voided_until_the_provider_has_said_so() {
    let abandon = Event::ChangeAbandoned { revision: 1, outcome: ChangeOutcome::CookingStarted, at: at(3) };
    for (case, purpose) in
        [(case(&[cancel()]), Purpose::Order), (changing(&[abandon]), CHANGE), (changing(&[cancel()]), CHANGE)]
    {
        for attempts in [0, 1, 9, 1_000] {
            assert_eq!(case.charge_turn(purpose, attempts), ChargeTurn::Void);
        }
    }
}

#[test]
fn what_the_provider_has_decided_is_asked_no_more() {
    let key = charge_key(placed().order, Purpose::Order);
    let approved = payment::Event::PaymentApproved {
        key: key.clone(),
        purpose: Purpose::Order,
        provider_id: "pay_1".to_owned(),
        amount: placed().bill.total,
        at: NOON,
    };
    let declined =
        payment::Event::PaymentDeclined { key: key.clone(), code: "card_declined".to_owned(), at: NOON };
    let voided = payment::Event::ChargeVoided { key, at: NOON };
    for decided in [approved, declined, voided] {
        for mut case in [case(&[]), case(&[cancel()])] {
            case.payment = fold(std::slice::from_ref(&decided));
            assert_eq!(case.charge_turn(Purpose::Order, 1), ChargeTurn::Leave);
        }
    }
}

#[test]
fn the_customer_goes_to_the_providers_page_for_what_is_wanted_and_for_nothing_else() {
    let page = || ChargeOutcome::NeedsCustomer { url: "/pay/1".to_owned(), until: at(20) };
    let expired = Event::ChangeAbandoned { revision: 1, outcome: ChangeOutcome::Expired, at: at(12) };
    let again =
        Event::ChangeRequested { revision: 2, bill: bill(2), extra: won(20_000), until: at(23), at: at(13) };
    let mut case = changing(&[expired, again]);
    assert_eq!(case.record_charge(CHANGE, page(), at(14), 10), Ok(Decision::AlreadyApplied));
    // Whoever was sent there for the change that expired is sent there for the new one.
    let key = charge_key(placed().order, CHANGE);
    let waits =
        payment::Event::PaymentNeedsCustomer { key, url: "/pay/0".to_owned(), until: at(20), at: at(3) };
    case.payment = fold(std::slice::from_ref(&waits));
    let purpose = Purpose::Change { revision: 2 };
    let sent = case.record_charge(purpose, page(), at(14), 10).map(Decision::into_events);
    let key = charge_key(placed().order, purpose);
    let needs =
        payment::Event::PaymentNeedsCustomer { key, url: "/pay/1".to_owned(), until: at(20), at: at(14) };
    assert_eq!(sent, Ok(vec![DomainEvent::Payment(needs)]));
}
