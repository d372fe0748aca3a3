//! The read models: written with the events they follow from.

use super::Bench;
use super::town::{Town, customer};
use domain::delivery::{RiderChange, RiderState};
use domain::order::{CancelledBy, ConfirmedBy};
use domain::shared::{DAY_MS, OrderId, OrderNumber, Point, Timestamp};
use domain::store::{Command, ticket};
use domain::views::Shown;
use domain::{delivery, store};
use server::read_models::Around;
use uuid::Uuid;

pub async fn what_was_just_done_is_read_next<B: Bench>() {
    let town = Town::<B>::open().await;
    let views = town.ports().views;
    let order = town.new_order();
    assert!(views.order(order).await.unwrap().is_none());
    let placed = town.run(town.plain_placing(order)).await.unwrap();
    let answer = views.order(order).await.unwrap().unwrap();
    assert_eq!((answer.position, answer.customer), (placed.position, customer(1)));
    assert_eq!((answer.doc.line.shown, answer.events.len()), (Shown::Placing, 1));
    let (near_it, today) = (near(&town, "cell-of-the-customer"), town.now().in_seoul().day());
    assert!(views.jobs(customer(7), &near_it, &today).await.unwrap().offered.is_empty());
    assert_eq!(views.tickets_of(town.store, 0, 5).await.unwrap().total, 0);
    assert!(views.board(town.store, 5).await.unwrap().tickets.is_empty());

    town.run(town.paying(order)).await.unwrap();
    town.run(town.receiving(order)).await.unwrap();
    let board = views.board(town.store, 5).await.unwrap();
    assert_eq!((board.position, board.open, board.tickets.len(), board.left.len()), (5, 1, 1, 0));
    assert_eq!(views.tickets_of(town.store, 0, 5).await.unwrap().docs[0].card.order, order);

    town.cook(order).await;
    let board = views.board(town.store, 5).await.unwrap();
    assert_eq!((board.open, board.tickets[0].card.phase), (0, ticket::Phase::Ready));
    let rider = customer(7);
    let nowhere = Around { cells: Vec::new(), ..near_it.clone() };
    let jobs = views.jobs(rider, &near_it, &today).await.unwrap();
    assert_eq!((jobs.offered.len(), jobs.mine.len(), jobs.done), (1, 0, 0));
    // A rider somewhere else sees nothing of it.
    assert!(views.jobs(rider, &near(&town, "another-cell"), &today).await.unwrap().offered.is_empty());
    assert!(views.jobs(rider, &nowhere, &today).await.unwrap().offered.is_empty());
    town.run(town.claiming(order, rider)).await.unwrap();
    let jobs = views.jobs(rider, &near_it, &today).await.unwrap();
    assert_eq!((jobs.offered.len(), jobs.mine.len(), jobs.done), (0, 1, 0));
    assert!(views.jobs(customer(8), &near_it, &today).await.unwrap().mine.is_empty());
    ride(&town, order, |rider, at| delivery::Command::PickUp { rider, number: None, at }).await;
    let board = views.board(town.store, 5).await.unwrap();
    assert_eq!((board.tickets.len(), board.left.len()), (0, 1));
    ride(&town, order, |rider, at| delivery::Command::Deliver { rider, code: None, at }).await;
    let jobs = views.jobs(rider, &near_it, &today).await.unwrap();
    // 2,500 won and 80 for each 100 m.
    assert_eq!((jobs.mine.len(), jobs.done, jobs.earned.get()), (0, 1, 2_500 + 5 * 80));
    let tomorrow = Timestamp(town.now().0 + DAY_MS).in_seoul().day();
    assert_eq!(views.jobs(rider, &near_it, &tomorrow).await.unwrap().done, 0);

    // The list has the newest first, page by page.
    let mut placed = vec![order];
    for _ in 0..4 {
        town.bench.clock().advance(1_000);
        placed.push(town.place().await);
    }
    town.place_for(customer(2)).await;
    placed.reverse();
    let mut listed = Vec::new();
    for page in 0..3 {
        let answer = views.orders_of(customer(1), page, 2).await.unwrap();
        assert_eq!(answer.total, 5);
        listed.extend(answer.docs.into_iter().map(|doc| doc.line.order));
    }
    assert_eq!(listed, placed);
    assert_eq!(views.orders_of(customer(3), 0, 2).await.unwrap().total, 0);

    town.run(town.at_store(|at| Command::Pause { until: None, at })).await.unwrap();
    let (position, stores) = views.stores().await.unwrap();
    assert_eq!((position, stores.len(), stores[0].phase), (town.head().await, 1, store::Phase::Paused));
}

/// A rider on duty at the store, who looks into one map cell.
fn near<B: Bench>(town: &Town<B>, cell: &str) -> Around {
    let state = RiderState { on_duty: true, place: Some(town.profile.point) };
    Around { state, radius_m: 3_000, cells: vec![cell.to_owned()] }
}

async fn ride<B: Bench>(
    town: &Town<B>,
    order: OrderId,
    command: impl Fn(domain::shared::AccountId, Timestamp) -> delivery::Command + Send + Sync + 'static,
) {
    town.run(town.about(order, move |case, at| case.ask_delivery(command(customer(7), at)))).await.unwrap();
}

/// Two orders of different moments with the same number, and one with another.
fn same_numbers(now: Timestamp) -> [OrderId; 3] {
    // The number is made of the last 48 bits, the moment of the first.
    let id =
        |ms: i64, random: u128| OrderId(Uuid::from_u128((ms as u128) << 80 | 0x7000_8000 << 48 | random));
    [id(now.0, 4_821), id(now.0 + 60_000, 4_821), id(now.0 + 60_001, 4_822)]
}

pub async fn orders_are_found_by_their_number<B: Bench>() {
    let mut town = Town::<B>::open().await;
    let start = town.now();
    let [first, second, other] = same_numbers(start);
    let number = OrderNumber::of(first.0);
    assert_eq!(OrderNumber::of(second.0), number);
    assert_ne!(OrderNumber::of(other.0), number);
    for order in [first, second, other] {
        town.run(town.plain_placing(order)).await.unwrap();
        town.bench.clock().advance(60_000);
    }
    let found = async |town: &Town<B>, number: &OrderNumber, since, limit| {
        let docs = town.ports().views.orders_by_number(number, since, limit).await.unwrap();
        docs.into_iter().map(|doc| doc.line.order).collect::<Vec<_>>()
    };
    for rebuilt in [false, true] {
        if rebuilt {
            town.bench.rebuild().await;
        }
        assert_eq!(found(&town, &number, Timestamp(0), 20).await, [second, first], "the newest first");
        assert_eq!(found(&town, &number, Timestamp(0), 1).await, [second], "at most so many");
        assert_eq!(found(&town, &number, Timestamp(start.0 + 1), 20).await, [second], "since that moment");
        assert_eq!(found(&town, &OrderNumber::of(other.0), start, 20).await, [other]);
        assert_eq!(found(&town, &OrderNumber::read("A-9999").unwrap(), Timestamp(0), 20).await, []);
    }
    // It shows where the order stands now.
    town.run(town.about(second, |case, at| case.cancel(CancelledBy::Customer, at))).await.unwrap();
    let docs = town.ports().views.orders_by_number(&number, Timestamp(0), 20).await.unwrap();
    assert_eq!(docs.iter().map(|doc| doc.line.shown).collect::<Vec<_>>(), [Shown::Cancelled, Shown::Placing]);
}

pub async fn a_rebuild_answers_the_same<B: Bench>() {
    let mut town = Town::<B>::open().await;
    let mut orders = vec![town.place().await];
    for _ in 0..4 {
        town.bench.clock().advance(61_000);
        orders.push(town.place_and_receive().await);
    }
    town.run(town.about(orders[1], |case, at| case.cancel(CancelledBy::Customer, at))).await.unwrap();
    town.cook(orders[2]).await;
    town.run(town.claiming(orders[2], customer(7))).await.unwrap();
    ride(&town, orders[2], |rider, at| delivery::Command::PickUp { rider, number: None, at }).await;
    town.run(town.about(orders[2], |case, at| case.confirm_receipt(ConfirmedBy::Customer, at)))
        .await
        .unwrap();
    town.cook(orders[3]).await;
    town.run(town.at_store(|at| Command::SetCapacity { capacity: 1, at })).await.unwrap();
    orders.push(town.place_and_receive().await);

    let before = answers(&town, &orders).await;
    for state in [
        Shown::Placing,
        Shown::Cancelled,
        Shown::Completed,
        Shown::Ready,
        Shown::Received,
        Shown::OverCapacity,
    ] {
        assert!(before.contains(&format!("shown: {state:?}")), "{state:?}");
    }
    town.bench.rebuild().await;
    assert_eq!(answers(&town, &orders).await, before);
    // What is written next builds on what was rebuilt.
    town.run(town.at_store(|at| Command::SetCapacity { capacity: 2, at })).await.unwrap();
    town.place_and_receive().await;
    assert_eq!(town.ports().views.board(town.store, 5).await.unwrap().open, 2);
}

/// Everything the read models say.
async fn answers<B: Bench>(town: &Town<B>, orders: &[OrderId]) -> String {
    let views = town.ports().views;
    let mut said = Vec::new();
    for order in orders {
        said.push(format!("{:#?}", views.order(*order).await.unwrap()));
    }
    said.push(format!("{:#?}", views.orders_of(customer(1), 0, 50).await.unwrap()));
    said.push(format!("{:#?}", views.board(town.store, 50).await.unwrap()));
    said.push(format!("{:#?}", views.tickets_of(town.store, 0, 50).await.unwrap()));
    let (around, today) = (near(town, "cell-of-the-store"), town.now().in_seoul().day());
    said.push(format!("{:#?}", views.jobs(customer(7), &around, &today).await.unwrap()));
    said.push(format!("{:#?}", views.settlement(&today).await.unwrap()));
    said.push(format!("{:#?}", views.stores().await.unwrap()));
    said.concat()
}

pub async fn riders_are_remembered<B: Bench>() {
    let mut town = Town::<B>::open().await;
    let rider = customer(7);
    assert_eq!(town.ports().views.rider(rider).await.unwrap(), RiderState::default());
    let place = Point::new(37.55, 126.91);
    // Each change leaves the other half alone.
    for (change, state) in [
        (RiderChange::Duty(true), RiderState { on_duty: true, place: None }),
        (RiderChange::Place(place), RiderState { on_duty: true, place }),
        (RiderChange::Duty(false), RiderState { on_duty: false, place }),
        (RiderChange::Place(place), RiderState { on_duty: false, place }),
    ] {
        town.ports().views.change_rider(rider, change, town.now(), None).await.unwrap();
        town.bench.reopen().await;
        assert_eq!(town.ports().views.rider(rider).await.unwrap(), state);
    }
    // They are no part of the log.
    town.bench.rebuild().await;
    assert_eq!(town.ports().views.rider(rider).await.unwrap(), RiderState { on_duty: false, place });
    assert_eq!(town.head().await, 1);
}
