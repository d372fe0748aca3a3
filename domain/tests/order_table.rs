//! What an order answers to each command in each state.

mod common;
#[path = "common/table.rs"]
mod table;

use common::{at, bill, fold, order_id, placed, placed_as, won};
use domain::order::{
    CancelledBy, ChangeOutcome, Command, ConfirmedBy, Event, Order, PaymentFailure, Phase, Refusal,
    RejectReason, StuckReason,
};
use domain::processes::DomainEvent;
use table::{Table, variants};

variants!(phases(Phase):
    Phase::New => "New",
    Phase::Placed => "Placed",
    Phase::Held => "Held",
    Phase::Received => "Received",
    Phase::Completed => "Completed",
    Phase::Cancelled => "Cancelled",
    Phase::PaymentFailed => "PaymentFailed",
    Phase::Rejected => "Rejected",
    Phase::Undeliverable => "Undeliverable",
);

variants!(verbs(Command):
    Command::Place(_) => "Place",
    Command::Hold { .. } => "Hold",
    Command::Receive { .. } => "Receive",
    Command::FailPayment { .. } => "FailPayment",
    Command::Cancel { .. } => "Cancel",
    Command::Reject { .. } => "Reject",
    Command::RequestChange { .. } => "RequestChange",
    Command::ApplyChange { .. } => "ApplyChange",
    Command::AbandonChange { .. } => "AbandonChange",
    Command::ConfirmReceipt { .. } => "ConfirmReceipt",
    Command::Flag { .. } => "Flag",
    Command::GiveUp { .. } => "GiveUp",
);

/// `held` waits for the provider, `asked` for the customer; `changing` has one change under way; `abandoned` had one that came to nothing, and is on the operator's list; `left` was cancelled with one under way.
const TABLE: &str = "
                | new         | placed         | held           | asked          | received           | changing           | abandoned          | completed     | cancelled     | left            | failed | rejected      | undeliverable
place           | OrderPlaced | =              | =              | =              | =                  | =                  | =                  | =             | =             | =               | =      | =             | =
place another   | OrderPlaced | -              | -              | -              | -                  | -                  | -                  | -             | -             | -               | -      | -             | -
hold            | -           | OrderHeld      | =              | =              | -                  | -                  | -                  | -             | -             | -               | -      | -             | -
hold, customer  | -           | OrderHeld      | OrderHeld      | =              | -                  | -                  | -                  | -             | -             | -               | -      | -             | -
receive         | -           | OrderReceived  | OrderReceived  | OrderReceived  | =                  | =                  | =                  | -             | -             | -               | -      | -             | -
fail payment    | -           | PaymentFailed  | PaymentFailed  | PaymentFailed  | -                  | -                  | -                  | -             | -             | -               | =      | -             | -
cancel          | -           | OrderCancelled | OrderCancelled | OrderCancelled | OrderCancelled     | OrderCancelled     | OrderCancelled     | -             | =             | =               | -      | -             | -
reject          | -           | OrderRejected  | OrderRejected  | OrderRejected  | OrderRejected      | OrderRejected      | OrderRejected      | -             | -             | -               | -      | =             | -
change          | -           | -              | -              | -              | ChangeRequested    | !ChangeUnderWay    | ChangeRequested    | -             | -             | -               | -      | -             | -
change nothing  | -           | -              | -              | -              | !NothingChanges    | !ChangeUnderWay    | !NothingChanges    | -             | -             | -               | -      | -             | -
apply 1         | -           | -              | -              | -              | !NoSuchChange      | ChangeApplied      | =                  | -             | -             | -               | -      | -             | -
apply 2         | -           | -              | -              | -              | !NoSuchChange      | !NoSuchChange      | !NoSuchChange      | -             | -             | -               | -      | -             | -
abandon 1       | -           | -              | -              | -              | !NoSuchChange      | ChangeAbandoned    | =                  | !NoSuchChange | !NoSuchChange | ChangeAbandoned | -      | !NoSuchChange | !NoSuchChange
abandon 2       | -           | -              | -              | -              | !NoSuchChange      | !NoSuchChange      | !NoSuchChange      | !NoSuchChange | !NoSuchChange | !NoSuchChange   | -      | !NoSuchChange | !NoSuchChange
flag            | -           | -              | -              | -              | OrderFlagged       | OrderFlagged       | =                  | -             | -             | -               | -      | -             | -
flag again      | -           | -              | -              | -              | OrderFlagged       | OrderFlagged       | OrderFlagged       | -             | -             | -               | -      | -             | -
confirm receipt | -           | -              | -              | -              | ReceiptConfirmed   | ReceiptConfirmed   | ReceiptConfirmed   | =             | -             | -               | -      | -             | -
give up         | -           | -              | -              | -              | OrderUndeliverable | OrderUndeliverable | OrderUndeliverable | -             | -             | -               | -      | -             | -
give up, refund | -           | -              | -              | -              | OrderUndeliverable | OrderUndeliverable | OrderUndeliverable | -             | -             | -               | -      | -             | =
";

fn states() -> Vec<(&'static str, Order)> {
    let place = Event::OrderPlaced(placed());
    let receive = Event::OrderReceived { at: at(1) };
    let request =
        Event::ChangeRequested { revision: 1, bill: bill(2), extra: won(20_000), until: at(12), at: at(2) };
    let cancel = Event::OrderCancelled { by: CancelledBy::Customer, reason: String::new(), at: at(3) };
    let after = |more: &[Event]| fold(&[std::slice::from_ref(&place), more].concat());
    let received = |more: &[Event]| fold(&[&[place.clone(), receive.clone()], more].concat());
    vec![
        ("new", Order::default()),
        ("placed", after(&[])),
        ("held", after(&[Event::OrderHeld { until: at(10), for_customer: false }])),
        ("asked", after(&[Event::OrderHeld { until: at(10), for_customer: true }])),
        ("received", received(&[])),
        ("changing", received(std::slice::from_ref(&request))),
        (
            "abandoned",
            received(&[
                request.clone(),
                Event::ChangeAbandoned { revision: 1, outcome: ChangeOutcome::Declined, at: at(3) },
                Event::OrderFlagged { why: StuckReason::KitchenSilent, since: at(20), at: at(25) },
            ]),
        ),
        ("completed", received(&[Event::ReceiptConfirmed { by: ConfirmedBy::Customer, at: at(60) }])),
        ("cancelled", received(std::slice::from_ref(&cancel))),
        ("left", received(&[request, cancel])),
        ("failed", after(&[Event::PaymentFailed { reason: PaymentFailure::Expired, at: at(10) }])),
        ("rejected", received(&[Event::OrderRejected { reason: RejectReason::TimedOut, at: at(6) }])),
        (
            "undeliverable",
            received(&[Event::OrderUndeliverable { refund: true, reason: String::new(), at: at(90) }]),
        ),
    ]
}

fn commands() -> Vec<(&'static str, Command)> {
    let now = at(30);
    let abandon = |revision| Command::AbandonChange { revision, outcome: ChangeOutcome::OrderEnded, at: now };
    let change =
        |pieces| Command::RequestChange { bill: bill(pieces), extra: won(20_000), until: at(40), at: now };
    let give_up = |refund| Command::GiveUp { refund, reason: "도로 통제".to_owned(), at: now };
    let flag = |since| Command::Flag { why: StuckReason::KitchenSilent, since, at: now };
    vec![
        ("place", Command::Place(placed())),
        ("place another", Command::Place(placed_as(order_id(2)))),
        ("hold", Command::Hold { until: at(40), for_customer: false }),
        ("hold, customer", Command::Hold { until: at(40), for_customer: true }),
        ("receive", Command::Receive { at: now }),
        (
            "fail payment",
            Command::FailPayment {
                reason: PaymentFailure::Declined("insufficient_funds".to_owned()),
                at: now,
            },
        ),
        ("cancel", Command::Cancel { by: CancelledBy::Customer, reason: String::new(), at: now }),
        ("reject", Command::Reject { reason: RejectReason::Store("재료 소진".to_owned()), at: now }),
        ("change", change(3)),
        ("change nothing", change(1)),
        ("apply 1", Command::ApplyChange { revision: 1, at: now }),
        ("apply 2", Command::ApplyChange { revision: 2, at: now }),
        ("abandon 1", abandon(1)),
        ("abandon 2", abandon(2)),
        ("flag", flag(at(20))),
        ("flag again", flag(at(28))),
        ("confirm receipt", Command::ConfirmReceipt { by: ConfirmedBy::Customer, at: now }),
        ("give up", give_up(false)),
        ("give up, refund", give_up(true)),
    ]
}

#[test]
fn an_order_answers_as_the_table_says() {
    Table {
        text: TABLE,
        states: states(),
        commands: commands(),
        phase: |order: &Order| order.phase,
        phases: phases(),
        verbs: verbs(),
        not_now: |command, state| Refusal::NotNow { command: command.verb(), state },
        type_name: |event| DomainEvent::Order(event).type_name(),
    }
    .check();
}
