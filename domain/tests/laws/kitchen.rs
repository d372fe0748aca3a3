//! A kitchen and its capacity.

use super::acts::Act;
use super::provider::Mood;
use super::world::World;
use domain::order::{self, CancelledBy};
use domain::shared::Won;
use domain::store::ticket;
use domain::views::Shown;
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Turn {
    /// The runner brings a paid order to the kitchen.
    Receive(usize),
    /// Its owner or customer does something.
    Act(usize, Act),
    /// The owner sets the capacity.
    Capacity(u32),
}

const ORDERS: usize = 8;

fn turn() -> impl Strategy<Value = Turn> {
    let order = || 0..ORDERS;
    let act = prop::sample::select(vec![
        Act::Accept(20),
        Act::Reject,
        Act::Start,
        Act::Finish,
        Act::Cancel(CancelledBy::Customer),
    ]);
    prop_oneof![
        4 => order().prop_map(Turn::Receive),
        4 => (order(), act).prop_map(|(order, act)| Turn::Act(order, act)),
        1 => (0..5_u32).prop_map(Turn::Capacity),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(192) })]

    #[test]
    fn invariant_5_no_ticket_over_capacity(turns in prop::collection::vec(turn(), 0..80)) {
        let mut capacity = 3;
        let mut worlds: Vec<_> = (1..=ORDERS as u128).map(World::paid).collect();
        for turn in turns {
            let open = worlds.iter().filter(|world| world.case.ticket.phase.is_open()).count() as u32;
            match turn {
                Turn::Capacity(new) => capacity = new,
                Turn::Act(order, act) => worlds[order].act(&act),
                Turn::Receive(order) => {
                    let world = &mut worlds[order];
                    let (order, ticket) = (world.case.order.phase, world.case.ticket.phase);
                    let came_before = ticket != ticket::Phase::New || order.is_end();
                    world.kitchen = (open, capacity);
                    world.act(&Act::Run(Mood::Approve));
                    if came_before {
                        continue;
                    }
                    let expected = if open < capacity { ticket::Phase::Received } else { ticket::Phase::Rejected };
                    prop_assert_eq!(world.case.ticket.phase, expected, "{} open of {}", open, capacity);
                    prop_assert_eq!(world.case.ticket.opened.is_some(), open < capacity);
                }
            }
            // Lowering the capacity expels nobody.
            let still_open = worlds.iter().filter(|world| world.case.ticket.phase.is_open()).count() as u32;
            prop_assert!(still_open <= capacity.max(open));
        }
        for world in &mut worlds {
            world.settle(Mood::Approve);
            if Shown::of(&world.case) == Some(Shown::OverCapacity) {
                prop_assert_eq!(world.case.order.phase, order::Phase::Rejected);
                prop_assert_eq!(world.provider.holds(), Won::ZERO);
            }
        }
    }
}
