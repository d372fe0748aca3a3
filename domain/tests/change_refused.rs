//! A dearer change whose difference is approved, and which is not taken after all: exactly the difference goes back, and it is said why.

mod common;

use common::{at, bill, fold, opened, placed, won};
use domain::order::{self, CancelledBy, ChangeOutcome, ConfirmedBy, Event as O};
use domain::payment::{Event as P, Purpose, RefundReason};
use domain::processes::{Case, DomainEvent, charge_key};
use domain::shared::Won;
use domain::store::ticket::{Event as T, RejectReason, Ticket};

const EXTRA: u64 = 20_000;

/// A paid order with a change under way whose difference is approved.
fn approved_change() -> Case {
    let approval = |purpose, amount| P::PaymentApproved {
        key: charge_key(placed().order, purpose),
        purpose,
        provider_id: format!("pay for {purpose:?}"),
        amount,
        at: at(3),
    };
    Case {
        order: fold(&[
            O::OrderPlaced(placed()),
            O::OrderReceived { at: at(1) },
            O::ChangeRequested { revision: 1, bill: bill(2), extra: won(EXTRA), until: at(12), at: at(2) },
        ]),
        payment: fold(&[
            approval(Purpose::Order, placed().bill.total),
            approval(Purpose::Change { revision: 1 }, won(EXTRA)),
        ]),
        ticket: fold(&[T::TicketOpened(opened())]),
        ..Case::default()
    }
}

fn ticket(more: &[T]) -> Ticket {
    fold(&[&[T::TicketOpened(opened())], more].concat())
}

/// Has the change applied; answers what was abandoned for which reason, what goes back for which, and what is kept then.
fn applied(mut case: Case) -> (Vec<ChangeOutcome>, Vec<(u64, RefundReason)>, Won) {
    let events = case.apply_change(1, at(4)).expect("no refusal leaves the step with nobody").into_events();
    events.iter().for_each(|event| case.apply(event));
    assert_eq!(case.order.change, None, "it is settled");
    let again = case.apply_change(1, at(5)).expect("a repeat").into_events();
    assert_eq!(again, [], "a repeat does nothing");
    let outcomes = events.iter().filter_map(|event| match event {
        DomainEvent::Order(O::ChangeAbandoned { outcome, .. }) => Some(*outcome),
        _ => None,
    });
    let back = events.iter().filter_map(|event| match event {
        DomainEvent::Payment(P::RefundRequested { amount, reason, .. }) => Some((amount.get(), *reason)),
        _ => None,
    });
    (outcomes.collect(), back.collect(), case.payment.kept())
}

#[test]
fn whatever_refuses_a_paid_change_gives_exactly_the_difference_back_and_says_why() {
    let accepted = T::TicketAccepted { minutes: 20, ready_at: at(23), at: at(3) };
    let started = T::CookingStarted { at: at(3) };
    let turned_down = T::TicketRejected { reason: RejectReason::TimedOut, at: at(3) };
    let changed = T::TicketChanged { revision: 5, before: bill(1).lines, bill: bill(1), at: at(3) };
    let cooking = ChangeOutcome::CookingStarted;
    let (over, late) = (ChangeOutcome::OrderEnded, ChangeOutcome::Expired);
    let mut behind = approved_change();
    behind.ticket = ticket(&[changed]);
    behind.order.change.as_mut().expect("a change").revision = 6;
    behind.order.revision = 6;
    for (name, ticket, outcome) in [
        ("cooking", ticket(&[accepted.clone(), started.clone()]), cooking),
        ("ready", ticket(&[accepted, started, T::CookingFinished { at: at(3) }]), cooking),
        ("turned down", ticket(&[turned_down]), over),
        ("called off", ticket(&[T::TicketCancelled { at: at(3) }]), over),
        ("not there", Ticket::default(), over),
    ] {
        let (outcomes, back, kept) = applied(Case { ticket, ..approved_change() });
        assert_eq!(outcomes, [outcome], "{name}");
        assert_eq!((back, kept), (vec![(EXTRA, RefundReason::Changed)], placed().bill.total), "{name}");
    }
    // Another revision in the kitchen than the one that it was made from.
    let events = behind.apply_change(6, at(4)).expect("it is settled").into_events();
    let abandoned = O::ChangeAbandoned { revision: 6, outcome: late, at: at(4) };
    assert_eq!(events.first(), Some(&DomainEvent::Order(abandoned)));
}

#[test]
fn an_order_that_has_ended_takes_no_change_and_gives_its_money_back() {
    let cancelled = O::OrderCancelled { by: CancelledBy::Customer, reason: String::new(), at: at(3) };
    let completed = O::ReceiptConfirmed { by: ConfirmedBy::Customer, at: at(3) };
    for (end, keeps) in [(cancelled, Won::ZERO), (completed, placed().bill.total)] {
        // The kitchen would still take it.
        let mut case = approved_change();
        case.apply(&DomainEvent::Order(end));
        assert!(case.order.phase.is_end() && case.order.change.is_some());
        assert_ne!(case.order.phase, order::Phase::Received);
        let (outcomes, back, kept) = applied(case);
        assert_eq!(outcomes, [ChangeOutcome::OrderEnded]);
        assert_eq!(kept, keeps);
        assert_eq!(back.first(), Some(&(EXTRA, RefundReason::Changed)));
    }
}
