//! The invariants of one order: whatever people, clock and provider do, and however often the runner repeats a step.

use super::acts::{Act, act, end_mood};
use super::provider::Mood;
use super::world::World;
use crate::common::{CUSTOMER, STORE, bill, money, rider};
use domain::delivery;
use domain::order::{self, CancelledBy};
use domain::processes::place_order::Step;
use domain::processes::{Case, CaseRefusal, DomainEvent, Topic, topics};
use domain::shared::{Aggregate, Decision, Won};
use domain::store::ticket;
use domain::views::{Actor, Viewer, live_message};
use proptest::prelude::*;

fn acts() -> impl Strategy<Value = Vec<Act>> {
    prop::collection::vec(act(), 0..50)
}

/// What the provider has to hold once everything is settled.
fn owed_to_the_store(case: &Case, refund: bool) -> Won {
    match case.order.phase {
        order::Phase::Received | order::Phase::Completed => bill(1).total,
        order::Phase::Undeliverable if !refund => bill(1).total,
        order::Phase::New
        | order::Phase::Placed
        | order::Phase::Held
        | order::Phase::Cancelled
        | order::Phase::PaymentFailed
        | order::Phase::Rejected
        | order::Phase::Undeliverable => Won::ZERO,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn invariant_1_an_unpaid_order_never_reaches_a_store(acts in acts()) {
        let world = World::after(&acts);
        let mut case = Case::default();
        for recorded in &world.log {
            case.apply(&recorded.event);
            let paid = case.payment.approved() >= bill(1).total;
            if !paid && !case.order.phase.is_end() {
                let refused = matches!(case.receive(0, 3, world.now), Err(CaseRefusal::Payment(_)));
                prop_assert!(refused, "the kitchen would take an order that is not paid");
            }
            if matches!(recorded.event, DomainEvent::Ticket(_)) {
                prop_assert!(paid, "{} before the payment", recorded.event.type_name());
            }
            if topics(&recorded.event, &case, None).contains(&Topic::Store(STORE)) {
                prop_assert!(paid, "the store heard {} before the payment", recorded.event.type_name());
            }
            if live_message(recorded, Viewer::Owner(STORE), 0, &|_| None).is_some() {
                prop_assert!(paid, "the owner was told {} before the payment", recorded.event.type_name());
            }
        }
    }

    /// And an order with a meal keeps its price: no more, no less, whatever was repeated.
    #[test]
    fn invariant_2_an_order_without_a_meal_keeps_zero_won(acts in acts(), end in end_mood()) {
        let mut world = World::new(1);
        for act in &acts {
            world.act(act);
            prop_assert!(world.provider.took_at_most(bill(1).total));
        }
        world.settle(end);
        let refund = world.log.iter().any(|recorded| {
            matches!(recorded.event, DomainEvent::Order(order::Event::OrderUndeliverable { refund: true, .. }))
        });
        let owed = owed_to_the_store(&world.case, refund);
        let payment = &world.case.payment;
        prop_assert_eq!(world.provider.holds(), owed, "{:?}: {}", world.case.order.phase, money(payment));
        prop_assert_eq!(payment.kept(), owed, "{}", money(payment));
        prop_assert_eq!(payment.refunded(), payment.given_back(), "{}", money(payment));
        prop_assert!(
            !matches!(world.case.order.phase, order::Phase::Placed | order::Phase::Held),
            "the order hangs in {:?}", world.case.order.phase
        );
    }

    #[test]
    fn invariant_3_cancel_until_cooking_starts_and_never_after(acts in acts(), operator in any::<bool>()) {
        let by = if operator { CancelledBy::Operator } else { CancelledBy::Customer };
        let mut world = World::new(1);
        for act in &acts {
            world.act(act);
            let answer = world.case.cancel(by, world.now);
            let phase = world.case.order.phase;
            if phase == order::Phase::Cancelled {
                prop_assert_eq!(answer, Ok(Decision::AlreadyApplied));
            } else if phase.is_end() {
                let over = matches!(answer, Err(CaseRefusal::Order(order::Refusal::NotNow { .. })));
                prop_assert!(over, "{:?}", answer);
            } else if world.cooking_started() {
                prop_assert_eq!(answer, Err(CaseRefusal::Ticket(ticket::Refusal::CookingStarted)));
                let change = ticket::Command::Change { revision: 1, bill: bill(2), at: world.now };
                prop_assert_eq!(world.case.ticket.decide(change), Err(ticket::Refusal::CookingStarted));
            } else {
                let mut after = world.clone();
                prop_assert!(after.take(Actor::Customer(CUSTOMER), answer), "{:?} cannot be cancelled", phase);
                prop_assert_eq!(after.case.order.phase, order::Phase::Cancelled);
                let start = after.case.ticket.decide(ticket::Command::Start { at: after.now });
                let too_late = matches!(start, Err(ticket::Refusal::NotNow { .. }));
                prop_assert!(too_late, "cooking starts after a cancel: {:?}", start);
            }
        }
    }

    /// Whoever comes first of any number of riders, also after the job was given back.
    #[test]
    fn invariant_6_one_rider_gets_a_job(
        order_of_claims in Just((0..20_u8).collect::<Vec<_>>()).prop_shuffle(),
        give_back_after in 1..20_usize,
    ) {
        let mut world = World::offered(1);
        let mut holders = Vec::new();
        for (turn, number) in order_of_claims.iter().enumerate() {
            if turn == give_back_after {
                let Some(holder) = order_of_claims.iter().find(|number| holders.last() == Some(*number)) else {
                    return Err(TestCaseError::fail("nobody holds the job"));
                };
                world.act(&Act::Release(*holder));
            }
            let free = world.case.delivery.rider.is_none();
            let claim = delivery::Command::Claim {
                rider: rider(*number),
                on_duty: true,
                distance_m: Some(100),
                radius_m: 3_000,
                at: world.now,
            };
            let answer = world.case.ask_delivery(claim);
            if free {
                prop_assert!(world.take(Actor::Rider(rider(*number)), answer));
                holders.push(*number);
            } else {
                prop_assert_eq!(answer, Err(CaseRefusal::Delivery(delivery::Refusal::Taken)));
            }
            prop_assert_eq!(world.case.delivery.rider, holders.last().copied().map(rider));
        }
        prop_assert_eq!(holders.len(), 2, "one before the job was given back and one after");
    }

    /// Invariant 11, as far as the rules go: a runner that dies between a step and its note comes to the same end.
    #[test]
    fn every_step_can_be_run_twice(acts in acts(), end in end_mood()) {
        let (mut once, mut twice) = (World::new(1), World::new(1));
        for act in &acts {
            if matches!(act, Act::Redo(_) | Act::RunTwice(_)) {
                continue;
            }
            once.act(act);
            twice.act(act);
            for step in 0..8 {
                twice.act(&Act::Redo(step));
            }
        }
        once.settle(end);
        twice.settle(end);
        prop_assert_eq!(&once.case.order, &twice.case.order);
        prop_assert_eq!(&once.case.ticket, &twice.case.ticket);
        prop_assert_eq!(&once.case.delivery, &twice.case.delivery);
        prop_assert_eq!(once.case.payment.kept(), twice.case.payment.kept());
        prop_assert_eq!(once.provider.holds(), twice.provider.holds());
    }
}

#[test]
fn of_a_cancel_and_a_start_that_race_exactly_one_wins() {
    let accepted = || {
        let mut world = World::paid(1);
        world.act(&Act::GoOn);
        world.act(&Act::Accept(20));
        world
    };
    let (mut first, mut second) = (accepted(), accepted());
    first.act(&Act::Cancel(CancelledBy::Customer));
    first.act(&Act::Start);
    assert_eq!(first.case.order.phase, order::Phase::Cancelled);
    assert_eq!(first.case.ticket.phase, ticket::Phase::Cancelled);
    second.act(&Act::Start);
    second.act(&Act::Cancel(CancelledBy::Customer));
    assert_eq!(second.case.order.phase, order::Phase::Received);
    assert_eq!(second.case.ticket.phase, ticket::Phase::Cooking);
}

#[test]
fn an_approval_that_comes_after_the_end_goes_back() {
    for end in [
        vec![Act::Run(Mood::Lost), Act::Cancel(CancelledBy::Customer)],
        vec![Act::Run(Mood::Lost), Act::Wait(11), Act::Run(Mood::Lost)],
    ] {
        let mut world = World::new(1);
        for act in &end {
            world.act(act);
        }
        assert!(world.case.order.phase.is_end() && world.case.payment.approvals.is_empty());
        // The refund that follows the end may have been made before the approval came: there was nothing to give back.
        let mut refunded_first = world.clone();
        refunded_first.pending.retain(|step| !matches!(step, Step::RefundAll { .. }));
        for mut world in [world, refunded_first] {
            world.settle(Mood::Approve);
            assert_eq!(world.case.payment.refunded(), bill(1).total);
            assert_eq!(world.provider.holds(), Won::ZERO);
            assert_eq!(world.case.ticket.phase, ticket::Phase::New);
        }
    }
}
