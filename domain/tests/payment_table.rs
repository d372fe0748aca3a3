//! What a payment answers to each command in each state.

mod common;
#[path = "common/table.rs"]
mod table;

use common::{at, fold, won};
use domain::payment::{Command, Event, Payment, Phase, Purpose, RefundReason, Refusal};
use domain::payment::{
    REFUND_LATE_MINUTES, REFUND_TRIES, Refund, RefundNext, RefundTrouble, is_refund_late, refund_next,
};
use domain::processes::DomainEvent;
use domain::shared::{Aggregate, Decision, Timestamp, Won};
use table::{Table, variants};

variants!(phases(Phase):
    Phase::Pending => "Pending",
    Phase::NeedsCustomer => "NeedsCustomer",
    Phase::Approved => "Approved",
    Phase::Declined => "Declined",
    Phase::Refunding => "Refunding",
    Phase::Refunded => "Refunded",
);

variants!(verbs(Command):
    Command::RecordNeedsCustomer { .. } => "RecordNeedsCustomer",
    Command::RecordApproved { .. } => "RecordApproved",
    Command::RecordDeclined { .. } => "RecordDeclined",
    Command::RecordVoided { .. } => "RecordVoided",
    Command::Refund { .. } => "Refund",
    Command::RecordRefunded { .. } => "RecordRefunded",
    Command::RecordRefundFailed { .. } => "RecordRefundFailed",
    Command::RecordRefundSentBack { .. } => "RecordRefundSentBack",
);

/// The charge is of 23,000 won; `dearer` had 20,000 won more approved for a change; `part` gives back 5,000 won of the charge;
/// `trying` has failed twice to give all back; `sent back` had given all back, which the bank did not take; under `voided` nothing was taken. Money that was taken is recorded in whatever state:
/// only what is known can go back.
const TABLE: &str = "
                 | pending              | waiting              | approved             | dearer                 | declined             | voided               | part                 | trying               | refunded               | sent back
needs customer   | PaymentNeedsCustomer | =                    | =                    | =                      | -                    | -                    | =                    | =                    | =                      | =
needs for change | PaymentNeedsCustomer | PaymentNeedsCustomer | PaymentNeedsCustomer | =                      | PaymentNeedsCustomer | PaymentNeedsCustomer | PaymentNeedsCustomer | PaymentNeedsCustomer | PaymentNeedsCustomer   | PaymentNeedsCustomer
approved         | PaymentApproved      | PaymentApproved      | =                    | =                      | PaymentApproved      | PaymentApproved      | =                    | =                    | =                      | =
approved beyond  | PaymentApproved      | PaymentApproved      | !OutOfRange          | !OutOfRange            | PaymentApproved      | PaymentApproved      | !OutOfRange          | !OutOfRange          | !OutOfRange            | !OutOfRange
declined         | PaymentDeclined      | PaymentDeclined      | -                    | -                      | =                    | PaymentDeclined      | -                    | -                    | -                      | -
voided           | ChargeVoided         | ChargeVoided         | -                    | -                      | =                    | =                    | -                    | -                    | -                      | -
keep nothing     | =                    | =                    | RefundRequested      | RefundRequested + RefundRequested | =                    | =                    | RefundRequested      | =                    | =                      | =
keep 18,000      | =                    | =                    | RefundRequested      | RefundRequested + RefundRequested | =                    | =                    | =                    | =                    | =                      | =
keep 23,000      | =                    | =                    | =                    | RefundRequested        | =                    | =                    | =                    | =                    | =                      | =
keep more        | =                    | =                    | =                    | =                      | =                    | =                    | =                    | =                    | =                      | =
refunded         | !NoSuchRefund        | !NoSuchRefund        | !NoSuchRefund        | !NoSuchRefund          | !NoSuchRefund        | !NoSuchRefund        | !NoSuchRefund        | PaymentRefunded      | =                      | =
refund failed 2  | !NoSuchRefund        | !NoSuchRefund        | !NoSuchRefund        | !NoSuchRefund          | !NoSuchRefund        | !NoSuchRefund        | !NoSuchRefund        | =                    | =                      | =
refund failed 3  | !NoSuchRefund        | !NoSuchRefund        | !NoSuchRefund        | !NoSuchRefund          | !NoSuchRefund        | !NoSuchRefund        | !NoSuchRefund        | =                    | =                      | =
refund failed 4  | !NoSuchRefund        | !NoSuchRefund        | !NoSuchRefund        | !NoSuchRefund          | !NoSuchRefund        | !NoSuchRefund        | !NoSuchRefund        | RefundFailed         | =                      | =
refund refused   | !NoSuchRefund        | !NoSuchRefund        | !NoSuchRefund        | !NoSuchRefund          | !NoSuchRefund        | !NoSuchRefund        | !NoSuchRefund        | RefundFailed         | =                      | =
refused before   | !NoSuchRefund        | !NoSuchRefund        | !NoSuchRefund        | !NoSuchRefund          | !NoSuchRefund        | !NoSuchRefund        | !NoSuchRefund        | =                    | =                      | =
refund sent back | !NoSuchRefund        | !NoSuchRefund        | !NoSuchRefund        | !NoSuchRefund          | !NoSuchRefund        | !NoSuchRefund        | !NoSuchRefund        | =                    | RefundSentBack + RefundRequested | =
";

const CHARGE: &str = "order:charge";
const CHANGE: &str = "order:change:1";
const ALL: &str = "order:charge:refund:0";
const ONCE_MORE: &str = "order:charge:refund:1";
const PART: &str = "part";

fn approval(key: &str, amount: u64) -> Event {
    Event::PaymentApproved {
        key: key.to_owned(),
        purpose: Purpose::Order,
        provider_id: format!("pay of {key}"),
        amount: won(amount),
        at: at(1),
    }
}

fn owed(key: &str, amount: u64) -> Event {
    Event::RefundRequested {
        key: key.to_owned(),
        provider_id: format!("pay of {CHARGE}"),
        amount: won(amount),
        reason: RefundReason::Cancelled,
        at: at(2),
    }
}

fn states() -> Vec<(&'static str, Payment)> {
    let charge = || approval(CHARGE, 23_000);
    vec![
        ("pending", Payment::default()),
        (
            "waiting",
            fold(&[Event::PaymentNeedsCustomer {
                key: CHARGE.to_owned(),
                url: "/pay/1".to_owned(),
                until: at(10),
                at: at(1),
            }]),
        ),
        ("approved", fold(&[charge()])),
        ("dearer", fold(&[charge(), approval(CHANGE, 20_000)])),
        (
            "declined",
            fold(&[Event::PaymentDeclined {
                key: CHARGE.to_owned(),
                code: "expired_card".to_owned(),
                at: at(1),
            }]),
        ),
        ("voided", fold(&[Event::ChargeVoided { key: CHARGE.to_owned(), at: at(1) }])),
        ("part", fold(&[charge(), owed(PART, 5_000)])),
        (
            "trying",
            fold(&[
                charge(),
                owed(ALL, 23_000),
                Event::RefundFailed { key: ALL.to_owned(), attempts: 2, refused: false, at: at(3) },
            ]),
        ),
        (
            "refunded",
            fold(&[
                charge(),
                owed(ALL, 23_000),
                Event::PaymentRefunded { key: ALL.to_owned(), amount: won(23_000), at: at(3) },
            ]),
        ),
        (
            "sent back",
            fold(&[
                charge(),
                owed(ALL, 23_000),
                Event::PaymentRefunded { key: ALL.to_owned(), amount: won(23_000), at: at(3) },
                Event::RefundSentBack { key: ALL.to_owned(), amount: won(23_000), at: at(4) },
                owed(ONCE_MORE, 23_000),
            ]),
        ),
    ]
}

fn commands() -> Vec<(&'static str, Command)> {
    let now = at(30);
    let needs = |key: &str| Command::RecordNeedsCustomer {
        key: key.to_owned(),
        url: "/pay/1".to_owned(),
        until: at(40),
        at: now,
    };
    let approved = |key: &str, amount| Command::RecordApproved {
        key: key.to_owned(),
        purpose: Purpose::Order,
        provider_id: format!("pay of {key}"),
        amount,
        at: now,
    };
    let keep = |amount| Command::Refund { keep: won(amount), reason: RefundReason::Changed, at: now };
    let failed =
        |attempts| Command::RecordRefundFailed { key: ALL.to_owned(), attempts, refused: None, at: now };
    let refused = |request| Command::RecordRefundFailed {
        key: ALL.to_owned(),
        attempts: 1,
        refused: Some(request),
        at: now,
    };
    vec![
        ("needs customer", needs(CHARGE)),
        ("needs for change", needs(CHANGE)),
        ("approved", approved(CHARGE, won(23_000))),
        ("approved beyond", approved("order:change:2", Won::MAX)),
        (
            "declined",
            Command::RecordDeclined { key: CHARGE.to_owned(), code: "expired_card".to_owned(), at: now },
        ),
        ("voided", Command::RecordVoided { key: CHARGE.to_owned(), at: now }),
        ("keep nothing", keep(0)),
        ("keep 18,000", keep(18_000)),
        ("keep 23,000", keep(23_000)),
        ("keep more", keep(100_000)),
        ("refunded", Command::RecordRefunded { key: ALL.to_owned(), at: now }),
        ("refund failed 2", failed(2)),
        ("refund failed 3", failed(3)),
        ("refund failed 4", failed(4)),
        ("refund refused", refused(0)),
        ("refused before", refused(1)),
        ("refund sent back", Command::RecordRefundSentBack { key: ALL.to_owned(), at: now }),
    ]
}

#[test]
fn a_payment_answers_as_the_table_says() {
    Table {
        text: TABLE,
        states: states(),
        commands: commands(),
        phase: |payment: &Payment| payment.phase,
        phases: phases(),
        verbs: verbs(),
        not_now: |command, state| Refusal::NotNow { command: command.verb(), state },
        type_name: |event| DomainEvent::Payment(event).type_name(),
    }
    .check();
}

#[test]
fn a_refund_that_was_refused_is_asked_for_under_another_key_and_one_that_is_not_known_under_the_same() {
    let mut payment: Payment = fold(&[approval(CHARGE, 23_000), owed(ALL, 23_000)]);
    let fails = |payment: &mut Payment, attempts, refused| {
        let failed = Command::RecordRefundFailed { key: ALL.to_owned(), attempts, refused, at: at(3) };
        let events = payment.decide(failed).expect("a refund that is owed").into_events();
        events.iter().for_each(|event| payment.apply(event));
        let refund = payment.refund_with(ALL).expect("the refund");
        (events.len(), refund.request(), refund.refused().len())
    };
    assert_eq!(fails(&mut payment, 1, None), (1, ALL.to_owned(), 0), "not known: the same again");
    let second = format!("{ALL}:again:1");
    assert_eq!(fails(&mut payment, 2, Some(0)), (1, second.clone(), 1));
    // Noted twice, as after a crash, it is one refusal; and what was refused is known.
    assert_eq!(fails(&mut payment, 2, Some(0)), (0, second.clone(), 1));
    assert_eq!(payment.refund_with(ALL).map(Refund::refused), Some(vec![ALL.to_owned()]));
    assert_eq!(fails(&mut payment, 9, None), (1, second.clone(), 1));
    assert_eq!(fails(&mut payment, 1, Some(1)), (1, format!("{ALL}:again:2"), 2));
    assert_eq!(payment.refund_with(ALL).map(Refund::refused), Some(vec![ALL.to_owned(), second]));
    // However often it was refused, it is owed once.
    assert_eq!((payment.kept(), payment.refunded(), payment.refunds.len()), (Won::ZERO, Won::ZERO, 1));
}

#[test]
fn what_the_bank_sends_back_is_owed_again_under_another_key_however_often_it_does() {
    let refunded = |key: &str| Event::PaymentRefunded { key: key.to_owned(), amount: won(23_000), at: at(3) };
    let mut payment: Payment = fold(&[approval(CHARGE, 23_000), owed(ALL, 23_000), refunded(ALL)]);
    let money = |payment: &Payment| (payment.kept().get(), payment.refunded().get(), payment.phase);
    for (key, next) in [(ALL, ONCE_MORE), (ONCE_MORE, "order:charge:refund:2")] {
        assert_eq!(money(&payment), (0, 23_000, Phase::Refunded));
        let sent_back = Command::RecordRefundSentBack { key: key.to_owned(), at: at(5) };
        for event in payment.decide(sent_back.clone()).expect("it was refunded").into_events() {
            payment.apply(&event);
        }
        assert_eq!(money(&payment), (0, 0, Phase::Refunding));
        // Told twice, it is owed once.
        assert_eq!(payment.decide(sent_back), Ok(Decision::AlreadyApplied));
        let Some(owed) = payment.refunds.last() else { panic!("nothing is owed") };
        assert_eq!((owed.key.as_str(), owed.amount.get(), owed.done), (next, 23_000, false));
        payment.apply(&refunded(next));
    }
    assert_eq!(money(&payment), (0, 23_000, Phase::Refunded));
}

#[test]
fn a_refund_is_given_up_when_it_is_refused_or_unanswered_for_long_and_asked_about_while_it_is_undecided() {
    use RefundNext::{GiveUp, Later, Soon};
    use RefundTrouble::{Refused, Undecided, Unknown};
    let last = REFUND_TRIES;
    for (trouble, attempts, next) in [
        (Refused, 1, GiveUp),
        (Refused, last, GiveUp),
        (Unknown, 1, Soon),
        (Unknown, last - 1, Soon),
        (Unknown, last, GiveUp),
        // Among answers of days that it is not decided, with which the count begins here again.
        (Unknown, last + 1, Soon),
        (Unknown, 2 * last - 1, Soon),
        (Unknown, 2 * last, GiveUp),
        (Undecided, 1, Soon),
        (Undecided, last - 1, Soon),
        (Undecided, last, Later),
        (Undecided, last * 9, Later),
    ] {
        assert_eq!(refund_next(trouble, attempts), next, "{trouble:?} {attempts}");
    }
}

#[test]
fn a_refund_is_late_that_has_been_owed_for_more_than_ten_minutes() {
    let requested = Timestamp(1_790_000_000_000);
    let last = requested.plus_minutes(REFUND_LATE_MINUTES);
    for (now, late) in [
        (requested, false),
        // A clock that was set back.
        (Timestamp(requested.0 - 1), false),
        (last, false),
        (Timestamp(last.0 + 1), true),
        (requested.plus_minutes(1_440), true),
    ] {
        assert_eq!(is_refund_late(requested, now), late, "{now:?}");
    }
}
