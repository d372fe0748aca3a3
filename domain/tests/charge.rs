//! Whether the payment provider is asked for an order's money, asked about it, or left alone.

mod common;

use common::{NOON, at, fold, placed};
use domain::order::{CancelledBy, Event};
use domain::payment;
use domain::processes::{AFTERMATH_MS, Case, ChargeTurn, IfNone, charge_key};
use domain::shared::Timestamp;

fn case(events: &[Event]) -> Case {
    Case { order: fold(events), ..Case::default() }
}

fn placed_case() -> Case {
    case(&[Event::OrderPlaced(placed())])
}

fn cancelled_case() -> Case {
    case(&[Event::OrderPlaced(placed()), Event::OrderCancelled { by: CancelledBy::Customer, at: at(1) }])
}

#[test]
fn an_order_is_charged_once_and_asked_about_from_then_on() {
    assert_eq!(placed_case().charge_turn(0, NOON), ChargeTurn::Charge);
    let again = ChargeTurn::Find { if_none: IfNone::Charge };
    assert_eq!(placed_case().charge_turn(1, NOON), again);
    assert_eq!(placed_case().charge_turn(9, at(60)), again);
    assert_eq!(Case::default().charge_turn(0, NOON), ChargeTurn::Leave);
}

#[test]
fn an_order_that_has_ended_is_never_charged_but_asked_about_until_nothing_can_be_under_way() {
    let last = Timestamp(at(1).0 + AFTERMATH_MS);
    for attempts in [0, 1, 9] {
        let turn = |now| cancelled_case().charge_turn(attempts, now);
        assert_eq!(turn(at(1)), ChargeTurn::Find { if_none: IfNone::AskAgain });
        assert_eq!(turn(last), ChargeTurn::Find { if_none: IfNone::AskAgain });
        assert_eq!(turn(Timestamp(last.0 + 1)), ChargeTurn::Find { if_none: IfNone::Leave });
    }
}

#[test]
fn what_the_provider_has_decided_is_asked_no_more() {
    let key = charge_key(placed().order);
    let approved = payment::Event::PaymentApproved {
        key: key.clone(),
        provider_id: "pay_1".to_owned(),
        amount: placed().bill.total,
        at: NOON,
    };
    let declined = payment::Event::PaymentDeclined { key, code: "card_declined".to_owned(), at: NOON };
    for decided in [approved, declined] {
        for mut case in [placed_case(), cancelled_case()] {
            case.payment = fold(std::slice::from_ref(&decided));
            assert_eq!(case.charge_turn(1, at(2)), ChargeTurn::Leave);
        }
    }
}
