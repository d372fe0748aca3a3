//! The invariants of one order: whatever people, clock and provider do, and however often the runner repeats a step.

use super::acts::{Act, act, end_mood};
use super::provider::Mood;
use super::world::World;
use crate::common::{CUSTOMER, STORE, bill, money, rider, store};
use domain::delivery;
use domain::order::{self, CancelledBy};
use domain::payment;
use domain::processes::place_order::Step;
use domain::processes::{Case, CaseRefusal, DomainEvent, Topic, topics};
use domain::shared::{Aggregate, Decision, Won};
use domain::store::ticket;
use domain::views::{Actor, Recorded, Viewer, live_message};
use proptest::prelude::*;

fn acts() -> impl Strategy<Value = Vec<Act>> {
    prop::collection::vec(act(), 0..50)
}

/// What the provider has to hold once everything is settled, by what the log says: the price of the last change that holds, or nothing
/// for an order without a meal.
pub(super) fn owed_to_the_store(log: &[Recorded]) -> Won {
    log.iter().fold(Won::ZERO, |owed, recorded| match &recorded.event {
        DomainEvent::Order(event) => match event {
            order::Event::OrderPlaced(placed) => placed.bill.total,
            order::Event::ChangeApplied { bill, .. } => bill.total,
            order::Event::OrderCancelled { .. }
            | order::Event::OrderRejected { .. }
            | order::Event::PaymentFailed { .. }
            | order::Event::OrderUndeliverable { refund: true, .. } => Won::ZERO,
            _ => owed,
        },
        _ => owed,
    })
}

/// What is wrong with where the money of an order belongs that has ended, as the log alone tells it.
fn unsettled(world: &World) -> Option<String> {
    let sum = |of: fn(&payment::Event) -> Option<Won>| {
        let events = world.log.iter().filter_map(|recorded| match &recorded.event {
            DomainEvent::Payment(event) => of(event),
            _ => None,
        });
        events.map(|amount| amount.get() as i64).sum::<i64>()
    };
    let paid = sum(|event| match event {
        payment::Event::PaymentApproved { amount, .. } => Some(*amount),
        _ => None,
    });
    let gone = sum(|event| match event {
        payment::Event::PaymentRefunded { amount, .. } => Some(*amount),
        _ => None,
    });
    let sent_back = sum(|event| match event {
        payment::Event::RefundSentBack { amount, .. } => Some(*amount),
        _ => None,
    });
    let back = gone - sent_back;
    if !world.case.order.phase.is_end() {
        return world.case.settlement().map(|_| "it is settled before its end".to_owned());
    }
    let Some(deal) = world.case.settlement() else {
        return (paid != 0).then(|| format!("{paid} won are nobody's"));
    };
    let price = owed_to_the_store(&world.log).get() as i64;
    let won = |amount: Won| amount.get() as i64;
    let shares = won(deal.store.1) + deal.rider.map_or(0, |(_, fee)| won(fee)) + deal.platform();
    let told = (won(deal.takings.paid), won(deal.takings.given_back), won(deal.takings.owed_back), shares);
    (told != (paid, back, paid - back - price, price))
        .then(|| format!("{told:?}; of {paid} won {back} went back, and {price} are the price"))
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
                let refused = matches!(case.receive(0, Some(&store()), world.now), Err(CaseRefusal::Payment(_)));
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
        }
        world.settle(end);
        let owed = owed_to_the_store(&world.log);
        prop_assert_eq!(world.case.price(), owed);
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
                let too_late = Err(CaseRefusal::Ticket(ticket::Refusal::CookingStarted));
                prop_assert_eq!(&answer, &too_late);
                prop_assert_eq!(world.change(2), too_late);
                prop_assert_eq!(&world.case.order.change, &None, "cooking started, and a change is under way");
            } else {
                if phase == order::Phase::Received {
                    let changed = world.change(9);
                    let busy = Err(CaseRefusal::Order(order::Refusal::ChangeUnderWay));
                    match &world.case.order.change {
                        Some(_) => prop_assert_eq!(changed, busy),
                        None => prop_assert!(matches!(changed, Ok(Decision::Executed(_))), "{:?}", changed),
                    }
                }
                let mut after = world.clone();
                prop_assert!(after.take(Actor::Customer(CUSTOMER), answer), "{:?} cannot be cancelled", phase);
                prop_assert_eq!(after.case.order.phase, order::Phase::Cancelled);
                let start = after.case.ticket.decide(ticket::Command::Start { at: after.now });
                let too_late = matches!(start, Err(ticket::Refusal::NotNow { .. }));
                prop_assert!(too_late, "cooking starts after a cancel: {:?}", start);
            }
        }
    }

    /// Whatever comes between, the order, its ticket and its money are those of the last change that holds; what was approved for one
    /// that does not hold goes back.
    #[test]
    fn invariant_4_a_change_holds_with_its_money_or_nothing_has_changed(acts in acts(), end in end_mood()) {
        let mut world = World::new(1);
        world.act(&Act::GoOn);
        world.act(&Act::GoOn);
        for act in &acts {
            world.act(act);
            let case = &world.case;
            let held = world.log.iter().rev().find_map(|recorded| match &recorded.event {
                DomainEvent::Order(order::Event::ChangeApplied { bill, .. }) => Some(bill),
                DomainEvent::Order(order::Event::OrderPlaced(placed)) => Some(&placed.bill),
                _ => None,
            });
            prop_assert_eq!(case.order.bill.as_ref(), held);
            if let Some(opened) = &case.ticket.opened {
                prop_assert_eq!(Some(&opened.bill), held, "the kitchen cooks something else");
                prop_assert!(case.payment.kept() >= case.price(), "a change holds that is not paid: {}", money(&case.payment));
            }
        }
        world.settle(end);
        prop_assert_eq!(world.provider.holds(), owed_to_the_store(&world.log), "{}", money(&world.case.payment));
        prop_assert_eq!(&world.case.order.change, &None);
        prop_assert!(!world.case.order.phase.is_end() || domain::views::is_settled(&world.case));
    }

    /// 정산, whenever an order has ended: what its customer paid is with store, rider and platform, has gone back, or is owed back; and in
    /// the end nothing is owed.
    #[test]
    fn the_settlement_gives_away_what_was_paid_and_nothing_else(acts in acts(), end in end_mood()) {
        let mut world = World::new(1);
        for act in &acts {
            world.act(act);
            prop_assert_eq!(unsettled(&world), None);
        }
        world.settle(end);
        prop_assert_eq!(unsettled(&world), None);
        let Some(deal) = world.case.settlement() else { return Ok(()) };
        prop_assert_eq!(deal.takings.owed_back, Won::ZERO);
        prop_assert_eq!(deal.takings.paid.minus(deal.takings.given_back), Ok(world.provider.holds()));
        prop_assert_eq!(deal.rider.is_some(), world.case.delivery.has_left() && world.case.delivery.rider.is_some());
    }

    /// Whoever falls silent: the timers bring every order to its end.
    #[test]
    fn no_order_hangs(acts in acts(), end in end_mood()) {
        let mut world = World::after(&acts);
        for _ in 0..12 {
            world.settle(end);
            world.act(&Act::Wait(1_500));
            world.act(&Act::Timer);
        }
        world.settle(end);
        prop_assert!(world.case.order.phase.is_end(), "the order hangs: {:?}", world.case.wait());
        prop_assert_eq!(world.case.wait(), None);
        prop_assert!(domain::views::is_settled(&world.case));
        prop_assert!(!world.case.ticket.phase.is_open(), "its ticket takes a place for ever");
        let (ticket, delivery) = (world.case.ticket.phase, world.case.delivery.phase);
        prop_assert!(!domain::views::is_on_board(ticket, delivery), "its food waits for ever: {delivery:?}");
        let events = world.log.len();
        world.act(&Act::Wait(100_000));
        world.act(&Act::Timer);
        prop_assert_eq!(world.log.len(), events, "a timer fired after the end");
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
        refunded_first.pending.retain(|(step, _)| !matches!(step, Step::Refund { .. }));
        for mut world in [world, refunded_first] {
            world.settle(Mood::Approve);
            assert_eq!(world.case.payment.refunded(), bill(1).total);
            assert_eq!(world.provider.holds(), Won::ZERO);
            assert_eq!(world.case.ticket.phase, ticket::Phase::New);
        }
    }
}

/// A change that was given up is asked about until it is known what became of its money. Meanwhile the next one may be under way.
#[test]
fn what_was_approved_for_the_change_under_way_stays_when_an_earlier_one_is_given_back() {
    let late_approval = [
        vec![Act::Change(2), Act::Wait(11), Act::Run(Mood::Lost), Act::Change(3)],
        // The fourth step that was done is the one that had the ticket take the change to two pieces.
        vec![Act::Change(2), Act::GoOn, Act::GoOn, Act::Change(3), Act::GoOn, Act::Redo(3)],
    ];
    for acts in late_approval {
        let mut world = World::paid(1);
        world.act(&Act::GoOn);
        for act in &acts {
            world.act(act);
        }
        assert!(world.case.order.change.is_some(), "the change to three pieces is not under way");
        world.settle(Mood::Approve);
        assert_eq!(world.case.order.bill, Some(bill(3)));
        assert_eq!(world.provider.holds(), bill(3).total, "{}", money(&world.case.payment));
    }
}

#[test]
fn an_operator_who_ends_an_order_says_why() {
    let mut world = World::paid(1);
    world.settle(Mood::Approve);
    let now = crate::common::at(90);
    let silent = world.case.give_up_because(true, " \t".to_owned(), now);
    assert_eq!(silent.unwrap_err(), CaseRefusal::Ticket(ticket::Refusal::ReasonMissing));
    assert!(
        world
            .case
            .give_up_because(true, "도로 통제".to_owned(), now)
            .is_ok_and(|done| done != Decision::AlreadyApplied)
    );
}
