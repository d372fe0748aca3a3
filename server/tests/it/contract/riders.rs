//! What the read models say to riders: what they can claim, and what they have earned.

use super::Bench;
use super::town::{Town, customer};
use domain::delivery::{Command, FailReason, MAX_LISTED, Offered, RiderState};
use domain::order::{CancelledBy, ConfirmedBy};
use domain::processes::{Case, DomainEvent};
use domain::shared::{AccountId, DAY_MS, Decision, OrderId, Point, Timestamp, Won};
use domain::store::ticket::RejectReason;
use server::read_models::Around;
use std::collections::BTreeMap;

/// The offer of a placed order by a store elsewhere.
fn offer(case: &Case, store_point: Point, at: Timestamp) -> DomainEvent {
    let placed = case.placed().unwrap();
    DomainEvent::Delivery(domain::delivery::Event::DeliveryOffered(Box::new(Offered {
        order: placed.order,
        number: placed.number.clone(),
        customer: placed.customer,
        store: placed.store,
        store_name: placed.store_name.clone(),
        store_address: String::new(),
        store_point,
        distance_m: placed.distance_m,
        fee: Won::new(3_000).unwrap(),
        cells: placed.cells.clone(),
        code: placed.code.clone(),
        sealed: placed.sealed.clone(),
        at,
    })))
}

/// Orders of stores so far north of the town's, in hundredths of a degree (1,112 metres), that are offered now.
async fn offered<B: Bench>(town: &Town<B>, count: usize, hundredths: f64) -> Vec<OrderId> {
    let here = town.profile.point;
    let point = Point::new(here.lat + hundredths / 100.0, here.lon).unwrap();
    let orders: Vec<OrderId> = (0..count).map(|_| town.new_order()).collect();
    let log = town.ports().log;
    let placings = orders.iter().map(|order| log.execute(town.plain_placing(*order)));
    for placed in futures::future::join_all(placings).await {
        placed.unwrap().unwrap();
    }
    let offers = orders.iter().map(|order| {
        let decide = move |case: &Case, at| Ok(Decision::one(offer(case, point, at)));
        log.execute(town.about(*order, decide))
    });
    for offered in futures::future::join_all(offers).await {
        offered.unwrap().unwrap();
    }
    orders
}

pub async fn of_more_offers_than_a_list_holds_the_nearest_are_shown<B: Bench>() {
    let mut town = Town::<B>::open().await;
    // All in the cells that the rider looks into. The oldest are out of reach, and the nearest have come last.
    let far = offered(&town, 510, 4.0).await;
    town.bench.clock().advance(60_000);
    let within = offered(&town, 120, 1.0).await;
    town.bench.clock().advance(60_000);
    let nearest = offered(&town, 5, 0.1).await;
    let state = RiderState { on_duty: true, place: Some(town.profile.point) };
    let cells = vec!["cell-of-the-store".to_owned(), "cell-of-the-customer".to_owned()];
    let around = Around { state, radius_m: 3_000, cells };
    for rebuilt in [false, true] {
        if rebuilt {
            town.bench.rebuild().await;
        }
        let answer = town.ports().views.jobs(customer(7), &around, "2026-11-28").await.unwrap();
        let orders: Vec<OrderId> = answer.offered.iter().map(|doc| doc.card.order).collect();
        assert_eq!((orders.len(), answer.more), (MAX_LISTED, true));
        assert!(orders[..5].iter().all(|order| nearest.contains(order)), "the nearest come first");
        assert!(orders[5..].iter().all(|order| within.contains(order)));
        assert!(orders.iter().all(|order| !far.contains(order)), "out of reach");
    }
    // Once those within reach are few, nothing is left out.
    let close = Around { radius_m: 500, ..around };
    let answer = town.ports().views.jobs(customer(7), &close, "2026-11-28").await.unwrap();
    assert_eq!((answer.offered.len(), answer.more), (5, false));
}

/// What happens to an order whose food is ready and offered.
#[derive(Clone, Copy, Debug)]
enum Step {
    Claim,
    Release,
    PickUp,
    Deliver,
    Fail(FailReason),
    Confirm(ConfirmedBy),
    GiveUp { refund: bool },
}

async fn take<B: Bench>(town: &Town<B>, order: OrderId, rider: AccountId, step: Step) {
    let unit = match step {
        Step::Claim => town.claiming(order, rider),
        Step::Release => {
            town.about(order, move |case, at| case.act_on_job(rider, Command::Release { rider, at }))
        }
        Step::PickUp => town.about(order, move |case, at| {
            case.act_on_job(rider, Command::PickUp { rider, number: None, at })
        }),
        Step::Deliver => town
            .about(order, move |case, at| case.act_on_job(rider, Command::Deliver { rider, code: None, at })),
        Step::Fail(reason) => town.about(order, move |case, at| {
            case.act_on_job(rider, Command::Fail { rider: Some(rider), reason, at })
        }),
        Step::Confirm(by) => town.about(order, move |case, at| case.confirm_receipt(by, at)),
        Step::GiveUp { refund } => {
            town.about(order, move |case, at| case.give_up(refund, "도로 통제".to_owned(), at))
        }
    };
    town.run(unit).await.unwrap();
}

/// Each way in which an order ends once its food is ready, and whether its rider earns the fee.
fn ways() -> Vec<(Vec<Step>, bool)> {
    use Step::{Claim, Confirm, Deliver, Fail, GiveUp, PickUp, Release};
    vec![
        (vec![Claim, PickUp, Deliver, Confirm(ConfirmedBy::Customer)], true),
        (vec![Claim, PickUp, Deliver, Confirm(ConfirmedBy::Timer)], true),
        (vec![Claim, PickUp, Confirm(ConfirmedBy::Customer)], true),
        (vec![Claim, PickUp, Fail(FailReason::Accident)], true),
        (vec![Claim, PickUp, Fail(FailReason::CustomerAbsent), GiveUp { refund: true }], true),
        (vec![Claim, PickUp, Fail(FailReason::CustomerAbsent), GiveUp { refund: false }], true),
        (vec![Claim, PickUp, GiveUp { refund: true }], true),
        (vec![Claim, GiveUp { refund: true }], false),
        (vec![Claim, Release, GiveUp { refund: true }], false),
        (vec![GiveUp { refund: false }], false),
    ]
}

pub async fn a_riders_earnings_are_what_the_settlement_pays_however_an_order_ends<B: Bench>() {
    let mut town = Town::<B>::open().await;
    // 2,500 won and 80 for each 100 m.
    let fee = Won::new(2_500 + 5 * 80).unwrap();
    let mut expected = BTreeMap::new();
    for (number, (steps, earns)) in ways().into_iter().enumerate() {
        let rider = customer(700 + number as u128);
        expected.insert(rider.0, if earns { (1, fee) } else { (0, Won::ZERO) });
        let order = town.place_and_receive().await;
        town.cook(order).await;
        for step in steps {
            take(&town, order, rider, step).await;
        }
    }
    // These end before there is a rider: nobody earns.
    let rejected = town.place_and_receive().await;
    let reason = RejectReason::Store("재료가 떨어졌어요".to_owned());
    town.run(town.about(rejected, move |case, at| case.reject(reason.clone(), at))).await.unwrap();
    let cancelled = town.place_and_receive().await;
    town.run(town.about(cancelled, |case, at| case.cancel(CancelledBy::Customer, at))).await.unwrap();

    let day = town.now().in_seoul().day();
    let nowhere = Around { state: RiderState::default(), radius_m: 0, cells: Vec::new() };
    for rebuilt in [false, true] {
        if rebuilt {
            town.bench.rebuild().await;
        }
        let views = town.ports().views;
        let mut on_pages = BTreeMap::new();
        for rider in expected.keys() {
            let page = views.jobs(AccountId(*rider), &nowhere, &day).await.unwrap();
            on_pages.insert(*rider, (u64::from(page.done), page.earned));
        }
        assert_eq!(on_pages, expected);
        let paid = views.settlement(&day).await.unwrap().riders.into_iter();
        let paid: BTreeMap<_, _> = paid.map(|owed| (owed.who.0, (owed.orders, owed.amount))).collect();
        on_pages.retain(|_, (rides, _)| *rides > 0);
        assert_eq!(on_pages, paid);
    }
}

pub async fn what_was_handed_over_counts_at_once_and_moves_to_the_day_of_its_end<B: Bench>() {
    let town = Town::<B>::open().await;
    let rider = customer(7);
    let nowhere = Around { state: RiderState::default(), radius_m: 0, cells: Vec::new() };
    let rides = async |day: &str| {
        let views = town.ports().views;
        let paid = views.settlement(day).await.unwrap().riders.first().map_or(0, |owed| owed.orders);
        (views.jobs(rider, &nowhere, day).await.unwrap().done, paid)
    };
    let order = town.place_and_receive().await;
    town.cook(order).await;
    let first = town.now().in_seoul().day();
    for (step, counted) in [(Step::Claim, 0), (Step::PickUp, 0), (Step::Deliver, 1)] {
        take(&town, order, rider, step).await;
        assert_eq!(rides(&first).await, (counted, 0), "{step:?}");
    }
    town.bench.clock().advance(DAY_MS);
    let second = town.now().in_seoul().day();
    take(&town, order, rider, Step::Confirm(ConfirmedBy::Timer)).await;
    assert_eq!((rides(&first).await, rides(&second).await), ((0, 0), (1, 1)));
}
