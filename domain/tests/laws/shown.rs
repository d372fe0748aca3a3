//! The state that people see.

use super::acts::{Act, act};
use super::provider::Mood;
use super::world::World;
use domain::delivery::Phase;
use domain::order::{CancelledBy, ConfirmedBy};
use domain::processes::Case;
use domain::shared::Decision;
use domain::views::{PROGRESS, Shown, TicketCard, actions, can_pay_now, is_on_board};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn what_is_shown_never_runs_backwards_and_is_the_same_from_the_state_and_from_the_log(
        acts in prop::collection::vec(act(), 0..60),
    ) {
        let mut world = World::new(1);
        let mut before = Shown::of(&world.case);
        for act in &acts {
            world.act(act);
            let of_state = Shown::of(&world.case);
            let of_log = world.log.iter().filter_map(|recorded| Shown::after(&recorded.event)).reduce(Shown::max);
            prop_assert_eq!(of_state, of_log);
            let (Some(was), Some(is)) = (before, of_state) else {
                return Err(TestCaseError::fail("an order that was placed shows nothing"));
            };
            prop_assert!(is.rank() >= was.rank(), "{:?} ran back to {:?}", was, is);
            prop_assert!(!was.is_end() || was == is, "{:?} was the end, and then came {:?}", was, is);
            before = of_state;
        }
    }

    /// A button is there exactly while the command behind it would be carried out.
    #[test]
    fn the_buttons_are_those_that_work(acts in prop::collection::vec(act(), 0..60)) {
        let mut world = World::new(1);
        for act in &acts {
            world.act(act);
            let shown = Shown::of(&world.case);
            let buttons = shown.map(|shown| actions(shown, world.case.order.change.is_some()));
            let changes = matches!(world.change(9), Ok(Decision::Executed(_)));
            let cancels = matches!(world.case.cancel(CancelledBy::Customer, world.now), Ok(Decision::Executed(_)));
            let confirms =
                matches!(world.case.confirm_receipt(ConfirmedBy::Customer, world.now), Ok(Decision::Executed(_)));
            prop_assert_eq!(buttons.map(|buttons| buttons.cancel), Some(cancels), "{:?}", shown);
            prop_assert_eq!(buttons.map(|buttons| buttons.change), Some(changes), "{:?}", shown);
            prop_assert_eq!(buttons.map(|buttons| buttons.confirm), Some(confirms), "{:?}", shown);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    /// A ticket is on the board until its food has left, the order is off, or nobody fetches it: once gone, it never comes back.
    #[test]
    fn a_ticket_leaves_the_board_once(acts in prop::collection::vec(act(), 0..60)) {
        let mut world = World::new(1);
        let mut gone = false;
        for act in &acts {
            world.act(act);
            let (ticket, delivery) = (world.case.ticket.phase, world.case.delivery.phase);
            let is_there = is_on_board(ticket, delivery);
            let card = TicketCard::of_case(&world.case, None);
            prop_assert!(!is_there || card.is_some());
            if let Some(card) = card {
                let cooked = ticket == domain::store::ticket::Phase::Ready;
                prop_assert_eq!(card.has_left(), cooked && !is_there);
                prop_assert!(!card.has_left() || world.case.delivery.has_left() || delivery == Phase::Failed);
                prop_assert!(!(gone && is_there), "it came back");
                gone = !is_there;
            }
        }
    }
}

/// "Pay now" is there exactly while there is a charge that only the provider's answer holds up.
#[test]
fn paying_now_is_offered_while_the_order_is_held_and_nobody_else_can_go_on_with_it() {
    let offered = |goes_on| Shown::ALL.into_iter().filter(|shown| can_pay_now(*shown, goes_on)).collect();
    let (alone, with_customer): (Vec<Shown>, Vec<Shown>) = (offered(false), offered(true));
    assert_eq!(alone, [Shown::AwaitingPayment]);
    assert_eq!(with_customer, [], "the way to pay is at the provider's page");
}

/// The shortest way to each state, from an order just placed.
fn way_to(shown: Shown) -> Vec<Act> {
    let on = |times: usize| vec![Act::GoOn; times];
    let then = |mut way: Vec<Act>, last: Act| {
        way.push(last);
        way
    };
    match shown {
        Shown::Placing => on(1),
        Shown::AwaitingPayment => vec![Act::Run(Mood::Down)],
        Shown::Received => on(2),
        Shown::Accepted => on(3),
        Shown::Cooking => on(4),
        Shown::Ready => on(5),
        Shown::Assigned => on(7),
        Shown::OnTheWay => on(9),
        Shown::Delivered => on(10),
        Shown::Completed => on(11),
        Shown::Rejected => then(on(2), Act::Reject),
        Shown::OverCapacity => then(vec![Act::Full(true)], Act::GoOn).into_iter().chain(on(1)).collect(),
        Shown::TimedOut => on(2).into_iter().chain([Act::Wait(5), Act::Timer]).collect(),
        Shown::Cancelled => vec![Act::Cancel(CancelledBy::Customer)],
        Shown::PaymentFailed => vec![Act::Run(Mood::Decline)],
        Shown::DeliveryFailed => then(on(9), Act::GiveUp(true)),
    }
}

#[test]
fn every_state_that_is_shown_can_be_reached() {
    for shown in Shown::ALL {
        let mut world = World::new(1);
        for act in way_to(shown) {
            world.act(&act);
        }
        assert_eq!(Shown::of(&world.case), Some(shown));
    }
    assert_eq!(Shown::of(&Case::default()), None);
}

#[test]
fn the_progress_line_is_the_way_to_the_doorstep() {
    let mut world = World::new(1);
    let mut seen = vec![Shown::of(&world.case)];
    for _ in 0..11 {
        world.act(&Act::GoOn);
        seen.push(Shown::of(&world.case));
    }
    seen.dedup();
    assert_eq!(seen, PROGRESS.map(Some));
    assert!(PROGRESS.windows(2).all(|pair| pair[0].rank() < pair[1].rank()));
}
