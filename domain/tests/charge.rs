//! Whether the payment provider is asked for money, asked about it, told to take none, or left alone.

mod common;

use common::{NOON, at, bill, fold, placed, won};
use domain::order::{CancelledBy, ChangeOutcome, Event, PaymentFailure};
use domain::payment::{self, Purpose, RefundReason};
use domain::processes::{
    CALL_OFF_HOURS, Case, ChargeOutcome, ChargeTurn, DomainEvent, charge_key, of_charge_key,
};
use domain::shared::{Decision, Timestamp};

const CHANGE: Purpose = Purpose::Change { revision: 1 };

fn case(events: &[Event]) -> Case {
    let place = Event::OrderPlaced(placed());
    Case { order: fold(&[std::slice::from_ref(&place), events].concat()), ..Case::default() }
}

fn cancel() -> Event {
    Event::OrderCancelled { by: CancelledBy::Customer, reason: String::new(), at: at(3) }
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
        assert_eq!(case.charge_turn(purpose, 0, at(3)), ChargeTurn::Charge);
        assert_eq!(case.charge_turn(purpose, 1, at(3)), ChargeTurn::Find);
        assert_eq!(case.charge_turn(purpose, 9, at(3)), ChargeTurn::Find);
    }
    assert_eq!(Case::default().charge_turn(Purpose::Order, 0, at(3)), ChargeTurn::Leave);
}

#[test]
fn what_has_no_time_left_is_looked_for_and_never_charged() {
    let held = case(&[Event::OrderHeld { until: at(10), for_customer: false }]);
    let unasked = case(&[]);
    for (case, purpose, until) in
        [(&held, Purpose::Order, 10), (&changing(&[]), CHANGE, 12), (&unasked, Purpose::Order, 30)]
    {
        for attempts in [0, 1, 9] {
            let turn = |minute| case.charge_turn(purpose, attempts, at(minute));
            assert_ne!(turn(until - 1), ChargeTurn::Look, "{purpose:?}");
            assert_eq!([turn(until), turn(until + 600)], [ChargeTurn::Look; 2], "{purpose:?}");
        }
    }
    // Nothing was found: it ends, and the next turn has the provider take nothing.
    for (case, minute) in [(held, 10), (unasked, 30)] {
        let (case, events) = after(case, ChargeOutcome::Unknown, minute);
        let expired = Event::PaymentFailed { reason: PaymentFailure::Expired, at: at(minute) };
        assert_eq!(events, [DomainEvent::Order(expired)]);
        assert_eq!(case.charge_turn(Purpose::Order, 2, at(minute)), ChargeTurn::Void);
    }
}

#[test]
fn an_approval_that_is_learned_of_long_after_the_hold_is_given_back() {
    let paid = || ChargeOutcome::Approved { provider_id: "pay_1".to_owned(), amount: placed().bill.total };
    let held = || case(&[Event::OrderHeld { until: at(10), for_customer: true }]);
    // What the provider had in time is heard of a little later.
    let (taken, _) = after(held(), paid(), 19);
    assert_eq!(taken.order.phase, domain::order::Phase::Held);
    let (late, events) = after(held(), paid(), 20);
    let expired = Event::PaymentFailed { reason: PaymentFailure::Expired, at: at(20) };
    assert_eq!(events.last(), Some(&DomainEvent::Order(expired)));
    assert_eq!(events.len(), 2, "the approval is noted first: {events:?}");
    assert_eq!(late.payment.kept(), placed().bill.total);
    let extra = ChargeOutcome::Approved { provider_id: "pay_2".to_owned(), amount: won(20_000) };
    let dropped = Event::ChangeAbandoned { revision: 1, outcome: ChangeOutcome::Expired, at: at(22) };
    let events = changing(&[]).record_charge(CHANGE, extra, at(22), 10).map(Decision::into_events);
    assert_eq!(events.unwrap().last(), Some(&DomainEvent::Order(dropped)));
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
            assert_eq!(case.charge_turn(purpose, attempts, at(3)), ChargeTurn::Void);
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
            assert_eq!(case.charge_turn(Purpose::Order, 1, at(3)), ChargeTurn::Leave);
        }
    }
}

/// The events that follow an answer of the provider to the order's charge.
fn said(case: &Case, outcome: ChargeOutcome, minute: u32) -> Vec<DomainEvent> {
    let answer = case.record_charge(Purpose::Order, outcome, at(minute), 10);
    answer.map_or_else(|refusal| panic!("refused: {refusal}"), Decision::into_events)
}

/// The same, and the case after them.
fn after(mut case: Case, outcome: ChargeOutcome, minute: u32) -> (Case, Vec<DomainEvent>) {
    let events = said(&case, outcome, minute);
    events.iter().for_each(|event| case.apply(event));
    (case, events)
}

fn asks(until: u32) -> ChargeOutcome {
    ChargeOutcome::NeedsCustomer { url: "/pay/1".to_owned(), until: at(until) }
}

fn needs(until: u32, minute: u32) -> DomainEvent {
    let key = charge_key(placed().order, Purpose::Order);
    let url = "/pay/1".to_owned();
    DomainEvent::Payment(payment::Event::PaymentNeedsCustomer { key, url, until: at(until), at: at(minute) })
}

fn held(until: u32, for_customer: bool) -> DomainEvent {
    DomainEvent::Order(Event::OrderHeld { until: at(until), for_customer })
}

#[test]
fn a_hold_follows_the_time_that_a_customer_is_given_and_is_never_shortened() {
    let (slow, events) = after(case(&[]), ChargeOutcome::Unknown, 0);
    assert_eq!(events, [held(10, false)]);
    // The provider is back after nine minutes and wants the customer, who has the time that it gives.
    let (asked, events) = after(slow.clone(), asks(19), 9);
    assert_eq!(events, [needs(19, 9), held(19, true)]);
    assert_eq!(asked.held_until(Purpose::Order), Some(at(19)));
    // One that gives less takes nothing away.
    let (_, events) = after(slow, asks(5), 1);
    assert_eq!(events, [needs(5, 1), held(10, true)]);
    // At the next question it may tell a later time: that would go on for ever.
    assert_eq!(said(&asked, asks(25), 15), []);
    assert_eq!(said(&asked, ChargeOutcome::Unknown, 15), []);
    let expired = Event::PaymentFailed { reason: PaymentFailure::Expired, at: at(19) };
    assert_eq!(said(&asked, asks(29), 19), [DomainEvent::Order(expired)]);
    // Who is asked at once is held for that.
    assert_eq!(after(case(&[]), asks(10), 0).1, [needs(10, 0), held(10, true)]);
}

#[test]
fn a_change_waits_for_the_customer_as_long_as_the_provider_does() {
    let mut case = changing(&[]);
    assert_eq!(case.held_until(CHANGE), Some(at(12)));
    for (until, minute, held) in [(5, 2, 12), (20, 11, 20)] {
        let answer = changing(&[]).record_charge(CHANGE, asks(until), at(minute), 10);
        case = changing(&[]);
        answer.map(Decision::into_events).iter().flatten().for_each(|event| case.apply(event));
        assert_eq!(case.held_until(CHANGE), Some(at(held)));
    }
    // What it tells at the next question changes nothing.
    assert_eq!(case.record_charge(CHANGE, asks(25), at(13), 10), Ok(Decision::AlreadyApplied));
    let late = case.record_charge(CHANGE, ChargeOutcome::Unknown, at(20), 10);
    let dropped = Event::ChangeAbandoned { revision: 1, outcome: ChangeOutcome::Expired, at: at(20) };
    assert_eq!(late.map(Decision::into_events), Ok(vec![DomainEvent::Order(dropped)]));
}

#[test]
fn an_approval_of_another_amount_than_asked_for_is_no_payment_and_goes_back_whole() {
    let approved = |amount| ChargeOutcome::Approved { provider_id: "pay_1".to_owned(), amount };
    let given_back = |case: &Case| {
        let events = case.refund(RefundReason::TooLate, at(4)).map(Decision::into_events);
        events.map(|events| {
            let amount = |event: &DomainEvent| match event {
                DomainEvent::Payment(payment::Event::RefundRequested { amount, .. }) => Some(amount.get()),
                _ => None,
            };
            events.iter().filter_map(amount).collect::<Vec<_>>()
        })
    };
    let total = placed().bill.total.get();
    for amount in [1, total - 1, total + 1] {
        let (case, events) = after(case(&[]), approved(won(amount)), 1);
        let names: Vec<_> = events.iter().map(DomainEvent::type_name).collect();
        assert_eq!(names, ["PaymentApproved", "PaymentFailed"], "{amount}");
        assert_eq!(given_back(&case), Ok(vec![amount]));
        // Heard again, it is known.
        assert_eq!(said(&case, approved(won(amount)), 2), []);
    }
    let (paid, events) = after(case(&[]), approved(won(total)), 1);
    assert_eq!((events.len(), given_back(&paid)), (1, Ok(vec![])));

    // The difference for a change: the order stays as it was, and so does what was paid for it.
    for amount in [19_999, 20_001] {
        let mut case = changing(&[]);
        let before = payment::Event::PaymentApproved {
            key: charge_key(placed().order, Purpose::Order),
            purpose: Purpose::Order,
            provider_id: "pay_0".to_owned(),
            amount: won(total),
            at: at(1),
        };
        case.apply(&DomainEvent::Payment(before));
        let answer = case.record_charge(CHANGE, approved(won(amount)), at(3), 10);
        for event in answer.map(Decision::into_events).unwrap_or_default() {
            case.apply(&event);
        }
        assert!(case.order.change.is_none(), "{amount}");
        assert_eq!((case.price().get(), given_back(&case)), (total, Ok(vec![amount])));
    }
}

#[test]
fn nobody_is_asked_to_pay_for_what_has_no_time_left() {
    let (slow, _) = after(case(&[]), ChargeOutcome::Unknown, 0);
    let expired = Event::PaymentFailed { reason: PaymentFailure::Expired, at: at(10) };
    assert_eq!(said(&slow, asks(20), 10), [DomainEvent::Order(expired)]);
    let asks_for_change = changing(&[]).record_charge(CHANGE, asks(22), at(12), 10);
    let dropped = Event::ChangeAbandoned { revision: 1, outcome: ChangeOutcome::Expired, at: at(12) };
    assert_eq!(asks_for_change.map(Decision::into_events), Ok(vec![DomainEvent::Order(dropped)]));
}

#[test]
fn it_is_known_since_when_the_customer_is_waited_for() {
    let (asked, _) = after(case(&[]), asks(10), 3);
    assert_eq!(asked.asks_customer_since(Purpose::Order), Some(at(3)));
    assert_eq!(asked.asks_customer_since(CHANGE), None);
    let (again, _) = after(asked, asks(10), 5);
    assert_eq!(again.asks_customer_since(Purpose::Order), Some(at(3)));
    let paid = ChargeOutcome::Approved { provider_id: "pay_1".to_owned(), amount: placed().bill.total };
    assert_eq!(after(again, paid, 6).0.asks_customer_since(Purpose::Order), None);
}

#[test]
fn a_hold_in_an_old_log_was_the_providers() {
    let old = DomainEvent::from_json("order", 1, r#"{"type":"OrderHeld","until":600000}"#);
    let held = Event::OrderHeld { until: Timestamp(600_000), for_customer: false };
    assert_eq!(old.map_err(|error| error.to_string()), Ok(DomainEvent::Order(held)));
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

#[test]
fn what_is_called_off_is_in_sight_until_it_is_known_and_given_up_after_six_hours() {
    let open = |case: &Case| -> Vec<_> {
        case.open_charges().iter().map(|open| (open.purpose, open.amount, open.since)).collect()
    };
    let abandon = Event::ChangeAbandoned { revision: 1, outcome: ChangeOutcome::Expired, at: at(12) };
    for (wanted, case, purpose, amount, since) in [
        (case(&[]), case(&[cancel()]), Purpose::Order, placed().bill.total, 3),
        (changing(&[]), changing(&[abandon]), CHANGE, won(20_000), 12),
    ] {
        assert_eq!(open(&wanted), [], "{purpose:?} is wanted");
        assert_eq!(open(&case), [(purpose, amount, at(since))]);
        let given_up = |minute| case.is_call_off_given_up(purpose, at(minute));
        assert_eq!(
            [given_up(since + CALL_OFF_HOURS * 60 - 1), given_up(since + CALL_OFF_HOURS * 60)],
            [false, true]
        );
        // Whatever the provider says settles it.
        let provider_id = "pay".to_owned();
        let declined = ChargeOutcome::Declined { code: "no".to_owned() };
        for said in [ChargeOutcome::Voided, declined, ChargeOutcome::Approved { provider_id, amount }] {
            let known = case.record_charge(purpose, said, at(900), 5).expect("it is recorded").into_events();
            let mut after = case.clone();
            known.iter().for_each(|event| after.apply(event));
            assert_eq!(open(&after), []);
            assert!(!after.is_call_off_given_up(purpose, at(9_000)));
        }
    }
}
