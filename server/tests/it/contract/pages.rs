//! Lists page by page: each page is what it has to be, wherever in its list it lies.

use super::town::{Town, customer, is_done};
use super::{Bench, Broken};
use domain::delivery;
use domain::order::CancelledBy;
use domain::shared::{AccountId, OrderId, Sealed, StoreId};
use domain::store::{Command, ticket};
use server::storage::Unit;

/// Pages of these sizes are looked at.
const SIZES: [u32; 4] = [1, 3, 7, 100];

/// Answers a list's pages, from the first to two past the end, and how many rows there are in all.
async fn pages(size: u32, mut page: impl AsyncFnMut(u32) -> (u64, Vec<OrderId>)) -> (u64, Vec<Vec<OrderId>>) {
    let (total, first) = page(0).await;
    let mut pages = vec![first];
    for number in 1..=total.div_ceil(u64::from(size)) as u32 + 1 {
        let (counted, orders) = page(number).await;
        assert_eq!(counted, total);
        pages.push(orders);
    }
    // Nothing lies so far back.
    assert_eq!(page(1_000_000).await, (total, Vec::new()));
    (total, pages)
}

/// Compares all pages with a list, whose newest is its last.
async fn assert_pages(list: &[OrderId], mut page: impl AsyncFnMut(u32, u32) -> (u64, Vec<OrderId>)) {
    let newest_first: Vec<OrderId> = list.iter().rev().copied().collect();
    for size in SIZES {
        let (total, pages) = pages(size, async |number| page(number, size).await).await;
        assert_eq!(total, list.len() as u64);
        let mut expected: Vec<Vec<OrderId>> =
            newest_first.chunks(size as usize).map(<[OrderId]>::to_vec).collect();
        expected.resize(pages.len(), Vec::new());
        assert_eq!(pages, expected, "{size} to a page");
    }
}

async fn assert_orders<B: Bench>(town: &Town<B>, of: AccountId, placed: &[OrderId]) {
    let views = town.ports().views;
    assert_pages(placed, async |page, size| {
        let answer = views.orders_of(of, page, size).await.unwrap();
        (answer.total, answer.docs.iter().map(|doc| doc.line.order).collect())
    })
    .await;
}

async fn assert_tickets<B: Bench>(town: &Town<B>, of: StoreId, tickets: &[OrderId]) {
    let views = town.ports().views;
    assert_pages(tickets, async |page, size| {
        let answer = views.tickets_of(of, page, size).await.unwrap();
        (answer.total, answer.docs.iter().map(|doc| doc.card.order).collect())
    })
    .await;
}

/// Runs commands that wait for the writer together; answers which of them were done, in the log's order.
async fn together<B: Bench>(town: &Town<B>, units: Vec<(OrderId, Unit)>) -> Vec<OrderId> {
    let (orders, units): (Vec<_>, Vec<_>) = units.into_iter().unzip();
    let answers = town.run_together(units).await;
    let mut done: Vec<(u64, OrderId)> = orders
        .into_iter()
        .zip(answers)
        .filter_map(|(order, answer)| Some((answer.ok()?.unwrap().position, order)))
        .collect();
    done.sort_unstable();
    done.into_iter().map(|(_, order)| order).collect()
}

pub async fn a_page_of_orders_is_exact_wherever_it_lies<B: Bench>() {
    let mut town = Town::<B>::open().await;
    let people = [customer(1), customer(2), customer(3)];
    let mut placed = vec![Vec::new(); people.len()];
    for round in 0..6 {
        // One has ordered nothing for long, and one orders twice as much as another.
        let turns = if round < 3 { &[0, 1, 0, 1, 0, 0][..] } else { &[2, 0, 1, 0, 0, 1, 2] };
        let units = turns.iter().map(|who| {
            let order = town.new_order();
            (order, town.placing(order, people[*who], Sealed("shut".to_owned())))
        });
        let units: Vec<_> = units.collect();
        let of: Vec<(OrderId, usize)> =
            units.iter().map(|(order, _)| *order).zip(turns.iter().copied()).collect();
        for order in together(&town, units).await {
            let (_, who) = of.iter().find(|(other, _)| *other == order).unwrap();
            placed[*who].push(order);
        }
        town.bench.clock().advance(if round % 2 == 0 { 0 } else { 60_000 });
        placed[0].push(town.place_for(people[0]).await);
    }
    assert_eq!(placed.iter().map(Vec::len).collect::<Vec<_>>(), [27, 12, 6]);
    // What moves on stays where it is.
    for order in [placed[0][0], placed[0][14], placed[1][11]] {
        town.run(town.about(order, |case, at| case.cancel(CancelledBy::Customer, at))).await.unwrap();
    }
    for rebuilt in [false, true] {
        if rebuilt {
            town.bench.rebuild().await;
            // What is placed from now on goes on from there.
            placed[2].push(town.place_for(people[2]).await);
            placed[0].push(town.place_for(people[0]).await);
        }
        for (who, placed) in people.iter().zip(&placed) {
            assert_orders(&town, *who, placed).await;
        }
        assert_orders(&town, customer(4), &[]).await;
    }
}

fn picking_up<B: Bench>(town: &Town<B>, order: OrderId) -> Unit {
    let rider = customer(7);
    town.about(order, move |case, at| {
        case.ask_delivery(delivery::Command::PickUp { rider, number: None, at })
    })
}

pub async fn a_page_of_tickets_is_exact_wherever_it_lies<B: Bench>() {
    let town = Town::<B>::open().await;
    let roomy = |at| Command::SetCapacity { capacity: 50, at };
    town.run(town.at_store(roomy)).await.unwrap();
    let first = town.store;
    let mut orders = Vec::new();
    for _ in 0..16 {
        orders.push(town.place().await);
    }
    let mut town = town.with_another_store().await;
    town.run(town.at_store(roomy)).await.unwrap();
    let second = town.store;
    assert_ne!(first, second);
    for order in 0..16 {
        orders.insert(2 * order + 1, town.place().await);
    }
    for order in &orders {
        town.run(town.paying(*order)).await.unwrap();
        town.bench.clock().advance(1_000);
        town.run(town.receiving(*order)).await.unwrap();
    }
    // The even ones are the first store's, the odd ones the second's. Some end, some are cooked, and some leave: not as they came.
    let store_of = |order: &OrderId| orders.iter().position(|other| other == order).unwrap() % 2;
    let (ended, cooked) = ([3, 4, 5, 20], [30, 7, 12, 13, 0, 1, 2, 24, 25, 10, 9]);
    for order in ended {
        town.run(town.about(orders[order], |case, at| case.cancel(CancelledBy::Customer, at))).await.unwrap();
    }
    for order in cooked {
        town.cook(orders[order]).await;
        town.run(town.claiming(orders[order], customer(7))).await.unwrap();
    }
    let mut left = Vec::new();
    for several in [&cooked[..4], &cooked[4..5], &cooked[5..9]] {
        let units = several.iter().map(|order| (orders[*order], picking_up(&town, orders[*order])));
        left.extend(together(&town, units.collect()).await);
    }
    assert_eq!(left.len(), 9);
    // It is brought: that changes no place.
    let rider = customer(7);
    town.run(town.about(left[0], move |case, at| {
        case.ask_delivery(delivery::Command::Deliver { rider, code: None, at })
    }))
    .await
    .unwrap();
    for rebuilt in [false, true] {
        if rebuilt {
            town.bench.rebuild().await;
            town.run(picking_up(&town, orders[10])).await.unwrap();
            left.push(orders[10]);
            town.run(town.about(orders[31], |case, at| case.reject(ticket::RejectReason::TimedOut, at)))
                .await
                .unwrap();
        }
        for (which, store) in [first, second].into_iter().enumerate() {
            let is_on_board = |order: &&OrderId| {
                let number = orders.iter().position(|other| other == *order).unwrap();
                !(left.contains(order) || ended.contains(&number) || rebuilt && number == 31)
            };
            let mine = |order: &&OrderId| store_of(order) == which;
            let list: Vec<OrderId> = left.iter().filter(mine).copied().collect();
            let board: Vec<OrderId> = orders.iter().filter(mine).filter(is_on_board).copied().collect();
            assert_tickets(&town, store, &[list.clone(), board.clone()].concat()).await;
            let shown = town.ports().views.board(store, 3).await.unwrap();
            assert_eq!(shown.tickets.iter().map(|doc| doc.card.order).collect::<Vec<_>>(), board);
            let last = &list[list.len() - 3..];
            assert_eq!(shown.left.iter().map(|doc| doc.card.order).collect::<Vec<_>>(), last);
            let open = board.iter().filter(|order| !cooked.map(|number| orders[number]).contains(order));
            assert_eq!(shown.open as usize, open.count());
        }
    }
}

/// Of a group in which one fails, all others have their places, without a gap.
pub async fn what_was_not_committed_takes_no_place<B: Bench>() {
    let town = Town::<B>::open().await;
    let mut placed = vec![town.place().await];
    let orders: Vec<OrderId> = (0..5).map(|_| town.new_order()).collect();
    town.bench.sabotage(Broken::Projection, orders[2]).await;
    placed.extend(
        together(&town, orders.iter().map(|order| (*order, town.plain_placing(*order))).collect()).await,
    );
    assert_eq!(placed.len(), 5);
    assert_orders(&town, customer(1), &placed).await;
    town.bench.repair().await;
    assert!(is_done(&town.run(town.plain_placing(orders[2])).await));
    placed.push(orders[2]);
    assert_orders(&town, customer(1), &placed).await;
}
