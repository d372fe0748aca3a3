//! How the next step is drawn from what the city is like.

use super::acts::{Act, Card, EACH, Name, Ride, Typed, Wanted, Who};
use super::city::City;
use domain::delivery::FailReason;
use domain::views::{OperatorAction, StoreDay, TicketAction};
use proptest::prelude::*;
use proptest::sample::select;

/// Whoever it is for, mostly; now and then another one of the same role, another role, or nobody.
fn mostly(who: Who) -> BoxedStrategy<Who> {
    let neighbour = match who {
        Who::Customer(number) => Who::Customer(EACH - 1 - number),
        Who::Owner(number) => Who::Owner(EACH - 1 - number),
        Who::Rider(number) => Who::Rider(EACH - 1 - number),
        Who::Operator | Who::Nobody => Who::Customer(0),
    };
    let other = match who {
        Who::Owner(_) => Who::Rider(0),
        _ => Who::Owner(0),
    };
    prop_oneof![20 => Just(who), 3 => Just(neighbour), 1 => Just(other), 1 => Just(Who::Nobody)].boxed()
}

/// Mostly enough for a delivery, seldom too little, or nothing at all.
fn wanted() -> BoxedStrategy<Wanted> {
    let enough = (3..6_u32, 0..7_u32);
    let anything = (0..3_u32, 0..3_u32);
    prop_oneof![6 => enough, 1 => anything].prop_map(|(first, second)| Wanted { first, second }).boxed()
}

fn card() -> BoxedStrategy<Card> {
    prop_oneof![
        60 => Just(Card::Approve),
        4 => Just(Card::Decline),
        2 => Just(Card::Expired),
        12 => Just(Card::NeedsCustomer),
        1 => Just(Card::NoAnswer),
        1 => Just(Card::Hang),
        10 => Just(Card::Error),
        4 => Just(Card::ErrorAlways),
        2 => Just(Card::Unknown),
    ]
    .boxed()
}

fn place(name: Name) -> BoxedStrategy<Act> {
    let by = (0..EACH).prop_flat_map(|number| mostly(Who::Customer(number)));
    (by, 0..EACH, wanted(), card(), prop::bool::weighted(0.95))
        .prop_map(move |(by, store, wanted, card, is_agreed)| Act::Place {
            by,
            name,
            store,
            wanted,
            card,
            is_agreed,
        })
        .boxed()
}

fn minutes() -> BoxedStrategy<u32> {
    prop_oneof![6 => (1..=24_u32).prop_map(|fives| fives * 5), 1 => Just(7_u32), 1 => Just(125_u32)].boxed()
}

fn ticket_action() -> BoxedStrategy<TicketAction> {
    prop_oneof![
        4 => minutes().prop_map(|minutes| TicketAction::Accept { minutes }),
        1 => select(vec!["", "재료가 떨어졌어요"])
            .prop_map(|reason| TicketAction::Reject { reason: reason.to_owned() }),
        3 => Just(TicketAction::Start),
        3 => Just(TicketAction::Finish),
        2 => select(vec![5_u32, 10, 20, 15]).prop_map(|minutes| TicketAction::Delay { minutes }),
    ]
    .boxed()
}

fn typed() -> BoxedStrategy<Typed> {
    prop_oneof![1 => Just(Typed::Nothing), 3 => Just(Typed::Right), 1 => Just(Typed::Wrong)].boxed()
}

/// Often wrong: what is wrong again and again has a rule of its own.
fn typed_code() -> BoxedStrategy<Typed> {
    prop_oneof![1 => Just(Typed::Nothing), 3 => Just(Typed::Right), 6 => Just(Typed::Wrong)].boxed()
}

fn ride() -> BoxedStrategy<Ride> {
    let reasons = vec![
        FailReason::CustomerAbsent,
        FailReason::CustomerAbsent,
        FailReason::Accident,
        FailReason::NoRider,
        FailReason::Operator,
    ];
    prop_oneof![
        4 => Just(Ride::Claim),
        1 => Just(Ride::Release),
        2 => Just(Ride::Arrive),
        4 => typed().prop_map(Ride::PickUp),
        6 => typed_code().prop_map(Ride::Deliver),
        2 => select(reasons).prop_map(Ride::Fail),
    ]
    .boxed()
}

/// What an owner does with the store; the capacity is often what the kitchen holds just now, or one more.
fn store_day(load: u32) -> BoxedStrategy<StoreDay> {
    let capacities = prop_oneof![4 => load..load + 2, 5 => load + 3..load + 30, 1 => Just(1_001_u32)];
    prop_oneof![
        4 => capacities.prop_map(|capacity| StoreDay::Capacity { capacity }),
        1 => select(vec![None, Some(0), Some(30), Some(10_081)])
            .prop_map(|minutes| StoreDay::Pause { minutes }),
        3 => Just(StoreDay::Reopen),
        1 => select(vec![0_u32, 5, 60, 7, 65]).prop_map(|minutes| StoreDay::Busy { minutes }),
        1 => select(vec![0_u32, 1, 5, 20, 60, 61]).prop_map(|minutes| StoreDay::AnswerLimit { minutes }),
    ]
    .boxed()
}

fn operator_action() -> BoxedStrategy<OperatorAction> {
    let reason = || select(vec!["", "도로가 막혔어요", "도로가 막혔어요"]).prop_map(str::to_owned);
    let cancel = reason().prop_map(|reason| OperatorAction::Cancel { reason });
    let give_up =
        (any::<bool>(), reason()).prop_map(|(refund, reason)| OperatorAction::GiveUp { refund, reason });
    prop_oneof![1 => cancel, 1 => Just(OperatorAction::TakeBack), 1 => give_up].boxed()
}

/// Something about this order, by the people it concerns, whether or not it can be done now.
fn about(city: &City, order: Name) -> BoxedStrategy<Act> {
    let (customer, store) = city.orders.get(&order).map_or((0, 0), |known| (known.by, known.store));
    let customer = mostly(Who::Customer(customer)).boxed();
    let rider = city.rider_of(order).map_or_else(
        || (0..EACH).prop_flat_map(|number| mostly(Who::Rider(number))).boxed(),
        |rider| mostly(Who::Rider(rider)),
    );
    let changed = (customer.clone(), wanted(), prop::bool::weighted(0.9));
    prop_oneof![
        2 => customer.clone().prop_map(move |by| Act::Cancel { by, order }),
        6 => changed.prop_map(move |(by, wanted, is_agreed)| Act::Change { by, order, wanted, is_agreed }),
        3 => customer.clone().prop_map(move |by| Act::Confirm { by, order }),
        2 => customer.prop_map(move |by| Act::PayNow { by, order }),
        2 => any::<bool>().prop_map(move |approves| Act::AtThePage { order, approves }),
        9 => (mostly(Who::Owner(store)), ticket_action())
            .prop_map(move |(by, act)| Act::Ticket { by, order, act }),
        9 => (rider, ride()).prop_map(move |(by, act)| Act::Job { by, order, act }),
        3 => (mostly(Who::Operator), operator_action())
            .prop_map(move |(by, act)| Act::Operate { by, order, act }),
    ]
    .boxed()
}

fn clock() -> BoxedStrategy<Act> {
    prop_oneof![4 => 1..6_u32, 2 => Just(11_u32), 2 => Just(16), 1 => Just(31), 1 => Just(61), 1 => Just(121)]
        .prop_map(|minutes| Act::Clock { minutes })
        .boxed()
}

/// The steps that may come next. Most of them take an order on its way, for otherwise few would come to their end.
pub fn next(city: &City) -> BoxedStrategy<Act> {
    let duty = ((0..EACH).prop_flat_map(|number| mostly(Who::Rider(number))), prop::bool::weighted(0.8));
    let loads: [u32; EACH] = std::array::from_fn(|number| city.load(number));
    let by_owner = (0..EACH).prop_flat_map(move |number| {
        (mostly(Who::Owner(number)), store_day(loads[number])).prop_map(|(by, act)| Act::Store { by, act })
    });
    let mut steps = vec![
        (14, place(city.placed)),
        (6, by_owner.boxed()),
        (3, duty.prop_map(|(by, is_on)| Act::Duty { by, is_on }).boxed()),
        (3, clock()),
        (5, any::<bool>().prop_map(|is_other| Act::Again { is_other }).boxed()),
        (1, Just(Act::Restart).boxed()),
    ];
    let ways = city.ways_on();
    if !ways.is_empty() {
        steps.push((50, select(ways).boxed()));
    }
    let live: Vec<Name> = city.live().collect();
    if !live.is_empty() {
        let city = city.clone();
        steps.push((20, select(live).prop_flat_map(move |order| about(&city, order)).boxed()));
    }
    // One that has ended, or that was never placed.
    if city.placed > 0 {
        let city = city.clone();
        steps.push((10, (0..city.placed + 1).prop_flat_map(move |order| about(&city, order)).boxed()));
    }
    proptest::strategy::Union::new_weighted(steps).boxed()
}
